"""`draw(value)`: the computation graph as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinygrad_notes.draw.cards import Card, Port, Row, card_shapes, card_size, port_place
from tinygrad_notes.draw.fixed_dot import quoted
from tinygrad_notes.draw.layout import Box, Layout, Link, lay_out
from tinygrad_notes.draw.legend import Entry, legend
from tinygrad_notes.draw.picture import Picture
from tinygrad_notes.draw.scene import Curve, Group, Point, Polygon, Scene, Shape, moved
from tinygrad_notes.draw.style import largest_magnitude, sign_role, tint_role, visible, written
from tinygrad_notes.operations import CONSTANT, Operation
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import Value

RANKDIRS = ("LR", "TB", "RL", "BT")
_MARGIN = 16.0
_ARROW = 6.0


@dataclass(frozen=True, slots=True)
class Edge:
    """An operand's edge from one card to a port of another; `number` is the local derivative."""

    tail: str
    head: str
    port: int
    number: float
    marked: bool = False
    dimmed: bool = False


def draw(
    value: Value | Sequence[Value],
    *,
    digits: int = 4,
    rankdir: str = "LR",
    grad: bool = True,
) -> Picture:
    """The graph that `value` was computed by: every node with its data, gradient and operation.

    Operands enter a node in order, from top to bottom, and beside each stands the local derivative by it.

    Args:
        value: the root, or several that share a graph.
        digits: how many significant digits the numbers have.
        rankdir: which way values flow, as in Graphviz: "LR", "TB", "RL" or "BT".
        grad: whether gradients are shown: those that the last `backward()` left in the nodes.

    Raises TypeError for what is not a Value and ValueError for an unknown `rankdir`.

    Example:
        >>> from tinygrad_notes import Value
        >>> x, w = Value(0.5, "x"), Value(-2.0, "w")
        >>> y = (w * x).tanh()
        >>> y.backward()
        >>> draw(y).scene.description
        'Computation graph of 4 nodes. Values flow from the operands to the result = −0.7616.'
    """
    roots = _roots(value)
    _check_rankdir(rankdir)
    order = topological_order(*roots)
    names = {node: f"n{i}" for i, node in enumerate(order)}
    largest = largest_magnitude(node.grad for node in order)
    cards = [node_card(node, names[node], digits, largest if grad else None) for node in order]
    edges = [
        Edge(names[operand], names[node], port, local_derivative)
        for node in order
        for port, (operand, local_derivative) in enumerate(zip(node.operands, node.local_derivatives, strict=True))
    ]
    title = f"Computation graph of {len(order)} node{'s' if len(order) > 1 else ''}"
    result = ", ".join(f"{root.label or 'the result'} = {written(root.data, digits)}" for root in roots)
    description = f"{title}. Values flow from the operands to {visible(result)}."
    entries = graph_legend(grad, any(node.operands for node in order))
    return compose(cards, edges, title, description, rankdir, entries)


def _roots(value: Value | Sequence[Value]) -> list[Value]:
    roots: list[Value] = list(value) if isinstance(value, (list, tuple)) else [value]  # type: ignore[list-item]
    for root in roots:
        if not isinstance(root, Value):
            raise TypeError(f"draw shows the graph of a Value or of a list of Values, got {type(root).__name__}")
    if not roots:
        raise ValueError("draw needs at least one Value, got an empty list")
    return roots


def _check_rankdir(rankdir: str) -> None:
    if rankdir not in RANKDIRS:
        raise ValueError(f"rankdir is one of {', '.join(RANKDIRS)}, not {rankdir!r}")


def operation_sign(operation: Operation | None) -> str:
    """How an operation is written on a card: its notation over a, b, c, or over … for any number of operands."""
    if operation is None or operation is CONSTANT:
        return ""
    if operation.arity is None:
        return operation.notation.format("…").replace("_", " ")
    return operation.notation.format("a", "b", "c")


def node_card(node: Value, name: str, digits: int, largest: float | None) -> Card:
    """The card of one node; `largest` is the deepest gradient of the picture, None to leave gradients out."""
    constant = node.operation is CONSTANT
    number = written(node.data, digits)
    if constant and not node.label:
        return Card(name, rows=(Row("data", number),), title=f"constant {node.data!r}")
    rows = [Row("data", number)]
    if largest is not None and not constant:
        tint = tint_role(node.grad, largest, "")
        rows.append(Row("grad", written(node.grad, digits), sign_role(node.grad) if not tint else "ink", tint or None))
    ports = tuple(
        Port("" if operand.operation is CONSTANT else f"×{written(local_derivative, digits)}")
        for operand, local_derivative in zip(node.operands, node.local_derivatives, strict=True)
    )
    return Card(name, node.label, operation_sign(node.operation), tuple(rows), ports, _told(node))


def _told(node: Value) -> str:
    """All that is known of a node, in words, to full precision."""
    lines = [node.label or "unnamed", f"data {node.data!r}", f"grad {node.grad!r}"]
    if node.operation is not None:
        lines.insert(1, f"made by {node.operation.name}")
    for i, (operand, local) in enumerate(zip(node.operands, node.local_derivatives, strict=True)):
        lines.append(f"local derivative by operand {i} ({operand.label or repr(operand.data)}): {local!r}")
    return "\n".join(lines)


def graph_legend(grad: bool, has_edges: bool) -> list[Entry]:
    """What the colors and numbers of a computation graph mean."""
    entries = []
    if has_edges:
        entries.append(Entry("×0.5", "local derivative by the operand that enters there"))
    if grad:
        entries.append(Entry("scale", "grad: d(result)/d(node), negative to positive"))
    return entries


def compose(
    cards: Sequence[Card],
    edges: Sequence[Edge],
    title: str,
    description: str,
    rankdir: str,
    entries: Sequence[Entry] = (),
) -> Picture:
    """Lay cards and edges out and put the picture together."""
    down = rankdir in ("LR", "RL")
    boxes = [Box(card.name, *card_size(card, down), len(card.ports)) for card in cards]
    layout = lay_out(boxes, [Link(edge.tail, edge.head, edge.port) for edge in edges], rankdir=rankdir)
    shapes = [*edge_shapes(cards, edges, layout, rankdir), *place_cards(cards, layout, down)]
    key, key_width, key_height = legend(entries, layout.width)
    width = max(layout.width, key_width) + 2 * _MARGIN
    height = layout.height + 2 * _MARGIN + key_height
    placed: list[Shape] = [moved(shape, (width - layout.width) / 2, _MARGIN) for shape in shapes]
    placed += [moved(shape, (width - key_width) / 2, layout.height + 2 * _MARGIN) for shape in key]
    return Picture(Scene(width, height, title, description, placed), graph_source(cards, edges, rankdir))


def place_cards(cards: Sequence[Card], layout: Layout, down: bool) -> list[Shape]:
    return [card_shapes(card, layout.boxes[card.name], down) for card in cards]


def edge_shapes(cards: Sequence[Card], edges: Sequence[Edge], layout: Layout, rankdir: str) -> list[Shape]:
    """An arrow for every edge, ending at its port."""
    by_name = {card.name: card for card in cards}
    down = rankdir in ("LR", "RL")
    shapes: list[Shape] = []
    for edge, points in zip(edges, layout.links, strict=True):
        head = by_name[edge.head]
        tip = port_place(head, layout.boxes[edge.head], edge.port, down)
        role = "mark" if edge.marked else "faint" if edge.dimmed else "edge"
        curve, arrow = _arrow(points, tip, rankdir)
        shapes.append(
            Group(
                (Curve(curve, role, 2.4 if edge.marked else 1.2), Polygon(arrow, role)),
                "edge",
                "",
                (("data-edge", f"{edge.head}-{edge.port}"),),
            )
        )
    return shapes


def _arrow(points: Sequence[Point], tip: Point, rankdir: str) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """The curve cut short of `tip`, and the triangle that ends there."""
    dx, dy = {"LR": (1, 0), "RL": (-1, 0), "TB": (0, 1), "BT": (0, -1)}[rankdir]
    back = (tip[0] - _ARROW * dx, tip[1] - _ARROW * dy)
    shift = (back[0] - points[-1][0], back[1] - points[-1][1])
    handle = (points[-2][0] + shift[0], points[-2][1] + shift[1])
    half = _ARROW * 0.45
    triangle = (tip, (back[0] - half * dy, back[1] - half * dx), (back[0] + half * dy, back[1] + half * dx))
    return (*points[:-2], handle, back), triangle


def graph_source(cards: Sequence[Card], edges: Sequence[Edge], rankdir: str) -> str:
    """The graph in DOT, to be laid out and styled by whoever reads it."""
    lines = ["digraph {", f"  rankdir={rankdir}", '  node [shape=box, style=rounded, fontname="Helvetica"]']
    for card in cards:
        words = [card.label, card.operation, *(f"{row.caption} {row.number}" for row in card.rows)]
        label = "\\n".join(quoted(word)[1:-1] for word in words if word)
        lines.append(f'  {card.name} [label="{label}"]')
    ports = {card.name: card.ports for card in cards}
    lines += [f'  {edge.tail} -> {edge.head} [label="{ports[edge.head][edge.port].number}"]' for edge in edges]
    return "\n".join([*lines, "}\n"])
