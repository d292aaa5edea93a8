"""Formulas that know their numbers: a rule read over them is written with the branches that it took.

The table states its rules for all operands at once, with a `where` at each edge. At one point only one side of
every `where` counts, and that side is what a person would write.

Example:
    >>> from tinygrad_notes.number_systems import branches
    >>> from tinygrad_notes.number_systems.symbols import Symbol, text
    >>> from tinygrad_notes.operations import operation
    >>> v, two, out = Known(Symbol("v"), 3.0), Known(Symbol("2"), 2.0), Known(Symbol("out"), 9.0)
    >>> text(operation("pow").read(branches)[1](v, two, out)[0].expression)
    '2 · v^(2 - 1)'
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tinygrad_notes.number_systems import floats, symbols
from tinygrad_notes.number_systems.symbols import Expression


@dataclass(frozen=True, slots=True)
class Known:
    """A formula and the number that it comes to."""

    expression: Expression
    number: float

    def __add__(self, other: Any) -> Known:
        return _both(lambda a, b: a + b, self, other)

    def __radd__(self, other: Any) -> Known:
        return _both(lambda a, b: a + b, other, self)

    def __sub__(self, other: Any) -> Known:
        return _both(lambda a, b: a - b, self, other)

    def __rsub__(self, other: Any) -> Known:
        return _both(lambda a, b: a - b, other, self)

    def __mul__(self, other: Any) -> Known:
        return self if _is_one(other) else _both(lambda a, b: a * b, self, other)

    def __rmul__(self, other: Any) -> Known:
        return self if _is_one(other) else _both(lambda a, b: a * b, other, self)

    def __truediv__(self, other: Any) -> Known:
        return _quotient(self, other)

    def __rtruediv__(self, other: Any) -> Known:
        return _quotient(other, self)

    def __neg__(self) -> Known:
        return Known(-self.expression, -self.number)


def _is_one(other: Any) -> bool:
    return isinstance(other, (int, float)) and other == 1


def _both(operate: Callable[[Any, Any], Any], a: Any, b: Any) -> Known:
    return Known(operate(_formula(a), _formula(b)), operate(_number(a), _number(b)))


def _quotient(a: Any, b: Any) -> Known:
    return Known(symbols.apply("divide", _formula(a), _formula(b)), floats.divide(_number(a), _number(b)))


def _formula(a: Any) -> Any:
    return a.expression if isinstance(a, Known) else symbols.as_expression(a)


def _number(a: Any) -> Any:
    return a.number if isinstance(a, Known) else a


EXACT = True  # as for the letters of `symbols`


def where(condition: bool, a: Any, b: Any) -> Any:
    return a if condition else b


def greater(a: Any, b: Any) -> bool:
    return bool(_number(a) > _number(b))


def less(a: Any, b: Any) -> bool:
    return bool(_number(a) < _number(b))


def equal(a: Any, b: Any) -> bool:
    return bool(_number(a) == _number(b))


def total(xs: Sequence[Any]) -> Known:
    return Known(symbols.total([_formula(x) for x in xs]), floats.total(list(map(_number, xs))))


def dot(ws: Sequence[Any], xs: Sequence[Any]) -> Known:
    formula = symbols.dot([_formula(w) for w in ws], [_formula(x) for x in xs])
    return Known(formula, floats.dot(list(map(_number, ws)), list(map(_number, xs))))


def __getattr__(name: str) -> Callable[..., Any]:
    if name not in floats.__all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    on_formulas, on_numbers = getattr(symbols, name), getattr(floats, name)

    def function(*operands: Any) -> Any:
        return Known(on_formulas(*map(_formula, operands)), on_numbers(*map(_number, operands)))

    return function
