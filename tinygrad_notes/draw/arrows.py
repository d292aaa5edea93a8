"""Arrows: curves with a head at their end."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tinygrad_notes.draw.scene import Curve, Point, Polygon, Shape

_LENGTH, _HALF = 7.0, 0.45  # of a head; half its breadth is so much of its length


def arrowhead(tip: Point, direction: Point, length: float) -> tuple[Point, tuple[Point, ...]]:
    """Where the line to a head must end, and the head: a triangle that points along a unit vector to `tip`."""
    dx, dy = direction
    x, y = tip[0] - length * dx, tip[1] - length * dy
    half = length * _HALF
    return (x, y), (tip, (x + half * dy, y - half * dx), (x - half * dy, y + half * dx))


def arrow(points: Sequence[Point], role: str = "edge", thickness: float = 1.6) -> list[Shape]:
    """A curve through Bézier points with a head at its end, along its last direction."""
    (x0, y0), (x1, y1) = points[-2], points[-1]
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    back, head = arrowhead((x1, y1), ((x1 - x0) / length, (y1 - y0) / length), _LENGTH)
    return [Curve((*points[:-1], back), role, thickness), Polygon(head, role)]


def straight(start: Point, end: Point, role: str = "edge", thickness: float = 1.6) -> list[Shape]:
    """A straight arrow."""
    third = [(start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t) for t in (1 / 3, 2 / 3)]
    return arrow((start, *third, end), role, thickness)
