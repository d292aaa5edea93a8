"""How long does it take to mark a calculation, and how much memory? Grows both with the page's length, linearly.

    python benchmarks/calculation_speed.py [--largest 10000]

The pages are chains of tanh with claims. "one gradient" differentiates the last number by the first weight alone; "a
formula for each" has a gradient with its formula for every second line. Seconds are of CPU, the least of three runs.
"""

from __future__ import annotations

import argparse
import random
import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial

from tinygrad_notes.worked.calculation import mark_calculation, read_calculation


def chain(count: int, gradients: bool) -> str:
    """So many lines: tanh after tanh, then the loss and its gradients; each with what it comes to."""
    rng = random.Random(count)
    names = ["x"]
    lines = ["x = 0.5"]
    for i in range(count // 2 - 2 if gradients else count - 3):
        lines.append(f"v{i} = tanh({names[-1]} + {rng.uniform(-0.2, 0.2):.2f})")
        names.append(f"v{i}")
    lines.append(f"L = {names[-1]}^2")
    if gradients:
        lines.append(f"dL/d{names[-1]} = 2*{names[-1]}")
        lines += [f"dL/d{a} = dL/d{b}*(1 - {b}^2)" for a, b in zip(names[-2:0:-1], names[:1:-1], strict=True)]
    else:
        lines.append("dL/dx")
    return claimed(lines)


def claimed(lines: list[str]) -> str:
    """The lines with their numbers claimed, to four digits."""
    numbers = {entry.statement.line.number: entry.numbers.data for entry in read_calculation("\n".join(lines)).entries}
    return "\n".join(f"{line}  # {numbers[i]:.4g}" if i > 1 else line for i, line in enumerate(lines, start=1))


def arrays(count: int) -> str:
    """A page of so many claims in arrays of a hundred."""
    lines = [f"a0 = [{', '.join(f'0.{i % 9 + 1}' for i in range(100))}]"]
    lines += [f"a{i + 1} = tanh(0.9*a{i} + 0.1)" for i in range(count // 100)]
    numbers = {e.statement.line.number: [v.data for v in e.values] for e in read_calculation("\n".join(lines)).entries}
    return "\n".join(
        f"{line}  # [{', '.join(f'{x:.4f}' for x in numbers[i])}]" if i > 1 else line for i, line in enumerate(lines, 1)
    )


def all_wrong(page: str) -> str:
    rng = random.Random(0)
    return "\n".join(
        f"{line.partition('#')[0]}# {rng.uniform(-2, 2):.4f}" if "#" in line else line for line in page.splitlines()
    )


def pages(largest: int) -> Iterator[tuple[str, Callable[[], str]]]:
    for size in (100, 200, 500, 1000, 2000, 5000, 10_000):
        if size <= largest:
            yield f"{size:,} lines, one gradient", partial(chain, size, False)
            yield f"{size:,} lines, a formula for each", partial(chain, size, True)
    yield "1,000 lines, every claim wrong", lambda: all_wrong(chain(1000, True))
    yield "10,000 claims in arrays", lambda: arrays(10_000)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--largest", type=int, default=10_000)
    print("| page | seconds | ms a line | MB |\n|---|--:|--:|--:|")
    for called, make in pages(arguments.parse_args().largest):
        page = make()
        times = []
        for _ in range(3):
            started = time.process_time()
            mark_calculation(page)
            times.append(time.process_time() - started)
        tracemalloc.start()
        mark_calculation(page)
        memory = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        each = 1000 * min(times) / (page.count("\n") + 1)
        print(f"| {called} | {min(times):.2f} | {each:.2f} | {memory:.0f} |", flush=True)


if __name__ == "__main__":
    main()
