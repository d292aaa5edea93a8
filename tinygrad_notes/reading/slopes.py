"""Derivatives of a note's own formulas, as formulas: of x³ + 2x by x it is 3x² + 2.

The rules are those of the table of operations, read over formulas.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tinygrad_notes.number_systems.arithmetic import Arithmetic
from tinygrad_notes.operations import TABLE, operation
from tinygrad_notes.reading.formulas import ROWS, Apply, Name, Number, Tree, names, value_of

_SIGNS = {row: sign for sign, row in ROWS.items() if sign != "⊙"} | {"negative": "-"}


class NoSlopeError(Exception):
    """A formula of arrays, or with a function that the table does not have."""


def slope(formula: Tree, by: str) -> Tree:
    """The derivative of a formula by a name in it.

    Raises NoSlopeError where the table has no rule for it.

    Example:
        >>> from tinygrad_notes.reading.parsing import parsed
        >>> from tinygrad_notes.reading.tokens import tokens_of
        >>> from tinygrad_notes.reading.writing import written
        >>> written(slope(parsed(tokens_of("x^3 + 2x")), "x")).text
        '3*x^2 + 2'
    """
    if isinstance(formula, Name):
        return _number(float(formula.name == by))
    if isinstance(formula, Number) or by not in names(formula):
        return _number(0.0)
    along = [
        _Formula(outer) * _Formula(slope(operand, by))
        for operand, outer in zip(formula.operands, _slopes(formula), strict=True)
        if by in names(operand)
    ]
    return functools.reduce(lambda left, right: left + right, along).tree


def _slopes(formula: Apply) -> list[Tree]:
    """The derivative of an operation by each of its operands."""
    name, operands = formula.function, formula.operands
    if name == "relu":
        return [Apply("relu'", operands)]  # a step has no formula
    row = "negative" if name == "-" and len(operands) == 1 else ROWS.get(name, name)
    if row not in TABLE or TABLE[row].arity != len(operands):
        raise NoSlopeError
    return [_tree(found) for found in operation(row).textbook(_THIS)(*map(_Formula, operands), _Formula(formula))]


@dataclass(frozen=True, slots=True)
class _Formula(Arithmetic["_Formula"]):
    """A formula as a number that the rules of the table work with."""

    tree: Tree

    def applied(self, name: str, *operands: Any) -> _Formula:
        trees = tuple(map(_tree, operands))
        if name == "square":
            return _Formula(Apply("^", (*trees, Number("2", 0, 0))))
        if name == "pow" and trees[1] == Number("1", 0, 0):
            return _Formula(trees[0])
        if name == "multiply" and Number("1", 0, 0) in trees:
            return _Formula(trees[trees[0] == Number("1", 0, 0)])
        if name in ("add", "subtract") and all(isinstance(tree, Number) and "/" not in tree.written for tree in trees):
            left, right = (value_of(tree) for tree in trees if isinstance(tree, Number))
            return _Formula(_number(left + right if name == "add" else left - right))
        return _Formula(Apply(_SIGNS.get(name, name), trees))


def _tree(number: Any) -> Tree:
    return number.tree if isinstance(number, _Formula) else _number(float(number))


def _number(value: float) -> Tree:
    written = Number(f"{abs(value):.15g}", 0, 0)
    return Apply("-", (written,)) if value < 0.0 else written


def __getattr__(name: str) -> Callable[..., _Formula]:
    if name not in TABLE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return lambda *operands: _Formula(Number("0", 0, 0)).applied(name, *operands)


EXACT = True
"""Formulas stand for real numbers, see `rules`."""
_THIS = sys.modules[__name__]
