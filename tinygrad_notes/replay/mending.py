"""Derivatives that an executor found to be nan, worked once more where the table picks among operands.

Executors multiply every slope, and the 0 that flows to an operand that was not picked makes 0 · ∞ there. That always
shows as a nan, so only samples with a nan are worked again: one by one over floats, for which an operand that was not
picked does not matter (see `tinygrad_notes.picking`). All other batches pay for a look at their gradients.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.number_systems import floats
from tinygrad_notes.passes import reverse_sweep
from tinygrad_notes.replay.executors import Wanted
from tinygrad_notes.replay.recording import INPUT, NUMBER, PARAMETER, Graph

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
    X = np.concatenate(inputs, 1)
    for sample in np.flatnonzero(np.isnan(by_parameter).any(0) | np.isnan(by_input).any(0)).tolist():
        adjoints = _adjoints(graph, numbers.tolist(), X[sample].tolist())
        for kind, derivatives in ((PARAMETER, by_parameter), (INPUT, by_input)):
            if len(derivatives):
                derivatives[:, sample] = 0.0
                for leaf in np.flatnonzero(graph.codes == kind).tolist():
                    derivatives[int(graph.leaves[leaf]), sample] = adjoints.get(leaf, 0.0)
    return values, by_parameter, by_input


def _adjoints(graph: Graph, parameters: list[float], sample: list[float]) -> dict[int, float]:
    """d(output)/d(node) by the number of the node, for a graph with one output."""
    rules = [row.read(floats) for row in graph.rows]
    starts, operands = graph.starts.tolist(), graph.operands.tolist()
    used = [operands[start:stop] for start, stop in pairwise(starts)]
    values: list[float] = []
    slopes: list[tuple[Any, ...]] = []
    for code, leaf, places in zip(graph.codes.tolist(), graph.leaves.tolist(), used):
        if code < 0:
            values.append(leaf if code == NUMBER else (sample if code == INPUT else parameters)[int(leaf)])
            slopes.append(())
        else:
            value, derivatives = rules[code]
            given = [values[place] for place in places]
            values.append(value(*given))
            slopes.append(derivatives(*given, values[-1]))

    def edges(node: int, adjoint: float) -> Iterable[tuple[int, Any]]:
        return zip(used[node], slopes[node])

    return reverse_sweep(range(len(used)), {graph.outputs[0]: 1.0}, edges)
