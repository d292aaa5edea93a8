"""The layered graph: boxes, and a bend in every layer that a link passes, so that ties join neighbouring layers.

`Positions` are those of all vertices in their layers; they tell what crosses.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple


class Wire(NamedTuple):
    """A link along the flow, and where it leaves and enters, measured from the middle of each vertex."""

    tail: int
    head: int
    leaves: float
    enters: float


class Tie(NamedTuple):
    """What joins a vertex to one of the next layer: to which, from where and to where from the middles, how firmly."""

    other: int
    here: float
    there: float
    weight: float


BOX, MIXED, BENDS = 1.0, 2.0, 8.0
"""The weights of a tie between two boxes, a box and a bend, two bends: long links shall be straight (Gansner 1993)."""


@dataclass(slots=True)
class Net:
    """Vertices by number: the boxes first, then the bends.

    `lead` and `trail` say how far each reaches from its middle, across the flow, to either side.
    """

    rank: list[int]
    lead: list[float]
    trail: list[float]
    boxes: int
    group: list[int]
    above: list[list[Tie]] = field(default_factory=list)
    below: list[list[Tie]] = field(default_factory=list)
    paths: list[list[int]] = field(default_factory=list)
    borders: dict[int, tuple[list[int], list[int]]] = field(default_factory=dict)  # by cluster, one vertex a layer

    def may_change_places(self, v: int, w: int) -> bool:
        """Whether two neighbours belong to the same cluster, or to none, and are no border."""
        return self.group[v] == self.group[w] and (
            self.group[v] < 0 or not any(u in side for side in self.borders[self.group[v]] for u in (v, w))
        )

    def add_bend(self, rank: int, group: int) -> int:
        self.rank.append(rank)
        self.lead.append(0.0)
        self.trail.append(0.0)
        self.group.append(group)
        self.above.append([])
        self.below.append([])
        return len(self.rank) - 1

    def tie(self, upper: int, lower: int, leaves: float = 0.0, enters: float = 0.0, weight: float = 0.0) -> None:
        weight = weight or (BOX, MIXED, BENDS)[(upper >= self.boxes) + (lower >= self.boxes)]
        self.below[upper].append(Tie(lower, leaves, enters, weight))
        self.above[lower].append(Tie(upper, enters, leaves, weight))


def layered(rank: Sequence[int], size: Sequence[float], group: Sequence[int], wires: Sequence[Wire]) -> Net:
    """The net of boxes of given sizes across the flow in given layers; `group` is the cluster of each, or -1."""
    half = [s / 2 for s in size]
    net = Net(list(rank), half, list(half), len(rank), list(group), [[] for _ in rank], [[] for _ in rank])
    for wire in wires:
        inside = group[wire.tail] if group[wire.tail] == group[wire.head] else -1
        path = [wire.tail]
        for layer in range(rank[wire.tail] + 1, rank[wire.head]):
            path.append(net.add_bend(layer, inside))
            net.tie(path[-2], path[-1], wire.leaves if len(path) == 2 else 0.0)
        net.tie(path[-1], wire.head, wire.leaves if len(path) == 1 else 0.0, wire.enters)
        net.paths.append([*path, wire.head])
    return net


def enclose(net: Net, cluster: int, before: float, after: float) -> None:
    """Two chains of vertices along a cluster, so far from its members: links cross them at a price."""
    layers = [r for r, g in zip(net.rank, net.group) if g == cluster]
    sides: list[list[int]] = []
    for room in (before, after):
        side = [net.add_bend(layer, cluster) for layer in range(min(layers), max(layers) + 1)]
        for upper, lower in pairwise(side):
            net.tie(upper, lower, weight=4 * BENDS)
        for v in side:
            (net.lead if sides else net.trail)[v] = room
        sides.append(side)
    net.borders[cluster] = (sides[0], sides[1])


Layers = list[list[int]]
_BORDER = 4  # a tie that crosses a cluster's border counts as so many


class Positions:
    """Where each vertex stands, and where its ties meet the layers above and below."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.of = [0] * len(net.rank)
        self._above = [_attached(net, ties) for ties in net.above]
        self._below = [_attached(net, ties) for ties in net.below]
        for v in (v for sides in net.borders.values() for side in sides for v in side):
            self._above[v] *= _BORDER
            self._below[v] *= _BORDER

    def above(self, v: int) -> list[float]:
        """Where the ties of `v` meet the layer above: positions, and parts of one for the ports of a box."""
        of = self.of
        return [of[u] + part for u, part in self._above[v]]

    def below(self, v: int) -> list[float]:
        """Where the ties of `v` meet the layer below."""
        of = self.of
        return [of[u] + part for u, part in self._below[v]]

    def settle(self, layer: Sequence[int]) -> None:
        """Take the positions of a layer's vertices from their order."""
        for i, v in enumerate(layer):
            self.of[v] = i

    def crossings(self, layers: Sequence[Sequence[int]]) -> int:
        """How many pairs of ties cross."""
        total = 0
        for layer in layers[:-1]:
            passed: list[float] = []
            for v in layer:
                places = sorted(self.below(v))
                total += sum(len(passed) - bisect_right(passed, place) for place in places)
                for place in places:
                    insort(passed, place)
        return total


def _attached(net: Net, ties: Sequence[Tie]) -> list[tuple[int, float]]:
    """The neighbours of a vertex, and how far from its middle a tie meets each, as a part of its size."""
    return [(tie.other, tie.there / (2 * net.lead[tie.other]) if tie.there else 0.0) for tie in ties]


def balance(first: Sequence[float], second: Sequence[float]) -> int:
    """How many more ties cross where the vertex with the first ends comes before that with the second than after it.

    Example:
        >>> balance([0, 3], [1])
        0
        >>> balance([2, 3], [1])
        2
    """
    return sum((a > b) - (a < b) for a in first for b in second)
