"""The answers to NumPy when it applies a ufunc or a function to a Value, or to an array of Values.

NumPy's own loops over objects find a maximum by comparing: they lose nan, and a tie goes to one side. A plain number
among the Values has no `exp`. So every call goes through the table of operations. Every element of a result is a Value.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np

from tinygrad_notes import refusals
from tinygrad_notes.arrays.functions import OVERRIDES
from tinygrad_notes.arrays.linear import MATRIX_PRODUCTS
from tinygrad_notes.arrays.ufuncs import (
    accumulate,
    function_of,
    is_question,
    known_function,
    reduce_between,
    reduce_by,
    reduction_of,
)
from tinygrad_notes.arrays.values import as_objects, lifted, lifted_result
from tinygrad_notes.growth import warn_of_growth
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.value import Value

_FROM_OUTSIDE_PYTHON = ("Cannot cast", "not supported for the input types")
"""How NumPy says that it computes a function outside Python, where none can be differentiated."""


def apply_function(function: Any, arguments: Any, keywords: Any) -> Any:
    if function in OVERRIDES:
        out = keywords.pop("out", None)
        return _into(out, lifted(OVERRIDES[function](*arguments, **keywords)), True)
    try:
        return lifted(function._implementation(*map(_as_arrays, arguments), **keywords))
    except TypeError as error:
        if any(sign in str(error) for sign in _FROM_OUTSIDE_PYTHON):
            name = f"{function.__module__}.{function.__name__}".removeprefix("numpy.")  # linalg.inv, say
            raise TypeError(refusals.UNKNOWN_TO_THE_TABLE.format(name)) from error
        raise


def _as_arrays(argument: Any) -> Any:
    """Arguments as NumPy's own code takes them: a Value, or a list with some, as an array."""
    if isinstance(argument, Value) or (isinstance(argument, list) and any(isinstance(x, Value) for x in argument)):
        return lifted(as_objects(argument))
    return argument


def _elementwise(name: str, inputs: Sequence[Any], outputs: int) -> Any:
    result = np.frompyfunc(known_function(name), len(inputs), outputs)(*map(as_objects, inputs))
    if is_question(name):
        return np.asarray(result, bool)[()]
    return tuple(map(lifted_result, result)) if outputs > 1 else lifted_result(result)


# Ufuncs -----------------------------------------------------------------------------------------------


def _of_single_numbers(name: str, inputs: Sequence[Any]) -> Any:
    """The result where no operand is an array, as in `np.float64(2.0) * v`, which is to be fast; else None."""
    numbers: list[Any] = []
    for number in inputs:
        if number.__class__ is not Value and not isinstance(number, Real):
            return None
        numbers.append(number if number.__class__ is Value else float(number))
    function = function_of(name)
    return None if function is None else function(*numbers)


def apply_ufunc(ufunc: Any, method: str, inputs: Sequence[Any], out: Any, keywords: dict[str, Any]) -> Any:
    name: str = ufunc.__name__
    if method == "__call__" and out is None and not keywords and ufunc.nout == 1:
        result = _of_single_numbers(name, inputs)
        if result is not None:
            return result
    dtype = keywords.pop("dtype", None)
    if not is_question(name):
        _check_type(dtype)
    for ignored in ("casting", "order", "subok", "signature"):
        keywords.pop(ignored, None)
    if method == "__call__":
        where = keywords.pop("where", True)
        return _into(out, _called(ufunc, inputs, keywords), where)
    if method == "reduce":
        return _into(out, reduce_by(reduction_of(name), name, *inputs, **keywords), True)
    if method in ("accumulate", "reduceat"):
        run = accumulate if method == "accumulate" else reduce_between
        return _into(out, run(name, *inputs, **keywords), True)
    if method == "outer":
        a, b = map(as_objects, inputs)
        return _elementwise(name, (a.reshape(a.shape + (1,) * b.ndim), b), ufunc.nout)
    return _at(name, *inputs)


def _called(ufunc: Any, inputs: Sequence[Any], keywords: dict[str, Any]) -> Any:
    if set("".join(ufunc.types)) == {"O", "-", ">"}:  # np.frompyfunc's: a function of one's own, element by element
        return lifted(ufunc(*map(as_objects, inputs), **keywords))
    if ufunc.__name__ in MATRIX_PRODUCTS:
        return MATRIX_PRODUCTS[ufunc.__name__](*inputs, **keywords)
    return _elementwise(ufunc.__name__, inputs, ufunc.nout)


def _check_type(dtype: Any) -> None:
    if dtype is not None and np.dtype(dtype) not in (np.dtype(np.float64), np.dtype(object)):
        raise TypeError(f"Values are 64-bit floats and stay so: {refusals.AS_FLOATS.format(np.dtype(dtype))}")


def _into(out: Any, result: Any, where: Any) -> Any:
    """`result`, in the arrays of `out` where some are given."""
    targets = out if isinstance(out, tuple) else (out,)
    if all(target is None or target is Ellipsis for target in targets):
        return result
    results = result if isinstance(result, tuple) else (result,)
    for target, numbers in zip(targets, results, strict=True):
        if target.dtype != object and not (target.dtype.kind in "bi" and np.asarray(numbers).dtype == target.dtype):
            raise TypeError(refusals.INTO_FLOATS)
        _update(target, numbers, where)
    return out[0] if isinstance(out, tuple) and len(out) == 1 else out


def _update(target: Any, numbers: Any, where: Any) -> None:
    """Put new Values into an array; a leaf that is moved inside no_grad() stays a leaf, with its label."""
    new, mask = np.broadcast_to(as_objects(numbers), target.shape), np.broadcast_to(where, target.shape)
    for place in np.ndindex(target.shape):
        if mask[place]:
            old: Any = target[place]
            value: Any = new[place]
            if isinstance(old, Value) and old.operation is None and value.operation is CONSTANT:
                value.operation, value.label = None, old.label
            target[place] = value
    if target.size:
        warn_of_growth(target.reshape(-1)[0])


def _at(name: str, target: Any, places: Any, *numbers: Any) -> None:
    function = known_function(name, ".at")
    if target.dtype != object:
        raise TypeError(refusals.INTO_FLOATS)
    which = np.arange(target.size).reshape(target.shape)[places]
    flat = target.reshape(-1)
    given = [np.broadcast_to(as_objects(number), which.shape).reshape(-1).tolist() for number in numbers]
    for place, *operands in zip(which.reshape(-1).tolist(), *given, strict=True):
        flat[place] = lifted_result(function(flat[place], *operands))
    target[...] = flat.reshape(target.shape)
