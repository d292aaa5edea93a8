"""The eager engine beside micrograd (pure Python) and xad (a C++ core): `python benchmarks/engine.py`.

Questions: how long is one training step of micrograd's own demo, how long does an elementary operation take
forward and backward, and how long each of the other operations and a graph of many, drawn at random; how much memory
does a node need, and does it or the time grow with the graph?
"""

from __future__ import annotations

import math
import operator
import random
import sys
import threading
import tracemalloc
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from harness import machine, paired_medians, table, with_peers

with_peers("micrograd==0.1.0", "xad>=1.5", modules=["micrograd", "xad"])

import micrograd.engine
import micrograd.nn
import xad.adj_1st as xad
import xad.math as xad_math

import tinygrad_notes

CHAIN, SHORT_CHAIN = 20_000, 5_000
CHAIN_START = (0.5, 0.999, 0.001)
MICROGRADS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "x * w": lambda x, w, f: x * w,
    "x + w": lambda x, w, f: x + w,
    "x - w": lambda x, w, f: x - w,
    "x / w": lambda x, w, f: x / w,
    "x * 0.9999": lambda x, w, f: x * 0.9999,
    "x + 1e-9": lambda x, w, f: x + 1e-9,
    "1 - x": lambda x, w, f: 1 - x,
    "0.25 / x": lambda x, w, f: 0.25 / x,
    "x ** 2": lambda x, w, f: x**2,
    "x ** 3": lambda x, w, f: x**3,
    "x ** 0.5": lambda x, w, f: x**0.5,
}
"""Operations that micrograd has too, of the last number x, a second one, and a library of functions."""
FUNCTIONS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "x ** w": lambda x, w, f: x**w,
    "exp(-x)": lambda x, w, f: f.exp(-x),
    "sin(x)": lambda x, w, f: f.sin(x),
    "tanh(x)": lambda x, w, f: f.tanh(x),
    "sqrt(x)": lambda x, w, f: f.sqrt(x),
    "log1p(x)": lambda x, w, f: f.log1p(x),
    "atan2(x, w)": lambda x, w, f: f.atan2(x, w),
    "maximum(x, w)": lambda x, w, f: f.maximum(x, w),
}
UNARY = ("sin", "cos", "exp", "log", "sqrt", "tanh")
BINARY = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


class XadFunctions:
    """xad's functions by our names."""

    maximum = staticmethod(xad_math.fmax)

    def __getattr__(self, name: str) -> Any:
        return getattr(xad_math, name)


XAD = XadFunctions()


def demo_step(engine: Any, mlp: Any) -> Callable[[], float]:
    """One step of micrograd's demo: MLP(2, [16, 16, 1]), 100 points on two moons' scale, hinge loss, L2."""
    random.seed(1337)
    model = mlp(2, [16, 16, 1])
    points = [[random.gauss(0, 1), random.gauss(0, 1)] for _ in range(100)]
    signs = [1.0 if x * y > 0 else -1.0 for x, y in points]

    def step() -> float:
        scores = [model(list(map(engine, point))) for point in points]
        losses = [(1 + -sign * score).relu() for sign, score in zip(signs, scores, strict=True)]
        loss = sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 0.01 * p.grad
        return float(loss.data)

    return step


def gradient(engine: Any, compute: Callable[..., Any], numbers: Sequence[float]) -> list[float]:
    """There and back: the gradient by `numbers` of what `compute` makes of them, here or in micrograd."""
    leaves = [engine(number) for number in numbers]
    compute(*leaves).backward()
    return [leaf.grad for leaf in leaves]


def gradient_in_xad(compute: Callable[..., Any], numbers: Sequence[float]) -> list[float]:
    leaves = [xad.Real(number) for number in numbers]
    with xad.Tape() as tape:
        for leaf in leaves:
            tape.registerInput(leaf)
        tape.newRecording()
        root = compute(*leaves)
        tape.registerOutput(root)
        root.setDerivative(1.0)
        tape.computeAdjoints()
        return [leaf.getDerivative() for leaf in leaves]


def chain(y: Any, w: Any, b: Any, length: int = CHAIN) -> Any:
    """`length` elementary operations, each on the last: y·w + b, y·w + b, …"""
    for _ in range(length // 2):
        y = y * w
        y = y + b
    return y


def chain_of_one(apply: Callable[[Any, Any, Any], Any], functions: Any, y: Any, w: Any) -> Any:
    """One operation, again and again."""
    for _ in range(SHORT_CHAIN):
        y = apply(y, w, functions)
    return y


def operation_rows() -> list[tuple[str, ...]]:
    """Each operation: our time, that of micrograd with the collector on and off, and our share of xad's."""
    rows = []
    for name, apply in (MICROGRADS | FUNCTIONS).items():
        ours, theirs = (partial(chain_of_one, apply, functions) for functions in (tinygrad_notes.functions, XAD))
        contestants: dict[str, Callable[[], object]] = {
            "here": partial(gradient, tinygrad_notes.Value, ours, (0.9, 0.9999)),
            "xad": partial(gradient_in_xad, theirs, (0.9, 0.9999)),
        }
        if name in MICROGRADS:  # which use no function
            contestants["micrograd"] = partial(gradient, micrograd.engine.Value, ours, (0.9, 0.9999))
        on, off = (paired_medians(contestants, 3, collector) for collector in (True, False))
        beside = [
            f"{seconds['micrograd'] / seconds['here']:.1f}×" if name in MICROGRADS else "" for seconds in (on, off)
        ]
        rows.append((name, f"{on['here'] / SHORT_CHAIN * 1e9:.0f} ns", *beside, f"{on['here'] / on['xad']:.2f}×"))
    return rows


def random_steps(count: int) -> list[tuple[str, tuple[int, ...]]]:
    """Operations of numbers before, at most 400 back, drawn at random; all numbers stay between 0.05 and 3."""
    draw, steps, numbers = random.Random(0), [], [0.5 + 0.05 * i for i in range(8)]
    while len(steps) < count:
        name = draw.choice([*UNARY, *BINARY, *BINARY])
        used = tuple(draw.randrange(max(0, len(numbers) - 400), len(numbers)) for _ in range(1 + (name in BINARY)))
        number = applied(name, [numbers[i] for i in used], math)
        if 0.05 < number < 3.0:
            steps.append((name, used))
            numbers.append(number)
    return steps


def applied(name: str, operands: list[Any], functions: Any) -> Any:
    return BINARY[name](*operands) if name in BINARY else getattr(functions, name)(*operands)


def random_graph(steps: list[tuple[str, tuple[int, ...]]], numbers: list[Any], functions: Any) -> Any:
    """The sum of all results that no other uses."""
    used = {i for _, operands in steps for i in operands}
    inputs = len(numbers)
    for name, operands in steps:
        numbers.append(applied(name, [numbers[i] for i in operands], functions))
    total = numbers[-1]
    for i in range(inputs, len(numbers) - 1):
        if i not in used:
            total = total + numbers[i]
    return total


def random_graph_row() -> tuple[str, ...]:
    steps, x = random_steps(CHAIN), [0.5 + 0.05 * i for i in range(8)]

    def graph(functions: Any, *leaves: Any) -> Any:
        return random_graph(steps, [*leaves], functions)

    ours = partial(gradient, tinygrad_notes.Value, partial(graph, tinygrad_notes.functions), x)
    theirs = partial(gradient_in_xad, partial(graph, XAD), x)
    for mine, other in zip(ours(), theirs(), strict=True):
        assert math.isclose(mine, other, rel_tol=1e-9), (mine, other)
    seconds = paired_medians({"here": ours, "xad": theirs}, 4)
    here, peer = (seconds[name] / CHAIN * 1e9 for name in ("here", "xad"))
    work = f"an operation of a random graph of {CHAIN:,}"
    return (work, f"{here:.0f} ns", "xad (C++)", f"{peer:.0f} ns", f"{here / peer:.2f}× its time", "≤ 1.25×")


def bytes_per_node() -> float:
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    root = chain(*map(tinygrad_notes.Value, CHAIN_START))
    root.backward()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / CHAIN


def time_per_node(length: int, collector: bool) -> float:
    rounds = max(1, 50_000 // length)
    run = partial(gradient, tinygrad_notes.Value, partial(chain, length=length), CHAIN_START)
    seconds = paired_medians({"": run}, rounds, collector)
    return seconds[""] / length


def main() -> None:
    demo = paired_medians(
        {
            "micrograd": demo_step(micrograd.engine.Value, micrograd.nn.MLP),
            "tinygrad_notes": demo_step(tinygrad_notes.Value, tinygrad_notes.MLP),
        },
        rounds=3,
    )
    ours = demo["tinygrad_notes"]
    rows = [
        ("micrograd's demo, one step", f"{ours * 1e3:.1f} ms", "micrograd", f"{demo['micrograd'] * 1e3:.0f} ms",
         f"{demo['micrograd'] / ours:.1f}× faster", "≥ 40×"),
    ]  # fmt: skip
    for collector in (True, False):
        work = f"an operation of a chain, there and back, collector {'on' if collector else 'off'}"
        rows += chain_rows(work, collector)
    rows.append(random_graph_row())
    rows.append(("memory of an elementary node", f"{bytes_per_node():.0f} bytes", "", "", "", "≤ 300 bytes"))
    for collector in (True, False):
        small, large = (time_per_node(length, collector) for length in (10_000, 1_000_000))
        work = f"time per node of 10⁶, collector {'on' if collector else 'off'}"
        ratio = f"{large / small:.2f}× its time"
        rows.append((work, f"{large * 1e9:.0f} ns", "of 10⁴", f"{small * 1e9:.0f} ns", ratio, "≤ 2×"))
    print(machine("micrograd", "xad"), end="\n\n")
    print(table(("work", "tinygrad_notes", "beside", "it needs", "ratio", "target"), rows), end="\n\n")
    header = ("an operation", "tinygrad_notes", "micrograd takes", "collector off", "our share of xad's time")
    print(table(header, operation_rows()))


def chain_rows(work: str, collector: bool) -> list[tuple[str, ...]]:
    seconds = paired_medians(
        {
            "micrograd": partial(gradient, micrograd.engine.Value, chain, CHAIN_START),
            "tinygrad_notes": partial(gradient, tinygrad_notes.Value, chain, CHAIN_START),
            "xad": partial(gradient_in_xad, chain, CHAIN_START),
        },
        rounds=9,
        collector=collector,
    )
    time = {name: f"{total / CHAIN * 1e9:.0f} ns" for name, total in seconds.items()}
    ours = seconds["tinygrad_notes"]
    return [
        (work, time["tinygrad_notes"], "micrograd", time["micrograd"],
         f"{seconds['micrograd'] / ours:.1f}× faster", "≥ 1.6×"),
        ("", time["tinygrad_notes"], "xad (C++)", time["xad"], f"{ours / seconds['xad']:.2f}× its time", "≤ 1.5×"),
    ]  # fmt: skip


if __name__ == "__main__":  # micrograd's backward() recurses, so it gets a deep stack to walk the chain
    sys.setrecursionlimit(10 * CHAIN)
    threading.stack_size(1 << 29)
    thread = threading.Thread(target=main)
    thread.start()
    thread.join()
