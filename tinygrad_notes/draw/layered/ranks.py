"""Layers: which vertex of an acyclic graph stands in which column, so that all arcs together are short.

The network simplex of Gansner, Koutsofios, North and Vo, "A Technique for Drawing Directed Graphs", IEEE
Transactions on Software Engineering 19 (1993), section 2. A spanning tree of arcs of length 1 holds the graph
together. Cut one arc of the tree and two parts remain. If more arcs pull one part away than hold it back, it moves
as a whole, until an arc between the parts has length 1. That arc takes the place of the one that was cut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import cycle
from operator import itemgetter

Arc = tuple[int, int]
Neighbours = Sequence[Sequence[int]]
_STEPS = 1_000_000  # vertices moved in all, which bounds the work; graphs of some thousand vertices need far fewer


def ranks(count: int, arcs: Sequence[Arc]) -> list[int]:
    """The layer of every vertex 0 … `count` - 1 of an acyclic graph; the first layer of each connected part is 0.

    The sum of all arcs' lengths is the least possible, in graphs of up to some thousand vertices.

    Example:
        >>> ranks(4, [(0, 1), (1, 2), (3, 2)])
        [0, 1, 2, 1]
    """
    incoming: list[list[int]] = [[] for _ in range(count)]
    outgoing: list[list[int]] = [[] for _ in range(count)]
    for tail, head in arcs:
        outgoing[tail].append(head)
        incoming[head].append(tail)
    rank = _longest_paths(incoming, outgoing)
    for part in connected_parts(count, arcs):
        _Tree(_tight_tree(part[0], rank, incoming, outgoing), rank, incoming, outgoing).optimize()
        _balance(part, rank, incoming, outgoing)
        first = min(rank[v] for v in part)
        for v in part:
            rank[v] -= first
    return rank


def connected_parts(count: int, arcs: Iterable[Arc]) -> list[list[int]]:
    """The vertices of each connected part, in order of the first of them."""
    near: list[list[int]] = [[] for _ in range(count)]
    for tail, head in arcs:
        near[tail].append(head)
        near[head].append(tail)
    parts: list[list[int]] = []
    seen = [False] * count
    for start in range(count):
        if not seen[start]:
            seen[start] = True
            part = [start]
            for v in part:
                for u in near[v]:
                    if not seen[u]:
                        seen[u] = True
                        part.append(u)
            parts.append(part)
    return parts


def _longest_paths(incoming: Neighbours, outgoing: Neighbours) -> list[int]:
    """Every vertex as early as its arcs allow."""
    rank = [0] * len(incoming)
    waiting = [len(tails) for tails in incoming]
    ready = [v for v, tails in enumerate(incoming) if not tails]
    for v in ready:
        for head in outgoing[v]:
            rank[head] = max(rank[head], rank[v] + 1)
            waiting[head] -= 1
            if not waiting[head]:
                ready.append(head)
    return rank


def _tight_tree(root: int, rank: list[int], incoming: Neighbours, outgoing: Neighbours) -> dict[int, int]:
    """The parents in a spanning tree of arcs of length 1, and `rank` changed so that there is one.

    The tree grows from its root by the arc with the least slack, once the whole tree has moved by that slack.
    """
    parent: dict[int, int] = {root: -1}
    moved = 0  # how far the tree as a whole has moved; `rank` of its vertices is kept without that
    arrivals: list[tuple[int, int, int]] = []  # arcs into the tree: slack as ranks are kept, ends outside and inside
    departures: list[tuple[int, int, int]] = []
    sides = ((arrivals, incoming, -1), (departures, outgoing, 1))
    v = root
    while True:
        rank[v] -= moved
        for heap, near, way in sides:
            for u in near[v]:
                if u not in parent:
                    heappush(heap, (way * (rank[u] - rank[v]) - 1, u, v))
            while heap and heap[0][1] in parent:
                heappop(heap)
        nearest = [(heap[0][0] - way * moved, way, heap) for heap, _, way in sides if heap]
        if not nearest:
            break
        _, way, heap = min(nearest, key=itemgetter(0))
        slack, v, inside = heappop(heap)
        parent[v] = inside
        moved = way * slack
    for u in parent:
        rank[u] += moved
    return parent


class _Tree:
    """A spanning tree of arcs of length 1."""

    def __init__(
        self,
        parent: dict[int, int],
        rank: list[int],
        incoming: Neighbours,
        outgoing: Neighbours,
    ) -> None:
        self.parent, self.rank, self.incoming, self.outgoing = parent, rank, incoming, outgoing
        self.children: dict[int, list[int]] = {v: [] for v in parent}
        # How many arcs leave the subtree below a vertex, less those that enter it: arcs inside cancel.
        self.surplus = {v: len(outgoing[v]) - len(incoming[v]) for v in parent}
        for v, p in reversed(parent.items()):
            if p >= 0:
                self.children[p].append(v)
                self.surplus[p] += self.surplus[v]

    def optimize(self) -> None:
        """Exchange arcs of the tree until no subtree gains by moving, or until that has taken too many steps."""
        turn = cycle([*reversed(self.parent)])
        steps = idle = 0
        while idle < len(self.parent) and steps < _STEPS:
            v = next(turn)
            idle += 1
            if self._gains(v):
                steps += self._move(v)
                idle = 0

    def _below(self, v: int) -> list[int]:
        """The vertices of a subtree, parents before children."""
        found = [v]
        for u in found:
            found += self.children[u]
        return found

    def _gains(self, v: int) -> bool:
        """Whether the subtree at `v`, free of its parent's arc, would move away from it."""
        p = self.parent[v]
        return p >= 0 and (self.surplus[v] < 0 if self.rank[v] < self.rank[p] else self.surplus[v] > 0)

    def _move(self, v: int) -> int:
        """Move the subtree at `v` until another arc stops it, and hang it on that arc; tell how much work it was."""
        subtree = self._below(v)
        inside = set(subtree)
        rank = self.rank
        earlier = rank[v] < rank[self.parent[v]]
        slack, end, stop = len(rank) + 1, v, v
        for u in subtree:
            for w in (self.incoming if earlier else self.outgoing)[u]:
                if w not in inside and abs(rank[u] - rank[w]) - 1 < slack:
                    slack, end, stop = abs(rank[u] - rank[w]) - 1, u, w
        for u in subtree if slack else ():
            rank[u] += -slack if earlier else slack
        self._hang(v, end, stop)
        return len(subtree)

    def _hang(self, v: int, end: int, stop: int) -> None:
        """Take the subtree at `v` from its parent and hang it, by its vertex `end`, on `stop` outside."""
        parent, surplus, whole = self.parent, self.surplus, self.surplus[v]
        u = parent[v]
        self.children[u].remove(v)
        while u >= 0:
            surplus[u] -= whole
            u = parent[u]
        u, above, carried = end, stop, whole
        while True:  # turn the way from `end` up to `v` upside down
            up, own = parent[u], surplus[u]
            parent[u], surplus[u] = above, carried
            self.children[above].append(u)
            if u == v:
                break
            self.children[up].remove(u)
            u, above, carried = up, u, whole - own
        u = stop
        while u >= 0:
            surplus[u] += whole
            u = parent[u]


def _balance(part: Sequence[int], rank: list[int], incoming: Neighbours, outgoing: Neighbours) -> None:
    """Move vertices whose layer is free to choose at no cost to the emptiest of the layers they may have."""
    crowd = Counter(rank[v] for v in part)
    for v in part:
        if incoming[v] and len(incoming[v]) == len(outgoing[v]):
            r = rank[v]
            free = range(max(rank[u] for u in incoming[v]) + 1, min(rank[u] for u in outgoing[v]))
            rank[v] = min(free, key=lambda layer: (crowd[layer] - (layer == r), layer))
            crowd[r] -= 1
            crowd[rank[v]] += 1
