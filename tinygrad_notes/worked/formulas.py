"""The formula behind a Value, in letters or with the numbers put in, and the working of a number by a page's own."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from tinygrad_notes.names import textbook
from tinygrad_notes.number_systems.latex import latex as in_latex
from tinygrad_notes.number_systems.symbols import Expression, Literal, Symbol, apply, written
from tinygrad_notes.operations import CONSTANT, operation
from tinygrad_notes.value import Value
from tinygrad_notes.worked.report import Cell, cell

_WHERE = operation("where")
_NAMED_CONSTANTS: dict[float, Expression] = {
    math.pi: Literal(math.pi),
    math.log(2.0): apply("log", 2.0),
    math.log(10.0): apply("log", 10.0),
    math.sqrt(2.0): apply("sqrt", 2.0),
    math.sqrt(2.0 * math.pi): apply("sqrt", 2.0 * math.pi),
    2.0 / math.sqrt(math.pi): apply("divide", 2.0, apply("sqrt", math.pi)),
}
"""Constants of the slopes' rules that no digits write in full."""


def number(x: float, digits: int | None = 6) -> str:
    """x to so many significant digits; in full, as short as it can be, for None.

    Example:
        >>> number(0.5), number(-0.24301412), number(-0.0), number(1e-9), number(0.12345678, None), number(2.0, None)
        ('0.5', '-0.243014', '0', '1e-09', '0.12345678', '2')
    """
    return repr(x + 0.0).removesuffix(".0") if digits is None else f"{x + 0.0:.{digits}g}"


def label_of(value: Value, digits: int = 15) -> str:
    """What a formula calls a Value: its label, the number itself for a constant, else nothing."""
    return number(value.data, digits) if value.operation is CONSTANT else value.label


def formula(value: Value, name: Callable[[Value], str] = label_of) -> Expression:
    """The formula for `value`, down to the Values that have a name; those without one are written out.

    Example:
        >>> from tinygrad_notes.number_systems.symbols import text
        >>> w, x = Value(0.5, label="w"), Value(3.0, label="x")
        >>> text(formula((w * x - 1).tanh()))
        'tanh(w · x - 1)'
        >>> text(formula(w.exp2() * math.log(2)))
        'exp2(w) · ln(2)'
    """
    value = _side_taken(value, name)
    if value.operation is None or not value.operands:
        return Symbol(name(value) or number(value.data))
    return written(value.operation, [_named(operand, name) for operand in value.operands])


def latex(value: Value) -> str:
    r"""The formula of a Value in LaTeX's math mode, after its own label if it has one.

    A gradient from `gradients(y, x)` is a Value and can be written too; so can each number of a sheet. Labels are read
    as the notes write names: `W1[0,2]` has its layer as a subscript.

    Example:
        >>> w, x = Value(0.5, label="w1"), Value(3.0, label="x")
        >>> print(latex((w * x - 1).tanh()))
        \tanh(w_{1} \cdot x - 1)
    """
    own = in_latex(formula(value))
    return rf"{in_latex(Symbol(value.label))} = {own}" if value.label and value.operands else own


def _named(value: Value, name: Callable[[Value], str]) -> Expression:
    if value.operation is CONSTANT and value.data in _NAMED_CONSTANTS:
        return _NAMED_CONSTANTS[value.data]
    called = name(value) or name(_side_taken(value, name))
    return Symbol(called) if called else formula(value, name)


def _side_taken(value: Value, name: Callable[[Value], str]) -> Value:
    """Of a choice by a condition that has no name (such as a rule's edge) the side that these numbers took."""
    while value.operation is _WHERE and not name(value.operands[0]):
        condition, if_so, otherwise = value.operands
        value = if_so if condition.data else otherwise
        if name(value):
            break
    return value


def in_letters(value: Value) -> Expression:
    """The formula for `value` with every name as textbooks write it."""
    return formula(value, lambda operand: textbook(label_of(operand)))


def with_numbers(value: Value, digits: int = 6, *, exact_givens: bool = False) -> Expression:
    """The formula for `value` with its numbers put in for all that has a name; what is given in full, if so wanted."""

    def put_in(v: Value) -> str:
        given = exact_givens and v.operation is None
        return number(v.data, None if given else digits) if label_of(v) else ""

    return formula(value, put_in)


_MOST_READ = 40  # numbers in a formula; a longer one fills the page and tells nothing


class Working(NamedTuple):
    """How a number follows from those above it on a page.

    Attributes:
        value: whose formula it is.
        numbers: what the page has for each labeled number in the formula.
        result: what comes out.
    """

    value: Value
    numbers: Mapping[Value, float]
    result: float

    def row(self, digits: int = 6) -> list[Cell]:
        """The number's name, its formula in letters and with the page's numbers, and what that gives."""

        def put_in(operand: Value) -> str:
            return number(self.numbers.get(operand, operand._data), digits) if label_of(operand) else ""

        return [
            cell(Symbol(textbook(self.value.label))),
            cell(in_letters(self.value), formula(self.value, put_in)),
            cell(number(self.result, digits)),
        ]


def working(value: Value, page: Mapping[Value, float], result: float) -> Working | None:
    """The working of a value from a page's numbers; None where its formula reads none, or too many to show."""
    read: dict[Value, None] = {}
    for operand in _read(value):
        read[operand] = None
        if len(read) > _MOST_READ:
            return None
    if not read:
        return None
    return Working(value, {operand: page.get(operand, operand._data) for operand in read}, result)


def _read(value: Value) -> Iterator[Value]:
    """The labeled numbers that a value's formula reads."""
    stack = [value]
    while stack:
        for operand in stack.pop().operands:
            if operand.label:
                yield operand
            else:
                stack.append(operand)
