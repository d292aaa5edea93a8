"""`Neuron`, `Layer` and `MLP`: micrograd's signatures, with the notes' names on every quantity.

Layer k of a network has weights Wk, biases bk, pre-activations zk and activations ak. Inside, row j of a
layer's weights belongs to neuron j (`W @ x`); matrices in either convention can be given and read.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from tinygrad_notes.nn.activations import Activation, activation_function, layer_function
from tinygrad_notes.nn.shapes import Outputs, Seed, generator, listed, one_sample, whole_size, whole_sizes
from tinygrad_notes.operations import DOT, WEIGHTED_SUM
from tinygrad_notes.refusals import counted
from tinygrad_notes.value import Number, Value, apply, as_value

Matrix = Sequence[Sequence[Number]]
CONVENTIONS = ("W@x", "x@W")


class Module:
    """Anything with parameters."""

    def parameters(self) -> list[Value]:
        """Every Value that training may change, in a fixed order."""
        return []

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0, as before each training step."""
        for parameter in self.parameters():
            parameter.grad = 0.0


class Neuron(Module):
    """activation(Σ wᵢxᵢ + b), the sum being one node of the graph.

    Args:
        nin: how many inputs.
        nonlin: relu if True, linear if False; micrograd's choice, overruled by `activation`.
        activation: a name ("sigmoid", "tanh", …) or a function of a Value.
        bias: whether there is one.
        seed: a whole number, for reproducible weights; or a `random.Random` to draw from.

    Weights start uniform in [-1, 1], the bias at 0.
    """

    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: Activation = None,
        bias: bool = True,
        seed: Seed = None,
    ) -> None:
        draw = generator(seed) or random
        self.w = [Value(draw.uniform(-1, 1)) for _ in range(whole_size(nin, f"Neuron({nin!r})"))]
        self.b: Value | None = Value(0.0) if bias else None
        self.activation: Activation = activation if activation is not None else "relu" if nonlin else "linear"
        self._activate = activation_function(self.activation)
        self._labels = ("", "")

    def __call__(self, x: Sequence[Value | Number]) -> Value:
        """The neuron's activation for the input x, of shape (nin,)."""
        inputs = [as_value(number) for number in one_sample(x, len(self.w), self._name())]
        return self.on_values(inputs, [value._data for value in inputs])

    def on_values(self, x: Sequence[Value], numbers: Sequence[float]) -> Value:
        """The same, unchecked, for Values whose data is `numbers`; a layer reads those once for all its neurons."""
        weights, bias = self.w, self.b
        weight_numbers = [weight._data for weight in weights]
        if bias is None:
            z = apply(DOT, (*weights, *x), (*weight_numbers, *numbers))
        else:
            z = apply(WEIGHTED_SUM, (*weights, *x, bias), (*weight_numbers, *numbers, bias._data))
        z.label, activation_label = self._labels
        if self._activate is None:
            return z
        a = self._activate(z)
        a.label = activation_label
        return a

    def name_quantities(self, layer: int, j: int) -> None:
        """Label this neuron's quantities as neuron j of layer `layer`: W1[0,2], b1[0], z1[0], a1[0]."""
        for i, weight in enumerate(self.w):
            weight.label = f"W{layer}[{j},{i}]"
        if self.b is not None:
            self.b.label = f"b{layer}[{j}]"
        self._labels = (f"z{layer}[{j}]", f"a{layer}[{j}]")

    def parameters(self) -> list[Value]:
        return self.w if self.b is None else [*self.w, self.b]

    def _name(self) -> str:
        return f"neuron {self._labels[1]}" if self._labels[1] else "this neuron"

    def __repr__(self) -> str:
        return f"{self.activation} Neuron({len(self.w)})"


class Layer(Module):
    """`nout` neurons over the same inputs; further arguments as for `Neuron`.

    The activation "softmax" takes all pre-activations of the layer at once.
    """

    def __init__(self, nin: int, nout: int, *, seed: Seed = None, **neuron: Any) -> None:
        draw = generator(seed)  # one for all, or the neurons would be each other's copies
        self._over_layer = layer_function(neuron.get("activation"))
        own = {**neuron, "activation": "linear"} if self._over_layer else neuron
        self.neurons = [Neuron(nin, seed=draw, **own) for _ in range(whole_size(nout, f"Layer({nin!r}, {nout!r})"))]
        self.activation: Activation = neuron["activation"] if self._over_layer else self.neurons[0].activation
        self.name_quantities(1)

    def __call__(self, x: Sequence[Value | Number]) -> Any:
        """The activations of all neurons, of shape (nout,); a bare Value if there is one neuron."""
        out = self.on_values([as_value(number) for number in one_sample(x, self.nin, f"layer {self.number}")])
        return out[0] if len(out) == 1 else Outputs(out)

    def on_values(self, x: Sequence[Value]) -> list[Value]:
        """The activations for inputs that are Values and of the right number, unchecked."""
        numbers = [value._data for value in x]
        out = [neuron.on_values(x, numbers) for neuron in self.neurons]
        if self._over_layer:
            out = self._over_layer(out)
            for j, a in enumerate(out):
                a.label = f"a{self.number}[{j}]"
        return out

    @property
    def nin(self) -> int:
        return len(self.neurons[0].w)

    def name_quantities(self, layer: int) -> None:
        """Label every quantity as belonging to layer number `layer`."""
        self.number = layer
        for j, neuron in enumerate(self.neurons):
            neuron.name_quantities(layer, j)

    def parameters(self) -> list[Value]:
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """A multi-layer perceptron.

    Args:
        nin: how many inputs.
        nouts: how many neurons in each layer.
        activation: one for all layers or a sequence with one per layer, in which None is linear. Default, as in
            micrograd: relu in the hidden layers, linear in the last.
        bias: whether neurons have biases.
        seed: as for `Neuron`.
        convention: how the network's matrices are written on paper, "W@x" or "x@W". It changes nothing
            inside, only how `matrices()` and worked sheets write the weights.

    Example:
        >>> network = MLP(3, [4, 1], activation="tanh", seed=1)
        >>> len(network.parameters())
        21
        >>> y = network([1.0, 0.5, -0.5])
        >>> y.label
        'a2[0]'
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        *,
        activation: Activation | Sequence[Activation] = None,
        bias: bool = True,
        seed: Seed = None,
        convention: str = "W@x",
    ) -> None:
        self.convention = _checked_convention(convention)
        sizes = whole_sizes(nin, nouts)
        activations = _per_layer(activation, len(sizes) - 1)
        draw = generator(seed)
        self.layers = [
            Layer(fan_in, fan_out, activation=chosen, bias=bias, seed=draw)
            for (fan_in, fan_out), chosen in zip(pairwise(sizes), activations, strict=True)
        ]
        for number, layer in enumerate(self.layers, start=1):
            layer.name_quantities(number)

    @classmethod
    def from_weights(
        cls,
        weights: Sequence[Matrix],
        biases: Sequence[Sequence[Number] | None] | None = None,
        *,
        activation: Activation | Sequence[Activation] = "sigmoid",
        convention: str = "W@x",
    ) -> MLP:
        """The network with the given matrices, one per layer.

        `weights[k]` has shape (neurons, inputs) for convention "W@x" and (inputs, neurons) for "x@W";
        `biases[k]` has shape (neurons,), or is None for a layer without.

        Raises ValueError where a matrix is ragged or the shapes of neighbors do not fit, TypeError where a number
        stands for a list.

        Example:
            >>> network = MLP.from_weights([[[0.2, -0.3]]], [[0.05]])
            >>> network([1.0, 0.5]).data == 1 / (1 + 2.718281828459045 ** -0.1)
            True
        """
        _checked_convention(convention)
        matrices, vectors = listed(weights), listed(biases)
        if matrices is None or (vectors is None and biases is not None):
            wrong = weights if matrices is None else biases
            raise TypeError(
                f"a network is given lists, one entry per layer, got {type(wrong).__name__}: "
                "write MLP.from_weights([W1, W2], [b1, b2])"
            )
        rows = [_neuron_rows(matrix, number, convention) for number, matrix in enumerate(matrices, start=1)]
        vectors = [None] * len(rows) if vectors is None else vectors
        if not rows:
            raise ValueError("a network needs at least one layer, got no weights")
        if len(vectors) != len(rows):
            raise ValueError(f"a network needs a bias vector (or None) per layer, got {len(vectors)} for {len(rows)}")
        for number, (below, above) in enumerate(pairwise(rows), start=2):
            if len(above[0]) != len(below):
                raise ValueError(
                    f"W{number} takes {counted(len(above[0]), 'input')}, but layer {number - 1} has "
                    f"{counted(len(below), 'neuron')}; in the convention {convention} is it transposed?"
                )
        sizes = [len(rows[0][0]), *map(len, rows)]
        network = cls(sizes[0], sizes[1:], activation=activation, convention=convention, seed=0)  # set at once below
        for layer, matrix, bias in zip(network.layers, rows, vectors, strict=True):
            _set_layer(layer, matrix, bias)
        return network

    def __call__(self, x: Sequence[Value | Number]) -> Any:
        """The activations of the last layer, of shape (nouts[-1],); a bare Value if it has one neuron.

        Raises ValueError where x does not have `nin` numbers.
        """
        sample = one_sample(x, self.layers[0].nin, "this network", self._if_transposed)
        inputs = [number if isinstance(number, Value) else Value(number, f"x[{i}]") for i, number in enumerate(sample)]
        for layer in self.layers:
            inputs = layer.on_values(inputs)
        return inputs[0] if len(inputs) == 1 else Outputs(inputs)

    def _if_transposed(self, inputs: int) -> str:
        """A hint for so many inputs, if they would fit the first matrix read in the other convention."""
        first = self.layers[0]
        if inputs != len(first.neurons):
            return ""
        other = CONVENTIONS[self.convention == CONVENTIONS[0]]
        return (
            f"; W1 has {counted(len(first.neurons), 'neuron')} of {counted(first.nin, 'input')} each in the convention "
            f"{self.convention!r}, and would take {counted(inputs, 'input')} with convention={other!r}"
        )

    def parameters(self) -> list[Value]:
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"


def _checked_convention(convention: str) -> str:
    if convention not in CONVENTIONS:
        raise ValueError(f"a convention is one of {', '.join(map(repr, CONVENTIONS))}, not {convention!r}")
    return convention


def _per_layer(activation: Activation | Sequence[Activation], layers: int) -> list[Activation]:
    if activation is None:
        return [*["relu"] * (layers - 1), "linear"]
    if isinstance(activation, str) or callable(activation):
        return [activation] * layers
    given = listed(activation)
    if given is None:
        raise TypeError(f"activation is a name, a function of a Value or a list of these, got {activation!r}")
    if len(given) != layers:
        raise ValueError(f"one activation per layer is needed: got {len(given)} for {layers} layers")
    return ["linear" if chosen is None else chosen for chosen in given]


def _neuron_rows(matrix: Matrix, number: int, convention: str) -> list[list[Number]]:
    """`matrix` with one row per neuron, whichever way it was written."""
    given = listed(matrix)
    rows = [numbers for row in given or () if (numbers := listed(row)) is not None]
    if given is None or len(rows) < len(given):
        got = "a list of numbers" if given else type(matrix).__name__
        raise ValueError(f"W{number} must be a list of rows, got {got}: one layer's weights are [W1], not W1")
    lengths = sorted({len(row) for row in rows})
    if len(lengths) != 1 or lengths == [0]:
        raise ValueError(f"the rows of W{number} must have one length, got {lengths or 'no rows'}")
    return rows if convention == "W@x" else [list(column) for column in zip(*rows, strict=True)]


def _set_layer(layer: Layer, rows: list[list[Number]], bias: Sequence[Number] | None) -> None:
    numbers = listed(bias)
    if bias is not None and numbers is None:
        got = type(bias).__name__
        raise TypeError(f"b{layer.number} must be a list of numbers, got {got}: one layer's biases are [b1], not b1")
    if numbers is not None and len(numbers) != len(rows):
        raise ValueError(f"b{layer.number} has {counted(len(numbers), 'number')} for {counted(len(rows), 'neuron')}")
    for j, (neuron, row) in enumerate(zip(layer.neurons, rows, strict=True)):
        neuron.w = [Value(weight) for weight in row]
        neuron.b = None if numbers is None else Value(numbers[j])
        neuron.name_quantities(layer.number, j)
