"""NumPy arrays of 64-bit floats: the number system of replay over batches.

Functions take `out` as NumPy's do, after their operands. Warnings are the caller's to switch off (`numpy.errstate`),
for infinities and nan are results here, as everywhere in the engine.

Example:
    >>> from tinygrad_notes.operations import operation
    >>> from tinygrad_notes.number_systems import numpy_arrays
    >>> value, derivatives = operation("square").read(numpy_arrays)
    >>> value(np.array([1.0, -3.0]))
    array([1., 9.])
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_ONE = np.ones(())  # an array, for NumPy converts a float at every call

add, subtract, multiply, negative, divide = np.add, np.subtract, np.multiply, np.negative, np.divide


def maximum(a: Any, b: Any, out: Array | None = None) -> Any:
    return np.maximum(a, b, out=out)  # NumPy wants its name here


def minimum(a: Any, b: Any, out: Array | None = None) -> Any:
    return np.minimum(a, b, out=out)


def where(condition: Any, a: Any, b: Any, out: Array | None = None) -> Any:
    if out is None:
        return np.where(np.asarray(condition, bool), a, b)
    out[...] = b
    np.copyto(out, a, where=np.asarray(condition, bool))
    return out


def sigmoid(a: Any, out: Array | None = None) -> Any:
    """1 / (1 + exp(-a)): where exp overflows, below -709, 0 instead of a subnormal number."""
    denominator = np.exp(np.negative(a, out), out)
    denominator = np.add(denominator, _ONE, out)
    return np.divide(_ONE, denominator, out)


def _elementwise(function: Callable[[float], float]) -> Callable[..., Any]:
    """A function of one float over arrays, number by number: NumPy has no erf, and a borrowed one is exact."""
    of_objects = np.frompyfunc(function, 1, 1)

    def of_arrays(a: Any, out: Array | None = None) -> Any:
        result = np.asarray(of_objects(a), np.float64)
        if out is None:
            return result
        out[...] = result
        return out

    return of_arrays


erf = _elementwise(math.erf)
erfc = _elementwise(math.erfc)


def total(xs: Sequence[Any]) -> Any:
    return reduce(np.add, xs, 0.0)


def dot(ws: Sequence[Any], xs: Sequence[Any]) -> Any:
    return total([w * x for w, x in zip(ws, xs, strict=True)])


def __getattr__(name: str) -> Any:
    if not hasattr(np, name):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(np, name)
