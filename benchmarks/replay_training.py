"""Training steps on replay against micrograd, PyTorch, jitted JAX and NumPy written by hand.

    python benchmarks/replay_training.py

All contestants compute with 64-bit floats in one thread, start from the same weights, and are checked to take the same
step before they are timed. A time is the median of rounds in which all run in turn.
"""

from __future__ import annotations

import os

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"}
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from harness import machine, paired_medians, table, with_peers

with_peers("numba", "jax", "torch", "micrograd")
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import jax
import jax.numpy as jnp
import numpy as np
import torch
from micrograd import nn as micrograd_nn

from tinygrad_notes import MLP
from tinygrad_notes.nn.fit import fit
from tinygrad_notes.nn.optimizers import SGD
from tinygrad_notes.replay import record

torch.set_num_threads(1)
RATE = 0.01
Call = Callable[[], object]


class Task:
    """One step of gradient descent on the mean hinge loss of a relu network, done by each contestant in its own way."""

    def __init__(self, nin: int, nouts: list[int], samples: int) -> None:
        self.nin, self.nouts, self.samples = nin, nouts, samples
        draw = np.random.default_rng(0)
        self.X = draw.uniform(-1, 1, (samples, nin))
        self.Y = draw.choice([-1.0, 1.0], (samples, nouts[-1]))
        self.network = MLP(nin, nouts, seed=1)
        for parameter in self.network.parameters():
            parameter.data /= nin**0.5
        self.W = [np.array([[w.data for w in n.w] for n in layer.neurons]) for layer in self.network.layers]
        self.b = [np.array([n.b.data for n in layer.neurons]) for layer in self.network.layers]

    def replayed(self, executor: str) -> tuple[Call, Callable[[], list[np.ndarray]]]:
        def loss(x, y):
            outputs = self.network(x)
            outputs = outputs if isinstance(outputs, list) else [outputs]
            terms = [(1.0 - a * b).relu() for a, b in zip(outputs, y)]
            return sum(terms[1:], terms[0])

        program = record(loss, self.X[0], self.Y[0], parameters=self.network.parameters(), executor=executor)
        objective, theta = program.on_batch(self.X, self.Y), program.parameter_numbers()
        optimizer = SGD(RATE)

        def step():
            value, gradients = objective(theta)
            optimizer.update(theta, gradients)
            return value

        def weights():
            parts, start = [], 0
            for fan_in, fan_out in zip([self.nin, *self.nouts], self.nouts):
                rows = theta[start : start + fan_out * (fan_in + 1)].reshape(fan_out, fan_in + 1)
                parts += [rows[:, :-1], rows[:, -1]]
                start += rows.size
            return parts

        return step, weights

    def by_hand(self) -> tuple[Call, Callable[[], list[np.ndarray]]]:
        W, b, X, Y = [w.copy() for w in self.W], [c.copy() for c in self.b], self.X, self.Y

        def step():
            activations = [X]
            for w, c in zip(W[:-1], b[:-1]):
                activations.append(np.maximum(activations[-1] @ w.T + c, 0.0))
            margin = 1.0 - (activations[-1] @ W[-1].T + b[-1]) * Y
            value = np.maximum(margin, 0.0).sum() / len(X)
            delta = np.where(margin > 0.0, -Y, 0.0) / len(X)
            for k in range(len(W) - 1, -1, -1):
                below = (delta @ W[k]) * (activations[k] > 0.0) if k else None
                W[k] -= RATE * (delta.T @ activations[k])
                b[k] -= RATE * delta.sum(0)
                delta = below
            return value

        return step, lambda: [part for pair in zip(W, b) for part in pair]

    def in_torch(self) -> tuple[Call, Callable[[], list[np.ndarray]]]:
        layers = []
        for k, (w, c) in enumerate(zip(self.W, self.b)):
            linear = torch.nn.Linear(w.shape[1], w.shape[0], dtype=torch.float64)
            linear.weight.data, linear.bias.data = torch.tensor(w), torch.tensor(c)
            layers += [linear] if k == len(self.W) - 1 else [linear, torch.nn.ReLU()]
        model = torch.nn.Sequential(*layers)
        optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
        X, Y = torch.tensor(self.X), torch.tensor(self.Y)

        def step():
            optimizer.zero_grad()
            loss = torch.relu(1.0 - model(X) * Y).sum() / len(X)
            loss.backward()
            optimizer.step()
            return loss.item()

        return step, lambda: [p.detach().numpy() for p in model.parameters()]

    def in_jax(self) -> tuple[Call, Callable[[], list[np.ndarray]]]:
        def loss(parameters, X, Y):
            a = X
            for w, c in parameters[:-1]:
                a = jax.nn.relu(a @ w.T + c)
            w, c = parameters[-1]
            return jax.nn.relu(1.0 - (a @ w.T + c) * Y).sum() / len(X)

        @jax.jit
        def update(parameters, X, Y):
            value, gradients = jax.value_and_grad(loss)(parameters, X, Y)
            return value, jax.tree.map(lambda p, g: p - RATE * g, parameters, gradients)

        with jax.enable_x64(True):
            state = [[(jnp.asarray(w), jnp.asarray(c)) for w, c in zip(self.W, self.b)]]
            X, Y = jnp.asarray(self.X), jnp.asarray(self.Y)

        def step():
            with jax.enable_x64(True):
                value, state[0] = update(state[0], X, Y)
                return jax.block_until_ready(value)

        return step, lambda: [np.asarray(part) for pair in state[0] for part in pair]

    def in_micrograd(self) -> Call:
        model = micrograd_nn.MLP(self.nin, self.nouts)
        X, Y = self.X.tolist(), self.Y[:, 0].tolist()

        def step():
            scores = [model(x) for x in X]
            losses = [(1 + -y * score).relu() for y, score in zip(Y, scores)]
            loss = sum(losses) * (1.0 / len(losses))
            model.zero_grad()
            loss.backward()
            for p in model.parameters():
                p.data -= RATE * p.grad
            return loss.data

        return step


def contest(task: Task, rounds: int, repeats: int) -> None:
    made = {
        "replay, numpy": task.replayed("numpy"),
        "replay, numba": task.replayed("numba"),
        "NumPy by hand": task.by_hand(),
        "PyTorch, one thread": task.in_torch(),
        "jitted JAX, CPU": task.in_jax(),
    }
    for step, _ in made.values():
        step()
        step()
    expected = made["NumPy by hand"][1]()
    for name, (_, weights) in made.items():
        for found, wanted in zip(weights(), expected):
            np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12, err_msg=name)
    seconds = paired_medians({name: repeated(step, repeats) for name, (step, _) in made.items()}, rounds)
    seconds = {name: time / repeats for name, time in seconds.items()}
    if task.samples == 100:
        seconds["micrograd"] = paired_medians({"": task.in_micrograd()}, 3)[""]
    sizes = "-".join(map(str, [task.nin, *task.nouts]))
    print(f"\nMLP {sizes}, batch {task.samples}, one step: ratios of medians\n")
    ours = (seconds["replay, numpy"], seconds["replay, numba"])
    rows = [[name, f"{time * 1e6:,.0f} µs", *(f"{time / own:,.2f}×" for own in ours)] for name, time in seconds.items()]
    print(table(["", "a step", "time / replay with numpy", "time / replay with numba"], rows), flush=True)


def repeated(step: Call, times: int) -> Call:
    def run():
        for _ in range(times):
            step()

    return run


def xor(rounds: int, epochs: int = 10_000) -> None:
    X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    y = np.array([[0.0], [1], [1], [0]])
    np.random.seed(42)
    first, second = np.random.uniform(-1, 1, (2, 2)), np.random.uniform(-1, 1, (2, 1))

    def by_hand():
        W_ih, W_ho = first.copy(), second.copy()
        for _ in range(epochs):
            h = 1 / (1 + np.exp(-(X @ W_ih)))
            p = 1 / (1 + np.exp(-(h @ W_ho)))
            output_term = (y - p) * p * (1 - p)
            hidden_term = (output_term @ W_ho.T) * h * (1 - h)
            W_ho += h.T @ output_term * 0.5
            W_ih += X.T @ hidden_term * 0.5
        return np.concatenate([W_ih.T.ravel(), W_ho.ravel()])

    def replayed(executor):
        network = MLP.from_weights([first, second], convention="x@W")
        fit(
            network,
            X,
            y,
            loss="half_squared_error",
            optimizer=SGD(0.5),
            epochs=epochs,
            batch_size=None,
            executor=executor,
        )
        return [parameter.data for parameter in network.parameters()]

    contestants = {
        "fit, numpy": lambda: replayed("numpy"),
        "fit, numba": lambda: replayed("numba"),
        "NumPy by hand": by_hand,
    }
    for run in contestants.values():
        np.testing.assert_allclose(run(), by_hand(), rtol=1e-9)
    seconds = paired_medians(contestants, rounds)
    print(f"\nXOR of note C, {epochs:,} epochs\n")
    rows = [[name, f"{time:.2f} s", f"{time / seconds['NumPy by hand']:.2f}×"] for name, time in seconds.items()]
    print(table(["", "a run", "time / NumPy by hand"], rows))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    print(machine("numpy", "numba", "torch", "jax", "micrograd"))
    contest(Task(2, [16, 16, 1], 100), arguments.rounds, 200)
    contest(Task(64, [256, 256, 10], 256), arguments.rounds, 5)
    xor(max(3, arguments.rounds // 3))
