"""Where things go: graphs laid out by Graphviz.

Graphviz runs in this process through `pygraphviz`, whose wheels carry it, or as the `dot` program where
that is on the PATH. Boxes go in with their sizes fixed, so the result depends on no fonts.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tinygrad_notes.draw.scene import Point
from tinygrad_notes.errors import GraphvizMissing as GraphvizMissing

_INCH = 72.0
_PLAIN_TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'


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


def run_graphviz(source: str, output: str, *, placed: bool = False) -> bytes:
    """What Graphviz makes of DOT text in the given output format; `placed` where every node has its place already.

    Raises GraphvizMissing where there is no Graphviz.
    """
    try:
        import pygraphviz
    except ImportError:
        return _run_program(source, output, placed)
    graph = pygraphviz.AGraph(string=source)
    graph.number_of_nodes = lambda: 0  # draw asks for it only to warn on stderr of more than 1,000, whatever it is told
    rendered = graph.draw(format=output, prog="nop2" if placed else "dot")
    return rendered if isinstance(rendered, bytes) else bytes(rendered, "utf-8")


def _run_program(source: str, output: str, placed: bool) -> bytes:
    if shutil.which("dot") is None:
        raise GraphvizMissing
    import graphviz

    engine, no_op = ("neato", 2) if placed else ("dot", None)
    rendered: bytes = graphviz.pipe(engine, output, source.encode(), neato_no_op=no_op, quiet=True)
    return rendered


def lay_out(
    boxes: Sequence[Box],
    links: Sequence[Link],
    *,
    rankdir: str = "LR",
    clusters: Iterable[Cluster] = (),
    node_gap: float = 14.0,
    rank_gap: float = 44.0,
) -> Layout:
    """Place `boxes` so that the links between them are short and run along `rankdir`."""
    source = _source(boxes, links, rankdir, list(clusters), node_gap, rank_gap)
    placed = json.loads(run_graphviz(source, "json0"))
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
    boxes: Sequence[Box],
    links: Sequence[Link],
    rankdir: str,
    clusters: Sequence[Cluster],
    node_gap: float,
    rank_gap: float,
) -> str:
    lines = [
        "digraph {",
        f"graph [rankdir={rankdir}, nodesep={node_gap / _INCH:.4f}, ranksep={rank_gap / _INCH:.4f}, margin=0, pad=0]",
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
