"""Weight matrices and bias vectors as people write them, read in one way: a row of weights for each neuron."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from tinygrad_notes.errors import ArgumentTypeError, ArgumentValueError
from tinygrad_notes.nn.arguments import listed
from tinygrad_notes.refusals import counted
from tinygrad_notes.value import Number

Matrix = Sequence[Sequence[Number]]
CONVENTIONS = ("W@x", "x@W")

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
