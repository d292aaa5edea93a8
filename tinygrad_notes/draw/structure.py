"""Finding structure in a graph: nodes of one shape, blocks that repeat.

Everything here goes by operations and connections, never by labels, so it works for any code that was run on
Values. A `Unit` is what will be one card: some nodes of the graph.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from tinygrad_notes.operations import ADD, DOT, MULTIPLY, WEIGHTED_SUM, Operation
from tinygrad_notes.value import Value

Groups = list[Hashable]
"""For every node, by its place in the order, the key of the group that it belongs to."""

_CHAINS = (ADD, MULTIPLY)
SUMS_OF_PRODUCTS = (WEIGHTED_SUM, DOT)


class Connections:
    """Nodes in an order of work, with the places of each one's operands: lists are read faster than Values."""

    def __init__(self, order: Sequence[Value]) -> None:
        place = {node: i for i, node in enumerate(order)}
        self.nodes = order
        self.operations = [node.operation for node in order]
        self.operands = [[place[operand] for operand in node.operands if operand in place] for node in order]

    def consumers(self) -> list[list[int]]:
        """For every node the nodes that use it, once for each use."""
        consumers: list[list[int]] = [[] for _ in self.nodes]
        for i, operands in enumerate(self.operands):
            for operand in operands:
                consumers[operand].append(i)
        return consumers


@dataclass(slots=True)
class Unit:
    """Nodes drawn as one card, by their places; `tops` are those that others outside use, in order of work."""

    key: Hashable
    members: list[int] = field(default_factory=list)
    tops: list[int] = field(default_factory=list)


def labeled(nodes: list[Value]) -> list[Value]:
    """`nodes`, to be drawn under their labels; raises TypeError where one of these is not a text."""
    for node in nodes:
        if not isinstance(node.label, str):
            instead = "" if node.label is None else str(node.label)
            raise TypeError(
                f"a label is a text, got {node.label!r} for a Value with data {node.data!r}: write label={instead!r}"
            )
    return nodes


def units(graph: Connections, groups: Groups) -> list[Unit]:
    """The groups as units, in the order in which the first of their nodes comes."""
    by_key: dict[Hashable, Unit] = {}
    used_inside, used_outside = bytearray(len(groups)), bytearray(len(groups))
    for i, (key, operands) in enumerate(zip(groups, graph.operands, strict=True)):
        unit = by_key.get(key)
        if unit is None:
            unit = by_key[key] = Unit(key)
        unit.members.append(i)
        for operand in operands:
            (used_inside if groups[operand] == key else used_outside)[operand] = True
    for unit in by_key.values():
        unit.tops = [i for i in unit.members if used_outside[i] or not used_inside[i]]
    return list(by_key.values())


def shapes(graph: Connections) -> Groups:
    """Nodes that are computed the same way and used the same way form a group.

    Two passes of hashing: upwards, a node's shape is its operation and its operands' shapes; downwards, that and the
    ways in which it is used. A sum of many, spelled out as a chain of additions, counts as one operation.
    """
    top = _chain_tops(graph)
    terms: dict[int, list[int]] = defaultdict(list)  # what a chain of additions adds up
    for i, chain in top.items():
        terms[chain] += [operand for operand in graph.operands[i] if top.get(operand) != chain]
    numbers: dict[Hashable, int] = {}
    below = [-1] * len(graph.nodes)  # inside a chain it stays so
    for i, (operation, operands) in enumerate(zip(graph.operations, graph.operands, strict=True)):
        if top.get(i, i) == i:
            uses = [below[operand] for operand in terms.get(i, operands)]
            below[i] = numbers.setdefault((operation, _by_role(operation, uses, i in top)), len(numbers))
    used: list[list[tuple[int, int]]] = [[] for _ in graph.nodes]
    above = [-1] * len(graph.nodes)
    for i in range(len(above) - 1, -1, -1):  # whoever uses it comes before it
        chain = top.get(i, i)
        if chain == i:
            above[i] = numbers.setdefault((below[i], frozenset(used[i])), len(numbers))
        else:
            above[i] = above[chain]
        roles = _roles(graph.operations[i], len(graph.operands[i]), i in top)
        for operand, role in zip(graph.operands[i], roles, strict=True):
            if i not in top or top.get(operand) != chain:
                used[operand].append((above[i], role))
    return list(above)


def _chain_tops(graph: Connections) -> dict[int, int]:
    """For every link of a chain of additions (or of products) of three terms or more, the chain's last node."""
    consumers = graph.consumers()
    top: dict[int, int] = {}
    for i in range(len(consumers) - 1, -1, -1):
        operation = graph.operations[i]
        if operation in _CHAINS and len(consumers[i]) == 1 and graph.operations[consumers[i][0]] is operation:
            top[i] = top.setdefault(consumers[i][0], consumers[i][0])
    return top


def _by_role(operation: Operation | None, uses: list[int], in_chain: bool) -> Hashable:
    """`uses` so that they compare equal where only their order differs, and that does not matter."""
    if not in_chain and operation is not None and operation.arity is not None:
        return tuple(uses)
    if operation in SUMS_OF_PRODUCTS:
        return frozenset(zip(_roles(operation, len(uses), in_chain), uses, strict=True))
    return frozenset(uses)


def _roles(operation: Operation | None, operands: int, in_chain: bool) -> Sequence[int]:
    """What part each operand plays: its position where that matters."""
    if operation in SUMS_OF_PRODUCTS:
        pairs = operands // 2
        return [0] * pairs + [1] * pairs + [2] * (operands - 2 * pairs)  # weights, inputs, the bias
    if in_chain or operation is None or operation.arity is None:
        return [0] * operands
    return range(operands)


# Blocks that repeat ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Repeat:
    """`count` copies, one after the other, of the `period` groups that begin at `start`."""

    start: int
    period: int
    count: int


def repeats(graph: Connections, groups: Groups) -> tuple[Groups, list[tuple[Hashable, ...]], list[int]]:
    """Merge the copies of blocks that follow each other, such as the layers of a deep stack.

    Returns the coarser groups, and for each block the keys of its groups and how many copies there are.
    """
    found = [unit for unit in units(graph, groups) if graph.operands[unit.members[-1]]]
    place = {unit.key: i for i, unit in enumerate(found)}
    tokens = [_token(graph, unit, i, groups, place) for i, unit in enumerate(found)]
    merged: dict[Hashable, Hashable] = {}
    blocks, counts = [], []
    for repeat in _tandem(tokens):
        for i in range(repeat.start, repeat.start + repeat.period * repeat.count):
            merged[found[i].key] = found[repeat.start + (i - repeat.start) % repeat.period].key
        blocks.append(tuple(unit.key for unit in found[repeat.start : repeat.start + repeat.period]))
        counts.append(repeat.count)
    coarse: Groups = [merged.get(key, key) for key in groups]
    leaf_key: dict[Hashable, Hashable] = {}  # a leaf goes with those that are used at the same place of a block
    for i, operands in enumerate(graph.operands):
        if groups[i] in merged:
            for operand, role in zip(operands, _roles(graph.operations[i], len(operands), False), strict=True):
                if not graph.operands[operand]:
                    leaf_key.setdefault(groups[operand], ("leaf", coarse[i], role))
    for i, operands in enumerate(graph.operands):
        if not operands:
            coarse[i] = leaf_key.get(groups[i], groups[i])
    return coarse, blocks, counts


Token = tuple[Operation | None, frozenset[int]]


def _token(graph: Connections, unit: Unit, place: int, groups: Groups, places: dict[Hashable, int]) -> Token:
    """What a unit does, and how far back its operands lie."""
    node = unit.tops[0] if unit.tops else unit.members[-1]
    back = {place - places[groups[operand]] for operand in graph.operands[node] if groups[operand] in places}
    return graph.operations[node], frozenset(back)


_SHORTEST_GAIN = 3


def _tandem(tokens: Sequence[Token]) -> Iterable[Repeat]:
    """Runs of a repeated block, the most saving first come, none overlapping; likely periods are tried only."""
    distances: dict[int, int] = defaultdict(int)
    last: dict[Token, int] = {}
    for i, token in enumerate(tokens):
        if token in last:
            distances[i - last[token]] += 1
        last[token] = i
    candidates = sorted(distances, key=lambda period: (-distances[period], period))[:8]
    runs = [run for period in candidates for run in _runs(tokens, period)]
    runs.sort(key=lambda run: (-(run.count - 1) * run.period, run.period, run.start))
    taken = [False] * len(tokens)
    chosen = []
    for run in runs:
        span = range(run.start, run.start + run.period * run.count)
        if not any(taken[i] for i in span):
            for i in span:
                taken[i] = True
            chosen.append(run)
    return sorted(chosen, key=lambda run: run.start)


def _runs(tokens: Sequence[Token], period: int) -> Iterable[Repeat]:
    """Maximal stretches in which every token equals the one `period` later."""
    start = 0
    for i in range(len(tokens) - period + 1):
        if i == len(tokens) - period or tokens[i] != tokens[i + period]:
            if i > start:
                start = _with_first_copy(tokens, start, period)
                count = (i - start) // period + 1
                if (count - 1) * period >= _SHORTEST_GAIN:
                    yield Repeat(start, period, count)
            start = i + 1


def _with_first_copy(tokens: Sequence[Token], start: int, period: int) -> int:
    """The first copy of a block starts from something else than a copy before it: there operations alone count."""
    for i in range(start - 1, max(start - period, 0) - 1, -1):
        if tokens[i][0] is not tokens[i + period][0]:
            break
        start = i
    return start
