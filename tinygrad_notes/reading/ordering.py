"""Calculation lines in an order in which each finds the names that it uses, and the versions of them that it means.

A name that the note sets again is a new version. A line means the latest version that stands before it in the note; a
formula that stands before its names waits for the first. What cannot be worked out is taken as the note has it, so
that nothing behind it is worked from an older number in silence; where the note has no number, what rests on it is
left out as well.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_

from tinygrad_notes.reading.formulas import Name, Tree, names, renamed
from tinygrad_notes.reading.named_lines import Line

Version = tuple[str, int]
PLACED, LOST = "placed", "lost"


def in_order(lines: Sequence[Line]) -> list[Line]:
    """The lines that can be worked out, each behind those that it uses, and the numbers of others as given.

    A number taken as the note has it says nothing of what it comes from, so no derivative is taken through it: that
    derivative is a quantity of its own then, which is checked against its formula alone.
    """
    found = _Order(lines).found
    while cut := _cut(found) | _unconnected(found):
        lines = [_with_own_names(line, cut) for line in lines]
        found = _Order(lines).found
    return _with_claims_last(found)


def rests_on(lines: Sequence[Line]) -> list[set[str]]:
    """For each line the names of the numbers, taken as the note has them, that it is worked from."""
    return [rests for _, rests, _ in _resting(lines, lambda line: line.assumed)]


def _resting(
    lines: Sequence[Line], is_one: Callable[[Line], bool]
) -> Iterator[tuple[Line, set[str], dict[str, set[str]]]]:
    """Each line with those of a kind that it rests on, and what each name above it rests on, itself included."""
    by_name: dict[str, set[str]] = {}
    for line in lines:
        rests = {other for name in line.needs() for other in by_name.get(name, ())} if by_name else set()
        yield line, rests, by_name
        is_such = is_one(line)
        if isinstance(line.target, Name) and (is_such or by_name):
            by_name[line.target.name] = rests | ({line.target.name} if is_such else set())


def _cut(lines: Sequence[Line]) -> set[str]:
    """The derivatives that would have to be taken through a number of which the note does not say what it is of."""
    cut = set()
    first: dict[Tree, int] = {}  # the line at which each name stands first: a number before it does not depend on it
    for at, (line, _, by_name) in enumerate(_resting(lines, lambda line: line.assumed or line.is_of_numbers)):
        for name in line.derivatives():
            what, by = name[1:].split("/d")
            start = first.get(Name(by), -1)
            through = by_name.get(what, set()) - by_name.get(by, set()) - {by}
            if any(first[Name(other)] > start for other in through):
                cut.add(name)
        first.setdefault(line.target, at)
    return cut


def _unconnected(lines: Sequence[Line]) -> set[str]:
    """The derivatives of a quantity by one that its formulas do not lead to: a note gives numbers for those between."""
    bits: dict[str, int] = {}  # one of each name, as a number
    leads_to: dict[str, int] = {}  # the bits of all that it is worked from, and its own
    found = set()
    for line in lines:
        for name in line.derivatives():
            what, by = name[1:].split("/d")
            if what in bits and by in bits and not leads_to[what] & bits[by]:
                found.add(name)
        if isinstance(line.target, Name) and not line.derivative:
            own = bits.setdefault(line.target.name, 1 << len(bits))
            leads_to[line.target.name] = reduce(or_, (leads_to.get(name, 0) for name in line.needs()), own)
    return found


def _with_own_names(line: Line, cut: set[str]) -> Line:
    """The line with these derivatives as names like any other."""

    def own(tree: Tree) -> Tree | None:
        return Name(tree.name.replace("/", "_")) if isinstance(tree, Name) and tree.name in cut else None

    target = renamed(line.target, own)
    if target != line.target and line.formula is None:
        return replace(line, target=target, formula=line.claim, claim=None, assumed=True)
    formula, other = (tree and renamed(tree, own) for tree in (line.formula, line.other))
    return replace(line, target=target, formula=formula, other=other)


class _Order:
    """Places lines one by one; `found` holds them."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines, self.found = lines, list[Line]()
        self.made, self.needed, self.exist = _versions(lines)
        self.state: dict[Version, str] = {}
        self.latest: dict[str, int] = {}  # the version of each name that was placed last
        self.missing: dict[int, int] = {}  # how many versions a line still waits for
        self.waiting: dict[Version, list[int]] = {}
        for at in range(len(lines)):
            if self._can_be_taken(at):
                self._take(at)
        while self.missing:  # lines that wait for each other
            self._take(min(self.missing), in_a_circle=True)

    def _can_be_taken(self, at: int) -> bool:
        """Whether it is known of all that the line uses whether it can be worked; else it waits."""
        open_ones = [version for version in self.needed[at] if version in self.exist and version not in self.state]
        for version in open_ones:
            self.waiting.setdefault(version, []).append(at)
        if open_ones:
            self.missing[at] = len(open_ones)
        return not open_ones

    def _take(self, first: int, in_a_circle: bool = False) -> None:
        """Place a line, or its number, or nothing; then those that waited for it alone, in the order of the note."""
        ready = [first]
        while ready:
            at = heapq.heappop(ready)
            self.missing.pop(at, None)
            line: Line | None = self.lines[at]
            made = self.made[at]
            if in_a_circle or not all(self._is_at_hand(version) for version in self.needed[at]):
                line = self.lines[at].as_given()
            in_a_circle = False
            placed = line is not None and (made is None or self.latest.get(made[0], -1) < made[1])
            if line is not None and placed:
                self.found.append(line)
            if made is not None:
                self.state[made] = PLACED if placed else LOST
                self.latest[made[0]] = max(made[1], self.latest.get(made[0], -1))
                for other in self.waiting.pop(made, ()):
                    if other in self.missing:
                        self.missing[other] -= 1
                        if not self.missing[other]:
                            heapq.heappush(ready, other)

    def _is_at_hand(self, version: Version) -> bool:
        """Whether that version was placed, and no later one of the same name."""
        return self.state.get(version) == PLACED and self.latest[version[0]] == version[1]


def _with_claims_last(lines: Sequence[Line]) -> list[Line]:
    """The lines, with the number of a gradient behind all its formulas, where the names in these allow that.

    So what is worked from the gradient goes on from the number on the page.
    """
    latest: dict[Tree, int] = {}
    places: list[float] = list(range(len(lines)))
    for at, line in enumerate(lines):
        if not line.again:
            latest[line.target] = at
        elif (claimed := latest.get(line.target)) is not None:
            between = lines[claimed + 1 : at]
            if not _sets_one_of(between, line.needs()):
                places[at] = claimed - 0.5
            elif not _sets_one_of(between, lines[claimed].needs()) and not _uses(between, line.target):
                places[claimed] = at + 0.5
    return [lines[at] for at in sorted(range(len(lines)), key=places.__getitem__)]


def _sets_one_of(lines: Sequence[Line], wanted: set[str]) -> bool:
    return any(isinstance(line.target, Name) and line.target.name in wanted for line in lines)


def _uses(lines: Sequence[Line], target: Tree) -> bool:
    return any(name in line.derivatives() for line in lines if line.target != target for name in names(target))


def _versions(lines: Sequence[Line]) -> tuple[list[Version | None], list[set[Version]], set[Version]]:
    """For each line the version that it makes and those that it means; and all that are made."""
    counts: dict[str, int] = {}
    made: list[Version | None] = []
    needed = []
    for line in lines:
        needed.append({(name, max(counts.get(name, 0) - 1, 0)) for name in line.needs()})
        name = line.target.name if isinstance(line.target, Name) and not line.again else ""
        made.append((name, counts.get(name, 0)) if name else None)
        counts[name] = counts.get(name, 0) + 1
    return made, needed, {version for version in made if version is not None}
