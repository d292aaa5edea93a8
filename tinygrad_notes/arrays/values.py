"""`ValueArray`: an array of Values, and how what NumPy has moved about becomes one again."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from tinygrad_notes import refusals
from tinygrad_notes.operators import AskedByNumPy
from tinygrad_notes.value import Value, as_value


class ValueArray(AskedByNumPy, np.ndarray[Any, np.dtype[np.object_]]):
    """An object array of Values that keeps its gradients, its nan and its ties through NumPy's functions.

    `tinygrad_notes.array(data)` makes one. It is an array of NumPy in all else: indexing, slicing, assignment, `.T`.
    """

    def __getattr__(self, name: str) -> Any:
        hint = f": {refusals.OF_ARRAYS[name]}" if name in refusals.OF_ARRAYS else ""
        raise AttributeError(f"an array of Values has no attribute {name!r}{hint}", name=name, obj=self)

    def astype(self, dtype: Any, *arguments: Any, **keywords: Any) -> Any:
        """A copy: Values are 64-bit floats already. For plain numbers write `data_of(x)`; bool asks which are not 0."""
        if np.dtype(dtype) == bool:
            return np.array(self.tolist(), bool)
        if np.dtype(dtype) not in (np.dtype(np.float64), np.dtype(object)):
            raise TypeError(f"Values are 64-bit floats and stay so: {refusals.AS_FLOATS.format(np.dtype(dtype))}")
        return self.copy()

    def clip(self, min: Any = None, max: Any = None, **keywords: Any) -> Any:  # type: ignore[override] # noqa: A002
        return np.clip(self, min, max, **keywords)  # one bound alone: the function takes it only since NumPy 2.1

    def sort(self, axis: int = -1, **keywords: Any) -> None:  # type: ignore[override]
        self[...] = np.sort(self, axis=axis)

    def partition(self, kth: Any, axis: int = -1, **keywords: Any) -> None:  # type: ignore[override]
        self.sort(axis)


def _as_method(name: str) -> None:
    function = getattr(np, name)
    setattr(ValueArray, name, lambda self, *arguments, **keywords: function(self, *arguments, **keywords))


for _name in ("argmax", "argmin", "argsort", "round", "dot", "searchsorted", "std", "var"):
    _as_method(_name)


def lifted(result: Any) -> Any:
    """A result of NumPy with a Value for every number, arrays of objects as `ValueArray`."""
    if isinstance(result, (tuple, list)):
        parts = [lifted(part) for part in result]
        return type(result)(*parts) if hasattr(result, "_fields") else type(result)(parts)
    if not isinstance(result, np.ndarray) or result.dtype != object:
        return result
    flat = result.reshape(-1)
    for place, element in enumerate(flat.tolist()):
        if element.__class__ is not Value and isinstance(element, Real):
            flat[place] = as_value(float(element))
    if not np.shares_memory(flat, result):
        result = flat.reshape(result.shape)
    return result.view(ValueArray)


def as_objects(numbers: Any) -> np.ndarray[Any, Any]:
    """An argument as an array of objects: Values, and Python's own numbers."""
    if isinstance(numbers, Value):
        array = np.empty((), object)
        array[()] = numbers
        return array
    if isinstance(numbers, np.ma.MaskedArray):
        raise TypeError(refusals.MASKED)
    array = np.asarray(numbers)
    return array.view(np.ndarray) if array.dtype == object else array.astype(object)


def values_of(numbers: Any) -> Any:
    """An array of Values of its own, with one for every plain number, which then is lifted once for all its uses."""
    return lifted(as_objects(numbers).copy())


def lifted_result(result: Any) -> Any:
    if isinstance(result, np.ndarray):
        return lifted(result)
    return as_value(float(result)) if isinstance(result, Real) else result
