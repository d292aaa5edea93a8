"""Activations by name: every unary row of the table of operations, and a few that need a parameter."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from numbers import Real
from typing import Any

from tinygrad_notes import functions
from tinygrad_notes.derivatives.modes import Differentiating
from tinygrad_notes.errors import ArgumentTypeError, ArgumentValueError
from tinygrad_notes.operations import TABLE, Operation
from tinygrad_notes.refusals import unknown
from tinygrad_notes.value import Value, as_value, elementwise
from tinygrad_notes.watching import watched_by

Activation = str | Callable[[Any], Any] | None

_USUAL = ("sigmoid", "tanh", "relu", "softmax", "linear")
_ALIASES = {"linear": "identity", "logistic": "sigmoid", "swish": "silu"}
_WITH_PARAMETER = {"leaky_relu": functions.leaky_relu, "elu": functions.elu}
_OF_A_LAYER = {"softmax": functions.softmax}


def activation_function(activation: Activation) -> Callable[[Value], Value] | None:
    """The function that `activation` names; None (and "linear") for none at all.

    Raises ValueError for an unknown name and TypeError for what is neither a name nor a function.
    """
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
    if activation in _WITH_PARAMETER:
        return _WITH_PARAMETER[activation]
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
    return _OF_A_LAYER.get(activation) if isinstance(activation, str) else None


def activation_row(activation: Activation) -> Operation | None:
    """The row of the table behind an activation's name, where there is one."""
    if activation is None:
        return TABLE["identity"]
    return TABLE.get(_ALIASES.get(activation, activation)) if isinstance(activation, str) else None


def activation_names() -> list[str]:
    """Every name that a layer's `activation` can have."""
    unary = (name for name, row in TABLE.items() if row.arity == 1)
    return sorted({*unary, *_ALIASES, *_WITH_PARAMETER, *_OF_A_LAYER})
