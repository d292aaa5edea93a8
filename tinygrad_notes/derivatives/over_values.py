"""Values as the number system of derivative rules: what makes derivatives of derivatives.

As `tinygrad_notes.functions`, but decisions are taken at once: a comparison gives a bool, and `where` returns the
branch that it picks. So a branch that is not taken has no part in the next derivative, where 0 · ∞ would give nan.
Values are compared, so a recorded program guards the comparisons.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import accumulate
from math import inf
from typing import Any

from tinygrad_notes import functions, rules_of_many, watching
from tinygrad_notes.number_systems import floats
from tinygrad_notes.value import Number, Value

Scalar = Value | Number
_SMALLEST = 1e-290  # shorter lengths have fewer digits themselves
EXACT = False  # a derivative must be right at infinity as well


def greater(a: Scalar, b: Scalar) -> bool:
    return a > b


def less(a: Scalar, b: Scalar) -> bool:
    return a < b


def equal(a: Scalar, b: Scalar) -> bool:
    return a == b


def where(condition: bool, a: Scalar, b: Scalar) -> Scalar:
    return a if condition else b


def is_zero(a: Scalar) -> bool:
    return a == 0.0


def overflowed(out: Scalar, operands: Sequence[Scalar]) -> bool:
    """As for floats. A recorded program guards the comparisons; they are taken only where something overflowed."""
    numbers = [x._data if isinstance(x, Value) else float(x) for x in (out, *operands)]
    return floats.overflowed(numbers[0], numbers[1:]) and (out == inf or out == -inf)


def cosines(xs: Sequence[Scalar], length: Scalar) -> tuple[Any, ...]:
    """x / length for every coordinate; ±1 / √(1 + (others / x)²) for a coordinate that is most of the length.

    There the slope of x / length by x, which is (1 - (x / length)²) / length, would lose all its digits. A program that
    is being recorded has both forms, and picks one for each sample.
    """
    found = [rules_of_many.cosine(_this_module, x, length) for x in xs]
    if len(xs) == 1:
        return tuple(found)
    if watching.count:
        return tuple(_picked(*each, length) for each in zip(xs, _lengths_of_others(xs), found))
    size = length._data if isinstance(length, Value) else float(length)
    for k, x in enumerate(xs):
        if isinstance(x, Value) and _SMALLEST < size < 2.0 * abs(x._data) < inf:
            ratio = rules_of_many.norm(_this_module, (*xs[:k], *xs[k + 1 :])) / x
            found[k] = functions.sign(x) / functions.hypot(1.0, ratio)
    return tuple(found)


def _picked(x: Scalar, others: Scalar, plain: Scalar, length: Scalar) -> Scalar:
    """The cosine of a coordinate by an operation that picks. The form that is not picked has a finite slope."""
    is_most = functions.greater(2.0 * functions.abs(x), length)
    ratio = others / functions.where(is_most, x, 1.0)
    cosine: Scalar = functions.where(is_most, functions.sign(x) / functions.hypot(1.0, ratio), plain)
    return cosine


def _lengths_of_others(xs: Sequence[Scalar]) -> list[Scalar]:
    """For each coordinate the length of the vector of all others, in linear time."""
    before, after = [0.0, *accumulate(xs[:-1], functions.hypot)], [0.0, *accumulate(xs[:0:-1], functions.hypot)]
    return [functions.hypot(a, b) for a, b in zip(before, reversed(after))]


def dot(ws: Any, xs: Any) -> Any:
    return functions.dot(ws, xs)


def total(xs: Any) -> Any:
    return functions.sum(xs)


def __getattr__(name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(functions, name)
    return function


_this_module = sys.modules[__name__]
