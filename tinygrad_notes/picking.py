"""Zeros that stay zero: an operand that is not picked gets no derivative, even times an infinite slope.

`where`, `maximum`, `clip`, `relu` and the like pick one of their operands. The others have no part in the result, so no
derivative flows to them. `where(x > 0, sqrt(x), x * x)` at -3 has the slope of x², although sqrt(-3) and its slope are
nan. The table says which operands an operation picks from. A local derivative of 0 by one of these is *structural*: it
becomes `NOTHING`, and the sweeps pass nothing on.

A local derivative that overflowed stands for a finite number beyond the largest float. It becomes an `Overflow`, and 0
times an `Overflow` is 0. So the slope of 1 / (1 + exp(-x)) at -800, where exp overflows, is 0, and so is that of its
square, where a power overflows in its turn.

Any other 0 · ∞ is nan, as always: `0 * sqrt(x)` has no slope at 0.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import inf
from typing import Any

Derivatives = Callable[..., tuple[Any, ...]]


class Nothing(float):
    """A structural zero: times any number it is itself; added to a number it leaves the number as it is.

    Python asks a subclass of float first, so `0.5 * NOTHING` and `g + NOTHING` come here. The sum is the very object g.
    """

    __slots__ = ()

    def __mul__(self, other: Any) -> Any:
        return self

    def __add__(self, other: Any) -> Any:
        return other

    __rmul__, __radd__ = __mul__, __add__

    def __reduce__(self) -> str:
        return "NOTHING"  # there is one, known by identity: copies and pickles refer to it


class Overflow(float):
    """±∞ for a finite number beyond the largest float: 0 times it is 0. An infinite product or sum is such, too."""

    __slots__ = ()

    def __mul__(self, other: Any) -> Any:
        return other if other == 0.0 else _still_beyond(float(self) * other)

    def __add__(self, other: Any) -> Any:
        return _still_beyond(float(self) + other)

    def __neg__(self) -> Any:
        return Overflow(-float(self))

    __rmul__, __radd__ = __mul__, __add__


def _still_beyond(number: Any) -> Any:
    return Overflow(number) if number in (inf, -inf) else number


NOTHING = Nothing(0.0)
EVERY = range(sys.maxsize)
"""All operands of an operation, however many it has, as those that it picks from."""
_NOTHING_ALONE = (NOTHING,)


# Rules are read once and run at every node: one and two operands have functions of their own, which take a fifth of the
# time, and floats are judged without a call.


def picking(m: Any, arity: int | None, picks: tuple[int, ...] | range, derivatives: Derivatives) -> Derivatives:
    """`derivatives` over the number system `m`, with NOTHING for each 0 by an operand that is picked from."""
    is_zero: Callable[[Any], bool] = getattr(m, "is_zero", _is_plain_zero)

    def of_one(a: Any, out: Any) -> tuple[Any, ...]:
        slopes = derivatives(a, out)
        slope = slopes[0]
        return _NOTHING_ALONE if (slope == 0.0 if slope.__class__ is float else is_zero(slope)) else slopes

    def of_two(a: Any, b: Any, out: Any) -> tuple[Any, ...]:
        by_a, by_b = derivatives(a, b, out)
        return (
            NOTHING if (by_a == 0.0 if by_a.__class__ is float else is_zero(by_a)) else by_a,
            NOTHING if (by_b == 0.0 if by_b.__class__ is float else is_zero(by_b)) else by_b,
        )

    def of_many(*operands_and_out: Any) -> tuple[Any, ...]:
        slopes = derivatives(*operands_and_out)
        return tuple([NOTHING if k in picks and is_zero(slope) else slope for k, slope in enumerate(slopes)])

    made_for: dict[Any, Derivatives] = {(1, (0,)): of_one, (2, (0, 1)): of_two}
    return made_for.get((arity, picks), of_many)


def overflowing(m: Any, arity: int | None, derivatives: Derivatives) -> Derivatives:
    """`derivatives` over the number system `m`, with an Overflow for an infinite slope where the result overflowed."""
    overflowed: Callable[[Any, Any], bool] | None = getattr(m, "overflowed", None)
    if overflowed is None:  # a system without this care, as arrays are
        return derivatives

    def of_one(a: Any, out: Any) -> tuple[Any, ...]:
        slopes = derivatives(a, out)
        return slopes if out.__class__ is float and -inf < out < inf else marked(slopes, a, out)

    def of_two(a: Any, b: Any, out: Any) -> tuple[Any, ...]:
        slopes = derivatives(a, b, out)
        return slopes if out.__class__ is float and -inf < out < inf else marked(slopes, a, out)

    def of_many(*operands_and_out: Any) -> tuple[Any, ...]:
        return marked(derivatives(*operands_and_out), operands_and_out[0], operands_and_out[-1])

    def marked(slopes: tuple[Any, ...], first: Any, out: Any) -> tuple[Any, ...]:
        if not overflowed(out, first):
            return slopes
        numbers = [getattr(slope, "_data", slope) for slope in slopes]
        return tuple([Overflow(x) if x in (inf, -inf) else slope for x, slope in zip(numbers, slopes)])

    made_for: dict[Any, Derivatives] = {1: of_one, 2: of_two}
    return made_for.get(arity, of_many)


def _is_plain_zero(slope: Any) -> bool:
    return slope.__class__ is float and slope == 0.0
