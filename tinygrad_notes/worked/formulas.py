"""The formula behind a Value, in letters or with the numbers put in."""

from __future__ import annotations

import re
from collections.abc import Callable

from tinygrad_notes.number_systems.symbols import Expression, Symbol, written
from tinygrad_notes.operations import CONSTANT, operation
from tinygrad_notes.value import Value

_WHERE = operation("where")


def number(x: float, digits: int = 6) -> str:
    """x to so many significant digits.

    Example:
        >>> number(0.5), number(-0.24301412), number(-0.0), number(1e-9)
        ('0.5', '-0.243014', '0', '1e-09')
    """
    return f"{x + 0.0:.{digits}g}"


def label_of(value: Value, digits: int = 6) -> str:
    """What a formula calls a Value: its label, the number itself for a constant, else nothing."""
    if value.operation is CONSTANT:
        return number(value.data, digits)
    return value.label


def textbook(label: str) -> str:
    """A sheet's name of a number in the spelling of textbooks; any other label as it is.

    Example:
        >>> textbook("delta1[0]"), textbook("slope2[0]"), textbook("dC/dW1[0,2]"), textbook("x")
        ('δ1[0]', "σ'(z2[0])", '∂C/∂W1[0,2]', 'x')
    """
    label = re.sub(r"^delta(?=\d)", "δ", label)
    label = re.sub(r"^dC/d(?=[aWb]\d)", "∂C/∂", label)
    return re.sub(r"^slope(\d+)(\[[\d,]+\])?$", r"σ'(z\1\2)", label)


def formula(value: Value, name: Callable[[Value], str] = label_of) -> Expression:
    """The formula for `value`, down to the Values that have a name; those without one are written out.

    Example:
        >>> from tinygrad_notes.number_systems.symbols import text
        >>> w, x = Value(0.5, label="w"), Value(3.0, label="x")
        >>> text(formula((w * x - 1).tanh()))
        'tanh(w · x - 1)'
    """
    value = _side_taken(value, name)
    if value.operation is None or not value.operands:
        return Symbol(name(value) or number(value.data))
    return written(value.operation, [_named(operand, name) for operand in value.operands])


def _named(value: Value, name: Callable[[Value], str]) -> Expression:
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


def with_numbers(value: Value, digits: int = 6, name: Callable[[Value], str] = label_of) -> Expression:
    """The formula for `value` with its numbers put in for all that has a name."""
    return formula(value, lambda v: number(v.data, digits) if name(v) else "")
