"""Rules of rows of any number of operands, and of the lengths of vectors. As in `rules`, `m` is the number system."""

from __future__ import annotations

import functools
import operator
import sys
from math import inf
from typing import Any

from tinygrad_notes.rules import Rules


def cosine(m: Any, a: Any, length: Any) -> Any:
    """a / length for one coordinate of a vector: 0 for the zero vector, ±1 for an infinite coordinate."""
    return m.where(m.equal(length, 0.0), 0.0, m.where(m.equal(m.abs(a), inf), m.sign(a), m.divide(a, length)))


def cosines(m: Any, xs: tuple[Any, ...], length: Any) -> tuple[Any, ...]:
    """`cosine` for every coordinate; a number system may bring its own, as Values do, to differentiate it again."""
    own = getattr(m, "cosines", None)
    return own(xs, length) if own is not None else tuple([cosine(m, x, length) for x in xs])


def turning(m: Any, y: Any, x: Any, length: Any) -> tuple[Any, Any]:
    """x / length² and -y / length², where the squares cannot overflow."""
    return m.divide(cosine(m, x, length), length), -m.divide(cosine(m, y, length), length)


def others_product(xs: tuple[Any, ...]) -> tuple[Any, ...]:
    """For each factor the product of all the others, without dividing (a factor may be zero)."""
    before, after = [1.0], [1.0]
    for x in xs[:-1]:
        before.append(before[-1] * x)
    for x in xs[:0:-1]:
        after.append(x * after[-1])
    return tuple(left * right for left, right in zip(before, reversed(after), strict=True))


def product(xs: tuple[Any, ...]) -> Any:
    return functools.reduce(operator.mul, xs)


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
    """softmax(xs); operands that tie at infinity get equal shares."""
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
