"""Which usual mistake, made once, gives the number that a slip shows?

Every change that a kind of mistake can make is worked out, in the claimed quantity and in the unclaimed ones above
it; what leads to the claimed number is named, the likeliest first.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tinygrad_notes.value import Value
from tinygrad_notes.worked.claims import Claim
from tinygrad_notes.worked.mistakes import KINDS, Mistake
from tinygrad_notes.worked.reworking import BOUNDING, Effort, Reworking
from tinygrad_notes.worked.sites import Page, Site, called
from tinygrad_notes.worked.writing_mistakes import WRITING

_MOST_READ = 300  # how many numbers the formulas above a claim may read in all; what is further up is left alone
_EFFORT = 200_000  # numbers read, on one claim
_FAR = 0.5  # a number further off, relative to the claim, is not worth asking what rounding did
_ELSEWHERE = 0.5  # how much less likely a mistake in an unclaimed quantity is held than one in the claim itself


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What a mistake leads to; `carried` works out how far the rounding of the claims above carries there."""

    mistake: Mistake
    factor: float
    carried: Callable[[], float]


def usual_mistakes(page: Page, value: Value, claim: Claim, effort: Effort) -> tuple[Mistake, ...]:
    """The usual mistakes that lead to the claim from the page's numbers, the likeliest first, one of each kind.

    A kind that offers few ways to go wrong is better evidence than one among whose many some number fits by
    chance, and a fit to the last digit better than one that takes the rounding of the claims above to explain. A kind
    by which several ways lead there is the likelier for it: the likelihood is taken as Σ (1 / ways) / (width of the
    fit) over the ways that fit.
    """
    page_effort, effort = effort, Effort(_EFFORT)
    region = _unclaimed_above(page, value)
    whole = Reworking(value, page.numbers, page.halves, set(region).__contains__)
    right = whole.value()
    candidates = [*_formula_mistakes(page, region, whole, effort), *_writing_mistakes(whole, claim)]
    ways = Counter(one.mistake.kind for one in candidates if abs(one.mistake.number - right) > claim.half)
    likelihoods: dict[str, float] = defaultdict(float)
    best: dict[str, tuple[float, Mistake]] = {}
    for one in candidates:
        mistake = one.mistake
        width = _fit(one, claim, whole.size, effort)
        if width is None or not ways[mistake.kind]:
            continue
        likelihood = one.factor / (ways[mistake.kind] * width)
        likelihoods[mistake.kind] += likelihood
        if mistake.kind not in best or likelihood > best[mistake.kind][0]:
            best[mistake.kind] = likelihood, mistake
    page_effort.spend(_EFFORT - effort.left)
    return tuple(best[kind][1] for kind in sorted(best, key=lambda kind: -likelihoods[kind]))


def _fit(one: _Candidate, claim: Claim, size: int, effort: Effort) -> float | None:
    """How closely the candidate fits the claim; None if rounding cannot explain the difference."""
    off = abs(claim.number - one.mistake.number)
    if off <= claim.half * (1 + 1e-9):
        return claim.half
    if not effort or not off < _FAR * max(claim.unit, abs(claim.number)):
        return None
    effort.spend(2 * BOUNDING * size)
    width = claim.half + one.carried()
    return width if off <= width else None


def _formula_mistakes(page: Page, region: list[Value], whole: Reworking, effort: Effort) -> Iterator[_Candidate]:
    """What each change leads to, in the claimed quantity and in the unclaimed ones above it."""
    claimed, enter = region[0], set(region).__contains__
    for node in region:
        if not node.label or not effort:
            continue
        site = Site(page, node, enter)
        for kind, changes in KINDS.items():
            for change in changes(site):
                effort.spend(10 + site.size + (whole.size if node is not claimed else 0))
                number, carried = site.worked(change), partial(site.carried, change)
                if node is claimed:
                    yield _Candidate(Mistake(kind, change.detail, number), 1.0, carried)
                else:
                    where = f"in {called(node)}: {change.detail}" if change.detail else f"in {called(node)}"
                    mistake = Mistake(kind, where, whole.value({node: number}))
                    yield _Candidate(mistake, _ELSEWHERE, partial(_carried_on, whole, node, number, carried))


def _carried_on(whole: Reworking, node: Value, number: float, carried: Callable[[], float]) -> float:
    return whole.range({node: number}, {node: carried()}).radius


def _writing_mistakes(whole: Reworking, claim: Claim) -> Iterator[_Candidate]:
    """What the right number, rounded as the page shows it, turns into when it is copied wrongly."""
    right = whole.value()
    decimals = _decimals_shown(right, claim)
    for kind, written in WRITING.items():
        for number in dict.fromkeys(number for shown in decimals for number in written(right, shown)):
            yield _Candidate(Mistake(kind, "", number), 1.0, partial(_moved_digits, whole, number, right))


def _decimals_shown(right: float, claim: Claim) -> set[int]:
    """How many decimals the page may have given the right number: as many as the claim, or as many digits in all."""
    shown = {round(-math.log10(claim.unit))}
    if right and claim.number:
        moved = math.floor(math.log10(abs(claim.number))) - math.floor(math.log10(abs(right)))
        shown |= {decimals + moved for decimals in shown}
    return {max(0, decimals) for decimals in shown}


def _moved_digits(whole: Reworking, number: float, right: float) -> float:
    """A digit that moves up one place takes its uncertainty along."""
    return whole.range().radius * max(10.0, abs(number / right) if right else 0.0)


def _unclaimed_above(page: Page, value: Value) -> list[Value]:
    """The claimed Value and the unclaimed ones that it is computed from, nearest first."""
    found, seen, read = [value], {value}, 0
    for done, node in enumerate(found):
        read += len(node.operands)
        if read > _MOST_READ and done:
            return found[:done]
        for operand in node.operands:
            if operand.operands and operand not in seen and operand not in page.halves:
                seen.add(operand)
                found.append(operand)
    return found
