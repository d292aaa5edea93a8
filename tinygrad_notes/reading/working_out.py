"""Formulas of numbers alone, worked out over intervals."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_notes.number_systems import intervals
from tinygrad_notes.number_systems.intervals import Interval
from tinygrad_notes.operations import operation
from tinygrad_notes.reading.formulas import CONSTANTS, ROWS, Apply, Name, Number, Tree
from tinygrad_notes.reading.limits import LARGEST_ARRAY, MOST_STEPS


class NotArithmeticError(Exception):
    """A formula with a name, a function or shapes that arithmetic alone does not know."""


def worked_out(tree: Tree, of: Callable[[Number], Interval], product: str = "⊙") -> Any:
    """The formula over intervals: an Interval, or an object array of them; `product` is what `*` of two arrays is.

    Raises NotArithmeticError for names other than e and π, unknown functions and shapes that do not fit.
    """
    if isinstance(tree, Number):
        return of(tree)
    if isinstance(tree, Name):
        if tree.name not in CONSTANTS:
            raise NotArithmeticError
        return intervals.as_interval(CONSTANTS[tree.name])
    operands = [worked_out(operand, of, product) for operand in tree.operands]
    try:
        return _applied(tree, operands, product)
    except (ValueError, TypeError, KeyError) as problem:
        raise NotArithmeticError from problem


def _applied(tree: Apply, operands: list[Any], product: str) -> Any:
    name = tree.function
    if name == "list":
        return _array(operands)
    if name in ("+", "-", "*", "⊙", "⊗", "@", "/"):
        return _arithmetic(name, operands, product)
    if name == "T":
        return np.transpose(operands[0])
    if name in _REDUCTIONS:
        return _REDUCTIONS[name]([number for operand in operands for number in np.ravel(operand)])
    if name == "softmax" and np.ndim(operands[0]) == 1:
        powers = _over(operation("exp").read(intervals)[0], operands)
        return _OF_ARRAYS["/"](powers, intervals.total(list(powers)))
    row = name.rstrip("'")
    forward, slopes = operation(ROWS.get(row, row)).read(intervals)
    return _over(forward if row == name else lambda x: slopes(x, forward(x))[0], operands)


_REDUCTIONS: dict[str, Callable[[list[Interval]], Any]] = {
    "sum": intervals.total,
    "mean": lambda numbers: intervals.divide(intervals.total(numbers), len(numbers)),
    "norm": lambda numbers: operation("sqrt").read(intervals)[0](intervals.total([x * x for x in numbers])),
    "max": lambda numbers: functools.reduce(operation("maximum").read(intervals)[0], numbers),
    "min": lambda numbers: functools.reduce(operation("minimum").read(intervals)[0], numbers),
}
"""What comes of the numbers of all operands together."""


def _arithmetic(name: str, operands: list[Any], product: str) -> Any:
    if len(operands) == 1:
        return np.negative(operands[0]) if name == "-" else operands[0]
    arrays = sum(isinstance(operand, np.ndarray) for operand in operands)
    if arrays == 2:
        name = product if name == "*" else name
        if _steps(name, *operands) > MOST_STEPS:
            raise ValueError("more than anybody works by hand")
    return (_OF_ARRAYS if arrays or name not in _OF_NUMBERS else _OF_NUMBERS)[name](*operands)


def _steps(name: str, left: Any, right: Any) -> int:
    """How many operations of numbers one of two arrays takes."""
    if name == "@":
        return int(left.size) * (int(right.shape[-1]) if right.ndim > 1 else 1)
    return int(left.size) * int(right.size) if name == "⊗" else math.prod(np.broadcast_shapes(left.shape, right.shape))


_OF_ARRAYS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "⊙": np.multiply, "/": np.true_divide, "@": np.matmul,
    "⊗": np.multiply.outer,
}  # fmt: skip
_OF_NUMBERS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "⊙": operator.mul, "/": operator.truediv,
}  # fmt: skip
"""The same for two numbers, which NumPy takes ten times as long for."""


def _over(rule: Callable[..., Any], operands: list[Any]) -> Any:
    if not any(isinstance(operand, np.ndarray) for operand in operands):
        return rule(*operands)
    return np.frompyfunc(rule, len(operands), 1)(*operands)


def _array(parts: list[Any]) -> Any:
    array = np.empty((len(parts), *np.shape(parts[0])), dtype=object)
    if array.size > LARGEST_ARRAY:
        raise ValueError("an array larger than any worked by hand")
    for at, part in enumerate(parts):
        array[at] = part
    return array
