"""What a trained network says of many samples at once: its outputs, probabilities, classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.errors import ArgumentValueError
from tinygrad_notes.nn.metrics import Array, check_inputs, classes_of
from tinygrad_notes.replay import record
from tinygrad_notes.replay.recording import numbers_of


def outputs_of(network: Any, X: Any) -> Array:
    """The outputs of all samples, of shape (samples, outputs), or (samples,) for one output."""
    samples = numbers_of(X, "X")
    if samples.ndim == 0:
        raise ArgumentValueError(f"predict takes one row for each sample, got the number {X!r}: write [[{X!r}]]", "X")
    check_inputs(network, samples)
    if not len(samples):
        raise ArgumentValueError(f"there are no samples to predict from: X has shape {samples.shape}", "X")
    return record(network, samples[0].tolist())(samples)


def threshold_of(network: Any) -> float:
    """What one output must be above for class 1: 0.5 after a sigmoid, 0 for a score of either sign."""
    activation = last_activation(network)
    return 0.5 if isinstance(activation, str) and activation.startswith("sigmoid") else 0.0


def last_activation(network: Any) -> Any:
    """The activation of the last layer, where the network is one of this package; else None."""
    layers = getattr(network, "layers", None)
    return getattr(layers[-1] if layers else network, "activation", None)


def probabilities_of(network: Any, X: Any) -> Array:
    """The probability of each class, of shape (samples, classes); of one output's classes, 0 and 1, (samples, 2)."""
    outputs = outputs_of(network, X)
    activation = last_activation(network)
    if activation not in ("sigmoid", "softmax", "linear"):
        raise ArgumentValueError(
            f"probabilities are made of a last layer that is softmax, sigmoid or linear (logits), not {activation}: "
            "predict gives its outputs as they are",
            "network",
        )
    if outputs.ndim == 1 or outputs.shape[1] == 1:
        one = outputs.reshape(len(outputs))
        shares = one if activation == "sigmoid" else np.exp(-np.logaddexp(0.0, -one))
        return np.column_stack([1.0 - shares, shares])
    if activation != "linear":
        return outputs
    outputs = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    shares_of_all: Array = outputs / outputs.sum(axis=1, keepdims=True)
    return shares_of_all


def predicted_classes(network: Any, X: Any, threshold: float | None = None) -> NDArray[np.int64]:
    """The class of each sample, of shape (samples,)."""
    return classes_of(outputs_of(network, X), threshold_of(network) if threshold is None else threshold)
