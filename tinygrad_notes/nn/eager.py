"""A loss through Values, sample by sample, for those who want to watch: `fit(…, executor="eager")`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from tinygrad_notes.derivatives.anomaly import AnomalyError, detect_anomaly
from tinygrad_notes.nn.metrics import Array
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.value import Number, Value, as_value


def back_from(loss: Value | Number, seed: float = 1.0) -> float:
    """`loss.backward(seed)`, and the loss as a number; a plain number, as max(0, 1 - t * a) may give, has no slope."""
    value = as_value(loss)
    if value.operation is not CONSTANT:
        value.backward(seed)
    return value.data


def anomaly_in(
    function: Callable[..., Any], parameters: Sequence[Value], X: Array, y: Array
) -> tuple[int, AnomalyError] | None:
    """The first sample whose loss, or whose gradient, is nan or infinite, and the operation that made it so."""
    with _gradients_kept(parameters):
        for number, (sample, target) in enumerate(zip(X.tolist(), y.tolist())):
            try:
                with detect_anomaly():
                    back_from(function(sample, target))
            except AnomalyError as found:
                return number, found
    return None


@contextmanager
def _gradients_kept(values: Sequence[Value]) -> Iterator[None]:
    """After the `with` block the gradients are what they were before, as after a call of a recorded program."""
    kept = [value.grad for value in values]
    try:
        yield
    finally:
        for value, grad in zip(values, kept):
            value.grad = grad


class EagerProgram:
    """What `fit` asks of a recorded program, without recording: see `tinygrad_notes.replay.Program`."""

    def __init__(self, function: Callable[..., Any], parameters: Sequence[Value]) -> None:
        self._function, self._parameters = function, parameters

    def value_and_gradients(self, X: Array, y: Array, reduction: str, parameters: Array) -> tuple[float, Array]:
        share = 1.0 / len(X) if reduction == "mean" else 1.0
        total = 0.0
        with _gradients_kept(self._parameters):
            for value, number in zip(self._parameters, parameters.tolist()):
                value.data, value.grad = number, 0.0
            for sample, target in zip(X.tolist(), y.tolist(), strict=True):
                total += back_from(self._function(sample, target), share)
            return total * share, np.array([value.grad for value in self._parameters])

    def on_batch(self, X: Array, y: Array, reduction: str) -> _OnBatch:
        return _OnBatch(self, X, y, reduction)


class _OnBatch:
    """A batch to go through, and to be exchanged, as `tinygrad_notes.replay.laid_out` has it."""

    def __init__(self, program: EagerProgram, X: Array, y: Array, reduction: str) -> None:
        self._program, self._reduction = program, reduction
        self.load(X, y)

    def load(self, X: Array, y: Array) -> None:
        self._X, self._y = X, y

    def __call__(self, parameters: Array) -> tuple[float, Array]:
        return self._program.value_and_gradients(self._X, self._y, self._reduction, parameters)
