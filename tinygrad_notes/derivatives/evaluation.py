"""Reading an existing graph again: over another number system, or at other numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tinygrad_notes.rules import Rules
from tinygrad_notes.value import Value


def rules_of(node: Value, m: Any) -> Rules:
    """The value and derivative functions of the operation that made `node`, over the number system `m`."""
    if node.operation is None:
        raise ValueError(f"{node!r} is a leaf, which no operation made")
    return node.operation.read(m)


def evaluate(order: Sequence[Value], given: Mapping[Value, Any], m: Any) -> dict[Value, Any]:
    """The number of every node of `order` in the number system `m`; the numbers of some nodes are `given`.

    Branches stay as they were taken when the graph was built.

    Example:
        >>> from tinygrad_notes.number_systems import complexes
        >>> from tinygrad_notes.passes import topological_order
        >>> x = Value(2.0)
        >>> y = x * x
        >>> evaluate(topological_order(y), {x: 3 + 1j}, complexes)[y]
        (8+6j)
    """
    numbers = dict(given)
    for node in order:
        if node in numbers:
            continue
        if node.operands and node.operation is not None:
            numbers[node] = node.operation.read(m)[0](*(numbers[operand] for operand in node.operands))
        else:
            numbers[node] = node._data
    return numbers
