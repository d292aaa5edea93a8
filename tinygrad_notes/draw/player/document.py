"""A graph as plain data: what the player's page gets, besides the rules of the operations in use.

Formulas are written as tokens, into which the page puts letters or numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from tinygrad_notes.draw.style import LEVELS, plain
from tinygrad_notes.number_systems import branches, floats, javascript, symbols
from tinygrad_notes.number_systems.branches import Known
from tinygrad_notes.number_systems.symbols import Expression, Symbol, as_expression, text
from tinygrad_notes.operations import CONSTANT, Operation
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import Value

Tokens = list[str | int]
OUT = -1
"""Stands for the operation's own result in the tokens of a formula; its operands are 0, 1, …"""
_MOST_OPERANDS = 16
_MOST_PARTS = 14
_PLACE = re.compile("\ue000(-?\\d+)\ue001")
_LONG_NUMBER = re.compile(r"\d\.\d{5,}")
# On both sides of the kinks that the table has, and binary fractions, for which x - 1 + 1 is x.
_SAMPLES = (
    (0.25, 0.75, 1.5),
    (-0.5, 0.875, 1.0),
    (-0.5, -0.75, 0.25),
    (2.0, -3.0, 1.0),
    (1.75, 1.25, -2.0),
    (0.0, 0.5, 1.0),
)


def formulas(row: Operation, arity: int) -> dict[str, Any]:
    """How a row's value and derivatives are written: text, and a number where an operand goes.

    A derivative is None where no short formula holds everywhere, as at the kink of max(a, b).

    Example:
        >>> from tinygrad_notes.operations import operation
        >>> formulas(operation("multiply"), 2)
        {'value': [0, ' · ', 1], 'derivatives': [[1], [0]]}
        >>> formulas(operation("sigmoid"), 1)
        {'value': ['σ(', 0, ')'], 'derivatives': [[-1, ' · (1 - ', -1, ')']]}
        >>> formulas(operation("maximum"), 2)
        {'value': ['max(', 0, ', ', 1, ')'], 'derivatives': [None, None]}
    """
    if arity > _MOST_OPERANDS:
        return {"value": [f"{row.name.replace('_', ' ')} of {arity:,} numbers"], "derivatives": [None] * arity}
    operands = [_place(i) for i in range(arity)]
    return {"value": _tokens_of(text(symbols.written(row, operands))), "derivatives": _derivatives(row, operands)}


def _derivatives(row: Operation, operands: Sequence[Symbol]) -> list[Tokens | None]:
    places = [*operands, _place(OUT)]
    ways = zip(*(_written_at(row, places, numbers) for numbers in _ordinary_operands(row, len(operands))), strict=True)
    return [None if None in texts or len(set(texts)) > 1 else _tokens_of(texts[0]) for texts in ways]


def _ordinary_operands(row: Operation, arity: int) -> Iterator[list[float]]:
    """A few operands inside the row's domain, each followed by its result."""
    for sample in _SAMPLES:
        numbers = [sample[i % 3] for i in range(arity)]
        out = row.read(floats)[0](*numbers)
        if math.isfinite(out):
            yield [*numbers, out]


def _written_at(row: Operation, places: Sequence[Symbol], numbers: Sequence[float]) -> list[Any]:
    """Each derivative's text with the branches taken at these numbers; None for one too long to read."""
    known = [Known(place, number) for place, number in zip(places, numbers, strict=True)]
    rules = row.textbook(branches)(*known)
    return [_readable(rule.expression if isinstance(rule, Known) else as_expression(rule)) for rule in rules]


def _readable(formula: Expression) -> str | None:
    parts: dict[Expression, int] = {}
    for node in topological_order(formula):
        parts[node] = 1 + sum(parts[operand] for operand in node.operands)
    return text(formula) if parts[formula] <= _MOST_PARTS else None


def _place(i: int) -> Symbol:
    return Symbol(f"\ue000{i}\ue001")


def _tokens_of(formula: str) -> Tokens:
    pieces = _PLACE.split(formula)  # text and places by turns
    shortened = (_LONG_NUMBER.sub(lambda number: f"{float(number[0]):.4g}", piece) for piece in pieces)
    return [int(piece) if i % 2 else piece for i, piece in enumerate(shortened) if piece]


def document(order: Sequence[Value], digits: int) -> dict[str, Any]:
    """All that the page needs to know of a graph, its nodes in topological order."""
    place = {node: i for i, node in enumerate(order)}
    names = node_names(order, digits)
    uses = operations_in_use(order)
    return {
        "digits": digits,
        "levels": LEVELS,
        "nodes": [_node(node, names[i], [place[operand] for operand in node.operands]) for i, node in enumerate(order)],
        "formulas": {javascript.key(row, arity): formulas(row, arity) for row, arity in uses},
    }


def operations_in_use(order: Sequence[Value]) -> list[tuple[Operation, int]]:
    """Each row of the table that the graph uses, with each number of operands it is used at."""
    uses = {(node.operation, len(node.operands)): None for node in order if node.operation and node.operands}
    return [(row, arity) for row, arity in uses if row is not None]


def node_names(order: Sequence[Value], digits: int) -> list[str]:
    """What to call each node: its label, a constant's number, else v1, v2, … as in the textbooks."""
    taken = {node.label for node in order}
    free = (name for name in map("v{}".format, count(1)) if name not in taken)
    return [node.label or (plain(node.data, digits) if node.operation is CONSTANT else next(free)) for node in order]


def _node(node: Value, name: str, operands: list[int]) -> dict[str, Any]:
    plain: dict[str, Any] = {"name": name, "data": _as_json(node.data), "operands": operands}
    if node.operation is CONSTANT:
        plain["constant"] = True
    elif node.operation is not None:
        plain["rule"] = javascript.key(node.operation, len(operands))
        plain["operation"] = node.operation.name.replace("_", " ")
    return plain


def _as_json(number: float) -> float | str:
    """JSON has no nan and no infinity: JavaScript reads these from their names."""
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
