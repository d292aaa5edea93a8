"""Checks of what people give to networks and to `fit`, which say what to write instead.

The arguments of `fit` become Python's own numbers, which a checkpoint can hold.
Weight matrices and bias vectors are read as people write them, and have a row of weights for each neuron then.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Callable, Mapping, Sequence, Set
from itertools import pairwise
from numbers import Real
from typing import TYPE_CHECKING, Any, NoReturn, SupportsIndex, TypeVar

from tinygrad_notes.errors import ArgumentTypeError, ArgumentValueError
from tinygrad_notes.refusals import counted
from tinygrad_notes.value import Number, Value

T = TypeVar("T")

# Only a call decides whether its result is one Value or a list: network(x) is a Value where the last layer has one
# neuron, sheet["C"] is a Value, and sheet["W1"] is a list of lists. A type checker cannot know. It takes such a result
# for both: it accepts what either can do, and refuses a name that neither has.
if TYPE_CHECKING:

    class OneOrMany(Value, list[T]):  # type: ignore[misc]  # nothing is ever made of it
        """A Value, or a list of T."""
else:
    OneOrMany = Value | list[T]


def whole(name: str, given: Any, least: int) -> int:
    """`given`, a whole number of any kind, as an int; TypeError for no whole number, ValueError below `least`."""
    try:
        number = operator.index(given)
    except TypeError:
        instead = f": write {name}={given:.0f}" if isinstance(given, float) and given.is_integer() else ""
        raise ArgumentTypeError(f"{name} must be a whole number, got {given!r}{instead}", name) from None
    if number < least:
        raise ArgumentValueError(f"{name} must be at least {least}, got {number}", name)
    return number


def positive(name: str, given: Any) -> float:
    """`given`, a number above 0 of any kind, as a float; TypeError for no number, ValueError for others and nan."""
    if not isinstance(given, Real):
        raise ArgumentTypeError(f"{name} must be a number, got {given!r}", name)
    number = float(given)
    if not number > 0.0:
        raise ArgumentValueError(f"{name} must be above 0, got {number}", name)
    return number


def share(name: str, given: Any) -> float:
    """`given`, a share between 0 and 1, as a float; TypeError for no number, ValueError for any other."""
    number = positive(name, given)
    if not number < 1.0:
        raise ArgumentValueError(f"{name} is a share between 0 and 1, got {number:g}", name)
    return number


_UNORDERED = (str, bytes, Mapping, Set)  # what iterates, and yet gives no numbers in an order of their own

Seed = SupportsIndex | random.Random | None


class Outputs(list[Value]):
    """The activations of a layer: a list that says what to do when it is taken for one number."""

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(
            f"{len(self)} neurons give a list of {len(self)} Values, and a list has no {name!r}: take one of them "
            f"(outputs[0].{name}), or first make one number of all, such as a loss",
            name=name,
            obj=self,
        )


def one_or_many(values: list[Value]) -> OneOrMany[Value]:
    """What a layer returns: the Value itself of one neuron, else a list."""
    outputs: Any = values[0] if len(values) == 1 else Outputs(values)
    return outputs


def listed(x: Any) -> list[Any] | None:
    """The elements of `x`; None where it has none in an order of their own: a number, a text, a dict, a set."""
    if isinstance(x, list):
        return x
    if not hasattr(x, "__iter__") or isinstance(x, _UNORDERED):  # numbers first: networks ask at every call
        return None
    try:
        elements = iter(x)
    except TypeError:  # an array without a dimension
        return None
    return list(elements)


def one_sample(x: Any, nin: int, name: str, hint: Callable[[int], str] = lambda count: "") -> list[Any]:
    """The numbers of x, one sample of `nin`, for the inputs of what is called `name`.

    Raises TypeError or ValueError where x is something else; `hint` says more of a wrong number of inputs.
    """
    numbers = listed(x)
    if numbers is None:
        alone = "[x.item()]" if hasattr(x, "shape") else "[x]"
        instead = "its numbers as a list, in their order" if isinstance(x, _UNORDERED) else alone
        wanted = f"a list or an array of {counted(nin, 'input')}"
        raise TypeError(f"{name} takes {wanted}, got {type(x).__name__}: write {instead}")
    if numbers and (first := listed(numbers[0])) is not None:
        shape = getattr(x, "shape", None) or f"({len(numbers)}, {len(first)})"
        raise ValueError(
            f"{name} takes one sample of {counted(nin, 'input')}, got a batch of shape {shape}: "
            "write [network(x) for x in X], or run a whole batch at once with tinygrad_notes.record or fit"
        )
    if len(numbers) != nin:
        raise ValueError(f"{name} takes {counted(nin, 'input')}, got {len(numbers)}{hint(len(numbers))}")
    return numbers


def whole_sizes(nin: Any, nouts: Any) -> list[int]:
    """The number of inputs, then the neurons of each layer, as ints; raises where these are something else."""
    layers = listed(nouts)
    if layers is None:
        raise TypeError(f"nouts lists the neurons of each layer, got {nouts!r}: write MLP({nin!r}, [{nouts!r}])")
    if not layers:
        raise ValueError(f"a network needs at least one layer, got none: write MLP({nin!r}, [1]) for one neuron")
    written = f"MLP({nin!r}, {nouts!r})"
    return [whole_size(size, written) for size in (nin, *layers)]


def one_per_layer(activation: Any, layers: int) -> list[Any]:
    """The activation of each layer, of one for all or a list; by default micrograd's.

    Raises ArgumentTypeError where it is neither, ArgumentValueError where their number is another.
    """
    if activation is None:
        return [*["relu"] * (layers - 1), "linear"]
    if isinstance(activation, str) or callable(activation):
        return [activation] * layers
    given = listed(activation)
    if given is None:
        kinds = "a name, a function of a Value or a list of these"
        raise ArgumentTypeError(f"activation is {kinds}, got {activation!r}", "activation")
    if len(given) != layers:
        got = f"{len(given)} for {layers} layers"
        raise ArgumentValueError(f"one activation per layer is needed: got {got}", "activation")
    return ["linear" if chosen is None else chosen for chosen in given]


def whole_size(size: Any, where: str) -> int:
    """`size`, a number of inputs or of neurons, as an int; raises ValueError where it is no whole number above 0."""
    if not hasattr(size, "__index__") or size < 1:
        raise ValueError(f"a network's sizes are whole numbers above 0, got {size!r} in {where}")
    return operator.index(size)


def generator(seed: Seed) -> random.Random | None:
    """The generator that `seed` stands for; None for Python's own, which `random.seed` sets.

    Raises TypeError for another kind of seed.
    """
    if seed is None or isinstance(seed, random.Random):
        return seed
    if not hasattr(seed, "__index__"):
        raise TypeError(f"a seed is a whole number or a random.Random, got {type(seed).__name__}: write seed=1")
    return random.Random(operator.index(seed))


Matrix = Sequence[Sequence[Number]]
CONVENTIONS: tuple[str, ...] = ("W@x", "x@W")

GivenLayer = tuple[list[list[Number]], list[Number] | None]
"""The weights of each neuron of a layer, and the biases if there are any."""


def checked_convention(convention: str) -> str:
    """`convention`, ValueError where it is none."""
    if convention not in CONVENTIONS:
        raise ArgumentValueError(
            f"a convention is one of {', '.join(map(repr, CONVENTIONS))}, not {convention!r}", "convention"
        )
    return convention


def given_layers(weights: Any, biases: Any, convention: str) -> list[GivenLayer]:
    """The layers that a matrix and a vector (or None) for each describe.

    Raises ValueError where a matrix is ragged or the shapes of neighbors do not fit, TypeError where a number stands
    for a list.
    """
    matrices, vectors = listed(weights), listed(biases)
    if matrices is None or (vectors is None and biases is not None):
        wrong = weights if matrices is None else biases
        raise ArgumentTypeError(
            f"a network is given lists, one entry per layer, got {type(wrong).__name__}: "
            "write MLP.from_weights([W1, W2], [b1, b2])",
            "weights" if matrices is None else "biases",
        )
    layers = [_neuron_rows(matrix, number, convention) for number, matrix in enumerate(matrices, start=1)]
    vectors = [None] * len(layers) if vectors is None else vectors
    if not layers:
        raise ArgumentValueError("a network needs at least one layer, got no weights", "weights")
    if len(vectors) != len(layers):
        raise ArgumentValueError(
            f"a network needs a bias vector (or None) per layer, got {len(vectors)} for {len(layers)}", "biases"
        )
    for number, (below, above) in enumerate(pairwise(layers), start=2):
        if len(above[0]) != len(below):
            raise ArgumentValueError(
                f"W{number} takes {counted(len(above[0]), 'input')}, but layer {number - 1} has "
                f"{counted(len(below), 'neuron')}; in the convention {convention} is it transposed?",
                "W",
                number,
            )
    return [
        (rows, None if vector is None else _biases(vector, number, len(rows)))
        for number, (rows, vector) in enumerate(zip(layers, vectors, strict=True), start=1)
    ]


def _neuron_rows(matrix: Matrix, number: int, convention: str) -> list[list[Number]]:
    """`matrix` with one row per neuron, whichever way it was written."""
    given = listed(matrix)
    rows = [numbers for row in given or () if (numbers := listed(row)) is not None]
    if given is None or len(rows) < len(given):
        got = "a list of numbers" if given else type(matrix).__name__
        raise ArgumentValueError(
            f"W{number} must be a list of rows, got {got}: one layer's weights are [W1], not W1", "W", number
        )
    lengths = sorted({len(row) for row in rows})
    if len(lengths) != 1 or lengths == [0]:
        raise ArgumentValueError(f"the rows of W{number} must have one length, got {lengths or 'no rows'}", "W", number)
    return rows if convention == "W@x" else [list(column) for column in zip(*rows, strict=True)]


def _biases(vector: Sequence[Number], number: int, neurons: int) -> list[Number]:
    numbers = listed(vector)
    if numbers is None:
        got = type(vector).__name__
        raise ArgumentTypeError(
            f"b{number} must be a list of numbers, got {got}: one layer's biases are [b1], not b1", "b", number
        )
    if len(numbers) != neurons:
        told = f"b{number} has {counted(len(numbers), 'number')} for {counted(neurons, 'neuron')}"
        raise ArgumentValueError(told, "b", number)
    return numbers
