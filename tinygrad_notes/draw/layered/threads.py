"""Better orders by taking one thread out and putting it back where it crosses least.

A thread is a box, or all bends of one link. Sweeps move one layer at a time, so a long link never leaves a bad place
that every layer for itself approves of. Here the best place in all its layers is found at once, by dynamic programming
over the gaps between the others; for a single box this is sifting (Matuszewski, Schönfeld and Molitor 1999).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, count, pairwise
from operator import add

from tinygrad_notes.draw.layered.net import Net
from tinygrad_notes.draw.layered.positions import Layers, Positions, balance

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
