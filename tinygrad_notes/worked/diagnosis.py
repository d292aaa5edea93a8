"""Which usual mistake, made once, gives the number that a slip shows?

Every kind of mistake offers changes to a formula. Each change is tried in the claimed quantity and in the unclaimed
ones above it. The changes that lead to the claimed number are named, the likeliest first; those that fit no better
than chance are left out.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from tinygrad_notes.names import split_index
from tinygrad_notes.value import Value
from tinygrad_notes.worked.claims import Claim
from tinygrad_notes.worked.explanations import Explanations, Mistake, of_one_cause
from tinygrad_notes.worked.expressions import EXPRESSION_KINDS
from tinygrad_notes.worked.function_mistakes import WRITING
from tinygrad_notes.worked.kinds import KINDS, Changes
from tinygrad_notes.worked.reworking import BOUNDING, Effort, Reworking, unclaimed_above
from tinygrad_notes.worked.sites import Page, Site, called

_EFFORT = 400_000  # numbers read, on one claim
_MAKING = 150  # a change is made and named in the time of reading so many numbers: 13 µs, at 0.09 µs each
_FAR = 0.5  # a number further off, relative to the claim, is not worth asking what rounding did
_ELSEWHERE = 0.5  # how much less likely a mistake in an unclaimed quantity is held than one in the claim itself
_AS_WRITTEN = 0.1  # the same for one that was made with a misprint above as it is written
_PUT_RIGHT = 0.5  # the same for one that was made with another slip put right


class _Candidate(NamedTuple):
    """A mistake that may have been made.

    Attributes:
        weight: how likely such a mistake is held, 1 for a usual one in the claim itself.
        carried: gives how far the rounding of the claims above moves the number.
        width: how closely it fits, where that is known; 0 where it does not fit.
    """

    mistake: Mistake
    weight: float
    carried: Callable[[], float]
    width: float | None = None


def usual_mistakes(page: Page, claims: Mapping[Value, Claim], effort: Effort) -> dict[Value, tuple[Mistake, ...]]:
    """The usual mistakes that lead to each wrong claim from the page's numbers, as far as the effort reaches.

    Where one cause explains all wrong numbers of an array, it is named for all of them.
    """
    found: dict[Value, Explanations] = {}
    for value, claim in claims.items():
        if effort.left <= 0:
            break
        found[value] = _looked_for(page, value, claim, effort)
    arrays: dict[str, list[Value]] = defaultdict(list)
    for value in found:
        arrays[split_index(str(value.label))[0]].append(value)
    mistakes = {value: one.likeliest() for value, one in found.items()}
    for values in arrays.values():
        if len(values) > 1:
            shared = of_one_cause([found[value] for value in values])
            mistakes |= zip(values, shared) if shared else ()
    return mistakes


def _looked_for(page: Page, value: Value, claim: Claim, effort: Effort) -> Explanations:
    """The usual mistakes that lead to the claim from the page's numbers.

    The search goes over the page as it is written, and over the page with wrong claims above put right: first the
    misprints, then all.
    """
    region = unclaimed_above(value, page.slack)
    whole = Reworking(value, page.numbers, page.slack, set(region).__contains__)
    wrong = page.wrong_nearby(value, whole)
    misprints = [a for a in wrong if a in page.misprints]
    found = Explanations(claim, in_network=page.sheet is not None)
    _search(found, page, region, whole, _AS_WRITTEN if misprints else 1.0, effort)
    for put_right, weight in ((misprints, 1.0), (wrong, _PUT_RIGHT)):
        if put_right and (put_right is misprints or len(wrong) > len(misprints)):
            corrected = page.corrected(put_right)
            again = Reworking(value, corrected.numbers, page.slack, set(region).__contains__)
            _search(found, corrected, region, again, weight, effort)
    return found


def _search(
    found: Explanations, page: Page, region: list[Value], whole: Reworking, weight: float, of_the_page: Effort
) -> None:
    """Look for mistakes on a page whose numbers lead to the right one by `whole`."""
    claim, right, effort = found.claim, whole.value(), Effort(_EFFORT)
    half = claim.half
    if not math.isfinite(right):
        return
    found.reach_to(right)
    by_kind: dict[str, list[_Candidate]] = defaultdict(list)
    for one in (*_formula_mistakes(page, region, whole, effort), *_writing_mistakes(whole, claim)):
        by_kind[one.mistake.kind].append(one)
    for candidates in by_kind.values():
        ways = sum([abs(one.mistake.number - right) > half for one in candidates])
        for one in candidates if ways else ():
            width = _fit(claim, one, whole.size, effort)
            if width is not None:
                found.add(one.mistake, weight * one.weight, ways, width)
    of_the_page.left -= _EFFORT - effort.left


def _fit(claim: Claim, one: _Candidate, size: int, effort: Effort) -> float | None:
    """How closely a candidate fits a claim; None if rounding cannot explain the difference."""
    if one.width is not None:
        return one.width or None
    off, half = abs(claim.number - one.mistake.number), claim.half
    if off <= half * (1 + 1e-9):
        return half
    if effort.left <= 0 or not off < _FAR * max(claim.unit, abs(claim.number)):
        return None
    effort.left -= 2 * BOUNDING * size
    width = half + one.carried()
    return width if off <= width else None


def kinds_of(page: Page) -> Sequence[tuple[str, Changes]]:
    """The kinds of mistakes to look for on a page: those of networks alone, or those in formulas of any kind too."""
    return list(KINDS.items()) if page.sheet is not None else [*KINDS.items(), *EXPRESSION_KINDS]


def _formula_mistakes(page: Page, region: list[Value], whole: Reworking, effort: Effort) -> Iterator[_Candidate]:
    """The number that each change leads to, in the claimed quantity and in the unclaimed ones above it."""
    claimed, enter, kinds = region[0], set(region).__contains__, kinds_of(page)
    for node in region:
        if not node.label or effort.left <= 0:
            continue
        site = Site(page, node, enter)
        for kind, changes in kinds:
            for change in changes(site):
                if effort.left <= 0:  # one number may have thousands of terms
                    return
                effort.left -= _MAKING + site.size + (whole.size if node is not claimed else 0)
                number, carried = site.worked(change), partial(site.carried, change)
                if node is claimed:
                    yield _Candidate(Mistake(kind, change.detail, number), 1.0, carried)
                else:
                    where = f"in {called(node)}: {change.detail}" if change.detail else f"in {called(node)}"
                    mistake = Mistake(kind, where, whole.value({node: number}), node.label)
                    carried = partial(_carried_on, whole, node, number, carried)
                    yield _Candidate(mistake, _ELSEWHERE, carried)


def _carried_on(whole: Reworking, node: Value, number: float, carried: Callable[[], float]) -> float:
    return whole.carried({node: number}, {node: carried()})


def _writing_mistakes(whole: Reworking, claim: Claim) -> Iterator[_Candidate]:
    """The numbers that the claim may be a wrong copy of; one that is the right number, rounded, fits.

    Rounding is allowed for once: in the number that was copied.
    """
    right = whole.value()
    carried: float | None = None
    for kind, (meant, weight) in WRITING.items() if claim.number else ():
        for number, unit in dict.fromkeys(meant(claim)):
            off, width = abs(number - right), unit / 2
            if off > width * (1 + 1e-9) and off < _FAR * max(unit, abs(right)):
                carried = whole.carried() if carried is None else carried
                width += carried
            fit = claim.half * width / (unit / 2) if off <= width * (1 + 1e-9) else 0.0
            yield _Candidate(Mistake(kind, "", claim.number), weight, lambda: 0.0, fit)
