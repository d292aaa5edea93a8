"""How well is a hand-worked page marked? Random sheets, honest ones and ones with a known mistake planted.

    python benchmarks/marking.py [--sheets 5000] [--processes 2] [--seed 0] [--seconds 3600]

5,000 sheets take some 10 minutes of processor time. After so many `--seconds` it ends with those that are done.

Sheets are of two families. General ones have 2 to 4 layers, any activations and losses, either convention, one sample
or a few, and claims with 2 to 6 digits. Short ones are of integers or of numbers with one or two digits, with ReLU and
linear layers, so that many numbers can be written in full. Some quantities are left out. Each sheet is worked in three
ways: each number rounded from the exact one ("exact"); each number worked from the rounded ones above it ("onward", the
way people work); and from unrounded numbers after a mistake ("unrounded").

Then mistakes are planted: a number changed at random, two of them, a misprint (what follows is right), one of the
usual mistakes, or one below a misprint. On short pages a changed number may be one that honest rounding leads to as
well; interval arithmetic says so, and such numbers are counted apart. At last come files: answers with too few digits,
and answers whose givens are not those of their key.
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

from marked_files import one_file
from random_pages import KINDS, Claims, Paper, Planted, claimed_above, random_slip, usual_slip

from tinygrad_notes import MLP, Value, work_through
from tinygrad_notes.worked.marking import mark
from tinygrad_notes.worked.marks import Marking
from tinygrad_notes.worked.verdicts import MISPRINT, RIGHT, SLIP

STYLES = ("exact", "onward", "unrounded")
FILES = 1000
Counts = Counter[tuple[str, str]]


def one_sheet(seed: int) -> Counts:
    """What came of the pages made from one seed."""
    counts: Counts = Counter()
    rng = random.Random(seed)
    paper, short = Paper.random(rng), Paper.random(rng, short=True)
    for family, page in (("general", paper), ("short", short)):
        for style in STYLES:
            honest(counts, f"{family}, {style}", mark(page.sheet, page.worked(style)[0]))
    random_slips(counts, paper, rng)
    misprint(counts, paper, rng)
    usual(counts, paper, rng, KINDS[seed % len(KINDS)])
    below_misprint(counts, paper, rng, KINDS[seed % len(KINDS)])
    for slips in (1, 2):
        short_slips(counts, short, rng, slips)
    return counts


def honest(counts: Counts, row: str, marking: Marking) -> None:
    counts[row, "pages"] += 1
    counts[row, "false"] += bool(marking.with_verdict(SLIP, MISPRINT))
    for verdict, count in marking.counts().items():
        counts[row, verdict] += count


def random_slips(counts: Counts, paper: Paper, rng: random.Random) -> None:
    style = rng.choice(["onward", "unrounded"])
    claims, numbers = paper.worked(style)
    if (slip := random_slip(paper, claims, numbers, rng)) is not None:
        value, written, _ = slip
        claims, followed = paper.worked(style, {value: written})
        if all(map(math.isfinite, followed.values())):  # an output that comes to 0 may have no logarithm
            marking = mark(paper.sheet, claims)
            placed(counts, "random", marking, value)
            counts["random", "named"] += bool(marking[value.label].mistakes)


def misprint(counts: Counts, paper: Paper, rng: random.Random) -> None:
    claims, numbers = paper.worked("exact")
    if (slip := random_slip(paper, claims, numbers, rng)) is not None:
        value, written, _ = slip
        placed(counts, "misprint", mark(paper.sheet, {**claims, value.label: written}), value)


def usual(counts: Counts, paper: Paper, rng: random.Random, kind: str) -> None:
    style = rng.choice(["onward", "unrounded"])
    claims, numbers = paper.worked(style)
    if (planted := usual_slip(paper, claims, numbers, rng, kind)) is not None:
        claims, followed = paper.worked(style, {planted.value: planted.written})
        if all(map(math.isfinite, followed.values())):
            named(counts, kind, mark(paper.sheet, claims), planted)


def below_misprint(counts: Counts, paper: Paper, rng: random.Random, kind: str) -> None:
    """A usual mistake made in working with the right number where a wrong one is printed."""
    claims, numbers = paper.worked("exact")
    planted = usual_slip(paper, claims, numbers, rng, kind)
    above = claimed_above(paper, planted.value) if planted is not None else []
    if planted is None or not above:
        return
    misprinted = rng.choice(above)
    off = rng.choice([-1, 1]) * rng.uniform(0.2, 1.0) * max(0.1, abs(numbers[misprinted]))
    written = paper.written(numbers[misprinted] + off)
    claims, followed = paper.worked("unrounded", {planted.value: planted.written})
    spoiled = {**claims, misprinted.label: written}
    if not all(map(math.isfinite, followed.values())):
        return
    hidden = paper.in_reach(misprinted, written, claims)
    if not hidden and not paper.in_reach(planted.value, planted.written, spoiled, claims):
        named(counts, "below a misprint", mark(paper.sheet, spoiled), planted, misprinted)


def short_slips(counts: Counts, paper: Paper, rng: random.Random, slips: int) -> None:
    """One or two numbers of a page of short ones changed by a few units of their last digit."""
    style = rng.choice(["onward", "unrounded"])
    row = f"short, {slips} changed"
    wrong: dict[Value, str] = {}
    pages: list[Claims] = []
    claims, numbers = paper.worked(style)
    for _ in range(slips):
        pages.append(claims)
        slip = random_slip(paper, claims, numbers, rng)
        if slip is None or slip[0] in wrong:
            return
        wrong[slip[0]] = slip[1]
        claims, numbers = paper.worked(style, wrong)
    marking = mark(paper.sheet, claims)
    for value, written in wrong.items():
        if paper.in_reach(value, written, *pages, claims):
            counts[row, "in reach"] += 1
        else:
            placed(counts, row, marking, value, *wrong)


def placed(counts: Counts, row: str, marking: Marking, value: Value, *others: Value) -> None:
    """Whether a planted slip was found where it is, and no other number was called one."""
    verdict = marking[value.label].verdict
    wrong = {value.label, *(other.label for other in others)}
    counts[row, "pages"] += 1
    counts[row, verdict] += 1
    counts[row, "found"] += verdict in (SLIP, MISPRINT)
    counts[row, "false"] += any(other.quantity not in wrong for other in marking.with_verdict(SLIP, MISPRINT))


def named(counts: Counts, row: str, marking: Marking, planted: Planted, *others: Value) -> None:
    """Whether the marker names the mistake; a kind that leads to the same number counts as the same."""
    placed(counts, row, marking, planted.value, *others)
    found = marking[planted.value.label].mistakes
    numbers = [mistake.number for mistake in found if mistake.kind in planted.kinds] or [planted.number]
    same = [m.kind in planted.kinds or any(math.isclose(m.number, x, rel_tol=1e-9) for x in numbers) for m in found]
    counts[row, "named"] += any(same)
    counts[row, "first"] += any(same[:1])
    counts[row, "others only"] += bool(same) and not any(same)


# The tables -------------------------------------------------------------------------------------------


COLUMNS = ("pages", SLIP, MISPRINT, "rounding", "carried", RIGHT, "lucky", "false")


def report(counts: Counts, seconds: float, sheets: int) -> Iterator[str]:
    yield f"{sheets} sheets of each family in {seconds:.0f} s\n"
    yield "| honest pages | pages | with a false slip | right | carried | rounding | lucky |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for row in (f"{family}, {style}" for family in ("general", "short") for style in STYLES):
        columns = ("pages", "false", RIGHT, "carried", "rounding", "lucky")
        yield f"| {row} | " + " | ".join(str(counts[row, column]) for column in columns) + " |"
    verdicts = "slip | misprint | rounding | carried | right | lucky"
    yield f"\n| planted | pages | {verdicts} | false slip elsewhere | found | named | first or only | others only |"
    yield "|---" + "|--:" * 12 + "|"
    usual: Counter[str] = Counter()
    shown = (*COLUMNS, "found", "named", "first", "others only")
    for kind in ("random", "misprint", "short, 1 changed", "short, 2 changed", *KINDS, "below a misprint"):
        numbers = Counter({column: counts[kind, column] for column in shown})
        if kind in KINDS:
            usual.update(numbers)
        yield table_row(kind, numbers, kind in KINDS or kind in ("below a misprint", "random"))
    yield table_row("all usual mistakes", usual, True)
    every = sum((Counter({c: counts[k, c] for c in ("pages", "found")}) for k in KINDS), Counter())
    yield f"\nFound and placed: {share(every['found'], every['pages'])} of {every['pages']} usual mistakes."
    for row in ("short, 1 changed", "short, 2 changed"):
        yield f"{row}: {counts[row, 'in reach']} more changed numbers are in reach of honest rounding."
    yield f"\n| files | how many | {'short or tampered claims that earn a mark'} | not told |"
    yield "|---|--:|--:|--:|"
    for row in ("coarse", "tampered"):
        yield f"| {row} | {counts[row, 'files']} | {counts[row, 'wrong']} | {counts[row, 'passed']} |"


def table_row(kind: str, row: Counter[str], named: bool) -> str:
    cells = [kind, *(str(row[column]) for column in COLUMNS), share(row["found"], row["pages"])]
    names = ("named", "first", "others only")
    cells += [share(row[column], row["pages"]) if named else "" for column in names]
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
    arguments.add_argument("--seconds", type=float, default=math.inf)
    chosen = arguments.parse_args()
    counts: Counts = Counter()
    started = time.perf_counter()
    done = 0
    with multiprocessing.Pool(chosen.processes) as pool:
        for counted in pool.imap_unordered(one_file, range(min(FILES, chosen.sheets)), chunksize=10):
            counts.update(counted)
        seeds = range(chosen.seed, chosen.seed + chosen.sheets)
        for done, counted in enumerate(pool.imap_unordered(one_sheet, seeds, chunksize=5), start=1):
            counts.update(counted)
            if done % 50 == 0:
                print(f"\r{done} of {chosen.sheets} sheets", end="", file=sys.stderr, flush=True)
            if time.perf_counter() - started > chosen.seconds:
                break
    print(file=sys.stderr)
    print("\n".join(report(counts, time.perf_counter() - started, done)))
    print("\n".join(speed()), flush=True)


if __name__ == "__main__":
    main()
