"""How a link runs: as straight as it can through the free places of the layers it passes, then as a smooth curve.

In each layer a link has a gate, the free space between its neighbours there. Between layers all is free. The shortest
line through a row of gates is a taut string. A monotone cubic through its points (Fritsch and Carlson 1980, with the
slopes of Fritsch and Butland 1984) never leaves the range between two points. So the curve stays in the gates too, and
meets no foreign box.

A link has a bend in every layer that it passes. In a deep graph with many long links that is most of the work. If there
would be too many bends, the longest links leave the layers. They cross the flow in the gap behind their tail, run along
a lane beside the whole graph, and cross back in the gap before their head.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import pairwise
from typing import NamedTuple

from tinygrad_notes.draw.layered.net import Wire


class Gate(NamedTuple):
    """At `y` along the flow a link passes between `low` and `high` across it."""

    y: float
    low: float
    high: float


Point = tuple[float, float]
_TOLERANCE = 1e-6  # pixels


def taut(gates: Sequence[Gate]) -> list[Point]:
    """The shortest line through all gates, as its place in each; the first and the last gate are points.

    Example:
        >>> taut([Gate(0.0, 0.0, 0.0), Gate(1.0, 2.0, 3.0), Gate(2.0, 0.0, 0.0)])
        [(0.0, 0.0), (1.0, 2.0), (2.0, 0.0)]
    """
    line: list[Point] = [(gates[0].y, gates[0].low)]
    at = 0
    while at < len(gates) - 1:
        y0, x0 = line[-1]
        steepest, flattest = (math.inf, at), (-math.inf, at)
        bend = len(gates) - 1
        slope = 0.0
        for i in range(at + 1, len(gates)):
            gate = gates[i]
            low, high = (gate.low - x0) / (gate.y - y0), (gate.high - x0) / (gate.y - y0)
            if low > steepest[0]:
                slope, bend = steepest
                break
            if high < flattest[0]:
                slope, bend = flattest
                break
            steepest, flattest = min(steepest, (high, i)), max(flattest, (low, i))
        else:
            slope = steepest[0]
        line += [(gate.y, x0 + slope * (gate.y - y0)) for gate in gates[at + 1 : bend + 1]]
        at = bend
    return line


def smooth(gates: Sequence[Gate]) -> list[Point]:
    """A chain of cubic Bézier pieces through all gates, level at both ends, bending where it has to.

    It begins as one piece from end to end. Where it misses gates, it is led to the taut string in the worst of them.
    """
    line = taut(gates)
    knots = [0, *(i for i in range(1, len(line) - 1) if _bends(*line[i - 1 : i + 2])), len(line) - 1]
    while True:
        points = [line[i] for i in knots]
        slopes = _slopes(points)
        worst, missed = 0.0, -1
        for k, (i, j) in enumerate(pairwise(knots)):
            for m in range(i + 1, j):
                x = _value(points[k], points[k + 1], slopes[k], slopes[k + 1], gates[m].y)
                miss = max(gates[m].low - x, x - gates[m].high)
                if miss > max(worst, _TOLERANCE):
                    worst, missed = miss, m
        if missed < 0:
            return _bezier(points, slopes)
        knots = sorted([*knots, missed])


def _bends(before: Point, point: Point, after: Point) -> bool:
    slack = (point[1] - before[1]) * (after[0] - point[0]) - (after[1] - point[1]) * (point[0] - before[0])
    return abs(slack) > _TOLERANCE * (after[0] - before[0])


def _slopes(points: Sequence[Point]) -> list[float]:
    """Those of a monotone cubic: level at the ends and where it turns, else the harmonic mean of both sides."""
    steps = [(x1 - x0) / (y1 - y0) for (y0, x0), (y1, x1) in pairwise(points)]
    return [0.0, *(2 * a * b / (a + b) if a * b > 0 else 0.0 for a, b in pairwise(steps)), 0.0]


def _value(start: Point, end: Point, a: float, b: float, y: float) -> float:
    """The cubic from `start` with slope `a` to `end` with slope `b`, at `y`."""
    (y0, x0), (y1, x1) = start, end
    length = y1 - y0
    t = (y - y0) / length
    u = 1 - t
    return u * u * (x0 * (1 + 2 * t) + a * length * t) + t * t * (x1 * (1 + 2 * u) - b * length * u)


def _bezier(points: Sequence[Point], slopes: Sequence[float]) -> list[Point]:
    curve = [points[0]]
    for ((y0, x0), (y1, x1)), (a, b) in zip(pairwise(points), pairwise(slopes)):
        third = (y1 - y0) / 3
        curve += [(y0 + third, x0 + a * third), (y1 - third, x1 - b * third), (y1, x1)]
    return curve


_BENDS = 25_000


def too_long(wires: Sequence[Wire], rank: Sequence[int]) -> set[int]:
    """The numbers of the longest links, as many as leave no more than 25,000 bends to the others."""
    spans = [rank[wire.head] - rank[wire.tail] - 1 for wire in wires]
    bends = sum(spans)
    found: set[int] = set()
    for i in sorted(range(len(wires)), key=lambda i: -spans[i]):
        if bends <= _BENDS:
            break
        bends -= spans[i]
        found.add(i)
    return found


def lanes(extents: Iterable[tuple[int, float, float]]) -> dict[int, int]:
    """A lane for every link, from its number, its start and its end; links that follow each other share one."""
    given: dict[int, int] = {}
    free: list[int] = []
    busy: list[tuple[float, int]] = []
    for i, start, end in sorted(extents, key=lambda extent: (extent[1], extent[0])):
        while busy and busy[0][0] < start:
            heappush(free, heappop(busy)[1])
        given[i] = heappop(free) if free else len(busy)
        heappush(busy, (end, given[i]))
    return given


def detour(tail: Point, leaves: float, enters: float, head: Point, gap: float, lane: float) -> list[Point]:
    """The curve from rim to rim by way of a lane; `leaves` and `enters` are where the layers of both ends end and
    start, `gap` is how much room lies between layers."""
    corners = [tail, (leaves, tail[1]), (leaves + gap, lane), (enters - gap, lane), (enters, head[1]), head]
    curve = [tail]
    for (y0, x0), (y1, x1) in pairwise(corners):
        middle = (y0 + y1) / 2
        curve += [(middle, x0), (middle, x1), (y1, x1)]
    return curve
