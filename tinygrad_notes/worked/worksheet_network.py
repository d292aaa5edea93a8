"""The network of a worksheet file: the table [network] read into a worked sheet, each entry checked.

What answers take as given is compared with the key that they belong to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tinygrad_notes.errors import ArgumentError
from tinygrad_notes.nn import MLP
from tinygrad_notes.nn.activations import Activation, activation_row
from tinygrad_notes.nn.arguments import CONVENTIONS
from tinygrad_notes.nn.losses import REDUCTIONS
from tinygrad_notes.operations import Operation
from tinygrad_notes.refusals import counted
from tinygrad_notes.worked.claims import shown
from tinygrad_notes.worked.sheet import Quantity, Sheet
from tinygrad_notes.worked.steps import work_through
from tinygrad_notes.worked.toml_text import TomlError, check_keys, matrix_in, number_in, one_of, samples_in, vector_in

MOST_WEIGHTS = 50_000
LARGEST_SHEET = 1_000_000  # weights times samples, where each output of a softmax reads all of its layer
MOST_LAYERS = 5_000
MOST_NEURONS = 8_000  # of all samples
KEYS = ("activation", "loss", "learning_rate", "convention", "x", "y", "layer", "reduction", "signs", "digits")
"""What may stand in [network]."""


def sheet_of_network(network: Mapping[str, Any]) -> Sheet:
    """The worked sheet of the table [network]; raises TomlError, which names the entry that cannot be used."""
    for key in ("activation", "loss", "learning_rate", "x", "y", "layer"):
        if key not in network:
            raise TomlError("network", key, "is missing from [network]")
    x, y = (samples_in("network", key, network[key]) for key in ("x", "y"))
    is_batch = isinstance(x[0], list)
    model = network_in(network, len(x[0]) if is_batch else len(x))
    _check_size(model, len(x) if is_batch else 1)
    loss = network["loss"]
    if not isinstance(loss, str):
        raise TomlError("network", "loss", f'a loss is a name such as "squared_error", not {shown(loss)}')
    reduction = network.get("reduction")
    if reduction is not None and reduction not in REDUCTIONS:
        raise TomlError("network", "reduction", one_of(reduction, REDUCTIONS))
    rate = number_in("network", "learning_rate", network["learning_rate"])
    try:
        return work_through(model, x, y, loss=loss, learning_rate=rate, reduction=reduction)
    except (ValueError, TypeError) as error:
        raise TomlError("network", error.argument if isinstance(error, ArgumentError) else "x", str(error)) from None


def _check_size(model: MLP, samples: int) -> None:
    """Raise TomlError where working the network through would take too long."""
    layers = [(len(layer.neurons), layer.activation) for layer in model.layers]
    neurons, weights = sum(count for count, _ in layers), len(model.parameters())
    if samples * neurons > MOST_NEURONS:
        raise TomlError(
            "network", "layer", f"{samples * neurons} neurons, of all samples, are more than any page holds"
        )
    within_layers = sum(count**2 for count, activation in layers if activation == "softmax")
    if samples * (weights + within_layers) > LARGEST_SHEET:
        raise TomlError("network", "x", f"{samples} samples of {weights + within_layers} weights are no page")


def network_in(network: Mapping[str, Any], inputs: int) -> MLP:
    """The network of the table [network], for so many inputs; raises TomlError as `sheet_of_network` does."""
    layers = network["layer"]
    if not isinstance(layers, list) or not layers or not all(isinstance(layer, dict) for layer in layers):
        raise TomlError("network", "layer", "write each layer as a table: [[network.layer]]")
    if len(layers) > MOST_LAYERS:
        raise TomlError("network", "layer", f"{len(layers)} layers are more than any page holds")
    weights, biases = [], []
    for k, layer in enumerate(layers, start=1):
        table = f"network.layer {k}"
        check_keys(layer, ("W", "b"), table)
        if "W" not in layer:
            raise TomlError(table, "W", f"is missing from layer {k}")
        weights.append(matrix_in(table, layer["W"]))
        biases.append(vector_in(table, "b", layer["b"]) if "b" in layer else None)
    count = sum(len(row) for matrix in weights for row in matrix)
    if count > MOST_WEIGHTS:
        raise TomlError("network", "layer", f"{count} weights are more than any page holds")
    convention = network.get("convention") or _convention_that_fits(weights, inputs)
    if convention not in CONVENTIONS:
        raise TomlError("network", "convention", one_of(convention, CONVENTIONS))
    activation = network["activation"]
    for name in activation if isinstance(activation, list) else [activation]:
        if not isinstance(name, str):
            raise TomlError("network", "activation", f'an activation is a name such as "sigmoid", not {shown(name)}')
    try:
        return MLP.from_weights(weights, biases, activation=activation, convention=convention)
    except ArgumentError as error:
        table = "network" if error.layer is None else f"network.layer {error.layer}"
        raise TomlError(table, error.argument, str(error)) from None


def _convention_that_fits(weights: list[list[list[float]]], inputs: int) -> str:
    """The convention in which the matrices follow each other; the first where both do, or neither."""
    shapes = [(len(matrix), len(matrix[0])) for matrix in weights]
    for convention in CONVENTIONS:
        ways = shapes if convention == "W@x" else [(columns, rows) for rows, columns in shapes]
        below = [inputs, *(neurons for neurons, _ in ways[:-1])]
        if all(taken == there for (_, taken), there in zip(ways, below, strict=True)):
            return convention
    return CONVENTIONS[0]


def left_open(sheet: Sheet) -> tuple[str, ...]:
    """A note where no shape tells in which convention the weights are written."""
    shapes = {name: quantity.shape for name, quantity in sheet.given.items() if name.startswith("W")}
    if any(rows != columns for rows, columns in shapes.values()) or all(rows == 1 for rows, _ in shapes.values()):
        return ()
    square = next(name for name, (rows, _) in shapes.items() if rows > 1)
    return (
        (
            f"{square} is square, so its shape does not tell how the weights are written. They are read as "
            f"{sheet.convention}: {square}[j,i] leads to neuron j from input i. If they are written the other way, "
            'put convention = "x@W" into [network].'
        ),
    )


def compare_givens(answers: Sheet, key: Sheet) -> None:
    """Raise TomlError, which names the first given of the answers that is not the key's."""
    for toml_key, here, there in (
        ("activation", *_told_apart(answers.activations, key.activations)),
        ("loss", answers.loss.name, key.loss.name),
        ("reduction", answers.reduction, key.reduction),
        ("convention", answers.convention, key.convention),
        ("learning_rate", answers.learning_rate.data, key.learning_rate.data),
    ):
        if here != there:
            raise differs("network", toml_key, here, there)
    for name in dict.fromkeys((*answers.given, *key.given)):
        _compare(name, answers.given.get(name), key.given.get(name))


def compare_layout(network: Mapping[str, Any], key: Mapping[str, Any], convention: str) -> None:
    """Raise TomlError where the answers' table [network] has other layers than the key's, or writes them transposed.

    Their matrices would not fit together, so that no sheet could be worked out and compared.
    """
    written = network.get("convention", convention)
    if written in CONVENTIONS and written != convention:
        raise differs("network", "convention", written, convention)
    layers = network.get("layer", key["layer"])
    if isinstance(layers, list) and len(layers) != len(key["layer"]):
        here, there = (counted(len(those), "layer") for those in (layers, key["layer"]))
        raise differs("network.layer 1", "", here, there, subject="layer")


def _told_apart(answers: Sequence[Activation], key: Sequence[Activation]) -> tuple[list[Activation], list[Activation]]:
    """The activations of both; those that are one function under two names are given the key's."""
    same = len(answers) == len(key)
    pairs = zip(answers, key, strict=True) if same else ()
    named = [there if _function(here) == _function(there) else here for here, there in pairs]
    return named if same else list(answers), list(key)


def _function(activation: Activation) -> Operation | Activation:
    return activation_row(activation) or activation


def _compare(name: str, here: Quantity | None, there: Quantity | None) -> None:
    """Raise TomlError where a quantity has another shape than in the key, or another number somewhere."""
    layer = next(quantity.layer for quantity in (here, there) if quantity is not None)
    place = (f"network.layer {layer}", name[0]) if layer else ("network", name)
    if here is None or there is None or here.shape != there.shape:
        raise differs(*place, _shape(here), _shape(there), subject=name)
    for mine, given in zip(here.elements, there.elements, strict=True):
        if mine.data != given.data:
            raise differs(*place, mine.data, given.data, subject=mine.label)


def _shape(quantity: Quantity | None) -> Any:
    return f"an array of shape {list(quantity.shape)}" if quantity is not None else None


def differs(table: str, key: str, here: Any, there: Any, *, subject: str = "") -> TomlError:
    """The error that the answers take another number, name or shape as given than their key."""
    said, given = ("nothing" if what is None else what for what in (here, there))
    reason = f"{said} in the answers, {given} in their key; leave it out, or copy it from there"
    return TomlError(table, key, reason, subject=subject)
