"""Activations by name: every unary row of the table of operations, and a few that are made of several.

Names are read in capitals too ("ReLU"), and under the names of other programs ("logsig", "purelin"). A sigmoid, a
bipolar sigmoid or a tanh of a given slope is written with that slope: "sigmoid(2z)".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from numbers import Real
from typing import Any

from tinygrad_notes import functions
from tinygrad_notes.errors import ArgumentTypeError, ArgumentValueError
from tinygrad_notes.operations import TABLE, Operation
from tinygrad_notes.refusals import unknown
from tinygrad_notes.value import Value, as_value, elementwise
from tinygrad_notes.watching import watched_by

Activation = str | Callable[[Any], Any] | None

_USUAL = ("sigmoid", "tanh", "relu", "softmax", "linear")
_ALIASES = {"linear": "identity", "logistic": "sigmoid", "swish": "silu"}
_SYNONYMS = {
    "logsig": "sigmoid", "purelin": "linear", "tansig": "tanh", "poslin": "relu", "none": "linear",
    "sig": "sigmoid", "sigm": "sigmoid", "unipolar_sigmoid": "sigmoid", "bipolarsigmoid": "bipolar_sigmoid",
    "hyperbolic_tangent": "tanh", "rectifier": "relu", "rectified_linear": "relu", "logsigmoid": "log_sigmoid",
    "lrelu": "leaky_relu", "leakyrelu": "leaky_relu", "bipolar": "bipolar_sigmoid", "σ": "sigmoid", "sgn": "sign",
}  # fmt: skip
_SLOPED = re.compile(r"(sigmoid|logistic|bipolar_sigmoid|tanh)\(([0-9]*\.?[0-9]+)[ *·]*z\)")


def bipolar_sigmoid(z: Any) -> Any:
    """2 / (1 + e⁻ᶻ) - 1, from -1 to 1; computed as tanh(z / 2), which is the same.

    Example:
        >>> import math
        >>> abs(bipolar_sigmoid(1.0) - (2 / (1 + math.exp(-1.0)) - 1)) < 1e-15
        True
    """
    return functions.tanh(0.5 * z)


_COMPOSED: dict[str, Callable[[Any], Any]] = {
    "leaky_relu": functions.leaky_relu,
    "elu": functions.elu,
    "bipolar_sigmoid": bipolar_sigmoid,
}
_OF_A_LAYER = {"softmax": functions.softmax}


def standard_name(activation: Activation) -> Activation:
    """The name under which an activation is known here; what is no name, or an unknown one, is given back.

    Example:
        >>> [standard_name(name) for name in ("ReLU", "purelin", "leaky ReLU", "Sigmoid(2 z)", "sigmoyd")]
        ['relu', 'linear', 'leaky_relu', 'sigmoid(2z)', 'sigmoyd']
    """
    if not isinstance(activation, str) or _is_known(activation):
        return activation
    small = activation.strip().casefold()
    joined = re.sub(r"[\s-]+", "_", small)
    small = _SYNONYMS.get(joined, joined if _is_known(joined) else small)
    if sloped := _SLOPED.fullmatch(small):
        return f"{sloped[1]}({sloped[2]}z)"
    return small if _is_known(small) else activation


def _is_known(name: str) -> bool:
    row = TABLE.get(_ALIASES.get(name, name))
    return (row is not None and row.arity == 1) or name in _COMPOSED or name in _OF_A_LAYER


def _of_slope(name: str, slope: float, z: Value) -> Value:
    function = activation_function(name)
    return function(slope * z) if function is not None else slope * z


def activation_function(activation: Activation) -> Callable[[Value], Value] | None:
    """The function that `activation` names; None (and "linear") for none at all.

    Raises ValueError for an unknown name and TypeError for what is neither a name nor a function.
    """
    activation = standard_name(activation)
    if activation is None or activation == "linear":
        return None
    if callable(activation):
        return partial(_value_from, activation)
    if not isinstance(activation, str):
        raise ArgumentTypeError(
            f"an activation is a name or a function of a Value, not {type(activation).__name__}", "activation"
        )
    if activation in _OF_A_LAYER:
        raise ArgumentValueError(
            f"{activation} takes the pre-activations of a whole layer: give it to a Layer or an MLP", "activation"
        )
    if activation in _COMPOSED:
        return _COMPOSED[activation]
    if sloped := _SLOPED.fullmatch(activation):
        return partial(_of_slope, sloped[1], float(sloped[2]))
    row = TABLE.get(_ALIASES.get(activation, activation))
    if row is None or row.arity != 1:
        known = list(dict.fromkeys([*_USUAL, *activation_names()]))
        raise ArgumentValueError(unknown("activation", activation, known), "activation")
    return elementwise(row)


def _value_from(activation: Callable[[Any], Any], z: Value) -> Value:
    """What a user's own activation makes of z, if it is fit to go on with."""
    a = activation(z)
    if isinstance(a, Value):
        return a
    if isinstance(a, Real):  # as max(0, z) gives, or math.tanh(z.data), which has lost its derivative
        from tinygrad_notes.derivatives.modes import Differentiating  # only such activations need it

        with watched_by(lambda: Differentiating([z])):
            return as_value(activation(z))
    called = getattr(activation, "__name__", repr(activation))
    if a is None:
        raise TypeError(f"the activation {called} returned None, not a Value: did it forget to return its result?")
    raise TypeError(
        f"the activation {called} returned {a!r}, not a Value, so the gradient ends there: compute with functions of "
        "tinygrad_notes in place of math's, and with z itself in place of z.data"
    )


def layer_function(activation: Activation) -> Callable[[list[Value]], list[Value]] | None:
    """The function over all pre-activations of a layer that `activation` names (softmax); None for other names."""
    activation = standard_name(activation)
    return _OF_A_LAYER.get(activation) if isinstance(activation, str) else None


def activation_row(activation: Activation) -> Operation | None:
    """The row of the table behind an activation's name, where there is one."""
    activation = standard_name(activation)
    if activation is None:
        return TABLE["identity"]
    return TABLE.get(_ALIASES.get(activation, activation)) if isinstance(activation, str) else None


def activation_names() -> list[str]:
    """Every name that a layer's `activation` can have."""
    unary = (name for name, row in TABLE.items() if row.arity == 1)
    return sorted({*unary, *_ALIASES, *_COMPOSED, *_OF_A_LAYER})
