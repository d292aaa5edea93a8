"""Rules of rows of any number of operands, and of the lengths of vectors. As in `rules`, `m` is the number system."""

from __future__ import annotations

import functools
import operator
import sys
from collections.abc import Callable, Sequence
from itertools import accumulate
from math import inf
from typing import Any

from tinygrad_notes.rules import Rules, exact


def cosine(m: Any, a: Any, length: Any) -> Any:
    """a / length for one coordinate of a vector: 0 for the zero vector, ±1 for an infinite coordinate."""
    return m.where(m.equal(length, 0.0), 0.0, m.where(m.equal(m.abs(a), inf), m.sign(a), m.divide(a, length)))


def cosines(m: Any, xs: tuple[Any, ...], length: Any) -> tuple[Any, ...]:
    """`cosine` for every coordinate; a number system may bring its own, as Values do, to differentiate it again."""
    own = getattr(m, "cosines", None)
    return own(xs, length) if own is not None else tuple([cosine(m, x, length) for x in xs])


def turning(m: Any, y: Any, x: Any, length: Any) -> tuple[Any, Any]:
    """x / length² and -y / length², where the squares cannot overflow; over Values nor what comes of their slopes."""
    scale, (y, x), length = m.to_unit((y, x), length, 1e-75) if hasattr(m, "to_unit") else (1.0, (y, x), length)
    return scale * m.divide(cosine(m, x, length), length), -scale * m.divide(cosine(m, y, length), length)


def product(m: Any) -> Rules:
    """Π xᵢ; by each factor the product of all the others, without dividing (a factor may be zero).

    On the way a product may leave the range of floats though the whole does not: 1e300 · 1e300 · 1e-300. So each factor
    gives its power of two away, and the exponents are added up. A number system that can tell that all products on the
    way are `in_range` saves the trouble. Values bring their own slopes, to be differentiated.
    """

    stay_in_range = (lambda xs: True) if exact(m) else getattr(m, "in_range", lambda xs: False)

    def parted(xs: tuple[Any, ...]) -> tuple[list[Any], list[Any]]:
        exponents = [binary_exponent(m, x) for x in xs]
        return [x * m.exp2(-exponent) for x, exponent in zip(xs, exponents, strict=True)], exponents

    def value(*xs: Any) -> Any:
        if stay_in_range(xs):
            return functools.reduce(operator.mul, xs)
        parts, exponents = parted(xs)
        return _times_power_of_two(m, functools.reduce(operator.mul, parts), functools.reduce(operator.add, exponents))

    def derivatives(*xs_out: Any) -> tuple[Any, ...]:
        xs = xs_out[:-1]
        if stay_in_range(xs):
            return tuple(of_others(operator.mul, xs, 1.0))
        if hasattr(m, "products_of_others"):
            return m.products_of_others(xs)  # type: ignore[no-any-return]
        parts, exponents = parted(xs)
        others = zip(of_others(operator.mul, parts, 1.0), of_others(operator.add, exponents, 0.0), strict=True)
        return tuple(_times_power_of_two(m, part, exponent) for part, exponent in others)

    return value, derivatives


def of_others(operate: Callable[[Any, Any], Any], xs: Sequence[Any], of_none: float) -> list[Any]:
    """For each of xs what an associative operation makes of all the others, in linear time; `of_none` if it is alone.

    Example:
        >>> of_others(operator.add, [1, 2, 3], 0)
        [5, 4, 3]
    """
    if len(xs) == 1:
        return [of_none]
    before, after = list(accumulate(xs[:-1], operate)), list(accumulate(xs[:0:-1], operate))[::-1]
    return [after[0], *map(operate, before, after[1:]), before[-1]]


def binary_exponent(m: Any, x: Any) -> Any:
    """⌊log₂|x|⌋ as far as powers of two are floats; no slope comes through it."""
    return m.floor(m.log2(m.minimum(m.maximum(m.abs(x), 2.0**-_FAR), 2.0**_FAR)))


def _times_power_of_two(m: Any, number: Any, exponent: Any) -> Any:
    """number · 2^exponent in two steps, for the power itself may be no float."""
    first = m.minimum(m.maximum(exponent, -_FAR), _FAR)
    rest = m.minimum(m.maximum(exponent - first, -_FAR), _FAR)
    return number * m.exp2(first) * m.exp2(rest)


_FAR = 1000.0


def norm(m: Any, xs: tuple[Any, ...]) -> Any:
    return functools.reduce(m.hypot, xs[1:], m.abs(xs[0]))


def gap(m: Any, a: Any, b: Any) -> Any:
    """a - b, where equal infinities are no distance apart; a number system may bring its own."""
    own = getattr(m, "gap", None)
    return whole_gap(m, a, b) if own is None else own(a, b)


def whole_gap(m: Any, a: Any, b: Any) -> Any:
    """The gap by its rule: the difference, unless that is nan for equal infinities."""
    difference = a - b
    return m.where(m.equal(difference, difference), difference, m.where(m.equal(a, b), 0.0, difference))


def logsumexp(m: Any, xs: tuple[Any, ...]) -> Any:
    """ln(eᵃ + eᵇ) = max(a, b) + ln(1 + exp(-|a - b|)), one operand after another: no digit is lost beside the 1.

    A number system that finds the largest of many operands at once adds the exponentials of the others at once too.
    """
    if hasattr(m, "largest"):
        top, _, excess = _exponentials(m, xs)
        return top + m.log1p(excess)

    def log_of_sum(a: Any, b: Any) -> Any:
        return m.maximum(a, b) + m.log1p(m.exp(-m.abs(gap(m, a, b))))

    return functools.reduce(log_of_sum, xs)


def shares(m: Any, xs: tuple[Any, ...]) -> tuple[Any, ...]:
    """softmax(xs); operands that tie at infinity get equal shares. Values bring their own, to be differentiated."""
    if hasattr(m, "shares"):
        return m.shares(xs)  # type: ignore[no-any-return]
    if hasattr(m, "largest"):
        _, exponentials, excess = _exponentials(m, xs)
        return tuple(m.divide(exponential, 1.0 + excess) for exponential in exponentials)
    top = functools.reduce(m.maximum, xs)
    exponentials = [m.exp(gap(m, x, top)) for x in xs]
    whole = m.total(exponentials)
    return tuple(m.divide(exponential, whole) for exponential in exponentials)


def _exponentials(m: Any, xs: tuple[Any, ...]) -> tuple[Any, list[Any], Any]:
    """The largest operand, exp(x - largest) for each, and how much more than 1 they are together.

    The whole ones are counted apart, so that beside them the others lose no digit. Infinities are as good as the
    largest number, which keeps ∞ - ∞ away in two steps where a choice (`where`) takes NumPy ten times as long.
    """

    def finite(x: Any) -> Any:
        return m.maximum(m.minimum(x, _LARGEST), -_LARGEST)

    top = m.largest(xs)
    exponentials = [m.exp(finite(x) - finite(top)) for x in xs]
    whole = [m.floor(exponential) for exponential in exponentials]
    parts = [exponential - one for exponential, one in zip(exponentials, whole, strict=True)]
    return top, exponentials, m.total(parts) + (m.total(whole) - 1.0)


_LARGEST = sys.float_info.max


def dot(m: Any) -> Rules:
    """Σ wᵢxᵢ over operands w₁…wₙ x₁…xₙ; the derivative by each is its partner."""

    def value(*wx: Any) -> Any:
        n = len(wx) // 2
        return m.dot(wx[:n], wx[n:])

    def derivatives(*wx_out: Any) -> tuple[Any, ...]:
        n = len(wx_out) // 2
        return wx_out[n:-1] + wx_out[:n]

    return value, derivatives


def weighted_sum(m: Any) -> Rules:
    """Σ wᵢxᵢ + b over operands w₁…wₙ x₁…xₙ b."""

    def value(*wxb: Any) -> Any:
        n = len(wxb) // 2
        return m.dot(wxb[:n], wxb[n:-1]) + wxb[-1]

    def derivatives(*wxb_out: Any) -> tuple[Any, ...]:
        n = len(wxb_out) // 2 - 1
        return (*wxb_out[n:-2], *wxb_out[:n], 1.0)

    return value, derivatives
