"""Parts that several rows of the table of operations share, and rules too long for one line.

As in the table, `m` is the number system that a rule is read over. One that stands for real numbers, with neither
rounding nor overflow, says that it is `EXACT`: its rules are the plain formulas, as a person would write them, for
operands inside the domain. "Over Values" below means over `derivatives.over_values`, which is not exact. Nothing here
knows of the table.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from math import inf, nan
from typing import Any

_LN2, _TWO_OVER_SQRT_PI, _THIRD = math.log(2.0), 2.0 / math.sqrt(math.pi), 1.0 / 3.0

Derivatives = Callable[..., tuple[Any, ...]]
Rules = tuple[Callable[..., Any], Derivatives]
"""value(*operands) and derivatives(*operands, out), what a row gives for one number system."""


def exact(m: Any) -> bool:
    return bool(getattr(m, "EXACT", False))


def sigmoid(m: Any, a: Any) -> Any:
    """1 / (1 + exp(-a)); a number system may bring its own, as Values do to stay smooth at 0."""
    own = getattr(m, "sigmoid", None)
    return stable_sigmoid(m, a) if own is None else own(a)


def stable_sigmoid(m: Any, a: Any) -> Any:
    """The sigmoid from an exponential that never overflows: both tails keep their relative precision."""
    e = m.exp(-m.abs(a))
    return m.divide(m.where(m.less(a, 0.0), e, 1.0), 1.0 + e)


def squared(a: Any) -> Any:
    return a * a


def sech2(m: Any, scale: float = 1.0) -> Callable[[Any], Any]:
    """a ↦ (scale / cosh(a))², the slope of tanh. Values (not floats) have a `sech2` with a finite slope."""
    own: Callable[[Any], Any] | None = None if exact(m) else getattr(m, "sech2", None)
    if own is None:
        return lambda a: squared(m.divide(scale, m.cosh(a)))
    return own if scale == 1.0 else lambda a: scale * scale * own(a)


def bell(m: Any) -> Rules:
    """1/cosh²(a) = 4e / (1 + e)² with e = exp(-2|a|), which does not overflow."""

    def value(a: Any) -> Any:
        e = m.exp(-2.0 * m.abs(a))
        return m.divide(4.0 * e, squared(1.0 + e))

    return sech2(m) if exact(m) else value, lambda a, out: (-2.0 * out * m.tanh(a),)


def tanh(m: Any) -> Rules:
    """tanh(a); its slope is taken from a, for 1 - tanh² cancels where tanh is near 1."""
    slope = sech2(m)
    return m.tanh, lambda a, out: (slope(a),)


def logistic(m: Any) -> Rules:
    """σ(a), whose slope σ(a)·(1 - σ(a)) is sech²(a/2) / 4."""
    slope = sech2(m, 0.5)
    return lambda a: sigmoid(m, a), lambda a, out: (slope(0.5 * a),)


def _one_minus_square(m: Any) -> Callable[[Any], Any]:
    """a ↦ 1 - a²: near ±1 as a product, which does not cancel there; near 0 as it is, for the product's slope does."""
    if exact(m):
        return lambda a: (1.0 - a) * (1.0 + a)
    return lambda a: m.where(m.less(m.abs(a), 0.5), 1.0 - a * a, (1.0 - a) * (1.0 + a))


def asin(m: Any) -> Rules:
    """asin(a), whose slope is 1 / √(1 - a²)."""
    square = _one_minus_square(m)
    return m.asin, lambda a, out: (m.divide(1.0, m.sqrt(square(a))),)


def acos(m: Any) -> Rules:
    """acos(a) = π/2 - asin(a)."""
    square = _one_minus_square(m)
    return m.acos, lambda a, out: (-m.divide(1.0, m.sqrt(square(a))),)


def atanh(m: Any) -> Rules:
    """atanh(a), whose slope is 1 / (1 - a²)."""
    square = _one_minus_square(m)
    return m.atanh, lambda a, out: (starting_at(m, 1.0 - m.abs(a), 0.0, m.divide(1.0, square(a))),)


def erf(m: Any) -> Rules:
    """erf(a), whose slope is 2/√π · exp(-a²)."""
    near = bounded(m)
    return m.erf, lambda a, out: (_TWO_OVER_SQRT_PI * m.exp(-squared(near(a))),)


def erfc(m: Any) -> Rules:
    """erfc(a) = 1 - erf(a)."""
    near = bounded(m)
    return m.erfc, lambda a, out: (-_TWO_OVER_SQRT_PI * m.exp(-squared(near(a))),)


def exp2(m: Any) -> Rules:
    """2^a; its slope is finite up to 1024.5, where 2^a is not any more."""
    if exact(m):
        return m.exp2, lambda a, out: (out * _LN2,)
    return m.exp2, lambda a, out: (m.where(m.greater(a, 1.0), m.exp2(a - 1.0) * (2.0 * _LN2), out * _LN2),)


def cbrt(m: Any) -> Rules:
    """∛a; one step of Newton's method after the library's, which may be three units in the last place off."""

    def refined(a: Any) -> Any:
        root = m.cbrt(a)
        step = (root - m.divide(a, squared(root))) * _THIRD
        return m.where(m.equal(a + a, a), root, root - step)  # 0 and ±∞ are their own roots

    return m.cbrt if exact(m) else refined, lambda a, out: (m.divide(1.0, 3.0 * out * out),)


def starting_at(m: Any, a: Any, start: float, slope: Any) -> Any:
    """`slope` where a is in the domain [start, ∞), nan outside."""
    return m.where(m.less(a, start), nan, slope)


def unless_nan(m: Any) -> Callable[[Any, Any], Any]:
    """(a, slope) ↦ slope, or nan where a is."""
    if exact(m):
        return lambda a, slope: slope
    return lambda a, slope: m.where(m.equal(a, a), slope, nan)


def bounded(m: Any) -> Callable[[Any], Any]:
    """a ↦ a itself, as far out as the factor that it meets is more than 0: keeps 0 · ∞ away."""
    if exact(m):
        return lambda a: a
    return lambda a: m.minimum(m.maximum(a, -1e3), 1e3)


def step(m: Any) -> Callable[[Any, Any], Any]:
    """(a, b) ↦ the share of a in d max(a, b)/da: 1, 0, one half where they tie, nan where either is."""
    if exact(m):
        return lambda a, b: m.where(m.greater(a, b), 1.0, m.where(m.less(a, b), 0.0, 0.5))
    return lambda a, b: m.where(m.greater(a, b), 1.0, m.where(m.less(a, b), 0.0, m.where(m.equal(a, b), 0.5, nan)))


def maximum(m: Any) -> Rules:
    """max(a, b), whose share in a is `step`."""
    share = step(m)
    return m.maximum, lambda a, b, out: (share(a, b), share(b, a))


def largest(m: Any, choose: Callable[[Any, Any], Any], at_once: Callable[..., Any] | None = None) -> Rules:
    """The largest of many, or the smallest, by `choose` one by one or `at_once`; those that tie share the slope."""

    def derivatives(*xs_out: Any) -> tuple[Any, ...]:
        reached = [m.where(m.equal(x, xs_out[-1]), 1.0, 0.0) for x in xs_out[:-1]]
        ties = m.total(reached)
        return tuple(m.divide(share, ties) for share in reached)

    return lambda *xs: at_once(xs) if at_once else functools.reduce(choose, xs), derivatives


def minimum(m: Any) -> Rules:
    """min(a, b), which is b where max(a, b) is a."""
    share = step(m)
    return m.minimum, lambda a, b, out: (share(b, a), share(a, b))


def clip(m: Any) -> Rules:
    """min(max(a, low), high); on a bound the slope goes to the number, and where the bounds cross all is high's."""
    known = unless_nan(m)

    def derivatives(a: Any, low: Any, high: Any, out: Any) -> tuple[Any, ...]:
        return (
            known(out, m.where(m.less(a, low), 0.0, m.where(m.greater(a, high), 0.0, 1.0))),
            known(out, m.where(m.less(a, low), m.where(m.less(low, high), 1.0, 0.0), 0.0)),
            known(out, m.where(m.greater(m.maximum(a, low), high), 1.0, 0.0)),
        )

    return lambda a, low, high: m.minimum(m.maximum(a, low), high), derivatives


def leaky_relu(m: Any) -> Rules:
    """a where it is more than 0, else slope·a; at 0 the least of all slopes between the two sides'."""
    known = unless_nan(m)
    plain = exact(m) and not hasattr(m, "as_interval")  # an interval holds what floats give

    def at_zero(slope: Any) -> Any:
        return slope if plain else m.minimum(m.maximum(slope, 0.0), 1.0)

    def derivatives(a: Any, slope: Any, out: Any) -> tuple[Any, ...]:
        left = m.where(m.equal(a, 0.0), at_zero(slope), slope)
        return known(a, m.where(m.greater(a, 0.0), 1.0, left)), m.where(m.greater(a, 0.0), 0.0, a)

    return lambda a, slope: m.where(m.greater(a, 0.0), a, slope * a), derivatives


def silu(m: Any) -> Rules:
    """a·σ(a), whose slope is σ(a)·(1 + a·σ(-a)).

    Over Values the slope is σ(a) + a·σ′(a), whose own slopes do not cancel near 0; left of there (1 + a)·σ′(a) + σ(a)²,
    which does not cancel near its zero at -1.28.
    """
    factor, slope = bounded(m), sech2(m, 0.5)
    differentiable = not exact(m) and hasattr(m, "picked")

    def derivatives(a: Any, out: Any) -> tuple[Any, ...]:
        if not differentiable:
            return (sigmoid(m, a) * (1.0 + factor(a) * sigmoid(m, -a)),)
        share, steepness, near = sigmoid(m, a), slope(0.5 * a), factor(a)
        return (m.picked(a, -0.5, (1.0 + near) * steepness + squared(share), share + near * steepness),)

    return lambda a: m.maximum(a, -1e3) * sigmoid(m, a), derivatives


def power(m: Any, a: Any, exponent: Any) -> Any:
    """a^exponent as it is written: a itself where the exponent is the plain number 1."""
    return a if exponent.__class__ is float and exponent == 1.0 else m.pow(a, exponent)


SMALL_EXPONENT = 1e-3
"""Below it the slope of a power by its base is a quotient."""
_HUGE = 1e100
"""From it on a power is 0, infinite, or 1 of ±1; the cube of the exponent may not be a float."""


def slope_by_base(m: Any, a: Any, b: Any, out: Any) -> Any:
    """b·a^(b-1), which is out·b/a: the second where b - 1 is not exact, for there pow would magnify its error.

    Beside an exponent near 0 it is (b/a)·out: further derivatives of a^(b-1) overflow where b times them do not.
    """
    no_rounding = m.equal(1.0 - (1.0 - b), b)  # XLA would fold (b - 1) + 1 to b
    endless = m.equal(a + a, a)  # 0 and ±∞, where the quotient has no value
    level, sized = m.equal(b, 0.0), m.greater(m.abs(a), 0.0)
    power = m.pow(m.where(level, m.where(sized, a, 1.0), a), b - 1.0)  # a^0 is 1 at 0 and nan too
    factor = m.where(m.less(m.abs(b), _HUGE), b, m.where(m.equal(power, 0.0), 0.0, b))  # 0 wins: b·b·b may be endless
    small = m.less(m.where(level, m.where(sized, b, 1.0), m.abs(b)), SMALL_EXPONENT)
    quotient = m.where(small, out, factor) * m.divide(m.where(small, b, out), a)
    by_power = factor * power
    return m.where(endless, by_power, m.where(small, quotient, m.where(no_rounding, by_power, quotient)))


def slope_by_exponent(m: Any, a: Any, b: Any, out: Any) -> Any:
    """out·ln a, and 0 where out falls to 0 faster than ln a grows: at 0 for b ≥ 0, at ∞ for b < 0."""
    falls_to_zero = m.where(m.less(b, 0.0), m.equal(a, inf), m.equal(a, 0.0))
    return out * m.log(m.where(falls_to_zero, 1.0, a))  # ln 1 = 0, with no 0 · ∞ on the way


_SQRT_TWO, _SQRT_HALF, _SQRT_TWO_PI = math.sqrt(2.0), math.sqrt(0.5), math.sqrt(2.0 * math.pi)
_SPLITTER = 2.0**27 + 1.0
_ROOT_HIGH = _SPLITTER * _SQRT_HALF - (_SPLITTER * _SQRT_HALF - _SQRT_HALF)
_ROOT_LOW = (0.5 - _ROOT_HIGH * _ROOT_HIGH) / (_ROOT_HIGH + _SQRT_HALF)  # what is left of √½ beyond them


def gelu(m: Any) -> Rules:
    """a · Φ(a), with Φ(a) = ½ erfc(-a/√2) the share of the standard normal distribution below a, φ its density.

    What a/√2 loses to rounding, erfc magnifies a²-fold: Φ(a) = Φ(a - lost) + φ(a) · lost puts it right.
    """

    within = bounded(m)

    def below(a: Any) -> Any:
        return 0.5 * m.erfc(-(a * _SQRT_HALF))

    def density(a: Any) -> Any:
        return m.divide(m.exp(-0.5 * a * a), _SQRT_TWO_PI)

    def plain(a: Any) -> Any:
        return a * below(a)

    def compensated(a: Any) -> Any:
        near = within(a)
        return m.maximum(a, -1e3) * (below(near) + density(near) * _lost_by_root(near))  # further out Φ is 0

    def derivatives(a: Any, out: Any) -> tuple[Any, ...]:
        near = within(a)
        return (below(near) + near * density(near),)

    return plain if exact(m) else compensated, derivatives


def _lost_by_root(a: Any) -> Any:
    """a - x√2 for the float x that a · √½ is rounded to: split into halves, products are exact.

    Reference: Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18 (1971).
    """
    shifted = _SPLITTER * a
    high = shifted - (shifted - a)  # 26 bits
    return _SQRT_TWO * ((high * _ROOT_HIGH - a * _SQRT_HALF) + (a - high) * _ROOT_HIGH + a * _ROOT_LOW)
