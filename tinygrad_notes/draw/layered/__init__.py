"""The layout of this package: boxes in layers, in pure Python, the same on every machine.

The method is that of Sugiyama, Tagawa and Toda (1981) as Gansner et al. (1993) work it out, one step a module:
`ranks` puts boxes into layers. `net` gives every link a bend in each layer that it passes. `order` orders the layers so
that few links cross. `places` says where all stands across the flow. `routes` draws the links, and beside the graph
those that are too long to be bent in every layer. `component` does all this for one connected graph; here several
stand beside each other, and the picture is turned to its `rankdir`.
"""

from __future__ import annotations

from collections.abc import Sequence

from tinygrad_notes.draw.boxes import Box, Cluster, Frame, Layout, Link
from tinygrad_notes.draw.layered.component import Block, Fence, Placed, lay_out_blocks
from tinygrad_notes.draw.layered.net import Wire
from tinygrad_notes.draw.layered.ranks import connected_parts
from tinygrad_notes.draw.shapes import Point

_MARGIN = 10.0  # between a frame and what it holds


def lay_out_in_layers(
    boxes: Sequence[Box], links: Sequence[Link], rankdir: str, clusters: Sequence[Cluster], gaps: tuple[float, float]
) -> Layout:
    """See `lay_out`; `gaps` are its `node_gap` and `rank_gap`."""
    level = rankdir in ("LR", "RL")
    number = {box.name: i for i, box in enumerate(boxes)}
    cluster = [-1] * len(boxes)
    for c, named in enumerate(clusters):
        for name in named.members:
            if cluster[number[name]] < 0:
                cluster[number[name]] = c
    blocks = [
        Block(*((box.width, box.height) if level else (box.height, box.width)), c)
        for box, c in zip(boxes, cluster, strict=True)
    ]
    wires = [_wire(boxes, number, link, level) for link in links]
    fences = {c: _fence(named, rankdir) for c, named in enumerate(clusters)}
    firsts: dict[int, int] = {}
    held = [(firsts.setdefault(c, i), i) for i, c in enumerate(cluster) if c >= 0]
    parts = connected_parts(len(boxes), [*((wire.tail, wire.head) for wire in wires), *held])
    return _turned(_part_by_part(parts, blocks, wires, fences, *gaps), blocks, boxes, clusters, rankdir)


def _wire(boxes: Sequence[Box], number: dict[str, int], link: Link, level: bool) -> Wire:
    head = boxes[number[link.head]]
    ports = max(1, head.ports)
    wide = head.height if level else head.width
    return Wire(number[link.tail], number[link.head], 0.0, ((link.port + 0.5) / ports - 0.5) * wide)


def _fence(cluster: Cluster, rankdir: str) -> Fence:
    """The heading stands at the top, whichever side of the flow that is."""
    head = _MARGIN + cluster.height
    if rankdir in ("LR", "RL"):
        return Fence(_MARGIN, _MARGIN, head, _MARGIN, cluster.width, 0.0)
    before, after = (head, _MARGIN) if rankdir == "TB" else (_MARGIN, head)
    return Fence(before, after, _MARGIN, _MARGIN, 0.0, cluster.width)


def _part_by_part(
    parts: Sequence[Sequence[int]],
    blocks: Sequence[Block],
    wires: Sequence[Wire],
    fences: dict[int, Fence],
    gap: float,
    layer_gap: float,
) -> Placed:
    """Each connected part on its own, one after the other across the flow."""
    whole = Placed([(0.0, 0.0)] * len(blocks), {}, [[]] * len(wires))
    part_of = {v: i for i, part in enumerate(parts) for v in part}
    wires_of: list[list[int]] = [[] for _ in parts]
    for i, wire in enumerate(wires):
        wires_of[part_of[wire.tail]].append(i)
    at = 0.0
    for part, own in zip(parts, wires_of, strict=True):
        local = {v: i for i, v in enumerate(part)}
        local_wires = [wires[i]._replace(tail=local[wires[i].tail], head=local[wires[i].head]) for i in own]
        placed = lay_out_blocks([blocks[v] for v in part], local_wires, fences, gap, layer_gap)
        corners = _corners(placed, [blocks[v] for v in part])
        first, last = min(y for y, _ in corners), max(x for _, x in corners)
        low = min(x for _, x in corners)

        def moved(point: Point, first: float = first, shift: float = at - low) -> Point:
            return point[0] - first, point[1] + shift

        for v, middle in zip(part, placed.boxes, strict=True):
            whole.boxes[v] = moved(middle)
        for c, (start, end) in placed.frames.items():
            whole.frames[c] = moved(start), moved(end)
        for i, curve in zip(own, placed.curves, strict=True):
            whole.curves[i] = [moved(point) for point in curve]
        at += last - low + gap
    return whole


def _corners(placed: Placed, blocks: Sequence[Block]) -> list[Point]:
    """Points that hold everything between them."""
    corners = [
        (y + side * block.thick / 2, x + side * block.wide / 2)
        for (y, x), block in zip(placed.boxes, blocks, strict=True)
        for side in (-1, 1)
    ]
    corners += [corner for frame in placed.frames.values() for corner in frame]
    return corners + [point for curve in placed.curves for point in curve]


def _turned(
    placed: Placed, blocks: Sequence[Block], boxes: Sequence[Box], clusters: Sequence[Cluster], rankdir: str
) -> Layout:
    """The layout with the flow running along `rankdir`."""
    level = rankdir in ("LR", "RL")
    corners = _corners(placed, blocks) or [(0.0, 0.0)]
    along, across = max(y for y, _ in corners), max(x for _, x in corners)

    def place(point: Point) -> Point:
        y, x = point[0] if rankdir in ("LR", "TB") else along - point[0], point[1]
        return (y, x) if level else (x, y)

    layout = Layout(*((along, across) if level else (across, along)))
    for box, middle in zip(boxes, placed.boxes, strict=True):
        x, y = place(middle)
        layout.boxes[box.name] = Frame(x - box.width / 2, y - box.height / 2, box.width, box.height)
    for c, (start, end) in sorted(placed.frames.items()):
        (x0, y0), (x1, y1) = place(start), place(end)
        layout.clusters[clusters[c].name] = Frame(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0))
    layout.links = [tuple(place(point) for point in curve) for curve in placed.curves]
    return layout
