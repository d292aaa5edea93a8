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

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tinygrad_notes.number_systems import floats, symbols
from tinygrad_notes.number_systems.arithmetic import Arithmetic
from tinygrad_notes.number_systems.symbols import Expression
from tinygrad_notes.operations import TABLE, operation


@dataclass(frozen=True, slots=True)
class Known(Arithmetic["Known"]):
    """A formula and the number that it comes to."""

    expression: Expression
    number: float

    def applied(self, name: str, *operands: Any) -> Known:
        """The operation of these operands; a factor of one that a rule brings along is left out."""
        if name == "multiply" and any(not isinstance(operand, Known) and operand == 1 for operand in operands):
            return self
        return _apply(name, *operands)


def _apply(name: str, *operands: Any) -> Known:
    value = operation(name).read(floats)[0]
    return Known(symbols.apply(name, *map(_formula, operands)), value(*map(_number, operands)))


def _formula(a: Any) -> Any:
    return a.expression if isinstance(a, Known) else symbols.as_expression(a)


def _number(a: Any) -> Any:
    return a.number if isinstance(a, Known) else a


EXACT = True  # as for the letters of `symbols`


def where(condition: Any, a: Any, b: Any) -> Any:
    return a if _number(condition) else b


def total(xs: Sequence[Any]) -> Known:
    return Known(symbols.total([_formula(x) for x in xs]), floats.total(list(map(_number, xs))))


def dot(ws: Sequence[Any], xs: Sequence[Any]) -> Known:
    formula = symbols.dot([_formula(w) for w in ws], [_formula(x) for x in xs])
    return Known(formula, floats.dot(list(map(_number, ws)), list(map(_number, xs))))


def __getattr__(name: str) -> Callable[..., Any]:
    if name not in TABLE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return functools.partial(_apply, name)
