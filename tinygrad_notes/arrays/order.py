"""Sorting, searching and quantiles of arrays of Values: nan comes last, as for floats.

The order is found among the bare numbers. Comparisons of the Values then hold a recorded program to it: some that all
hold, for a comparison with nan does not, whichever way it is asked.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from tinygrad_notes import functions as f
from tinygrad_notes.arrays.ufuncs import reduce_by
from tinygrad_notes.arrays.values import as_objects, lifted
from tinygrad_notes.value import Value


def _number(element: Any) -> float:
    return element._data if isinstance(element, Value) else float(element)


def _numbers(array: Any) -> Any:
    """The bare numbers, for those who then say by comparisons what they have made of them."""
    objects = as_objects(array)
    return np.array([_number(element) for element in objects.ravel().tolist()]).reshape(objects.shape)


def _is_nan(element: Any) -> bool:
    return bool(element != element)


def _places_in_order(row: Any) -> list[int]:
    """The positions of a row's elements from the smallest to the largest, nan last; a tie stays in its order."""
    numbers = _numbers(row)
    order: list[int] = np.argsort(numbers, kind="stable").tolist()
    for lower, upper in pairwise(order):  # a recorded program holds to this order by these comparisons
        if not _is_nan(row[upper]):
            bool(row[lower] <= row[upper] if lower < upper else row[lower] < row[upper])
    return order


def _along(a: Any, axis: int | None) -> tuple[Any, int]:
    """An array, and the axis along which it is put in order; without one all in a row."""
    return (as_objects(a).ravel(), -1) if axis is None else (as_objects(a), axis)


def argsort(a: Any, axis: int | None = -1, **keywords: Any) -> Any:
    array, along = _along(a, axis)
    moved = np.moveaxis(array, along, -1)
    places = np.empty(moved.shape, np.intp)
    for place in np.ndindex(moved.shape[:-1]):
        places[place] = _places_in_order(moved[place])
    return np.moveaxis(places, -1, along)


def lexsort(keys: Any, axis: int = -1) -> Any:
    """The order by the last of the keys, what ties in it by the one before, and so on."""
    rows = as_objects(keys)
    places = argsort(rows[0], axis)
    for row in rows[1:]:
        places = np.take_along_axis(places, argsort(np.take_along_axis(row, places, axis), axis), axis)
    return places


def sort(a: Any, axis: int | None = -1, **keywords: Any) -> Any:
    array, along = _along(a, axis)
    return np.take_along_axis(array, argsort(array, along), along)


def place_of(
    best: Callable[[Any], Any], beaten: Callable[[Any, Any], bool], reached: Callable[[Any, Any], bool]
) -> Callable[..., Any]:
    """The first place of the best: those before it are `beaten` by it, those behind it may have `reached` it.

    A nan is better than all numbers.
    """

    def found(a: Any, axis: int | None = None, out: Any = None, keepdims: Any = False) -> Any:
        array = as_objects(a)
        flat = array.ravel() if axis is None else np.moveaxis(array, axis, -1)
        places = np.asarray(best(_numbers(flat)))
        for place in np.ndindex(flat.shape[:-1]):
            row = flat[place].tolist()
            first = places[place]
            if _is_nan(row[first]):  # a recorded program holds to this place by these comparisons
                any(map(_is_nan, row[:first]))
                continue
            for k, element in enumerate(row):
                (beaten if k < first else reached)(element, row[first])
        if keepdims and keepdims is not np._NoValue:
            return places.reshape([1] * array.ndim) if axis is None else np.expand_dims(places, axis)
        return places[()]

    return found


def searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None) -> Any:
    edges, wanted = as_objects(a), as_objects(v)
    if sorter is not None:
        edges = edges[sorter]
    places = np.empty(wanted.shape, np.intp)
    for place in np.ndindex(wanted.shape):
        x = wanted[place]
        is_nan = _is_nan(x)  # which stands behind all numbers
        places[place] = sum(is_nan or bool(edge < x if side == "left" else edge <= x) for edge in edges.tolist())
    return places[()]


def digitize(x: Any, bins: Any, right: bool = False) -> Any:
    """The bin of each number, from edges that all rise or all fall."""
    edges, side = as_objects(bins), "left" if right else "right"
    if all(lower <= upper for lower, upper in pairwise(edges)):
        return searchsorted(edges, x, side)
    if all(upper >= lower for upper, lower in pairwise(edges)):
        return len(edges) - searchsorted(edges[::-1], x, side)
    raise ValueError("bins must be monotonically increasing or decreasing")


def quantile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, method: str = "linear",
    keepdims: bool = False, *, scale: float = 1.0, skips_nan: bool = False
) -> Any:  # fmt: skip
    """The interpolation between the two ordered elements nearest; nan if one is nan, unless these are left out."""

    def of(numbers: list[Any], share: float) -> Any:
        known = [number for number in numbers if not _is_nan(number)]
        if not known or (len(known) < len(numbers) and not skips_nan):
            return math.nan * f.sum(numbers)
        ordered = sort(np.array(known, object)).tolist()
        position = float(np.quantile(np.arange(len(ordered), dtype=float), share, method=method))  # type: ignore[call-overload]
        low = int(position)
        if position == low:
            return ordered[low]
        part = position - low
        return (1.0 - part) * ordered[low] + part * ordered[low + 1]

    shares = np.asarray(q, float) / scale
    found = [reduce_by(functools.partial(of, share=share), "quantile", a, axis, keepdims) for share in shares.flat]
    shape = np.shape(found[0])
    result = np.empty((len(found), *shape), object)
    for place, part in enumerate(found):
        result[place] = part
    return lifted(result.reshape(shares.shape + shape))[()]


percentile = functools.partial(quantile, scale=100.0)
nanquantile = functools.partial(quantile, skips_nan=True)
nanpercentile = functools.partial(percentile, skips_nan=True)


def median(a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    return quantile(a, 0.5, axis, keepdims=keepdims)
