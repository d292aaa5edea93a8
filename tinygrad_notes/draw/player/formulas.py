"""How the rows of the table are written on the player's page: as tokens, into which it puts letters or numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from tinygrad_notes.number_systems import floats, symbols
from tinygrad_notes.number_systems.symbols import Application, Expression, Literal, Symbol, as_expression, text
from tinygrad_notes.operations import TABLE, Operation
from tinygrad_notes.passes import topological_order

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
    return {"value": _tokens(symbols.written(row, operands)), "derivatives": _derivatives(row, operands)}


def _derivatives(row: Operation, operands: Sequence[Symbol]) -> list[Tokens | None]:
    out = _place(OUT)
    if row.on_paper and len(operands) == 1:
        return [_tokens(as_expression(row.on_paper(out)))]
    rules = [as_expression(rule) for rule in row.read(symbols)[1](*operands, out)]
    written: list[Tokens | None] = []
    for rule in rules:
        ways = {_written_at(rule, numbers) for numbers in _ordinary_operands(row, [*operands, out])}
        way = ways.pop() if len(ways) == 1 else None
        written.append(None if way is None else _tokens_of(way))
    return written


def _ordinary_operands(row: Operation, places: Sequence[Symbol]) -> list[dict[Expression, float]]:
    """A few operands inside the row's domain, with its result."""
    value = row.read(floats)[0]
    found: list[dict[Expression, float]] = []
    for sample in _SAMPLES:
        numbers = [sample[i % 3] for i in range(len(places) - 1)]
        out = value(*numbers)
        if math.isfinite(out):
            found.append({place: float(number) for place, number in zip(places, [*numbers, out], strict=True)})
    return found


def _written_at(rule: Expression, numbers: dict[Expression, float]) -> str | None:
    """The rule's text with every `where` decided as it is at these numbers; None where that is too long to read."""
    known: dict[Expression, Any] = dict(numbers)
    formula: dict[Expression, Expression] = {}
    parts: dict[Expression, int] = {}
    for node in topological_order(rule):
        operands = [formula[operand] for operand in node.operands]
        if isinstance(node, Application):
            known[node] = _evaluated(node, [known[operand] for operand in node.operands])
            condition = bool(known[node.operands[0]])
            is_choice = node.name == "where"
            formula[node] = operands[1 if condition else 2] if is_choice else _tidied(node.name, operands)
        else:
            known.setdefault(node, getattr(node, "number", math.nan))
            formula[node] = node
        parts[formula[node]] = 1 + sum(parts[operand] for operand in formula[node].operands)
    return text(formula[rule]) if parts[formula[rule]] <= _MOST_PARTS else None


def _evaluated(node: Application, numbers: list[Any]) -> Any:
    if node.name in floats.__all__:
        return getattr(floats, node.name)(*numbers)
    return TABLE[node.name].read(floats)[0](*numbers)


def _tidied(name: str, operands: list[Expression]) -> Expression:
    """The application, without factors of one, as on paper."""
    if name == "multiply":
        for one, other in (operands, operands[::-1]):
            if isinstance(one, Literal) and one.number == 1.0:
                return other
    return Application(name, tuple(operands))


def _place(i: int) -> Symbol:
    return Symbol(f"\ue000{i}\ue001")


def _tokens(formula: Expression) -> Tokens:
    return _tokens_of(text(formula))


def _tokens_of(formula: str) -> Tokens:
    pieces = _PLACE.split(formula)  # text and places by turns
    return [int(piece) if i % 2 else _LONG_NUMBER.sub(_short, piece) for i, piece in enumerate(pieces) if piece]


def _short(number: re.Match[str]) -> str:
    return f"{float(number[0]):.4g}"
