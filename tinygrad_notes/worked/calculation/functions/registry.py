"""The functions of whole arrays by name, and what they have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from tinygrad_notes.value import Value
from tinygrad_notes.worked.calculation.elementwise import as_array, numbers_of, shape_of, size_checked

LARGEST_SQUARE = 12
FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""Every function of whole arrays, by name."""


def function(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS.update(dict.fromkeys(names, function))
        return function

    return register


def array_of(shape: tuple[int, ...], numbers: Iterable[Any]) -> Any:
    """An array of that shape with these numbers, row after row; the bare number for ()."""
    if not shape:
        return next(iter(numbers))
    listed = list(numbers)
    flat = np.empty(len(listed), dtype=object)
    flat[:] = listed
    return flat.reshape(shape)


def stacked(parts: Sequence[Any]) -> Any:
    """Parts of one shape along a new first axis; ValueError where the shapes differ."""
    shapes = set(map(shape_of, parts))
    if len(shapes) > 1:
        raise ValueError(f"the parts of an array must have one shape, got {' and '.join(map(str, sorted(shapes)))}")
    shape = (len(parts), *shapes.pop()) if shapes else (0,)
    size_checked(shape)
    return array_of(shape, (number for part in parts for number in numbers_of(part)))


def whole(number: Any, name: str) -> int:
    """A whole number for a size, a place or an axis; TypeError for anything else."""
    data = number.data if isinstance(number, Value) else number
    if isinstance(data, np.ndarray) or data != int(data) or abs(data) > 1e9:
        raise TypeError(f"{name} must be a whole number")
    return int(data)


def axis_of(shape: tuple[int, ...], axis: Any) -> int:
    """An axis of an array of that shape; ValueError where it has none such."""
    place = whole(axis, "axis")
    if not -len(shape) <= place < len(shape):
        raise ValueError(f"there is no axis {place} in an array of shape {shape}")
    return place


def with_axes(x: Any) -> Any:
    """An array itself; ValueError for one number."""
    if not shape_of(x):
        raise ValueError("this takes an array, [z1, z2], and got one number")
    return x


def matrix(x: Any, name: str) -> Any:
    x = as_array(x)
    if x.ndim != 2:
        raise ValueError(f"{name} takes a matrix, [[1, 2], [3, 4]], got shape {x.shape}")
    return x


def square(x: Any, name: str) -> Any:
    A = matrix(x, name)
    if A.shape[0] != A.shape[1] or len(A) > LARGEST_SQUARE:
        raise ValueError(f"{name} takes a square matrix of up to {LARGEST_SQUARE} rows, got shape {A.shape}")
    return A
