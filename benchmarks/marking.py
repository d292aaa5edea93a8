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

from random_pages import Paper, random_slip, usual_slip

from tinygrad_notes import MLP, Value, work_through
from tinygrad_notes.worked.marking import mark
from tinygrad_notes.worked.marks import MISPRINT, RIGHT, SLIP, Marking
from tinygrad_notes.worked.mistakes import KINDS
from tinygrad_notes.worked.writing_mistakes import WRITING

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
            claims, followed = paper.worked(style, {value: written})
            if not all(map(math.isfinite, followed.values())):
                continue  # an output that comes to 0 may have no logarithm
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
