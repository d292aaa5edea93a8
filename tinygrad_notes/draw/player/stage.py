"""The graph as the player shows it: an SVG whose numbers and colors the page's scripts will change.

Where scripts are refused the same SVG stands still, with every value and gradient in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinygrad_notes.draw.cards import operation_sign
from tinygrad_notes.draw.layout import Box, Frame, Link, lay_out
from tinygrad_notes.draw.metrics import text_width
from tinygrad_notes.draw.scene import Point, escaped
from tinygrad_notes.draw.style import (
    largest_magnitude,
    level_of,
    shortened,
    sign_role,
    stroke_role,
    tint_role,
    visible,
    written,
)
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.passes import reverse_sweep
from tinygrad_notes.value import Value

_LABEL, _OPERATION, _NUMBER, _SLOPE = 15.0, 11.0, 13.0, 11.0  # font sizes, as in player.css
_HEADER, _ROW, _PORT_HEIGHT, _PADDING, _PILL = 25, 19, 18, 9, 22
_MARGIN = 18


@dataclass(frozen=True, slots=True)
class _Card:
    """The parts of a node's card and how large they make it."""

    node: Value
    name: str
    operation: str
    gradient: float
    digits: int

    @property
    def is_pill(self) -> bool:
        return self.node.operation is CONSTANT

    @property
    def ports(self) -> int:
        return len(self.node.operands)

    @property
    def widest_number(self) -> str:
        """As wide as any number gets: −0.0001234 or −1.234e−05."""
        return "−0." + (self.digits + 3) * "0"

    @property
    def port_width(self) -> int:
        return round(text_width("×" + self.widest_number, _SLOPE)) + 10 if self.ports else 0

    @property
    def width(self) -> int:
        if self.is_pill:
            return round(text_width(self.name, _NUMBER)) + 22
        header = text_width(self.name, _LABEL, "serif") + text_width(self.operation, _OPERATION) + 14
        row = text_width("data", _OPERATION) + text_width(self.widest_number, _NUMBER) + 14
        return self.port_width + round(max(header, row)) + 2 * _PADDING

    @property
    def height(self) -> int:
        return _PILL if self.is_pill else max(_HEADER + 2 * _ROW + 5, _PORT_HEIGHT * self.ports)


def stage(order: Sequence[Value], names: Sequence[str], description: str, digits: int) -> str:
    """The SVG of a graph whose nodes come in topological order, with `names` for them."""
    place = {node: i for i, node in enumerate(order)}
    gradients = reverse_sweep(order, {order[-1]: 1.0})  # whatever `backward()` may have left in the nodes
    cards = [
        _Card(
            node,
            shortened(visible(name), 24),
            operation_sign(node.operation, [names[place[operand]] for operand in node.operands]),
            gradients[node],
            digits,
        )
        for node, name in zip(order, names, strict=True)
    ]
    edges = [
        (place[operand], i, position) for i, node in enumerate(order) for position, operand in enumerate(node.operands)
    ]
    layout = lay_out(
        [Box(f"n{i}", card.width, card.height, card.ports) for i, card in enumerate(cards)],
        [Link(f"n{tail}", f"n{head}", position) for tail, head, position in edges],
        rank_gap=64.0,
    )
    largest = largest_magnitude(card.gradient for card in cards if not card.is_pill)
    frames = [layout.boxes[f"n{i}"] for i in range(len(cards))]
    curves = [_edge(edge, curve, cards, frames, largest) for edge, curve in zip(edges, layout.links, strict=True)]
    nodes = [_node(i, card, frame, largest) for i, (card, frame) in enumerate(zip(cards, frames, strict=True))]
    width, height = layout.width + 2 * _MARGIN, layout.height + 2 * _MARGIN
    return (
        f'<svg id="graph" class="graph" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="{-_MARGIN} {-_MARGIN} {width:.0f} {height:.0f}" role="group" aria-label="{escaped(description)}">\n'
        + "\n".join(["<g>", *curves, "</g>", "<g>", *nodes, "</g>", "</svg>"])
    )


def _edge(
    edge: tuple[int, int, int],
    curve: Sequence[Point],
    cards: Sequence[_Card],
    frames: Sequence[Frame],
    largest: float,
) -> str:
    tail, head, position = edge
    frame, user = frames[head], cards[head].node
    end = (frame.x, frame.y + frame.height * (position + 0.5) / cards[head].ports)
    start, *rest = (*curve[:-1], end)
    flow = cards[head].gradient * user.local_derivatives[position]
    constant = cards[tail].is_pill
    role = "edge" if constant else stroke_role(flow, largest, "edge")
    return (
        f'<path class="edge stroke-{role} width-{0 if constant else level_of(flow, largest)}" '
        f'id="edge-{head}-{position}" d="M{_points([start])}C{_points(rest)}"/>'
    )


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _node(i: int, card: _Card, frame: Frame, largest: float) -> str:
    kind = "constant" if card.is_pill else "interior" if card.ports else "leaf"
    shapes = _pill(card) if card.is_pill else _card(card, largest)
    return f'<g class="node {kind}" id="node-{i}" transform="translate({frame.x:.1f} {frame.y:.1f})">{shapes}</g>'


def _pill(card: _Card) -> str:
    return (
        f'<rect class="card" width="{card.width}" height="{_PILL}" rx="{_PILL / 2:g}"/>'
        f'<text class="value middle" x="{card.width / 2:g}" y="15.5">{escaped(card.name)}</text>'
    )


def _card(card: _Card, largest: float) -> str:
    node, left, right = card.node, card.port_width + _PADDING, card.width - _PADDING
    top = (card.height - _HEADER - 2 * _ROW - 5) / 2
    value, gradient = top + _HEADER + 14, top + _HEADER + _ROW + 14
    tint = (
        f'<rect class="tint fill-{tint_role(card.gradient, largest)}" x="{card.port_width + 4}" '
        f'y="{top + _HEADER + _ROW:g}" width="{card.width - card.port_width - 8}" height="{_ROW + 1}" rx="5"/>'
    )
    parts = [
        f'<rect class="card" width="{card.width}" height="{card.height}" rx="9"/>',
        tint,
        _text("name", left, top + 18, card.name),
        _text("operation", right, top + 17.5, card.operation),
        _text("caption", left, value, "data"),
        _text("value", right, value, written(node.data, card.digits)),
        _text("caption", left, gradient, "grad"),
        _text(f"gradient text-{sign_role(card.gradient)}", right, gradient, written(card.gradient, card.digits)),
    ]
    if card.ports:
        parts.append(f'<path class="rule" d="M{card.port_width} 0V{card.height}"/>')
    for position, local_derivative in enumerate(node.local_derivatives):
        y = card.height * (position + 0.5) / card.ports + 4
        parts.append(_text("slope", card.port_width - 5, y, "×" + written(local_derivative, card.digits)))
    return " ".join(parts)  # the spaces part the words for a screen reader


def _text(kind: str, x: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escaped(text)}</text>'
