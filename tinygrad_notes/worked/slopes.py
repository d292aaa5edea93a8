"""Derivatives as a person writes them: Values whose operands are the numbers that are read off the page.

The rules are the table's own, read over Values; factors of one are left out, as on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinygrad_notes import functions
from tinygrad_notes.derivatives.reverse import times
from tinygrad_notes.nn.activations import Activation, activation_row
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import Value


def fresh(number: Any) -> Value:
    """`number` as a Value of its own, free to be labeled: copied where it stands for another quantity."""
    if not isinstance(number, Value):
        return Value(number)
    return functions.identity(number) if number.label else number


def slopes(activation: Activation, z: Value, a: Value) -> tuple[Value, ...]:
    """σ′(z) in every way a person may work it out: from the output a where textbooks do, then from z itself."""
    row = activation_row(activation)
    if row is None or row.arity != 1:
        return (fresh(derivative(a, z)),)
    by_rule = row.read(functions)[1](z, a)[0]
    if row.on_paper is None:
        return (fresh(by_rule),)
    return fresh(row.on_paper(a)), fresh(by_rule)


def through_softmax(outputs: Sequence[Value], back: Sequence[Value]) -> list[Value]:
    """What flows back through a softmax: δᵢ = aᵢ (∂C/∂aᵢ - Σⱼ aⱼ ∂C/∂aⱼ)."""
    mixed = functions.dot(outputs, back)
    return [a * (g - mixed) for a, g in zip(outputs, back, strict=True)]


def derivative(output: Value, by: Value) -> Value | float:
    """d(output)/d(by) as a graph over the Values between the two, which need not be leaves.

    `derivatives.gradients` would walk the whole graph below `by` too, once for every number of a sheet.
    """
    adjoints: dict[Value, Any] = {output: 1.0}
    for node in reversed(topological_order(output, known={by})):
        adjoint = adjoints.get(node)
        if adjoint is None or node.operation is None:
            continue
        for operand, local in zip(node.operands, node.operation.read(functions)[1](*node.operands, node), strict=True):
            share = times(adjoint, local)
            adjoints[operand] = adjoints[operand] + share if operand in adjoints else share
    slope: Value | float = adjoints.get(by, 0.0)
    return slope
