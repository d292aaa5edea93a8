"""Which vertex of a layer comes before which: few ties shall cross.

Layer by layer, back and forth, each vertex goes to the mean or the weighted median of its neighbours in the layer
before (Sugiyama, Tagawa and Toda 1981; Gansner et al. 1993). Then neighbours change places where fewer ties cross so.
Several first orders are tried. The best order ever seen goes on to `rethread`, which takes one thread after the other
out and puts it back where it crosses least.

A thread is a box, or all bends of one link. Sweeps move one layer at a time, so a long link never leaves a place that
is good in each layer alone and bad in all. `rethread` finds the best place in all its layers at once, by
dynamic programming over the gaps between the others. For a single box this is sifting (Matuszewski, Schönfeld and
Molitor 1999).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, count, islice, pairwise
from operator import add

from tinygrad_notes.draw.layered.net import Layers, Net, Positions, balance

_WORK = 3_000_000  # about how many additions, in all: none in graphs of thousands of boxes


def rethread(positions: Positions, layers: Layers) -> None:
    """Put every thread where it crosses least, again and again, while something gets better, within bounds."""
    for layer in layers:
        positions.settle(layer)
    threads = list(_threads(positions.net))
    once = sum((len(layers[positions.net.rank[v]]) + 2) ** 2 for thread in threads for v in thread)
    for _ in range(_WORK // once if once else 0):
        if not sum([_reinsert(positions, layers, thread) for thread in threads]):
            break


def _threads(net: Net) -> Iterator[Sequence[int]]:
    sides = {v for border in net.borders.values() for side in border for v in side}
    yield from ([path[i] for i in range(1, len(path) - 1)] for path in net.paths if len(path) > 2)
    yield from ([v] for v in range(net.boxes) if v not in sides)


def _reinsert(positions: Positions, layers: Layers, thread: Sequence[int]) -> bool:
    """Move a thread to the best slots of its layers; tell whether it crosses less there."""
    net = positions.net
    rows = [layers[net.rank[v]] for v in thread]
    old = [positions.of[v] for v in thread]
    for v, row in zip(thread, rows):
        row.remove(v)
        positions.settle(row)
    prices = [
        [0.0 if _allowed(net, row, i, net.group[v]) else math.inf for i in range(len(row) + 1)]
        for v, row in zip(thread, rows)
    ]
    prices[0] = list(map(add, prices[0], _beside(positions.above, thread[0], rows[0])))
    prices[-1] = list(map(add, prices[-1], _beside(positions.below, thread[-1], rows[-1])))
    gaps = [_through(positions, upper, lower) for upper, lower in pairwise(rows)]
    best, slots = _cheapest(prices, gaps)
    before = sum(price[slot] for price, slot in zip(prices, old)) + sum(
        gap[s][t] for gap, (s, t) in zip(gaps, pairwise(old))
    )
    for v, row, slot in zip(thread, rows, slots if best < before else old):
        row.insert(slot, v)
        positions.settle(row)
    return best < before


def _cheapest(prices: Sequence[Sequence[float]], gaps: Sequence[Sequence[Sequence[int]]]) -> tuple[float, list[int]]:
    """The cheapest way through all rows: its price, and its slot in each."""
    costs = list(prices[0])
    origins: list[list[int]] = []
    for price, gap in zip(prices[1:], gaps):
        ways = zip(*([cost + more for more in line] for cost, line in zip(costs, gap)))
        ends = [min(zip(way, count())) for way in ways]
        origins.append([origin for _, origin in ends])
        costs = [cost + more for (cost, _), more in zip(ends, price)]
    best = min(costs)
    slots = [costs.index(best)]
    for origin in reversed(origins):
        slots.append(origin[slots[-1]])
    return best, slots[::-1]


def _beside(ends: Callable[[int], list[float]], v: int, row: Sequence[int]) -> list[float]:
    """How many more of a vertex's ties on one side cross in each slot of a row than in the first."""
    own = ends(v)
    return list(accumulate((balance(ends(w), own) for w in row), initial=0.0))


def _through(positions: Positions, upper: Sequence[int], lower: Sequence[int]) -> list[list[int]]:
    """How many ties cross a line through the gap between two rows, by its slots in the upper and in the lower one."""
    slots = len(lower) + 1
    line = list(accumulate((len(positions.above(w)) for w in lower), initial=0))
    lines = [line]
    for v in upper:
        change = [0] * slots
        for end in positions.below(v):
            change[round(end)] += 1
        right = list(accumulate(reversed(change)))[::-1]  # ties of v that end at a slot or after it
        every = right[0]
        line = [cost + 2 * more - every for cost, more in zip(line, right)]
        lines.append(line)
    return lines


def _allowed(net: Net, row: Sequence[int], slot: int, group: int) -> bool:
    """Whether a member of a cluster, or of none, may stand in a slot."""
    if not net.borders:
        return True
    before = net.group[row[slot - 1]] if slot else -1
    after = net.group[row[slot]] if slot < len(row) else -1
    return (before == after == group) if group >= 0 else (before < 0 or before != after)


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
    layers: Layers = [[] for _ in range(max(net.rank) + 1)]
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
