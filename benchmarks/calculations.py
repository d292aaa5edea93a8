"""How well are calculation lines marked? Random pages, honest ones and ones with a known mistake planted.

    python benchmarks/calculations.py [--pages 2000] [--processes 2] [--seed 0] [--show 5]

A page has 5 to 60 lines over scalars or over vectors and matrices, names that are used again, gradients of the first
order and the second, and claims with one to six decimals. It is worked from the rounded numbers above, as people work.
A planted slip lies outside all that the claims above can lead to when each may stand for any number that rounds to it
(interval arithmetic), and away from the exact number. Usual mistakes are made in one formula and carried on; half of
their kinds come from someone who had not read the marker. Wrong formulas of gradients are wrong at other numbers too.
Nothing of the reader or the marker is used to make a page.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from calculation_mistakes import FRESH, OWN, WRITTEN, Kind, Spot
from calculation_trees import Array, Tree, text, worked
from random_calculations import Line, Page, Paper, on_paper, random_page

from tinygrad_notes.worked.calculation import CalculationMarking, mark_calculation

Counts = Counter[tuple[str, str]]
WRONG = ("slip", "misprint")
NAMED = ("swapped", "digit", "point", "zero", "factor")


def one_page(seed: int, shown: bool = False) -> Counts:
    """What came of a page and of its variants."""
    rng = random.Random(seed)
    counts: Counts = Counter()
    page = random_page(rng)
    paper = on_paper(page, rng, rng.randint(1, 6))
    show = partial(_show, seed) if shown else _hide
    _honest(counts, paper, show)
    _slip(counts, paper, rng, show)
    _wrong_formula(counts, paper, rng, show)
    _usual(counts, paper, rng, show)
    _miswritten(counts, paper, rng, show)
    return counts


def _hide(what: str, page: str, *more: object) -> None: ...


def _show(seed: int, what: str, page: str, *more: object) -> None:
    print(f"--- {what} (seed {seed}): {more}\n{page}\n", flush=True)


def _honest(counts: Counts, paper: Paper, show: Callable[..., None]) -> None:
    marking = mark_calculation(paper.text())
    slips = marking.with_verdict(*WRONG)
    refused = [mark for mark in marking.formulas if mark.is_right is False]
    counts["honest pages", "all"] += 1
    counts["honest pages", "with a false slip"] += bool(slips)
    counts["honest pages", "with a formula refused"] += bool(refused)
    counts["claims", "all"] += len(marking.marks)
    counts["formulas", "all"] += len(marking.formulas)
    counts["formulas", "with a remark"] += sum(bool(mark.remark) for mark in marking.formulas)
    if slips or refused:
        show("honest", paper.text(), slips, refused)


# Slips ----------------------------------------------------------------------------------------------------


def _slip(counts: Counts, paper: Paper, rng: random.Random, show: Callable[..., None]) -> None:
    place = rng.choice(list(paper.claims) or [-1])
    if place < 0:
        return
    numbers = paper.numbers[place].copy()
    i = rng.randrange(numbers.size)
    off = rng.choice([-1, 1]) * 2 * paper.half * 10 ** rng.uniform(0.2, 3)
    numbers.reshape(-1)[i] = round(float(numbers.reshape(-1)[i]) + off, paper.decimals)
    wrong = _carried_on(paper, place, numbers)
    if not _is_outside(paper, place, i, float(numbers.reshape(-1)[i])):
        return
    marking = mark_calculation(wrong.text())
    found = _is_flagged(marking, paper.page, place, i)
    others = _others_flagged(marking, paper.page, place)
    counts["planted slips", "all"] += 1
    counts["planted slips", "found"] += found
    counts["planted slips", "found and placed"] += found and not others
    if not found or others:
        show("slip", wrong.text(), paper.page.lines[place].name, i, others)


def _carried_on(paper: Paper, place: int, numbers: Array) -> Paper:
    """The same page with other numbers in one line, from which those below are worked."""
    rng = random.Random(0)
    again = on_paper(paper.page, rng, paper.decimals, {place: numbers}, unclaimed=0.0)
    again.claims = {at: claim for at, claim in again.claims.items() if at in paper.claims}
    unclaimed = [line for line in paper.page.lines if line.tree is not None and line.place not in paper.claims]
    return _onward(again, place, numbers) if unclaimed else again


def _onward(paper: Paper, place: int, numbers: Array) -> Paper:
    """The numbers of a page worked once more, with those that are not claimed carried on in full."""
    claims, fresh = paper.claims, Paper(paper.page, paper.decimals, {}, [])
    for line in paper.page.lines:
        if line.tree is None:
            fresh.numbers.append(paper.page.exact[line.place])
            continue
        come_to = numbers if line.place == place else worked(line.tree, fresh.before(line.place))
        if line.place in claims:
            fresh.claims[line.place] = [f"{x:.{paper.decimals}f}" for x in come_to.ravel()]
            come_to = np.array([float(claim) for claim in fresh.claims[line.place]]).reshape(come_to.shape)
        fresh.numbers.append(come_to)
    return fresh


def _is_outside(paper: Paper, place: int, i: int, number: float) -> bool:
    """Whether rounding leads to a number neither from the claims above nor from the exact numbers."""
    lo, hi = (float(np.broadcast_to(edge, paper.numbers[place].shape).reshape(-1)[i]) for edge in paper.reach(place))
    exact = float(paper.page.exact[place].reshape(-1)[i])
    beyond = 2 * paper.half
    return bool(abs(number - exact) > beyond and (number < lo - beyond or number > hi + beyond))


def _label(page: Page, place: int, i: int) -> str:
    line = page.lines[place]
    shape = page.exact[place].shape
    index = ",".join(map(str, np.unravel_index(i, shape))) if shape else ""
    return f"{line.name}[{index}]" if index else line.name


def _line_number(page: Page, place: int) -> int:
    return place + 1


def _is_flagged(marking: CalculationMarking, page: Page, place: int, i: int) -> bool:
    return any(
        mark.line == _line_number(page, place) and mark.name == _label(page, place, i) and mark.verdict in WRONG
        for mark in marking
    )


def _others_flagged(marking: CalculationMarking, page: Page, place: int) -> list[str]:
    return [mark.quantity for mark in marking.with_verdict(*WRONG) if mark.line != _line_number(page, place)]


# Formulas -------------------------------------------------------------------------------------------------


def _spot(paper: Paper, line: Line, *, exact: bool = False) -> Spot:
    """A line with all that can be read in it: what the names above it stand for there."""
    latest = {other.name: other.place for other in paper.page.lines[: line.place]}
    numbers = paper.page.exact if exact else paper.numbers
    return Spot(line.name, line.tree or Tree("number"), {called: numbers[at] for called, at in latest.items()})


def _planted(rng: random.Random, spots: list[tuple[Line, Spot]]) -> tuple[Line, Tree, str, str, Kind] | None:
    """A mistake in a line: from one list of kinds or the other, any of the kinds that can be made on the page."""
    source, table = rng.choice([("own", OWN), ("fresh", FRESH)])
    for called in rng.sample(list(table), len(table)):
        made = [(line, tree) for line, spot in spots for tree in table[called].changes(spot) if tree.names()]
        if made:
            return (*rng.choice(made), source, called, table[called])
    return None


def _wrong_formula(counts: Counts, paper: Paper, rng: random.Random, show: Callable[..., None]) -> None:
    lines = [line for line in paper.page.lines if line.gradient_of is not None and not line.bare]
    planted = _planted(rng, [(line, _spot(paper, line, exact=True)) for line in lines])
    if planted is None:
        return
    line, tree, source, called, kind = planted
    if not _differs(paper, line, tree, rng):
        return
    page = paper.text({line.place: tree})
    marking = mark_calculation(page)
    marks = [mark for mark in marking.formulas if mark.line == _line_number(paper.page, line.place)]
    slips = any(mark.line == _line_number(paper.page, line.place) for mark in marking.with_verdict(*WRONG))
    reported = slips or any(mark.is_right is False or mark.remark for mark in marks)
    counts["wrong formulas", "all"] += 1
    counts["wrong formulas", "reported"] += reported
    said = [mistake for mark in marks for mistake in mark.mistakes]
    named = kind.is_named_in(said)
    if any(mark.is_right is False for mark in marks):
        counts["wrong formulas", f"named, {source}: of"] += 1
        counts["wrong formulas", f"named, {source}"] += named
        counts["formula kinds", f"{called}: of"] += 1
        counts["formula kinds", called] += named
    if not reported or (not named and any(mark.is_right is False for mark in marks)):
        show("formula", page, line.name, text(tree), "for", text(line.tree or tree), called, said)


def _differs(paper: Paper, line: Line, tree: Tree, rng: random.Random) -> bool:
    """Whether a formula gives other numbers than the right one, here and where its names have other numbers."""
    spot = _spot(paper, line, exact=True)
    for _ in range(3):
        numbers = {called: array * np.array([rng.uniform(0.9, 1.1) for _ in range(array.size)]).reshape(array.shape)
                   for called, array in spot.numbers.items()}  # fmt: skip
        right, other = worked(spot.tree, numbers), worked(tree, numbers)
        if right.shape != other.shape or not np.isfinite(other).all():
            return False
        if not np.abs(right - other).max() > 1e-4 * np.abs(right).max():
            return False
    return True


# Usual mistakes in numbers --------------------------------------------------------------------------------


def _usual(counts: Counts, paper: Paper, rng: random.Random, show: Callable[..., None]) -> None:
    lines = [paper.page.lines[place] for place in paper.claims]
    planted = _planted(rng, [(line, _spot(paper, line)) for line in lines])
    if planted is None:
        return
    line, tree, source, called, kind = planted
    numbers = worked(tree, _spot(paper, line).numbers)
    if numbers.shape != paper.numbers[line.place].shape or not np.abs(numbers).max() < 1e4:
        return
    numbers = np.round(numbers, paper.decimals)
    elements = [i for i in range(numbers.size) if _is_outside(paper, line.place, i, float(numbers.reshape(-1)[i]))]
    if not elements or not all(_is_telling(paper, number) for number in numbers.reshape(-1)[elements]):
        return
    wrong = _carried_on(paper, line.place, numbers)
    marking = mark_calculation(wrong.text())
    flagged = [mark for mark in marking.with_verdict(*WRONG) if mark.line == _line_number(paper.page, line.place)]
    said = [str(mistake) for mark in flagged for mistake in mark.mistakes]
    named = kind.is_named_in(said)
    counts["usual mistakes", f"{source}: of"] += 1
    counts["usual mistakes", f"{source}: found"] += bool(flagged)
    counts["usual mistakes", f"{source}: named"] += named
    counts["kinds", f"{called}: of"] += 1
    counts["kinds", called] += named
    if not named:
        show("usual", wrong.text(), line.name, called, text(tree), "for", text(line.tree or tree), said)


def _is_telling(paper: Paper, number: float) -> bool:
    """Whether a number has digits enough for its cause to be told: three that count."""
    return abs(number) >= 100 * 2 * paper.half


def _miswritten(counts: Counts, paper: Paper, rng: random.Random, show: Callable[..., None]) -> None:
    """A right number carried to the page wrongly; what follows is worked from it as written, or as it should be."""
    called = rng.choice(list(WRITTEN))
    made = [(place, i, other) for place, claims in paper.claims.items() for i, claim in enumerate(claims)
            for other in WRITTEN[called](claim)
            if _is_outside(paper, place, i, float(other)) and _is_telling(paper, float(claim))]  # fmt: skip
    if not made:
        return
    place, i, other = rng.choice(made)
    numbers = paper.numbers[place].copy()
    numbers.reshape(-1)[i] = float(other)
    wrong = _carried_on(paper, place, numbers) if rng.random() < 0.5 else Paper(
        paper.page, paper.decimals, {**paper.claims, place: [*paper.claims[place]]}, paper.numbers)  # fmt: skip
    wrong.claims[place][i] = other
    marking = mark_calculation(wrong.text())
    label = _label(paper.page, place, i)
    said = [str(m) for mark in marking.with_verdict(*WRONG) if mark.name == label for m in mark.mistakes]
    named = any(word in mistake for mistake in said for word in NAMED)
    counts["usual mistakes", "written: of"] += 1
    counts["usual mistakes", "written: found"] += _is_flagged(marking, paper.page, place, i)
    counts["usual mistakes", "written: named"] += named
    counts["kinds", f"{called}: of"] += 1
    counts["kinds", called] += named
    if not named:
        show("written", wrong.text(), label, other, said)


# The table ------------------------------------------------------------------------------------------------


def rows(counts: Counts) -> Iterator[str]:
    wholes = {"found": "all", "found and placed": "all", "reported": "all", "with a false slip": "all",
              "with a formula refused": "all", "with a remark": "all"}  # fmt: skip
    for (group, what), count in counts.items():
        if what.endswith(": of"):
            continue
        source = what.partition(":")[0]
        whole = counts.get((group, wholes.get(what, "")), 0)
        whole = whole or counts.get((group, f"{what}: of"), 0) or counts.get((group, f"{source}: of"), 0)
        share = f"{100.0 * count / whole:.2f} %" if whole else ""
        yield f"| {group} | {what} | {count} | {whole or ''} | {share} |"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--pages", type=int, default=2000)
    arguments.add_argument("--processes", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--show", action="store_true", help="print each page that is marked otherwise than planned")
    chosen = arguments.parse_args()
    counts: Counts = Counter()
    started = time.perf_counter()
    seeds = range(chosen.seed, chosen.seed + chosen.pages)
    with multiprocessing.Pool(chosen.processes) as pool:
        for found in pool.imap_unordered(partial(one_page, shown=chosen.show), seeds, chunksize=8):
            counts.update(found)
    print(f"{chosen.pages} pages in {time.perf_counter() - started:.0f} s\n")
    print("| pages | what | how many | of | share |\n|---|---|--:|--:|--:|")
    print("\n".join(rows(counts)))


if __name__ == "__main__":
    main()
