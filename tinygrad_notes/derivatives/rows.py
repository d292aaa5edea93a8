"""The Jacobian of a graph in one sweep: every node has a row of numbers, not a single one.

A sweep for each output would walk the graph once per output. Here it is walked once in all. Where most nodes depend on
few inputs, each node keeps the tangents by these. Else the rows are NumPy arrays: of tangents by all inputs, going
forward; or of adjoints of all outputs, going back. For 50 to 500 outputs that is 5 to 100 times as fast
(benchmarks/second_order.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEW = 4
"""Inputs that a node depends on, on average, up to which tangents one by one are faster than NumPy's rows."""
WIDTH = 256
"""Numbers in a row at most: of wider ones a graph takes much memory."""


def jacobian_rows(order: Sequence[Any], inputs: Sequence[Any], outputs: Sequence[Any]) -> NDArray[np.float64]:
    """d(output)/d(input), of shape (outputs, inputs), for nodes in topological order.

    An entry is 0 where the output does not depend on the input, even beside infinite slopes.
    """
    import numpy as np

    depends = dependence(order, inputs)
    sweeps = -(-min(len(inputs), len(outputs)) // WIDTH)
    if sum(map(int.bit_count, depends.values())) > FEW * sweeps * len(depends):
        interior = list(depends)[len(inputs) :]
        with np.errstate(all="ignore"):
            if len(inputs) < len(outputs):
                found = _by_tangents(interior, inputs, outputs)
            else:
                found = _by_adjoints(interior, depends, inputs, outputs)
        if np.isfinite(found).all():  # else a 0 of a row may have met an infinite slope, and 0 · ∞ is nan
            return found
    return _one_by_one(_tangents(depends, inputs), inputs, outputs)


def dependence(order: Sequence[Any], inputs: Sequence[Any]) -> dict[Any, int]:
    """The inputs, then every node that depends on them, in order: bit k is set where it depends on input k."""
    found = {node: 1 << k for k, node in enumerate(inputs)}
    for node in order:
        if node not in found:
            bits = 0
            for operand in node.operands:
                bits |= found.get(operand, 0)
            if bits:
                found[node] = bits
    return found


def _tangents(depends: Mapping[Any, int], inputs: Sequence[Any]) -> dict[Any, dict[int, float]]:
    """For each node d(node)/d(input), by the positions of the inputs that it depends on."""
    found = {node: {k: 1.0} for k, node in enumerate(inputs)}
    for node in list(depends)[len(inputs) :]:
        row: dict[int, float] = {}
        for operand, slope in zip(node.operands, node._slopes):
            if operand in depends:
                for k, tangent in found[operand].items():
                    row[k] = row[k] + tangent * slope if k in row else tangent * slope
        found[node] = row
    return found


def _one_by_one(
    tangents: Mapping[Any, Mapping[int, float]], inputs: Sequence[Any], outputs: Sequence[Any]
) -> NDArray[np.float64]:
    import numpy as np

    rows = [tangents.get(output, {}) for output in outputs]
    places = [i * len(inputs) + k for i, row in enumerate(rows) for k in row]
    found = np.zeros(len(outputs) * len(inputs))
    found[places] = [tangent for row in rows for tangent in row.values()]
    return found.reshape(len(outputs), len(inputs))


def _by_tangents(interior: Sequence[Any], inputs: Sequence[Any], outputs: Sequence[Any]) -> NDArray[np.float64]:
    """Forward: the row of a node is the sum of its operands' rows, each times the local derivative."""
    import numpy as np

    found = np.zeros((len(outputs), len(inputs)))
    for start in range(0, len(inputs), WIDTH):
        part = found[:, start : start + WIDTH]
        rows: dict[Any, Any] = dict(zip(inputs, np.eye(len(inputs), part.shape[1], -start)))
        for node in interior:
            row = None
            for operand, slope in zip(node.operands, node._slopes):
                if operand in rows:
                    share = rows[operand] if slope == 1.0 else rows[operand] * slope
                    row = share if row is None else row + share
            rows[node] = row
        for i, output in enumerate(outputs):
            part[i] = rows.get(output, 0.0)
    return found


def _by_adjoints(
    interior: Sequence[Any], depends: Mapping[Any, int], inputs: Sequence[Any], outputs: Sequence[Any]
) -> NDArray[np.float64]:
    """In reverse: every node passes its row to its operands, times the local derivative."""
    import numpy as np

    found = np.zeros((len(outputs), len(inputs)))
    for start in range(0, len(outputs), WIDTH):
        part = found[start : start + WIDTH]
        rows: dict[Any, Any] = {}
        for output, unit in zip(outputs[start : start + WIDTH], np.eye(len(part))):
            rows[output] = rows[output] + unit if output in rows else unit
        for node in reversed(interior):
            row = rows.pop(node, None)
            if row is None:
                continue
            for operand, slope in zip(node.operands, node._slopes):
                if operand in depends:
                    share = row if slope == 1.0 else row * slope
                    rows[operand] = rows[operand] + share if operand in rows else share
        for k, node in enumerate(inputs):
            part[:, k] = rows.get(node, 0.0)
    return found
