"""`Neuron`, `Layer` and `MLP`: micrograd's signatures, with the notes' names on every quantity.

Layer k of a network has weights Wk, biases bk, pre-activations zk and activations ak. Inside, row j of a
layer's weights belongs to neuron j (`W @ x`); matrices in either convention can be given and read.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import Any

from tinygrad_notes.nn.activations import Activation, activation_function, layer_function, standard_name
from tinygrad_notes.nn.arguments import (
    CONVENTIONS,
    Matrix,
    OneOrMany,
    Seed,
    checked_convention,
    generator,
    given_layers,
    one_or_many,
    one_per_layer,
    one_sample,
    whole_size,
    whole_sizes,
)
from tinygrad_notes.nn.initialization import Init, default_init, initialization
from tinygrad_notes.nn.module import Exchanging
from tinygrad_notes.nn.module import Module as Module
from tinygrad_notes.operations import DOT, WEIGHTED_SUM
from tinygrad_notes.refusals import counted
from tinygrad_notes.value import Number, Value, apply, as_value


class Neuron(Module):
    """A neuron: activation(Σ wᵢxᵢ + b). The sum is one node of the graph.

    Args:
        nin: how many inputs.
        nonlin: micrograd's argument: relu if True, linear if False. `activation` takes precedence.
        activation: a name ("sigmoid", "tanh", …) or a function of a Value.
        bias: whether there is one.
        seed: a whole number, for reproducible weights; or a `random.Random` to draw from.
        init: the initial weights and bias: a name in `nn.initialization`, or a function (generator, fan in, fan out)
            that draws a weight. "micrograd" draws weights uniformly from [-1, 1] and sets the bias to 0.
        fan_out: how many neurons the layer has, for the initializations that use it.
    """

    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: Activation = None,
        bias: bool = True,
        seed: Seed = None,
        init: Init = "micrograd",
        fan_out: int = 1,
    ) -> None:
        start = initialization(init)
        draw, fan_in = generator(seed) or random, whole_size(nin, f"Neuron({nin!r})")
        self.w = [Value(start.weight(draw, fan_in, fan_out)) for _ in range(fan_in)]
        self.b: Value | None = Value(start.bias(draw, fan_in, fan_out)) if bias else None
        chosen = activation if activation is not None else "relu" if nonlin else "linear"
        self.activation: Activation = standard_name(chosen)
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

    def _input_count(self) -> int:
        return len(self.w)

    def _name(self) -> str:
        return f"neuron {self._labels[1]}" if self._labels[1] else "this neuron"

    def __repr__(self) -> str:
        return f"{self.activation} Neuron({len(self.w)})"


class Layer(Module):
    """A layer of `nout` neurons over the same inputs. Further arguments as for `Neuron`.

    The activation "softmax" takes all pre-activations of the layer at once.
    """

    def __init__(self, nin: int, nout: int, *, seed: Seed = None, init: Init = "micrograd", **neuron: Any) -> None:
        draw = generator(seed)  # one for all, or the neurons would be each other's copies
        self._over_layer = layer_function(neuron.get("activation"))
        own = {**neuron, "activation": "linear"} if self._over_layer else neuron
        size = whole_size(nout, f"Layer({nin!r}, {nout!r})")
        self.neurons = [Neuron(nin, seed=draw, init=init, fan_out=size, **own) for _ in range(size)]
        whole = standard_name(neuron["activation"]) if self._over_layer else None
        self.activation: Activation = whole or self.neurons[0].activation
        self.name_quantities(1)

    def __call__(self, x: Sequence[Value | Number]) -> OneOrMany[Value]:
        """The activations of all neurons, of shape (nout,); a bare Value if there is one neuron."""
        return one_or_many(self.on_values([as_value(part) for part in one_sample(x, self.nin, f"layer {self.number}")]))

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

    def _input_count(self) -> int:
        return self.nin

    def name_quantities(self, layer: int) -> None:
        """Label every quantity as belonging to layer number `layer`."""
        self.number = layer
        for j, neuron in enumerate(self.neurons):
            neuron.name_quantities(layer, j)

    def parameters(self) -> list[Value]:
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module, Exchanging):
    """A multi-layer perceptron.

    Args:
        nin: how many inputs.
        nouts: how many neurons in each layer.
        activation: one for all layers, or a sequence with one for each layer, where None is linear. The default is
            micrograd's: relu in the hidden layers, linear in the last.
        bias: whether neurons have biases.
        seed: as for `Neuron`.
        convention: how matrices are written on paper, "W@x" or "x@W". It changes only how worked sheets write the
            weights.
        init: as for `Neuron`. The default is "pytorch". A call that micrograd has too, without activation and seed, has
            the default "micrograd": its scripts then give the same numbers as before.

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
        init: Init | None = None,
    ) -> None:
        init = default_init(init, activation, seed)
        self.convention = checked_convention(convention)
        sizes = whole_sizes(nin, nouts)
        activations = one_per_layer(activation, len(sizes) - 1)
        draw = generator(seed)
        self.layers = [
            Layer(fan_in, fan_out, activation=chosen, bias=bias, seed=draw, init=init)
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
        layers = given_layers(weights, biases, checked_convention(convention))
        nin, nouts = len(layers[0][0][0]), [len(rows) for rows, _ in layers]
        given: Iterator[Any] = chain.from_iterable(row for rows, _ in layers for row in rows)
        network = cls(nin, nouts, activation=activation, convention=convention, init=lambda *_: next(given))
        for layer, (_, numbers) in zip(network.layers, layers, strict=True):
            for j, neuron in enumerate(layer.neurons):
                neuron.b = None if numbers is None else Value(numbers[j])
            layer.name_quantities(layer.number)
        return network

    def __call__(self, x: Sequence[Value | Number]) -> OneOrMany[Value]:
        """The activations of the last layer, of shape (nouts[-1],); a bare Value if it has one neuron.

        Raises ValueError where x does not have `nin` numbers.
        """
        sample = one_sample(x, self.layers[0].nin, "this network", self._if_transposed)
        inputs = [number if isinstance(number, Value) else Value(number, f"x[{i}]") for i, number in enumerate(sample)]
        for layer in self.layers:
            inputs = layer.on_values(inputs)
        return one_or_many(inputs)

    def _input_count(self) -> int:
        return int(self.layers[0].nin)

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


def summary(network: Any) -> str | None:
    """An MLP in a few words; None for networks of other kinds.

    Example:
        >>> summary(MLP(2, [3, 1], activation=["tanh", None]))
        '2 inputs, 3 tanh, 1 linear'
    """
    if not isinstance(network, MLP):
        return None
    layers = [
        f"{len(layer.neurons)} {getattr(layer.activation, '__name__', layer.activation)}" for layer in network.layers
    ]
    return ", ".join([counted(network.layers[0].nin, "input"), *layers])
