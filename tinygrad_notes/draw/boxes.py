"""What is to be placed, and where it was placed: boxes, the links between them and the frames around them."""

from __future__ import annotations

from dataclasses import dataclass, field

from tinygrad_notes.draw.shapes import Point


@dataclass(frozen=True, slots=True)
class Box:
    """A node to be placed; `ports` is how many edges can enter it, each at its own place, in order."""

    name: str
    width: float
    height: float
    ports: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """An edge from one box to a port of another."""

    tail: str
    head: str
    port: int = 0


@dataclass(frozen=True, slots=True)
class Cluster:
    """Boxes to be kept together, under a heading of the given size."""

    name: str
    members: tuple[str, ...]
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A placed rectangle, from its top left corner, y downwards."""

    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True)
class Layout:
    """The places of all boxes, clusters and links; a link's is a chain of cubic Bézier curves."""

    width: float
    height: float
    boxes: dict[str, Frame] = field(default_factory=dict)
    clusters: dict[str, Frame] = field(default_factory=dict)
    links: list[tuple[Point, ...]] = field(default_factory=list)
