"""`draw_names`: a page as a graph of its names, without its numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tinygrad_notes.draw.arrangement import Edge, compose
from tinygrad_notes.draw.cards import Card, Port
from tinygrad_notes.draw.picture import Picture
from tinygrad_notes.names import textbook
from tinygrad_notes.value import Value
from tinygrad_notes.worked.sheet import NumbersOnPaper, Quantity

_MOST = 60  # names; a page with more is no picture


def draw_names(sheet: NumbersOnPaper, *, rankdir: str = "LR") -> Picture | None:
    """What each name of the forward pass is worked out from; None where the page has too many names for a picture.

    Example:
        >>> from tinygrad_notes.worked.calculation import read_calculation
        >>> picture = draw_names(read_calculation("x = 0.3\\nw = 0.5\\nz = w*x\\na = tanh(z)").sheet())
        >>> picture.scene.description
        'Graph of 4 names: x and w are given; z and a are worked out.'
    """
    owner = {
        value: name for quantities in (sheet.given, sheet.quantities) for name, quantity in quantities.items()
        for value in quantity.elements
    }  # fmt: skip
    forward = [name for name, quantity in sheet.quantities.items() if quantity.phase in ("forward", "loss")]
    below = {name: list(_below(name, sheet.quantities[name], owner)) for name in forward}
    given = [name for name in sheet.given if any(name in names for names in below.values())]
    shown = {*given, *forward}
    if not forward or len(shown) > _MOST:
        return None
    cards = [Card(name, textbook(name)) for name in given]
    cards += [Card(name, textbook(name), ports=(Port(""),) * len(below[name])) for name in forward]
    edges = [
        Edge(operand, name, port) for name in forward for port, operand in enumerate(below[name]) if operand in shown
    ]
    described = f"{_listed(given)} given; {_listed(forward)} worked out."
    title = f"Graph of {len(shown)} names"
    return compose(cards, edges, title, f"{title}: {described}", rankdir)


def _below(name: str, quantity: Quantity, owner: dict[Value, str]) -> Iterator[str]:
    """The names that a quantity is worked out from, each once."""
    found: dict[str, None] = {}
    seen: set[Value] = set()
    waiting = [operand for value in quantity.elements for operand in value.operands]
    for value in waiting:  # which grows
        if value in seen:
            continue
        seen.add(value)
        if owner.get(value, name) != name:
            found[owner[value]] = None
        else:
            waiting += value.operands
    yield from found


def _listed(names: Collection[str]) -> str:
    shown = [textbook(name) for name in names]
    verb = "is" if len(shown) == 1 else "are"
    return f"{' and '.join(filter(None, [', '.join(shown[:-1]), *shown[-1:]]))} {verb}"
