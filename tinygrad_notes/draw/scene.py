"""A picture: its shapes, and how they are written as SVG and as DOT.

The SVG is written here, to the byte; the DOT, for programs that read it, repeats the same shapes at the same places.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from tinygrad_notes.draw.graphviz import fixed_dot
from tinygrad_notes.draw.shapes import Curve, Group, Point, Polygon, Rect, Shape, Text, flattened
from tinygrad_notes.draw.style import FACES, ROLES, style_sheet, visible

__all__ = ["Curve", "Group", "Point", "Polygon", "Rect", "Scene", "Shape", "Text", "flattened"]


@dataclass(slots=True)
class Scene:
    """A titled picture of the given size."""

    width: float
    height: float
    title: str
    description: str
    shapes: list[Shape] = field(default_factory=list)

    def svg(self) -> str:
        """The picture as a self-contained SVG document; the same bytes every time.

        Its size is written in plain numbers: many viewers give up at a size in CSS.
        """
        body = "\n".join(line for shape in self.shapes for line in _svg(shape))
        paper = "".join(_svg(Rect(0, 0, self.width, self.height, "paper", radius=6)))
        roles = sorted({"paper", *_roles(self.shapes)})
        names = f"{escaped(self.title)}\n{escaped(self.description)}"
        key = "tn" + hashlib.sha256((names + body).encode()).hexdigest()[:10]  # unique where a page holds many
        width, height = _number(self.width), _number(self.height)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" '
            f'aria-labelledby="{key}-title" aria-describedby="{key}-desc">\n'
            f'<title id="{key}-title">{escaped(self.title)}</title>\n'
            f'<desc id="{key}-desc">{escaped(self.description)}</desc>\n'
            f"<style>{style_sheet(roles)}</style>\n{paper}\n{body}\n</svg>\n"
        )

    def dot(self) -> str:
        """The same picture for Graphviz, every shape at its fixed place."""
        return fixed_dot(self.width, self.height, self.shapes)


def moved(shape: Shape, dx: float, dy: float) -> Shape:
    """`shape`, somewhere else."""
    if isinstance(shape, Group):
        return replace(shape, children=tuple(moved(child, dx, dy) for child in shape.children))
    if isinstance(shape, (Curve, Polygon)):
        return replace(shape, points=tuple((x + dx, y + dy) for x, y in shape.points))
    return replace(shape, x=shape.x + dx, y=shape.y + dy)


def _roles(shapes: Iterable[Shape]) -> Iterator[str]:
    for shape in flattened(shapes):
        for role in (getattr(shape, "fill", None), getattr(shape, "stroke", None)):
            if role:
                yield role


def escaped(text: str) -> str:
    """`text` as XML character data or an attribute's value, whatever it holds."""
    lines = "\n".join(visible(line) for line in text.split("\n"))
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\n", "&#10;")):
        lines = lines.replace(character, entity)
    return lines


def policy_source(text: str) -> str:
    """A script or style as a Content-Security-Policy names it: what has another hash does not run."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@lru_cache(maxsize=8192)  # the same places come again and again: in columns, and in every redraw of a training
def _number(x: float) -> str:
    return f"{round(x, 2) + 0.0:.2f}".rstrip("0").rstrip(".")  # + 0.0: no minus before a zero


def _paint(kind: str, role: str | None) -> str:
    return f' {kind}="{ROLES[role][0]}"' if role else f' {kind}="none"'


def _class(name: str, fill: str | None = None, stroke: str | None = None) -> str:
    names = [f"tn-f-{fill}" if fill else "", f"tn-s-{stroke}" if stroke else "", f"tn-{name}" if name else ""]
    return ' class="' + " ".join(filter(None, names)) + '"' if any(names) else ""


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _svg(shape: Shape) -> Iterator[str]:
    if isinstance(shape, Group):
        attributes = "".join(f' {name}="{escaped(value)}"' for name, value in shape.attributes)
        yield f"<g{_class(shape.name)}{attributes}>"
        if shape.title:
            yield f"<title>{escaped(shape.title)}</title>"
        for child in shape.children:
            yield from _svg(child)
        yield "</g>"
    elif isinstance(shape, Rect):
        look = f"{_paint('fill', shape.fill)}{_stroke(shape)}{_class(shape.name, shape.fill, shape.stroke)}"
        yield f"<{_outline(shape)}{look}/>"
    elif isinstance(shape, Curve):
        start, *rest = shape.points
        path = f"M{_points([start])}C{_points(rest)}"
        yield f'<path d="{path}" fill="none"{_stroke(shape)}{_class(shape.name, None, shape.stroke)}/>'
    elif isinstance(shape, Polygon):
        yield f'<polygon points="{_points(shape.points)}"{_paint("fill", shape.fill)}{_class(shape.name, shape.fill)}/>'
    else:
        yield _svg_text(shape)


def _outline(rect: Rect) -> str:
    """A rectangle, or a circle where its corners leave nothing else: some viewers draw so round a rectangle pointed."""
    x, y, width, height, radius = map(_number, (rect.x, rect.y, rect.width, rect.height, rect.radius))
    if width == height == _number(2 * rect.radius):
        return f'circle cx="{_number(rect.x + rect.radius)}" cy="{_number(rect.y + rect.radius)}" r="{radius}"'
    corner = f' rx="{radius}"' if rect.radius else ""
    return f'rect x="{x}" y="{y}" width="{width}" height="{height}"{corner}'


def _stroke(shape: Rect | Curve) -> str:
    if shape.stroke is None:
        return ""
    dashes = ' stroke-dasharray="4 3"' if shape.dashed else ""
    return f'{_paint("stroke", shape.stroke)} stroke-width="{_number(shape.thickness)}"{dashes}'


def _svg_text(shape: Text) -> str:
    slope = ' font-style="italic"' if shape.face == "serif" else ""
    weight = ' font-weight="bold"' if shape.face == "bold" else ""
    family = FACES["serif" if shape.face == "serif" else "sans"]
    anchor = f' text-anchor="{shape.anchor}"' if shape.anchor != "start" else ""
    held = f' textLength="{_number(shape.width)}" lengthAdjust="spacingAndGlyphs"' if len(shape.text) > 1 else ""
    return (
        f'<text x="{_number(shape.x)}" y="{_number(shape.y)}" font-family="{family}" font-size="{_number(shape.size)}"'
        f"{slope}{weight}{anchor}{held}{_paint('fill', shape.fill)}{_class(shape.name, shape.fill)}"
        f' xml:space="preserve">{escaped(visible(shape.text))}</text>'
    )
