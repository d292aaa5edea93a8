"""Convolution and pooling, small enough to be worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_notes.worked.calculation.elementwise import as_array, size_checked
from tinygrad_notes.worked.calculation.functions import reductions  # noqa: F401  # amax and mean
from tinygrad_notes.worked.calculation.functions.products import dot_of
from tinygrad_notes.worked.calculation.functions.registry import FUNCTIONS, array_of, function, matrix, whole, with_axes


@function("conv2", "conv2d", "correlate2", "xcorr2")
def _conv2(image: Any, kernel: Any, stride: Any = 1) -> Any:
    """Valid cross-correlation: the kernel, as it is, moved over the image."""
    X, K, by = matrix(image, "conv2"), matrix(kernel, "conv2"), whole(stride, "stride")
    rows, columns = ((X.shape[i] - K.shape[i]) // max(by, 1) + 1 for i in (0, 1))
    if rows < 1 or columns < 1 or by < 1:
        raise ValueError(f"a kernel of shape {K.shape} does not fit into an image of shape {X.shape}")
    size_checked((rows, columns, K.size))
    windows = (
        X[i * by : i * by + K.shape[0], j * by : j * by + K.shape[1]] for i in range(rows) for j in range(columns)
    )
    return array_of((rows, columns), (dot_of(list(window.ravel()), list(K.ravel())) for window in windows))


@function("conv1", "conv1d")
def _conv1(signal: Any, kernel: Any, stride: Any = 1) -> Any:
    return _conv2(as_array(signal).reshape(1, -1), as_array(kernel).reshape(1, -1), stride).ravel()


@function("maxpool2", "max_pool2")
def _maxpool2(image: Any, size: Any = 2) -> Any:
    """The greatest number of each block of 2 by 2."""
    return _pooled(image, size, "maxpool2", FUNCTIONS["amax"])


@function("avgpool2", "meanpool2", "avg_pool2")
def _avgpool2(image: Any, size: Any = 2) -> Any:
    return _pooled(image, size, "avgpool2", FUNCTIONS["mean"])


def _pooled(image: Any, size: Any, name: str, reduce: Callable[[Any], Any]) -> Any:
    X, n = matrix(image, name), whole(size, "the size")
    rows, columns = (length // max(n, 1) for length in X.shape)
    if n < 1 or not rows or not columns:
        raise ValueError(f"blocks of {n} by {n} do not fit into an image of shape {X.shape}")
    blocks = (X[i * n : (i + 1) * n, j * n : (j + 1) * n] for i in range(rows) for j in range(columns))
    return array_of((rows, columns), (reduce(block.copy()) for block in blocks))


@function("pad")
def _pad(x: Any, width: Any = 1) -> Any:
    """Zeros on every side."""
    x, by = with_axes(x), whole(width, "the width")
    if by < 0:
        raise ValueError("a width cannot be negative")
    size_checked(tuple(length + 2 * by for length in x.shape))
    return np.pad(x, by, constant_values=0.0)


@function("rot180")
def _rot180(x: Any) -> Any:
    return as_array(x)[::-1, ::-1] if as_array(x).ndim == 2 else as_array(x)[::-1]


@function("flip", "reverse")
def _flip(x: Any) -> Any:
    return np.flip(as_array(x))
