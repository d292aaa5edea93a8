"""Neurons written out one multiplication and one addition at a time, gathered into one node each.

A tree of sums whose leaves are products, each used nowhere else, is Σ wᵢxᵢ + Σ bⱼ, which is one `weighted_sum`. As
one node it takes part in a matrix product like any other neuron. Only the order of the additions changes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from tinygrad_notes.operations import ADD, DOT, MULTIPLY, SUM, WEIGHTED_SUM, Operation
from tinygrad_notes.replay.recording import Graph

_GONE = -1


def gather_linear_forms(graph: Graph) -> Graph:
    """The same graph, with one weighted sum for every tree of at least two products that nothing else uses."""
    code_of = {row: code for code, row in enumerate(graph.rows)}
    if MULTIPLY not in code_of or not {ADD, SUM} & set(code_of):
        return graph
    forms = _Forms(graph, code_of)
    return forms.rewritten() if forms.found else graph


class _Forms:
    """The linear forms of a graph: `found[root]` is its products' factors and its other terms."""

    def __init__(self, graph: Graph, code_of: dict[Operation, int]) -> None:
        self.graph = graph
        self.codes, self.used = graph.codes.tolist(), graph.used
        self._sums = {code_of[row] for row in (ADD, SUM) if row in code_of}
        self._product = code_of[MULTIPLY]
        uses = np.bincount(graph.operands, minlength=len(graph))
        uses[graph.ends] += 2  # they stay nodes of their own
        self._uses = uses.tolist()
        self.found: dict[int, tuple[list[int], list[int], list[int]]] = {}
        self.absorbed: set[int] = set()
        self._inside: set[int] = set()  # parts of a tree that has been looked at from its root
        for node in range(len(graph) - 1, -1, -1):
            if self.codes[node] in self._sums and node not in self._inside:
                self._look_below(node)

    def _look_below(self, root: int) -> None:
        ws: list[int] = []
        xs: list[int] = []
        others: list[int] = []
        inner: list[int] = []
        stack = [*reversed(self.used[root])]
        while stack:
            node = stack.pop()
            if self._uses[node] == 1 and self.codes[node] in self._sums:
                inner.append(node)
                stack.extend(self.used[node][::-1])
            elif self._uses[node] == 1 and self.codes[node] == self._product:
                inner.append(node)
                w, x = self.used[node]
                ws.append(w)
                xs.append(x)
            else:
                others.append(node)
        self._inside.update(inner)
        if len(ws) > 1:
            self.found[root] = (ws, xs, others)
            self.absorbed.update(inner)

    def rewritten(self) -> Graph:
        graph = self.graph
        rows = list(dict.fromkeys([*graph.rows, DOT, SUM, WEIGHTED_SUM]))
        code_of = {row: code for code, row in enumerate(rows)}
        codes: list[int] = []
        leaves: list[float] = []
        operands: list[int] = []
        starts = [0]
        new: list[int] = [_GONE] * len(graph)

        def append(code: int, leaf: float, used: list[int]) -> int:
            codes.append(code)
            leaves.append(leaf)
            operands.extend(used)
            starts.append(len(operands))
            return len(codes) - 1

        old_leaves: list[Any] = graph.leaves.tolist()
        for node, code in enumerate(self.codes):
            if node in self.absorbed:
                continue
            if node not in self.found:
                new[node] = append(code, old_leaves[node], [new[operand] for operand in self.used[node]])
                continue
            ws, xs, others = ([new[operand] for operand in part] for part in self.found[node])
            if len(others) == 1:
                new[node] = append(code_of[WEIGHTED_SUM], 0.0, [*ws, *xs, *others])
                continue
            new[node] = append(code_of[DOT], 0.0, [*ws, *xs])
            if others:
                new[node] = append(code_of[SUM], 0.0, [*others, new[node]])
        moved = [replace(guard, left=new[guard.left], right=new[guard.right]) for guard in graph.guards]
        return Graph(
            tuple(rows),
            np.array(codes, np.int16),
            np.array(starts, np.int32),
            np.array(operands, np.int32),
            np.array(leaves),
            tuple(new[output] for output in graph.outputs),
            tuple(moved),
            {new[node]: label for node, label in graph.labels.items() if new[node] != _GONE},
        )
