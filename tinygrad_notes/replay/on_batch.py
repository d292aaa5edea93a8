"""A batch laid out in memory, to be worked again and again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from tinygrad_notes.replay.executors.interface import Array, Workspace
from tinygrad_notes.replay.mending import has_nan

if TYPE_CHECKING:
    from tinygrad_notes.replay.program import Program


class OnBatch:
    """What `Program.on_batch` returns: from the parameters' numbers to (value, gradients), for one thread at a time."""

    def __init__(self, program: Program, inputs: Sequence[ArrayLike], reduction: str) -> None:
        self._program, self._inputs, self._reduction = program, inputs, reduction
        arrays, self._samples = program.signature.batch(inputs)
        self._shape = (len(program.parameters),)
        branch = program.branches.recorded[0]
        self._may_be_mended = branch.may_be_mended or branch.recorded.assumes
        self._workspace: Workspace | None = None  # where there are comparisons, the way through them may change
        if not program.branches.recorded[0].guards:
            self._workspace = (
                program.branches.recorded[0]
                .gradients(program._executor, len(program.parameters), True, False)
                .run.workspace(self._samples)
            )
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
        if type(numbers) is not np.ndarray or numbers.shape != self._shape or numbers.dtype is not _FLOATS:
            numbers = self._program.branches.numbers(self._program.branches.given(numbers))
        sums, gradients, _ = self._workspace(numbers)
        if self._may_be_mended and (math.isnan(sums.item(0)) or has_nan(gradients)):
            return self._in_full(numbers)
        value, share = of_all_samples(sums[:, 0], self._reduction)
        if share != 1.0:
            gradients *= share
        return value, gradients[:, 0]

    def _in_full(self, numbers: Array) -> tuple[float, Array]:
        found = self._program.value_and_gradients(*self._inputs, reduction=self._reduction, parameters=numbers)
        return found[0], found[1]


_FLOATS = np.dtype(np.float64)  # asked for once: a step is a few microseconds


def of_all_samples(sums: Array, reduction: str) -> tuple[float, float]:
    """The value over all samples, from its sum and the number of samples; and the factor for all other sums."""
    total, samples = sums.tolist()
    if reduction == "sum":
        return total, 1.0
    share = 1.0 / samples if samples else math.nan
    return total * share, share
