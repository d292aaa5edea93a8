"""Cards: how a node of a computation graph looks, and how large that makes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tinygrad_notes.draw.layout import Frame
from tinygrad_notes.draw.metrics import text_width
from tinygrad_notes.draw.scene import Group, Point, Rect, Shape, Text
from tinygrad_notes.draw.style import shortened, visible
from tinygrad_notes.operations import CONSTANT, Operation

_LABEL, _OPERATION, _NUMBER, _PORT = 15.0, 11.0, 12.0, 10.5  # font sizes
_HEADER, _ROW, _PORT_HEIGHT, _PADDING = 24, 17, 17, 8
_PILL = 20  # the height of a card that is a bare number
_SHORT_NAME = re.compile(r"[^\W\d_][\w'′.,\[\]]{0,7}|[-−]?\d[\d.]{0,7}")  # a name or a plain number


@dataclass(frozen=True, slots=True)
class Row:
    """A captioned number on a card; `tint` is the role of the surface behind it."""

    caption: str
    number: str
    role: str = "ink"
    tint: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A node as drawn: a label, the operation, numbers, and a port for every operand in order.

    A port is where the operand's edge enters, and holds the local derivative by that operand.

    A card without label, operation and rows but one number is drawn as a pill: a constant. `count` is how many
    nodes of the graph one card stands for; `cut` says that its operands are not drawn.
    """

    name: str
    label: str = ""
    operation: str = ""
    rows: tuple[Row, ...] = ()
    ports: tuple[str, ...] = ()
    title: str = ""
    count: int = 1
    marked: bool = False
    dimmed: bool = False
    cut: bool = False

    @property
    def is_pill(self) -> bool:
        return not self.label and not self.operation and len(self.rows) == 1 and not self.ports

    @property
    def shown_label(self) -> str:
        return shortened(visible(self.label))


def operation_sign(operation: Operation | None, operands: Sequence[str] = ()) -> str:
    """How an operation is written on a card: over the names of its operands, with … for one that has no short name.

    `operands` are labels, or the numbers of constants. A label that could be read as a formula counts as none.
    A sign between two operands without names stands alone.
    """
    if operation is None or operation is CONSTANT:
        return ""
    if operation.arity is None:
        return operation.notation.format("…").replace("_", " ")
    names = [name if _SHORT_NAME.fullmatch(name) else "…" for name in operands] or ["…"] * operation.arity
    if operation.arity > 1 and operation.tightness:
        if set(names) == {"…"}:
            return operation.notation.format("", "").strip()
        names = [f"({name})" if name[0] in "-−" else name for name in names]
    return operation.notation.format(*names)


def card_size(card: Card, down: bool) -> tuple[int, int]:
    """Width and height of a card; `down` where its ports stand below each other on one side."""
    if card.is_pill:
        return round(text_width(card.rows[0].number, _NUMBER)) + 2 * _PADDING, _PILL
    width, height = _body_size(card)
    if not card.ports:
        return width, height
    port = _port_width(card.ports)
    if down:
        return width + port, max(height, _PORT_HEIGHT * len(card.ports))
    return max(width, port * len(card.ports)), height + _PORT_HEIGHT


def _body_size(card: Card) -> tuple[int, int]:
    header = text_width(card.shown_label, _LABEL, "serif") + text_width(card.operation, _OPERATION)
    gap = 12 if card.shown_label and card.operation else 0
    badge = text_width(_badge(card), _OPERATION, "bold") + 10 if card.count > 1 else 0
    rows = [text_width(row.caption, _OPERATION) + 12 + text_width(row.number, _NUMBER) for row in card.rows]
    width = max([header + gap + badge, *rows, 44.0]) + 2 * _PADDING
    return round(width), _HEADER + _ROW * len(card.rows) + (4 if card.rows else 0)


def _badge(card: Card) -> str:
    return f"× {card.count:,}"


def _port_width(ports: Sequence[str]) -> int:
    return round(max(text_width(slope, _PORT) for slope in ports)) + 10


def card_shapes(card: Card, frame: Frame, rankdir: str) -> Group:
    """The shapes of a card at its place."""
    stroke = "mark" if card.marked else "line"
    if card.is_pill:
        middle = frame.x + frame.width / 2
        shapes: list[Shape] = [
            Rect(frame.x, frame.y, frame.width, frame.height, "group", stroke, radius=frame.height / 2),
            Text(middle, frame.y + 14, card.rows[0].number, _NUMBER, "quiet", "middle", name="data"),
        ]
        return Group(tuple(shapes), "node", card.title, (("data-node", card.name),))
    shapes = []
    if card.count > 1:  # a second card peeps out from behind
        shapes.append(Rect(frame.x + 4, frame.y - 4, frame.width, frame.height, "card", stroke, radius=5))
    thickness = 2.0 if card.marked else 1.0
    shapes.append(Rect(frame.x, frame.y, frame.width, frame.height, "card", stroke, 5, thickness, card.cut))
    body = frame
    if card.ports:
        shapes += _port_shapes(card, frame, rankdir)
        body = _without_ports(frame, rankdir, _port_width(card.ports))
    shapes += _body_shapes(card, body)
    return Group(tuple(shapes), "node", card.title, (("data-node", card.name),))


def _body_shapes(card: Card, body: Frame) -> list[Shape]:
    _, needed = _body_size(card)
    top = body.y + (body.height - needed) / 2
    left, right = body.x + _PADDING, body.x + body.width - _PADDING
    end = right  # of the operation
    shapes: list[Shape] = []
    if card.label:
        role = "quiet" if card.dimmed else "ink"
        shapes.append(Text(left, top + 17, card.shown_label, _LABEL, role, "start", "serif", name="label"))
    if card.count > 1:
        badge = Text(right, top + 16.5, _badge(card), _OPERATION, "mark", "end", "bold", name="count")
        shapes.append(badge)
        end -= badge.width + 10
    if card.operation:
        shapes.append(Text(end, top + 16.5, card.operation, _OPERATION, "quiet", "end", name="operation"))
    for i, row in enumerate(card.rows):
        y = top + _HEADER + _ROW * i
        tint, role = (None, "quiet") if card.dimmed else (row.tint, row.role)
        if tint:
            shapes.append(Rect(body.x + 4, y, body.width - 8, _ROW, tint, radius=3, name=f"{row.caption}-tint"))
        shapes.append(Text(left, y + 12.5, row.caption, _OPERATION, role if tint else "quiet"))
        shapes.append(Text(right, y + 12.5, row.number, _NUMBER, role, "end", name=row.caption))
    return shapes


def _without_ports(frame: Frame, rankdir: str, breadth: float) -> Frame:
    """The part of a card that its ports leave."""
    if rankdir in ("LR", "RL"):
        return Frame(frame.x + (breadth if rankdir == "LR" else 0), frame.y, frame.width - breadth, frame.height)
    top = _PORT_HEIGHT if rankdir == "TB" else 0
    return Frame(frame.x, frame.y + top, frame.width, frame.height - _PORT_HEIGHT)


def _port_shapes(card: Card, frame: Frame, rankdir: str) -> list[Shape]:
    breadth = _port_width(card.ports)
    body = _without_ports(frame, rankdir, breadth)
    shapes: list[Shape] = []
    if rankdir in ("LR", "RL"):
        x = body.x if rankdir == "LR" else body.x + body.width
        shapes.append(Rect(x, frame.y, 0.8, frame.height, "line"))
    else:
        y = body.y if rankdir == "TB" else body.y + body.height
        shapes.append(Rect(frame.x, y, frame.width, 0.8, "line"))
    role = "quiet" if card.dimmed else "ink"
    for i, slope in enumerate(card.ports):
        x, y = port_place(card, frame, i, rankdir)
        if rankdir in ("LR", "RL"):
            right = x + breadth - 5 if rankdir == "LR" else x - 5
            shapes.append(Text(right, y + 3.8, slope, _PORT, role, "end", name="local"))
        else:
            middle = y + 12 if rankdir == "TB" else y - 5
            shapes.append(Text(x, middle, slope, _PORT, role, "middle", name="local"))
    return shapes


def port_place(card: Card, frame: Frame, port: int, rankdir: str) -> Point:
    """Where the edge of an operand meets the card."""
    share = (port + 0.5) / max(1, len(card.ports))
    if rankdir in ("LR", "RL"):
        return frame.x + (frame.width if rankdir == "RL" else 0), frame.y + frame.height * share
    return frame.x + frame.width * share, frame.y + (frame.height if rankdir == "BT" else 0)
