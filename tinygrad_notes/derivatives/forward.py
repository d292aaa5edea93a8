"""Forward mode over Values, by the same local derivatives as the reverse pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinygrad_notes.derivatives.reverse import Scalar, edges_of, times, total
from tinygrad_notes.passes import forward_sweep, topological_order
from tinygrad_notes.refusals import counted
from tinygrad_notes.value import Value, as_value


def directional_derivatives(
    outputs: Sequence[Value], inputs: Sequence[Value], directions: Sequence[Scalar]
) -> list[Value]:
    """Σ d(output)/d(input) · direction for every output, as Values that can be differentiated again.

    Raises ValueError where there are not as many directions as inputs.

    Example:
        >>> x, y = Value(2.0), Value(3.0)
        >>> [d.data for d in directional_derivatives([x * y, x + y], [x, y], [1.0, 10.0])]
        [23.0, 11.0]
    """
    if len(directions) != len(inputs):
        got = f"{len(directions)} for {counted(len(inputs), 'input')}"
        raise ValueError(f"one direction per input is needed, got {got}")
    tangents: dict[Value, Any] = {
        node: direction if isinstance(direction, Value) else float(direction)
        for node, direction in zip(inputs, directions, strict=True)
    }
    order = topological_order(*outputs)
    given = set(inputs)
    tangents = forward_sweep(order, tangents, lambda node, _: edges_of(node, given), times, total)
    return [as_value(tangents.get(output, 0.0)) for output in outputs]
