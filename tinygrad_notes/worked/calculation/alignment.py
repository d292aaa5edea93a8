"""Two ways to work the same numbers, laid side by side although their shapes may differ."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygrad_notes import functions
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.value import Value, as_value
from tinygrad_notes.worked.calculation.elementwise import as_array, numbers_of, plain, shape_of
from tinygrad_notes.worked.calculation.functions import array_of
from tinygrad_notes.worked.expressions.parts import maker

_MOST_COMPARED = 200  # parts of two formulas for one number


@dataclass(frozen=True, slots=True)
class Aligned:
    """Numbers in the shape of others, and whether they had to be transposed for it."""

    numbers: Any
    transposed: bool


def aligned(own: Any, right: Any) -> Aligned | None:
    """`right` in the shape of `own`; None where they cannot be laid side by side, or `own` is None.

    Axes of length 1 do not count. Of a Jacobian of equals by equals the diagonal will do, where all else is 0: the
    slopes of an activation are written so. A matrix may have to be transposed.
    """
    if own is None:
        return None
    shape, other = shape_of(own), shape_of(right)
    if shape == other:
        return Aligned(right, False)
    if squeezed(shape) == squeezed(other):
        return Aligned(as_shaped(right, shape), False)
    short = squeezed(shape)
    if squeezed(other) == (*short, *short) and (diagonal := _diagonal(right, shape)) is not None:
        return Aligned(diagonal, False)
    if len(other) == 2 and shape == other[::-1]:
        return Aligned(right.T, True)
    return None


def close(one: float, other: float, relative: float = 1e-9) -> bool:
    """Whether two numbers differ by no more than the rounding of floats; inf and nan are close to themselves alone."""
    return math.isclose(one, other, rel_tol=relative, abs_tol=1e-13) or (one != one and other != other)


def are_worked_alike(own: Any, right: Any) -> bool:
    """Whether two arrays of one shape are worked by the same operations from the same labeled numbers, and are finite.

    They are equal then, whatever these numbers are. Factors and terms may change places. Long formulas are not compared
    to their end: False says nothing.
    """
    pairs = list(zip(numbers_of(own), numbers_of(right), strict=True))
    if not all(math.isfinite(plain(one)) and close(plain(one), plain(other)) for one, other in pairs):
        return False
    return all(_are_alike(one, other, [_MOST_COMPARED], is_whole=True) for one, other in pairs)


def _are_alike(one: Any, other: Any, left: list[int], *, is_whole: bool = False) -> bool:
    """The same of two parts; `left` holds how many more may be compared. A label hides what a part is worked from."""
    left[0] -= 1
    if one is other or left[0] < 0:
        return one is other
    if not (isinstance(one, Value) and isinstance(other, Value)) or (not is_whole and (one.label or other.label)):
        return False
    if one.operation is CONSTANT:
        return other.operation is CONSTANT and one.data == other.data
    (called, first), (called_too, second) = _as_power(one), _as_power(other)
    if called != called_too or len(first) != len(second) or not first:
        return False
    orders = (second, second[::-1]) if called in ("add", "multiply") else (second,)
    return any(all(_are_alike(a, b, left) for a, b in zip(first, order, strict=True)) for order in orders)


def _as_power(node: Value) -> tuple[str, tuple[Value, ...]]:
    """Which operation makes a number from which; a square counts as a power with the exponent 2."""
    called, operands = maker(node), node.operands
    is_square = called == "pow" and operands[1].operation is CONSTANT and operands[1].data == 2.0
    return ("square", operands[:1]) if is_square else (called, operands)


def _diagonal(jacobian: Any, shape: tuple[int, ...]) -> Any:
    count = math.prod(shape)
    square = as_array(jacobian).reshape(count, count)
    if any(plain(square[i, j]) != 0.0 for i in range(count) for j in range(count) if i != j):
        return None
    return array_of(shape, [square[i, i] for i in range(count)])


def as_shaped(numbers: Any, shape: tuple[int, ...]) -> Any:
    """Numbers laid out in a shape that has room for as many."""
    return as_array(numbers).reshape(shape) if shape else numbers_of(numbers)[0]


def called(shape: tuple[int, ...]) -> str:
    """A shape in words."""
    return f"has shape {shape}" if shape else "is one number"


def squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without its axes of length 1."""
    return tuple([length for length in shape if length != 1])


def bare(numbers: Any) -> Any:
    """The floats behind Values, as an array of the same shape."""
    floats = np.array([plain(number) for number in numbers_of(numbers)], dtype=float)
    return floats.reshape(shape_of(numbers))


def put_right(own: Any, right: Any) -> tuple[Any, set[Value]]:
    """A formula's Values; where one is not the right number, or there is none, a Value that stands for that."""
    numbers, wrong = [], set()
    rights = numbers_of(right)
    for one, other in zip(rights if own is None else numbers_of(own), rights, strict=True):
        if own is not None and close(plain(one), plain(other)):
            numbers.append(one)
            continue
        stand_in = functions.identity(as_value(one))
        stand_in.data = plain(other)
        wrong.add(stand_in)
        numbers.append(stand_in)
    return array_of(shape_of(right if own is None else own), numbers), wrong
