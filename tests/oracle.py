"""Every operation once more, in mpmath at 50 digits: values and derivatives written independently of the table.

Each entry gives the value, the derivative by each operand, and where to draw points from: a list of (low, high)
per operand. An operation over any number of operands is taken over the number of ranges given.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mpmath import mp, mpf

mp.dps = 50

Range = tuple[float, float]
ALL: Range = (-1e8, 1e8)
POSITIVE: Range = (1e-8, 1e8)


@dataclass(frozen=True)
class Oracle:
    value: Callable[..., Any]
    derivatives: tuple[Callable[..., Any], ...]
    ranges: tuple[Range, ...]

    def points(self, count: int, seed: int) -> Iterator[tuple[float, ...]]:
        """Points spread evenly over the ranges and, as many, evenly over their orders of magnitude."""
        draw = random.Random(seed)
        for k in range(count):
            yield tuple(_draw(draw, low, high, logarithmic=k % 2 == 0) for low, high in self.ranges)

    def condition(self, operand: int, point: tuple[float, ...]) -> float:
        """How much relative errors of the operands grow in the derivative by `operand`: Σ |xⱼ g,ⱼ / g|."""
        g, exact = self.derivatives[operand], tuple(map(mpf, point))
        at = g(*exact)
        if at == 0:
            return float("inf")
        orders = [tuple(int(i == j) for i in range(len(point))) for j in range(len(point))]
        slopes = [mp.diff(g, exact, order) if len(point) > 1 else mp.diff(g, exact[0]) for order in orders]
        return float(sum(abs(x * slope / at) for x, slope in zip(exact, slopes, strict=True)))

    def value_condition(self, point: tuple[float, ...]) -> float:
        exact = tuple(map(mpf, point))
        at = self.value(*exact)
        if at == 0:
            return float("inf")
        return float(sum(abs(x * d(*exact) / at) for x, d in zip(exact, self.derivatives, strict=True)))


def _draw(draw: random.Random, low: float, high: float, logarithmic: bool) -> float:
    if not logarithmic:
        return draw.uniform(low, min(high, low + 20.0) if low > -20.0 else min(high, 20.0))  # most of life is here
    if low >= 0.0:
        smallest = max(low, 1e-8)
        return float(min(high, smallest * (high / smallest) ** draw.random()))
    size = 1e-8 * (max(-low, high) / 1e-8) ** draw.random()
    signed = size if draw.random() < 0.5 else -size
    return min(max(signed, low), high)


def _sigmoid(a: Any) -> Any:
    return 1 / (1 + mp.exp(-a))


def _bump(a: Any) -> Any:
    """The slope of the sigmoid, without cancellation."""
    return 1 / (mp.exp(a / 2) + mp.exp(-a / 2)) ** 2


def _erfc(a: Any) -> Any:
    return mp.erfc(a) if a < 1e9 else mpf(0)  # less than 10^(-10^17), and more than mpmath's asymptotic series can take


def _normal(a: Any) -> Any:
    return _erfc(-a / mp.sqrt(2)) / 2


def _others(position: int) -> Callable[..., Any]:
    return lambda *xs: mp.fprod(x for i, x in enumerate(xs) if i != position)


def _by_length(position: int) -> Callable[..., Any]:
    return lambda *xs: xs[position] / mp.norm(xs)


def _share(position: int) -> Callable[..., Any]:
    return lambda *xs: mp.exp(xs[position]) / mp.fsum(map(mp.exp, xs))


def _partner(position: int, n: int) -> Callable[..., Any]:
    return lambda *wx: wx[(position + n) % (2 * n)]


def _constant(number: float) -> Callable[..., Any]:
    return lambda *xs: mpf(number)


def _dot(*wx: Any) -> Any:
    n = len(wx) // 2
    return mp.fdot(zip(wx[:n], wx[n:], strict=False))


def _modulo(a: Any, b: Any) -> Any:
    return a - b * mp.floor(a / b)


ONE, MINUS_ONE, ZERO = _constant(1), _constant(-1), _constant(0)
LN2, LN10 = mp.log(2), mp.log(10)
UNIT, SMALL, MIDDLE = (-1.0, 1.0), (-700.0, 700.0), (-30.0, 30.0)

ORACLES: dict[str, Oracle] = {
    "add": Oracle(lambda a, b: a + b, (ONE, ONE), (POSITIVE, POSITIVE)),
    "subtract": Oracle(lambda a, b: a - b, (ONE, MINUS_ONE), (POSITIVE, (-1e8, -1e-8))),
    "multiply": Oracle(lambda a, b: a * b, (lambda a, b: b, lambda a, b: a), (ALL, ALL)),
    "negative": Oracle(lambda a: -a, (MINUS_ONE,), (ALL,)),
    "divide": Oracle(lambda a, b: a / b, (lambda a, b: 1 / b, lambda a, b: -a / b**2), (ALL, POSITIVE)),
    "pow": Oracle(mp.power, (lambda a, b: b * a ** (b - 1), lambda a, b: a**b * mp.log(a)), (POSITIVE, MIDDLE)),
    "identity": Oracle(lambda a: a, (ONE,), (ALL,)),
    "stop_gradient": Oracle(lambda a: a, (ZERO,), (ALL,)),
    "abs": Oracle(abs, (mp.sign,), (ALL,)),
    "square": Oracle(lambda a: a**2, (lambda a: 2 * a,), (ALL,)),
    "reciprocal": Oracle(lambda a: 1 / a, (lambda a: -1 / a**2,), (ALL,)),
    "sqrt": Oracle(mp.sqrt, (lambda a: 1 / (2 * mp.sqrt(a)),), (POSITIVE,)),
    "cbrt": Oracle(lambda a: mp.sign(a) * mp.cbrt(abs(a)), (lambda a: 1 / (3 * mp.cbrt(abs(a)) ** 2),), (ALL,)),
    "hypot": Oracle(mp.hypot, (lambda a, b: a / mp.hypot(a, b), lambda a, b: b / mp.hypot(a, b)), (ALL, ALL)),
    "exp": Oracle(mp.exp, (mp.exp,), (SMALL,)),
    "exp2": Oracle(lambda a: mpf(2) ** a, (lambda a: mpf(2) ** a * LN2,), ((-1000.0, 1000.0),)),
    "expm1": Oracle(mp.expm1, (mp.exp,), (SMALL,)),
    "log": Oracle(mp.log, (lambda a: 1 / a,), (POSITIVE,)),
    "log2": Oracle(lambda a: mp.log(a) / LN2, (lambda a: 1 / (a * LN2),), (POSITIVE,)),
    "log10": Oracle(lambda a: mp.log(a) / LN10, (lambda a: 1 / (a * LN10),), (POSITIVE,)),
    "log1p": Oracle(mp.log1p, (lambda a: 1 / (1 + a),), ((-0.999, 1e8),)),
    "sin": Oracle(mp.sin, (mp.cos,), (ALL,)),
    "cos": Oracle(mp.cos, (lambda a: -mp.sin(a),), (ALL,)),
    "tan": Oracle(mp.tan, (lambda a: mp.sec(a) ** 2,), (ALL,)),
    "asin": Oracle(mp.asin, (lambda a: 1 / mp.sqrt(1 - a**2),), (UNIT,)),
    "acos": Oracle(mp.acos, (lambda a: -1 / mp.sqrt(1 - a**2),), (UNIT,)),
    "atan": Oracle(mp.atan, (lambda a: 1 / (1 + a**2),), (ALL,)),
    "atan2": Oracle(mp.atan2, (lambda a, b: b / (a**2 + b**2), lambda a, b: -a / (a**2 + b**2)), (ALL, ALL)),
    "sinh": Oracle(mp.sinh, (mp.cosh,), (SMALL,)),
    "cosh": Oracle(mp.cosh, (mp.sinh,), (SMALL,)),
    "tanh": Oracle(mp.tanh, (lambda a: mp.sech(a) ** 2,), ((-350.0, 350.0),)),
    "sech2": Oracle(lambda a: mp.sech(a) ** 2, (lambda a: -2 * mp.sech(a) ** 2 * mp.tanh(a),), ((-350.0, 350.0),)),
    "asinh": Oracle(mp.asinh, (lambda a: 1 / mp.sqrt(a**2 + 1),), (ALL,)),
    "acosh": Oracle(mp.acosh, (lambda a: 1 / mp.sqrt((a - 1) * (a + 1)),), ((1.0, 1e8),)),
    "atanh": Oracle(mp.atanh, (lambda a: 1 / ((1 - a) * (1 + a)),), (UNIT,)),
    "erf": Oracle(mp.erf, (lambda a: 2 / mp.sqrt(mp.pi) * mp.exp(-(a**2)),), (MIDDLE,)),
    "erfc": Oracle(_erfc, (lambda a: -2 / mp.sqrt(mp.pi) * mp.exp(-(a**2)),), ((-26.0, 26.0),)),
    "sigmoid": Oracle(_sigmoid, (_bump,), (SMALL,)),
    "softplus": Oracle(lambda a: mp.log1p(mp.exp(a)), (_sigmoid,), (SMALL,)),
    "log_sigmoid": Oracle(lambda a: -mp.log1p(mp.exp(-a)), (lambda a: _sigmoid(-a),), (SMALL,)),
    "relu": Oracle(lambda a: max(a, mpf(0)), (lambda a: mpf(a > 0),), (ALL,)),
    "leaky_relu": Oracle(
        lambda a, s: a if a > 0 else s * a,
        (lambda a, s: mpf(1) if a > 0 else s, lambda a, s: min(a, mpf(0))),
        (ALL, (1e-3, 1.0)),
    ),
    "elu": Oracle(
        lambda a, s: a if a > 0 else s * mp.expm1(a),
        (lambda a, s: mpf(1) if a > 0 else s * mp.exp(a), lambda a, s: mp.expm1(min(a, mpf(0)))),
        (SMALL, (1e-3, 2.0)),
    ),
    "silu": Oracle(lambda a: a * _sigmoid(a), (lambda a: _sigmoid(a) * (1 + a * _sigmoid(-a)),), (SMALL,)),
    "gelu": Oracle(lambda a: a * _normal(a), (lambda a: _normal(a) + a * mp.npdf(a),), ((-37.0, 37.0),)),
    "maximum": Oracle(max, (lambda a, b: mpf(a > b), lambda a, b: mpf(b > a)), (ALL, ALL)),
    "minimum": Oracle(min, (lambda a, b: mpf(a < b), lambda a, b: mpf(b < a)), (ALL, ALL)),
    "clip": Oracle(
        lambda a, low, high: min(max(a, low), high),
        (lambda a, l, h: mpf(l <= a <= h), lambda a, l, h: mpf(a < l), lambda a, l, h: mpf(a > h)),
        (ALL, (-10.0, 0.0), (0.0, 10.0)),
    ),
    "where": Oracle(lambda c, a, b: a if c else b, (ZERO, ONE, ZERO), (POSITIVE, ALL, ALL)),
    "greater": Oracle(lambda a, b: mpf(a > b), (ZERO, ZERO), (ALL, ALL)),
    "less": Oracle(lambda a, b: mpf(a < b), (ZERO, ZERO), (ALL, ALL)),
    "gap": Oracle(lambda a, b: a - b, (ONE, MINUS_ONE), (POSITIVE, (-1e8, -1e-8))),
    "equal": Oracle(lambda a, b: mpf(a == b), (ZERO, ZERO), (ALL, ALL)),
    "sign": Oracle(mp.sign, (ZERO,), (ALL,)),
    "floor": Oracle(mp.floor, (ZERO,), (ALL,)),
    "ceil": Oracle(mp.ceil, (ZERO,), (ALL,)),
    "remainder": Oracle(_modulo, (ONE, lambda a, b: -mp.floor(a / b)), (ALL, (0.5, 100.0))),
    "sum": Oracle(lambda *xs: mp.fsum(xs), (ONE,) * 4, (POSITIVE,) * 4),
    "product": Oracle(lambda *xs: mp.fprod(xs), tuple(map(_others, range(4))), (ALL,) * 4),
    "mean": Oracle(lambda *xs: mp.fsum(xs) / len(xs), (_constant(0.25),) * 4, (POSITIVE,) * 4),
    "dot": Oracle(_dot, tuple(_partner(i, 2) for i in range(4)), (POSITIVE,) * 4),
    "weighted_sum": Oracle(
        lambda *wxb: _dot(*wxb[:-1]) + wxb[-1],
        (*(lambda *wxb, i=i: wxb[(i + 2) % 4] for i in range(4)), ONE),
        (POSITIVE,) * 5,
    ),
    "norm": Oracle(lambda *xs: mp.norm(xs), tuple(map(_by_length, range(3))), (ALL,) * 3),
    "amax": Oracle(lambda *xs: max(xs), tuple(lambda *xs, i=i: mpf(xs[i] == max(xs)) for i in range(3)), (ALL,) * 3),
    "amin": Oracle(lambda *xs: min(xs), tuple(lambda *xs, i=i: mpf(xs[i] == min(xs)) for i in range(3)), (ALL,) * 3),
    "logsumexp": Oracle(lambda *xs: mp.log(mp.fsum(map(mp.exp, xs))), tuple(map(_share, range(3))), (SMALL,) * 3),
}
