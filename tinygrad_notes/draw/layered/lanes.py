"""Lanes: where the longest links run if bends for all of them would be too many.

A link has a bend in every layer that it passes; in a deep graph with many long links that is most of the work. Such
links leave the layers instead: across the flow in the gap behind their tail, along a lane beside the whole graph, and
back in the gap before their head.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import pairwise

from tinygrad_notes.draw.layered.net import Wire
from tinygrad_notes.draw.layered.routes import Point

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
