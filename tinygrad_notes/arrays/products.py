"""Products of matrices and vectors: one `dot` node for each number of the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_notes import functions
from tinygrad_notes.arrays.values import as_objects, lifted, lifted_result


def _values_of(array: Any) -> np.ndarray[Any, Any]:
    """As objects, each plain number lifted once and not for every product that it enters."""
    return np.asarray(lifted(as_objects(array).copy()))


def matmul(a: Any, b: Any, axes: Any = None) -> Any:
    left, right = _values_of(a), _values_of(b)
    if not left.ndim or not right.ndim:
        raise ValueError("matmul: an operand is one number: write a * b")
    rows = left[None, :] if left.ndim == 1 else left
    columns = right[:, None] if right.ndim == 1 else right
    if rows.shape[-1] != columns.shape[-2]:
        raise ValueError(f"matmul: shapes {left.shape} and {right.shape} do not fit: {rows.shape[-1]} columns and "
                         f"{columns.shape[-2]} rows")  # fmt: skip
    outer = np.broadcast_shapes(rows.shape[:-2], columns.shape[:-2])
    rows = np.broadcast_to(rows, (*outer, *rows.shape[-2:]))
    columns = np.swapaxes(np.broadcast_to(columns, (*outer, *columns.shape[-2:])), -1, -2)
    result = np.empty((*outer, rows.shape[-2], columns.shape[-2]), object)
    for place in np.ndindex(outer):
        listed = columns[place].tolist()
        for i, row in enumerate(rows[place].tolist()):
            result[place][i] = [functions.dot(row, column) for column in listed]
    if left.ndim == 1:
        result = result[..., 0, :]
    if right.ndim == 1:
        result = result[..., 0]
    return lifted(result) if result.ndim else lifted_result(result.item())


def vecdot(a: Any, b: Any, axis: int = -1) -> Any:
    left, right = (np.moveaxis(as_objects(array), axis, -1) for array in (a, b))
    return matmul(left[..., None, :], right[..., :, None])[..., 0, 0]


def matvec(a: Any, b: Any) -> Any:
    return matmul(a, as_objects(b)[..., None])[..., 0]


def vecmat(a: Any, b: Any) -> Any:
    return matmul(as_objects(a)[..., None, :], b)[..., 0, :]


MATRIX_PRODUCTS: dict[str, Callable[..., Any]] = {
    "matmul": matmul, "vecdot": vecdot, "matvec": matvec, "vecmat": vecmat,
}  # fmt: skip
