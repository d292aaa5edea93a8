"""Results that an executor found to be nan, computed again where the table picks among operands or takes a gap.

Executors multiply every slope, so an operand that was not picked may give 0 · ∞. They also compute the gap between
equal infinities as ∞ - ∞. Both always show as a nan. So only samples with a nan are computed again, one by one over
floats: there an operand that was not picked does not matter (see `tinygrad_notes.picking`), and the gap between equal
infinities is 0. All other batches only pay for the search for a nan.
"""

from __future__ import annotations

import math

import numpy as np

from tinygrad_notes.operations import GAP
from tinygrad_notes.replay.executors.interface import Array, Job, Wanted
from tinygrad_notes.replay.executors.python import PythonRun
from tinygrad_notes.replay.recording import Graph


def can_be_mended(graph: Graph) -> bool:
    """Whether a nan among the derivatives may come from an operand not picked, from an overflow, or from a gap."""
    return has_gaps(graph) or any(row.picks or row.overflows for row in graph.rows)


def has_gaps(graph: Graph) -> bool:
    """Whether a nan among the values may come from equal infinities."""
    return any(row is GAP for row in graph.rows)


def has_nan(numbers: Array) -> bool:
    """Whether there is a nan among the numbers: to `argmax` it is the largest of all, at a tenth of `isnan`'s time."""
    return numbers.size > 0 and math.isnan(numbers.item(numbers.argmax()))


def mended(graph: Graph, numbers: Array, inputs: list[Array], found: Wanted, samples: int) -> Wanted:
    """Values and derivatives per sample from an executor, with every nan among them computed again.

    `numbers` are the parameters', `inputs` of shape (samples, numbers).
    """
    values, by_parameter, by_input = (np.broadcast_to(part, (len(part), samples)).copy() for part in found)
    derives = len(by_parameter) + len(by_input) > 0
    run = PythonRun(Job(graph, len(numbers), graph.outputs, derives, False, len(by_input) > 0))
    X = np.concatenate(inputs, 1)
    unknown = np.isnan(values)
    again = unknown.any(0) | np.isnan(by_parameter).any(0) | np.isnan(by_input).any(0)
    for sample in np.flatnonzero(again).tolist():
        worked, by_parameter[:, sample], by_input[:, sample] = run.worked(X[sample].tolist(), numbers.tolist())
        values[:, sample] = np.where(unknown[:, sample], worked, values[:, sample])
    return values, by_parameter, by_input
