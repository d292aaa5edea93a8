"""Irregular scalar graphs: replay against CasADi and jitted JAX, and the cost of a node as graphs and batches grow.

    python benchmarks/replay_scalar_graphs.py

One core, one thread for all contestants. The graph is drawn at random over all operations that the three share; each
number stays near 1, so that nothing overflows. Values and gradients by the inputs are compared before timing.
"""

from __future__ import annotations

import os

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"}
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import argparse
import contextlib
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from harness import machine, paired_medians, table, with_peers

with_peers("numba", "casadi", "jax")
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import casadi
import jax
import jax.numpy as jnp
import numpy as np

from tinygrad_notes import Value, functions
from tinygrad_notes.replay import record
from tinygrad_notes.replay.executors.interface import Job
from tinygrad_notes.replay.executors.nodes.run import NodesRun

# fmt: off
UNARY = ["abs", "asin", "acos", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "erf", "exp", "expm1", "floor", "log",
         "log1p", "sin", "sinh", "sqrt", "tan", "tanh"]
# fmt: on
BINARY = ["add", "subtract", "multiply", "divide", "maximum", "minimum", "atan2", "hypot", "pow"]
CASADI_NAMES = {"maximum": "fmax", "minimum": "fmin", "abs": "fabs", "pow": "power"}
SYMBOLS = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
}
Step = tuple[str, tuple[int, ...]]
JAX_LIMIT = 120
"""Seconds that XLA gets to compile a graph."""
SMALLER = 300
"""Operations that XLA does compile."""


def random_steps(count: int, inputs: int, seed: int = 0, names: Sequence[str] = (*UNARY, *BINARY)) -> list[Step]:
    """Operations on earlier numbers, drawn anew until result and slopes stay within [0.05, 3] at the inputs' middle."""
    draw = random.Random(seed)
    numbers = [0.5 + 0.05 * i for i in range(inputs)]
    steps: list[Step] = []
    while len(steps) < count:
        name = draw.choice(names)
        recent = max(0, len(numbers) - 400)
        picks = tuple(draw.randrange(recent, len(numbers)) for _ in range(1 + (name in BINARY)))
        node = operation_of(functions)(name)(*[Value(numbers[pick]) for pick in picks])
        steep = max(map(abs, node.local_derivatives))
        if 0.05 < node.data < 3.0 and steep < 3.0 and not (name in ("floor", "ceil") and len(steps) % 10):
            steps.append((name, picks))
            numbers.append(node.data)
    return steps


def operation_of(module):
    def find(name):
        if name in SYMBOLS:
            return SYMBOLS[name]
        return getattr(module, CASADI_NAMES.get(name, name) if module is casadi else name)

    return find


def erf_of_jax(name):
    return jax.scipy.special.erf if name == "erf" else operation_of(jnp)(name)


def run(steps: list[Step], find, x):
    """The mean of the numbers that no step uses."""
    numbers = list(x)
    used = set()
    for name, picks in steps:
        numbers.append(find(name)(*[numbers[pick] for pick in picks]))
        used.update(picks)
    ends = [number for i, number in enumerate(numbers) if i >= len(x) and i not in used]
    total = ends[0]
    for number in ends[1:]:
        total = total + number
    return total * (1.0 / len(ends))


def replayed(steps: list[Step], x: list[float], executor: str):
    program = record(lambda x: run(steps, operation_of(functions), x), x, executor=executor)
    program.value_and_gradients([x], reduction=None, input_gradients=True)
    return lambda batch: program.value_and_gradients(batch, reduction=None, input_gradients=True)


def in_casadi(steps: list[Step], inputs: int):
    x = casadi.SX.sym("x", inputs)
    y = run(steps, operation_of(casadi), [x[i] for i in range(inputs)])
    f = casadi.Function("f", [x], [y, casadi.gradient(y, x)])
    mapped = f.map(1000, "serial")
    buffer, evaluate = f.buffer()
    value, slopes = np.empty(1), np.empty(inputs)
    buffer.set_res(0, memoryview(value))
    buffer.set_res(1, memoryview(slopes))

    def call(batch):
        if len(batch) > 1:
            values, gradients = mapped(casadi.DM(batch.T))
            return np.array(values)[0], None, [np.array(gradients).T]
        x = np.ascontiguousarray(batch[0])
        buffer.set_arg(0, memoryview(x))
        evaluate()
        return value, None, [slopes[None]]

    return call


def in_jax(steps: list[Step], one: np.ndarray):
    def scalar(x):
        return run(steps, erf_of_jax, [x[i] for i in range(one.shape[1])])

    compiled = jax.jit(jax.vmap(jax.value_and_grad(scalar)))

    def call(batch):
        with jax.enable_x64(True):
            values, gradients = jax.block_until_ready(compiled(batch))
            return np.asarray(values), None, [np.asarray(gradients)]

    call(one)
    return call


def against_peers(count: int, rounds: int, with_jax: bool) -> None:
    """One table. JAX goes first through a child process that may be stopped, for its compiler may take minutes."""
    if with_jax and not jax_compiles(count):
        print(f"\njitted JAX does not compile {count:,} operations within {JAX_LIMIT} s: left out", flush=True)
        with_jax = False
    inputs = 8
    steps = random_steps(count, inputs)
    X = np.random.default_rng(0).uniform(0.9999999, 1.0000001, (1000, inputs)) * (0.5 + 0.05 * np.arange(inputs))
    one = X[:1].copy()
    makers = {
        "replay, numba": lambda: replayed(steps, X[0].tolist(), "numba"),
        "replay, numpy": lambda: replayed(steps, X[0].tolist(), "numpy"),
        "CasADi SX function": lambda: in_casadi(steps, inputs),
    }
    if with_jax:
        makers["jitted JAX"] = lambda: in_jax(steps, one)
    contestants, making = {}, {}
    for name, make in makers.items():
        start = time.perf_counter()
        contestants[name] = make()
        making[name] = time.perf_counter() - start
        print(f"{name}: {making[name]:.1f} s to make", file=sys.stderr, flush=True)
    agree(contestants, one)
    agree(contestants, X)
    results = {
        len(batch): paired_medians({name: partial(call, batch) for name, call in contestants.items()}, rounds)
        for batch in (one, X)
    }
    print(f"\n{count:,} random operations, value and gradient by {inputs} inputs; in brackets CasADi's time / this\n")
    rows = [
        [
            name,
            f"{making[name]:.2f} s",
            *(
                f"{seconds[name] / samples * 1e6:,.1f} µs ({seconds['CasADi SX function'] / seconds[name]:.2f}×)"
                for samples, seconds in results.items()
            ),
        ]
        for name in contestants
    ]
    print(table(["", "recording, compiling, first run", "batch 1", "batch 1,000, per sample"], rows), flush=True)


def jax_compiles(count: int) -> bool:
    code = f"import replay_scalar_graphs as b; b.in_jax(b.random_steps({count}, 8), b.np.full((1, 8), 0.7))"
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-c", code], check=True, timeout=JAX_LIMIT, cwd=Path(__file__).parent)
        return True
    return False


def agree(contestants, batch) -> None:
    expected = contestants["replay, numpy"](batch)
    for name, call in contestants.items():
        found = call(batch)
        np.testing.assert_allclose(found[0], expected[0], rtol=1e-9, err_msg=name)
        np.testing.assert_allclose(found[2][0], expected[2][0], rtol=1e-7, atol=1e-9, err_msg=name)


def repeated(steps: list[Step], copies: int, x):
    """The sum of the same graph over several shifted inputs, so that nothing is shared."""
    total = run(steps, operation_of(functions), x)
    for copy in range(1, copies):
        total = total + run(steps, operation_of(functions), [number + 1e-6 * copy for number in x])
    return total


SAMPLES = (1, 10, 1_000, 100_000)
MOST_WORK = 2e9  # nodes times samples; more blocks of the same size tell nothing new


def bytes_of(*arrays: np.ndarray) -> int:
    """Bytes that arrays take."""
    return sum(array.nbytes for array in arrays)


def measured(count: int) -> list[str]:
    """A row of the scaling table: a graph of about `count` nodes."""
    steps = random_steps(min(count, 10_000), 8)
    function = partial(repeated, steps, count // len(steps))
    x = [0.5 + 0.05 * i for i in range(8)]
    building = median_time(lambda: function([Value(number) for number in x]), 3)
    start = time.perf_counter()
    program = record(function, x, executor="numba")
    recording = time.perf_counter() - start
    branch = program.branches.recorded[0]
    graph, nodes = branch.recorded, len(branch.recorded)
    start = time.perf_counter()
    run = NodesRun(Job(branch.graph, 0, branch.graph.outputs, gradients=True, summed=True, by_input=True))
    compiling = time.perf_counter() - start
    recorded = bytes_of(graph.codes, graph.starts, graph.operands, graph.leaves)
    encoded = bytes_of(*run.encoded.code, run.encoded.leaves)
    row = [f"{nodes:,}"]
    for samples in SAMPLES:
        if nodes * samples > MOST_WORK:
            row.append("–")
            continue
        X = np.random.default_rng(0).uniform(0.9999999, 1.0000001, (samples, 8)) * x
        call = partial(program.value_and_gradients, X, input_gradients=True)
        rounds = 7 if nodes * samples < 1e8 else 1
        row.append(f"{median_time(call, rounds) / nodes / samples * 1e9:.1f}")
    return [
        *row,
        f"{recording / building:.1f}",
        f"{compiling:.1f} s",
        f"{recorded / nodes:.0f} + {encoded / nodes:.0f}",
        f"{8 * run.rows / nodes:.1f}",
        f"{8e-6 * run.rows * run.block:.0f} MB",
    ]


def scaling(largest: int) -> None:
    print("\nCost per node and sample, numba, value and gradient, in ns\n")
    rows = [measured(count) for count in (1_000, 10_000, 100_000, 1_000_000) if count <= largest]
    header = [
        "nodes",
        *(f"batch {samples:,}" for samples in SAMPLES),
        "recording / building",
        "compiling",
        "bytes a node, graph + program",
        "bytes a node and sample in a block",
        "a block",
    ]
    print(table(header, rows))


def median_time(call, rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--operations", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--no-jax", action="store_true", help="leave JAX out, whose compiler needs minutes here")
    parser.add_argument("--largest", type=int, default=1_000_000, help="the largest graph of the scaling table")
    arguments = parser.parse_args()
    print(machine("numpy", "numba", "casadi", "jax"))
    for operations in (SMALLER, arguments.operations) if not arguments.no_jax else (arguments.operations,):
        against_peers(operations, arguments.rounds, not arguments.no_jax)
    scaling(arguments.largest)
