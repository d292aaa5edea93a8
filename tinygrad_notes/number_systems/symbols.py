"""Symbols: the number system whose numbers are formulas.

Reading a row of the table over symbols gives its rule as an expression tree, which the writers at the end
turn into text.

Example:
    >>> a, out = Symbol("a"), Symbol("out")
    >>> from tinygrad_notes.number_systems import symbols
    >>> from tinygrad_notes.operations import operation
    >>> value, derivatives = operation("multiply").read(symbols)
    >>> text(value(a, a + 1)), [text(d) for d in derivatives(a, a + 1, out)]
    ('a · (a + 1)', ['a + 1', 'a'])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tinygrad_notes.number_systems import floats
from tinygrad_notes.operations import TABLE


class Expression:
    """A formula; arithmetic on it builds larger ones."""

    def __add__(self, other: Any) -> Expression:
        return apply("add", self, other)

    def __radd__(self, other: Any) -> Expression:
        return apply("add", other, self)

    def __sub__(self, other: Any) -> Expression:
        return apply("subtract", self, other)

    def __rsub__(self, other: Any) -> Expression:
        return apply("subtract", other, self)

    def __mul__(self, other: Any) -> Expression:
        return apply("multiply", self, other)

    def __rmul__(self, other: Any) -> Expression:
        return apply("multiply", other, self)

    def __truediv__(self, other: Any) -> Expression:
        return apply("divide", self, other)

    def __rtruediv__(self, other: Any) -> Expression:
        return apply("divide", other, self)

    def __neg__(self) -> Expression:
        return apply("negative", self)


@dataclass(frozen=True, slots=True)
class Symbol(Expression):
    """A letter or a number as it is to be written."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Application(Expression):
    """An operation, by name, of operands."""

    name: str
    operands: tuple[Expression, ...]


def apply(name: str, *operands: Any) -> Expression:
    return Application(name, tuple(map(_as_expression, operands)))


def _as_expression(number: Any) -> Expression:
    return number if isinstance(number, Expression) else Symbol(f"{number:.15g}")


def total(xs: Sequence[Any]) -> Expression:
    return apply("sum", *xs)


def dot(ws: Sequence[Any], xs: Sequence[Any]) -> Expression:
    return apply("sum", *(apply("multiply", w, x) for w, x in zip(ws, xs, strict=True)))


def __getattr__(name: str) -> Callable[..., Expression]:
    if name not in floats.__all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return lambda *operands: apply(name, *operands)


# Writing formulas -----------------------------------------------------------------------------------

_TIGHTNESS = {"sum": 1, "add": 1, "subtract": 1, "multiply": 2, "divide": 2, "negative": 3, "pow": 4, "square": 4}
_ATOM = 5


def text(expression: Expression) -> str:
    """The formula on one line of plain text, with no more parentheses than it needs.

    Example:
        >>> a, b = Symbol("a"), Symbol("-0.3")
        >>> text(a * (a - b)), text(apply("sqrt", a) / b)
        ('a · (a - (-0.3))', 'sqrt(a) / (-0.3)')
    """
    if not isinstance(expression, Application):
        return str(expression)
    name, operands = expression.name, expression.operands
    if name == "sum":
        return " + ".join(_part(operand, 1, first=not i) for i, operand in enumerate(operands))
    if name not in _TIGHTNESS:
        return TABLE[name].notation.format(*map(text, operands))
    own = _TIGHTNESS[name]
    right = own + 1
    left = right if name == "pow" else own
    parts = [_part(operand, right if i else left, first=not i) for i, operand in enumerate(operands)]
    return TABLE[name].notation.format(*parts)


def _part(operand: Expression, needed: int, first: bool) -> str:
    """`operand`, in parentheses where it would else fall apart at a place that needs this tightness."""
    written = text(operand)
    if isinstance(operand, Application):
        loose = _TIGHTNESS.get(operand.name, _ATOM) < needed
    else:
        loose = written.startswith("-") and not (first and needed == 1)
    return f"({written})" if loose else written
