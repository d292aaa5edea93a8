"""A job: the results that an executor computes from a recorded graph."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tinygrad_notes.operations import DOT, WEIGHTED_SUM
from tinygrad_notes.replay.lowering import Lowered, lower_gradients, lower_values
from tinygrad_notes.replay.plan import Plan, plan
from tinygrad_notes.replay.recording import INPUT, Graph

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
