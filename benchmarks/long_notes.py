"""How long does a long note take, and what is not meant to be read? CPU seconds, the median of some runs.

python benchmarks/long_notes.py [--chains 2000] [--runs 3]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from tinygrad_notes.reading.note import read_note

_BRACES = "\\underbrace{" * 40 + "1" + "}_{= 1}" * 40
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
    "displays without an end": "$$ x\n\n" * 10_000, "backticks in maths": f"$x = {'`' * 60_000}$",
    "dollars before brackets": f"`{'$(' * 30_000}`", "arrows": ")" * 48_000 + "x ← " * 12_000,
    "values without an end": f"${'a, b = (' * 7_000}$", "braces in braces": f"$y = {_BRACES} = 1$\n\n" * 100,
    "definitions without an end": "\\newcommand{\\a}{" * 4_000,
    "blanks in definitions": ("\\newcommand" + " " * 500) * 120,
    "arguments in arguments": "\\newcommand{\\f}[1]{#1+#1}\n" + ("$" + "\\f{" * 8 + "1" + "}" * 8 + "$\n") * 1_000,
    "open brackets and an import": "import numpy\n" + "x = f(a, (b\n" * 5_000,
    "unclosed dollars": "at $x = 1\n" * 5_000,
    "a line of signs": "x = 1 " + "{" * 500_000, "members in brackets": "x = 1 " + "(= " * 20_000,
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


def _numbers(sign: str, count: int) -> str:
    return sign.join(f"0.{k + 10}" for k in range(count))


def _names(sign: str, count: int) -> str:
    return sign.join(f"a_{{{k}}}" for k in range(count))


def _lines(count: int, line: Callable[[int], str]) -> str:
    return "\n\n".join(map(line, range(count)))


_GIVEN = _lines(90, lambda k: f"$a_{{{k}}} = 0.{k + 10}$") + "\n\n"
_MATRIX = "\\begin{bmatrix}" + " \\\\ ".join([" & ".join("12345" * 4)] * 20) + "\\end{bmatrix}"
LARGE: dict[str, str] = {
    "5,000 versions of a name": "`w = 1`\n\n" + _lines(5_000, lambda k: f"`w = w - 0.1*w = {k}`"),
    "5,000 versions with numbers put in": "$g = 3$\n\n"
    + _lines(5_000, lambda k: f"$w = w - 0.1 g = {k + 1} - 0.1*3 = {k}$"),
    "1,000 products of 50 factors": _lines(1_000, lambda k: f"$p_{{{k}}} = {_numbers(' * ', 50)} = 0.1$"),
    "1,000 products with numbers put in": _GIVEN
    + _lines(1_000, lambda k: f"$p_{{{k}}} = {_names(' ', 50)} = {_numbers(' * ', 50)} = 0.1$"),
    "300 sums of 90 terms": _lines(300, lambda k: f"$s_{{{k}}} = {_numbers(' + ', 90)} = 49.05$"),
    "300 sums with numbers put in": _GIVEN
    + _lines(300, lambda k: f"$s_{{{k}}} = {_names(' + ', 90)} = {_numbers(' + ', 90)} = 49.05$"),
    "20 products of matrices, 20 by 20": _lines(20, lambda k: f"$$A_{{{k}}} = {_MATRIX} {_MATRIX} = {_MATRIX}$$"),
    "20 products of their names": f"$$A = {_MATRIX}$$\n\n$$B = {_MATRIX}$$\n\n"
    + _lines(20, lambda k: f"$$C_{{{k}}} = A B = {_MATRIX}$$"),
    "1,500 wrong substitutions": _GIVEN
    + _lines(1_500, lambda k: f"$y_{{{k}}} = a_{{{k % 50}}} a_{{7}} + 1 = 0.{k % 80 + 10} * 0.99 + 1 = {k}.3$"),
    "600 formulas and their numbers apart": _lines(600, lambda k: f"$z_{{{k}}} = w_{{{k}}} x_{{{k}}}$")
    + _lines(600, lambda k: f"\n\n$x_{{{k}}} = {k}$")
    + _lines(600, lambda k: f"\n\n$w_{{{k}}} = 0.{k}$\n\n$0.{k} * {k} = {k}.5$"),
}  # fmt: skip


def read_whole(text: str, kind: str = "markdown", runs: int = 1) -> tuple[str, float]:
    """What the report begins with, and the median of the processor's seconds."""
    taken = []
    for _ in range(runs):
        start = time.process_time()
        summary = read_note(text, kind).summary
        taken.append(time.process_time() - start)
    return summary, statistics.median(taken)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--chains", type=int, default=2000)
    arguments.add_argument("--runs", type=int, default=3)
    chosen = arguments.parse_args()
    read_whole("$1 + 1 = 2$")  # loads what reading takes
    summary, seconds = read_whole(long_note(chosen.chains), runs=chosen.runs)
    print(f"{chosen.chains} chains, {summary}: {seconds:.2f} s\n")
    print("| large note | s | claims |\n|---|--:|---|")
    for name, text in LARGE.items():
        summary, seconds = read_whole(text)
        print(f"| {name} | {seconds:.2f} | {summary} |")
    print("\n| hostile note | as Markdown, s | as LaTeX, s |\n|---|--:|--:|")
    for name, text in HOSTILE.items():
        markdown, latex = (read_whole(text, kind)[1] for kind in ("markdown", "latex"))
        print(f"| {name} | {markdown:.2f} | {latex:.2f} |")


if __name__ == "__main__":
    main()
