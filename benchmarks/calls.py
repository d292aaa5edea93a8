"""Calls of recorded functions of 10 to 1,000 operations, one sample and batches: `python benchmarks/calls.py [rounds]`.

One core, one thread. Every call gives a value and its gradient by 8 inputs. Peers: the eager engine, CasADi's function
with buffers that are laid out once, and jitted JAX, which takes minutes to compile more than 300 operations. Results
are compared before timing. The last table has a batch of 1,000 samples for 1,000 operations of some kinds alone, beside
CasADi's map over as many samples.
"""

from __future__ import annotations

import os

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"}
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from harness import machine, paired_medians, table
from replay_scalar_graphs import BINARY, UNARY, Step, in_casadi, in_jax, operation_of, random_steps, replayed, run

from tinygrad_notes import Value, functions, record

INPUTS, REPEATS = 8, 20
X0 = 0.5 + 0.05 * np.arange(INPUTS)
OPERATIONS, SAMPLES = (10, 100, 1000), (1, 10, 100, 1000, 10_000)
MOST_FOR_JAX = 100
ARITHMETIC = ["add", "subtract", "multiply", "divide"]
KINDS = {
    "of all kinds": [*UNARY, *BINARY],
    "+ - * / sin cos exp log sqrt tanh": [*ARITHMETIC * 2, "sin", "cos", "exp", "log", "sqrt", "tanh"],
    "+ - * / exp log sqrt tanh": [*ARITHMETIC * 2, "exp", "log", "sqrt", "tanh"],
    "+ - * /": ARITHMETIC,
}
"""Names to draw operations from."""
Call = Callable[[], Any]


def function_of(operations: int) -> Callable[[Any], Any]:
    steps = random_steps(operations, INPUTS)
    return lambda x: run(steps, operation_of(functions), x)


def eagerly(function: Callable[[Any], Any]) -> tuple[float, Any]:
    x = [Value(number) for number in X0.tolist()]
    y = function(x)
    y.backward()
    return y.data, np.array([v.grad for v in x])


def single_calls(operations: int) -> dict[str, Call]:
    function, steps, one = function_of(operations), random_steps(operations, INPUTS), X0[None].copy()
    found: dict[str, Call] = {"eager": partial(eagerly, function)}
    for executor in ("python", "numpy", "numba", "auto"):
        program = record(function, X0.tolist(), executor=executor)
        name = f"auto ({program.executor_for(1)})" if executor == "auto" else executor
        found[name] = partial(public_call, program, one)
        found[f"{name}, prepared"] = partial(prepared_call, program.on_sample(), X0)
    found["CasADi, buffers"] = partial(peers_call, in_casadi(steps, INPUTS), one)
    if operations <= MOST_FOR_JAX:
        found["jitted JAX"] = partial(peers_call, in_jax(steps, one), one)
    value, gradient = found["eager"]()
    for name, call in found.items():
        np.testing.assert_allclose(call()[0], value, rtol=1e-9, err_msg=name)
        np.testing.assert_allclose(call()[1], gradient, rtol=1e-7, atol=1e-9, err_msg=name)
    return found


def public_call(program: Any, batch: Any) -> tuple[Any, Any]:
    values, _, (gradients,) = program.value_and_gradients(batch, reduction=None, input_gradients=True)
    return values[0], gradients[0]


def prepared_call(one: Any, x: Any) -> tuple[Any, Any]:
    value, _, (gradient,) = one.value_and_gradients(x)
    return value, gradient


def peers_call(call: Callable[[Any], Any], batch: Any) -> tuple[Any, Any]:
    values, _, (gradients,) = call(batch)
    return values[0], gradients[0]


def repeated(call: Call) -> None:
    for _ in range(REPEATS):
        call()


def samples_near_x0(samples: int) -> Any:
    return X0 * np.random.default_rng(0).uniform(0.9999999, 1.0000001, (samples, INPUTS))


def row_of_kind(kind: str, names: list[str], rounds: int) -> list[str]:
    """What a batch takes for each operation and sample, and what making it takes, first run included."""
    steps: list[Step] = random_steps(1000, INPUTS, names=names)
    X = samples_near_x0(1000)
    start = time.perf_counter()
    ours = replayed(steps, X0.tolist(), "numba")
    ours(X)
    made = time.perf_counter() - start
    calls = {"numba": partial(ours, X), "CasADi": partial(in_casadi(steps, INPUTS), X)}
    np.testing.assert_allclose(calls["numba"]()[2][0], calls["CasADi"]()[2][0], rtol=1e-7, atol=1e-9, err_msg=kind)
    seconds = paired_medians(calls, rounds)
    return [kind, f"{made:.2f} s", *(f"{time * 1e3:,.2f} ns" for time in seconds.values())]


def main(rounds: int) -> None:
    print(machine("numpy", "numba", "casadi", "jax"), end="\n\n")
    times: dict[int, dict[str, float]] = {}
    for operations in OPERATIONS:
        calls = single_calls(operations)
        times[operations] = paired_medians({name: partial(repeated, call) for name, call in calls.items()}, rounds)
    names = dict.fromkeys(name for seconds in times.values() for name in seconds)
    rows = [
        [name, *(f"{times[n][name] / REPEATS * 1e6:,.1f} µs" if name in times[n] else "–" for n in OPERATIONS)]
        for name in names
    ]
    print(table(["one sample", *(f"{n:,} operations" for n in OPERATIONS)], rows), end="\n\n")
    rows = []
    for operations in OPERATIONS:
        start = time.perf_counter()
        program = record(function_of(operations), X0.tolist(), executor="numba")
        program.value_and_gradients(X0[None], input_gradients=True)
        row = [f"{operations:,}", f"{time.perf_counter() - start:.2f} s"]
        for samples in SAMPLES:
            X = samples_near_x0(samples)
            call = partial(program.value_and_gradients, X, reduction=None, input_gradients=True)
            call()
            row.append(f"{paired_medians({'': call}, rounds)[''] / operations / samples * 1e9:,.2f} ns")
        rows.append(row)
    print("For each operation and sample, by `numba`:\n")
    print(table(["operations", "made in", *(f"{samples:,} samples" for samples in SAMPLES)], rows), end="\n\n")
    print("The same for 1,000 operations and 1,000 samples:\n")
    rows = [row_of_kind(kind, names, rounds) for kind, names in KINDS.items()]
    print(table(["operations", "made in", "numba", "CasADi, map"], rows))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
