"""A program laid out in memory for one sample, to be worked on one sample after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygrad_notes.replay.executors.pool import Pool
from tinygrad_notes.replay.mending import has_nan

if TYPE_CHECKING:
    from tinygrad_notes.replay.program import Program

Array = NDArray[np.float64]
Load = Callable[[Sequence[Array]], None]
Work = Callable[[Array], Array]


class OnSample:
    """What `Program.on_sample` returns: the program for a single sample, for one thread at a time.

    Inputs are of their `input_shape`, and results of the `output_shape`, without an axis for the samples.
    """

    def __init__(self, program: Program, parameters: ArrayLike | None) -> None:
        self._program = program
        self._numbers = program.branches.numbers(program.branches.given(parameters)).copy()
        signature = program.signature
        row = np.zeros((1, signature.cuts[-1]))
        self._arrays = [row[:, first:stop] for first, stop in pairwise(signature.cuts)]
        self._into = [array.reshape(shape) for array, shape in zip(self._arrays, signature.inputs)]
        self._takes_one_array = len(self._into) == 1
        self._takes_one_row = [len(shape) for shape in signature.inputs] == [1]
        first = program.branches.recorded[0]
        self._may_be_mended, self._may_branch = first.may_be_mended, bool(first.guards)

    def __call__(self, *inputs: ArrayLike) -> Any:
        """The result for one sample: a number, or an array of `output_shape`."""
        self._take(inputs)
        shape = self._program.output_shape
        if self._may_branch:
            found = self._program(*[x[None] for x in self._into], parameters=self._numbers)[0]
            return found if shape else found.item()
        load, work = self._values
        load(self._arrays)
        found = work(self._numbers)
        return found.reshape(shape) if shape else found.item()

    def value_and_gradients(self, *inputs: ArrayLike) -> tuple[float, Array, list[Array]]:
        """The result for one sample, its derivatives by the parameters, and those by each input, of its shape."""
        self._take(inputs)
        if self._may_branch:
            return self._in_full()
        load, work = self._derivatives
        load(self._arrays)
        found = work(self._numbers)
        if self._may_be_mended and has_nan(found):
            return self._in_full()
        behind = 1 + len(self._numbers)
        by_input = found[behind:]
        by_each = [by_input] if self._takes_one_row else [x[0] for x in self._program.signature.apart(by_input[None])]
        return found.item(0), found[1:behind], by_each

    @cached_property
    def _values(self) -> tuple[Load, Work]:
        branch, executor = self._program.branches.recorded[0], self._program._executor
        return _laid_out(branch.values(executor, len(self._numbers)))

    @cached_property
    def _derivatives(self) -> tuple[Load, Work]:
        self._program._check_reduction(None, None)
        branch, executor = self._program.branches.recorded[0], self._program._executor
        return _laid_out(branch.gradients(executor, len(self._numbers), False, True))

    def _take(self, inputs: tuple[ArrayLike, ...]) -> None:
        if self._takes_one_array and len(inputs) == 1:
            x, into = inputs[0], self._into[0]
            if type(x) is np.ndarray and x.dtype is _FLOATS and x.shape == into.shape:
                into[...] = x
                return
        for into, x in zip(self._into, self._program.signature.sample(inputs)):
            into[...] = x

    def _in_full(self) -> tuple[float, Array, list[Array]]:
        values, gradients, by_each = self._program.value_and_gradients(
            *[x[None] for x in self._into], reduction=None, parameters=self._numbers, input_gradients=True
        )
        return values.item(), gradients[0], [part[0] for part in by_each]


def _laid_out(pool: Pool) -> tuple[Load, Work]:
    """What takes the inputs of a sample, and what gives all that is wanted of it in one row."""
    workspace = pool.run.workspace(1)
    if hasattr(workspace, "side_by_side"):
        return workspace.load, workspace.side_by_side

    @np.errstate(all="ignore")
    def side_by_side(numbers: Array) -> Array:
        return np.concatenate(workspace(numbers))[:, 0]

    return workspace.load, side_by_side


_FLOATS = np.dtype(np.float64)  # asked for once: a call is a few microseconds
