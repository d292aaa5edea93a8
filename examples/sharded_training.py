"""Training with the samples spread over JAX devices: the graph of one sample, recorded once, on all of them.

Four virtual CPU devices stand in for four GPUs (on a machine that has several, remove the line that makes them).
The same training is done on one device; the weights must agree to rounding.

    python examples/sharded_training.py      (needs JAX: pip install jax)
"""

import functools
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("XLA_FLAGS", "--xla_force_host_platform_device_count=4")

import jax

from tinygrad_notes import MLP, fit
from tinygrad_notes.nn.optimizers import SGD
from tinygrad_notes.replay.executors.jax import JaxRun

Array = NDArray[np.float64]


def spiral(count: int = 4000, seed: int = 5) -> tuple[Array, Array]:
    """Points on two arms of a spiral, and which arm (1 or 0) each is on."""
    rng = np.random.default_rng(seed)
    arm, radius = rng.integers(0, 2, count), rng.random(count)
    angle = 4 * radius + np.pi * arm
    points = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return points + 0.02 * rng.normal(size=points.shape), arm.astype(float)


def train(devices: list[Any], X: Array, y: Array) -> tuple[Array, list[float], MLP]:
    """Train a small network with its samples spread over `devices`; returns its weights and its losses."""
    network = MLP(2, [16, 16, 1], activation=["tanh", "tanh", "sigmoid"], seed=2)
    history = fit(
        network, X, y, loss="binary_cross_entropy", optimizer=SGD(1.0, momentum=0.9), epochs=150, batch_size=None,
        executor=functools.partial(JaxRun, devices=devices), progress=False,
    )  # fmt: skip
    return np.array([p.data for p in network.parameters()]), history["loss"], network


def main() -> None:
    X, y = spiral()
    devices = jax.devices()
    shared, losses, network = train(devices, X, y)
    alone, _, _ = train(devices[:1], X, y)
    for epoch in (0, 49, 99, 149):
        print(f"epoch {epoch + 1:3d}   loss {losses[epoch]:.6f}")
    right = np.mean([(network(x).data > 0.5) == (target > 0.5) for x, target in zip(X[:500], y, strict=False)])
    print(f"{right:.0%} of the first 500 points are on the arm that the network says")
    difference = np.abs(shared - alone).max()
    print(f"{len(X)} samples on {len(devices)} devices; largest difference to one device: {difference:.0e}")


if __name__ == "__main__":
    main()
