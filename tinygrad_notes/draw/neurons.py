"""Finding neurons and layers in a graph, by what is multiplied and added, never by labels."""

from __future__ import annotations

from collections.abc import Hashable

from tinygrad_notes.draw.structure import SUMS_OF_PRODUCTS, Connections, Groups
from tinygrad_notes.operations import ADD, CONSTANT, MULTIPLY

Consumers = list[list[int]]


class _Union:
    """Sets that merge: every key starts alone."""

    def __init__(self) -> None:
        self._parent: dict[Hashable, Hashable] = {}

    def find(self, key: Hashable) -> Hashable:
        root = key
        while (above := self._parent.setdefault(root, root)) != root:
            root = above
        while self._parent[key] != root:
            self._parent[key], key = root, self._parent[key]
        return root

    def merge(self, key: Hashable, other: Hashable) -> None:
        self._parent[self.find(key)] = self.find(other)


def neurons(graph: Connections, *, by_layer: bool) -> Groups:
    """Each neuron (or each layer) a group of its own, all other nodes by themselves.

    A neuron is a weighted sum, in one node or spelled out in products and sums, with the parameters that
    nothing else uses and the activation applied to it. Sums with the same weights are the same neuron at work on
    another sample; neurons that read the same inputs are a layer.
    """
    consumers = graph.consumers()
    body: dict[int, int] = {}  # node → the top of the weighted sum that it is part of
    read: set[int] = set()  # what weighted sums take as inputs
    together = _Union()
    for top in range(len(consumers) - 1, -1, -1):
        if top in body:
            continue
        parts, weights, inputs = _weighted_sum(graph, top, consumers)
        if inputs:
            body.update(dict.fromkeys(parts, top))
            read.update(inputs)
            together.merge(top, ("weights", weights))
            if by_layer:
                together.merge(top, ("inputs", inputs))
    groups: Groups = [together.find(body[i]) if i in body else i for i in range(len(consumers))]
    _take_in_activations(graph, groups, body, consumers)
    _take_in_parameters(graph, groups, read, consumers)
    return groups


def _weighted_sum(
    graph: Connections, top: int, consumers: Consumers
) -> tuple[list[int], tuple[int, ...], tuple[int, ...]]:
    """The nodes of the weighted sum that ends at `top`, its weights and its inputs; no inputs where there is none."""
    operation, operands = graph.operations[top], graph.operands[top]
    if operation in SUMS_OF_PRODUCTS:
        pairs = len(operands) // 2
        return [top], tuple(operands[:pairs]), tuple(operands[pairs : 2 * pairs])
    continues = len(consumers[top]) == 1 and graph.operations[consumers[top][0]] is ADD
    if operation is not ADD or continues:
        return [], (), ()
    return _spelled_out(graph, top, consumers)


def _spelled_out(
    graph: Connections, top: int, consumers: Consumers
) -> tuple[list[int], tuple[int, ...], tuple[int, ...]]:
    """The sums and products below `top`, with their private leaves as weights and the rest as inputs."""
    parts, stack = [top], [top]
    weights: list[int] = []
    inputs: list[int] = []
    while stack:
        for operand in graph.operands[stack.pop()]:
            if len(consumers[operand]) != 1 or graph.operations[operand] not in (ADD, MULTIPLY):
                continue
            parts.append(operand)
            if graph.operations[operand] is ADD:
                stack.append(operand)
                continue
            for factor in graph.operands[operand]:
                private = not graph.operands[factor] and len(consumers[factor]) == 1
                (weights if private else inputs).append(factor)
    return parts, tuple(sorted(weights)), tuple(sorted(set(inputs)))


def _take_in_activations(graph: Connections, groups: Groups, body: dict[int, int], consumers: Consumers) -> None:
    """What is applied to a weighted sum alone belongs to the neuron."""
    for i, operands in enumerate(graph.operands):
        inputs = [operand for operand in operands if graph.operations[operand] is not CONSTANT]
        if i not in body and len(inputs) == 1 and inputs[0] in body and len(consumers[inputs[0]]) == 1:
            groups[i] = groups[inputs[0]]


def _take_in_parameters(graph: Connections, groups: Groups, read: set[int], consumers: Consumers) -> None:
    """Leaves that one neuron alone uses belong to it, but its inputs do not."""
    alone = {i for i, key in enumerate(groups) if key == i}
    for i, operands in enumerate(graph.operands):
        if not operands and i not in read:
            users = {groups[user] for user in consumers[i]}
            if len(users) == 1 and not users & alone:
                groups[i] = users.pop()
