"""Products, linear equations, covariances and interpolation on arrays of Values, which NumPy computes outside Python.

A product of matrices or vectors has one `dot` node for each number of the result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_notes import functions
from tinygrad_notes.arrays.values import as_objects, lifted, lifted_result, values_of


def matmul(a: Any, b: Any, axes: Any = None) -> Any:
    left, right = np.asarray(values_of(a)), np.asarray(values_of(b))
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


Array = Any


def _square(a: Any, name: str) -> Array:
    matrix = values_of(a)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise np.linalg.LinAlgError(
            f"np.linalg.{name} of Values takes one square matrix, got shape {matrix.shape}: a stack takes a loop"
        )
    return matrix


def _eliminated(matrix: Array, right: Array) -> tuple[Array, Array, float]:
    """Both after Gaussian elimination with the largest pivot of each column, and the sign of the rows' order."""
    matrix, right, sign = matrix.copy(), right.copy(), 1.0
    for k in range(len(matrix)):
        pivot = k + int(np.argmax(np.abs(matrix[k:, k])))
        if pivot != k:
            order = [k, pivot]
            matrix[order], right[order], sign = matrix[order[::-1]], right[order[::-1]], -sign
        if matrix[k, k] == 0.0:
            continue
        for row in range(k + 1, len(matrix)):
            factor = matrix[row, k] / matrix[k, k]
            matrix[row, k:] = matrix[row, k:] - factor * matrix[k, k:]
            right[row] = right[row] - factor * right[k]
    return matrix, right, sign


def solve(a: Any, b: Any) -> Array:
    """x with a @ x = b. Raises LinAlgError for a singular matrix, as NumPy does."""
    upper, right, _ = _eliminated(_square(a, "solve"), values_of(b))
    if any(upper[k, k] == 0.0 for k in range(len(upper))):
        raise np.linalg.LinAlgError("Singular matrix")
    for k in range(len(upper) - 1, -1, -1):
        known = upper[k, k + 1 :] @ right[k + 1 :] if k + 1 < len(upper) else 0.0
        right[k] = (right[k] - known) / upper[k, k]
    return right


def inv(a: Any) -> Array:
    matrix = _square(a, "inv")
    return solve(matrix, np.eye(len(matrix)))


def det(a: Any) -> Any:
    matrix = _square(a, "det")
    upper, _, sign = _eliminated(matrix, matrix[:, :0])
    if any(upper[k, k] == 0.0 for k in range(len(upper) - 1)):
        raise np.linalg.LinAlgError(
            "np.linalg.det of Values works by elimination, which has no slopes at this singular matrix: "
            "np.linalg.det(tinygrad_notes.data_of(a)) gives the bare number"
        )
    return np.prod(np.diagonal(upper)) * sign


def cov(m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None) -> Any:
    """Covariances of the rows; without NumPy's weights."""
    rows = np.atleast_2d(values_of(m))
    rows = rows if rowvar or rows.shape[0] == 1 else rows.T
    if y is not None:
        more = np.atleast_2d(values_of(y))
        rows = np.concatenate([rows, more if rowvar or more.shape[0] == 1 else more.T])
    deviations = rows - np.mean(rows, axis=1, keepdims=True)
    found = deviations @ deviations.T / (rows.shape[1] - (ddof if ddof is not None else 0 if bias else 1))
    return found.squeeze()[()]


def corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    found = cov(x, y, rowvar)
    if np.ndim(found) == 0:
        return found / found
    deviations = np.sqrt(np.diagonal(found))
    return found / deviations[:, None] / deviations[None, :]


def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None) -> Any:
    """Lines between the points (xp, fp); without NumPy's period. At a point it has the slope of the next line."""
    at, knots, heights = values_of(x), values_of(xp), values_of(fp)
    k = np.clip(np.searchsorted(knots, at, "right") - 1, 0, len(knots) - 2)
    inside = heights[k] + (at - knots[k]) * ((heights[k + 1] - heights[k]) / (knots[k + 1] - knots[k]))
    inside = np.where(at < knots[0], heights[0] if left is None else left, inside)
    return np.where(at > knots[-1], heights[-1] if right is None else right, inside)[()]


OVERRIDES: dict[Any, Any] = {
    np.linalg.solve: solve,
    np.linalg.inv: inv,
    np.linalg.det: det,
    np.cov: cov,
    np.corrcoef: corrcoef,
    np.interp: interp,
}
