"""The graph of a recorded function as flat arrays, and how it is written anew.

Nodes are numbered with operands before their users. The first numbers belong to the inputs; then every node carries the
position of its row in `rows`, or says that it is a parameter or a constant.

Neurons written out one multiplication and one addition at a time are gathered into one node each: a tree of sums whose
leaves are products, each used nowhere else, is Σ wᵢxᵢ + Σ bⱼ, which is one `weighted_sum`. As one node it takes part in
a matrix product like any other neuron. Only the order of the additions changes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.operations import ADD, DOT, MULTIPLY, SUM, WEIGHTED_SUM, Operation

INPUT, PARAMETER, NUMBER = -1, -2, -3
GONE = -1

RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, slots=True)
class Guard:
    """A comparison that was taken while recording: `left relation right` came out as `outcome`.

    `left` and `right` are node numbers; `place` is the line of the user's code, as "file:line".
    """

    relation: str
    left: int
    right: int
    outcome: bool
    place: str


@dataclass(frozen=True, slots=True)
class Graph:
    """A recorded graph.

    `codes[i]` is the position in `rows` of node i's operation, or INPUT, PARAMETER or NUMBER. The operands of node
    i are `operands[starts[i]:starts[i + 1]]`. For a leaf, `leaves[i]` says which: the position among the inputs or
    the parameters, or the number itself; it is 0 elsewhere. `labels` holds the labels by node. `assumes`: a
    derivative in it is only right if no operation overflows, and no guard checks that.
    """

    rows: tuple[Operation, ...]
    codes: NDArray[np.int16]
    starts: NDArray[np.int32]
    operands: NDArray[np.int32]
    leaves: NDArray[np.float64]
    outputs: tuple[int, ...]
    guards: tuple[Guard, ...]
    labels: dict[int, str]
    assumes: bool = False

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def used(self) -> list[Sequence[int]]:
        """The operands of every node; those of leaves are no lists of their own, which would take most of the time."""
        operands = self.operands.tolist()
        return [operands[start:stop] if start < stop else () for start, stop in pairwise(self.starts.tolist())]

    @property
    def ends(self) -> list[int]:
        """The nodes that somebody asks for: the outputs, then both sides of every guard."""
        return [*self.outputs, *chain.from_iterable((guard.left, guard.right) for guard in self.guards)]

    def worked(self, rules: Sequence[Callable[..., Any]], leaves: Mapping[int, Callable[[float], Any]]) -> list[Any]:
        """What every node is: by its row's rule from what its operands are; `leaves` has a rule for each kind of leaf.

        That rule takes the position of an input or a parameter, and a number itself.
        """
        values: list[Any] = []
        for code, number, used in zip(self.codes.tolist(), self.leaves.tolist(), self.used):
            values.append(rules[code](*[values[operand] for operand in used]) if code >= 0 else leaves[code](number))
        return values

    def structure(self) -> bytes:
        """The structure of the graph as bytes: everything but the numbers of inputs and parameters."""
        names = " ".join(row.name for row in self.rows).encode()
        return names + b"".join(array.tobytes() for array in (self.codes, self.starts, self.operands, self.leaves))


class Rewriting:
    """A graph that is written anew, node by node, with `more` rows: `new[node]` is where a node is by now, or GONE."""

    def __init__(self, graph: Graph, *more: Operation) -> None:
        self._graph, self._rows = graph, tuple(dict.fromkeys([*graph.rows, *more]))
        self._code_of = {row: code for code, row in enumerate(self._rows)}
        self._codes: list[int] = []
        self._leaves: list[float] = []
        self._used: list[Sequence[int]] = []
        self.new = [GONE] * len(graph)

    def add(self, row: Operation, used: Sequence[int]) -> int:
        """A further node, of nodes that are written by now."""
        return self._append(self._code_of[row], 0.0, used)

    def keep(self, node: int, code: int, leaf: float, used: Sequence[int]) -> None:
        """Write a node as it was."""
        self.new[node] = self._append(code, leaf, [self.new[operand] for operand in used] if used else ())

    def _append(self, code: int, leaf: float, used: Sequence[int]) -> int:
        self._codes.append(code)
        self._leaves.append(leaf)
        self._used.append(used)
        return len(self._codes) - 1

    def graph(self) -> Graph:
        new, old = self.new, self._graph
        return replace(
            old,
            rows=self._rows,
            codes=np.array(self._codes, np.int16),
            starts=np.cumsum([0, *map(len, self._used)], dtype=np.int32),
            operands=np.array([*chain.from_iterable(self._used)], np.int32),
            leaves=np.array(self._leaves),
            outputs=tuple([new[output] for output in old.outputs]),
            guards=tuple([replace(guard, left=new[guard.left], right=new[guard.right]) for guard in old.guards]),
            labels={new[node]: label for node, label in old.labels.items() if new[node] != GONE},
        )


# Linear forms ---------------------------------------------------------------------------------------


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
        self.codes, self._starts, self._operands = graph.codes.tolist(), graph.starts.tolist(), graph.operands.tolist()
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

    def _used(self, node: int) -> list[int]:
        """As `Graph.used`, of one node: most nodes are never looked at."""
        return self._operands[self._starts[node] : self._starts[node + 1]]  # type: ignore[no-any-return]

    def _look_below(self, root: int) -> None:
        ws: list[int] = []
        xs: list[int] = []
        others: list[int] = []
        inner: list[int] = []
        stack = self._used(root)[::-1]
        while stack:
            node = stack.pop()
            if self._uses[node] == 1 and self.codes[node] in self._sums:
                inner.append(node)
                stack.extend(self._used(node)[::-1])
            elif self._uses[node] == 1 and self.codes[node] == self._product:
                inner.append(node)
                w, x = self._used(node)
                ws.append(w)
                xs.append(x)
            else:
                others.append(node)
        self._inside.update(inner)
        if len(ws) > 1:
            self.found[root] = (ws, xs, others)
            self.absorbed.update(inner)

    def rewritten(self) -> Graph:
        written = Rewriting(self.graph, DOT, SUM, WEIGHTED_SUM)
        for node, (code, leaf, used) in enumerate(zip(self.codes, self.graph.leaves.tolist(), self.graph.used)):
            if node in self.found:
                ws, xs, others = ([written.new[operand] for operand in part] for part in self.found[node])
                written.new[node] = _sum_of_products(written, [*ws, *xs], others)
            elif node not in self.absorbed:
                written.keep(node, code, leaf, used)
        return written.graph()


def _sum_of_products(written: Rewriting, factors: list[int], others: list[int]) -> int:
    if len(others) == 1:
        return written.add(WEIGHTED_SUM, [*factors, *others])
    products = written.add(DOT, factors)
    return written.add(SUM, [*others, products]) if others else products
