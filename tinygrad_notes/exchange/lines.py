"""Straight lines: every number of a recorded path, its results' derivatives among them, computed one after another.

As `replay.lowering`, but for one sample, and for code that runs on its own. Nothing comes afterwards to mend what was
not picked (see `tinygrad_notes.picking`), so how an adjoint flows through such an operation is an instruction here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tinygrad_notes.number_systems import floats
from tinygrad_notes.operations import Operation
from tinygrad_notes.passes import reverse_sweep
from tinygrad_notes.picking import NOTHING
from tinygrad_notes.replay import tape as places
from tinygrad_notes.replay.branches import Branch
from tinygrad_notes.replay.graph import INPUT, PARAMETER, Graph, Guard
from tinygrad_notes.replay.lowering import forward
from tinygrad_notes.replay.tape import Place, Tape

PICKED, BEYOND = "picked", "beyond"
"""adjoint · slope, for an operation that picks and for one that may overflow."""

FUNCTIONS = floats.ELEMENTWISE | {"total", "dot", "largest", PICKED, BEYOND}
"""The names of all instructions."""


@dataclass(frozen=True)
class Lines:
    """The instructions of one recorded path, and where on the tape things are.

    `by_input[i]` and `by_parameter[i]` are the derivatives of result i. A guard comes with the places of its two sides.
    """

    tape: Tape
    guards: tuple[tuple[Guard, int, int], ...]
    results: tuple[int, ...]
    by_input: tuple[tuple[int, ...], ...] = ()
    by_parameter: tuple[tuple[int, ...], ...] = ()


def written(branch: Branch, parameters: int, derivatives: bool) -> Lines:
    """The lines of a branch; with its derivatives by every input and every parameter if asked for."""
    graph = branch.graph
    tape, values = forward(graph, mends=False)

    def place(number: Any) -> int:
        return tape.place_of(number).index

    guards = tuple([(guard, place(values[guard.left]), place(values[guard.right])) for guard in branch.guards])
    results = tuple([place(values[output]) for output in graph.outputs])
    if not derivatives:
        return Lines(tape, guards, results)
    by_input: list[tuple[int, ...]] = []
    by_parameter: list[tuple[int, ...]] = []
    inputs = int((graph.codes == INPUT).sum())
    for output in graph.outputs:
        adjoints = _adjoints(graph, values, output)
        for kind, count, found in ((INPUT, inputs, by_input), (PARAMETER, parameters, by_parameter)):
            row: list[Any] = [0.0] * count
            for node, adjoint in adjoints.items():
                if graph.codes[node] == kind:
                    row[int(graph.leaves[node])] = adjoint
            found.append(tuple(map(place, row)))
    return Lines(tape, guards, results, tuple(by_input), tuple(by_parameter))


def _adjoints(graph: Graph, values: list[Any], output: int) -> dict[int, Any]:
    """d(output)/d(node) by the number of the node."""
    rules = [row.read(places)[1] for row in graph.rows]
    codes, used = graph.codes.tolist(), graph.used

    def edges(node: int, adjoint: Any) -> Iterator[tuple[int, Any]]:
        if codes[node] >= 0 and adjoint is not NOTHING:
            row, given, out = graph.rows[codes[node]], [values[operand] for operand in used[node]], values[node]
            for operand, slope in zip(used[node], rules[codes[node]](*given, out)):
                yield operand, slope if slope is NOTHING else _flow(row, adjoint, slope, given, out)

    return reverse_sweep(
        range(output + 1), {output: (1.0, 1.0)}, edges, lambda _, flow: flow, lambda flows: places.dot(*zip(*flows))
    )


def _flow(row: Operation, adjoint: Any, slope: Any, given: list[Any], out: Any) -> tuple[Any, Any]:
    """The two factors of what goes on to an operand: adjoint and slope, where nothing can go wrong between them."""
    if slope.__class__ is not Place:
        return adjoint, slope
    if row.picks:
        return _apply(PICKED, slope, adjoint), 1.0
    if row.overflows and adjoint.__class__ is Place:
        return _apply(BEYOND, slope, adjoint, out, given[0]), 1.0
    return adjoint, slope


def _apply(name: str, slope: Place, *others: Any) -> Place:
    tape = slope.tape
    return tape.write(name, tuple([tape.place_of(number).index for number in (slope, *others)]))


Column = dict[str, Callable[..., str]]
"""How each instruction is written in another language, from its operands as they are written there."""
