"""Walks over a graph: the order in which nodes can be visited, and the passes along it.

Any object with `operands` is a node here. Nothing recurses, so the depth of a graph has no limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar


class Node(Protocol):
    """What the passes need to see of a Value."""

    __slots__ = ()

    @property
    def operands(self) -> tuple[Any, ...]: ...


N = TypeVar("N", bound=Node)


def topological_order(*roots: N, known: set[N] | None = None) -> list[N]:
    """Every node that `roots` depend on, operands before the nodes that use them, each once.

    Depth first, left operand first: the order in which a person would work the expression out. Nodes in
    `known` are left out with all below them; those in the order are added to it.
    """
    order: list[N] = []
    seen: set[N] = set() if known is None else known
    for node in interior_order(*(root for root in roots if root.operands), known=seen):
        for operand in node.operands:
            if not operand.operands and operand not in seen:
                seen.add(operand)
                order.append(operand)
        order.append(node)
    for root in roots:
        if not root.operands and root not in seen:
            seen.add(root)
            order.append(root)
    return order


def interior_order(*roots: N, known: set[N] | None = None) -> list[N]:
    """The same order without the leaves (save for roots that are leaves)."""
    order: list[N] = []
    seen: set[N] = set() if known is None else known
    stack: list[N | None] = [*reversed(roots)]
    pop, push, place, mark = stack.pop, stack.append, order.append, seen.add
    while stack:
        node = pop()
        if node is None:  # the marker above a node whose operands are placed by now
            place(pop())  # type: ignore[arg-type]
        elif node not in seen:
            mark(node)
            push(node)
            push(None)
            for operand in node.operands[::-1]:
                if operand.operands and operand not in seen:
                    push(operand)
    return order


def reverse_pass(root: Any, seed: float) -> None:
    """Add d(root)/d(leaf) · seed to the `grad` of every leaf; set that of every interior node.

    A leaf keeps what earlier passes left in it, an interior node holds the adjoint of this pass alone.
    The chain rule: by the time a node is reached, every node that uses it has handed it its share.
    """
    if not root.operands:
        root.grad += seed
        return
    order = interior_order(root)
    for node in order:
        node.grad = 0.0
    root.grad = seed
    for node in reversed(order):
        operands, local_derivatives = node.operands, node.local_derivatives
        adjoint = node.grad
        if len(operands) == 2:  # the loop below, unrolled: half the time of the pass on elementary graphs
            left, right = operands
            by_left, by_right = local_derivatives
            left.grad += adjoint * by_left
            right.grad += adjoint * by_right
        else:
            for operand, local_derivative in zip(operands, local_derivatives):
                operand.grad += adjoint * local_derivative


def reverse_sweep(order: Sequence[Any], seeds: Mapping[Any, float]) -> dict[Any, float]:
    """Σ seed · d(output)/d(node) for every node of `order`; the reverse pass without a trace in the graph.

    `seeds` gives each output its seed; nodes that no output depends on are left out.
    """
    adjoints = dict(seeds)
    for node in reversed(order):
        adjoint = adjoints.get(node)
        if adjoint is not None:
            for operand, local_derivative in zip(node.operands, node.local_derivatives):
                adjoints[operand] = adjoints.get(operand, 0.0) + adjoint * local_derivative
    return adjoints


def forward_sweep(order: Sequence[Any], seeds: Mapping[Any, float]) -> dict[Any, float]:
    """Σ seed · d(node)/d(input) for every node of `order`; `seeds` gives each input its seed.

    Forward mode by the same local derivatives: where the reverse pass shares out, this one gathers.
    """
    tangents = dict(seeds)
    for node in order:
        if node not in tangents and node.operands:
            tangents[node] = sum(
                tangents[operand] * local_derivative
                for operand, local_derivative in zip(node.operands, node.local_derivatives)
                if operand in tangents
            )
    return tangents
