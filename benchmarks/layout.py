"""The layout beside Graphviz's `dot`: crossings, length of links, links through foreign boxes, time.

    python benchmarks/layout.py                 the gallery, networks, 50 random graphs of 10 to 300 nodes
    python benchmarks/layout.py --large 2000    one graph of so many nodes alone (without a number 3,000)

Left to itself, `dot` took two minutes for 2,000 nodes, and for 3,000 it had not ended after fifteen. Nearly all of that
goes into positions, after the order within the ranks is settled. So `--positions` bounds the steps of that part for the
large graph: Graphviz's `nslimit`, a multiple of the nodes, 5 without the option; 0 sets no bound. That makes `dot`
faster, and its links cross a little more often.

`dot` has to be on the PATH. Both engines get the same boxes, ports and gaps. Times are of the processor; `dot`'s
include those of starting it.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[1] / "docs" / "generate"))

import gallery_page
import static_pictures
from harness import machine, table
from layout_quality import Quality, quality

from tinygrad_notes import MLP, Value
from tinygrad_notes.draw import arrangement, draw, graphviz, layout
from tinygrad_notes.draw.layout import Box, Cluster, Link

SEEDS = range(1, 51)


@dataclass(frozen=True)
class Task:
    """What an engine is asked to lay out."""

    group: str
    name: str
    boxes: list[Box]
    links: list[Link]
    clusters: tuple[Cluster, ...] = ()
    rankdir: str = "LR"
    gap: float = 44.0


def drawn(group: str, name: str, picture: Callable[[], object]) -> Iterator[Task]:
    """The tasks that drawing a picture sets."""
    with patch.object(arrangement, "lay_out", wraps=layout.lay_out) as called:
        picture()
    for i, call in enumerate(called.call_args_list):
        options = call.kwargs
        yield Task(
            group, f"{name}{i or ''}", *call.args, tuple(options["clusters"]), options["rankdir"], options["rank_gap"]
        )


def gallery() -> Iterator[Task]:
    yield from drawn("gallery", "page ", gallery_page.pages)
    yield from drawn("gallery", "docs ", lambda: list(static_pictures.pictures()))
    loss = static_pictures.worked_loss(static_pictures.worked_example())
    for options in ({"fold": "neuron"}, {"cluster": "neuron"}, {"cluster": "layer"}, {"rankdir": "TB"}):
        yield from drawn("gallery", f"worked {options}", lambda options=options: draw(loss, **options))


def networks() -> Iterator[Task]:
    for sizes in ([3, [3, 1]], [2, [2, 2]], [4, [5, 3]], [2, [8, 8, 1]], [2, [16, 16, 1]], [8, [8]]):
        network = MLP(sizes[0], sizes[1], activation="tanh", seed=1)
        loss = sum((output - 1) ** 2 for output in _listed(network([0.1] * sizes[0])))
        yield from drawn("networks", f"MLP {sizes}", lambda loss=loss: draw(loss, limit=10_000))
    state, weight, inward = Value(0.1), Value(0.9), Value(0.5)
    for i in range(12):
        state = (state * weight + inward * Value(0.1 * i)).tanh()
    yield from drawn("networks", "recurrence of 12 steps", lambda: draw(state, limit=10_000))
    x, total = Value(0.7), Value(0.0)
    for i in range(10):
        total = total + x**i * Value(1 / (i + 1))
    yield from drawn("networks", "polynomial of 10 terms", lambda: draw(total, limit=10_000))


def _listed(outputs: Value | list[Value]) -> list[Value]:
    return [outputs] if isinstance(outputs, Value) else list(outputs)


def random_graph(nodes: int, seed: int) -> Task:
    """A graph such as programs make: a quarter are leaves, the rest take one or two of the latest nodes, and now and
    then a leaf once more."""
    choose = random.Random(seed)
    window = choose.choice([6, 12, 25, 60])
    leaves = max(2, nodes // 4)
    operands = {
        v: [choose.randrange(max(0, v - window), v) for _ in range(choose.choice([1, 2, 2]))]
        + ([choose.randrange(leaves)] if choose.random() < 0.35 else [])
        for v in range(leaves, nodes)
    }
    used = set(operands) | {u for found in operands.values() for u in found}
    boxes = [
        Box(f"n{v}", 140 if v in operands else 94, max(60, 17 * len(operands.get(v, ()))), len(operands.get(v, ())))
        for v in sorted(used)
    ]
    links = [Link(f"n{u}", f"n{v}", port) for v, found in operands.items() for port, u in enumerate(found)]
    return Task("random", f"{nodes} nodes, seed {seed}", boxes, links)


def large_graph(nodes: int) -> Task:
    """Equal boxes, a tenth fewer than `nodes`. Links have no ports: with them `dot` did not end in nine minutes."""
    task = random_graph(nodes, 5)
    boxes = [replace(box, width=72, height=36, ports=0) for box in task.boxes]
    return replace(task, group="large", boxes=boxes, links=[replace(link, port=0) for link in task.links])


def random_graphs() -> Iterator[Task]:
    for seed in SEEDS:
        yield random_graph(round(10 * 30 ** ((seed - 1) / (len(SEEDS) - 1))), seed)


@dataclass(frozen=True)
class Result:
    """How one engine did, in how many seconds."""

    found: Quality
    seconds: float


def bounded(positions: float) -> None:
    """Let `dot` take no more than so many steps for each node when it chooses positions."""
    written = graphviz._source

    def source(*arguments: Any) -> str:
        return written(*arguments).replace("graph [", f"graph [nslimit={positions}, ", 1)

    graphviz._source = source


def tried(task: Task, engine: str) -> Result:
    """What an engine makes of a task."""
    start = _processor()
    placed = layout.lay_out(
        task.boxes, task.links, rankdir=task.rankdir, clusters=task.clusters, rank_gap=task.gap, engine=engine
    )
    seconds = _processor() - start
    return Result(quality(task.boxes, task.links, placed), seconds)


def _processor() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def row(name: str, ours: list[Result], dots: list[Result]) -> list[str]:
    """A line of the table: sums over some tasks."""

    def both(form: str, measure: Callable[[Result], float]) -> list[str]:
        mine, theirs = sum(map(measure, ours)), sum(map(measure, dots))
        return [
            f"{mine:{form}}",
            f"{theirs:{form}}",
            f"{mine / theirs:.2f}" if theirs else "1.00" if mine == 0 else "∞",
        ]

    return [
        name,
        *both(",.0f", lambda result: result.found.crossings),
        *both(",.0f", lambda result: result.found.length),
        *both(".2f", lambda result: result.seconds),
        f"{sum(result.found.through for result in ours)} / {sum(result.found.through for result in dots)}",
        f"{sum(result.found.overlaps for result in ours)}",
    ]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--large", type=int, nargs="?", const=3_000, metavar="NODES", help="one graph alone")
    options.add_argument("--positions", type=float, default=5, metavar="STEPS", help="bound of `dot` for a large graph")
    options.add_argument("--each", action="store_true", help="a line for every task")
    chosen = options.parse_args()
    sys.modules["pygraphviz"] = None  # type: ignore[assignment]  # so that the program is asked
    version = subprocess.run(["dot", "-V"], capture_output=True, text=True, check=True).stderr.strip()
    print(
        f"{machine('numpy')}; {version}; random graphs by random_graph(nodes, seed), seeds {SEEDS[0]} to {SEEDS[-1]}\n"
    )
    if chosen.large and chosen.positions:
        bounded(chosen.positions)
    tasks = [large_graph(chosen.large)] if chosen.large else [*gallery(), *networks(), *random_graphs()]
    header = ["pictures", "crossings", "dot", "ratio", "length", "dot", "ratio", "seconds", "dot", "ratio"]
    header += ["through foreign boxes, ours / dot", "overlaps"]
    done = [(task, tried(task, "layered"), tried(task, "dot")) for task in tasks]
    rows = [row(f"{task.group}: {task.name}", [ours], [dots]) for task, ours, dots in done] if chosen.each else []
    for group in dict.fromkeys(task.group for task in tasks):
        of = [(ours, dots) for task, ours, dots in done if task.group == group]
        rows.append(row(f"{group}, {len(of)}", *map(list, zip(*of, strict=True))))
    rows.append(row(f"all, {len(done)}", [ours for _, ours, _ in done], [dots for _, _, dots in done]))
    print(table(header, rows))
    for what in ("crossings", "length"):
        worst = max(done, key=lambda one: _ratio(one, what))
        print(f"\nworst ratio of {what}: {_ratio(worst, what):.2f}, {worst[0].group}: {worst[0].name}")


def _ratio(one: tuple[Task, Result, Result], what: str) -> float:
    ours, dots = (getattr(result.found, what) for result in one[1:])
    return float(ours / dots) if dots else float(ours > 0) * float("inf") if ours else 1.0


if __name__ == "__main__":
    main()
