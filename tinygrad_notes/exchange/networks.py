"""The layers of a network as other libraries hold them: NumPy arrays, PyTorch modules, scikit-learn estimators.

Numbers are handed on as 64-bit floats, so there and back is exact. Neither PyTorch nor scikit-learn is imported to read
what it holds: a module is known by the name of its class, an estimator by its attributes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
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


# NumPy -----------------------------------------------------------------------------------------------

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


# PyTorch ---------------------------------------------------------------------------------------------

_TORCH: dict[str, tuple[str, dict[str, Any]]] = {
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
    "relu": ("ReLU", {}),
    "softmax": ("Softmax", {"dim": -1}),
    "leaky_relu": ("LeakyReLU", {"negative_slope": 0.01}),
    "elu": ("ELU", {"alpha": 1.0}),
    "gelu": ("GELU", {"approximate": "none"}),
    "silu": ("SiLU", {}),
    "softplus": ("Softplus", {"beta": 1.0, "threshold": 40.0}),  # at 40 the cut is below the last digit
    "log_sigmoid": ("LogSigmoid", {}),
}
"""Activations as modules of `torch.nn`, with the arguments that make them ours."""

_ALIKE: dict[str, Callable[[Any], bool]] = {
    "dim": lambda dim: dim in (-1, 1, None),
    "threshold": lambda threshold: threshold >= 20.0,
}
"""Arguments that may have other numbers too: those that make no difference on a sample."""

_LINEAR = ("linear", "identity")
_STATE = "give its numbers and name the activations: MLP.from_torch(module.state_dict(), activation=[…])"


def to_torch(layers: Sequence[LayerArrays]) -> Any:
    """See `MLP.to_torch`."""
    modules = [_torch_activation(layer.activation) for layer in layers]
    torch = library("torch", "to_torch", "torch")
    parts: list[Any] = []
    for layer, activation in zip(layers, modules):
        neurons, inputs = layer.weights.shape
        linear = torch.nn.Linear(inputs, neurons, bias=layer.biases is not None, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(layer.weights))
            if layer.biases is not None:
                linear.bias.copy_(torch.from_numpy(layer.biases))
        parts.append(linear)
        if activation is not None:
            name, arguments = activation
            parts.append(getattr(torch.nn, name)(**arguments))
    return torch.nn.Sequential(*parts)


def _torch_activation(activation: Any) -> tuple[str, dict[str, Any]] | None:
    if activation in _LINEAR:
        return None
    if not isinstance(activation, str) or activation not in _TORCH:
        called = activation if isinstance(activation, str) else getattr(activation, "__name__", repr(activation))
        raise ExchangeError(
            f"torch.nn has no module for the activation {called!r}: hand on the recorded network instead, "
            "record(network, x).to_torch()"
        )
    return _TORCH[activation]


def from_torch(source: Any, activation: Any) -> dict[str, Any]:
    """The arguments of `MLP.from_weights` for a `torch.nn.Sequential`, a `torch.nn.Linear` or a state dict."""
    if isinstance(source, Mapping):
        layers = list(_layers_of_state(source))
        if activation is None:
            raise ArgumentValueError(
                "a state dict does not say the layers' activations: write from_torch(state, activation=[…]), "
                'such as ["relu", "linear"]',
                "activation",
            )
    else:
        layers = _layers_of_modules(list(_modules(source)))
        if activation is not None:
            raise ArgumentValueError(
                "a module says its activations itself: leave out activation, or give module.state_dict()", "activation"
            )
        activation = [layer.activation for layer in layers]
    return {
        "weights": [layer.weights for layer in layers],
        "biases": [layer.biases for layer in layers],
        "activation": activation,
    }


def _modules(module: Any) -> Iterator[Any]:
    """The modules of a Sequential in order, those of a Sequential inside it in its place."""
    if type(module).__name__ != "Sequential":
        yield module
        return
    for child in module.children():
        yield from _modules(child)


def _layers_of_modules(modules: Sequence[Any]) -> list[LayerArrays]:
    layers: list[LayerArrays] = []
    for module in modules:
        kind = type(module).__name__
        if kind == "Linear":
            layers.append(LayerArrays(_numbers(module.weight), _numbers_or_none(module.bias), "linear"))
        elif kind == "Dropout" and not getattr(module, "training", True):
            continue  # which hands its inputs on, once training is over
        elif kind != "Identity":
            name = _activation_of(module)
            if not layers or layers[-1].activation != "linear":
                place = (
                    "before the first Linear" if not layers else f"after another activation, {layers[-1].activation}"
                )
                raise ExchangeError(
                    f"{kind} stands {place}, and a layer here is a Linear with one activation behind it"
                )
            layers[-1] = LayerArrays(layers[-1].weights, layers[-1].biases, name)
    if not layers:
        raise ExchangeError("this module has no Linear, and a network needs at least one layer")
    return layers


def _activation_of(module: Any) -> str:
    kind = type(module).__name__
    for name, (module_name, arguments) in _TORCH.items():
        if module_name == kind:
            for argument, number in arguments.items():
                found = getattr(module, argument, number)
                if found != number and not _ALIKE.get(argument, lambda _: False)(found):
                    raise ExchangeError(
                        f"{kind} has {argument}={found!r}, and {name!r} here is {argument}={number!r}: {_STATE}, with "
                        "a function of a Value for this layer"
                    )
            return name
    if kind == "Dropout":
        raise ExchangeError("Dropout is in training mode, where it is random: call module.eval() first")
    known = ", ".join(["Linear", "Identity", *(module_name for module_name, _ in _TORCH.values())])
    raise ExchangeError(f"{kind} is no layer that an MLP has (those are {known}); {_STATE}")


def _layers_of_state(state: Mapping[str, Any]) -> Iterator[LayerArrays]:
    """The layers of a state dict, in its order: `name.weight` of two dimensions, each with its `name.bias`."""
    left = dict(state)
    for name in state:
        if name.rpartition(".")[2] == "weight" and len(left[name].shape) == 2:
            yield LayerArrays(_numbers(left.pop(name)), _numbers_or_none(left.pop(name[:-6] + "bias", None)), None)
    if left:
        shapes = ", ".join(f"{name} {tuple(numbers.shape)}" for name, numbers in left.items())
        raise ExchangeError(
            f"an MLP has weights of two dimensions and their biases; the state dict holds more: {shapes}"
        )


def _numbers(tensor: Any) -> Array:
    """The numbers of a tensor or an array, wherever it is and whatever its precision."""
    return np.array(tensor.tolist(), np.float64)


def _numbers_or_none(tensor: Any) -> Array | None:
    return None if tensor is None else _numbers(tensor)


# scikit-learn ----------------------------------------------------------------------------------------

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
                "classes are those of a classifier, whose last layer is a sigmoid or softmax; this one is linear, for "
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
    """The activation of all hidden layers, and that of the last, by scikit-learn's names."""
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
