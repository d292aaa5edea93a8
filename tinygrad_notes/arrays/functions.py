"""NumPy's functions that do not live by ufuncs alone: what they are for arrays of Values.

All others run NumPy's own Python code over ufuncs, or move elements about without looking at them.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_notes import functions as f
from tinygrad_notes import watching
from tinygrad_notes.arrays import data_of, linear
from tinygrad_notes.arrays.linear import matmul
from tinygrad_notes.arrays.order import (
    argsort,
    digitize,
    lexsort,
    median,
    nanpercentile,
    nanquantile,
    percentile,
    place_of,
    quantile,
    searchsorted,
    sort,
)
from tinygrad_notes.arrays.ufuncs import nearest_even, reduce_by
from tinygrad_notes.arrays.values import ValueArray, as_objects, lifted, values_of
from tinygrad_notes.value import Value


def where(condition: Any, *choices: Any) -> Any:
    """Each element of `a` or `b`, the Value itself; a Value as condition is true unless it is 0."""
    chosen = np.asarray(as_objects(condition), bool)  # by truth, a comparison of each Value
    return np.where(chosen, *map(as_objects, choices)) if choices else np.nonzero(chosen)


def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    values = values_of(a)
    if weights is None:
        mean = np.mean(values, axis=axis, keepdims=keepdims)
        total = values.size / np.size(mean)
    else:
        given = values_of(weights)
        if given.shape != values.shape:
            if axis is None:
                raise TypeError("Axis must be specified when shapes of a and weights differ.")
            axes = np.lib.array_utils.normalize_axis_tuple(axis, values.ndim)
            if given.shape != tuple([values.shape[k] for k in axes]):
                raise ValueError("Shape of weights must be consistent with shape of a along specified axis.")
            sides = [n if k in axes else 1 for k, n in enumerate(values.shape)]
            given = np.broadcast_to(given.transpose(np.argsort(axes)).reshape(sides), values.shape)
        total = np.sum(given, axis=axis, keepdims=keepdims)
        mean = np.sum(values * given, axis=axis, keepdims=keepdims) / total
    return (mean, np.broadcast_to(total, np.shape(mean))[()]) if returned else mean


# Reductions that are one node -------------------------------------------------------------------------


def _of_deviations(of: Callable[[list[Any], float], Any]) -> Callable[..., Any]:
    """A statistic `of` the deviations from the mean, and of the number that their squares are divided by."""

    def reduced(
        a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: bool = False, *,
        where: Any = True, mean: Any = None, correction: float | None = None
    ) -> Any:  # fmt: skip
        array = values_of(a)
        center = np.mean(array, axis=axis, keepdims=True, where=where) if mean is None else mean
        less = ddof if correction is None else correction
        return reduce_by(
            lambda xs: of(xs, max(len(xs) - less, 0)), "deviations", array - center, axis, keepdims, where=where
        )

    return reduced


@_of_deviations
def var(deviations: list[Any], count: float) -> Any:
    return f.divide(f.sum([f.square(x) for x in deviations]), count)


@_of_deviations
def std(deviations: list[Any], count: float) -> Any:
    """The length of the deviations over √(n - ddof): it has slope 0 where all numbers are equal, and not 0 / 0."""
    return f.divide(f.norm(deviations), math.sqrt(count))


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:  # noqa: A002 (NumPy's word)
    """Lengths of vectors and the Frobenius norm of matrices as one node, with slope 0 at the origin."""
    array = as_objects(x)
    both = (axis is None and array.ndim == 2) or (isinstance(axis, tuple) and len(axis) == 2)
    if ord in (None, "fro") or (ord == 2 and not both):
        return reduce_by(f.norm, "norm", array, axis, keepdims)
    if both:
        return _matrix_norm(array, ord, (0, 1) if axis is None else axis, keepdims)
    magnitudes = np.abs(values_of(array))
    if ord in (np.inf, -np.inf):
        return (np.max if ord > 0 else np.min)(magnitudes, axis=axis, keepdims=keepdims)
    if ord == 0:
        return np.sum(lifted(as_objects(magnitudes != 0)), axis=axis, keepdims=keepdims)
    return np.sum(magnitudes**ord, axis=axis, keepdims=keepdims) ** (1.0 / ord)


def _matrix_norm(array: Any, ord: Any, axis: tuple[int, int], keepdims: bool) -> Any:  # noqa: A002
    if ord not in (1, -1, np.inf, -np.inf):
        raise TypeError(f"the matrix norm {ord!r} needs singular values, which the table of operations does not have")
    rows, columns = np.lib.array_utils.normalize_axis_tuple(axis, array.ndim)
    along, across = (rows, columns) if abs(ord) == 1 else (columns, rows)
    sums = np.sum(np.abs(values_of(array)), axis=along, keepdims=True)
    result = (np.max if ord > 0 else np.min)(sums, axis=across, keepdims=True)
    return result if keepdims else np.squeeze(result, axis=(rows, columns))[()]


def dot(a: Any, b: Any, out: Any = None) -> Any:
    left, right = values_of(a), values_of(b)
    if not left.ndim or not right.ndim:
        return left * right
    return matmul(left, right) if right.ndim < 3 else np.tensordot(left, right, axes=(-1, -2))


# Numbers ----------------------------------------------------------------------------------------------


def round_(a: Any, decimals: int = 0, out: Any = None) -> Any:
    scale = 10.0 ** abs(decimals)
    to, back = (f.divide, operator.mul) if decimals < 0 else (operator.mul, f.divide)
    return lifted(np.frompyfunc(lambda x: back(nearest_even(to(x, scale)), scale), 1, 1)(as_objects(a)))


def clip(a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, **bounds: Any) -> Any:
    low, high = bounds.get("min", a_min), bounds.get("max", a_max)
    if low is None and high is None:
        return np.positive(a)
    if low is None or high is None:
        return np.minimum(a, high, out=out) if low is None else np.maximum(a, low, out=out)
    return _CLIP(a, low, high, out=out)


_CLIP = np._core.umath.clip  # type: ignore[attr-defined]  # the ufunc, which has no name of its own


def nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    largest = np.finfo(float).max
    above, below = (largest if posinf is None else posinf), (-largest if neginf is None else neginf)

    def repaired(v: Any) -> Any:
        if v != v:
            return nan
        return above if v == math.inf else below if v == -math.inf else v

    result = lifted(np.frompyfunc(repaired, 1, 1)(as_objects(x)))
    if copy:
        return result
    x[...] = result
    return x


def sinc(x: Any) -> Any:
    """sin(πx) / (πx), and 1 at 0."""

    def of(v: Any) -> Any:
        angle = math.pi * v
        return f.where(f.equal(v, 0.0), 1.0, f.divide(f.sin(angle), angle))

    return lifted(np.frompyfunc(of, 1, 1)(as_objects(x)))


def _without_nan(function: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    def reduced(
        a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **which: Any
    ) -> Any:
        def of(numbers: list[Any]) -> Any:
            known = [x for x in numbers if x == x]
            return function(known) if known or function in (f.sum, f.product) else math.nan

        return reduce_by(of, "nan", a, axis, keepdims, **which)

    return reduced


def gradient(x: Any, *spacing: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Differences along each axis, by the coefficients that NumPy has for them."""
    array = as_objects(x)
    axes = range(array.ndim) if axis is None else np.lib.array_utils.normalize_axis_tuple(axis, array.ndim)
    steps = list(spacing) * (len(axes) if len(spacing) == 1 else 1) or [1.0] * len(axes)
    found = []
    for along, step in zip(axes, steps, strict=True):
        gradient_of: Any = np.gradient
        coefficients = gradient_of(np.eye(array.shape[along]), step, axis=0, edge_order=edge_order)
        moved = np.moveaxis(array, along, 0)
        rows = [_combination(moved, row) for row in coefficients]
        found.append(lifted(np.moveaxis(np.stack(rows), 0, along)))
    return found[0] if len(found) == 1 else tuple(found)


def _combination(moved: Any, coefficients: Any) -> Any:
    """Σ coefficient · element along the first axis; elements with the coefficient 0 take no part."""
    used = np.flatnonzero(coefficients)
    return functools.reduce(np.add, [moved[k] * float(coefficients[k]) for k in used])


def _of_floats(function: Any) -> Callable[..., Any]:
    """A function that tells something about numbers: asked of the numbers."""

    def told(*arguments: Any, **keywords: Any) -> Any:
        plain = [data_of(a) if isinstance(a, (Value, ValueArray)) else a for a in arguments]
        return function(*plain, **keywords)

    return told


def _asked(function: Any) -> Callable[..., Any]:
    """A yes or no about numbers; while somebody records, of the Values, by NumPy's own code and so by comparisons."""
    told = _of_floats(function)
    return lambda *a, **keywords: function._implementation(*a, **keywords) if watching.readers else told(*a, **keywords)


def histogram(a: Any, bins: Any = 10, *given: Any, **keywords: Any) -> Any:
    """Of plain numbers: while somebody records, there are none."""
    if any(isinstance(more, ValueArray) for more in (*given, *keywords.values())):
        raise TypeError("np.histogram gives plain numbers, whose weights have no slope: write weights=data_of(weights)")
    numbers, edges = (data_of(of).astype(float) if isinstance(of, ValueArray) else of for of in (a, bins))
    return np.histogram(numbers, edges, *given, **keywords)


def _zeros_like(number: float | None) -> Callable[..., Any]:
    def made(a: Any, *given: Any, dtype: Any = None, shape: Any = None, **keywords: Any) -> Any:
        if dtype is not None and np.dtype(dtype) != object:
            return np.full(np.shape(a) if shape is None else shape, given[0] if number is None else number, dtype)
        array = np.empty(np.shape(a) if shape is None else shape, object)
        array[...] = given[0] if number is None else number
        return lifted(array)

    return made


OVERRIDES: dict[Any, Callable[..., Any]] = {
    np.where: where,
    np.sort: sort,
    np.argsort: argsort,
    np.lexsort: lexsort,
    np.partition: lambda a, kth, axis=-1, **keywords: sort(a, axis),
    np.argpartition: lambda a, kth, axis=-1, **keywords: argsort(a, axis),
    np.argmax: place_of(lambda numbers: np.argmax(numbers, axis=-1), operator.lt, operator.le),
    np.argmin: place_of(lambda numbers: np.argmin(numbers, axis=-1), operator.gt, operator.ge),
    np.searchsorted: searchsorted,
    np.digitize: digitize,
    np.histogram: histogram,
    np.median: median,
    np.average: average,
    np.quantile: quantile,
    np.percentile: percentile,
    np.nanquantile: nanquantile,
    np.nanpercentile: nanpercentile,
    np.var: var,
    np.std: std,
    np.nansum: _without_nan(f.sum),
    np.nanprod: _without_nan(f.product),
    np.nanmax: _without_nan(f.amax),
    np.nanmin: _without_nan(f.amin),
    np.nanmean: _without_nan(f.mean),
    np.nanmedian: _without_nan(lambda xs: median(np.array(xs, object))),
    np.linalg.norm: norm,
    np.dot: dot,
    np.round: round_,
    np.around: round_,
    np.clip: clip,
    np.nan_to_num: nan_to_num,
    np.sinc: sinc,
    np.gradient: gradient,
    np.real: np.positive,
    np.imag: np.zeros_like,
    np.zeros_like: _zeros_like(0.0),
    np.empty_like: _zeros_like(0.0),
    np.ones_like: _zeros_like(1.0),
    np.full_like: _zeros_like(None),
}
"""The functions that are not NumPy's own code over our ufuncs."""
_TELLING = (np.array2string, np.array_repr, np.array_str, np.save, np.savetxt)
_ASKING = (np.allclose, np.isclose, np.array_equal, np.array_equiv)
OVERRIDES |= linear.OVERRIDES | {function: _of_floats(function) for function in _TELLING}
OVERRIDES |= {function: _asked(function) for function in _ASKING}
