"""How well are calculation lines marked? Random pages, honest ones and ones with a known mistake planted.

    python benchmarks/calculations.py [--pages 500] [--seed 0]

A page has 5 to 60 lines over scalars: sums, products, squares, tanh and σ of what stands above, and claims with 1 to 6
decimals. It is worked from the rounded numbers above, as people work. A planted slip lies outside all that the claims
above can lead to when each may stand for any number that rounds to it (interval arithmetic), and away from the exact
number. Gradients come with the page's own formula: right, or wrong by a factor, a sign, a term or a power. Nothing of
the reader or the marker is used to make a page.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections import Counter
from dataclasses import dataclass

from tinygrad_notes.worked.calculation import mark_calculation

Box = tuple[float, float]


@dataclass
class Line:
    """A name, its formula, and the lines that it reads: weight·first + second, first·second, f(first), first²."""

    name: str
    kind: str
    reads: tuple[int, ...]
    weight: float

    def text(self, lines: list[Line]) -> str:
        names = [lines[i].name for i in self.reads]
        if self.kind == "sum":
            return f"{self.weight}*{names[0]} + {names[1]}"
        return {"product": "*".join(names), "square": f"{names[0]}^2"}.get(self.kind, f"{self.kind}({names[0]})")

    def work(self, *xs: float) -> float:
        if self.kind == "sum":
            return self.weight * xs[0] + xs[1]
        if self.kind == "product":
            return xs[0] * xs[1]
        return xs[0] ** 2 if self.kind == "square" else _FUNCTIONS[self.kind](xs[0])

    def box(self, *boxes: Box) -> Box:
        corners = [self.work(*xs) for xs in _corners(boxes)]
        if self.kind == "square" and boxes[0][0] < 0.0 < boxes[0][1]:
            corners.append(0.0)
        return min(corners), max(corners)

    def slopes(self, lines: list[Line]) -> list[str]:
        names = [lines[i].name for i in self.reads]
        return {
            "sum": [f"{self.weight}", "1"], "product": names[::-1], "square": [f"2*{names[0]}"],
            "tanh": [f"(1 - {self.name}^2)"], "sigmoid": [f"{self.name}*(1 - {self.name})"],
        }[self.kind]  # fmt: skip


_FUNCTIONS = {"tanh": math.tanh, "sigmoid": lambda x: 1.0 / (1.0 + math.exp(-x))}


def _corners(boxes: tuple[Box, ...]) -> list[tuple[float, ...]]:
    corners: list[tuple[float, ...]] = [()]
    for lo, hi in boxes:
        corners = [(*corner, end) for corner in corners for end in (lo, hi)]
    return corners


def random_lines(rng: random.Random) -> list[Line]:
    lines = [Line(f"x{i}", "given", (), round(rng.uniform(-1.5, 1.5), 1) or 0.5) for i in range(rng.randint(2, 4))]
    for i in range(rng.randint(5, 60)):
        kind = rng.choice(["sum", "product", "square", "tanh", "sigmoid"])
        reads = tuple(
            rng.choice(range(max(0, len(lines) - 6), len(lines))) for _ in range(2 if kind in ("sum", "product") else 1)
        )
        lines.append(Line(f"v{i}", kind, reads, round(rng.uniform(-1, 1), 1) or 0.5))
    return lines


def page(lines: list[Line], decimals: int, wrong: dict[int, str]) -> tuple[str, dict[int, str]]:
    """The page's text and claims: each number worked from the rounded ones above it."""
    numbers: list[float] = []
    claims: dict[int, str] = {}
    text = []
    for i, line in enumerate(lines):
        if line.kind == "given":
            numbers.append(line.weight)
            text.append(f"{line.name} = {line.weight}")
            continue
        claims[i] = wrong.get(i) or f"{line.work(*(numbers[k] for k in line.reads)):.{decimals}f}"
        numbers.append(float(claims[i]))
        text.append(f"{line.name} = {line.text(lines)}  # {claims[i]}")
    return "\n".join(text), claims


def reach(lines: list[Line], claims: dict[int, str], half: float, i: int) -> Box:
    """All that a line can come to when each claim above stands for any number that rounds to it."""

    def box(k: int) -> Box:
        return (lines[k].weight,) * 2 if k not in claims else (float(claims[k]) - half, float(claims[k]) + half)

    return lines[i].box(*(box(k) for k in lines[i].reads))


def above(lines: list[Line], i: int) -> set[int]:
    """The lines that a line is computed from."""
    found: set[int] = set()
    for k in lines[i].reads:
        found |= {k} | above(lines, k) if k not in found else set()
    return found


def gradients(lines: list[Line], rng: random.Random, plant: str) -> tuple[str, int]:
    """Lines for the gradients of the last number by the three above it that it reads, one of them wrong."""
    last = len(lines) - 1
    line = lines[last]
    whole: dict[int, list[str]] = {}
    for k, slope in zip(line.reads, line.slopes(lines), strict=True):
        whole.setdefault(k, []).append(slope)
    whole = {k: terms for k, terms in whole.items() if not any(k in above(lines, other) for other in whole)}
    target = rng.choice(list(whole))
    text = []
    for k, terms in whole.items():
        formula = " + ".join(terms)
        if k == target:
            formula = {"": formula, "factor": f"2*({formula})", "sign": f"-({formula})", "term": f"{formula} + 0.3",
                       "power": f"({formula})^2 + 0.01"}[plant]  # fmt: skip
        text.append(f"d{line.name}/d{lines[k].name} = {formula}")
    return "\n".join(text), len(whole)


def one_page(seed: int) -> Counter[str]:
    rng = random.Random(seed)
    counts: Counter[str] = Counter()
    lines, decimals = random_lines(rng), rng.randint(1, 6)
    half = 0.5 * 10.0**-decimals
    exact: list[float] = []
    for line in lines:
        exact.append(line.weight if line.kind == "given" else line.work(*(exact[k] for k in line.reads)))
    if max(map(abs, exact)) > 1e3:
        return counts
    text, claims = page(lines, decimals, {})
    honest = mark_calculation(f"{text}\n{gradients(lines, rng, '')[0]}")
    counts["honest pages"] += 1
    counts["with a false slip"] += bool(honest.with_verdict("slip", "misprint"))
    counts["with a formula refused"] += any(mark.is_right is False for mark in honest.formulas)
    i = rng.choice(list(claims))
    wrong = f"{float(claims[i]) + rng.choice([-1, 1]) * 2 * half * 10 ** rng.uniform(0.2, 3):.{decimals}f}"
    lo, hi = reach(lines, claims, half, i)
    far = float(wrong) < lo - 2 * half or float(wrong) > hi + 2 * half
    if far and abs(float(wrong) - exact[i]) > 2 * half and f"{exact[i]:.{decimals}f}" != wrong:
        marking = mark_calculation(page(lines, decimals, {i: wrong})[0])
        counts["planted slips"] += 1
        counts["found"] += marking[lines[i].name].verdict in ("slip", "misprint")
        counts["a slip elsewhere"] += any(
            mark.quantity != lines[i].name for mark in marking.with_verdict("slip", "misprint")
        )
    plant = rng.choice(["factor", "sign", "term", "power"])
    marking = mark_calculation(f"{text}\n{gradients(lines, rng, plant)[0]}")
    counts["wrong formulas"] += 1
    counts["reported"] += bool(marking.exit_status) or any(mark.remark for mark in marking.formulas)
    if plant in ("factor", "sign"):
        counts["factors and signs"] += 1
        counts["named"] += any(mark.mistakes for mark in marking.formulas if mark.is_right is False)
    return counts


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--pages", type=int, default=500)
    arguments.add_argument("--seed", type=int, default=0)
    chosen = arguments.parse_args()
    counts: Counter[str] = Counter()
    started = time.process_time()
    for seed in range(chosen.seed, chosen.seed + chosen.pages):
        counts.update(one_page(seed))
    print(f"{chosen.pages} pages in {time.process_time() - started:.0f} s of CPU\n\n| what | how many |\n|---|--:|")
    for what, count in counts.items():
        print(f"| {what} | {count} |")


if __name__ == "__main__":
    main()
