"""A step of training a classifier, softmax and cross-entropy, beside NumPy by hand: `python benchmarks/classifier.py`.

The network is 64-32-K with relu, the batch 32. The gradients are compared before timing.
"""

from __future__ import annotations

import os

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
os.environ.pop("OPENBLAS_CORETYPE", None)

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from harness import machine, paired_medians, table, with_peers

with_peers("numba")

import numpy as np

from tinygrad_notes import MLP, record
from tinygrad_notes.nn.losses import loss_named

FEATURES, HIDDEN, BATCH, REPEATS = 64, 32, 32, 50


def contestants(classes: int) -> dict[str, Callable[[], Any]]:
    network = MLP(FEATURES, [HIDDEN, classes], activation=["relu", "softmax"], seed=0)
    loss, draw = loss_named("cross_entropy"), np.random.default_rng(0)
    X, Y = draw.normal(size=(BATCH, FEATURES)), np.eye(classes)[draw.integers(0, classes, BATCH)]
    (W1, b1), (W2, b2) = [
        (np.array([[w.data for w in n.w] for n in layer.neurons]), np.array([n.b.data for n in layer.neurons]))
        for layer in network.layers
    ]

    def by_hand() -> tuple[float, np.ndarray]:
        h = np.maximum(X @ W1.T + b1, 0.0)
        z = h @ W2.T + b2
        z -= z.max(1, keepdims=True)
        e = np.exp(z)
        s = e.sum(1, keepdims=True)
        value = (np.log(s)[:, 0] - (z * Y).sum(1)).mean()
        d = (e / s - Y) / BATCH
        below = (d @ W2) * (h > 0.0)
        parts = [np.column_stack([below.T @ X, below.sum(0)]), np.column_stack([d.T @ h, d.sum(0)])]
        return value, np.concatenate([part.ravel() for part in parts])

    found: dict[str, Callable[[], Any]] = {"NumPy by hand": by_hand}
    for executor in ("numpy", "numba"):
        program = record(
            lambda x, y: loss(network(x), y), X[0], Y[0], parameters=network.parameters(), executor=executor
        )
        found[f"replay, {executor}"] = partial(program.on_batch(X, Y), program.parameter_numbers())
    value, gradient = by_hand()
    for name, step in found.items():
        np.testing.assert_allclose(step()[0], value, rtol=1e-12, err_msg=name)
        np.testing.assert_allclose(step()[1], gradient, rtol=1e-9, atol=1e-13, err_msg=name)
    return found


def repeated(step: Callable[[], Any]) -> None:
    for _ in range(REPEATS):
        step()


if __name__ == "__main__":
    print(machine("numpy", "numba"), end="\n\n")
    rows = []
    for classes in (2, 10, 100):
        seconds = paired_medians({name: partial(repeated, step) for name, step in contestants(classes).items()}, 15)
        hand = seconds["NumPy by hand"]
        times = [f"{time / REPEATS * 1e6:.0f} µs ({time / hand:.2f}×)" for time in seconds.values()]
        rows.append([str(classes), *times])
    print(table(["classes", "NumPy by hand", "replay, numpy", "replay, numba"], rows))
