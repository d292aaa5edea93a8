"""Python floats with IEEE 754 results: the number system of the eager engine.

`math` raises exceptions where IEEE 754 defines a result. Here exp(1000) is inf, 1/0 is inf, log(0) is -inf
and log(-1) is nan, as they are for NumPy, JAX and C.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable, Sequence
from math import asinh, atan, atan2, cbrt, erf, erfc, hypot, inf, nan, tanh
from typing import Any

from tinygrad_notes.picking import NOTHING
from tinygrad_notes.rules import SMALL_EXPONENT, Derivatives, Rules, stable_sigmoid
from tinygrad_notes.rules_of_many import of_others

__all__ = [
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "cos", "cosh", "divide",
    "dot", "equal", "erf", "erfc", "exp", "exp2", "expm1", "floor", "greater", "hypot", "less", "log", "log1p",
    "log2", "log10", "maximum", "minimum", "pow", "remainder", "sign", "sin", "sinh", "sqrt", "tan", "tanh",
    "total", "where",
]  # fmt: skip

ELEMENTWISE = (frozenset(__all__) - {"dot", "total"}) | {"add", "subtract", "multiply", "negative", "sigmoid"}
"""The functions of numbers one by one, those behind Python's operators among them.

The sigmoid is one of them because its rule takes seven array operations, a number system's own four or one.
"""
EXACT = False  # set here, because a failed look-up takes longer than most rules; so is `sigmoid`

abs = operator.abs
add, subtract, multiply, negative = operator.add, operator.sub, operator.mul, operator.neg
greater, less, equal = operator.gt, operator.lt, operator.eq


def _nan_outside_domain(function: Callable[[float], float]) -> Callable[[float], float]:
    def total_function(a: float) -> float:
        try:
            return function(a)
        except ValueError:
            return nan

    return total_function


def _overflowing(function: Callable[[float], float], is_odd: bool = False) -> Callable[[float], float]:
    def total_function(a: float) -> float:
        try:
            return function(a)
        except OverflowError:
            return math.copysign(inf, a) if is_odd else inf

    return total_function


def _logarithm(function: Callable[[float], float], pole: float) -> Callable[[float], float]:
    def total_function(a: float) -> float:
        if a > pole:
            return function(a)
        return -inf if a == pole else nan

    return total_function


exp = _overflowing(math.exp)
exp2 = _overflowing(math.exp2)
expm1 = _overflowing(math.expm1)
cosh = _overflowing(math.cosh)
sinh = _overflowing(math.sinh, is_odd=True)
log = _logarithm(math.log, 0.0)
log2 = _logarithm(math.log2, 0.0)
log10 = _logarithm(math.log10, 0.0)
log1p = _logarithm(math.log1p, -1.0)
sqrt = _nan_outside_domain(math.sqrt)
sin = _nan_outside_domain(math.sin)
cos = _nan_outside_domain(math.cos)
tan = _nan_outside_domain(math.tan)
asin = _nan_outside_domain(math.asin)
acos = _nan_outside_domain(math.acos)
acosh = _nan_outside_domain(math.acosh)


def atanh(a: float) -> float:
    if -1.0 < a < 1.0:
        return math.atanh(a)
    return math.copysign(inf, a) if a in (-1.0, 1.0) else nan


def divide(a: float, b: float) -> float:
    try:
        return a / b
    except ZeroDivisionError:
        if a == 0.0 or a != a:
            return nan
        return math.copysign(inf, a) * math.copysign(1.0, b)


def pow(a: float, b: float) -> float:
    try:
        return math.pow(a, b)
    except (ValueError, OverflowError):
        if a < 0.0 and not b.is_integer():
            return nan
        negative = math.copysign(1.0, a) < 0.0 and b % 2.0 == 1.0
        return -inf if negative else inf


def remainder(a: float, b: float) -> float:
    """a - b·floor(a / b): the result has the sign of b, as Python's % and NumPy's remainder."""
    return a % b if b != 0.0 and math.isfinite(a) else nan


def floor(a: float) -> float:
    return math.copysign(float(math.floor(a)), a) if math.isfinite(a) else a


def ceil(a: float) -> float:
    return math.copysign(float(math.ceil(a)), a) if math.isfinite(a) else a


def sign(a: float) -> float:
    return math.copysign(1.0, a) if a > 0.0 or a < 0.0 else a


def maximum(a: float, b: float) -> float:
    """The larger; nan if either is nan."""
    return a if a > b or a != a else b


def minimum(a: float, b: float) -> float:
    """The smaller; nan if either is nan."""
    return a if a < b or a != a else b


def sigmoid(a: float) -> float:
    result: float = stable_sigmoid(_this_module, a)
    return result


def where(condition: bool, a: float, b: float) -> float:
    return a if condition else b


def gap(a: float, b: float) -> float:
    difference = a - b
    return 0.0 if difference != difference and a == b else difference


def is_zero(a: float) -> bool:
    return a == 0.0


def overflowed(out: float, first: float) -> bool:
    """Whether `out` is infinite as a number too large for a float, or for an operand that is; not as a pole.

    A pole is where the `first` operand is 0.
    """
    return not -inf < out < inf and first != 0.0 and out == out


def total(xs: Sequence[Any]) -> float:
    """Σ xᵢ, rounded once: `math.fsum` adds without error. The built-in `sum` depends on the version of Python."""
    try:
        return math.fsum(xs) + 0.0  # -0.0 is no sum
    except ValueError:  # ∞ - ∞
        return nan
    except OverflowError:  # on the way, though the sum itself may be small enough
        return math.fsum([x * _SCALE for x in xs]) / _SCALE


def dot(ws: Sequence[float], xs: Sequence[float]) -> float:
    """Σ wᵢxᵢ: the products, each rounded, then added as `total` adds."""
    try:
        return math.fsum(map(operator.mul, ws, xs)) + 0.0
    except (ValueError, OverflowError):
        return total([*map(operator.mul, ws, xs)])


def in_range(xs: Sequence[float]) -> bool:
    """Whether no product of some of them leaves the range of floats; zeros do no harm."""
    sizes = [abs(x) for x in xs if x]
    return math.prod([x for x in sizes if x >= 1.0]) < 1e300 and math.prod([x for x in sizes if x < 1.0]) > 1e-290


_SCALE = 2.0**-64
_this_module = sys.modules[__name__]


# Shorter ways to what the table's rules give, for operations whose general rule is many calls long: a third to a half
# of the time (benchmarks/engine.py). What they do not cover goes to the rule, and a test holds the two equal.


def _quotient(value: Value, general: Derivatives) -> Rules:
    return value, lambda a, b, out: (1.0 / b, -(out / b)) if b else general(a, b, out)


def _power(value: Value, general: Derivatives) -> Rules:
    def slopes(a: float, b: float, out: float) -> tuple[float, ...]:
        if b == 2.0 and out < inf:  # the commonest power
            return 2.0 * a, out * math.log(a) if a > 0.0 else nan if a else 0.0
        if not (-inf < a < inf and SMALL_EXPONENT <= abs(b) < inf and -inf < out < inf and (a or b > 0.0)):
            return general(a, b, out)
        try:
            power = math.pow(a, b - 1.0) if not a or 1.0 - (1.0 - b) == b else out / a
        except (OverflowError, ValueError):  # infinite: at 0, and far beyond 1
            return general(a, b, out)
        return b * power, out * math.log(a) if a > 0.0 else nan if a else out * 0.0

    return value, slopes


def _squared(value: Value, general: Derivatives) -> Rules:
    return value, lambda a, out: (2.0 * a,) if out < inf else general(a, out)


def _exponential(value: Value, general: Derivatives) -> Rules:
    return value, lambda a, out: (out,) if out < inf else general(a, out)


def _angle(value: Value, general: Derivatives) -> Rules:
    def slopes(a: float, b: float, out: float) -> tuple[float, ...]:
        length = hypot(a, b)
        return (b / length / length, -(a / length / length)) if 0.0 < length < inf else general(a, b, out)

    return value, slopes


def _product(value: Value, general: Derivatives) -> Rules:
    def product(*xs: float) -> float:
        out = math.prod(xs)
        return out if _is_moderate(xs, out) else value(*xs)

    def slopes(*xs_out: float) -> tuple[float, ...]:
        xs = xs_out[:-1]
        return tuple(of_others(operator.mul, xs, 1.0)) if _is_moderate(xs, xs_out[-1]) else general(*xs_out)

    return product, slopes


def _is_moderate(xs: Sequence[float], out: float) -> bool:
    """Whether no product of some factors leaves the range: with h ≥ 1 and all |xᵢ|, each is from |out| / hⁿ to hⁿ."""
    return abs(out) > 1e-150 and len(xs) * math.log(hypot(*xs)) < _LOG_OF_1E140


def _larger(value: Value, general: Derivatives) -> Rules:
    return value, lambda a, b, out: _FIRST if a > b else _SECOND if a < b else _BOTH if a == b else general(a, b, out)


def _smaller(value: Value, general: Derivatives) -> Rules:
    return value, lambda a, b, out: _FIRST if a < b else _SECOND if a > b else _BOTH if a == b else general(a, b, out)


def _positive_part(value: Value, general: Derivatives) -> Rules:
    return (
        lambda a: a if a > 0.0 or a != a else 0.0,
        lambda a, out: _ONE if a > 0.0 else _NONE if a <= 0.0 else general(a, out),
    )


Value = Callable[..., float]
_LOG_OF_1E140 = 140.0 * math.log(10.0)
_ONE, _NONE = (1.0,), (NOTHING,)
_FIRST, _SECOND, _BOTH = (1.0, NOTHING), (NOTHING, 1.0), (0.5, 0.5)
SHORT: dict[str, Callable[[Value, Derivatives], Rules]] = {
    "divide": _quotient, "pow": _power, "exp": _exponential, "atan2": _angle, "maximum": _larger, "minimum": _smaller,
    "relu": _positive_part, "product": _product, "square": _squared,
}  # fmt: skip
