"""Gradients and training over several JAX devices, and over several processes, for a test to run apart from this one.

Usage: sharded_gradients.py OUTPUT [PROCESSES PROCESS PORT]
"""

import sys

import jax
import numpy as np

from tinygrad_notes import MLP, fit
from tinygrad_notes.replay import record
from tinygrad_notes.replay.executors.jax import JaxRun  # noqa: F401 (first touches JAX before its runtime starts)


def main() -> None:
    if len(sys.argv) > 2:
        processes, process, port = map(int, sys.argv[2:])
        jax.distributed.initialize(f"127.0.0.1:{port}", processes, process)
    else:
        processes, process = 1, 0

    network = MLP(3, [5, 2], activation="tanh", seed=1)
    X, Y = np.random.default_rng(0).normal(size=(2, 26, 3))

    def loss(x, y):
        a, b = network(x)
        return (a - y[0]) ** 2 + (b - y[1]) ** 2 + sum(p * p for p in network.parameters()) * 0.01

    program = record(loss, X[0], Y[0, :2], parameters=network.parameters(), executor="jax")
    share = slice(26 * process // processes, 26 * (process + 1) // processes)
    value, gradients, (by_x, _) = program.value_and_gradients(X[share], Y[share, :2], input_gradients=True)
    values = program(X[share], Y[share, :2])
    found = {"value": value, "gradients": gradients, "by_x": by_x, "values": values, "devices": jax.device_count()}

    history = fit(network, X[share], Y[share, :2], epochs=3, batch_size=None, executor="jax")
    np.savez(sys.argv[1], **found, losses=history["loss"], fitted=[p.data for p in network.parameters()])


if __name__ == "__main__":
    main()
