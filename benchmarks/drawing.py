"""How long pictures take: the worked example folded and expanded, graphs of up to 50,000 nodes, and a player's page.

python benchmarks/drawing.py
"""

from __future__ import annotations

import platform
import random
import statistics
import time
from collections.abc import Callable
from functools import partial

from tinygrad_notes import MLP, Value, draw
from tinygrad_notes.draw.player import play
from tinygrad_notes.passes import topological_order

REPEATS = 5


def worked_example() -> Value:
    network = MLP.from_weights(
        [[[0.1, 0.2, -0.1], [0.3, -0.2, 0.5], [-0.4, 0.1, 0.2]], [[0.2, -0.3, 0.1]]], [[0.0, 0.1, -0.1], [0.05]]
    )
    loss: Value = (network([0.5, 0.2, 0.1]) - 1) ** 2
    loss.backward()
    return loss


def deep_chain() -> Value:
    v, w = Value(0.5), Value(0.99)
    for _ in range(12_500):
        v = (v * w + 0.01).tanh()
    v.backward()
    return v


def wide_network() -> Value:
    network = MLP(60, [300, 100, 10], seed=1)
    loss: Value = sum((output - 1) ** 2 for output in network([0.1] * 60))
    loss.backward()
    return loss


def without_structure(made: int = 75_000) -> Value:
    """What is computed from the last of so many Values: a third of them is used by none."""
    choose = random.Random(1)
    pool = [Value(choose.uniform(0.5, 1.5)) for _ in range(50)]
    while len(pool) < made:
        a, b = choose.choice(pool[-500:]), choose.choice(pool[-500:])
        pool.append(choose.choice([lambda a=a, b=b: a * b, lambda a=a, b=b: a + b, lambda a=a: a.sin()])())
    total: Value = sum(pool[-500:])
    return total


GRAPHS: list[tuple[str, Callable[[], Value]]] = [
    ("deep chain", deep_chain),
    ("wide network", wide_network),
    ("without structure", without_structure),
    ("without structure", partial(without_structure, 43_050)),
]


def milliseconds(picture: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        picture()
        times.append(time.process_time() - start)
    return 1000 * statistics.median(times)


def main() -> None:
    print(
        f"Python {platform.python_version()}, {platform.machine()}; medians of {REPEATS}, processor time, SVG written"
    )
    loss = worked_example()
    start = time.process_time()
    _ = draw(loss).svg
    print(f"{'the first picture, with all imports':55} {1000 * (time.process_time() - start):8.1f} ms")
    for fold in (None, "neuron", "layer", "repeats"):
        print(
            f"{f'worked example, fold={fold!r}':55} {milliseconds(lambda fold=fold: draw(loss, fold=fold).svg):8.1f} ms"
        )
    for what, make in GRAPHS:
        root = make()
        name = f"{what}, {len(topological_order(root)):,} nodes"
        print(f"{name:55} {milliseconds(lambda root=root: draw(root).svg):8.1f} ms")
    root = without_structure(6_260)
    name = f"the player's page without structure, {len(topological_order(root)):,} nodes"
    print(f"{name:55} {milliseconds(lambda: play(root).html):8.1f} ms")


if __name__ == "__main__":
    main()
