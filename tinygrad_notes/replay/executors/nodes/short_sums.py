"""Long sums as sums of short ones, so that a node needs few registers however many terms it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.operations import DOT, SUM, WEIGHTED_SUM, Operation
from tinygrad_notes.replay.recording import Graph

MOST_TERMS = 8


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
