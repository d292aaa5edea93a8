"""Cards, edges and frames laid out and put together as a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tinygrad_notes.draw.cards import Card, card_shapes, card_size, port_place
from tinygrad_notes.draw.graphviz import quoted
from tinygrad_notes.draw.layout import Box, Cluster, Layout, Link, lay_out
from tinygrad_notes.draw.metrics import text_width
from tinygrad_notes.draw.panels import Entry, legend
from tinygrad_notes.draw.picture import Picture
from tinygrad_notes.draw.scene import Curve, Group, Point, Polygon, Rect, Scene, Shape, Text, flattened, moved
from tinygrad_notes.draw.shapes import arrowhead
from tinygrad_notes.draw.style import shortened, visible

_MARGIN = 16.0
_ARROW = 6.0
_HEADING = 12.0
_RANK_GAP, _GAP_PER_PORT, _WIDEST_GAP = 40.0, 3.0, 120.0
_DIRECTIONS = {"LR": (1, 0), "RL": (-1, 0), "TB": (0, 1), "BT": (0, -1)}


@dataclass(frozen=True, slots=True)
class Edge:
    """An operand's edge from one card to a port of another; `count` is how many edges of the graph it stands for."""

    tail: str
    head: str
    port: int
    count: int = 1
    marked: bool = False
    dimmed: bool = False


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A frame with a heading around some cards."""

    heading: str
    members: tuple[str, ...]
    important: bool = False

    @property
    def shown_heading(self) -> str:
        return shortened(visible(self.heading))


def compose(
    cards: Sequence[Card],
    edges: Sequence[Edge],
    title: str,
    description: str,
    rankdir: str,
    entries: Sequence[Entry] = (),
    enclosures: Sequence[Enclosure] = (),
    panel: Sequence[Shape] = (),
    notes: tuple[str, ...] = (),
    engine: str = "layered",
) -> Picture:
    """Lay everything out; below the graph come a panel of shapes of one's own, then the legend."""
    down = rankdir in ("LR", "RL")
    boxes = [Box(card.name, *card_size(card, down), len(card.ports)) for card in cards]
    links = [Link(edge.tail, edge.head, edge.port) for edge in edges]
    clusters = [
        Cluster(f"c{i}", frame.members, text_width(frame.shown_heading, _HEADING, "bold") + 8, _HEADING + 6)
        for i, frame in enumerate(enclosures)
    ]
    busiest = max((len(card.ports) for card in cards), default=0)
    gap = min(_WIDEST_GAP, _RANK_GAP + _GAP_PER_PORT * busiest)
    layout = lay_out(boxes, links, rankdir=rankdir, clusters=clusters, rank_gap=gap, engine=engine)
    graph: list[Shape] = []
    for i, frame in enumerate(enclosures):
        if f"c{i}" in layout.clusters:  # not where frames before it hold all its members
            graph += _frame(frame, layout, f"c{i}")
    graph += _edges(cards, edges, layout, rankdir)
    graph += [card_shapes(card, layout.boxes[card.name], rankdir) for card in cards]
    panel_width, panel_height = _extent(panel)
    key, key_width, key_height = legend(entries, max(layout.width, panel_width, 480))
    width = max(layout.width, panel_width, key_width) + 2 * _MARGIN
    shapes = [moved(shape, (width - layout.width) / 2, _MARGIN) for shape in graph]
    y = layout.height + 2 * _MARGIN
    if panel:
        shapes += [moved(shape, (width - panel_width) / 2, y) for shape in panel]
        y += panel_height + _MARGIN
    shapes += [moved(shape, (width - key_width) / 2, y) for shape in key]
    height = y + key_height + (_MARGIN / 2 if key else 0)
    return Picture(Scene(width, height, title, description, shapes), _source(cards, edges, rankdir), notes)


def _extent(shapes: Sequence[Shape]) -> tuple[float, float]:
    """How far to the right and down lines of text reach."""
    lines = [shape for shape in flattened(shapes) if isinstance(shape, Text)]
    return max((line.x + line.width for line in lines), default=0.0), max((line.y + 4 for line in lines), default=0.0)


def _frame(frame: Enclosure, layout: Layout, name: str) -> list[Shape]:
    place = layout.clusters[name]
    stroke, words = ("mark", "mark") if frame.important else ("line", "quiet")
    return [
        Rect(place.x, place.y, place.width, place.height, "group", stroke, 8, dashed=frame.important, name="frame"),
        Text(place.x + place.width / 2, place.y + 16, frame.shown_heading, _HEADING, words, "middle", "bold"),
    ]


def _edges(cards: Sequence[Card], edges: Sequence[Edge], layout: Layout, rankdir: str) -> list[Shape]:
    """An arrow for every edge, ending at its port; marked ones last, so that they lie on top."""
    by_name = {card.name: card for card in cards}
    drawn: list[tuple[bool, Shape]] = []
    for edge, points in zip(edges, layout.links, strict=True):
        tip = port_place(by_name[edge.head], layout.boxes[edge.head], edge.port, rankdir)
        role = "mark" if edge.marked else "line" if edge.dimmed else "edge"
        curve, arrow = _arrow(points, tip, rankdir)
        thickness = 2.2 if edge.marked else 1.2 + 0.6 * math.log10(edge.count)
        name = (("data-edge", f"{edge.head}-{edge.port}"),)
        drawn.append((edge.marked, Group((Curve(curve, role, thickness), Polygon(arrow, role)), "edge", "", name)))
    return [shape for _, shape in sorted(drawn, key=lambda one: one[0])]


def _arrow(points: Sequence[Point], tip: Point, rankdir: str) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """The curve cut short of `tip`, and the triangle that ends there."""
    back, head = arrowhead(tip, _DIRECTIONS[rankdir], _ARROW)
    shift = (back[0] - points[-1][0], back[1] - points[-1][1])
    handle = (points[-2][0] + shift[0], points[-2][1] + shift[1])
    return (*points[:-2], handle, back), head


def _source(cards: Sequence[Card], edges: Sequence[Edge], rankdir: str) -> str:
    """The graph in DOT, to be laid out and styled by whoever reads it."""
    lines = ["digraph {", f"  rankdir={rankdir}", '  node [shape=box, style=rounded, fontname="Helvetica"]']
    for card in cards:
        count = f"× {card.count:,}" if card.count > 1 else ""
        words = [card.label, card.operation, count, *(f"{row.caption} {row.number}" for row in card.rows)]
        label = "\\n".join(quoted(word)[1:-1] for word in words if word)
        lines.append(f'  {card.name} [label="{label}"]')
    ports = {card.name: card.ports for card in cards}
    lines += [f'  {edge.tail} -> {edge.head} [label="{ports[edge.head][edge.port]}"]' for edge in edges]
    return "\n".join([*lines, "}\n"])
