"""How well is a hand-worked page marked? Random sheets, honest ones and ones with a known mistake planted.

    python benchmarks/marking.py [--sheets 5000] [--processes 2] [--seed 0]

Every sheet has 2 to 4 layers, any activations and losses, either convention, one sample or a few, and claims with
2 to 6 digits, of which some quantities are left out. It is worked in three ways: each number rounded from the exact
one ("exact"); each number worked from the rounded ones above it ("onward", the way people work); and from
unrounded numbers after the mistake ("unrounded"). Then one mistake is planted: a number off by more than the
rounding could hide, a misprint (what follows is right), or one of the usual mistakes.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tinygrad_notes import MLP, Value, work_through
from tinygrad_notes.number_systems import floats
from tinygrad_notes.passes import topological_order
from tinygrad_notes.worked.claims import read_claim
from tinygrad_notes.worked.marking import mark
from tinygrad_notes.worked.marks import MISPRINT, RIGHT, SLIP, Marking
from tinygrad_notes.worked.mistakes import KINDS, WRITING
from tinygrad_notes.worked.reworking import Reworking
from tinygrad_notes.worked.sheet import Sheet
from tinygrad_notes.worked.sites import Page, Site

HIDDEN = ["sigmoid", "tanh", "relu", "linear", "leaky_relu", "elu", "silu", "gelu", "softplus"]
OUTPUT = {
    "squared_error": HIDDEN,
    "half_squared_error": HIDDEN,
    "mean_squared_error": HIDDEN,
    "binary_cross_entropy": ["sigmoid"],
    "cross_entropy": ["softmax"],
}
Numbers = dict[Value, float]


def random_sheet(rng: random.Random) -> Sheet:
    """A sheet with friendly numbers, none of which is infinite or undefined."""
    while True:
        sizes = [rng.randint(1, 4) for _ in range(rng.randint(3, 5))]
        loss = rng.choice(list(OUTPUT))
        if loss == "cross_entropy":
            sizes[-1] = rng.randint(2, 4)
        activations = [rng.choice(HIDDEN) for _ in sizes[2:]] + [rng.choice(OUTPUT[loss])]
        weights = [[[round(rng.uniform(-1, 1), rng.choice([1, 2])) for _ in range(fan_in)] for _ in range(fan_out)]
                   for fan_in, fan_out in pairwise(sizes)]  # fmt: skip
        biases = [[round(rng.uniform(-0.5, 0.5), 2) for _ in rows] if rng.random() < 0.85 else None for rows in weights]
        convention = rng.choice(["W@x", "x@W"])
        if convention == "x@W":
            weights = [[list(column) for column in zip(*rows)] for rows in weights]
        samples = rng.choice([None, None, None, 1, 2, 3])
        x = [[round(rng.uniform(-1, 1), 1) for _ in range(sizes[0])] for _ in range(samples or 1)]
        y = [targets(rng, loss, sizes[-1]) for _ in x]
        network = MLP.from_weights(weights, biases, activation=activations, convention=convention)
        sheet = work_through(network, *((x, y) if samples else (x[0], y[0])), loss=loss,
                             learning_rate=rng.choice([0.05, 0.1, 0.5, 1.0]))  # fmt: skip
        if all(math.isfinite(value.data) for value in sheet.values.values()):
            return sheet


def targets(rng: random.Random, loss: str, outputs: int) -> list[float]:
    if loss == "cross_entropy":
        hot = rng.randrange(outputs)
        return [float(i == hot) for i in range(outputs)]
    if loss == "binary_cross_entropy":
        return [float(rng.random() < 0.5) for _ in range(outputs)]
    return [round(rng.uniform(-1, 1), 1) for _ in range(outputs)]


@dataclass
class Paper:
    """A page to be worked: which quantities are written down, and how a number is rounded."""

    sheet: Sheet
    digits: int
    significant: bool
    claimed: set[Value]
    order: list[Value]

    @classmethod
    def random(cls, rng: random.Random) -> Paper:
        sheet = random_sheet(rng)
        keep = rng.choice([1.0, 0.8, 0.6])
        kept = [quantity for quantity in sheet.quantities.values() if rng.random() < keep]
        claimed = {value for quantity in kept for value in quantity.elements}
        roots = [root for label, value in sheet.values.items() for root in (*sheet.alternatives.get(label, ()), value)]
        return cls(sheet, rng.randint(2, 6), rng.random() < 0.5, claimed, topological_order(*roots))

    def written(self, number: float) -> str:
        if self.significant and number:
            decimals = self.digits - 1 - math.floor(math.log10(abs(number)))
            decimals = decimals if abs(round(number, decimals)) < 10.0 ** (self.digits - decimals) else decimals - 1
            return f"{round(number, decimals):.{decimals}f}" if 0 <= decimals <= 12 else f"{number:.{self.digits - 1}e}"
        return f"{number:.{self.digits}f}"

    def worked(self, style: str, wrong: dict[Value, str] | None = None) -> tuple[dict[str, str], Numbers]:
        """The claims by label, and the page's numbers: rounded ones in style "onward", unrounded in the others."""
        wrong = wrong or {}
        numbers: Numbers = {}
        claims: dict[str, str] = {}
        for node in self.order:
            number = node.data
            if node.operands and style != "exact":
                number = node.operation.read(floats)[0](*[numbers[operand] for operand in node.operands])  # type: ignore[union-attr]
            if node in self.claimed:
                written = wrong.get(node) or self.written(number)
                claims[node.label] = written
                if style == "onward" or node in wrong:
                    number = float(written)
            numbers[node] = number
        return {label: claims[label] for label in self.sheet.values if label in claims}, numbers


def hidden_by_rounding(paper: Paper, numbers: Numbers, value: Value, written: str) -> bool:
    """Whether a wrong number may pass for a rounding of the right one, or of what follows from the page above.

    That is within a unit of its last digit, or within half a unit and what half a unit of each claim above it
    changes, one at a time.
    """
    claim = read_claim(value.label, written)
    page = as_written(paper, numbers)
    halves = {v: read_claim(v.label, paper.written(numbers[v])).half for v in paper.claimed}
    hidden = abs(claim.number - value.data) <= claim.unit
    for way in (value, *paper.sheet.alternatives.get(value.label, ())):
        formula = Reworking(way, page, halves, lambda node: True)
        above = formula.value()
        carried = sum(abs(formula.value({a: page[a] + halves[a]}) - above) for a in formula.ancestors)
        hidden |= abs(claim.number - above) <= max(claim.unit, claim.half + carried)
    return hidden


def as_written(paper: Paper, numbers: Numbers) -> Numbers:
    """What a page whose claims are the roundings of `numbers` says of every Value."""
    page: Numbers = {}
    for node in paper.order:
        page[node] = node.data
        if node in paper.claimed:
            page[node] = float(paper.written(numbers[node]))
        elif node.operands:
            page[node] = node.operation.read(floats)[0](*[page[operand] for operand in node.operands])  # type: ignore[union-attr]
    return page


def random_slip(paper: Paper, numbers: Numbers, rng: random.Random) -> tuple[Value, str] | None:
    value = rng.choice(sorted(paper.claimed, key=lambda v: v.label))
    unit = read_claim("", paper.written(numbers[value])).unit
    for _ in range(20):
        off = rng.choice([-1, 1]) * unit * 10 ** rng.uniform(0.2, 3)
        written = paper.written(numbers[value] + off)
        if not hidden_by_rounding(paper, numbers, value, written):
            return value, written
    return None


def usual_slip(paper: Paper, numbers: Numbers, rng: random.Random, kind: str) -> tuple[Value, str] | None:
    """A claim at which a mistake of that kind changes the number, and what is then written."""
    page = Page(paper.sheet, numbers, {})
    values = sorted(paper.claimed, key=lambda v: v.label)
    rng.shuffle(values)
    for value in values[:40]:
        site = Site(page, value)
        if kind in KINDS:
            wrong = [site.worked(change) for change in KINDS[kind](site)]
        else:
            unit = read_claim("", paper.written(site.right)).unit
            wrong = list(WRITING[kind](site.right, max(0, round(-math.log10(unit)))))
        rng.shuffle(wrong)
        for number in wrong[:5]:
            if math.isfinite(number) and not hidden_by_rounding(paper, numbers, value, paper.written(number)):
                return value, paper.written(number)
    return None


PLANTED = ["random", "misprint", *KINDS, *WRITING]


@dataclass
class Tally:
    """What is counted; summed over sheets."""

    counts: Counter[tuple[str, str]]

    def add(self, row: str, column: str, count: int = 1) -> None:
        self.counts[row, column] += count


def one_sheet(seed: int) -> Counter[tuple[str, str]]:
    rng = random.Random(seed)
    paper = Paper.random(rng)
    while not paper.claimed or not all(map(math.isfinite, paper.worked("onward")[1].values())):
        paper = Paper.random(rng)  # a rounded output of 0 or 1 may have no logarithm
    tally = Tally(Counter())
    for style in ("exact", "onward", "unrounded"):
        marking = mark(paper.sheet, paper.worked(style)[0])
        row = f"honest, {style}"
        tally.add(row, "pages")
        tally.add(row, "false", bool(marking.with_verdict(SLIP, MISPRINT)))
        for verdict, count in marking.counts().items():
            tally.add(row, verdict, count)
    plant(paper, rng, tally, seed)
    return tally.counts


def plant(paper: Paper, rng: random.Random, tally: Tally, seed: int) -> None:
    """One random slip, one misprint and one usual mistake, each on a page of its own."""
    usual = PLANTED[2 + seed % (len(PLANTED) - 2)]
    for kind in ("random", "misprint", usual):
        style = rng.choice(["onward", "unrounded"])
        _, numbers = paper.worked(style if kind != "misprint" else "exact")
        slip = usual_slip(paper, numbers, rng, kind) if kind == usual else random_slip(paper, numbers, rng)
        if slip is None:
            continue
        value, written = slip
        if kind == "misprint":
            claims, _ = paper.worked("exact")
            claims[value.label] = written
        else:
            claims, _ = paper.worked(style, {value: written})
        judge(mark(paper.sheet, claims), value, kind, tally)


def judge(marking: Marking, value: Value, kind: str, tally: Tally) -> None:
    found = marking[value.label]
    tally.add(kind, "pages")
    tally.add(kind, found.verdict)
    tally.add(kind, "found", found.verdict in (SLIP, MISPRINT))
    tally.add(kind, "false", any(other.quantity != value.label for other in marking.with_verdict(SLIP, MISPRINT)))
    names = [mistake.kind for mistake in found.mistakes]
    if kind in names:
        first = found.mistakes[0].number
        same = next(m.number for m in found.mistakes if m.kind == kind)
        tally.add(kind, "named")
        tally.add(kind, "first", names[0] == kind or math.isclose(first, same, rel_tol=1e-12))


def report(counts: Counter[tuple[str, str]], seconds: float, sheets: int) -> Iterator[str]:
    yield f"{sheets} sheets in {seconds:.0f} s\n"
    yield "| honest pages | pages | with a false slip | right | carried | rounding | lucky |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for style in ("exact", "onward", "unrounded"):
        row = f"honest, {style}"
        yield (
            "| "
            + " | ".join(
                [style, *(str(counts[row, c]) for c in ("pages", "false", RIGHT, "carried", "rounding", "lucky"))]
            )
            + " |"
        )
    columns = ("pages", SLIP, MISPRINT, "rounding", "carried", RIGHT, "lucky", "false")
    verdicts = "slip | misprint | rounding | carried | right | lucky"
    yield f"\n| planted | pages | {verdicts} | false slip elsewhere | found | named | first or only |"
    yield "|---" + "|--:" * 11 + "|"
    usual: Counter[str] = Counter()
    for kind in PLANTED:
        row = {column: counts[kind, column] for column in (*columns, "found", "named", "first")}
        if kind not in ("random", "misprint"):
            usual.update(row)
        yield table_row(kind, row, columns, kind not in ("random", "misprint"))
    yield table_row("all usual mistakes", usual, columns, True)
    every = sum((Counter({c: counts[k, c] for c in ("pages", "found")}) for k in PLANTED), Counter())
    yield f"\nFound and placed: {share(every['found'], every['pages'])} of {every['pages']} planted mistakes."


def table_row(kind: str, row: dict[str, int] | Counter[str], columns: tuple[str, ...], named: bool) -> str:
    cells = [kind, *(str(row[column]) for column in columns), share(row["found"], row["pages"])]
    cells += [share(row["named"], row["pages"]), share(row["first"], row["pages"])] if named else ["", ""]
    return "| " + " | ".join(cells) + " |"


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "-"


def speed() -> Iterator[str]:
    """How long a large page takes: honest, with one slip, and with every number wrong."""
    rng = random.Random(0)
    network = MLP(40, [40, 40, 40, 4], activation="sigmoid", seed=1)
    sheet = work_through(network, [rng.uniform(-1, 1) for _ in range(40)], [1.0, 0.0, 0.0, 1.0])
    honest = {label: f"{value.data:.4f}" for label, value in sheet.values.items()}
    wrong = {label: f"{value.data + rng.uniform(-0.1, 0.1):.4f}" for label, value in sheet.values.items()}
    yield "\n| page | claims | time to mark it (median of 5) |\n|---|--:|--:|"
    pages = {"honest": honest, "one slip": {**honest, "z1[0]": "0.9"}, "all wrong": wrong}
    for name, claims in pages.items():
        times = []
        for _ in range(5):
            started = time.perf_counter()
            mark(sheet, claims)
            times.append(time.perf_counter() - started)
        yield f"| {name} | {len(claims)} | {statistics.median(times):.2f} s |"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sheets", type=int, default=5000)
    arguments.add_argument("--processes", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=0)
    chosen = arguments.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    started = time.perf_counter()
    seeds = range(chosen.seed, chosen.seed + chosen.sheets)
    with multiprocessing.Pool(chosen.processes) as pool:
        for done, counted in enumerate(pool.imap_unordered(one_sheet, seeds, chunksize=20), start=1):
            counts.update(counted)
            if done % 100 == 0:
                print(f"\r{done} of {chosen.sheets} sheets", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print("\n".join(report(counts, time.perf_counter() - started, chosen.sheets)))
    print("\n".join(speed()))


if __name__ == "__main__":
    main()
