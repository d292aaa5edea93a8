"""What an operation does at an edge, worked out from its values alone: mpmath, limits and the stated convention.

Only the values of `oracle.ORACLES` are asked, never a derivative, be it the table's or the oracle's.

- A value that is not defined at a point is the limit along every path there, infinity allowed; nan where paths differ.
  A zero is then come upon from the side of its sign.
- A slope is the derivative, where the quotients of both sides agree; else, where the value is continuous, the
  subgradient of least norm: the point nearest to 0 in the hull of the gradients nearby; else the gradients' limit,
  infinity allowed; else nan.
- A nan stands for any number: what comes out is nan, unless it is the same for all of them.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Sequence
from math import inf, nan
from typing import Any

from mpmath import mp, mpf
from oracle import ORACLES

DISTANCES = (20, 30, 40)  # a limit is looked at from 10^-20, 10^-30 and 10^-40 away, and from the squares of these
STEP = 100  # quotients step by 10^-100 and less: nothing is as near
CLOSE = mpf(10) ** -10
ANY_NUMBERS = (-2.3, 0.7, 5.1, inf)

Function = Callable[..., Any]
Path = list[tuple[Any, ...]]


def expected(name: str, point: Sequence[float]) -> tuple[float, tuple[float, ...]]:
    """The value of an operation at a point, and its slope by each operand."""
    f = functools.cache(_real(ORACLES[name].value))
    with mp.workdps(_digits(point)):
        choices = itertools.product(*(ANY_NUMBERS if math.isnan(x) else (x,) for x in point))
        values, slopes = zip(*(_at(f, choice) for choice in choices), strict=True)
    return _agreed(values), tuple(map(_agreed, zip(*slopes, strict=True)))


def _digits(point: Sequence[float]) -> int:
    """Enough for quotients at tiny and huge numbers: cos(x + h) differs from cos x by x·h, atan(x + h) by h/x²."""
    return 400 + 2 * max(math.ceil(abs(math.log10(abs(x)))) for x in (1.0, *point) if x and math.isfinite(x))


def _at(f: Function, point: tuple[float, ...]) -> tuple[float, tuple[float, ...]]:
    here = f(*map(mpf, point)) if all(map(math.isfinite, point)) else mp.nan
    defined = bool(mp.isfinite(here))
    derivatives = [_derivative(f, point, i) if defined else nan for i in range(len(point))]
    if not any(map(math.isnan, derivatives)):
        return float(here), tuple(derivatives)
    paths = _paths(f, point, one_sided=not defined) or _paths(f, point, one_sided=False)
    limits = [_limit([f(*near) for near in path]) for path in paths]
    value = float(here) if defined else _agreed(limits)
    gradients = [tuple(_limit([_quotient(f, near, i) for near in path]) for i in range(len(point))) for path in paths]
    slopes = zip(derivatives, _from_nearby(gradients, limits, value) or [nan] * len(point), strict=True)
    return value, tuple(nearby if math.isnan(derivative) else derivative for derivative, nearby in slopes)


def _from_nearby(gradients: list[tuple[float, ...]], limits: list[float], value: float) -> list[float]:
    """The least subgradient where the value is continuous; else, by operand, what the gradients go to."""
    if set(limits) == {value} and all(map(math.isfinite, itertools.chain(*gradients))):
        return _nearest_to_zero(gradients)
    leading_to_the_value = [gradient for gradient, limit in zip(gradients, limits, strict=True) if limit == value]
    return [_agreed(slopes) for slopes in zip(*(leading_to_the_value or gradients), strict=True)]


def _real(value: Function) -> Function:
    """`value`, and nan where it has no real number."""

    def real(*point: Any) -> Any:
        try:
            result = mp.mpmathify(value(*point))
        except (ZeroDivisionError, ValueError):
            return mp.nan
        return result if isinstance(result, mpf) else mp.nan

    return real


def _agreed(numbers: Sequence[float]) -> float:
    """What they all are; nan where they differ, or where there are none."""
    return numbers[0] if len(set(numbers)) == 1 else nan


def _paths(f: Function, point: Sequence[float], one_sided: bool) -> list[Path]:
    """Ways to the point on which f is defined: from all sides, at several paces.

    Beside an infinity only zeros and infinities move: 1 to the power of ∞ is 1.
    """
    finite = all(map(math.isfinite, point))
    moving = [finite or x == 0 or math.isinf(x) for x in point]
    sides = [
        (0,) if not moves else (math.copysign(1, x),) if math.isinf(x) or (x == 0 and one_sided) else (1, -1)
        for x, moves in zip(point, moving, strict=True)
    ]
    paces = [(1, 2) if moves else (1,) for moves in moving]
    paths = [
        [_near(point, side, pace, distance) for distance in DISTANCES]
        for side in itertools.product(*sides)
        for pace in itertools.product(*paces)
    ]
    return [path for path in paths if not any(mp.isnan(f(*near)) for near in path)]


def _near(point: Sequence[float], sides: Sequence[float], paces: Sequence[int], distance: int) -> tuple[Any, ...]:
    gaps = [side * mp.sqrt(2 + i) * mpf(10) ** (-pace * distance) for i, (side, pace) in enumerate(zip(sides, paces))]
    return tuple(1 / gap if math.isinf(x) else x + gap for x, gap in zip(point, gaps, strict=True))


def _limit(sequence: Sequence[Any]) -> float:
    """What three numbers go to: one number, an infinity, or nan for neither."""
    a, b, c = sequence
    if abs(c - b) <= CLOSE * max(1, abs(c)):
        return float(c) if abs(c) > CLOSE else 0.0
    if abs(a) < abs(b) < abs(c) and abs(c - b) > abs(b - a) / 2:
        return inf if c > 0 else -inf
    return nan


def _quotient(f: Function, point: Sequence[Any], operand: int, step: Any = 1) -> Any:
    """The difference quotient from the point on, for a step in units of 10^-STEP or of what the point is made of."""
    point = tuple(map(mpf, point))
    h = step * min([mpf(1), *(abs(x) for x in point if x)]) / mpf(10) ** STEP
    return (f(*(x + h * (i == operand) for i, x in enumerate(point))) - f(*point)) / h


def _derivative(f: Function, point: Sequence[float], operand: int) -> float:
    """What the quotients of both sides go to; nan where they disagree."""
    quotients = [_quotient(f, point, operand, mpf(step)) for step in ("1", "-1", "1e-20", "-1e-20")]
    if not all(map(mp.isfinite, quotients)):
        return nan
    size = max(map(abs, quotients))
    if max(quotients) - min(quotients) <= CLOSE * size:
        return float(quotients[0])
    return 0.0 if size < mpf(10) ** (-STEP // 2) else nan


def _nearest_to_zero(points: list[tuple[float, ...]]) -> list[float]:
    """In the convex hull of `points` (Gilbert, SIAM J. Control 4, 1966: along the segment to the farthest one down)."""
    nearest = list(points[0])
    for _ in range(100):
        lowest = min(points, key=lambda point: _dot(point, nearest))
        way = [x - y for x, y in zip(lowest, nearest, strict=True)]
        length = _dot(way, way)
        share = -_dot(way, nearest) / length if length else 0.0
        if share <= 1e-15:
            break
        nearest = [x + min(share, 1.0) * step for x, step in zip(nearest, way, strict=True)]
    return nearest


def _dot(u: Sequence[float], v: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(u, v, strict=True))
