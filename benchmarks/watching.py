"""What watching costs: two moons, 2-16-16-1, with and without `Watch`: `python benchmarks/watching.py`.

Both train the same network on 300 samples for as many steps, in turn. Each redraw makes the whole picture, and the HTML
that a notebook would be sent. All times are processor time, and Watch goes by it too: the clock of a shared machine
counts what others do. The slowdown is the ratio of medians.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from harness import machine, table, with_peers

with_peers()

import numpy as np

from tinygrad_notes import MLP, Watch, fit
from tinygrad_notes.draw.picture import image
from tinygrad_notes.draw.watch import watch as watching

EPOCHS, ROUNDS = 1200, 9


def moons(count: int = 300, noise: float = 0.15) -> tuple[np.ndarray, np.ndarray]:
    draw, angles = np.random.default_rng(0), np.linspace(0, np.pi, count // 2)
    upper = np.column_stack([np.cos(angles), np.sin(angles)])
    lower = np.column_stack([1 - np.cos(angles), 0.5 - np.sin(angles)])
    return np.concatenate([upper, lower]) + noise * draw.normal(size=(count, 2)), np.repeat([0, 1], count // 2)


def trained(watch: Watch | None) -> float:
    """Seconds of processor time."""
    X, y = moons()
    network = MLP(2, [16, 16, 1], activation=["tanh", "tanh", "linear"], seed=1)
    callbacks = [] if watch is None else [watch]
    began = time.process_time()
    fit(network, X, y, loss="binary_cross_entropy", learning_rate=0.01, epochs=EPOCHS, callbacks=callbacks)
    return time.process_time() - began


if __name__ == "__main__":
    watching._live = lambda: lambda drawn: image(drawn.svg, drawn.title, "tinygrad-notes-picture")
    watching.time = SimpleNamespace(monotonic=time.process_time)
    print(machine("numpy"), end="\n\n")
    trained(None)
    alone, watched, redraws = [], [], []
    for _ in range(ROUNDS):
        alone.append(trained(None))
        watch = Watch(most=100_000)
        watched.append(trained(watch))
        redraws.append(len(watch.frames) / watched[-1])
    before, after = statistics.median(alone), statistics.median(watched)
    row = [f"{before:.2f} s", f"{after:.2f} s", f"{after / before - 1:+.0%}", f"{statistics.median(redraws):.1f}"]
    print(table(["alone", "watched", "slower by", "redraws a second"], [row]))
