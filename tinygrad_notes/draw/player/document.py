"""A graph as plain data: what the player's page gets, besides the rules of the operations in use."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import count
from typing import Any

from tinygrad_notes.draw.player.formulas import formulas
from tinygrad_notes.draw.style import LEVELS, plain
from tinygrad_notes.number_systems import javascript
from tinygrad_notes.operations import CONSTANT, Operation
from tinygrad_notes.value import Value


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
