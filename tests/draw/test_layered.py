"""The layout in layers: nothing overlaps, links meet no foreign box, layers are kept, and it is the same everywhere."""

from __future__ import annotations

import hashlib
import io
import itertools
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tinygrad_notes.draw.layered.net import Positions, Wire, layered
from tinygrad_notes.draw.layered.order import ordered, rethread
from tinygrad_notes.draw.layered.ranks import ranks
from tinygrad_notes.draw.layered.routes import Gate, smooth, taut
from tinygrad_notes.draw.layout import Box, Cluster, Frame, Layout, Link, lay_out, waiting

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from layout_quality import crossings, foreign_boxes, line_of, overlaps

Graph = tuple[list[Box], list[Link]]


def graph(count: int, seed: int) -> Graph:
    """A random acyclic graph with boxes of all sizes, links of all lengths, ports, and links of the same ends."""
    choose = random.Random(seed)
    links = [
        Link(f"n{choose.randrange(max(0, v - choose.choice([3, 10, v])), v)}", f"n{v}", port)
        for v in range(1 + count // 4, count)
        for port in range(choose.choice([1, 2, 2, 5]))
    ]
    ports = [max([0, *(link.port + 1 for link in links if link.head == f"n{v}")]) for v in range(count)]
    return [Box(f"n{v}", choose.randint(20, 160), choose.randint(20, 90), ports[v]) for v in range(count)], links


def named(count: int, pairs: Sequence[tuple[int, int]]) -> Graph:
    return [Box(f"n{v}", 60, 40) for v in range(count)], [Link(f"n{u}", f"n{v}") for u, v in pairs]


GRAPHS = {
    **{f"{count} boxes": graph(count, count) for count in (2, 5, 10, 20, 40, 80)},
    "nothing": named(0, []),
    "one box": named(1, []),
    "no links": named(40, []),
    "two parts": named(6, [(0, 1), (1, 2), (3, 4), (4, 5), (3, 5)]),
    "the same link thrice": named(2, [(0, 1)] * 3),
    "a chain with a shortcut": named(12, [*itertools.pairwise(range(12)), (0, 11)]),
    "a fan": named(101, [(0, v) for v in range(1, 101)]),
    "a cycle": named(4, [(0, 1), (1, 2), (2, 3), (3, 0), (2, 1)]),
    "a loop": named(3, [(0, 1), (1, 1), (1, 2)]),
    "only loops": named(2, [(0, 0), (1, 1), (1, 1)]),
}


def checked(boxes: list[Box], links: list[Link], layout: Layout) -> None:
    """Fail where boxes overlap, links meet foreign boxes, or anything lies outside."""
    assert overlaps([layout.boxes[box.name] for box in boxes]) == []
    assert foreign_boxes(boxes, links, layout) == set()
    for frame in (*layout.boxes.values(), *layout.clusters.values()):
        assert frame.x >= -1e-6 and frame.x + frame.width <= layout.width + 1e-6
        assert frame.y >= -1e-6 and frame.y + frame.height <= layout.height + 1e-6


@pytest.mark.parametrize("name", GRAPHS)
def test_boxes_and_links_keep_clear_of_each_other(name: str) -> None:
    boxes, links = GRAPHS[name]
    layout = lay_out(boxes, links)
    assert len(layout.boxes) == len(boxes) and len(layout.links) == len(links)
    checked(boxes, links, layout)


@pytest.mark.parametrize("name", ["80 boxes", "a chain with a shortcut", "a fan"])
def test_links_run_along_the_flow_from_rim_to_rim(name: str) -> None:
    boxes, links = GRAPHS[name]
    layout = lay_out(boxes, links)
    for link, points in zip(links, layout.links, strict=True):
        tail, head = layout.boxes[link.tail], layout.boxes[link.head]
        assert points[0] == pytest.approx((tail.x + tail.width, tail.y + tail.height / 2))
        assert points[-1][0] == pytest.approx(head.x)
        line = line_of(points)
        assert (line[1:, 0] > line[:-1, 0]).all()
        assert points[1][1] == pytest.approx(points[0][1]) and points[-2][1] == pytest.approx(points[-1][1])


@pytest.mark.parametrize("rankdir", ["LR", "TB", "RL", "BT"])
@pytest.mark.parametrize("seed", range(3))
def test_frames_hold_their_members_and_no_others(seed: int, rankdir: str) -> None:
    boxes, links = graph(30, seed)
    names = [box.name for box in boxes]
    members = [tuple(names[4:9]), tuple(names[9:17]), tuple(names[20:24])]
    clusters = [Cluster(f"k{i}", of, 150.0, 18.0) for i, of in enumerate(members)]
    layout = lay_out(boxes, links, rankdir=rankdir, clusters=clusters)
    checked(boxes, links, layout)
    frames = [layout.clusters[cluster.name] for cluster in clusters]
    assert overlaps(frames) == []
    for cluster, frame in zip(clusters, frames, strict=True):
        assert frame.width >= 150
        for box in boxes:
            [*pair] = overlaps([frame, layout.boxes[box.name]])
            assert bool(pair) == (box.name in cluster.members)
            if pair:
                inner = layout.boxes[box.name]
                assert inner.x >= frame.x + 9 and inner.x + inner.width <= frame.x + frame.width - 9
                assert inner.y >= frame.y + 18 and inner.y + inner.height <= frame.y + frame.height - 9


def test_a_box_stands_in_the_first_frame_that_names_it() -> None:
    boxes, links = named(3, [(0, 1), (1, 2)])
    clusters = [Cluster("first", ("n0", "n1")), Cluster("second", ("n1", "n2")), Cluster("third", ("n0",))]
    layout = lay_out(boxes, links, clusters=clusters)
    assert list(layout.clusters) == ["first", "second"]
    assert overlaps([layout.clusters["second"], layout.boxes["n1"]]) == []


def test_a_symmetric_graph_is_drawn_symmetrically() -> None:
    boxes, links = named(7, [(0, 2), (0, 3), (1, 3), (1, 4), (2, 5), (3, 5), (4, 5), (5, 6)])
    layout = lay_out(boxes, links)
    middles = [layout.boxes[box.name].y for box in boxes]
    assert middles[3] == pytest.approx(middles[5], abs=0.5) == pytest.approx(middles[6], abs=0.5)
    assert middles[2] + middles[4] == pytest.approx(2 * middles[3], abs=1.0)


HASHED = """
import sys; sys.path.insert(0, sys.argv[1])
from test_layered import Cluster, graph, hashlib, lay_out
boxes, links = graph(60, 3)
clusters = [Cluster("k", tuple(box.name for box in boxes[8:15]), 90, 18)]
print(hashlib.sha256(repr(lay_out(boxes, links, clusters=clusters)).encode()).hexdigest())
"""


def test_the_same_graph_has_the_same_layout_in_every_process() -> None:
    command = [sys.executable, "-c", HASHED, str(Path(__file__).parent)]
    environments = [os.environ | {"PYTHONHASHSEED": seed} for seed in ("0", "1", "1234")]
    printed = {subprocess.run(command, env=env, capture_output=True, check=True).stdout for env in environments}
    boxes, links = graph(60, 3)
    clusters = [Cluster("k", tuple(box.name for box in boxes[8:15]), 90, 18)]
    here = hashlib.sha256(repr(lay_out(boxes, links, clusters=clusters)).encode()).hexdigest()
    assert printed == {f"{here}{os.linesep}".encode()}


@pytest.mark.slow
def test_deep_wide_and_tangled_graphs_are_laid_out_too() -> None:
    deep = named(5_000, list(itertools.pairwise(range(5_000))))
    wide = named(3_001, [(v, 3_000) for v in range(3_000)])
    ends = [*itertools.pairwise(range(600)), *((v, 599 - v) for v in range(280)), *((0, v) for v in range(2, 600))]
    for boxes, links in (deep, wide, named(600, ends)):
        checked(boxes, links, lay_out(boxes, links))


# The parts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_layers_make_the_arcs_as_short_as_they_can_be(seed: int) -> None:
    choose = random.Random(seed)
    pairs = [pair for pair in itertools.combinations(range(6), 2) if choose.random() < 0.45]
    found = ranks(6, pairs)
    assert min(found) == 0 and all(found[u] < found[v] for u, v in pairs)
    shortest = min(
        sum(tried[v] - tried[u] for u, v in pairs)
        for tried in itertools.product(range(6), repeat=6)
        if all(tried[u] < tried[v] for u, v in pairs)
    )
    assert sum(found[v] - found[u] for u, v in pairs) == shortest


@pytest.mark.parametrize("seed", range(8))
def test_crossings_are_counted_as_they_are_drawn_and_rethreading_never_adds_any(seed: int) -> None:
    choose = random.Random(seed)
    pairs = sorted({tuple(sorted(choose.sample(range(14), 2))) for _ in range(24)})
    rank = ranks(14, [(u, v) for u, v in pairs])
    net = layered(rank, [10.0] * 14, [-1] * 14, [Wire(u, v, 0.0, 0.0) for u, v in pairs])
    layers = [[v for v, rank in enumerate(net.rank) if rank == layer] for layer in range(max(net.rank) + 1)]
    positions = Positions(net)

    def counted() -> int:
        for layer in layers:
            positions.settle(layer)
        ends = [
            (net.rank[v], positions.of[v], positions.of[tie.other])
            for layer in layers
            for v in layer
            for tie in net.below[v]
        ]
        assert positions.crossings(layers) == sum(
            r == s and (a - c) * (b - d) < 0 for (r, a, b), (s, c, d) in itertools.combinations(ends, 2)
        )
        return positions.crossings(layers)

    before = counted()
    rethread(positions, layers)
    after = counted()
    assert after <= before
    layers = ordered(net)
    assert counted() <= after + 2


def test_a_taut_string_bends_only_at_gates_and_the_curve_stays_inside() -> None:
    choose = random.Random(5)
    for _ in range(200):
        middles = [choose.uniform(-50, 50) for _ in range(9)]
        gates = [Gate(10.0 * i, x - choose.uniform(0, 30), x + choose.uniform(0, 30)) for i, x in enumerate(middles)]
        gates[0], gates[-1] = Gate(0.0, middles[0], middles[0]), Gate(80.0, middles[-1], middles[-1])
        line = taut(gates)
        for gate, (y, x) in zip(gates, line, strict=True):
            assert y == gate.y and gate.low - 1e-9 <= x <= gate.high + 1e-9
        for (y0, x0), (y1, x1), (y2, x2), gate in zip(line, line[1:], line[2:], gates[1:], strict=False):
            bend = (x1 - x0) / (y1 - y0) - (x2 - x1) / (y2 - y1)
            assert abs(bend) < 1e-9 or x1 == pytest.approx(gate.low if bend > 0 else gate.high)
        curve = line_of(smooth(gates))
        for gate in gates:
            at = [x for y, x in curve if abs(y - gate.y) < 1e-9]
            assert all(gate.low - 1e-6 <= x <= gate.high + 1e-6 for x in at)


def test_the_longest_links_run_in_lanes_beside_the_graph_if_bends_would_be_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tinygrad_notes.draw.layered.routes._BENDS", 30)
    boxes, links = named(20, [*itertools.pairwise(range(20)), (0, 19), (1, 18), (2, 10), (11, 18), (3, 6)])
    layout = lay_out(boxes, links)
    checked(boxes, links, layout)
    highest = min(frame.y for frame in layout.boxes.values())
    beside = [min(y for _, y in points) < highest - 1 for points in layout.links[19:]]
    assert beside == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("terminal", "patience", "told"), [(True, 0.01, True), (True, 60, False), (False, 0.01, False)]
)
def test_a_terminal_is_told_of_what_takes_long(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, patience: float, told: bool
) -> None:
    stream = io.StringIO()
    stream.isatty = lambda: terminal  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr("tinygrad_notes.draw.layout.PATIENCE", patience)
    monkeypatch.setenv("TERM", "xterm")
    with waiting("laying out 5,000 nodes …"):
        time.sleep(0.5)
    assert ("laying out 5,000 nodes …" in stream.getvalue()) == told


# The checkers ---------------------------------------------------------------------------------------


def test_the_checkers_see_planted_faults() -> None:
    boxes, links = named(4, [(0, 2), (1, 3)])
    layout = lay_out(boxes, links)
    assert crossings(links, [line_of(curve) for curve in layout.links]) == set()
    swapped = replace(layout, links=[_straight(layout, "n0", "n3"), _straight(layout, "n1", "n2")])
    assert crossings(links, [line_of(curve) for curve in swapped.links]) == {(0, 1)}
    moved = layout.boxes | {"n1": replace(layout.boxes["n0"], x=layout.boxes["n0"].x - 50)}
    assert overlaps([moved[box.name] for box in boxes]) == [(0, 1)]
    middle = _straight(layout, "n0", "n2")[2]
    blocked = replace(layout, boxes=layout.boxes | {"n1": Frame(middle[0] - 5, middle[1] - 5, 10, 10)})
    assert foreign_boxes(boxes, links, blocked) == {(0, "n1")}
    with pytest.raises(AssertionError):
        checked(boxes, links, blocked)


def _straight(layout: Layout, tail: str, head: str) -> tuple[tuple[float, float], ...]:
    start, end = layout.boxes[tail], layout.boxes[head]
    (x0, y0), (x1, y1) = (start.x + start.width, start.y + start.height / 2), (end.x, end.y + end.height / 2)
    return tuple((x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in (0, 1 / 3, 2 / 3, 1))
