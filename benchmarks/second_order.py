"""Hessians and Jacobians beside HIPS autograd, JAX and CasADi: `python benchmarks/second_order.py`.

Rosenbrock's function and a small network by all their parameters, and Broyden's tridiagonal system. The peers get the
functions written with whole arrays, which suits them best; here they are written number by number, as all is. Results
are compared before timing.
"""

from __future__ import annotations

import os

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"}
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from harness import machine, paired_medians, table, with_peers

with_peers("numba", "autograd", "casadi", "jax")

import autograd
import autograd.numpy as anp
import casadi
import jax
import jax.numpy as jnp
import numpy as np

from tinygrad_notes import functions, hessian, jacobian, record

jax.config.update("jax_enable_x64", True)
Call = Callable[[], Any]


class Rosenbrock:
    """Σ 100 (x[i+1] - x[i]²)² + (1 - x[i])²."""

    name, derivative = "Rosenbrock, Hessian", "hessian"

    def __init__(self, size: int) -> None:
        self.x = np.random.default_rng(0).uniform(0.5, 1.5, size)

    def by_numbers(self, x: Any, _: Any) -> Any:
        total = 0.0
        for i in range(len(self.x) - 1):
            a, b = x[i + 1] - x[i] * x[i], 1 - x[i]
            total = total + 100 * (a * a) + b * b
        return total

    def by_arrays(self, x: Any, _: Any) -> Any:
        return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


class Broyden:
    """(3 - 2x[i]) x[i] - x[i-1] - 2x[i+1] + 1 for every i: each equation has three unknowns."""

    name, derivative = "Broyden, Jacobian", "jacobian"

    def __init__(self, size: int) -> None:
        self.x = np.random.default_rng(0).uniform(0.5, 1.5, size)

    def by_numbers(self, x: Any, _: Any) -> Any:
        n = len(self.x)
        sides = [(x[i - 1] if i else 0.0, x[i + 1] if i < n - 1 else 0.0) for i in range(n)]
        return [(3 - 2 * x[i]) * x[i] - left - 2 * right + 1 for i, (left, right) in enumerate(sides)]

    def by_arrays(self, x: Any, xp: Any) -> Any:
        padded = xp.concatenate([xp.zeros(1), x, xp.zeros(1)])
        return (3 - 2 * x) * x - padded[:-2] - 2 * padded[2:] + 1


class Network:
    """The squared error of a network 4-h-h-1 with tanh on five samples, by all its parameters."""

    name, derivative = "MLP 4-h-h-1, Hessian", "hessian"

    def __init__(self, hidden: int) -> None:
        draw = np.random.default_rng(0)
        self.sizes = [4, hidden, hidden, 1]
        self.x = draw.uniform(-0.5, 0.5, sum((a + 1) * b for a, b in zip(self.sizes, self.sizes[1:])))
        self.X, self.Y = draw.uniform(-1, 1, (5, 4)), draw.uniform(-1, 1, 5)

    def by_numbers(self, theta: Any, tanh: Any) -> Any:
        total = 0.0
        for x, y in zip(self.X.tolist(), self.Y.tolist()):
            a, at = x, 0
            for k, (fan_in, fan_out) in enumerate(zip(self.sizes, self.sizes[1:])):
                b = []
                for _ in range(fan_out):
                    z = theta[at + fan_in]
                    for j in range(fan_in):
                        z = z + theta[at + j] * a[j]
                    at += fan_in + 1
                    b.append(tanh(z) if k < 2 else z)
                a = b
            total = total + (a[0] - y) * (a[0] - y)
        return total

    def by_arrays(self, theta: Any, xp: Any) -> Any:
        a, at = self.X, 0
        for k, (fan_in, fan_out) in enumerate(zip(self.sizes, self.sizes[1:])):
            W = theta[at : at + (fan_in + 1) * fan_out].reshape(fan_out, fan_in + 1)
            at += (fan_in + 1) * fan_out
            z = a @ W[:, :fan_in].T + W[:, fan_in]
            a = xp.tanh(z) if k < 2 else z
        return ((a[:, 0] - self.Y) ** 2).sum()


def eager(task: Any) -> dict[str, Call]:
    x = task.x.tolist()
    derivative = {"hessian": hessian, "jacobian": jacobian}[task.derivative]
    return {
        "tinygrad_notes": lambda: derivative(lambda x: task.by_numbers(x, functions.tanh))(x),
        "HIPS autograd": lambda: getattr(autograd, task.derivative)(lambda x: task.by_arrays(x, anp))(task.x),
    }


def in_jax(task: Any) -> Call:
    compiled = jax.jit(getattr(jax, task.derivative)(lambda x: task.by_arrays(x, jnp)))
    return lambda: np.asarray(compiled(task.x))


def in_casadi(task: Any, full: bool) -> Call:
    """A compiled function, called with its buffers in place; its result sparse, or `full`."""
    x = casadi.SX.sym("x", len(task.x))
    y = task.by_numbers([x[i] for i in range(len(task.x))], casadi.tanh)
    found = casadi.hessian(y, x)[0] if task.derivative == "hessian" else casadi.jacobian(casadi.vertcat(*y), x)
    function = casadi.Function("f", [x], [casadi.densify(found) if full else found])
    return lambda: function(task.x)


def recorded(tasks: list[Any], rounds: int) -> None:
    """A call at one point of what was recorded, or compiled, before."""
    rows = []
    for task in tasks:
        x = task.x.tolist()
        # B023: called in this turn of the loop alone
        program = record(lambda x: task.by_numbers(x, functions.tanh), x, executor="numba")  # noqa: B023
        X = np.tile(task.x, (100, 1))
        derive = getattr(program, task.derivative)
        contestants = {
            "here": partial(derive, X[:1]),
            "jax": in_jax(task),
            "casadi": in_casadi(task, full=True),
            "sparse": in_casadi(task, full=False),
        }
        expected = contestants["jax"]()
        np.testing.assert_allclose(derive(X[:1])[0], expected, rtol=1e-7, atol=1e-9)
        many = {name: partial(repeated, call) for name, call in contestants.items()}
        seconds = {name: time / 100 for name, time in paired_medians(many, rounds).items()}
        batch = paired_medians({"": partial(derive, X)}, rounds)[""] / len(X)
        ours = seconds["here"]
        times = [f"{seconds[name] * 1e6:.0f} µs ({ours / seconds[name]:.2f}×)" for name in ("jax", "casadi", "sparse")]
        rows.append([task.name, str(len(task.x)), f"{ours * 1e6:.0f} µs", *times, f"{batch * 1e6:.1f} µs"])
    print("\nRecorded or compiled before: one point (here / peer), and each of 100 points\n")
    header = ["", "n", "tinygrad_notes", "jitted JAX", "CasADi, dense", "CasADi, sparse", "one of 100 points, here"]
    print(table(header, rows), flush=True)


def repeated(call: Call) -> None:
    for _ in range(100):
        call()


def contest(tasks: list[Any], rounds: int) -> None:
    rows = []
    for task in tasks:
        contestants = eager(task)
        expected = np.asarray(contestants["HIPS autograd"]())
        for name, call in contestants.items():
            np.testing.assert_allclose(np.asarray(call()), expected, rtol=1e-7, atol=1e-9, err_msg=name)
        seconds = paired_medians(contestants, rounds)
        ours, theirs = seconds["tinygrad_notes"], seconds["HIPS autograd"]
        rows.append(
            [task.name, str(len(task.x)), f"{ours * 1e3:.2f} ms", f"{theirs * 1e3:.2f} ms", f"{ours / theirs:.2f}×"]
        )
    print("\nEager: the function is new at every call\n")
    print(table(["", "n", "tinygrad_notes", "HIPS autograd", "ratio"], rows), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    print(machine("numpy", "numba", "autograd", "jax", "casadi"))
    sizes = (20, 200, 2000)
    recorded([Rosenbrock(50), Rosenbrock(200), Broyden(50), Broyden(200)], arguments.rounds)
    contest(
        [Rosenbrock(n) for n in sizes] + [Broyden(n) for n in sizes] + [Network(h) for h in (4, 14, 20)],
        arguments.rounds,
    )
