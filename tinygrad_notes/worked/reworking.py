"""Working a number again from other numbers: from what a page says in place of what is right."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial, reduce
from typing import Any

from tinygrad_notes.number_systems import floats, intervals
from tinygrad_notes.number_systems.intervals import ANYTHING, Interval, around
from tinygrad_notes.passes import reverse_sweep
from tinygrad_notes.value import Value, rules_of

Numbers = Mapping[Value, float]


class Effort:
    """How much working again is still to be spent on a page, counted in numbers read, so that no page takes long."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, numbers: int) -> None:
        self.left -= numbers

    def __bool__(self) -> bool:
        return self.left > 0


BOUNDING = 30
"""How many times as long the `range` of a `Reworking` takes as its `value`."""


class Reworking:
    """The part of a graph between a Value and the claims nearest above it, ready to be worked again.

    Args:
        root: what is worked out.
        page: the number that the page gives each Value: the claim where there is one, else what follows.
        slack: for each claimed Value, how far its claim may lie from the number that was carried on.
        enter: which unclaimed Values are worked again; the others keep their number.

    Attributes:
        root: as given.
        ancestors: the claimed Values that `root` is computed from, nearest first met.
        between: the unclaimed Values that are worked again, operands first, `root` last.
    """

    def __init__(
        self, root: Value, page: Numbers, slack: Mapping[Value, float], enter: Callable[[Value], object]
    ) -> None:
        self.root, self._page, self._slack = root, page, slack
        self.between, self.ancestors = _nearest(root, slack, enter)
        self._steps = [(node, rules_of(node, floats)[0], node.operands) for node in self.between]

    @property
    def size(self) -> int:
        """How many numbers are read in working it once."""
        return sum(len(node.operands) for node in self.between)

    def value(self, changes: Numbers | None = None) -> float:
        """What `root` comes to, with the numbers in `changes` in place of the page's."""
        return self.worked(changes or {})[self.root]

    def range(self, changes: Numbers | None = None, widths: Numbers | None = None) -> Interval:
        """What `root` can come to if each claim stands for any number within its slack.

        The mean value form: the value, ± Σ max |∂/∂ancestor| · the ancestor's slack. The
        maximum is over all that the ancestors may be, so that curvature is allowed for. `widths` says how far
        the numbers in `changes` may be off, where that is not the slack of the claim that they replace.
        """
        changes = changes or {}
        off = {**{a: self._slack[a] for a in self.ancestors}, **(widths or {})}
        worked = self.worked(changes)
        center = worked[self.root]
        boxes: dict[Value, Any] = {**worked}
        boxes.update((node, around(changes.get(node, self._page[node]), width)) for node, width in off.items())
        for node in self.between:
            if node not in changes:
                rule = rules_of(node, intervals)[0]
                boxes[node] = intervals.as_interval(
                    rule(*[boxes[o] if o in boxes else self._page.get(o, o.data) for o in node.operands])
                )
        radius = self._carried(intervals, boxes, off)
        if math.isfinite(radius) and radius > 0.0:
            return around(center, radius)
        outer = intervals.as_interval(boxes[self.root])  # bounded, maybe, at a pole; and a step jumps without a slope
        if math.isfinite(outer.size):
            return outer
        radius = self._carried(floats, worked, off)
        return around(center, radius) if math.isfinite(radius) else ANYTHING

    def worked(self, changes: Numbers) -> dict[Value, float]:
        """The numbers of all Values that are worked again, and the changes."""
        worked, page = dict(changes), self._page
        for node, rule, operands in self._steps:
            if node not in worked:
                worked[node] = rule(*[worked[o] if o in worked else page.get(o, o.data) for o in operands])
        if self.root not in worked:
            worked[self.root] = page[self.root]
        return worked

    def _carried(self, m: Any, numbers: Mapping[Value, Any], off: Numbers) -> float:
        """Σ |∂root/∂node| · how far the node may be off, by a reverse pass over the number system `m`."""

        def edges(node: Value, adjoint: Any) -> Iterable[tuple[Value, Any]]:
            if node in off:
                return ()
            page = self._page
            used = [numbers[o] if o in numbers else page.get(o, o.data) for o in node.operands]
            slopes = rules_of(node, m)[1](*used, numbers[node])
            return [(o, slope) for o, slope in zip(node.operands, slopes, strict=True) if o in off or o.operands]

        adjoints = reverse_sweep(self.between, {self.root: 1.0}, edges, total=partial(reduce, operator.add))
        slopes = ((adjoints[node], width) for node, width in off.items() if node in adjoints)
        return sum((abs(slope) if isinstance(slope, float) else slope.size) * width for slope, width in slopes)


def _nearest(
    root: Value, claimed: Collection[Value], enter: Callable[[Value], object]
) -> tuple[list[Value], list[Value]]:
    between: list[Value] = []
    ancestors: list[Value] = []
    seen: set[Value] = set()
    stack: list[tuple[Value, bool]] = [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            between.append(node)
        elif node not in seen:
            seen.add(node)
            if node is not root and node in claimed:
                ancestors.append(node)
            elif node.operands and (node is root or enter(node)):
                stack.append((node, True))
                stack.extend((operand, False) for operand in reversed(node.operands) if operand not in seen)
    return between, ancestors
