"""The shapes of a program's inputs and result, and the checks of what it is given."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import ArrayLike

from tinygrad_notes.refusals import counted
from tinygrad_notes.replay.executors.interface import Array
from tinygrad_notes.replay.recording import numbers_of

Shape = tuple[int, ...]
FLOATS = np.dtype(np.float64)  # asked for once: a call is a few microseconds


class Signature:
    """What goes in and what comes out: the shape of one sample of each input, and the shape of its result.

    A sample's inputs lie one behind the other; input k has the numbers from `cuts[k]` up to `cuts[k + 1]`.
    """

    def __init__(self, inputs: tuple[Shape, ...], output: Shape) -> None:
        self.inputs, self.output = inputs, output
        self.sizes = [math.prod(shape) for shape in inputs]
        self.cuts = [0, *accumulate(self.sizes)]
        self._are_rows = all(len(shape) == 1 for shape in inputs)
        self.takes_one_row = self._are_rows and len(inputs) == 1

    def batch(self, inputs: Sequence[ArrayLike]) -> tuple[list[Array], int]:
        """The inputs, of shape (samples, numbers) each, and the number of samples."""
        if self.takes_one_row and len(inputs) == 1:  # as most do: half of what is checked below is known
            rows = inputs[0]
            if type(rows) is np.ndarray and rows.dtype is FLOATS and rows.shape[1:] == self.inputs[0]:
                return [rows], len(rows)
        self._check_count(inputs)
        arrays = [numbers_of(array, position) for position, array in enumerate(inputs)]
        samples = len(arrays[0]) if arrays[0].ndim else 0
        if [array.shape for array in arrays] == [(samples, *shape) for shape in self.inputs]:
            if not self._are_rows:
                arrays = [array.reshape(samples, size) for array, size in zip(arrays, self.sizes)]
            return arrays, samples
        for position, (array, shape) in enumerate(zip(arrays, self.inputs)):
            if array.shape[1:] != shape or not array.ndim:
                wanted = ", ".join(["samples", *map(str, shape)])
                hint = ""
                if array.shape == shape:
                    hint = ": this is one sample; a batch of one is np.asarray(x)[None]"
                elif array.size == 0:
                    hint = f": an empty batch is np.empty((0, {', '.join(map(str, shape))}))"
                raise ValueError(f"input {position} must have shape ({wanted}), got {array.shape}{hint}")
        raise ValueError(f"all inputs must have the same number of samples, got {[len(array) for array in arrays]}")

    def sample(self, inputs: Sequence[ArrayLike]) -> list[Array]:
        """The inputs of one sample."""
        self._check_count(inputs)
        arrays = [numbers_of(array, position) for position, array in enumerate(inputs)]
        for position, (array, shape) in enumerate(zip(arrays, self.inputs)):
            if array.shape != shape:
                hint = ": a batch is for the program itself" if array.shape[1:] == shape and array.ndim else ""
                raise ValueError(f"input {position} of one sample must have shape {shape}, got {array.shape}{hint}")
        return arrays

    def apart(self, numbers: Array) -> list[Array]:
        """Derivatives by all inputs, of shape (samples, numbers), as one array of shape (samples, *shape) for each."""
        if self.takes_one_row:
            return [numbers]
        parts = [numbers[:, first:stop] for first, stop in pairwise(self.cuts)]
        return [part.reshape(len(part), *shape) for part, shape in zip(parts, self.inputs)]

    def _check_count(self, inputs: Sequence[ArrayLike]) -> None:
        if len(inputs) != len(self.inputs):
            raise ValueError(f"this program takes {counted(len(self.inputs), 'input')}, got {len(inputs)}")
