"""Graphviz: as another engine, for who prefers its layout, and DOT text of pictures that it has no say in.

Graphviz runs in this process through `pygraphviz`, or as the program `dot`. Boxes go in with their sizes fixed, so
the result depends on no fonts, but it differs from one version of Graphviz to another.

In a scene as DOT every shape has its place. Shapes become drawing operations of the graph's background (Graphviz's xdot
language), texts become nodes without an outline, since those are what every Graphviz measures and escapes alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from tinygrad_notes.draw.boxes import Box, Cluster, Frame, Layout, Link
from tinygrad_notes.draw.shapes import Curve, Point, Polygon, Rect, Shape, Text, flattened
from tinygrad_notes.draw.style import ROLES, visible
from tinygrad_notes.errors import GraphvizMissing

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


_INCH = 72.0
_PLAIN_TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'


def run_graphviz(source: str, output: str) -> bytes:
    """What `dot` makes of DOT text in the given output format.

    Raises GraphvizMissing where neither pygraphviz can be loaded nor a program `dot` be found.
    """
    try:
        import pygraphviz
    except ImportError as problem:
        return _run_program(source, output, problem)
    graph = pygraphviz.AGraph(string=source)
    graph.number_of_nodes = lambda: 0  # draw asks for it only to warn on stderr of more than 1,000, whatever it is told
    rendered = graph.draw(format=output, prog="dot")
    return rendered if isinstance(rendered, bytes) else bytes(rendered, "utf-8")


def _run_program(source: str, output: str, problem: ImportError) -> bytes:
    import shutil  # which loads all of Python's packers, and few pictures come this way

    if shutil.which("dot") is None:
        absent = isinstance(problem, ModuleNotFoundError) and problem.name == "pygraphviz"
        cause = "pygraphviz is not installed" if absent else f"pygraphviz cannot be loaded ({problem})"
        raise GraphvizMissing(
            f"the engine 'dot' is Graphviz, and it cannot run: there is no program `dot` on the PATH, and {cause}. "
            "Install Graphviz (https://graphviz.org/download) or `pip install pygraphviz`, "
            "or leave `engine` out"
        ) from problem
    import graphviz

    return bytes(graphviz.pipe("dot", output, source.encode(), quiet=True))


def lay_out_by_dot(
    boxes: Sequence[Box], links: Sequence[Link], rankdir: str, clusters: Sequence[Cluster], gaps: tuple[float, float]
) -> Layout:
    """The layout that the program `dot` makes.

    Raises GraphvizMissing where there is no Graphviz.
    """
    import json

    placed = json.loads(run_graphviz(_source(boxes, links, rankdir, clusters, gaps), "json0"))
    _, _, width, height = map(float, placed["bb"].split(","))
    layout = Layout(width, height)
    sizes = {box.name: (box.width, box.height) for box in boxes}
    for thing in placed.get("objects", ()):
        if thing["name"] in sizes:
            x, y = map(float, thing["pos"].split(","))
            w, h = sizes[thing["name"]]
            layout.boxes[thing["name"]] = Frame(x - w / 2, height - y - h / 2, w, h)
        elif "bb" in thing:
            left, bottom, right, top = map(float, thing["bb"].split(","))
            layout.clusters[thing["name"].removeprefix("cluster_")] = Frame(
                left, height - top, right - left, top - bottom
            )
    curves = {int(edge["id"]): _curve(edge["pos"], height) for edge in placed.get("edges", ())}
    layout.links = [curves[i] for i in range(len(links))]
    return layout


def _curve(position: str, height: float) -> tuple[Point, ...]:
    """The points of a Graphviz spline: an optional end point, marked "e,", comes first."""
    end: list[Point] = []
    points: list[Point] = []
    for token in position.split(";")[0].split():
        *mark, x, y = token.split(",")
        (end if mark else points).append((float(x), height - float(y)))
    return (*points, *(2 * [points[-1], *end][-1:] + end if end else ()))


def _source(
    boxes: Sequence[Box], links: Sequence[Link], rankdir: str, clusters: Sequence[Cluster], gaps: tuple[float, float]
) -> str:
    lines = [
        "digraph {",
        f"graph [rankdir={rankdir}, nodesep={gaps[0] / _INCH:.4f}, ranksep={gaps[1] / _INCH:.4f}, margin=0, pad=0]",
        'node [shape=box, fixedsize=true, label="", fontsize=1, margin=0]',
        "edge [arrowhead=none]",
    ]
    lines += (_box_statement(box, rankdir) for box in boxes)
    lines += map(_cluster_statement, clusters)
    ported = {box.name for box in boxes if box.ports > 1}
    side = {"LR": "w", "TB": "n", "RL": "e", "BT": "s"}[rankdir]
    other = {"LR": "e", "TB": "s", "RL": "w", "BT": "n"}[rankdir]
    for i, link in enumerate(links):
        port = f"p{link.port}:{side}" if link.head in ported else side
        lines.append(f"{link.tail}:{other} -> {link.head}:{port} [id={i}]")
    return "\n".join([*lines, "}"])


def _box_statement(box: Box, rankdir: str) -> str:
    if box.ports <= 1:
        return f"{box.name} [width={box.width / _INCH:.4f}, height={box.height / _INCH:.4f}]"
    down = rankdir in ("LR", "RL")  # the ports share the side where edges enter evenly, in order
    length, breadth = (box.height, box.width) if down else (box.width, box.height)
    ends = [round(length * i / box.ports) for i in range(box.ports + 1)]
    cells = [
        f'<TD PORT="p{i}" FIXEDSIZE="TRUE" {_extent(end - start, round(breadth), down)}></TD>'
        for i, (start, end) in enumerate(pairwise(ends))
    ]
    rows = "</TR><TR>".join(cells) if down else "".join(cells)
    return f"{box.name} [shape=plain, fixedsize=false, label=<{_PLAIN_TABLE}><TR>{rows}</TR></TABLE>>]"


def _extent(along: int, across: int, down: bool) -> str:
    width, height = (across, along) if down else (along, across)
    return f'WIDTH="{width}" HEIGHT="{height}"'


def _cluster_statement(cluster: Cluster) -> str:
    heading = (
        f'<{_PLAIN_TABLE} FIXEDSIZE="TRUE" WIDTH="{cluster.width:.0f}" HEIGHT="{cluster.height:.0f}">'
        "<TR><TD></TD></TR></TABLE>>"
    )
    return f"subgraph cluster_{cluster.name} {{ label={heading}; margin=10; {'; '.join(cluster.members)} }}"
