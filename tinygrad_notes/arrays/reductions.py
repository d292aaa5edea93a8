"""Reductions of arrays of Values along some axes: by one node for each number of the result."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygrad_notes import refusals
from tinygrad_notes.arrays.elementwise import function_of, reduction_of
from tinygrad_notes.arrays.values import as_objects, lifted, lifted_result


def reduce_by(
    function: Callable[[list[Any]], Any] | None,
    name: str,
    values: Any,
    axis: Any = 0,
    keepdims: bool = False,
    initial: Any = np._NoValue,
    where: Any = True,
) -> Any:
    """`function` of the numbers along `axis`: None for all axes, a number or several."""
    if function is None:
        raise TypeError(refusals.UNKNOWN_TO_THE_TABLE.format(f"{name}.reduce"))
    array = as_objects(values)
    axes = tuple(range(array.ndim)) if axis is None else np.lib.array_utils.normalize_axis_tuple(axis, array.ndim)
    kept = tuple(k for k in range(array.ndim) if k not in axes)
    shape = tuple(array.shape[k] for k in kept)
    rows = array.transpose(*kept, *axes).reshape(*shape, -1)
    masks = np.broadcast_to(where, array.shape).transpose(*kept, *axes).reshape(*shape, -1)
    first = [] if initial is np._NoValue or initial is None else [initial]
    result = np.empty(shape, object)
    for place in np.ndindex(shape):
        numbers = [*first, *itertools.compress(rows[place].tolist(), masks[place].tolist())]
        result[place] = _reduced(function, name, numbers)
    if keepdims:
        result = np.expand_dims(result, axes)
    if name.startswith("logical"):
        return result.astype(bool)[()]
    return lifted(result) if result.ndim else lifted_result(result.item())


def _reduced(function: Callable[[list[Any]], Any], name: str, numbers: list[Any]) -> Any:
    if numbers:
        return bool(function(numbers)) if name.startswith("logical") else function(numbers)
    identity = getattr(np, name).identity if hasattr(np, name) else None
    if identity is None:
        raise ValueError(f"zero-size array to reduction operation {name} which has no identity")
    return identity


def accumulate(name: str, values: Any, axis: int = 0) -> Any:
    function, array = function_of(name), np.moveaxis(as_objects(values), axis, -1)
    if function is None:
        raise TypeError(refusals.UNKNOWN_TO_THE_TABLE.format(f"{name}.accumulate"))
    result = np.empty_like(array)
    for place in np.ndindex(array.shape[:-1]):
        result[place] = np.fromiter(itertools.accumulate(array[place].tolist(), function), object, array.shape[-1])
    return lifted(np.moveaxis(result, -1, axis))


def reduce_between(name: str, values: Any, starts: Sequence[int], axis: int = 0) -> Any:
    """One number for each of `starts`: of those up to the next start, or of that one alone where it lies before."""
    array = np.moveaxis(lifted(as_objects(values).copy()), axis, 0)
    ends = [*starts[1:], len(array)]
    rows = [array[start : max(end, start + 1)] for start, end in zip(starts, ends)]
    parts = [reduce_by(reduction_of(name), name, row) for row in rows]
    return lifted(np.moveaxis(np.stack(parts), 0, axis))
