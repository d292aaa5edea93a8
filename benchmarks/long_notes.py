"""How long does a long note take, and what is not meant to be read? CPU seconds, the median of some runs.

python benchmarks/long_notes.py [--chains 2000] [--runs 3]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial

from tinygrad_notes.reading.note import read_note

HOSTILE: dict[str, str] = {
    "dollars": "$" * 60_000, "brackets in maths": "$$" + "(" * 60_000, "matrices": "\\begin{bmatrix}" * 5_000,
    "square brackets": "[" * 60_000, "quotes": "> " * 20_000 + "$x = 1$", "bullets": "* " * 20_000,
    "environments": "\\begin{align}\n" * 5_000, "ended elsewhere": "\\begin{align} a \\end{align} x\n" * 5_000,
    "backticks": "`" * 60_000, "bars": "|" * 60_000, "a long sum": "$x = " + "1 + " * 30_000 + "1$",
    "a long chain": "a = " * 20_000, "fractions": "$" + "\\frac{" * 8_000 + "$", "display brackets": "\\[" * 30_000,
    "indices": "x_" * 30_000, "equality signs": "=" * 60_000, "stars": "**" * 30_000, "backslashes": "\\" * 60_000,
    "slashes": "d" * 30_000 + "/d" + "d" * 30_000, "points": "1." * 30_000, "commas": "1," * 30_000,
    "garbled": "ÃÂ" * 30_000, "thousands": "= 1,000" * 10_000, "unfinished lines": "z = a +\n" * 5_000,
    "strokes": "1/2(" * 10_000, "versions": "\n".join(f"`w = w - 0.1*w = {k}`" for k in range(1_000)),
    "versions put in": "$g = 3$\n\n" + "\n".join(f"$w = w - 0.1 g = {k + 1} - 0.1*3 = {k}$" for k in range(500)),
    "unknown names": "\n".join(f"`v{k} = u{k}*v{k - 1} = 2`" for k in range(1_000)),
    "circles": "\n".join(f"`a{k} = a{k + 1} + 1 = 2`" for k in range(1_000)),
    "joined names": "\n".join(f"$v_{{{k}}} = {k}$" for k in range(500)) + "\n$z = " + "v_1 v_2 " * 40 + "= 2$",
    "matrices in turn": "$W = " + " ".join([f"[{', '.join(['[' + '1, ' * 29 + '1]'] * 30)}]"] * 5) + " = [[1, 2]]$",
    "a wide row": "|" + "a = 1 |" * 5_000 + "\n|" + "---|" * 5_000 + "\n|" + "a = 1|" * 5_000,
    "refused lines": "\n".join(f"`q{k} = [1, 2]@[1, 2, 3]*p = {k}`" for k in range(500)) + "\n`p = 1`",
}  # fmt: skip


def long_note(chains: int) -> str:
    """A note of so many chains, each with a formula, the numbers put in, and what came out."""
    lines = ["Let $v_0 = 0.5$ and $w = 0.25$."]
    number = 0.5
    for k in range(1, chains + 1):
        put_in = f"0.25 \\cdot {number:.4f} + 0.5"
        number = round(0.25 * number + 0.5, 4)
        lines.append(f"So $v_{{{k}}} = w v_{{{k - 1}}} + 0.5 = {put_in} \\approx {number:.4f}$.")
    return "\n\n".join(lines)


def seconds(work: Callable[[], object], runs: int) -> float:
    """The median of the processor's seconds."""
    taken = []
    for _ in range(runs):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def read_whole(text: str, kind: str = "markdown") -> str:
    note = read_note(text, kind)
    return note.summary


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--chains", type=int, default=2000)
    arguments.add_argument("--runs", type=int, default=3)
    chosen = arguments.parse_args()
    read_whole("$1 + 1 = 2$")  # loads what reading takes
    note = long_note(chosen.chains)
    print(f"{chosen.chains} chains, {read_whole(note)}: {seconds(lambda: read_whole(note), chosen.runs):.2f} s\n")
    print("| hostile note | as Markdown, s | as LaTeX, s |\n|---|--:|--:|")
    for name, text in HOSTILE.items():
        markdown, latex = (seconds(partial(read_whole, text, kind), 1) for kind in ("markdown", "latex"))
        print(f"| {name} | {markdown:.2f} | {latex:.2f} |")


if __name__ == "__main__":
    main()
