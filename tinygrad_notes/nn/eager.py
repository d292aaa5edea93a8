"""A loss through Values, sample by sample, for those who want to watch: `fit(…, executor="eager")`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.value import Value

Array = NDArray[np.float64]


class EagerProgram:
    """What `fit` asks of a recorded program, without recording: see `tinygrad_notes.replay.Program`."""

    def __init__(self, function: Callable[..., Any], parameters: Sequence[Value]) -> None:
        self._function, self._parameters = function, parameters

    def value_and_gradients(self, X: Array, y: Array, reduction: str, parameters: Array) -> tuple[float, Array]:
        kept = [value.grad for value in self._parameters]
        try:
            return self._through_values(X, y, reduction, parameters)
        finally:  # nor does a recorded program change them
            for value, grad in zip(self._parameters, kept):
                value.grad = grad

    def _through_values(self, X: Array, y: Array, reduction: str, parameters: Array) -> tuple[float, Array]:
        for value, number in zip(self._parameters, parameters.tolist()):
            value.data, value.grad = number, 0.0
        share = 1.0 / len(X) if reduction == "mean" else 1.0
        total = 0.0
        for sample, target in zip(X.tolist(), y.tolist(), strict=True):
            loss = self._function(sample, target)
            loss.backward(share)
            total += loss.data
        return total * share, np.array([value.grad for value in self._parameters])

    def on_batch(self, X: Array, y: Array, reduction: str) -> Callable[[Array], tuple[float, Array]]:
        return partial(self.value_and_gradients, X, y, reduction)
