"""The eager engine beside micrograd (pure Python) and xad (a C++ core): `python benchmarks/engine.py`.

Four questions: how long is one training step of micrograd's own demo, how long does an elementary
operation take forward and backward, how much memory does a node need, and does either grow with the graph?
"""

from __future__ import annotations

import random
import sys
import threading
import tracemalloc
from collections.abc import Callable
from typing import Any

from harness import machine, paired_medians, table, with_peers

with_peers("micrograd==0.1.0", "xad>=1.5", modules=["micrograd", "xad"])

import micrograd.engine
import micrograd.nn
import xad.adj_1st as xad

import tinygrad_notes

CHAIN = 20_000


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


def chain(engine: Any, length: int = CHAIN) -> Any:
    """`length` elementary operations, each on the last: y·w + b, y·w + b, …"""
    y, w, b = engine(0.5), engine(0.999), engine(0.001)
    for _ in range(length // 2):
        y = y * w
        y = y + b
    return y


def chain_in_xad() -> None:
    y, w, b = xad.Real(0.5), xad.Real(0.999), xad.Real(0.001)
    with xad.Tape() as tape:
        for leaf in (y, w, b):
            tape.registerInput(leaf)
        tape.newRecording()
        for _ in range(CHAIN // 2):
            y = y * w
            y = y + b
        tape.registerOutput(y)
        y.setDerivative(1.0)
        tape.computeAdjoints()


def bytes_per_node() -> float:
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    root = chain(tinygrad_notes.Value)
    root.backward()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / CHAIN


def time_per_node(length: int, collector: bool) -> float:
    rounds = max(1, 50_000 // length)
    seconds = paired_medians({"": lambda: chain(tinygrad_notes.Value, length).backward()}, rounds, collector)
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
    rows.append(("memory of an elementary node", f"{bytes_per_node():.0f} bytes", "", "", "", "≤ 300 bytes"))
    for collector in (True, False):
        small, large = (time_per_node(length, collector) for length in (10_000, 1_000_000))
        work = f"time per node of 10⁶, collector {'on' if collector else 'off'}"
        ratio = f"{large / small:.2f}× its time"
        rows.append((work, f"{large * 1e9:.0f} ns", "of 10⁴", f"{small * 1e9:.0f} ns", ratio, "≤ 2×"))
    print(machine("micrograd", "xad"), end="\n\n")
    print(table(("work", "tinygrad_notes", "beside", "it needs", "ratio", "target"), rows))


def chain_rows(work: str, collector: bool) -> list[tuple[str, ...]]:
    seconds = paired_medians(
        {
            "micrograd": lambda: chain(micrograd.engine.Value).backward(),
            "tinygrad_notes": lambda: chain(tinygrad_notes.Value).backward(),
            "xad": chain_in_xad,
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
