"""What the claims of a page say of the numbers below them, worked once for the whole page.

A claim on one entry of a matrix may rest on hundreds of unclaimed numbers, and so may each of its thousands of
neighbors. What each unclaimed number passes on is therefore kept.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from typing import Generic, TypeVar

from tinygrad_notes.number_systems import intervals
from tinygrad_notes.number_systems.intervals import Interval, around
from tinygrad_notes.value import Value
from tinygrad_notes.worked.reworking import Effort, Reworking, nearest

T = TypeVar("T")
_EFFORT = 400_000  # numbers read for close bounds, on one page
MOST_CULPRITS = 100  # that are named for one number
_MOST_KEPT = 8  # one claim has no more ways to be worked out


class Upstream(ABC, Generic[T]):
    """Something that follows for each Value from its operands, where claims speak for themselves.

    Args:
        claimed: the Values whose claims are judged.
        enter: which unclaimed Values the claims above bear upon.
    """

    def __init__(self, claimed: Collection[Value], enter: Callable[[Value], object]) -> None:
        self._claimed, self._enter = claimed, enter
        self._found: dict[Value, T] = {}

    def __getitem__(self, root: Value) -> T:
        """What follows for `root` from the claims above it, whatever is claimed of `root` itself."""
        if root not in self._found:
            for node in nearest(root, self._claimed, self._is_new)[0] or [root]:  # nothing stands above what is given
                self._found[node] = self.follow(node)
        return self._found[root]

    def _is_new(self, node: Value) -> bool:
        return node not in self._found and bool(self._enter(node))

    @abstractmethod
    def follow(self, node: Value) -> T:
        """What follows for a Value from what was found for its operands."""


class Boxes(Upstream[Interval]):
    """What each Value can come to, if each claim above it stands for any number within its slack.

    Plain interval arithmetic. Its bounds hold, and cost little. They are wider than those of a `Reworking` where one
    claim is read in several places.
    """

    def __init__(
        self, page: Mapping[Value, float], slack: Mapping[Value, float], enter: Callable[[Value], object]
    ) -> None:
        super().__init__(slack, enter)
        self._page, self._slack = page, slack

    def follow(self, node: Value) -> Interval:
        if node.operation is None or not node.operands:
            return intervals.as_interval(self._page[node])
        return intervals.as_interval(node.operation.read(intervals)[0](*map(self._box, node.operands)))

    def _box(self, operand: Value) -> Interval | float:
        if operand in self._slack:
            return around(self._page[operand], self._slack[operand])
        return self._found[operand] if operand in self._found else self._page[operand]


class Bounds:
    """What Values can come to, if each claim above them stands for any number within its slack."""

    def __init__(
        self, page: Mapping[Value, float], slack: Mapping[Value, float], enter: Callable[[Value], object]
    ) -> None:
        self._arguments = page, slack, enter
        self._effort = Effort(_EFFORT)
        self._reworkings: dict[Value, Reworking] = {}

    @cached_property
    def wide(self) -> Boxes:
        """The bounds that cost little."""
        return Boxes(*self._arguments)

    def close(self, way: Value) -> Interval:
        """The bounds of a `Reworking`; where they take more effort than is left, the wide ones."""
        if self._effort.left <= 0:
            return self.wide[way]
        reworking = self.reworking(way)
        self._effort.left -= reworking.size
        return reworking.bounds if self._effort.left >= 0 else self.wide[way]

    def reworking(self, way: Value) -> Reworking:
        """What the Value follows from on the page; kept for as long as its claim is being judged."""
        if way not in self._reworkings:
            if len(self._reworkings) >= _MOST_KEPT:
                self._reworkings.clear()
            self._reworkings[way] = Reworking(way, *self._arguments)
        return self._reworkings[way]


class Culprits(Upstream[tuple[Value, ...]]):
    """What went wrong by itself above each Value: claims, and numbers with a wrong formula.

    Args:
        unlike: the Values whose formula is wrong.
        told_by: what went wrong by itself in a claimed Value or above it.
    """

    def __init__(
        self,
        claimed: Collection[Value],
        enter: Callable[[Value], object],
        unlike: Collection[Value],
        told_by: Callable[[Value], tuple[Value, ...]],
    ) -> None:
        super().__init__(claimed, enter)
        self._unlike, self._told_by = unlike, told_by

    def follow(self, node: Value) -> tuple[Value, ...]:
        return united(map(self._told, node.operands))

    def _told(self, operand: Value) -> tuple[Value, ...]:
        if operand in self._claimed:
            return self._told_by(operand)
        above = self._found.get(operand, ())
        return (operand, *above) if operand in self._unlike else above


def united(parts: Iterable[tuple[Value, ...]]) -> tuple[Value, ...]:
    """The members of all parts, each once, and no more than `MOST_CULPRITS`; many Values may share one part."""
    distinct = {id(part): part for part in parts if part}
    if len(distinct) == 1:
        return distinct.popitem()[1]
    found: dict[Value, None] = {}
    for part in distinct.values():
        found.update(dict.fromkeys(part))
        if len(found) >= MOST_CULPRITS:
            break
    return tuple(found)[:MOST_CULPRITS]
