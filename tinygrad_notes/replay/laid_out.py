"""A program laid out in memory: for a batch that is worked again and again, or for one sample after another."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from tinygrad_notes.replay.executors.interface import Array, Pool, Workspace
from tinygrad_notes.replay.executors.python import has_nan
from tinygrad_notes.replay.signature import FLOATS

if TYPE_CHECKING:
    from tinygrad_notes.replay.program import Program


class OnBatch:
    """What `Program.on_batch` returns: from the parameters' numbers to (value, gradients), for one thread at a time."""

    def __init__(self, program: Program, inputs: Sequence[ArrayLike], reduction: str) -> None:
        self._program, self._inputs, self._reduction = program, inputs, reduction
        arrays, self._samples = program.signature.batch(inputs)
        self._counted, self._share = -1.0, np.array(1.0)  # an array: NumPy multiplies by a float in twice the time
        self._shape = (len(program.parameters),)
        branch = program.branches.recorded[0]
        self._may_be_mended = branch.may_be_mended or branch.recorded.assumes
        self._workspace: Workspace | None = None  # where there are comparisons, the way through them may change
        if not branch.guards:
            run = branch.gradients(program._executor, len(program.parameters), True, False).run
            self._workspace = run.workspace(self._samples)
            self._workspace.load(arrays)

    def load(self, *inputs: ArrayLike) -> None:
        """Take other inputs, of as many samples, in place of those before. Raises ValueError for any other shape."""
        arrays, samples = self._program.signature.batch(inputs)
        if samples != self._samples:
            raise ValueError(f"this batch has {self._samples} samples, got {samples}: lay out another one")
        self._inputs = inputs
        if self._workspace is not None:
            self._workspace.load(arrays)

    def __call__(self, numbers: Array) -> tuple[float, Array]:
        if self._workspace is None:
            return self._in_full(numbers)
        if type(numbers) is not np.ndarray or numbers.shape != self._shape or numbers.dtype is not FLOATS:
            numbers = self._program.branches.numbers(self._program.branches.given(numbers))
        sums, gradients, _ = self._workspace(numbers)
        (total,), (samples,) = sums.tolist()
        gradients = gradients.ravel()  # they are one column
        if self._may_be_mended and (math.isnan(total) or has_nan(gradients)):
            return self._in_full(numbers)
        if self._reduction == "sum":
            return total, gradients
        if samples != self._counted:  # at the first call: other processes may have samples of the batch, too
            self._counted, self._share = samples, np.array(share_of_each(samples, self._reduction))
        np.multiply(gradients, self._share, gradients)
        return total * self._share.item(), gradients

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled and copied as what it was made from; the memory is laid out anew."""
        return OnBatch, (self._program, self._inputs, self._reduction)

    def _in_full(self, numbers: Array) -> tuple[float, Array]:
        found = self._program.value_and_gradients(*self._inputs, reduction=self._reduction, parameters=numbers)
        return found[0], found[1]


def share_of_each(samples: float, reduction: str) -> float:
    """What sums over so many samples are multiplied by."""
    if reduction == "sum":
        return 1.0
    return 1.0 / samples if samples else math.nan


Work = Callable[[], bool]
"""Works a sample, and says whether any result is nan."""
LaidOut = tuple[list[Array], Array, Work]
"""Where each input goes, the row in which the results will stand, and the loop."""


class OnSample:
    """What `Program.on_sample` returns: the program for a single sample, for one thread at a time.

    Inputs are of their `input_shape`, and results of the `output_shape`, without an axis for the samples.
    """

    def __init__(self, program: Program, parameters: ArrayLike | None) -> None:
        self._program = program
        self._numbers = program.branches.numbers(program.branches.given(parameters)).copy()
        self._behind = 1 + len(self._numbers)
        self._takes_one_row = program.signature.takes_one_row
        first = program.branches.recorded[0]
        self._may_branch, assumes = bool(first.guards), first.recorded.assumes
        self._may_be_mended, self._values_may_be_mended = first.may_be_mended or assumes, first.has_gaps or assumes

    def __call__(self, *inputs: ArrayLike) -> Any:
        """The result for one sample: a number, or an array of `output_shape`."""
        shape = self._program.output_shape
        if not self._may_branch:
            into, found, work = self._values
            self._take(inputs, into)
            if not work() or not self._values_may_be_mended:
                return found.copy().reshape(shape) if shape else found.item()
        row = self._program(*self._one_by_one(inputs), parameters=self._numbers)[0]
        return row if shape else row.item()

    def value_and_gradients(self, *inputs: ArrayLike) -> tuple[float, Array, list[Array]]:
        """The result for one sample, its derivatives by the parameters, and those by each input, of its shape."""
        if self._may_branch:
            return self._in_full(inputs)
        into, found, work = self._derivatives
        self._take(inputs, into)
        if work() and self._may_be_mended:
            return self._in_full(inputs)
        row = found.copy()
        by_input = row[self._behind :]
        by_each = [by_input] if self._takes_one_row else [x[0] for x in self._program.signature.apart(by_input[None])]
        return row.item(0), row[1 : self._behind], by_each

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled and copied as what it was made from; the memory is laid out anew."""
        return OnSample, (self._program, self._numbers)

    @cached_property
    def _values(self) -> LaidOut:
        branch, executor = self._program.branches.recorded[0], self._program._executor
        return self._laid_out(branch.values(executor, len(self._numbers)), math.prod(self._program.output_shape))

    @cached_property
    def _derivatives(self) -> LaidOut:
        self._program._check_reduction(None, None)
        branch, executor = self._program.branches.recorded[0], self._program._executor
        pool = branch.gradients(executor, len(self._numbers), False, True)
        return self._laid_out(pool, self._behind + self._program.signature.cuts[-1])

    def _laid_out(self, pool: Pool, wanted: int) -> LaidOut:
        workspace, cuts = pool.run.workspace(1), self._program.signature.cuts
        prepared = getattr(workspace, "prepared", None) or partial(_prepared, workspace, cuts, np.empty(wanted))
        x, found, work = prepared(self._numbers)
        parts = zip(pairwise(cuts), self._program.input_shapes)
        return [x[first:stop].reshape(shape) for (first, stop), shape in parts], found, work

    def _take(self, inputs: tuple[ArrayLike, ...], into: list[Array]) -> None:
        if len(into) == len(inputs) == 1:
            x, place = inputs[0], into[0]
            if type(x) is np.ndarray and x.dtype is FLOATS and x.shape == place.shape:
                place[...] = x
                return
        for place, x in zip(into, self._program.signature.sample(inputs)):
            place[...] = x

    def _one_by_one(self, inputs: tuple[ArrayLike, ...]) -> list[Array]:
        return [x[None] for x in self._program.signature.sample(inputs)]

    def _in_full(self, inputs: tuple[ArrayLike, ...]) -> tuple[float, Array, list[Array]]:
        values, gradients, by_each = self._program.value_and_gradients(
            *self._one_by_one(inputs), reduction=None, parameters=self._numbers, input_gradients=True
        )
        return values.item(), gradients[0], [part[0] for part in by_each]


def _prepared(workspace: Workspace, cuts: list[int], found: Array, numbers: Array) -> tuple[Array, Array, Work]:
    """What a workspace of compiled loops does by itself, for any other."""
    x = np.zeros(cuts[-1])
    arrays = [x[None, first:stop] for first, stop in pairwise(cuts)]

    @np.errstate(all="ignore")
    def work() -> bool:
        workspace.load(arrays)
        np.concatenate(workspace(numbers), out=found[:, None])
        return has_nan(found)

    return x, found, work
