"""The shapes that pictures are made of, in pixels, y downwards; arrows are curves with a head at their end."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tinygrad_notes.draw.metrics import text_width
from tinygrad_notes.draw.style import visible

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle with rounded corners; `fill` and `stroke` are roles of the style, or None."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None = "card"
    stroke: str | None = None
    radius: float = 0.0
    thickness: float = 1.0
    dashed: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """A chain of cubic Bézier curves: a start, then three points for each piece."""

    points: tuple[Point, ...]
    stroke: str = "edge"
    thickness: float = 1.2
    dashed: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Polygon:
    """A closed outline, filled with a role: the head of an arrow."""

    points: tuple[Point, ...]
    fill: str = "edge"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One line; (x, y) is the baseline's start, middle or end, as `anchor` says."""

    x: float
    y: float
    text: str
    size: float = 12.0
    fill: str = "ink"
    anchor: str = "start"
    face: str = "sans"
    name: str = ""

    @property
    def width(self) -> float:
        return text_width(visible(self.text), self.size, self.face)


@dataclass(frozen=True, slots=True)
class Group:
    """Shapes that belong together; `title` is what a pointer or a screen reader is told."""

    children: tuple[Shape, ...]
    name: str = ""
    title: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


Shape = Rect | Curve | Polygon | Text | Group


def flattened(shapes: Iterable[Shape]) -> Iterator[Rect | Curve | Polygon | Text]:
    """All shapes in drawing order, groups opened."""
    for shape in shapes:
        if isinstance(shape, Group):
            yield from flattened(shape.children)
        else:
            yield shape


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
