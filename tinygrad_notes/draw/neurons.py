"""Finding neurons and layers in a graph, by what is multiplied and added, never by labels."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from tinygrad_notes.draw.structure import SUMS_OF_PRODUCTS, Groups, consumers_of
from tinygrad_notes.operations import ADD, CONSTANT, MULTIPLY
from tinygrad_notes.value import Value

Consumers = dict[Value, list[Value]]


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


def neurons(order: Sequence[Value], *, by_layer: bool) -> Groups:
    """Each neuron (or each layer) a group of its own, all other nodes by themselves.

    A neuron is a weighted sum, in one node or spelled out in products and sums, with the parameters that
    nothing else uses and the activation applied to it. Sums with the same weights are the same neuron at work on
    another sample; neurons that read the same inputs are a layer.
    """
    consumers = consumers_of(order)
    body: dict[Value, Value] = {}  # node → the top of the weighted sum that it is part of
    read: set[int] = set()  # what weighted sums take as inputs
    together = _Union()
    for node in reversed(order):
        if node in body:
            continue
        parts, weights, inputs = _weighted_sum(node, consumers)
        if inputs:
            body.update(dict.fromkeys(parts, node))
            read.update(inputs)
            together.merge(id(node), ("weights", weights))
            if by_layer:
                together.merge(id(node), ("inputs", inputs))
    groups: Groups = {
        node: together.find(id(body[node])) if node in body else id(node)
        for node in order  # by identity, for Values compare as numbers
    }
    _take_in_activations(order, groups, body, consumers)
    _take_in_parameters(order, groups, read, consumers)
    return groups


def _weighted_sum(node: Value, consumers: Consumers) -> tuple[list[Value], tuple[int, ...], tuple[int, ...]]:
    """The nodes of the weighted sum that ends at `node`, its weights and its inputs; no inputs where there is none."""
    if node.operation in SUMS_OF_PRODUCTS:
        pairs = len(node.operands) // 2
        weights, inputs = node.operands[:pairs], node.operands[pairs : 2 * pairs]
        return [node], tuple(map(id, weights)), tuple(map(id, inputs))
    continues = len(consumers[node]) == 1 and consumers[node][0].operation is ADD
    if node.operation is not ADD or continues:
        return [], (), ()
    return _spelled_out(node, consumers)


def _spelled_out(top: Value, consumers: Consumers) -> tuple[list[Value], tuple[int, ...], tuple[int, ...]]:
    """The sums and products below `top`, with their private leaves as weights and the rest as inputs."""
    parts, stack = [top], [top]
    weights: list[int] = []
    inputs: list[int] = []
    while stack:
        for operand in stack.pop().operands:
            if len(consumers[operand]) != 1 or operand.operation not in (ADD, MULTIPLY):
                continue
            parts.append(operand)
            if operand.operation is ADD:
                stack.append(operand)
                continue
            for factor in operand.operands:
                private = not factor.operands and len(consumers[factor]) == 1
                (weights if private else inputs).append(id(factor))
    return parts, tuple(sorted(weights)), tuple(sorted(set(inputs)))


def _take_in_activations(
    order: Sequence[Value], groups: Groups, body: dict[Value, Value], consumers: Consumers
) -> None:
    """What is applied to a weighted sum alone belongs to the neuron."""
    for node in order:
        inputs = [operand for operand in node.operands if operand.operation is not CONSTANT]
        if node not in body and len(inputs) == 1 and inputs[0] in body and len(consumers[inputs[0]]) == 1:
            groups[node] = groups[inputs[0]]


def _take_in_parameters(order: Sequence[Value], groups: Groups, read: set[int], consumers: Consumers) -> None:
    """Leaves that one neuron alone uses belong to it, but its inputs do not."""
    alone = {id(node) for node in order if groups[node] == id(node)}
    for node in order:
        if not node.operands and id(node) not in read:
            users = {groups[user] for user in consumers[node]}
            if len(users) == 1 and not users & alone:
                groups[node] = users.pop()
