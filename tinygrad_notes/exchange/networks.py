"""The layers of a network as NumPy arrays. Numbers are handed on as 64-bit floats, so there and back is exact."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.errors import ArgumentValueError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class LayerArrays:
    """One layer: `weights` of shape (neurons, inputs), `biases` of shape (neurons,) or None, and its activation."""

    weights: Array
    biases: Array | None
    activation: Any


_OF_A_LAYER = re.compile(r"([Wb])([1-9]\d*)")


def to_arrays(layers: Sequence[LayerArrays], convention: str) -> dict[str, NDArray[Any]]:
    """See `MLP.to_arrays`."""
    arrays: dict[str, NDArray[Any]] = {}
    for number, layer in enumerate(layers, start=1):
        arrays[f"W{number}"] = layer.weights if convention == "W@x" else layer.weights.T.copy()
        if layer.biases is not None:
            arrays[f"b{number}"] = layer.biases
    activations = [layer.activation for layer in layers]
    if all(isinstance(name, str) for name in activations):
        arrays["activation"] = np.array(activations)
    return arrays | {"convention": np.array(convention)}


def from_arrays(arrays: Mapping[str, Any], activation: Any) -> dict[str, Any]:
    """The arguments of `MLP.from_weights` for what `to_arrays` gave."""
    layers = {int(found[2]) for name in arrays if (found := _OF_A_LAYER.fullmatch(name)) and found[1] == "W"}
    wanted = {f"{letter}{number}" for letter in "Wb" for number in layers} | {"activation", "convention"}
    wrong = [name for name in arrays if name not in wanted]
    if wrong or sorted(layers) != list(range(1, len(layers) + 1)) or not layers:
        got = ", ".join(map(str, arrays)) or "none"
        raise ArgumentValueError(
            f"the arrays of a network are W1, b1, W2, b2, … and may bring activation and convention; got {got}", "W"
        )
    if activation is None:
        if "activation" not in arrays:
            raise ArgumentValueError(
                "these arrays do not say the layers' activations: write from_arrays(arrays, activation=[…])",
                "activation",
            )
        activation = np.asarray(arrays["activation"]).tolist()
    return {
        "weights": [arrays[f"W{number}"] for number in sorted(layers)],
        "biases": [arrays.get(f"b{number}") for number in sorted(layers)],
        "activation": activation,
        "convention": str(arrays["convention"]) if "convention" in arrays else "W@x",
    }
