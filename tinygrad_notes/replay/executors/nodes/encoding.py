"""A graph as integers: of every node its kind, and the rows of its operands.

Rows belong to the inputs, the parameters, the plain numbers and then to the nodes, in the order in which these are
worked. Long sums become sums of short ones first, so that a node needs few registers however many terms it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.operations import DOT, SUM, WEIGHTED_SUM, Operation
from tinygrad_notes.replay.executors.interface import Job
from tinygrad_notes.replay.executors.nodes.order import (
    NONE,
    Code,
    in_groups,
    mark_ancestors,
    mark_descendants,
    place_adjoints,
)
from tinygrad_notes.replay.executors.nodes.routines import Kind, Routines, routines
from tinygrad_notes.replay.graph import INPUT, NUMBER, PARAMETER, Graph

Index = NDArray[np.int32]
Mask = NDArray[np.bool_]

WINDOW = 2**15
"""How many nodes are put in order at a time: groups grow with it, and so does the way from a node to its operands."""
BUILT_IN_NUMBERS = 64
"""How many of the commonest plain numbers are built into the routines; the others are loaded like any operand."""
MOST_TERMS = 8
"""How many terms a short sum has at most."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A job as integers.

    `leaves` are the plain numbers that have rows, `outputs` the rows of the wanted values, `seed` the row of the
    adjoint that the reverse pass begins with, or NONE; `adjoint_rows` is how many of these there are.
    """

    code: Code
    routines: Routines
    leaves: NDArray[np.float64]
    outputs: Index
    seed: int
    adjoint_rows: int

    def spread(self) -> Encoded:
        """The same with a row of adjoints for each row of values, in their order: those of a group lie side by side."""
        used = self.code.adjoints
        adjoints = np.where(used == NONE, NONE, np.arange(len(used))).astype(np.int32)
        seed = NONE if self.seed == NONE else int(self.outputs[0])
        return replace(self, code=self.code._replace(adjoints=adjoints), seed=seed, adjoint_rows=len(used))


def encoded(job: Job) -> Encoded:
    """The nodes that a job needs, as integers."""
    graph, moved = with_short_sums(job.graph)
    wanted_values = moved[list(job.outputs)]
    needed = np.zeros(len(graph), bool)
    needed[wanted_values] = True
    mark_ancestors(graph.starts, graph.operands, needed)
    wanted = job.gradients & ((graph.codes == PARAMETER) | ((graph.codes == INPUT) & job.by_input))
    mark_descendants(graph.starts, graph.operands, wanted)

    numbers = np.flatnonzero(needed & (graph.codes == NUMBER))
    distinct, which, counts = np.unique(graph.leaves[numbers].view(np.int64), return_inverse=True, return_counts=True)
    common = np.zeros(len(distinct), bool)
    common[np.argsort(-counts, kind="stable")[:BUILT_IN_NUMBERS]] = True
    built_in = np.zeros(len(graph), bool)
    built_in[numbers] = common[which]

    kind_of, kinds = _kinds(graph, needed & (graph.codes >= 0), wanted, built_in)
    order = np.empty((kind_of != NONE).sum(), np.int32)
    groups = np.empty((len(order), 2), np.int32)
    count = in_groups(kind_of, len(kinds), graph.starts, graph.operands, WINDOW, order, groups)

    rows = np.full(len(graph), NONE, np.int32)
    for kind, first in ((INPUT, 0), (PARAMETER, job.inputs)):
        leaves = graph.codes == kind
        rows[leaves] = graph.leaves[leaves] + first
    rows[numbers] = job.inputs + job.parameters + which
    first_node = job.inputs + job.parameters + len(distinct)
    rows[order] = np.arange(first_node, first_node + len(order))

    written = routines(kinds)
    used = _operands(graph, order)
    adjoints = np.full(first_node + len(order), NONE, np.int32)
    loaded = rows[used[~built_in[used]]]
    are_first = np.zeros(len(loaded), np.int8)
    code = Code(written.of_kind, written.instructions, groups[:count].copy(), loaded, adjoints, are_first)
    wanted_rows = np.zeros(len(adjoints), bool)
    wanted_rows[rows[rows >= 0]] = wanted[rows >= 0]
    outputs = rows[wanted_values]
    seed = NONE
    if job.gradients and wanted_rows[outputs[0]]:
        seed = adjoints[outputs[0]] = 0
    adjoint_rows = place_adjoints(code, wanted_rows, 1 + seed)
    return Encoded(code, written, distinct.view(np.float64), outputs, seed, adjoint_rows)


def _operands(graph: Graph, order: Index) -> Index:
    """The operands of the nodes in `order`, one node's behind the other's."""
    counts = np.diff(graph.starts)[order]
    before = np.cumsum(counts) - counts
    return np.asarray(graph.operands[np.repeat(graph.starts[order] - before, counts) + np.arange(counts.sum())])


def _kinds(graph: Graph, nodes: Mask, wanted: Mask, built_in: Mask) -> tuple[Index, list[Kind]]:
    """For each of `nodes` the number of its kind, NONE for all others; and the kinds."""
    _, number = np.unique(np.where(built_in, graph.leaves.view(np.int64), 0), return_inverse=True)
    features = (number * 2 + built_in) * 2 + wanted
    arities = np.diff(graph.starts)
    kind_of = np.full(len(graph), NONE, np.int32)
    kinds: list[Kind] = []
    for arity in np.unique(arities[nodes]).tolist():
        alike = np.flatnonzero(nodes & (arities == arity))
        used = graph.operands[graph.starts[alike][:, None] + np.arange(arity)]
        firsts, which = _classes([graph.codes[alike], *features[used].T])
        kind_of[alike] = which + len(kinds)
        for node, operands in zip(alike[firsts].tolist(), used[firsts]):
            numbers = [float(graph.leaves[i]) if built_in[i] else None for i in operands]
            kinds.append(Kind(graph.rows[graph.codes[node]], tuple(numbers), tuple(wanted[operands].tolist())))
    return kind_of, kinds


def _classes(columns: Iterable[NDArray[np.integer]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first position of every distinct row of a table given by its columns, and for each row which it is."""
    which = np.zeros(1, np.intp)
    for column in columns:
        _, firsts, which = np.unique(which * (column.max() + 1) + column, return_index=True, return_inverse=True)
    return firsts, which


# Short sums -----------------------------------------------------------------------------------------


def with_short_sums(graph: Graph) -> tuple[Graph, NDArray[np.int32]]:
    """The graph with no `sum`, `dot` or `weighted_sum` of more than MOST_TERMS terms, and where its nodes are in it."""
    rows = tuple(dict.fromkeys([*graph.rows, DOT, SUM]))
    code_of = {row: code for code, row in enumerate(rows)}
    terms = np.diff(graph.starts)
    terms[graph.codes != code_of[SUM]] //= 2
    sums = np.isin(graph.codes, [code_of[row] for row in (SUM, DOT, WEIGHTED_SUM) if row in code_of])
    long = np.flatnonzero(sums & (terms > MOST_TERMS)).tolist()
    split = [
        _split(rows[graph.codes[node]], graph.operands[graph.starts[node] : graph.starts[node + 1]].tolist(), code_of)
        for node in long
    ]
    more = np.zeros(len(graph), np.int32)
    more[long] = [len(nodes) - 1 for nodes in split]
    moved = np.arange(len(graph), dtype=np.int32) + np.cumsum(more, dtype=np.int32)
    codes: list[NDArray[np.int16]] = []
    counts: list[NDArray[np.int32]] = []
    operands: list[NDArray[np.int32]] = []

    def keep(first: int, last: int) -> None:
        codes.append(graph.codes[first:last])
        counts.append(np.diff(graph.starts[first : last + 1]))
        operands.append(moved[graph.operands[graph.starts[first] : graph.starts[last]]])

    kept = 0
    for node, nodes in zip(long, split):
        keep(kept, node)
        kept = node + 1
        first = int(moved[node]) - len(nodes) + 1
        for code, used in nodes:
            codes.append(np.array([code], np.int16))
            counts.append(np.array([len(used)], np.int32))
            operands.append(np.array([moved[i] if i >= 0 else first - 1 - i for i in used], np.int32))
    keep(kept, len(graph))
    starts = np.concatenate([np.zeros(1, np.int32), *counts]).cumsum(dtype=np.int32)
    leaves = np.zeros(len(starts) - 1)
    leaves[moved] = graph.leaves
    outputs = tuple(moved[list(graph.outputs)].tolist())
    short = replace(
        graph, rows=rows, codes=np.concatenate(codes), starts=starts, operands=np.concatenate(operands), leaves=leaves,
        outputs=outputs, guards=(), labels={},
    )  # fmt: skip
    return short, moved


def _split(row: Operation, used: list[int], code_of: Mapping[Operation, int]) -> list[tuple[int, list[int]]]:
    """The nodes that a long sum becomes, its own last; operand -1 is the first of them, -2 the second, …"""
    nodes: list[tuple[int, list[int]]] = []

    def short(parts: list[list[int]], code: int) -> list[int]:
        nodes.extend((code, part) for part in parts)
        return [-1 - i for i in range(len(nodes) - len(parts), len(nodes))]

    terms = used
    if row is not SUM:
        n = len(used) // 2
        pairs = [
            used[i : min(i + MOST_TERMS, n)] + used[n + i : min(i + MOST_TERMS, n) + n] for i in range(0, n, MOST_TERMS)
        ]
        terms = short(pairs, code_of[DOT]) + used[2 * n :]
    while len(terms) > MOST_TERMS:
        terms = short([terms[i : i + MOST_TERMS] for i in range(0, len(terms), MOST_TERMS)], code_of[SUM])
    return [*nodes, (code_of[SUM], terms)]
