"""Plain Python: a graph worked node by node over floats, one sample after another, as the eager engine works it.

For a few samples of a small program it is the fastest without compiled loops: where NumPy needs most of a microsecond
for an instruction, however few the samples, this takes a tenth of it.

It also *mends* what other executors found to be nan. These multiply every slope, so an operand that was not picked may
give 0 · ∞. They also compute the gap between equal infinities as ∞ - ∞. Both always show as a nan. So only samples with
a nan are computed again, one by one over floats: there an operand that was not picked does not matter (see
`tinygrad_notes.picking`), and the gap between equal infinities is 0. All other batches only pay for the search for a
nan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter

import numpy as np

from tinygrad_notes.number_systems import floats
from tinygrad_notes.replay.executors.interface import Array, Job, Run, Wanted, Workspace
from tinygrad_notes.replay.executors.numpy import NumpyRun
from tinygrad_notes.replay.graph import INPUT, PARAMETER, Graph
from tinygrad_notes.replay.lowering import depends_on

Numbers = list[float]


class PythonRun(Run):
    """A job made ready to be worked over floats; see `tinygrad_notes.replay.executors`."""

    name = "python"
    is_quiet = True

    def __init__(self, job: Job) -> None:
        self.job, graph = job, job.graph
        codes, self._numbers = graph.codes.tolist(), graph.leaves.tolist()
        self._used = used = graph.used
        wanted = {PARAMETER, INPUT} if job.by_input else {PARAMETER}
        derives = depends_on(codes, used, wanted if job.gradients else set())
        rules = [row.read(floats) for row in graph.rows]
        nodes = [(node, *rules[code], used[node]) for node, code in enumerate(codes) if code >= 0]
        self._values = [(node, value, *_ends(places)) for node, value, _, places in nodes]
        self._slopes = [(node, slopes, *_ends(places)) for node, _, slopes, places in nodes[::-1] if derives[node]]
        self._inputs, self._parameters = (_nodes_of(codes, graph.leaves, kind) for kind in (INPUT, PARAMETER))
        self._by_parameter = [self._parameters.get(which, -1) for which in range(job.gradients * job.parameters)]
        self._by_input = [self._inputs.get(which, -1) for which in range(job.by_input * job.inputs)]

    def workspace(self, samples: int) -> Workspace:
        return _Samples(self) if samples else NumpyRun(self.job).workspace(0)

    def worked(self, sample: Numbers, parameters: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """The job's outputs and derivatives for one sample."""
        numbers = self._numbers.copy()
        for which, node in self._inputs.items():
            numbers[node] = sample[which]
        for which, node in self._parameters.items():
            numbers[node] = parameters[which]
        for node, value, left, right, rest in self._values:
            if right is None:
                numbers[node] = value(numbers[left])
            elif rest is None:
                numbers[node] = value(numbers[left], numbers[right])
            else:
                numbers[node] = value(*rest(numbers))
        outputs = [numbers[node] for node in self.job.outputs]
        if not self.job.gradients:
            return outputs, [], []
        adjoints = self._adjoints(numbers)
        return outputs, [adjoints[node] for node in self._by_parameter], [adjoints[node] for node in self._by_input]

    def _adjoints(self, numbers: Numbers) -> Numbers:
        """d(output)/d(node) for every node, and a 0 at the end for leaves that the graph does not have."""
        adjoints = [_UNTOUCHED] * (len(numbers) + 1)
        adjoints[self.job.outputs[0]] = 1.0
        for node, slopes, left, right, rest in self._slopes:
            adjoint = adjoints[node]
            if adjoint is _UNTOUCHED:  # it was not picked: see `passes.reverse_pass`
                continue
            if right is None:
                adjoints[left] += adjoint * slopes(numbers[left], numbers[node])[0]
            elif rest is None:
                by_left, by_right = slopes(numbers[left], numbers[right], numbers[node])
                adjoints[left] += adjoint * by_left
                adjoints[right] += adjoint * by_right
            else:
                for operand, slope in zip(self._used[node], slopes(*rest(numbers), numbers[node])):
                    adjoints[operand] += adjoint * slope
        return adjoints


class _Samples:
    """Samples worked one by one; sums over them are sums of what each gives."""

    def __init__(self, run: PythonRun) -> None:
        self._run = run

    def load(self, inputs: Sequence[Array]) -> None:
        self._inputs = (inputs[0] if len(inputs) == 1 else np.concatenate(inputs, 1)).tolist()

    def __call__(self, parameters: Array) -> Wanted:
        given = parameters.tolist()
        worked = [self._run.worked(sample, given) for sample in self._inputs]
        first, second, third = [np.array(found).T for found in zip(*worked)]
        if self._run.job.summed:
            first, second = np.array([[first.sum()], [float(len(worked))]]), second.sum(1, keepdims=True)
        return first, second, third


def _nodes_of(codes: list[int], leaves: Array, kind: int) -> dict[int, int]:
    """The nodes of the leaves of a kind, by which input or parameter they are."""
    return {int(leaves[node]): node for node, code in enumerate(codes) if code == kind}


def _ends(places: Sequence[int]) -> tuple[int, int | None, Callable[[Numbers], Sequence[float]] | None]:
    """The first operand, the second where there is one, and where there are more what finds the numbers of all."""
    return places[0], places[1] if len(places) > 1 else None, itemgetter(*places) if len(places) > 2 else None


_UNTOUCHED = float("0")
"""The adjoint that no share has been added to yet: a 0, known by identity."""


# Mending --------------------------------------------------------------------------------------------


def has_nan(numbers: Array) -> bool:
    """Whether there is a nan among the numbers: to `argmax` it is the largest of all, at a tenth of `isnan`'s time."""
    largest: float = numbers.item(numbers.argmax()) if numbers.size else 0.0
    return largest != largest


def mended(graph: Graph, numbers: Array, inputs: list[Array], found: Wanted, samples: int) -> Wanted:
    """Values and derivatives per sample from an executor, with every nan among them computed again.

    `numbers` are the parameters', `inputs` of shape (samples, numbers).
    """
    values, by_parameter, by_input = (np.broadcast_to(part, (len(part), samples)).copy() for part in found)
    derives = len(by_parameter) + len(by_input) > 0
    run = PythonRun(Job(graph, len(numbers), graph.outputs, derives, False, len(by_input) > 0))
    X = np.concatenate(inputs, 1)
    unknown = np.isnan(values)
    again = unknown.any(0) | np.isnan(by_parameter).any(0) | np.isnan(by_input).any(0)
    for sample in np.flatnonzero(again).tolist():
        worked, by_parameter[:, sample], by_input[:, sample] = run.worked(X[sample].tolist(), numbers.tolist())
        values[:, sample] = np.where(unknown[:, sample], worked, values[:, sample])
    return values, by_parameter, by_input
