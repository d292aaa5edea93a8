"""Products of vectors and matrices, determinants, inverses: each worked as on paper.

Where a matrix has no inverse, its determinant is divided by all the same: what is inf or nan by that is judged so.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_notes import functions
from tinygrad_notes.worked.calculation.elementwise import OPERATORS, as_array, broadcast, divide, plain, size_checked
from tinygrad_notes.worked.calculation.functions.registry import array_of, function, matrix, square


@function("dot", "matmul", "inner", "vdot")
def matmul(a: Any, b: Any) -> Any:
    """The product of matrices and vectors; of two vectors their dot product, of a column and a row a matrix.

    Raises ValueError where the inner lengths differ.
    """
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray) or not a.ndim or not b.ndim:
        return broadcast(OPERATORS["*"], a, b)
    if a.ndim > 2 or b.ndim > 2:
        raise ValueError(f"@ multiplies vectors and matrices, got shapes {a.shape} and {b.shape}")
    if a.ndim == 2 and a.shape[1] == 1 and b.ndim == 1:  # a vector beside a column can only be a row
        b = b.reshape(1, -1) if b.size > 1 else b
    elif a.ndim == 1 and a.size > 1 and b.ndim == 2 and b.shape[0] == 1:
        a = a.reshape(-1, 1)
    if a.shape[-1] != b.shape[0]:
        raise ValueError(
            f"@ needs as many columns on the left as rows on the right, got shapes {a.shape} and {b.shape}; "
            "transpose one with .T, or write * for a product element by element"
        )
    rows = [list(row) for row in a.reshape(-1, a.shape[-1])]
    columns = [list(column) for column in b.reshape(b.shape[0], -1).T]
    size_checked((len(rows), len(columns), a.shape[-1]))
    return array_of((*a.shape[:-1], *b.shape[1:]), (dot_of(row, column) for row in rows for column in columns))


def dot_of(row: list[Any], column: list[Any]) -> Any:
    """Σ rowᵢ columnᵢ as one number."""
    return row[0] * column[0] if len(row) == 1 else functions.dot(row, column)


@function("outer")
def _outer(a: Any, b: Any) -> Any:
    """The matrix of all products aᵢ bⱼ."""
    left, right = as_array(a).ravel(), as_array(b).ravel()
    return broadcast(OPERATORS["*"], left[:, None], right[None, :])


@function("transpose")
def transpose(x: Any) -> Any:
    return as_array(x).T if isinstance(x, np.ndarray) else x


@function("trace")
def _trace(x: Any) -> Any:
    return functions.sum(list(matrix(x, "trace").diagonal()))


@function("cross")
def _cross(a: Any, b: Any) -> Any:
    u, v = (list(as_array(part).ravel()) for part in (a, b))
    if len(u) != 3 or len(v) != 3:
        raise ValueError("cross takes two vectors of three numbers")
    return array_of((3,), [u[(i + 1) % 3] * v[(i + 2) % 3] - u[(i + 2) % 3] * v[(i + 1) % 3] for i in range(3)])


@function("cosine", "cosine_similarity", "cos_sim")
def _cosine(a: Any, b: Any) -> Any:
    return divide(matmul(a, b), _norm_of(a) * _norm_of(b))


def _norm_of(x: Any) -> Any:
    return functions.norm(list(as_array(x).ravel()))


@function("det")
def det(x: Any) -> Any:
    """The determinant: by its formula up to 3 by 3, by elimination above."""
    A = square(x, "det")
    n = len(A)
    if n == 1:
        return A[0, 0]
    if n == 2:
        return A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0]
    if n == 3:
        minors = [A[1, (j + 1) % 3] * A[2, (j + 2) % 3] - A[1, (j + 2) % 3] * A[2, (j + 1) % 3] for j in range(3)]
        return functions.dot(list(A[0]), minors)
    rows, sign, product = [list(row) for row in A], 1.0, 1.0
    for k in range(n):
        best = max(range(k, n), key=lambda i: abs(plain(rows[i][k])))
        if plain(rows[best][k]) == 0.0:
            return 0.0
        if best != k:
            rows[k], rows[best], sign = rows[best], rows[k], -sign
        product = product * rows[k][k]
        for i in range(k + 1, n):
            factor = divide(rows[i][k], rows[k][k])
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    return sign * product


@function("inv", "inverse")
def inv(x: Any) -> Any:
    """The inverse matrix: by its formula for 2 by 2, by elimination above."""
    if not isinstance(x, np.ndarray):
        return divide(1.0, x)
    A = square(x, "inv")
    if len(A) == 2:
        size = det(A)
        return array_of((2, 2), [divide(part, size) for part in (A[1, 1], -A[0, 1], -A[1, 0], A[0, 0])])
    return _eliminated(A, array_of(A.shape, [float(i == j) for i in range(len(A)) for j in range(len(A))]))


@function("solve")
def _solve(x: Any, b: Any) -> Any:
    """The z with x @ z = b."""
    A, right = square(x, "solve"), as_array(b)
    if right.shape[:1] != A.shape[:1]:
        raise ValueError(f"solve needs as many rows on both sides, got shapes {A.shape} and {right.shape}")
    if len(A) == 2:
        return matmul(inv(A), right)
    return _eliminated(A, right.reshape(len(A), -1)).reshape(right.shape)


def _eliminated(A: Any, right: Any) -> Any:
    """Gauss and Jordan: both sides worked until the left one is the identity."""
    n = len(A)
    rows = [[*A[i], *right[i]] for i in range(n)]
    for k in range(n):
        best = max(range(k, n), key=lambda i: abs(plain(rows[i][k])))
        rows[k], rows[best] = rows[best], rows[k]
        pivot = rows[k][k]
        rows[k] = [divide(number, pivot) for number in rows[k]]
        for i in range(n):
            if i != k and not (isinstance(rows[i][k], float) and rows[i][k] == 0.0):
                factor = rows[i][k]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    return array_of(right.shape, (number for row in rows for number in row[n:]))
