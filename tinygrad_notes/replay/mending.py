"""Derivatives that an executor found to be nan, worked once more where the table picks among operands.

Executors multiply every slope, and the 0 that flows to an operand that was not picked makes 0 · ∞ there. That always
shows as a nan, so only samples with a nan are worked again: one by one over floats, for which an operand that was not
picked does not matter (see `tinygrad_notes.picking`). All other batches pay for a look at their gradients.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.replay.executors import Wanted
from tinygrad_notes.replay.executors.python import PythonRun
from tinygrad_notes.replay.job import Job
from tinygrad_notes.replay.recording import Graph

Array = NDArray[np.float64]


def can_be_mended(graph: Graph) -> bool:
    """Whether a nan among the derivatives may come from what was not picked, or from an overflow."""
    return any(row.picks or row.overflows for row in graph.rows)


def has_nan(numbers: Array) -> bool:
    """Whether there is a nan among the numbers: to `argmax` it is the largest of all, at a tenth of `isnan`'s time."""
    return numbers.size > 0 and math.isnan(numbers.item(numbers.argmax()))


def mended(graph: Graph, numbers: Array, inputs: list[Array], found: Wanted, samples: int) -> Wanted:
    """Values and derivatives per sample, as an executor found them, with every nan derivative worked again.

    `numbers` are the parameters', `inputs` of shape (samples, numbers).
    """
    values = found[0]
    by_parameter, by_input = (np.broadcast_to(part, (len(part), samples)).copy() for part in found[1:])
    run = PythonRun(Job(graph, len(by_parameter), graph.outputs, True, False, len(by_input) > 0))
    X = np.concatenate(inputs, 1)
    for sample in np.flatnonzero(np.isnan(by_parameter).any(0) | np.isnan(by_input).any(0)).tolist():
        _, by_parameter[:, sample], by_input[:, sample] = run.worked(X[sample].tolist(), numbers.tolist())
    return values, by_parameter, by_input
