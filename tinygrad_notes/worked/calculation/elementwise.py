"""Operators and functions that work element by element, broadcast as NumPy broadcasts.

A number is a Value or a float; an array is a NumPy array of such. What is worked from plain numbers alone stays plain.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from tinygrad_notes import functions
from tinygrad_notes.operations import TABLE, Operation
from tinygrad_notes.value import Value

MOST_NUMBERS = 100_000
"""The largest array that a line may make."""

ALIASES = {
    "ln": "log", "lg": "log10", "power": "pow", "absolute": "abs", "fabs": "abs", "arcsin": "asin", "arccos": "acos",
    "arctan": "atan", "arctan2": "atan2", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "σ": "sigmoid",
    "sig": "sigmoid", "logistic": "sigmoid", "expit": "sigmoid", "swish": "silu", "linear": "identity", "sgn": "sign",
    "divide": "divide", "subtract": "subtract", "multiply": "multiply", "mod": "remainder", "th": "tanh",
    "lrelu": "leaky_relu", "leakyrelu": "leaky_relu", "logsigmoid": "log_sigmoid", "true_divide": "divide",
    "greater_than": "greater", "less_than": "less", "√": "sqrt", "|": "abs",
}  # fmt: skip
"""Other names of rows of the table of operations."""


def plain(number: Any) -> float:
    """The bare number of a Value or a float."""
    return number.data if isinstance(number, Value) else float(number)


def shape_of(numbers: Any) -> tuple[int, ...]:
    """The shape of an array; () for one number. NumPy's own `shape` would lift a Value into an array first."""
    return numbers.shape if isinstance(numbers, np.ndarray) else ()


def count_of(numbers: Any) -> int:
    """How many numbers an array has; 1 for one number."""
    return numbers.size if isinstance(numbers, np.ndarray) else 1


def numbers_of(numbers: Any) -> list[Any]:
    """Every number of an array, row after row; of one number, that alone."""
    return numbers.ravel().tolist() if isinstance(numbers, np.ndarray) else [numbers]


def broadcast(function: Callable[..., Any], *numbers: Any) -> Any:
    """`function` of each element; ValueError where the shapes do not fit together or the result is too large."""
    if not any(isinstance(number, np.ndarray) for number in numbers):
        return function(*numbers)
    size_checked(_shape_together([shape_of(number) for number in numbers]))
    with np.errstate(all="ignore"):  # what is no number is said of the claim on it
        return _universal(function, len(numbers))(*map(as_array, numbers))


def _shape_together(shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        said = " and ".join(str(shape) for shape in shapes if shape)
        raise ValueError(f"the shapes do not fit together, element by element: {said}") from None


def size_checked(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape itself; ValueError for an array of more than `MOST_NUMBERS`."""
    size = math.prod(shape)
    if size > MOST_NUMBERS:
        raise ValueError(f"this makes an array of {size:,} numbers, and a page has room for {MOST_NUMBERS:,} in one")
    return shape


@cache
def _universal(function: Callable[..., Any], arity: int) -> Any:
    return np.frompyfunc(function, arity, 1)


def as_array(numbers: Any) -> Any:
    """`numbers` as an array of Values and floats; a number as an array without axes."""
    if isinstance(numbers, np.ndarray):
        return numbers
    box = np.empty((), dtype=object)
    box[()] = numbers
    return box


def _or_plain(work: Callable[[Any, Any], Any], plain: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """An operator that follows IEEE 754 for plain numbers too, where Python's raises."""

    def worked(a: Any, b: Any) -> Any:
        return work(a, b) if a.__class__ is Value or b.__class__ is Value else plain(a, b)

    return worked


divide = _or_plain(operator.truediv, functions.divide)
power = _or_plain(operator.pow, functions.pow)

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": divide, "^": power,
    ">": functions.greater, "<": functions.less, "==": functions.equal,
    ">=": lambda a, b: 1.0 - functions.less(a, b), "<=": lambda a, b: 1.0 - functions.greater(a, b),
    "!=": lambda a, b: 1.0 - functions.equal(a, b),
}  # fmt: skip


def step(x: Any) -> Any:
    """1 from 0 on, else 0: the threshold unit."""
    return functions.where(functions.less(x, 0.0), 0.0, 1.0)


def positive(x: Any) -> Any:
    """1 above 0, else 0: the slope of relu."""
    return functions.greater(x, 0.0)


_OWN: dict[str, Callable[..., Any]] = {
    "step": step, "heaviside": step, "threshold": step, "positive": positive,
    "leaky_relu": functions.leaky_relu, "elu": functions.elu, "sech": lambda x: 1.0 / functions.cosh(x),
    "cot": lambda x: 1.0 / functions.tan(x), "sec": lambda x: 1.0 / functions.cos(x),
}  # fmt: skip


def row_called(name: str) -> Operation | None:
    """The row of the table of operations that a page may call `name`, in any case of its letters."""
    for spelling in (name, name.casefold()):
        row = TABLE.get(ALIASES.get(spelling, spelling))
        if row is not None and row.arity:
            return row
    return None


def elementwise_function(name: str) -> Callable[..., Any] | None:
    """The function of arrays and numbers called `name`; σ' and tanh' are slopes. None if there is none."""
    if name.endswith("'"):
        row = row_called(name[:-1])
        return _spread(_slope_of(row), 1) if row is not None and row.arity == 1 else None
    spelling = ALIASES.get(name.casefold(), name.casefold())
    own = _OWN.get(name) or _OWN.get(spelling)
    if own is not None:
        return _spread(own, -1)
    row = row_called(name)
    return _spread(getattr(functions, row.name), row.arity or -1) if row is not None else None


def _slope_of(row: Operation) -> Callable[[Any], Any]:
    def slope(x: Any) -> Any:
        return row.textbook(functions)(x, getattr(functions, row.name)(x))[0]

    return slope


def _spread(function: Callable[..., Any], arity: int) -> Callable[..., Any]:
    def spread(*numbers: Any) -> Any:
        if arity > 0 and len(numbers) != arity:
            raise TypeError(f"takes {arity} argument{'s' if arity > 1 else ''}, got {len(numbers)}")
        return broadcast(function, *numbers)

    return spread
