"""Walks over a graph: the order in which nodes can be visited, and the passes along it.

Any object with `operands` is a node here; `reverse_pass` alone works on the slots of a `Value`. Nothing recurses, so
the depth of a graph has no limit.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from operator import add, mul
from typing import Any, Protocol, TypeVar

from tinygrad_notes.picking import NOTHING


class Node(Protocol):
    """What the passes need to see of a Value."""

    __slots__ = ()

    @property
    def operands(self) -> tuple[Any, ...]: ...


N = TypeVar("N", bound=Node)


Edges = Callable[[Any, Any], Iterable[tuple[Any, Any]]]
"""(node, its adjoint) ↦ pairs of an operand and the local derivative by it."""
Seeds = Mapping[Any, Any]
Times = Callable[[Any, Any], Any]
Total = Callable[[list[Any]], Any]


def topological_order(*roots: N, known: set[N] | None = None) -> list[N]:
    """Every node that `roots` depend on, operands before the nodes that use them, each once.

    Depth first, left operand first: a person would work the expression out in this order. Nodes in `known` are left
    out, and so is all below them. The nodes of the order are added to `known`.
    """
    order: list[N] = []
    seen: set[N] = set() if known is None else known
    stack: list[N | None] = [*reversed(roots)]
    pop, push, place, mark = stack.pop, stack.append, order.append, seen.add
    while stack:
        node = pop()
        if node is None:  # the marker above a node whose operands are placed by now
            place(pop())  # type: ignore[arg-type]  # never a second marker
        elif node not in seen:
            mark(node)
            if not (operands := node.operands):
                place(node)
                continue
            push(node)
            push(None)
            for operand in reversed(operands):
                if operand not in seen:
                    push(operand)
    return order


def _interior_order(root: Any, placed: float) -> list[Any]:
    """The same over the slots of a `Value`, without the leaves: three times as fast.

    Instead of a set, marks in `grad` say how far a node is: `placed` stays in the `grad` of every node of the order.
    """
    visited = float("0")  # known by identity, as `placed`; and still a float, should an interrupt leave it in a `grad`
    order: list[Any] = []
    stack = [root]
    while stack:
        node = stack.pop()
        grad = node._grad
        if grad is visited:  # the second time: its operands are placed by now, and copies of it lie further down
            order.append(node)
            node._grad = placed
        elif grad is not placed:
            if grad and node.by_rest.__class__ is float:  # the second pass over a node with an UNWRITTEN number
                node.operands  # noqa: B018  # makes the number a leaf, with the gradient of the first pass
            node._grad = visited
            stack.append(node)
            if node.rest:
                stack.extend([x for x in node.rest[::-1] if x.left is not None and x._grad is not placed])
            operand = node.right
            if operand is not None and operand.left is not None and operand._grad is not placed:
                stack.append(operand)
            operand = node.left
            if operand.left is not None and operand._grad is not placed:
                stack.append(operand)
    return order


def reverse_pass(root: Any, seed: float) -> None:
    """Add d(root)/d(leaf) · seed to the `grad` of every leaf; set the `grad` of every interior node.

    A leaf adds up over passes; an interior node holds the adjoint of this pass alone.
    The chain rule: when the pass reaches a node, all nodes that use it have handed it their shares.
    """
    if root.left is None:
        root._grad += seed
        return
    untouched = float("0")  # one object of this pass: no share has been added to the adjoint of a node that holds it
    order = _interior_order(root, placed=untouched)
    root._grad = seed
    for node in reversed(order):
        adjoint = node._grad
        if adjoint is untouched:  # it was not picked; NOTHING, added to a number, leaves the object itself
            continue
        node.left._grad += adjoint * node.by_left
        if node.right is not None:
            node.right._grad += adjoint * node.by_right
            if node.rest:
                for operand, local_derivative in zip(node.rest, node.by_rest):
                    operand._grad += adjoint * local_derivative


def stored_edges(node: Any, adjoint: Any) -> Iterable[tuple[Any, float]]:
    """Every operand of a Value with the local derivative that the Value stores."""
    return zip(node.operands, node._slopes)


def counting_edges(node: Any, adjoint: Any) -> Iterable[tuple[Any, int]]:
    """Every operand with a 1: a sweep along these edges counts the paths."""
    return zip(node.operands, repeat(1))


def added(shares: Iterable[float]) -> float:
    """The sum of floats, from the left as in `reverse_pass`."""
    return functools.reduce(add, shares, 0.0)


def reverse_sweep(
    order: Sequence[Any], seeds: Seeds, edges: Edges = stored_edges, times: Times = mul, total: Total = added
) -> dict[Any, Any]:
    """Σ seed · d(output)/d(node) for every node that an output depends on. The graph itself does not change.

    The chain rule over numbers of any kind: floats, Values, intervals. `reverse_pass` does the same over the slots of
    a `Value`, more than three times as fast.

    Args:
        order: the nodes, operands before their users; edges may lead to nodes outside it.
        seeds: the seed of each output.
        edges: takes a node and its adjoint; gives the operands that get a share, each with its local derivative.
        times: gives a share, adjoint · local derivative.
        total: gives an adjoint, the sum of its shares; the last user's share is the first.
    """
    shares: dict[Any, list[Any]] = {output: [seed] for output, seed in seeds.items()}
    adjoints: dict[Any, Any] = {}
    for node in reversed(order):
        if node not in shares:
            continue
        parts = shares.pop(node)
        adjoint = adjoints[node] = total(parts) if parts else NOTHING
        for operand, local_derivative in edges(node, adjoint):
            parts = shares.setdefault(operand, [])
            if adjoint is not NOTHING and local_derivative is not NOTHING:
                parts.append(times(adjoint, local_derivative))
    for node, parts in shares.items():  # those outside the order
        adjoints[node] = total(parts) if parts else NOTHING
    return adjoints


def forward_sweep(
    order: Sequence[Any], seeds: Seeds, edges: Edges = stored_edges, times: Times = mul, total: Total = added
) -> dict[Any, Any]:
    """Σ seed · d(node)/d(input) for every node of `order` that depends on an input.

    `seeds` holds the seed of each input. Forward mode uses the same local derivatives: the reverse sweep shares out,
    this one gathers.
    """
    tangents = dict(seeds)
    for node in order:
        if node not in tangents and not tangents.keys().isdisjoint(node.operands):
            moving = [(tangents[x], slope) for x, slope in edges(node, None) if x in tangents]
            parts = [times(tangent, slope) for tangent, slope in moving if tangent is not NOTHING is not slope]
            tangents[node] = total(parts) if parts else NOTHING
    return tangents
