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

Groups = dict[Value, Hashable]
"""For every node the key of the group that it belongs to."""

_CHAINS = (ADD, MULTIPLY)
SUMS_OF_PRODUCTS = (WEIGHTED_SUM, DOT)


@dataclass(slots=True)
class Unit:
    """Nodes drawn as one card; `tops` are those that others outside use, in order of work."""

    key: Hashable
    members: list[Value] = field(default_factory=list)
    tops: list[Value] = field(default_factory=list)


def labeled(nodes: list[Value]) -> list[Value]:
    """`nodes`, to be drawn under their labels; raises TypeError where one of these is not a text."""
    for node in nodes:
        if not isinstance(node.label, str):
            instead = "" if node.label is None else str(node.label)
            raise TypeError(
                f"a label is a text, got {node.label!r} for a Value with data {node.data!r}: write label={instead!r}"
            )
    return nodes


def consumers_of(order: Sequence[Value]) -> dict[Value, list[Value]]:
    """For every node the nodes that use it, once for each use."""
    consumers: dict[Value, list[Value]] = {node: [] for node in order}
    for node in order:
        for operand in node.operands:
            consumers[operand].append(node)
    return consumers


def units(order: Sequence[Value], groups: Groups) -> list[Unit]:
    """The groups as units, in the order in which the first of their nodes comes."""
    by_key: dict[Hashable, Unit] = {}
    inner: set[Value] = set()
    outer: set[Value] = set()
    for node in order:
        key = groups[node]
        by_key.setdefault(key, Unit(key)).members.append(node)
        for operand in node.operands:
            (inner if groups[operand] == key else outer).add(operand)
    for unit in by_key.values():
        unit.tops = [node for node in unit.members if node in outer or node not in inner]
    return list(by_key.values())


def shapes(order: Sequence[Value]) -> Groups:
    """Nodes that are computed the same way and used the same way form a group.

    Two passes of hashing: upwards, a node's shape is its operation and its operands' shapes; downwards, that and the
    ways in which it is used. A sum of many, spelled out as a chain of additions, counts as one operation.
    """
    consumers = consumers_of(order)
    top = _chain_tops(order, consumers)
    numbers: dict[Hashable, int] = {}

    def numbered(key: Hashable) -> int:
        return numbers.setdefault(key, len(numbers))

    terms: dict[Value, list[Value]] = defaultdict(list)  # what a chain of additions adds up
    for node in order:
        if node in top:
            terms[top[node]] += [operand for operand in node.operands if top.get(operand) is not top[node]]
    below: dict[Value, int] = {}
    for node in order:
        operands = terms[node] if top.get(node) is node else node.operands
        if top.get(node, node) is not node:
            below[node] = -1  # inside a chain: as its top
        else:
            uses = [(_role(node, i, top), below[operand]) for i, operand in enumerate(operands)]
            symmetric = node in top or node.operation is None or node.operation.arity is None
            kind = node.operation.name if node.operation else "leaf"
            below[node] = numbered((kind, frozenset(uses) if symmetric else tuple(uses)))
    used: dict[Value, set[tuple[Hashable, Hashable]]] = defaultdict(set)
    above: Groups = {}
    for node in reversed(order):  # whoever uses it comes before it
        chain = top.get(node, node)
        above[node] = above[chain] if chain is not node else numbered((below[node], frozenset(used.pop(node, ()))))
        for i, operand in enumerate(node.operands):
            if top.get(operand) is not chain or node not in top:
                used[operand].add((above[node], _role(node, i, top)))
    return above


def _chain_tops(order: Sequence[Value], consumers: dict[Value, list[Value]]) -> dict[Value, Value]:
    """For every link of a chain of additions (or of products) of three terms or more, the chain's last node."""
    top: dict[Value, Value] = {}
    for node in reversed(order):
        if node.operation not in _CHAINS:
            continue
        users = consumers[node]
        if len(users) == 1 and users[0].operation is node.operation:
            top[node] = top.setdefault(users[0], users[0])
    return top


def _role(node: Value, position: int, top: dict[Value, Value]) -> Hashable:
    """What part an operand plays: its position where that matters."""
    operation = node.operation
    if node in top:
        return 0
    if operation in SUMS_OF_PRODUCTS:
        return 2 * position // (len(node.operands) // 2 * 2)  # 0 a weight, 1 an input, 2 the bias
    return position if operation is not None and operation.arity is not None else 0


# Blocks that repeat ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Repeat:
    """`count` copies, one after the other, of the `period` groups that begin at `start`."""

    start: int
    period: int
    count: int


def repeats(order: Sequence[Value], groups: Groups) -> tuple[Groups, list[tuple[Hashable, ...]], list[int]]:
    """Merge the copies of blocks that follow each other, such as the layers of a deep stack.

    Returns the coarser groups, and for each block the keys of its groups and how many copies there are.
    """
    found = [unit for unit in units(order, groups) if unit.members[-1].operands]
    place = {unit.key: i for i, unit in enumerate(found)}
    tokens = [_token(unit, i, groups, place) for i, unit in enumerate(found)]
    merged: dict[Hashable, Hashable] = {}
    blocks, counts = [], []
    for repeat in _tandem(tokens):
        for i in range(repeat.start, repeat.start + repeat.period * repeat.count):
            merged[found[i].key] = found[repeat.start + (i - repeat.start) % repeat.period].key
        blocks.append(tuple(unit.key for unit in found[repeat.start : repeat.start + repeat.period]))
        counts.append(repeat.count)
    coarse: Groups = {}
    for node in reversed(order):  # a leaf goes with those that are used at the same place of a block
        coarse[node] = merged.get(groups[node], groups[node])
    leaf_key: dict[Hashable, Hashable] = {}
    for node in order:
        for i, operand in enumerate(node.operands):
            if not operand.operands and groups[node] in merged and groups[operand] not in leaf_key:
                leaf_key[groups[operand]] = ("leaf", coarse[node], _role(node, i, {}))
    for node in order:
        if not node.operands:
            coarse[node] = leaf_key.get(groups[node], groups[node])
    return coarse, blocks, counts


Token = tuple[Operation | None, frozenset[int]]


def _token(unit: Unit, place: int, groups: Groups, places: dict[Hashable, int]) -> Token:
    """What a unit does, and how far back its operands lie."""
    node = unit.tops[0] if unit.tops else unit.members[-1]
    back = {place - places[groups[operand]] for operand in node.operands if groups[operand] in places}
    return node.operation, frozenset(back)


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
