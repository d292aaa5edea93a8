"""The shapes that pictures are made of, in pixels, y downwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
