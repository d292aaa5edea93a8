"""Arrays made, put together and laid out anew."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_notes.worked.calculation.elementwise import as_array, shape_of, size_checked
from tinygrad_notes.worked.calculation.functions.registry import array_of, axis_of, function, stacked, whole


@function("array", "vector", "matrix", "asarray", "tensor")
def _array(*parts: Any, dtype: Any = None) -> Any:
    """The parts as one array: array(g, k) is [g, k]; an array by itself stays as it is."""
    return parts[0] if len(parts) == 1 and isinstance(parts[0], np.ndarray) else stacked(parts)


@function("col", "column")
def _column(x: Any) -> Any:
    """A vector as a column."""
    return as_array(x).reshape(-1, 1)


@function("row")
def _row(x: Any) -> Any:
    return as_array(x).reshape(1, -1)


@function("reshape")
def reshape(x: Any, *shape: Any) -> Any:
    sizes = _shape(shape, least=-1)
    try:
        return as_array(x).reshape(sizes)
    except ValueError:
        raise ValueError(f"{as_array(x).size} numbers do not fill the shape {sizes}") from None


@function("flatten", "ravel", "vec")
def _flatten(x: Any) -> Any:
    return as_array(x).ravel()


@function("squeeze")
def _squeeze(x: Any) -> Any:
    squeezed = as_array(x).squeeze()
    return squeezed if squeezed.ndim else squeezed[()]


@function("diag")
def _diag(x: Any) -> Any:
    """A vector on the diagonal of a matrix of zeros; of a matrix, its diagonal."""
    x = as_array(x)
    if x.ndim == 2:
        return x.diagonal().copy()
    matrix = _zeros(float(x.size), float(x.size))
    for i, number in enumerate(x.ravel()):
        matrix[i, i] = number
    return matrix


@function("zeros")
def _zeros(*shape: Any) -> Any:
    return np.full(size_checked(_shape(shape)), 0.0, dtype=object)


@function("ones")
def _ones(*shape: Any) -> Any:
    return np.full(size_checked(_shape(shape)), 1.0, dtype=object)


@function("zeros_like")
def _zeros_like(x: Any) -> Any:
    return np.full(as_array(x).shape, 0.0, dtype=object) if isinstance(x, np.ndarray) else 0.0


@function("ones_like")
def _ones_like(x: Any) -> Any:
    return np.full(as_array(x).shape, 1.0, dtype=object) if isinstance(x, np.ndarray) else 1.0


@function("eye")
def _eye(n: Any) -> Any:
    return _diag(_ones(n))


@function("one_hot", "onehot")
def _one_hot(place: Any, size: Any) -> Any:
    hot, count = whole(place, "the place"), whole(size, "the size")
    if not 0 <= hot < count:
        raise ValueError(f"there is no place {hot} among {count}")
    vector = _zeros(float(count))
    vector[hot] = 1.0
    return vector


def _shape(given: Sequence[Any], least: int = 0) -> tuple[int, ...]:
    parts = list(as_array(given[0]).ravel()) if len(given) == 1 else given
    sizes = tuple(whole(part, "a size") for part in parts)
    if any(size < least for size in sizes):
        raise ValueError(f"a size cannot be negative, got {sizes}")
    return sizes


@function("concat", "concatenate", "hstack")
def _concat(first: Any, *others: Any, axis: Any = 0) -> Any:
    """Arrays one behind the other along an axis; numbers count as arrays of one."""
    parts = (first, *others)
    if not others and isinstance(first, np.ndarray) and first.ndim > 1:
        parts = tuple(first)
    pieces = [as_array(part) if as_array(part).ndim else as_array(part).reshape(1) for part in parts]
    place = axis_of(pieces[0].shape, axis) % pieces[0].ndim
    if len({(*piece.shape[:place], "…", *piece.shape[place + 1 :]) for piece in pieces}) > 1:
        shapes = " and ".join(str(piece.shape) for piece in pieces)
        raise ValueError(f"the shapes {shapes} do not fit one behind the other along axis {place}")
    return np.concatenate(pieces, axis=place)


@function("stack", "vstack")
def _stack(*parts: Any, axis: Any = 0) -> Any:
    parts = tuple(parts[0]) if len(parts) == 1 and isinstance(parts[0], np.ndarray) else parts
    together = as_array(stacked(parts))
    return np.moveaxis(together, 0, axis_of(together.shape, axis))


@function("full")
def _full(shape: Any, number: Any) -> Any:
    if shape_of(number):
        raise ValueError("full repeats one number, and got an array; write stack(v, v) to repeat one")
    return array_of(size_checked(_shape([shape])), [number] * math.prod(_shape([shape])))


@function("shape")
def _lengths(x: Any) -> Any:
    """The lengths of an array's axes."""
    return array_of((as_array(x).ndim,), map(float, as_array(x).shape))


@function("size", "len")
def _size(x: Any) -> Any:
    return float(len(x) if isinstance(x, np.ndarray) else 1)


@function("repeat", "tile")
def _repeat(x: Any, count: Any) -> Any:
    numbers, times = as_array(x).ravel(), max(0, whole(count, "the count"))
    size_checked((times, numbers.size))
    return np.concatenate([numbers[:0], *[numbers] * times])
