"""Where the vertices of ordered layers stand across the flow.

The sum of weight · (difference along a tie)² over all ties is made as small as the order and the gaps allow. With the
other layers held fixed, a layer's best places are a weighted isotonic regression, which pooling adjacent violators
solves exactly (Barlow et al. 1972). Going through the layers again and again, down and up, leads to the one least sum,
for the sum is convex and each layer has its own conditions. The last rounds weigh a tie by 1/|difference| too: the sum
of absolute differences, under which ties that are nearly straight become straight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from tinygrad_notes.draw.layered.net import Net

_ROUNDS = 40
_WORK = 100_000  # vertices moved in all the rounds of either kind
_STILL = 0.05  # pixels
_NEAR = 0.5


def places(net: Net, layers: Sequence[Sequence[int]], gap: float, widths: Mapping[int, float]) -> list[float]:
    """The middle of every vertex across the flow; neighbours are `gap` apart, bends half as far.

    The borders of a cluster are straight, and at least so far apart as `widths` says.
    """
    offsets = [_offsets(net, layer, gap) for layer in layers]
    x = [0.0] * len(net.rank)
    for layer, offset in zip(layers, offsets):
        for v, place in zip(layer, offset):
            x[v] = place - offset[-1] / 2
    rounds = max(4, min(_ROUNDS, _WORK // len(x)))
    for straight in (False, True):
        for k in range(rounds):
            backwards = k % 2 == 1
            moved = [
                _place(net, layer, offset, x, straight)
                for layer, offset in (zip(reversed(layers), reversed(offsets)) if backwards else zip(layers, offsets))
            ]
            if max(moved) < _STILL:
                break
    if net.borders:
        _straighten_borders(net, layers, offsets, x, widths)
    return x


def _offsets(net: Net, layer: Sequence[int], gap: float) -> list[float]:
    """The places of a layer's vertices if each stands as near to the one before it as it may."""
    found = [0.0]
    for v, w in pairwise(layer):
        thin = v >= net.boxes and w >= net.boxes and net.group[v] == net.group[w]
        found.append(found[-1] + net.trail[v] + net.lead[w] + (gap / 2 if thin else gap))
    return found


def _place(net: Net, layer: Sequence[int], offsets: Sequence[float], x: list[float], straight: bool) -> float:
    """Move a layer to its best places, all others standing still; tell how far one of it moved at most."""
    pools: list[tuple[float, float, int]] = []  # weighted sum of wishes, weight, how many vertices
    for v, offset in zip(layer, offsets):
        wishes = weights = 0.0
        for ties in (net.above[v], net.below[v]):
            for other, here, there, weight in ties:
                wish = x[other] + there - here
                if straight:
                    weight /= _NEAR + abs(wish - x[v])
                wishes += weight * wish
                weights += weight
        if not weights:
            wishes, weights = 1e-3 * x[v], 1e-3
        total, count = wishes - offset * weights, 1
        while pools and pools[-1][0] * weights > total * pools[-1][1]:
            before = pools.pop()
            total, weights, count = total + before[0], weights + before[1], count + before[2]
        pools.append((total, weights, count))
    middles = [total / weights for total, weights, count in pools for _ in range(count)]
    moved = 0.0
    for v, middle, offset in zip(layer, middles, offsets):
        moved = max(moved, abs(x[v] - middle - offset))
        x[v] = middle + offset
    return moved


def _straighten_borders(
    net: Net,
    layers: Sequence[Sequence[int]],
    offsets: Sequence[Sequence[float]],
    x: list[float],
    widths: Mapping[int, float],
) -> None:
    """Move vertices on, as little as it takes to make every border one straight line."""
    before: list[float] = []
    while x != before:
        before = list(x)
        for layer, offset in zip(layers, offsets):
            for (v, at), (w, then) in pairwise(zip(layer, offset)):
                x[w] = max(x[w], x[v] + then - at)
        for cluster, (first, last) in net.borders.items():
            start = max(x[v] for v in first)
            end = max(start + widths[cluster], *(x[v] for v in last))
            for v, w in zip(first, last):
                x[v], x[w] = start, end
