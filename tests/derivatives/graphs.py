"""Random graphs over every operation, kept to places where rounding cannot hide an error.

A graph is grown node by node. A candidate node is taken only if its value and derivatives are moderate, no kink
or jump is near, and the rounding error that could have gathered in it, bounded along the way, is still small.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

from tinygrad_notes import Value
from tinygrad_notes.operations import TABLE, Operation
from tinygrad_notes.value import apply

SKIPPED = {"constant", "stop_gradient"}  # their derivative is not their value's, on purpose
OPERATIONS = [row for row in TABLE.values() if row.name not in SKIPPED]
NARY = 4  # operands given to an operation of any number of operands; even, as dot wants it
STEPPED = {"floor", "ceil", "sign", "greater", "less", "equal", "remainder"}
KINKED = {
    "abs",
    "relu",
    "leaky_relu",
    "elu",
    "maximum",
    "minimum",
    "amax",
    "amin",
    "clip",
    "where",
    "hypot",
    "norm",
    "pow",
    "atan2",
    *STEPPED,
}
LARGEST, STEEPEST, ROUGHEST = 50.0, 20.0, 1e-12
NEAR = 1e-3


@dataclass
class Graph:
    """Leaves, then nodes in topological order; `errors` bounds the rounding error in each one's value."""

    leaves: int
    nodes: list[Value] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    places: list[tuple[int, ...]] = field(default_factory=list)

    @property
    def output(self) -> Value:
        return self.nodes[-1]

    @property
    def inputs(self) -> list[Value]:
        return self.nodes[: self.leaves]


def random_graph(draw: random.Random, size: int) -> Graph:
    """A graph of `size` operations; its last nodes add up all that nothing else has used."""
    graph = Graph(leaves=draw.randint(1, 6))
    for _ in range(graph.leaves):
        graph.nodes.append(Value(draw.uniform(-2.0, 2.0)))
        graph.errors.append(0.0)
        graph.places.append(())
    while len(graph.nodes) < graph.leaves + size - 1:
        row = draw.choice(OPERATIONS)
        _try(graph, row, tuple(draw.randrange(len(graph.nodes)) for _ in range(_arity(row))))
    used = {place for places in graph.places for place in places}
    unused = tuple(place for place in range(len(graph.nodes)) if place not in used) or (0,)
    _add(graph, TABLE["mean"], unused)
    return graph


def _arity(row: Operation) -> int:
    if row.name == "weighted_sum":
        return NARY + 1
    return NARY if row.arity is None else row.arity


def _try(graph: Graph, row: Operation, places: tuple[int, ...]) -> None:
    numbers = [graph.nodes[place].data for place in places]
    if row.name in KINKED and _near_a_kink(row.name, numbers):
        return
    node = apply(row, tuple(graph.nodes[place] for place in places))
    finite = math.isfinite(node.data) and all(map(math.isfinite, node.local_derivatives))
    if not finite or abs(node.data) > LARGEST or max(map(abs, node.local_derivatives)) > STEEPEST:
        return
    if _error(graph, node, places) <= ROUGHEST:
        _add(graph, row, places)


def _near_a_kink(name: str, numbers: list[float]) -> bool:
    """Whether rounding, or a small step, could take another branch."""
    if name in ("hypot", "norm"):
        return max(map(abs, numbers)) < NEAR
    if name == "atan2":  # the cut along the negative axis, and the origin
        return abs(numbers[0]) < NEAR
    if name == "pow":
        return numbers[0] < NEAR
    if name == "where":
        return abs(numbers[0]) < NEAR
    if name == "clip":  # crossed bounds as well
        return numbers[2] - numbers[1] < NEAR or any(abs(numbers[0] - bound) < NEAR for bound in numbers[1:])
    if name == "remainder":
        if abs(numbers[1]) < NEAR:
            return True
        ratio = numbers[0] / numbers[1]
        return abs(ratio - round(ratio)) < NEAR
    if name in ("floor", "ceil"):
        return abs(numbers[0] - round(numbers[0])) < NEAR
    if name in ("maximum", "minimum", "amax", "amin", "greater", "less", "equal"):
        ordered = sorted(numbers, reverse=name == "amax")
        return abs(ordered[1] - ordered[0]) < NEAR
    return abs(numbers[0]) < NEAR


def _error(graph: Graph, node: Value, places: tuple[int, ...]) -> float:
    carried = sum(abs(slope) * graph.errors[place] for slope, place in zip(node.local_derivatives, places, strict=True))
    return carried + 8 * math.ulp(max(abs(node.data), 1.0))


def _add(graph: Graph, row: Operation, places: tuple[int, ...]) -> None:
    node = apply(row, tuple(graph.nodes[place] for place in places))
    graph.errors.append(_error(graph, node, places))
    graph.nodes.append(node)
    graph.places.append(places)


def sensitivities(graph: Graph) -> list[float]:
    """For every input the sum over paths of |product of local derivatives|: what errors are measured against."""
    totals = dict.fromkeys(graph.nodes, 0.0)
    totals[graph.output] = 1.0
    for node in reversed(graph.nodes):
        for operand, slope in zip(node.operands, node.local_derivatives, strict=True):
            totals[operand] += totals[node] * abs(slope)
    return [max(totals[node], 1e-5) for node in graph.inputs]  # below it, what rounds away beside 1 decides
