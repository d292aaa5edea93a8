"""Training a classifier, softmax and cross-entropy, beside NumPy by hand: `python benchmarks/classifier.py`.

The network is 64-32-K with relu, the batch 32. The first table has a step of replay: the loss and its gradient, which
are compared before timing. The second has a step of `fit`, with all that belongs to it, for K = 10: the difference
between 5 and 25 epochs of 1,437 samples by gradient descent, beside the same by hand and by jitted JAX. By hand means
without the loss and the length of the gradient, which fit keeps of each epoch.
"""

from __future__ import annotations

import os

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"}
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ.pop("OPENBLAS_CORETYPE", None)

import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from harness import machine, paired_medians, table, with_peers

with_peers("numba", "jax")

import jax
import jax.numpy as jnp
import numpy as np

from tinygrad_notes import MLP, fit, record
from tinygrad_notes.nn.losses import loss_named

jax.config.update("jax_enable_x64", True)
FEATURES, HIDDEN, BATCH, REPEATS = 64, 32, 32, 50
SAMPLES, CLASSES, RATE, EPOCHS, ROUNDS = 1437, 10, 0.1, (5, 25), 15
Weights = list[tuple[np.ndarray, np.ndarray]]


def contestants(classes: int) -> dict[str, Callable[[], Any]]:
    network = MLP(FEATURES, [HIDDEN, classes], activation=["relu", "softmax"], seed=0)
    loss, draw = loss_named("cross_entropy"), np.random.default_rng(0)
    X, Y = draw.normal(size=(BATCH, FEATURES)), np.eye(classes)[draw.integers(0, classes, BATCH)]
    (W1, b1), (W2, b2) = layers_of(network)

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


def layers_of(network: MLP) -> Weights:
    """(W, b) of each layer, as arrays."""
    arrays = network.to_arrays()
    return [(arrays[f"W{i}"], arrays[f"b{i}"]) for i in (1, 2)]


def trained_by_fit(X: np.ndarray, Y: np.ndarray, network: MLP, epochs: int) -> Weights:
    fit(network, X, Y, loss="cross_entropy", optimizer="sgd", learning_rate=RATE, epochs=epochs, batch_size=BATCH)
    return layers_of(network)


def orders(epochs: int) -> Iterator[np.ndarray]:
    """The samples of each batch, in the order in which `fit` takes them."""
    for epoch in range(epochs):
        order = np.arange(SAMPLES)
        np.random.default_rng([0, epoch]).shuffle(order)
        yield from np.split(order, range(BATCH, SAMPLES, BATCH))


def trained_by_hand(X: np.ndarray, Y: np.ndarray, network: MLP, epochs: int) -> Weights:
    (W1, b1), (W2, b2) = layers_of(network)
    for rows in orders(epochs):
        x = X[rows]
        h = np.maximum(x @ W1.T + b1, 0.0)
        z = h @ W2.T + b2
        z -= z.max(1, keepdims=True)
        e = np.exp(z)
        e /= e.sum(1, keepdims=True)
        d = (e - Y[rows]) / len(rows)
        below = (d @ W2) * (h > 0.0)
        W2 -= RATE * d.T @ h
        b2 -= RATE * d.sum(0)
        W1 -= RATE * below.T @ x
        b1 -= RATE * below.sum(0)
    return [(W1, b1), (W2, b2)]


def loss_in_jax(layers: Any, x: Any, y: Any) -> Any:
    (W1, b1), (W2, b2) = layers
    return -(jax.nn.log_softmax(jax.nn.relu(x @ W1.T + b1) @ W2.T + b2) * y).sum(1).mean()


@jax.jit
def step_in_jax(layers: Any, x: Any, y: Any) -> Any:
    return jax.tree.map(lambda p, g: p - RATE * g, layers, jax.grad(loss_in_jax)(layers, x, y))


def trained_by_jax(X: np.ndarray, Y: np.ndarray, network: MLP, epochs: int) -> Weights:
    layers = [(jnp.asarray(W), jnp.asarray(b)) for W, b in layers_of(network)]
    for rows in orders(epochs):
        layers = step_in_jax(layers, X[rows], Y[rows])
    return [(np.asarray(W), np.asarray(b)) for W, b in layers]


def steps_of_fit() -> dict[str, float]:
    """Processor seconds of one step of each contestant, from the difference that more epochs make."""
    draw = np.random.default_rng(0)
    X, Y = draw.normal(size=(SAMPLES, FEATURES)), np.eye(CLASSES)[draw.integers(0, CLASSES, SAMPLES)]
    trained = {"NumPy by hand": trained_by_hand, "fit": trained_by_fit, "jitted JAX": trained_by_jax}

    def seconds(name: str, epochs: int) -> float:
        network = MLP(FEATURES, [HIDDEN, CLASSES], activation=["relu", "softmax"], seed=0)
        gc.collect()
        start = time.process_time()
        results[name] = trained[name](X, Y, network, epochs)
        return time.process_time() - start

    results: dict[str, Weights] = {}
    steps = (EPOCHS[1] - EPOCHS[0]) * -(-SAMPLES // BATCH)
    times: dict[str, list[float]] = {name: [] for name in trained}
    for round_ in range(ROUNDS + 1):  # the first compiles, and is left out
        for name in trained:
            took = -seconds(name, EPOCHS[0]) + seconds(name, EPOCHS[1])
            times[name] += [took / steps] * (round_ > 0)
    for name, layers in results.items():
        for mine, by_hand in zip(layers, results["NumPy by hand"], strict=True):
            np.testing.assert_allclose(mine[0], by_hand[0], rtol=1e-7, atol=1e-9, err_msg=name)
            np.testing.assert_allclose(mine[1], by_hand[1], rtol=1e-7, atol=1e-9, err_msg=name)
    return {name: statistics.median(found) for name, found in times.items()}


def milliseconds_of_recording() -> float:
    """To record the network and its loss, and to make ready for the first batch."""
    network = MLP(FEATURES, [HIDDEN, CLASSES], activation=["relu", "softmax"], seed=0)
    loss, X, Y = loss_named("cross_entropy"), np.ones((BATCH, FEATURES)), np.eye(CLASSES)[[0] * BATCH]

    def made_ready() -> None:
        program = record(lambda x, y: loss(network(x), y), X[0], Y[0], parameters=network.parameters())
        program.on_batch(X, Y)

    return paired_medians({"": made_ready}, 5)[""] * 1e3


if __name__ == "__main__":
    print(machine("numpy", "numba", "jax"), end="\n\n")
    rows = []
    for classes in (2, 10, 100):
        seconds = paired_medians({name: partial(repeated, step) for name, step in contestants(classes).items()}, 15)
        hand = seconds["NumPy by hand"]
        times = [f"{time / REPEATS * 1e6:.0f} µs ({time / hand:.2f}×)" for time in seconds.values()]
        rows.append([str(classes), *times])
    print(table(["classes", "NumPy by hand", "replay, numpy", "replay, numba"], rows))
    steps = steps_of_fit()
    hand = steps["NumPy by hand"]
    print()
    print(
        table(
            ["a step of fit", *steps], [["", *(f"{time * 1e6:.0f} µs ({time / hand:.2f}×)" for time in steps.values())]]
        )
    )
    print(f"\nto record and make ready for the first batch: {milliseconds_of_recording():.0f} ms")
