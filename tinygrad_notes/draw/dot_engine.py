"""Graphviz as another engine, for who prefers its layout.

Graphviz runs in this process through `pygraphviz`, or as the program `dot`. Boxes go in with their sizes fixed, so
the result depends on no fonts, but it differs from one version of Graphviz to another.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from itertools import pairwise

from tinygrad_notes.draw.boxes import Box, Cluster, Frame, Layout, Link
from tinygrad_notes.draw.shapes import Point
from tinygrad_notes.errors import GraphvizMissing

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
    if shutil.which("dot") is None:
        absent = isinstance(problem, ModuleNotFoundError) and problem.name == "pygraphviz"
        cause = "pygraphviz is not installed" if absent else f"pygraphviz cannot be loaded ({problem})"
        raise GraphvizMissing(
            f"the engine 'dot' is Graphviz, and it cannot run: there is no program `dot` on the PATH, and {cause}. "
            "Install Graphviz (https://graphviz.org/download) or `pip install pygraphviz`, "
            "or leave `engine` out"
        ) from problem
    import graphviz

    rendered: bytes = graphviz.pipe("dot", output, source.encode(), quiet=True)
    return rendered


def lay_out_by_dot(
    boxes: Sequence[Box], links: Sequence[Link], rankdir: str, clusters: Sequence[Cluster], gaps: tuple[float, float]
) -> Layout:
    """The layout that the program `dot` makes.

    Raises GraphvizMissing where there is no Graphviz.
    """
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
