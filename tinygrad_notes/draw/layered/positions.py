"""The positions of all vertices in their layers, and what crosses in them."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence

from tinygrad_notes.draw.layered.net import Net, Tie

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
