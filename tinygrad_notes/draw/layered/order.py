"""Which vertex of a layer comes before which: few ties shall cross.

Layer by layer, back and forth, each vertex goes to the mean or the weighted median of its neighbours in the layer
before (Sugiyama, Tagawa and Toda 1981; Gansner et al. 1993), then neighbours change places where fewer ties cross so.
Several first orders are tried, and the best order ever seen goes on to `threads`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from tinygrad_notes.draw.layered.net import Net
from tinygrad_notes.draw.layered.positions import Layers, Positions, balance
from tinygrad_notes.draw.layered.threads import rethread

_STARTS, _ROUNDS = 8, 16
_PER_START, _PER_ROUND = 2_400, 110_000  # bound the work: so many ties are one start's, one round's share
_PATIENCE = 6  # rounds without a better order


def ordered(net: Net) -> Layers:
    """The layers, each in order."""
    positions = Positions(net)
    ties = sum(map(len, net.below)) + 1
    rounds = max(2, min(_ROUNDS, _PER_ROUND // ties))
    starts = islice(_starts(net), max(1, min(_STARTS, _PER_START // ties)))
    _, layers = min((_improved(positions, start, rounds) for start in starts), key=lambda found: found[0])
    rethread(positions, layers)
    return layers


def _starts(net: Net) -> Iterator[Layers]:
    """Walks from the last layer along operands and from the first along users, in depth and in breadth, then the
    same with the last operand before the first."""
    for turned in (False, True):
        for from_last in (True, False):
            for in_depth in (True, False):
                yield _walked(net, from_last, in_depth, turned)


def _walked(net: Net, from_last: bool, in_depth: bool, turned: bool) -> Layers:
    """The vertices in the order in which a walk meets them."""
    ties, others = (net.above, net.below) if from_last else (net.below, net.above)
    backwards = in_depth != turned  # a stack gives back the last first
    waiting = deque(sorted((v for v in range(len(net.rank)) if not others[v]), reverse=backwards))
    layers: Layers = [[] for _ in net.layers]
    seen = [False] * len(net.rank)
    while waiting:
        v = waiting.pop() if in_depth else waiting.popleft()
        if not seen[v]:
            seen[v] = True
            layers[net.rank[v]].append(v)
            waiting += [tie.other for tie in sorted(ties[v], key=lambda tie: tie.here, reverse=backwards)]
    return layers


def _improved(positions: Positions, layers: Layers, rounds: int) -> tuple[int, Layers]:
    """The best order found from a first one, after how many ties cross in it."""
    for layer in layers:
        positions.settle(layer)
    turns = _turns(positions, layers)
    for layer in layers if turns else ():
        _sort(positions, layer, [float(i) for i in range(len(layer))], turns)
    best, kept = positions.crossings(layers), [list(layer) for layer in layers]
    last = 0
    for k in range(rounds):
        if best == 0 or k - last > _PATIENCE:
            break
        _sweep(positions, layers, down=k % 2 == 0, middle=_mean if k % 4 < 2 else _median, restless=k % 8 >= 4)
        crossings = positions.crossings(layers)
        if crossings < best:
            best, kept, last = crossings, [list(layer) for layer in layers], k
    return best, kept


def _sweep(
    positions: Positions, layers: Layers, down: bool, middle: Callable[[list[float]], float], restless: bool
) -> None:
    """Order each layer by the one before it; `restless` changes what makes no difference, to come to new orders."""
    turns = _turns(positions, layers)
    for layer in layers if down else reversed(layers):
        ends = map(positions.above if down else positions.below, layer)
        _sort(positions, layer, [middle(found) if found else float(i) for i, found in enumerate(ends)], turns)
        _exchange(positions, layer, restless)


def _mean(places: list[float]) -> float:
    return sum(places) / len(places)


def _median(places: list[float]) -> float:
    """The weighted median: of two middle places, nearer to the side where the places lie closer together."""
    places = sorted(places)
    half = len(places) // 2
    if len(places) % 2:
        return places[half]
    low, high = places[half - 1], places[half]
    left, right = low - places[0], places[-1] - high
    return (low * right + high * left) / (left + right) if left + right else (low + high) / 2


def _turns(positions: Positions, layers: Layers) -> dict[int, float]:
    """The order of the clusters, the same in every layer that they share: by their mean places."""
    shares: dict[int, list[float]] = {}
    for layer in layers if positions.net.borders else ():
        for i, v in enumerate(layer):
            if positions.net.group[v] >= 0:
                shares.setdefault(positions.net.group[v], []).append(i / len(layer))
    return {cluster: sum(found) / len(found) for cluster, found in shares.items()}


def _sort(positions: Positions, layer: list[int], wishes: Sequence[float], turns: dict[int, float]) -> None:
    """Sort a layer by wished places; the members of a cluster stay together, between its borders."""
    wish = dict(zip(layer, wishes))
    if not turns:
        layer.sort(key=wish.__getitem__)
    else:
        group = positions.net.group
        members: dict[int, list[int]] = {}
        for v in layer:
            if group[v] >= 0:
                members.setdefault(group[v], []).append(v)
        middles = sorted(_mean([wish[v] for v in found]) for found in members.values())
        middle = dict(zip(sorted(members, key=lambda cluster: (turns[cluster], cluster)), middles))
        sides = [zip((-1, 1), positions.net.borders[cluster]) for cluster in members]
        border = {v: side for both in sides for side, chain in both for v in chain}
        layer.sort(
            key=lambda v: (
                (middle[group[v]], group[v], border.get(v, 0), wish[v]) if group[v] >= 0 else (wish[v], -1, 0, 0.0)
            )
        )
    positions.settle(layer)


def _exchange(positions: Positions, layer: list[int], restless: bool) -> None:
    """Let neighbours change places as long as fewer ties cross so."""
    above = {v: positions.above(v) for v in layer}
    below = {v: positions.below(v) for v in layer}
    gains: dict[tuple[int, int], int] = {}
    pairs = list(range(len(layer) - 1))
    while pairs:
        changed: set[int] = set()
        for i in pairs:
            v, w = layer[i], layer[i + 1]
            if (v, w) not in gains:
                free = positions.net.may_change_places(v, w)
                gains[v, w] = balance(above[v], above[w]) + balance(below[v], below[w]) if free else -1
                gains[w, v] = -gains[v, w]
            if gains[v, w] > 0 or (restless and gains[v, w] == 0):
                layer[i], layer[i + 1] = w, v
                changed |= {i - 1, i, i + 1}
        restless = False
        pairs = sorted(changed & set(range(len(layer) - 1)))
    positions.settle(layer)
