"""The check of a recorded graph: of one that was read from a file, and in the tests after each pass over a graph."""

from __future__ import annotations

import numpy as np

from tinygrad_notes.replay.recording import INPUT, NUMBER, PARAMETER, Graph


def check_graph(graph: Graph, inputs: int, parameters: int, outputs: int) -> None:
    """Raise ValueError unless every index of the graph points to where it may."""
    nodes, codes, starts = len(graph), graph.codes, graph.starts
    counts = np.diff(starts)
    if len(graph.leaves) != nodes or len(starts) != nodes + 1 or nodes == 0:
        raise ValueError("its arrays do not belong together")
    if starts[0] != 0 or starts[-1] != len(graph.operands) or (counts < 0).any():
        raise ValueError("its operands are not cut up in order")
    if (codes < NUMBER).any() or (codes >= len(graph.rows)).any():
        raise ValueError("a node has an operation outside its rows")
    user = np.repeat(np.arange(nodes), counts)
    if (graph.operands < 0).any() or (graph.operands >= user).any():
        raise ValueError("a node uses one that does not stand before it")
    _check_leaves(graph, inputs, parameters)
    for code, row in enumerate(graph.rows):
        if not all(map(row.takes, np.unique(counts[codes == code]).tolist())):
            raise ValueError(f"a node has too few or too many operands for {row.name!r}")
    if counts[codes < 0].any():
        raise ValueError("a leaf has operands")
    used = [*graph.outputs, *graph.labels, *(side for guard in graph.guards for side in (guard.left, guard.right))]
    if len(graph.outputs) != outputs or not all(0 <= node < nodes for node in used):
        raise ValueError("its results, comparisons or labels are of nodes that are not there")


def _check_leaves(graph: Graph, inputs: int, parameters: int) -> None:
    codes = graph.codes
    for kind, there in ((INPUT, inputs), (PARAMETER, parameters)):
        which = graph.leaves[codes == kind]
        if not ((which >= 0) & (which < max(there, 1)) & (which % 1 == 0)).all() or (len(which) and not there):
            raise ValueError("a leaf is an input or a parameter that is not there")
    if (codes[:inputs] != INPUT).any() or (codes == INPUT).sum() != inputs:
        raise ValueError(f"it does not begin with its {inputs} inputs")
