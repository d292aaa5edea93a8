"""Computing a value again from the numbers of a page, in place of the right ones."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial, reduce
from types import MappingProxyType
from typing import Any

from tinygrad_notes.number_systems import floats, intervals
from tinygrad_notes.number_systems.intervals import ANYTHING, Interval, around
from tinygrad_notes.passes import reverse_sweep
from tinygrad_notes.table import Operation
from tinygrad_notes.value import Value

Numbers = Mapping[Value, float]
NONE: Numbers = MappingProxyType({})
Steps = dict[Value, tuple[Operation, tuple[Value, ...]]]
_MOST_READ = 300  # how many numbers the formulas above a claim may read in all; what is further up is left alone
_HALF = 0.5 + 1e-9  # by hand a half is rounded up; a float may lie below it
_added = partial(reduce, operator.add)  # numbers of any system, at least one


@dataclass
class Effort:
    """The work that is left for a page, counted in numbers read. It bounds the time for a page."""

    left: int


BOUNDING = 30
"""How many times as long the `range` of a `Reworking` takes as its `value`."""


class Reworking:
    """The part of a graph between a Value and the claims nearest above it, ready to be worked again.

    Args:
        root: what is worked out.
        page: the number of each Value on the page: its claim, or else what follows from the claims above.
        slack: for each claimed Value, how far the claim may lie from the number that the person went on with.
        enter: which unclaimed Values are worked again; the others keep their number.

    Attributes:
        root: as given.
        ancestors: the nearest claimed Values that `root` is computed from, in the order in which they are found.
        between: the unclaimed Values that are worked again, operands first, `root` last.
    """

    def __init__(
        self, root: Value, page: Numbers, slack: Mapping[Value, float], enter: Callable[[Value], object]
    ) -> None:
        self.root = root
        self._steps, read = nearest(root, slack, enter)
        self.between = list(self._steps)
        self._widths = {node: slack[node] for node in read if node in slack and node is not root}
        self.ancestors = list(self._widths)
        self._kept = {node: page.get(node, node._data) for node in read}

    @cached_property
    def size(self) -> int:
        """How many numbers are read in working it once."""
        return sum([len(operands) for _, operands in self._steps.values()])

    def value(self, changes: Numbers = NONE) -> float:
        """The number of `root`, with `changes` in place of the page's numbers."""
        return self.worked(changes)[self.root]

    @cached_property
    def bounds(self) -> Interval:
        """The interval of `root` from the page's own numbers, if each claim stands for any number within its slack."""
        return self.range()

    def range(self, changes: Numbers = NONE, widths: Numbers = NONE) -> Interval:
        """The interval of `root` if each claim stands for any number within its slack.

        The mean value form: the value, ± Σ max |∂/∂ancestor| · the ancestor's slack. The maximum is over all numbers
        that the ancestors may be, which allows for curvature. `widths` says how far the numbers in `changes` may be
        off, if that differs from the slack of the claims that they replace.
        """
        off = {**self._widths, **widths}
        worked = self.worked(changes)
        center = worked[self.root]
        if not any(off.values()):
            return around(center, 0.0)
        boxes: dict[Value, Any] = {**worked, **{node: around(worked[node], width) for node, width in off.items()}}
        for node, (row, operands) in self._steps.items():
            if node not in changes:
                boxes[node] = row.read(intervals)[0](*map(boxes.__getitem__, operands))
        radius = self._summed(intervals, boxes, off)
        if math.isfinite(radius) and radius > 0.0:
            return around(center, radius)
        outer = intervals.as_interval(boxes[self.root])  # bounded, maybe, at a pole; and a step jumps without a slope
        if math.isfinite(outer.size):
            return outer
        radius = self._summed(floats, worked, off)
        return around(center, radius) if math.isfinite(radius) else ANYTHING

    def carried(self, changes: Numbers = NONE, widths: Numbers = NONE) -> float:
        """How far the rounding of the claims carries in `root`: half the length of the `range`."""
        is_rounded = any({**self._widths, **widths}.values())
        return self.range(changes, widths).radius if is_rounded else 0.0

    def worked(self, changes: Numbers) -> dict[Value, float]:
        """The numbers of all Values that are worked again or read, with the changes."""
        worked = {**self._kept, **changes}
        for node, (row, operands) in self._steps.items():
            if node not in changes:
                worked[node] = row.read(floats)[0](*map(worked.__getitem__, operands))
        return worked

    def _summed(self, m: Any, numbers: Mapping[Value, Any], off: Numbers) -> float:
        """Σ |∂root/∂node| · how far the node may be off, by a reverse pass over the number system `m`."""

        def edges(node: Value, adjoint: Any) -> Iterable[tuple[Value, Any]]:
            if node in off:
                return ()
            row, operands = self._steps[node]
            slopes = row.read(m)[1](*map(numbers.__getitem__, operands), numbers[node])
            return [(o, slope) for o, slope in zip(operands, slopes, strict=True) if o in off or o.left is not None]

        adjoints = reverse_sweep(self.between, {self.root: 1.0}, edges, total=_added)
        radius = 0.0
        for node, width in off.items():
            if node in adjoints:
                slope = adjoints[node]
                radius += (abs(slope) if isinstance(slope, float) else slope.size) * width
        return radius


def rounded_at_each_step(root: Value, page: Numbers, unit: float) -> float:
    """What `root` comes to if each number of its formula, and each product in a sum, is rounded to so large a unit.

    The labeled numbers that the formula reads are the page's; the result itself is left as it comes out.
    """

    def rounded(number: float) -> float:
        count = abs(number / unit)
        return math.copysign(math.floor(count + _HALF) * unit, number) if math.isfinite(count) else number

    steps, read = nearest(root, (), lambda node: not node.label)
    numbers = {node: page.get(node, node._data) for node in read}
    for node, (row, operands) in steps.items():
        given = [numbers[operand] for operand in operands]
        if row.name in ("dot", "weighted_sum"):
            terms = len(given) // 2
            products = map(operator.mul, given[:terms], given[terms:])
            number = math.fsum([*map(rounded, products), *given[2 * terms :]])
        else:
            number = row.read(floats)[0](*given)
        numbers[node] = rounded(number) if node is not root else number
    return numbers[root]


class PutRight(Mapping[Value, float]):
    """The numbers of a page with some claims put right; what follows from these claims is worked again.

    Args:
        page: the number that the page gives each Value.
        slack: by each claimed Value; claims keep their numbers.
        changes: the claims that are put right, with the right numbers.
    """

    def __init__(self, page: Numbers, slack: Mapping[Value, float], changes: Numbers) -> None:
        self._page, self._slack, self._changes = page, slack, changes
        self._found = dict(changes)

    def __getitem__(self, value: Value) -> float:
        if value not in self._found:
            number = self._page[value]
            if value.operands and value not in self._slack:
                again = Reworking(value, self._page, self._slack, set(unclaimed_above(value, self._slack)).__contains__)
                number = number if self._changes.keys().isdisjoint(again.ancestors) else again.value(self._changes)
            self._found[value] = number
        return self._found[value]

    def __iter__(self) -> Iterator[Value]:
        return iter(self._page)

    def __len__(self) -> int:
        return len(self._page)


def unclaimed_above(value: Value, claimed: Collection[Value]) -> list[Value]:
    """A Value and the unclaimed ones above it, nearest first, up to `_MOST_READ` numbers read."""
    found, seen, read = [value], {value}, 0
    for done, node in enumerate(found):
        operands = node.operands
        read += len(operands)
        if read > _MOST_READ and done:
            return found[:done]
        for operand in operands:
            if operand.left is not None and operand not in seen and operand not in claimed:
                seen.add(operand)
                found.append(operand)
    return found


def in_order_of_work(roots: Iterable[Value], ways: Mapping[Value, Sequence[Value]]) -> list[Value]:
    """`roots` and every Value that they are computed from, each after its operands and its further `ways`.

    A way is left out if it is computed from a Value that waits for it.
    """
    done: dict[Value, None] = {}
    waiting: set[Value | None] = set()
    stack: list[Value | None] = [*reversed(list(roots))]
    while stack:
        node = stack.pop()
        if node is None:  # the marker above a node whose operands and ways are done by now
            node = stack.pop()
            waiting.discard(node)
            done[node] = None  # type: ignore[index]  # never a second marker
        elif node not in done and node not in waiting:
            waiting.add(node)
            further = [way for way in ways[node] if not _reads(way, waiting, done)] if node in ways else []
            stack += (node, None, *reversed(node.operands), *reversed(further))
    return list(done)


def _reads(way: Value, waiting: Collection[Value | None], done: Collection[Value]) -> bool:
    """Whether a Value is computed from one that waits; what is done is computed from none."""
    seen: set[Value] = set()
    stack = [way]
    while stack:
        node = stack.pop()
        if node in waiting:
            return True
        if node not in done and node not in seen:
            seen.add(node)
            stack.extend(node.operands)
    return False


def nearest(root: Value, claimed: Collection[Value], enter: Callable[[Value], object]) -> tuple[Steps, list[Value]]:
    """The Values that are worked again, operands first, with row and operands; and those that are read for it."""
    entered: Steps = {}
    steps: Steps = {}
    read: dict[Value, None] = {}
    stack: list[Value | None] = [root]
    while stack:
        node = stack.pop()
        if node is None:  # the marker above a node whose operands are worked by now
            node = stack.pop()
            steps[node] = entered[node]  # type: ignore[index]  # never a second marker
        elif node not in entered and node not in read:
            if node.left is None or (node is not root and (node in claimed or not enter(node))):
                read[node] = None
                continue
            operands = node.operands
            entered[node] = node.operation, operands  # type: ignore[assignment]  # what has operands has a row
            stack += (node, None, *reversed(operands))
    return steps, list(read)
