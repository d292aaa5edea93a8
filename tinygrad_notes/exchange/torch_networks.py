"""Networks as PyTorch's modules and state dicts, and from them.

PyTorch is imported to write alone: what is read is known by the names of its classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tinygrad_notes.errors import ArgumentValueError, ExchangeError
from tinygrad_notes.exchange.libraries import library
from tinygrad_notes.exchange.networks import Array, LayerArrays

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
    torch = library("torch", "to_torch")
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
