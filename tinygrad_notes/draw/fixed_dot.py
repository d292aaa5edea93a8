"""A scene as DOT with every shape at its place, for pictures that Graphviz has no say in.

Shapes become drawing operations of the graph's background (Graphviz's xdot language), texts become
nodes without an outline, since those are what every Graphviz measures and escapes alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tinygrad_notes.draw.shapes import Curve, Point, Polygon, Rect, Shape, Text, flattened
from tinygrad_notes.draw.style import ROLES, visible

_FONTS = {
    "sans": "Liberation Sans,Arial,Helvetica",
    "bold": "Liberation Sans,Arial,Helvetica Bold",
    "serif": "Liberation Serif,Times New Roman,Times Italic",
}
_CIRCLE = 0.5523  # how far along the tangents a cubic Bézier's handles lie to draw a quarter of a circle


def quoted(text: str) -> str:
    """`text` as a DOT string that Graphviz shows as it is: no escape, no entity, no markup in it."""
    plain = visible(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return f'"{plain}"'


def fixed_dot(width: float, height: float, shapes: Iterable[Shape]) -> str:
    """A picture of that size for `neato -n2`, which moves nothing."""
    drawn = list(flattened([Rect(0, 0, width, height, "paper"), *shapes]))
    operations = (" ".join(_operations(shape, height)) for shape in drawn if not isinstance(shape, Text))
    background = "\n    + ".join(f'"{operation} "' for operation in operations)  # one string may hold 16 kB at most
    lines = [
        "digraph {",
        f'  graph [bb="0,0,{width:.2f},{height:.2f}", pad=0, dpi=96, outputorder=nodesfirst,',
        f"    label={quoted('')}, _background={background}]",
        "  node [shape=plain]",
    ]
    lines += [_text_node(f"t{i}", shape, height) for i, shape in enumerate(drawn) if isinstance(shape, Text)]
    return "\n".join([*lines, "}\n"])


def _text_node(name: str, text: Text, height: float) -> str:
    middle = text.x + {"start": 0.5, "middle": 0.0, "end": -0.5}[text.anchor] * text.width
    center = height - text.y + 0.33 * text.size  # Graphviz centers a line where SVG stands it on its baseline
    return (
        f'  {name} [pos="{middle:.2f},{center:.2f}", fontname="{_FONTS[text.face]}", fontsize={text.size:.2f}, '
        f'fontcolor="{ROLES[text.fill][0]}", label={quoted(text.text)}]'
    )


def _color(letter: str, role: str) -> str:
    return f"{letter} 7 -{ROLES[role][0]}"


def _pairs(points: Iterable[Point], height: float) -> str:
    flipped = [f"{x:.2f} {height - y:.2f}" for x, y in points]
    return f"{len(flipped)} {' '.join(flipped)}"


def _operations(shape: Rect | Curve | Polygon, height: float) -> Iterator[str]:
    if isinstance(shape, Polygon):
        yield from (_color("C", shape.fill), _color("c", shape.fill), f"P {_pairs(shape.points, height)}")
        return
    if shape.stroke:
        style = f"setlinewidth({shape.thickness:.2f})"
        yield f"S {len(style)} -{style}"
        yield "S 6 -dashed" if shape.dashed else "S 5 -solid"
        yield _color("c", shape.stroke)
    if isinstance(shape, Curve):
        yield f"B {_pairs(shape.points, height)}"
        return
    outline = _rounded(shape)
    if shape.fill:
        yield _color("C", shape.fill)
        if not shape.stroke:
            yield _color("c", shape.fill)
        yield f"b {_pairs(outline, height)}"
    elif shape.stroke:
        yield f"B {_pairs(outline, height)}"


def _rounded(rect: Rect) -> list[Point]:
    """The outline of a rounded rectangle as Bézier pieces, clockwise from the end of its top left corner."""
    r = min(rect.radius, rect.width / 2, rect.height / 2)
    left, top, right, bottom = rect.x, rect.y, rect.x + rect.width, rect.y + rect.height
    points: list[Point] = [(left + r, top)]
    corners = [(right, top, 0, 1), (right, bottom, -1, 0), (left, bottom, 0, -1), (left, top, 1, 0)]
    for x, y, along_x, along_y in corners:
        before = (x - r * along_y, y + r * along_x)  # where the corner's arc begins, coming clockwise
        after = (x + r * along_x, y + r * along_y)
        slack = r * (1 - _CIRCLE)
        points += [points[-1], before, before]
        points += [(x - slack * along_y, y + slack * along_x), (x + slack * along_x, y + slack * along_y), after]
    return points
