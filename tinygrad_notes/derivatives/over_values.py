"""Values as the number system of derivative rules: what makes derivatives of derivatives.

As `tinygrad_notes.functions`, but decisions are taken at once: a comparison gives a bool, and `where` returns the
branch that it picks. So a branch that is not taken has no part in the next derivative, where 0 · ∞ would give nan.
Values are compared, so a recorded program guards the comparisons.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from math import inf
from typing import Any

from tinygrad_notes import functions, rules_of_many, watching
from tinygrad_notes.number_systems import floats
from tinygrad_notes.operations import DIVIDE
from tinygrad_notes.value import Number, Value

Scalar = Value | Number
_SHORTEST = 1e-290  # shorter lengths have fewer digits themselves
EXACT = False  # a derivative must be right at infinity as well


def greater(a: Scalar, b: Scalar) -> bool:
    return a > b


def less(a: Scalar, b: Scalar) -> bool:
    return a < b


def equal(a: Scalar, b: Scalar) -> bool:
    return a == b


def where(condition: bool, a: Scalar, b: Scalar) -> Scalar:
    return a if condition else b


def picked(a: Scalar, bound: float, below: Scalar, above: Scalar) -> Scalar:
    """`below` where a is less than the bound, else `above`; without a guard, for a recorded program picks each time."""
    if not watching.count:
        return below if a < bound else above
    chosen: Scalar = functions.where(functions.less(a, bound), below, above)
    return chosen


def is_zero(a: Scalar) -> bool:
    return a == 0.0


def overflowed(out: Scalar, first: Scalar) -> bool:
    """As for floats. A recorded program guards the comparisons; they are taken only where something overflowed."""
    if floats.overflowed(*[x._data if isinstance(x, Value) else float(x) for x in (out, first)]):
        return out == inf or out == -inf
    if watching.count:
        watching.assumed_finite(out)
    return False


def divide(a: Scalar, b: Scalar) -> Scalar:
    """a / b; the slope -(x / b) / b at x = 0 by its tangent in b, where 1 / b² is beyond the largest float.

    So its derivatives by b alone are 0, not 0 · ∞, and those by x and b are infinite.
    """
    if isinstance(a, Value) and isinstance(b, Value) and a.operation is DIVIDE and a.right is b:
        near = watching.count or abs(b._data) < 1e-150  # elsewhere 1 / b² does not overflow
        if near and overflowed(functions.divide(functions.reciprocal(b), b), 1.0) and a == 0.0:
            fixed = functions.stop_gradient(b)
            return a.operands[0] / fixed / fixed * (3.0 - 2.0 * (1e100 * b) / (1e100 * fixed))
    quotient: Scalar = functions.divide(a, b)
    return quotient


def in_range(xs: Sequence[Scalar]) -> bool:
    """As for floats; a program that is being recorded has to be right for other numbers too."""
    return not watching.count and floats.in_range([x._data if isinstance(x, Value) else float(x) for x in xs])


def shares(xs: Sequence[Scalar]) -> tuple[Any, ...]:
    """softmax(xs): for each x σ(x - y), where y is the logsumexp of all others.

    So the derivatives of any order keep their digits, where two shares nearly tie and where one is nearly 1.
    """
    largest = functions.stop_gradient(functions.amax(xs))  # shares do not change if all operands move by the same
    gaps = [functions.gap(x, largest) for x in xs]
    others = rules_of_many.of_others(lambda a, b: functions.logsumexp([a, b]), gaps, -inf)
    return tuple([functions.sigmoid(gap - other) for gap, other in zip(gaps, others, strict=True)])


def products_of_others(xs: Sequence[Scalar]) -> tuple[Any, ...]:
    """For each factor the product of all others as one node: its own slopes leave the range only where they must."""
    return tuple([functions.product([*xs[:k], *xs[k + 1 :]]) if len(xs) > 1 else 1.0 for k in range(len(xs))])


def cosines(xs: Sequence[Scalar], length: Scalar) -> tuple[Any, ...]:
    """x / length for every coordinate; ±1 / √(1 + (others / x)²) for a coordinate that is most of the length.

    There the slope of x / length by x, which is (1 - (x / length)²) / length, would lose all its digits. A program that
    is being recorded has both forms, and picks one for each sample.
    """
    _, xs, length = to_unit(xs, length, 1e-150)
    found = [rules_of_many.cosine(_this_module, x, length) for x in xs]
    if len(xs) == 1:
        return tuple(found)
    if watching.count:
        lengths = rules_of_many.of_others(functions.hypot, xs, 0.0)
        return tuple(_picked_cosine(*each, length) for each in zip(xs, lengths, found))
    size = length._data if isinstance(length, Value) else float(length)
    for k, x in enumerate(xs):
        if isinstance(x, Value) and _SHORTEST < size < 2.0 * abs(x._data) < inf:
            ratio = rules_of_many.norm(_this_module, (*xs[:k], *xs[k + 1 :])) / x
            found[k] = functions.sign(x) / functions.hypot(1.0, ratio)
    return tuple(found)


def _picked_cosine(x: Scalar, others: Scalar, plain: Scalar, length: Scalar) -> Scalar:
    """The cosine of a coordinate by an operation that picks. The form that is not picked has a finite slope."""
    is_most = functions.greater(2.0 * functions.abs(x), length)
    ratio = others / functions.where(is_most, x, 1.0)
    cosine: Scalar = functions.where(is_most, functions.sign(x) / functions.hypot(1.0, ratio), plain)
    return cosine


def to_unit(xs: Sequence[Scalar], length: Scalar, short: float) -> tuple[Scalar, Sequence[Scalar], Scalar]:
    """A power of two, the coordinates times it, and their length, which is about 1 if it was below `short`.

    The slopes of a quotient by a small length overflow, though small coordinates times them do not.
    """
    size = length._data if isinstance(length, Value) else float(length)
    if not watching.count and not _SHORTEST < size < short:
        return 1.0, xs, length
    known = length if watching.count else size
    power = functions.exp2(-rules_of_many.binary_exponent(_this_module, known))
    scale = picked(known, short, power, 1.0)
    scaled = [x * scale for x in xs]
    return scale, scaled, functions.norm(scaled)


def dot(ws: Any, xs: Any) -> Any:
    return functions.dot(ws, xs)


def total(xs: Any) -> Any:
    return functions.sum(xs)


def __getattr__(name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(functions, name)
    return function


_this_module = sys.modules[__name__]
