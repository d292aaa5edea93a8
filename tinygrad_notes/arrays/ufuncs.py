"""What NumPy's ufuncs mean for Values: each ufunc by name, the function of numbers that does its work, its reductions.

Most are rows of the table of operations under NumPy's name. The rest are written with such rows, so their derivatives
need no rules of their own. At a tie `np.maximum` and `np.minimum` share the slope, ½ each; `np.fabs` and `np.sign` have
slope 0 at 0. A ufunc that tells something about a number (`np.isnan`, `np.greater`, …) gives a bool.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygrad_notes import functions as f
from tinygrad_notes import refusals
from tinygrad_notes.arrays.values import as_objects, lifted, lifted_result, values_of
from tinygrad_notes.operations import TABLE
from tinygrad_notes.value import Number, Value, as_value

Scalar = Value | Number
_LN2 = math.log(2.0)
_FAR = 1000.0


def _truncated(x: Scalar) -> Any:
    return f.where(f.less(x, 0.0), f.ceil(x), f.floor(x))


def nearest_even(x: Scalar) -> Any:
    """The nearest whole number, the even one of two: a step with slope 0."""
    below = f.floor(x)
    part = x - below  # without an error, where x + 0.5 may have one
    odd = f.remainder(below, 2.0)
    return below + f.where(f.equal(part, 0.5), odd, f.greater(part, 0.5))


def _remainder_of_c(a: Scalar, b: Scalar) -> Any:
    """The remainder with the sign of a, as C has it."""
    return f.where(f.less(a, 0.0), -f.remainder(-a, f.abs(b)), f.remainder(a, f.abs(b)))


def _parts(x: Scalar) -> tuple[Any, Any]:
    whole = _truncated(x)
    return f.gap(x, whole), whole


def _ignoring_nan(choose: Callable[[Any, Any], Any], a: Scalar, b: Scalar) -> Any:
    return f.where(f.equal(a, a), f.where(f.equal(b, b), choose(a, b), a), b)


def _times_power_of_two(x: Scalar, exponent: Scalar) -> Any:
    """x · 2^exponent in three steps, for the power itself may be no float."""
    for _ in range(2):
        step = f.clip(exponent, -_FAR, _FAR)
        x, exponent = x * f.exp2(step), exponent - step
    return x * f.exp2(exponent)


def _log_of_sum_to_two(a: Scalar, b: Scalar) -> Any:
    """log₂(2ᵃ + 2ᵇ): the larger, and what the other adds to it."""

    def from_larger(large: Scalar, small: Scalar) -> Any:
        return large + f.softplus(f.gap(small, large) * _LN2) / _LN2

    return f.where(f.less(a, b), from_larger(b, a), from_larger(a, b))


def _sign_of(x: Scalar) -> Any:
    """1 or -1, the zeros' signs told apart."""
    return f.sign(f.atan2(x, -1.0))


def _floored(a: Scalar, b: Scalar) -> Any:
    """⌊a / b⌋, and by 0 the infinity that NumPy has there and Python has not."""
    return f.where(f.equal(b, 0.0), f.stop_gradient(f.divide(a, b)), as_value(a) // b)


_WRITTEN: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(["degrees", "rad2deg"], lambda x: x * (180.0 / math.pi)),
    **dict.fromkeys(["radians", "deg2rad"], lambda x: x * (math.pi / 180.0)),
    "trunc": _truncated, "rint": nearest_even, "modf": _parts,
    "fmod": _remainder_of_c, "floor_divide": _floored, "divmod": lambda a, b: (_floored(a, b), f.remainder(a, b)),
    "fmax": functools.partial(_ignoring_nan, f.maximum), "fmin": functools.partial(_ignoring_nan, f.minimum),
    "ldexp": _times_power_of_two, "logaddexp": lambda a, b: f.logsumexp([a, b]), "logaddexp2": _log_of_sum_to_two,
    "copysign": lambda a, b: f.abs(a) * _sign_of(b),
    "heaviside": lambda x, at_zero: f.where(f.equal(x, 0.0), at_zero, 0.5 + 0.5 * f.sign(x)),
}  # fmt: skip
"""The ufuncs that are written with rows of the table."""

_QUESTIONS: dict[str, Callable[..., Any]] = {
    "isnan": lambda x: bool(x != x), "isinf": lambda x: bool(f.abs(x) == math.inf),
    "isfinite": lambda x: bool(f.abs(x) < math.inf), "signbit": lambda x: bool(_sign_of(x) < 0.0),
    "logical_not": lambda a: not a, "logical_and": lambda a, b: bool(a) & bool(b),
    "logical_or": lambda a, b: bool(a) | bool(b), "logical_xor": lambda a, b: bool(a) ^ bool(b),
    "equal": operator.eq, "not_equal": operator.ne, "less": operator.lt, "less_equal": operator.le,
    "greater": operator.gt, "greater_equal": operator.ge,
}  # fmt: skip
"""The ufuncs that give a bool."""

_OPERATORS: dict[str, Callable[..., Any]] = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "negative": operator.neg,
    "positive": operator.pos, "conjugate": operator.pos,
}  # fmt: skip
"""The ufuncs that are operators of Python."""

_FUNCTIONS = _WRITTEN | _QUESTIONS | _OPERATORS
_ROWS = {row.ufunc: row.name for row in TABLE.values() if row.ufunc} | {
    "absolute": "abs", "mod": "remainder", "power": "pow", "float_power": "pow", "true_divide": "divide",
}  # fmt: skip
"""The ufuncs that are rows of the table under another name."""


def is_question(ufunc: str) -> bool:
    return ufunc in _QUESTIONS


def function_of(ufunc: str) -> Callable[..., Any] | None:
    """The function of numbers that does a ufunc's work; None where the table cannot express it."""
    if ufunc in _FUNCTIONS:
        return _FUNCTIONS[ufunc]
    row = TABLE.get(_ROWS.get(ufunc, ufunc))
    return None if row is None or not row.arity else getattr(f, row.name)


def known_function(ufunc: str, method: str = "") -> Callable[..., Any]:
    """The same; TypeError, saying what to write, where the table cannot express the ufunc."""
    function = function_of(ufunc)
    if function is None:
        raise TypeError(refusals.UNKNOWN_TO_THE_TABLE.format(ufunc + method))
    return function


# Reductions -------------------------------------------------------------------------------------------

_OF_MANY: dict[str, Callable[[list[Any]], Any]] = {
    "add": f.sum, "multiply": f.product, "maximum": f.amax, "minimum": f.amin, "hypot": f.norm,
    "logaddexp": f.logsumexp,
}  # fmt: skip
"""The ufuncs whose `reduce` has a row of the table, and so is one node."""


def reduction_of(ufunc: str) -> Callable[[list[Any]], Any]:
    """The function of a list of numbers that a ufunc's `reduce` is."""
    return _OF_MANY.get(ufunc) or functools.partial(functools.reduce, known_function(ufunc, ".reduce"))


def reduce_by(
    function: Callable[[list[Any]], Any],
    name: str,
    values: Any,
    axis: Any = 0,
    keepdims: bool = False,
    initial: Any = np._NoValue,
    where: Any = True,
) -> Any:
    """`function` of the numbers along `axis`: None for all axes, a number or several."""
    array = as_objects(values)
    axes = tuple(range(array.ndim)) if axis is None else np.lib.array_utils.normalize_axis_tuple(axis, array.ndim)
    kept = tuple(k for k in range(array.ndim) if k not in axes)
    shape = tuple(array.shape[k] for k in kept)
    rows = array.transpose(*kept, *axes).reshape(*shape, -1)
    masks = np.broadcast_to(where, array.shape).transpose(*kept, *axes).reshape(*shape, -1)
    first = [] if initial is np._NoValue or initial is None else [initial]
    result = np.empty(shape, object)
    for place in np.ndindex(shape):
        numbers = [*first, *itertools.compress(rows[place].tolist(), masks[place].tolist())]
        result[place] = _reduced(function, name, numbers)
    if keepdims:
        result = np.expand_dims(result, axes)
    if name.startswith("logical"):
        return result.astype(bool)[()]
    return lifted(result) if result.ndim else lifted_result(result.item())


def _reduced(function: Callable[[list[Any]], Any], name: str, numbers: list[Any]) -> Any:
    if numbers:
        return bool(function(numbers)) if name.startswith("logical") else function(numbers)
    identity = getattr(np, name).identity if hasattr(np, name) else None
    if identity is None:
        raise ValueError(f"zero-size array to reduction operation {name} which has no identity")
    return identity


def accumulate(name: str, values: Any, axis: int = 0) -> Any:
    function, array = known_function(name, ".accumulate"), np.moveaxis(as_objects(values), axis, -1)
    result = np.empty_like(array)
    for place in np.ndindex(array.shape[:-1]):
        result[place] = np.fromiter(itertools.accumulate(array[place].tolist(), function), object, array.shape[-1])
    return lifted(np.moveaxis(result, -1, axis))


def reduce_between(name: str, values: Any, starts: Sequence[int], axis: int = 0) -> Any:
    """One number for each of `starts`: of those up to the next start, or of that one alone where it lies before."""
    array = np.moveaxis(values_of(values), axis, 0)
    ends = [*starts[1:], len(array)]
    rows = [array[start : max(end, start + 1)] for start, end in zip(starts, ends)]
    parts = [reduce_by(reduction_of(name), name, row) for row in rows]
    return lifted(np.moveaxis(np.stack(parts), 0, axis))
