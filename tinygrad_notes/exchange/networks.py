"""The layers of a network as NumPy arrays, and as fitted estimators of scikit-learn, which are made of such arrays.

Numbers are handed on as 64-bit floats, so there and back is exact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.errors import ArgumentValueError, ExchangeError
from tinygrad_notes.exchange.libraries import library
from tinygrad_notes.refusals import counted

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


# scikit-learn ---------------------------------------------------------------------------------------

_SKLEARN = {"linear": "identity", "identity": "identity", "sigmoid": "logistic", "tanh": "tanh", "relu": "relu"}
_FROM_SKLEARN = {"identity": "linear", "logistic": "sigmoid"}  # the others have one name


def to_sklearn(layers: Sequence[LayerArrays], classes: Sequence[Any] | None) -> Any:
    """See `MLP.to_sklearn`."""
    hidden, last = _sklearn_activations(layers)
    outputs = len(layers[-1].weights)
    neural = library("sklearn.neural_network", "to_sklearn", "scikit-learn")
    settings = {"hidden_layer_sizes": tuple([len(layer.weights) for layer in layers[:-1]]), "activation": hidden}
    if last == "identity":
        if classes is not None:
            raise ArgumentValueError(
                "only a classifier has classes: its last layer is a sigmoid or softmax; this one is linear, for "
                "a regression: leave out classes",
                "classes",
            )
        estimator = neural.MLPRegressor(**settings)
    else:
        estimator = neural.MLPClassifier(**settings)
        estimator._label_binarizer, estimator.classes_ = _binarizer(last, outputs, classes)
    estimator.coefs_ = [layer.weights.T.copy() for layer in layers]
    estimator.intercepts_ = [
        np.zeros(len(layer.weights)) if layer.biases is None else layer.biases.copy() for layer in layers
    ]
    estimator.n_layers_, estimator.n_outputs_, estimator.out_activation_ = len(layers) + 1, outputs, last
    estimator.n_features_in_ = layers[0].weights.shape[1]
    estimator.n_iter_, estimator.t_, estimator.loss_curve_ = 0, 0, []  # what partial_fit goes on from
    estimator.best_loss_, estimator._no_improvement_count = np.inf, 0
    return estimator


def _sklearn_activations(layers: Sequence[LayerArrays]) -> tuple[str, str]:
    """The activation of all hidden layers and the activation of the last, by scikit-learn's names."""
    names = [layer.activation for layer in layers]
    hidden = list(dict.fromkeys(names[:-1])) or ["relu"]
    if len(hidden) > 1 or hidden[0] not in _SKLEARN:
        raise ExchangeError(
            "scikit-learn's networks have one activation in all hidden layers, which is linear, sigmoid, tanh or relu; "
            f"this one has {', '.join(map(str, hidden))}: hand it on by to_torch(), or record(network, x).to_onnx()"
        )
    last = {"linear": "identity", "identity": "identity", "sigmoid": "logistic", "softmax": "softmax"}.get(names[-1])
    if last is None or (last == "softmax" and len(layers[-1].weights) < 3):
        told = "softmax over two classes, there one sigmoid" if last else str(names[-1])
        raise ExchangeError(
            "scikit-learn's networks end in a linear layer (a regression), a sigmoid, or a softmax over three or more "
            f"classes; this one ends in {told}"
        )
    return _SKLEARN[hidden[0]], last


def _binarizer(last: str, outputs: int, classes: Sequence[Any] | None) -> tuple[Any, Any]:
    """What turns outputs into classes, fitted to these."""
    preprocessing = library("sklearn.preprocessing", "to_sklearn", "scikit-learn")
    count = 2 if outputs == 1 else outputs
    chosen = np.arange(count) if classes is None else np.asarray(classes)
    if len(chosen) != count or len(np.unique(chosen)) != count or (np.sort(chosen) != chosen).any():
        raise ArgumentValueError(
            f"a network with {counted(outputs, 'output')} needs {count} different classes in ascending order, got "
            f"{chosen.tolist()}",
            "classes",
        )
    binarizer = preprocessing.LabelBinarizer()
    several = last == "logistic" and outputs > 1  # each output a label of its own
    binarizer.fit(np.eye(count, dtype=int) if several else chosen)
    return binarizer, binarizer.classes_ if several else chosen


def from_sklearn(estimator: Any) -> dict[str, Any]:
    """The arguments of `MLP.from_weights` for a fitted MLPClassifier or MLPRegressor."""
    if not hasattr(estimator, "coefs_"):
        kind = type(estimator).__name__
        told = (
            "call its fit first"
            if hasattr(estimator, "hidden_layer_sizes")
            else "give an MLPClassifier or MLPRegressor"
        )
        raise ExchangeError(f"{kind} has no fitted weights (coefs_): {told}")
    hidden, last = (_FROM_SKLEARN.get(name, name) for name in (estimator.activation, estimator.out_activation_))
    return {
        "weights": [np.asarray(matrix, np.float64).T for matrix in estimator.coefs_],
        "biases": [np.asarray(vector, np.float64) for vector in estimator.intercepts_],
        "activation": [*[hidden] * (len(estimator.coefs_) - 1), last],
    }
