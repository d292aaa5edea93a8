"""The numbers that a picture of a network shows, read from a worked sheet or from the graph below an output."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from tinygrad_notes.draw.structure import labeled
from tinygrad_notes.nn import MLP
from tinygrad_notes.nn.activations import Activation
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import Value
from tinygrad_notes.worked import Sheet

MAX_NEURONS = 12
"""The most neurons of a layer that a picture shows."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A weight or a bias; `grad` and `updated` are None where nothing is known of them."""

    label: str
    data: float
    grad: float | None = None
    updated: float | None = None

    @property
    def shown(self) -> float:
        """The number that a connection's color and width stand for: the gradient, or the weight where none is known."""
        return self.data if self.grad is None else self.grad


@dataclass(frozen=True, slots=True)
class NeuronNumbers:
    """A neuron of the picture: its incoming weights in order, and what a pass left in it."""

    label: str
    weights: tuple[Parameter, ...]
    bias: Parameter | None
    z: float | None = None
    a: float | None = None
    delta: float | None = None

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The weights, and then the bias if there is one."""
        return self.weights if self.bias is None else (*self.weights, self.bias)


@dataclass(frozen=True, slots=True)
class NetworkNumbers:
    """All that a picture shows; `inputs` holds labels and numbers, `loss` the name and number of the result."""

    inputs: tuple[tuple[str, float | None], ...]
    layers: tuple[tuple[NeuronNumbers, ...], ...]
    activations: tuple[Activation, ...]
    targets: tuple[float, ...] = ()
    loss: tuple[str, float] | None = None

    @property
    def sizes(self) -> list[int]:
        """How many inputs there are, and neurons in each layer."""
        return [len(self.inputs), *map(len, self.layers)]

    @property
    def has_blame(self) -> bool:
        """Whether a backward pass is known."""
        return any(weight.grad is not None for layer in self.layers for neuron in layer for weight in neuron.weights)

    @property
    def most_blamed_neuron(self) -> str | None:
        """The label of the hidden neuron with the largest |δ|."""
        return _largest((neuron.label, neuron.delta) for layer in self.layers[:-1] for neuron in layer)

    @property
    def most_blamed_weight(self) -> str | None:
        """The label of the weight with the largest |∂C/∂W|."""
        return _largest((w.label, w.grad) for layer in self.layers for neuron in layer for w in neuron.weights)

    def left_out(self) -> Iterator[str]:
        """A sentence for each layer of which the picture shows only some neurons."""
        for k, count in enumerate(self.sizes):
            if count > MAX_NEURONS:
                where = f"layer {k}" if k else "the input"
                yield f"Of {where}, {MAX_NEURONS - 1} of {count} are shown."


def shown_neurons(count: int) -> list[int | None]:
    """The indices of the neurons to show, None standing for those left out."""
    return list(range(count)) if count <= MAX_NEURONS else [*range(MAX_NEURONS - 2), None, count - 1]


def _largest(labeled: Iterable[tuple[str, float | None]]) -> str | None:
    """The label of the largest finite magnitude: nan has no size, and infinities cannot be told apart."""
    finite = [(label, abs(number)) for label, number in labeled if number is not None and math.isfinite(number)]
    return max(finite, key=lambda pair: pair[1])[0] if finite else None


def check_network(network: Any, name: str) -> None:
    """Raise TypeError where the function called `name` is not given an MLP to show."""
    if not isinstance(network, MLP):
        raise TypeError(
            f"{name} shows an MLP, got {type(network).__name__}: write MLP(nin, nouts) for a network of layers, "
            "and draw(value) for the graph of a Value"
        )


def check_sheet(sheet: Any, name: str, network: MLP | None = None) -> None:
    """Raise where the function called `name` is not given a worked sheet to show, or not one of `network`."""
    if not isinstance(sheet, Sheet):
        raise TypeError(f"{name} shows a worked sheet, got {type(sheet).__name__}: write work_through(network, x, y)")
    if network is not None and sheet.layers != len(network.layers):
        raise ValueError(f"the sheet has {sheet.layers} layers and the network {len(network.layers)}: not the same one")


def numbers_of(network: MLP, source: Sheet | Value | None, sample: int = 0) -> NetworkNumbers:
    """What is known of `network` from `source`: a sheet, a Value computed by the network, or the network alone."""
    check_network(network, "draw_network")
    if isinstance(source, Sheet):
        return _from_sheet(network, source, sample)
    known = _from_network(network)
    if source is None:
        return known
    if isinstance(source, Value):
        return _with_graph(network, known, source)
    raise TypeError(
        "draw_network reads its numbers from a worked sheet, work_through(network, x, y), or from a Value that the "
        f"network computed, not from {type(source).__name__}"
    )


def _from_network(network: MLP) -> NetworkNumbers:
    """Weights, and their gradients if a backward pass has left any."""
    blamed = any(parameter.grad for parameter in labeled(network.parameters()))

    def parameter(value: Value) -> Parameter:
        return Parameter(value.label, value.data, value.grad if blamed else None)

    layers = tuple(
        tuple(
            NeuronNumbers(
                f"a{layer.number}[{j}]",
                tuple(map(parameter, neuron.w)),
                parameter(neuron.b) if neuron.b is not None else None,
            )
            for j, neuron in enumerate(layer.neurons)
        )
        for layer in network.layers
    )
    inputs = tuple((f"x[{i}]", None) for i in range(network.layers[0].nin))
    return NetworkNumbers(inputs, layers, tuple(layer.activation for layer in network.layers))


def _with_graph(network: MLP, known: NetworkNumbers, root: Value) -> NetworkNumbers:
    """`known` with what the graph below `root` holds: z, a and δ of the last time each neuron was used."""
    order = labeled(topological_order(root))
    uses = {id(node.operands[0]): node for node in order if node.operands}  # first weight → the node that last used it
    consumer = {id(operand): node for node in order for operand in node.operands if len(node.operands) == 1}
    layers = []
    for layer, numbers in zip(network.layers, known.layers, strict=True):
        found = []
        for neuron, of_neuron in zip(layer.neurons, numbers, strict=True):
            z = uses.get(id(neuron.w[0]))
            if z is None:
                raise ValueError(
                    f"the graph below {root.label or 'this value'} does not use {of_neuron.weights[0].label}: "
                    "draw_network(network, value) needs a value that this network computed"
                )
            a = consumer.get(id(z), z) if neuron.activation != "linear" else z
            found.append(replace(of_neuron, z=z.data, a=a.data, delta=z.grad if known.has_blame else None))
        layers.append(tuple(found))
    first = uses[id(network.layers[0].neurons[0].w[0])]
    nin = network.layers[0].nin
    inputs = tuple((x.label or f"x[{i}]", x.data) for i, x in enumerate(first.operands[nin : 2 * nin]))
    return replace(known, inputs=inputs, layers=tuple(layers), loss=(root.label or "result", root.data))


def _from_sheet(network: MLP, sheet: Sheet, sample: int) -> NetworkNumbers:
    check_sheet(sheet, "draw_network", network)
    if sheet.samples is not None and not 0 <= sample < sheet.samples:
        raise ValueError(f"the sheet has samples 0 to {sheet.samples - 1}, not {sample}")

    def of_sample(name: str) -> Any:
        nested = sheet[name]
        return nested if sheet.samples is None else nested[sample]

    def rows(name: str) -> list[list[Value]]:
        """A weight-shaped quantity with one row per neuron, whichever way it is written."""
        matrix: list[list[Value]] = sheet[name]
        return matrix if sheet.convention == "W@x" else [list(column) for column in zip(*matrix, strict=True)]

    layers = []
    for k, layer in enumerate(network.layers, start=1):
        weights, grads, updated = rows(f"W{k}"), rows(f"dC/dW{k}"), rows(f"W{k}_new")
        z, a, delta = (of_sample(f"{name}{k}") for name in ("z", "a", "delta"))
        neurons = []
        for j in range(len(layer.neurons)):
            incoming = tuple(
                Parameter(w.label, w.data, g.data, new.data)
                for w, g, new in zip(weights[j], grads[j], updated[j], strict=True)
            )
            bias = None
            if layer.neurons[j].b is not None:
                b, g, new = (sheet[name][j] for name in (f"b{k}", f"dC/db{k}", f"b{k}_new"))
                bias = Parameter(b.label, b.data, g.data, new.data)
            neurons.append(NeuronNumbers(f"a{k}[{j}]", incoming, bias, z[j].data, a[j].data, delta[j].data))
        layers.append(tuple(neurons))
    inputs = tuple((f"x[{i}]", x.data) for i, x in enumerate(of_sample("x")))
    targets = tuple(y.data for y in of_sample("y"))
    return NetworkNumbers(inputs, tuple(layers), sheet.activations, targets, ("C", sheet["C"].data))
