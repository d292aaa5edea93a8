"""One graph laid out: layers, order, places, then frames and curves, in (along, across) the flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tinygrad_notes.draw.layered.net import Net, Wire, enclose, layered
from tinygrad_notes.draw.layered.order import ordered
from tinygrad_notes.draw.layered.places import places
from tinygrad_notes.draw.layered.ranks import ranks
from tinygrad_notes.draw.layered.routes import Gate, Point, detour, lanes, smooth, too_long


@dataclass(frozen=True, slots=True)
class Block:
    """A box: how thick it is along the flow, how wide across, and which cluster it belongs to, or -1."""

    thick: float
    wide: float
    cluster: int = -1


@dataclass(frozen=True, slots=True)
class Fence:
    """How much room a cluster's frame leaves around its members, and how large it is at least."""

    before: float  # along the flow
    after: float
    lead: float  # across it
    trail: float
    thick: float
    wide: float


@dataclass(slots=True)
class Placed:
    """Where all is: the middles of boxes, the corners of clusters' frames, and the links' curves."""

    boxes: list[Point]
    frames: dict[int, tuple[Point, Point]] = field(default_factory=dict)
    curves: list[list[Point]] = field(default_factory=list)


def lay_out_blocks(
    blocks: Sequence[Block], wires: Sequence[Wire], fences: Mapping[int, Fence], gap: float, layer_gap: float
) -> Placed:
    """The layout of blocks that wires, or clusters, connect."""
    count = len(blocks)
    forward, turned = _along_the_flow(count, wires)
    blocks = [*blocks, *(Block(0.0, 0.0) for _ in range(2 * len(turned)))]
    rank = ranks(len(blocks), [(wire.tail, wire.head) for wire in forward])
    outside = too_long(forward, rank)
    inside = [i for i in range(len(forward)) if i not in outside]
    net = layered(
        rank, [block.wide for block in blocks], [block.cluster for block in blocks], [forward[i] for i in inside]
    )
    for cluster in sorted({block.cluster for block in blocks} - {-1}):
        enclose(net, cluster, fences[cluster].lead - gap, fences[cluster].trail - gap)
    layers = ordered(net)
    across = places(net, layers, gap, {c: fence.wide for c, fence in fences.items()})
    drawing = _Drawing(net, layers, blocks, count, fences, across, gap, layer_gap)
    placed = Placed([(drawing.along[v], across[v]) for v in range(count)])
    for cluster, (first, last) in net.borders.items():
        start, end = drawing.extents[cluster]
        placed.frames[cluster] = (start, across[first[0]]), (end, across[last[0]])
    curves = {i: smooth(drawing.gates(forward[i], path)) for i, path in zip(inside, net.paths)}
    curves |= drawing.detours({i: forward[i] for i in outside})
    placed.curves = [curves[i] for i in range(len(wires))]
    for out, (back, home) in turned.items():
        placed.curves[out] = _around(curves[out], curves[back][::-1], curves[home])
    return placed


def _along_the_flow(count: int, wires: Sequence[Wire]) -> tuple[list[Wire], dict[int, tuple[int, int]]]:
    """The same wires without cycles. One against the flow becomes three: out to a turn, back to another, and home.

    Returns the wires, and for each that was turned the numbers of its second and third part.
    """
    against = _against(count, wires)
    forward, turned = list(wires), dict[int, tuple[int, int]]()
    for i in against:
        wire, early, late = wires[i], count + 2 * len(turned), count + 2 * len(turned) + 1
        turned[i] = len(forward), len(forward) + 1
        forward[i] = Wire(wire.tail, late, wire.leaves, 0.0)
        forward += [Wire(early, late, 0.0, 0.0), Wire(early, wire.head, 0.0, wire.enters)]
    return forward, turned


def _against(count: int, wires: Sequence[Wire]) -> list[int]:
    """The numbers of wires that close a cycle, found by a walk in depth."""
    leaving: list[list[int]] = [[] for _ in range(count)]
    entered = [False] * count
    for i, wire in enumerate(wires):
        leaving[wire.tail].append(i)
        entered[wire.head] = True
    new, open_, done = 0, 1, 2
    state = [new] * count
    found: list[int] = []
    for start in sorted(range(count), key=lambda v: entered[v]):
        walk = [(start, iter(leaving[start]))] if state[start] == new else []
        state[start] = max(state[start], open_)
        while walk:
            v, rest = walk[-1]
            for i in rest:
                head = wires[i].head
                if state[head] == open_:
                    found.append(i)
                elif state[head] == new:
                    state[head] = open_
                    walk.append((head, iter(leaving[head])))
                    break
            else:
                state[v] = done
                walk.pop()
    return sorted(found)


def _around(out: list[Point], back: list[Point], home: list[Point]) -> list[Point]:
    """One curve of three that meet in turns, where it runs across the flow."""
    for first, second in ((out, back), (back, home)):
        y, x = first[-1]
        reach = (second[3][1] - first[-4][1]) / 4
        first[-2], second[1] = (y, x - reach), (y, x + reach)
    return [*out, *back[1:], *home[1:]]


class _Drawing:
    """Where layers, boxes and gates lie along the flow, once all have their places across it."""

    def __init__(
        self,
        net: Net,
        layers: Sequence[Sequence[int]],
        blocks: Sequence[Block],
        count: int,
        fences: Mapping[int, Fence],
        across: Sequence[float],
        gap: float,
        layer_gap: float,
    ) -> None:
        self.net, self.blocks, self.across, self.gap, self.layer_gap = net, blocks, across, gap, layer_gap
        self.count = count
        self.bands: list[tuple[float, float]] = []
        self.along: list[float] = []
        self.extents: dict[int, tuple[float, float]] = {}
        self._stack(fences)
        self.low, self.high = [-float("inf")] * len(across), [float("inf")] * len(across)
        for layer in layers:
            for v, w in pairwise(layer):
                self.high[v], self.low[w] = self._between(v, w)

    def _stack(self, fences: Mapping[int, Fence]) -> None:
        """Put the layers one after the other, with room for the frames that begin and end between them."""
        rank, blocks = self.net.rank, self.blocks
        thick = [0.0] * (max(rank) + 1)
        for v, block in enumerate(blocks):
            thick[rank[v]] = max(thick[rank[v]], block.thick)
        ends: list[float] = [0.0] * len(thick)
        starts: list[float] = [0.0] * len(thick)
        spans = {c: (rank[first[0]], rank[first[-1]]) for c, (first, _) in self.net.borders.items()}
        for c, (first, last) in spans.items():
            alone = max(0.0, fences[c].thick - min(thick[first], thick[last])) / 2 if first == last else 0.0
            starts[first] = max(starts[first], fences[c].before, alone)
            ends[last] = max(ends[last], fences[c].after, alone)
        at = 0.0
        for i, size in enumerate(thick):
            at += max(self.layer_gap, ends[i - 1] + starts[i] + 4) if i else starts[i]
            self.bands.append((at, at + size))
            at += size
        self.along = [sum(self.bands[rank[v]]) / 2 for v in range(len(blocks))]
        for c in spans:
            members = [v for v in range(len(blocks)) if blocks[v].cluster == c]
            start = min(self.along[v] - blocks[v].thick / 2 for v in members) - fences[c].before
            end = max(self.along[v] + blocks[v].thick / 2 for v in members) + fences[c].after
            more = max(0.0, fences[c].thick - (end - start)) / 2
            self.extents[c] = start - more, end + more

    def _between(self, v: int, w: int) -> tuple[float, float]:
        """How far links may come into the free room between two neighbours, from the side of each."""
        net = self.net
        start, end = self.across[v] + net.trail[v], self.across[w] - net.lead[w]
        if v < net.boxes and w >= net.boxes:
            return (start + end) / 2, min(start + self.gap / 2, end)
        if v >= net.boxes and w < net.boxes:
            return max(end - self.gap / 2, start), (start + end) / 2
        apart = (end - start) / 4 if v >= net.boxes else 0.0
        return (start + end) / 2 - apart, (start + end) / 2 + apart

    def gates(self, wire: Wire, path: Sequence[int]) -> list[Gate]:
        """The gates of a link from rim to rim."""
        found = [self._end(wire.tail, 1, wire.leaves)]
        for v in path:
            low, high = self.low[v], self.high[v]
            for y in self.bands[self.net.rank[v]]:
                if y > found[-1].y:
                    found.append(Gate(y, low, high))
        last = self._end(wire.head, -1, wire.enters)
        while found[-1].y >= last.y:
            found.pop()
        return [*found, last]

    def detours(self, wires: Mapping[int, Wire]) -> dict[int, list[Point]]:
        """The curves of links in lanes, before all that has a place across the flow."""
        rank, bands = self.net.rank, self.bands
        extents = [(i, bands[rank[wire.tail]][1], bands[rank[wire.head]][0]) for i, wire in wires.items()]
        first = min(x - lead for x, lead in zip(self.across, self.net.lead))
        lane = lanes(extents)
        return {
            i: detour(
                self._end(wires[i].tail, 1, wires[i].leaves)[:2],
                leaves,
                enters,
                self._end(wires[i].head, -1, wires[i].enters)[:2],
                self.layer_gap,
                first - self.gap * (1 + lane[i] / 2),
            )
            for i, leaves, enters in extents
        }

    def _end(self, v: int, side: int, offset: float) -> Gate:
        """The point where a link meets a box's rim, or turns round in the room between two layers."""
        start, end = self.bands[self.net.rank[v]]
        x = self.across[v] + offset
        if v >= self.count:
            return Gate(start - self.layer_gap / 2 if self.net.above[v] else end + self.layer_gap / 2, x, x)
        return Gate(self.along[v] + side * self.blocks[v].thick / 2, x, x)
