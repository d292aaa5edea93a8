"""Intervals: the number system in which a number is all that it might be.

Reading a row of the table over intervals bounds its value, and its derivatives, over every choice of numbers in
the operands' intervals. Marking asks so how far rounding can carry. Bounds are those of real arithmetic, float
rounding aside; whoever compares with many digits adds that.

Reference: Moore, Kearfott, Cloud, Introduction to Interval Analysis, SIAM 2009.

Example:
    >>> from tinygrad_notes.number_systems import intervals
    >>> from tinygrad_notes.operations import operation
    >>> value, _ = operation("subtract").read(intervals)
    >>> value(Interval(1.0, 2.0), Interval(0.5, 0.75))
    Interval(lo=0.25, hi=1.5)
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from tinygrad_notes.number_systems import floats
from tinygrad_notes.operations import TABLE


@dataclass(slots=True, eq=False)  # not frozen, which makes each take three times as long
class Interval:
    """All numbers from `lo` to `hi`; nothing changes one."""

    lo: float
    hi: float

    def __add__(self, other: Any) -> Interval:
        b = as_interval(other)
        return _checked(self.lo + b.lo, self.hi + b.hi)

    def __sub__(self, other: Any) -> Interval:
        b = as_interval(other)
        return _checked(self.lo - b.hi, self.hi - b.lo)

    def __rsub__(self, other: Any) -> Interval:
        return as_interval(other) - self

    def __mul__(self, other: Any) -> Interval:
        if other is self and self is not ANYTHING:  # which stands for numbers that need not be the same
            return _even(lambda a: a * a, self)
        if not isinstance(other, Interval):
            return _hull(self.lo * other, self.hi * other)
        return _hull(self.lo * other.lo, self.lo * other.hi, self.hi * other.lo, self.hi * other.hi)

    def __truediv__(self, other: Any) -> Interval:
        return divide(self, other)

    def __neg__(self) -> Interval:
        return Interval(-self.hi, -self.lo)

    __radd__ = __add__
    __rmul__ = __mul__

    @property
    def size(self) -> float:
        """The largest absolute value in it."""
        return max(-self.lo, self.hi)

    @property
    def radius(self) -> float:
        """Half its length."""
        return (self.hi - self.lo) / 2.0


EXACT = True  # bounds are those of real numbers, see `rules`
ANYTHING = Interval(-inf, inf)
NO, YES, MAYBE = Interval(0.0, 0.0), Interval(1.0, 1.0), Interval(0.0, 1.0)


def as_interval(number: Any) -> Interval:
    return number if isinstance(number, Interval) else Interval(float(number), float(number))


def around(center: float, radius: float) -> Interval:
    """The numbers within `radius` of `center`."""
    return Interval(center - radius, center + radius)


def _checked(lo: float, hi: float) -> Interval:
    """The interval, or anything at all where a bound is undefined."""
    return Interval(lo, hi) if lo <= hi else ANYTHING


def _hull(*numbers: float) -> Interval:
    for number in numbers:
        if number != number:
            return ANYTHING
    return Interval(min(numbers), max(numbers))


def _even(function: Callable[[float], float], a: Interval) -> Interval:
    """For a function that falls up to 0 and rises from there."""
    ends = function(a.lo), function(a.hi)
    return _hull(*ends, function(0.0)) if a.lo < 0.0 < a.hi else _hull(*ends)


def _monotone(function: Callable[..., float]) -> Callable[..., Interval]:
    """For a function that rises or falls throughout: the ends are reached at the ends."""

    def of_intervals(*operands: Any) -> Interval:
        boxes = [as_interval(operand) for operand in operands]
        return _of_two(function, *boxes) if len(boxes) == 2 else _hull(function(boxes[0].lo), function(boxes[0].hi))

    return of_intervals


def _of_two(function: Callable[..., float], a: Interval, b: Interval) -> Interval:
    """For a function that rises or falls throughout by either operand."""
    return _hull(*[function(left, right) for left in (a.lo, a.hi) for right in (b.lo, b.hi)])


def __getattr__(name: str) -> Callable[..., Interval]:
    if name in TABLE and TABLE[name].monotone:
        function = _monotone(getattr(floats, name))
    elif name in floats.__all__:
        function = _unbounded
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = function
    return function


def _unbounded(*operands: Any) -> Interval:
    """A function without a rule here could be anything: sound, and of no help."""
    return ANYTHING


def abs(a: Any) -> Interval:
    return _even(math.fabs, as_interval(a))


def cosh(a: Any) -> Interval:
    return _even(floats.cosh, as_interval(a))


def hypot(a: Any, b: Any) -> Interval:
    return _of_two(math.hypot, abs(a), abs(b))


def cos(a: Any) -> Interval:
    """Its ends, and 1 or -1 where a multiple of π lies between."""
    box = as_interval(a)
    if not box.hi - box.lo < 2 * math.pi:
        return Interval(-1.0, 1.0)
    turns = range(math.ceil(box.lo / math.pi), math.floor(box.hi / math.pi) + 1)
    return _hull(math.cos(box.lo), math.cos(box.hi), *(-1.0 if n % 2 else 1.0 for n in turns))


def sin(a: Any) -> Interval:
    return cos(as_interval(a) - math.pi / 2)


def tan(a: Any) -> Interval:
    box = as_interval(a)
    same_branch = math.floor(box.lo / math.pi + 0.5) == math.floor(box.hi / math.pi + 0.5)
    return _hull(math.tan(box.lo), math.tan(box.hi)) if same_branch else ANYTHING


def atan2(a: Any, b: Any) -> Interval:
    y, x = as_interval(a), as_interval(b)
    return _of_two(math.atan2, y, x) if x.lo > 0.0 else Interval(-math.pi, math.pi)


def divide(a: Any, b: Any) -> Interval:
    above, below = as_interval(a), as_interval(b)
    if below.lo <= 0.0 <= below.hi:
        return ANYTHING
    return _of_two(floats.divide, above, below)


def pow(a: Any, b: Any) -> Interval:
    base, exponent = as_interval(a), as_interval(b)
    if base.lo > 0.0:
        return _of_two(floats.pow, base, exponent)
    if exponent.lo != exponent.hi or not exponent.lo.is_integer():
        return ANYTHING
    n = exponent.lo
    if n >= 0.0:
        whole_power = functools.partial(_raised, n)
        return _even(whole_power, base) if n % 2.0 == 0.0 else _monotone(whole_power)(base)
    return divide(1.0, pow(base, -n))


def _raised(n: float, x: float) -> float:
    return floats.pow(x, n)


def remainder(a: Any, b: Any) -> Interval:
    above, below = as_interval(a), as_interval(b)
    ratio = divide(above, below)
    if not math.isfinite(ratio.lo) or not math.isfinite(ratio.hi):
        return ANYTHING
    whole = math.floor(ratio.lo)
    return above - below * float(whole) if whole == math.floor(ratio.hi) else _hull(0.0, below.lo, below.hi)


def greater(a: Any, b: Any) -> Interval:
    left, right = as_interval(a), as_interval(b)
    return YES if left.lo > right.hi else NO if left.hi <= right.lo else MAYBE


def less(a: Any, b: Any) -> Interval:
    return greater(b, a)


def equal(a: Any, b: Any) -> Interval:
    left, right = as_interval(a), as_interval(b)
    if left.lo == left.hi == right.lo == right.hi:
        return YES
    return NO if left.hi < right.lo or right.hi < left.lo else MAYBE


def where(condition: Any, a: Any, b: Any) -> Interval:
    """The branch that is taken; both, where that depends."""
    decided = as_interval(condition)
    if decided.lo == decided.hi:
        return as_interval(a if decided.lo else b)
    either, other = as_interval(a), as_interval(b)
    return _hull(either.lo, either.hi, other.lo, other.hi)


def is_zero(a: Any) -> bool:
    box = as_interval(a)
    return box.lo == box.hi == 0.0


def total(xs: Sequence[Any]) -> Interval:
    return sum((as_interval(x) for x in xs), Interval(0.0, 0.0))


def dot(ws: Sequence[Any], xs: Sequence[Any]) -> Interval:
    """Σ wᵢxᵢ; products of plain numbers are summed as such."""
    exact = lo = hi = 0.0
    for w, x in zip(ws, xs, strict=True):
        if isinstance(w, Interval) or isinstance(x, Interval):
            product = w * x
            lo, hi = lo + product.lo, hi + product.hi
        else:
            exact += w * x
    return _checked(lo + exact, hi + exact)
