"""What every executor is given, a `Job`, and what it offers: a `Run` of the job, and workspaces for it.

A job says which results are computed from a recorded graph. A `Pool` keeps workspaces from call to call, so that
batches of a size met before find their memory ready.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.operations import DOT, WEIGHTED_SUM
from tinygrad_notes.replay.graph import INPUT, Graph
from tinygrad_notes.replay.lowering import Lowered, lower_gradients, lower_values
from tinygrad_notes.replay.plan import Plan, plan

MATRIX_SHARE = 8
"""Multiplications in matrix products, for each number computed otherwise, from which BLAS is faster (measured)."""


@dataclass(frozen=True)
class Job:
    """The values of the nodes `outputs` and, with `gradients`, derivatives of the only one of them.

    The derivatives are by the first `parameters` parameters and, with `by_input`, by every input, per sample. With
    `summed`, the output and its derivatives by parameters are summed over the samples, and the number of samples is a
    second output. `mends` is as for `lowering.forward`.
    """

    graph: Graph
    parameters: int
    outputs: tuple[int, ...]
    gradients: bool = False
    summed: bool = False
    by_input: bool = False
    mends: bool = True

    @cached_property
    def inputs(self) -> int:
        """How many numbers a sample has."""
        return int((self.graph.codes == INPUT).sum())

    @property
    def is_of_neurons(self) -> bool:
        """Whether most operands belong to weighted sums, which may become matrix products."""
        graph = self.graph
        counts = np.diff(graph.starts)
        neurons = [code for code, row in enumerate(graph.rows) if row in (DOT, WEIGHTED_SUM)]
        return bool(2 * counts[np.isin(graph.codes, neurons)].sum() > counts.sum())

    @property
    def is_of_matrices(self) -> bool:
        """Whether matrix products are so much of the work that BLAS is faster than compiled loops."""
        if not self.is_of_neurons:
            return False
        products = others = 0
        for step in self.plan.each:
            if step.name in ("matrix_product", "sample_product"):
                products += step.out.slots.size * step.operands[0].slots.shape[1]
            else:
                others += step.out.slots.size
        return products >= MATRIX_SHARE * others

    @cached_property
    def lowered(self) -> Lowered:
        """The job as instructions, each for one number."""
        if self.gradients:
            return lower_gradients(self.graph, self.parameters, self.by_input * self.inputs, self.summed)
        return lower_values(self.graph, self.outputs, mends=self.mends)

    @cached_property
    def plan(self) -> Plan:
        """The job as array operations."""
        return plan(self.lowered, self.parameters, self.inputs)


Array = NDArray[np.float64]
Wanted = tuple[Array, Array, Array]
"""The job's outputs, its derivatives by parameters and those by inputs.

Each of shape (places, samples), or (places, 1) where none of them varies; the caller's to keep and to change.
"""


class Workspace(Protocol):
    """Memory to do a job on a number of samples, for one thread at a time."""

    def load(self, inputs: Sequence[Array]) -> None:
        """Take the inputs, each of shape (samples, numbers); they must not change while the workspace is in use."""

    def __call__(self, parameters: Array) -> Wanted:
        """The job's results for the parameters, of shape (parameters,), and for the inputs loaded last.

        NumPy's warnings are the caller's to switch off, once for many calls: infinities and nan are results here.
        """


class Run(ABC):
    """A job that is prepared to be run."""

    name = ""
    """The name of the executor, for those who ask what was taken."""
    is_quiet = False
    """Whether a single sample is worked without NumPy's arithmetic, which could warn."""

    @abstractmethod
    def workspace(self, samples: int) -> Workspace: ...

    def for_samples(self, samples: int) -> Run:
        """The run for so many samples."""
        return self

    def of_all_processes(self, number: int) -> list[int]:
        """The numbers with which the processes that share a batch call this: one process has its batch to itself."""
        return [number]


Executor = Callable[[Job], Run]


class Pool:
    """A run for any number of threads: each call borrows a workspace of its size, or makes another."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._idle: dict[int, list[Workspace]] = {}

    def __call__(self, parameters: Array, inputs: Sequence[Array], samples: int) -> Wanted:
        """The wanted places for parameters and inputs; see `Workspace`."""
        workspace = self._take(samples)
        try:
            workspace.load(inputs)
            if samples == 1 and self.run.for_samples(1).is_quiet:  # a tenth of a small program's time is saved
                return workspace(parameters)
            with np.errstate(all="ignore"):
                return workspace(parameters)
        finally:
            self._give_back(workspace, samples)

    def _take(self, samples: int) -> Workspace:
        try:  # another thread may be faster at any moment
            return self._idle[samples].pop()
        except (KeyError, IndexError):
            return self.run.workspace(samples)

    def _give_back(self, workspace: Workspace, samples: int) -> None:
        if samples not in self._idle and len(self._idle) > 1:
            self._idle.clear()  # sizes come and go: keep what two of them need
        self._idle.setdefault(samples, []).append(workspace)
