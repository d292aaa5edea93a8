"""From nodes to cards: one card a node, or one for many."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field, replace

from tinygrad_notes.collector import collector_paused
from tinygrad_notes.draw.arrangement import Edge, Enclosure
from tinygrad_notes.draw.cards import Card, Row, operation_sign
from tinygrad_notes.draw.neurons import neurons
from tinygrad_notes.draw.structure import Connections, Groups, Unit, repeats, shapes, units
from tinygrad_notes.draw.style import largest_magnitude, sign_role, tint_role, written
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.value import Value

FOLDS = ("neuron", "layer", "repeats")


@dataclass(slots=True)
class Folded:
    """Cards and edges, the nodes that each card stands for, and frames around some of them."""

    cards: list[Card]
    edges: list[Edge]
    members: list[list[Value]]
    enclosures: list[Enclosure] = field(default_factory=list)

    @property
    def names(self) -> dict[Value, str]:
        """The card of every node."""
        return {node: card.name for card, nodes in zip(self.cards, self.members, strict=True) for node in nodes}

    def marked(self, nodes: Collection[Value]) -> Folded:
        """The same with `nodes` and the edges between them pointed out and all else dimmed."""
        named = {self.names[node] for node in nodes}
        cards = [replace(card, marked=card.name in named, dimmed=card.name not in named) for card in self.cards]
        edges = [
            replace(edge, marked=(on := edge.tail in named and edge.head in named), dimmed=not on)
            for edge in self.edges
        ]
        return Folded(cards, edges, self.members, self.enclosures)


# Cutting --------------------------------------------------------------------------------------------


def cut_to_depth(order: Sequence[Value], roots: Sequence[Value], depth: int) -> list[Value]:
    """The nodes at most `depth` edges away from a root, in order.

    Raises ValueError for a negative depth.
    """
    if depth < 0:
        raise ValueError(f"a depth counts edges from the result, so it is at least 0, not {depth}")
    return _nearest(order, roots, depth, len(order))


def cut_to_size(order: Sequence[Value], roots: Sequence[Value], size: int) -> list[Value]:
    """As many whole levels below the roots as `size` nodes allow, in order."""
    return _nearest(order, roots, len(order), max(size, len(roots)))


def _nearest(order: Sequence[Value], roots: Sequence[Value], depth: int, size: int) -> list[Value]:
    kept = dict.fromkeys(roots)
    level = list(kept)
    for _ in range(depth):
        level = list(dict.fromkeys(operand for node in level for operand in node.operands if operand not in kept))
        room = size - len(kept)
        kept.update(dict.fromkeys(level[:room]))
        if not level or len(level) > room:
            break
    return [node for node in order if node in kept]


# Cards ----------------------------------------------------------------------------------------------


def single_nodes(order: Sequence[Value], digits: int, grad: bool) -> Folded:
    """A card for every node; those whose operands are not in `order` are drawn as cut off."""
    names = {node: f"n{i}" for i, node in enumerate(order)}
    largest = largest_magnitude(node.grad for node in order) if grad else None
    cards = [node_card(node, names[node], digits, largest, all(o in names for o in node.operands)) for node in order]
    edges = [
        Edge(names[operand], names[node], port)
        for node, card in zip(order, cards, strict=True)
        if not card.cut
        for port, operand in enumerate(node.operands)
    ]
    return Folded(cards, edges, [[node] for node in order])


def node_card(node: Value, name: str, digits: int, largest: float | None, whole: bool = True) -> Card:
    """The card of one node; `largest` is the deepest gradient of the picture, None to leave gradients out."""
    constant = node.operation is CONSTANT
    number = written(node.data, digits)
    if constant and not node.label:
        return Card(name, rows=(Row("data", number),), title=f"constant {node.data!r}")
    rows = [Row("data", number)]
    if largest is not None and not constant:
        rows.append(_gradient_row([node.grad], largest, digits))
    ports = tuple(
        "" if operand.operation is CONSTANT else f"×{written(local_derivative, digits)}"
        for operand, local_derivative in zip(node.operands, node.local_derivatives, strict=True)
    )
    sign = operation_sign(node.operation, [_name(operand, digits) for operand in node.operands])
    return Card(name, node.label, sign, tuple(rows), ports if whole else (), _told(node), cut=not whole)


def _name(node: Value, digits: int) -> str:
    """What stands for a node in the operation of another: its label, or its number where it is a constant."""
    return node.label or (written(node.data, digits) if node.operation is CONSTANT else "")


def _gradient_row(grads: list[float], largest: float, digits: int) -> Row:
    deepest = max(grads, key=abs)
    tint = tint_role(deepest, largest, "") if min(grads) * max(grads) >= 0 else ""
    return Row(
        "grad", _range(grads, digits), sign_role(deepest) if not tint and len(grads) == 1 else "ink", tint or None
    )


def _range(numbers: list[float], digits: int) -> str:
    low, high = (min(numbers), max(numbers)) if not any(map(math.isnan, numbers)) else (math.nan, math.nan)
    return written(low, digits) if low == high or low != low else f"{written(low, digits)} … {written(high, digits)}"


def _told(node: Value) -> str:
    """All that is known of a node, in words, to full precision."""
    lines = [node.label or "unnamed", f"data {node.data!r}", f"grad {node.grad!r}"]
    if node.operation is not None:
        lines.insert(1, f"made by {node.operation.name}")
    for i, (operand, local) in enumerate(zip(node.operands, node.local_derivatives, strict=True)):
        lines.append(f"local derivative by operand {i} ({operand.label or repr(operand.data)}): {local!r}")
    return "\n".join(lines)


# Folding --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Folding:
    """Which nodes are to be drawn as one, and which of the groups are blocks that repeat, with their counts."""

    graph: Connections
    groups: Groups
    blocks: list[tuple[Hashable, ...]] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(set(self.groups))


def folding(order: Sequence[Value], fold: str) -> Folding:
    """The groups that `fold`, one of FOLDS, finds."""
    with collector_paused():  # a third of the time with 30,000 nodes, and there is no cycle to find
        graph = Connections(order)
        if fold == "repeats":
            return Folding(graph, *repeats(graph, shapes(graph)))
        return Folding(graph, neurons(graph, by_layer=fold == "layer"))


def fold_graph(fold: Folding, digits: int, grad: bool) -> Folded:
    """One card for every group, and a frame around every block that repeats."""
    found = units(fold.graph, fold.groups)
    of_key = {unit.key: f"n{i}" for i, unit in enumerate(found)}
    folded = _group_cards(fold, found, of_key, digits, grad)
    for keys, count in zip(fold.blocks, fold.counts, strict=True):
        inside = dict.fromkeys(of_key[key] for key in keys)
        inside |= dict.fromkeys(_leaves_of(inside, folded.edges))
        folded.enclosures.append(Enclosure(f"× {count:,}", tuple(inside), important=True))
    return folded


def _leaves_of(inside: Collection[str], edges: Sequence[Edge]) -> list[str]:
    """The cards without operands that only cards `inside` use."""
    heads = {edge.head for edge in edges}
    used_outside = {edge.tail for edge in edges if edge.head not in inside}
    tails = dict.fromkeys(edge.tail for edge in edges if edge.head in inside)
    return [tail for tail in tails if tail not in heads and tail not in used_outside]


def _group_cards(fold: Folding, found: list[Unit], names: dict[Hashable, str], digits: int, grad: bool) -> Folded:
    graph, groups = fold.graph, fold.groups
    largest = largest_magnitude(node.grad for node in graph.nodes) if grad else None
    cards: list[Card] = []
    edges: list[Edge] = []
    members = [[graph.nodes[i] for i in unit.members] for unit in found]
    for unit, nodes in zip(found, members, strict=True):
        incoming: dict[Hashable, list[float]] = {}
        for i, node in zip(unit.members, nodes, strict=True):
            for operand, local_derivative in zip(graph.operands[i], node.local_derivatives, strict=False):
                if groups[operand] != unit.key:
                    incoming.setdefault(groups[operand], []).append(local_derivative)
        if len(nodes) == 1 and sum(map(len, incoming.values())) == len(nodes[0].operands):
            cards.append(node_card(nodes[0], names[unit.key], digits, largest))
            tails: list[Hashable] = [groups[operand] for operand in graph.operands[unit.members[0]]]
        else:
            tops = [graph.nodes[i] for i in unit.tops] or nodes[-1:]
            cards.append(_unit_card(nodes, tops, names[unit.key], digits, largest, incoming))
            tails = list(incoming)
        edges += [
            Edge(names[tail], names[unit.key], port, len(incoming[tail]) if len(tails) == len(incoming) else 1)
            for port, tail in enumerate(tails)
        ]
    return Folded(cards, edges, members)


def _unit_card(
    nodes: list[Value],
    tops: list[Value],
    name: str,
    digits: int,
    largest: float | None,
    incoming: dict[Hashable, list[float]],
) -> Card:
    rows = [Row("data", _range([node.data for node in tops], digits))]
    constant = all(node.operation is CONSTANT for node in tops)
    if largest is not None and not constant:
        rows.append(_gradient_row([node.grad for node in tops], largest, digits))
    leaves = {node for node in nodes if not node.operands and node.operation is not CONSTANT}
    if inner := leaves.difference(tops):
        rows.append(Row("parameters", f"{len(inner):,}"))
    ports = tuple(
        f"×{written(slopes[0], digits)}" if len(slopes) == 1 else f"{len(slopes):,} edges"
        for slopes in incoming.values()
    )
    told = f"{len(nodes):,} nodes\n" + "\n".join(node.label or "unnamed" for node in tops[:20])
    label = _common_label(tops) or ("constants" if constant else "")
    return Card(name, label, _signs(nodes), tuple(rows), ports, told, count=len(tops))


def _common_label(nodes: Sequence[Value]) -> str:
    first, last = nodes[0].label, nodes[-1].label
    return first if first == last or not last else f"{first} … {last}"


def _signs(members: Sequence[Value]) -> str:
    """The operations inside, in order of work; the middle of many is left out."""
    signs = list(dict.fromkeys(sign for node in members if (sign := operation_sign(node.operation))))
    return " → ".join(signs if len(signs) <= 3 else [signs[0], "…", signs[-1]])
