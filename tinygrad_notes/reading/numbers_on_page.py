"""The numbers that a page has for its names, and which names have a number."""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tinygrad_notes.reading.formulas import Number, value_of

Literal = Sequence[tuple[Number, int]]
"""Numbers with their signs: what a page writes for a quantity."""


@dataclass
class Page:
    """The numbers that a page has for each name.

    Attributes:
        latest: the numbers of its latest version.
        right: by the place of a number in the note, what is right there.
        before: the numbers of the versions before it, without their signs.
    """

    latest: dict[str, Literal] = field(default_factory=dict)
    right: Mapping[int, tuple[float, ...]] = field(default_factory=dict)
    before: dict[str, set[float]] = field(default_factory=dict)
    _holders: dict[tuple[float, str], list[tuple[int, str]]] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, numbers in self.latest.items():
            self._hold(name, numbers)

    def of(self, name: str) -> Literal:
        return self.latest.get(name, ())

    def add(self, name: str, numbers: Literal) -> None:
        """Note down the next version of a name."""
        if name in self.latest:
            self.add_earlier(name, self.latest[name])
            self._let_go(name, self.latest[name])
        self.latest[name] = numbers
        self._hold(name, numbers)

    def add_earlier(self, name: str, numbers: Literal) -> None:
        """Note down a version of a name that is not the latest, unless it is the only one."""
        if name in self.latest:
            self.before.setdefault(name, set()).update(value_of(number) for number, _ in numbers)
        else:
            self.add(name, numbers)

    def holder(self, number: float, other_than: str, kind: str = "") -> str:
        """The name that has this number, of those of a kind; the first on the page where several do, "" for none."""
        named = (name for _, name in self._holders.get((number, kind), ()))
        return next((name for name in named if name != other_than), "")

    def _hold(self, name: str, numbers: Literal) -> None:
        place = self._places.setdefault(name, len(self._places)), name
        for key in _keys(name, numbers):
            bisect.insort(self._holders.setdefault(key, []), place)

    def _let_go(self, name: str, numbers: Literal) -> None:
        place = self._places[name], name
        for key in _keys(name, numbers):
            holders = self._holders[key]
            del holders[bisect.bisect_left(holders, place)]


def _keys(name: str, numbers: Literal) -> set[tuple[float, str]]:
    """Under what a name stands in a page: each of its numbers, for any name and for those of its kind."""
    return {(value_of(number), kind) for number, _ in numbers for kind in ("", kind_of(name))}


def kind_of(name: str) -> str:
    """What names have in common that differ by an index: w for w1 and w_2."""
    return name.rstrip("0123456789_")
