"""Is a page's formula right? Judged with the page's numbers and, so that no coincidence passes, with others.

The page's graph is worked again from other numbers: some near the page's own, some far off. A formula holds if it
gives what the engine differentiates wherever both are defined. If it holds only with the page's own numbers, it is a
coincidence. If it also holds near them, with the zeros and the targets of the page kept, it is right on this page.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

import numpy as np

from tinygrad_notes.worked.calculation.alignment import bare
from tinygrad_notes.worked.calculation.elementwise import count_of, numbers_of, plain
from tinygrad_notes.worked.calculation.elsewhere import FAR, KEPT, MIRRORED, NEAR, Elsewhere, Floats, special_of
from tinygrad_notes.worked.calculation.entries import NOTHING, Check
from tinygrad_notes.worked.calculation.working import World

FEWEST = 5
"""At how many points besides the page's own a formula must be defined to be called right everywhere.

As many lie near the page's own numbers: a formula with a root may be undefined at most that lie far off."""
HOLDS, HOLDS_HERE, COINCIDENCE, FAILS, UNKNOWN = "holds", "holds here", "coincidence", "fails", "unknown"
IS_RIGHT = {HOLDS: True, HOLDS_HERE: True, COINCIDENCE: False, FAILS: False, UNKNOWN: None}
Bools = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(eq=False, slots=True)
class Verdict:
    """What came of one formula.

    Attributes:
        check: the formula, with its numbers on the page.
        outcome: HOLDS; HOLDS_HERE, for these zeros, targets or branches; COINCIDENCE, at the page's numbers only;
            FAILS; or UNKNOWN, where there is nothing to compare it with.
        elements: for each number of the formula whether it is right.
        elsewhere: the page at other points; None where the formula was not worked there.
        defined: at which of these points the formula and what it must equal are numbers.
        kept: gives the same of a wrong formula at points that keep what is special on the page.
    """

    check: Check
    outcome: str
    elements: tuple[bool, ...]
    elsewhere: Elsewhere | None = None
    defined: Bools | None = None
    kept: Callable[[], Verdict] | None = None

    @property
    def is_right(self) -> bool | None:
        """True, False, or None where it cannot be said."""
        return IS_RIGHT[self.outcome]


def judge(world: World) -> list[Verdict]:
    """What came of every formula of a page, in the order of the page."""
    checks = world.checks
    if not checks:
        return []
    elsewhere = Elsewhere(world, [NEAR] * FEWEST + [FAR] * 3)
    verdicts = [_of_numbers(_judged(check, elsewhere)) for check in checks]
    special = cache(lambda: special_of(world))
    kept = cache(lambda held: Elsewhere(world, [KEPT] * 3 + [MIRRORED] * 3, held))
    all_kept = cache(lambda: kept(frozenset().union(*(one.switches for one in special().values()))))
    verdicts = [
        _held_here(verdict, kept(special()[verdict.check.place].switches))
        if verdict.outcome == COINCIDENCE
        else verdict
        for verdict in verdicts
    ]
    return [
        replace(verdict, kept=partial(_as_kept, verdict, all_kept))
        if verdict.is_right is False and special()[verdict.check.place].is_read
        else verdict
        for verdict in verdicts
    ]


def _as_kept(verdict: Verdict, kept: Callable[[], Elsewhere]) -> Verdict:
    """A verdict with the points at which everything is kept that is special on the page, symmetric matrices too."""
    own, right = kept().both(verdict.check)
    return replace(verdict, elsewhere=kept(), defined=_defined(own, right) & kept().are(MIRRORED))


def _judged(check: Check, elsewhere: Elsewhere) -> Verdict:
    if check.own is None or check.right is None:
        return Verdict(check, FAILS, (False,) * max(1, count_of(check.entry.numbers)))
    size = count_of(check.own)
    if check.against == NOTHING:
        return Verdict(check, UNKNOWN, (True,) * size)
    if check.is_alike:
        return Verdict(check, HOLDS, (True,) * size)
    own, right = elsewhere.both(check)
    defined = _defined(own, right)
    if check.transposed:
        return Verdict(check, FAILS, (False,) * size, elsewhere, defined)
    agree = _agree(own, right)
    if not (_are_finite(check.own) and _are_finite(check.right)):
        return _judged_elsewhere_alone(check, elsewhere, agree, defined)
    if agree[defined].all() and defined.sum() >= FEWEST:
        return Verdict(check, HOLDS, (True,) * size, elsewhere, defined)
    here = _agree(bare(check.own).reshape(1, -1), bare(check.right).reshape(1, -1))[0]
    near = defined & elsewhere.are(NEAR)
    around = here & agree[near].all(axis=0)
    outcome = HOLDS_HERE if around.all() and near.any() else COINCIDENCE if here.all() else FAILS
    return Verdict(check, outcome, tuple(map(bool, around)), elsewhere, defined)


def _judged_elsewhere_alone(check: Check, elsewhere: Elsewhere, agree: Bools, defined: Bools) -> Verdict:
    """A formula is no number on the page, or what it must equal is none, as a slope at an edge of its function.

    It is wrong if it differs at other points, and if it is no number where the right one is, here and near here.
    """
    right = np.asarray(agree[defined].all(axis=0))
    if _are_finite(check.right) and not (defined & elsewhere.are(NEAR)).any():
        right = np.zeros_like(right)
    return Verdict(check, UNKNOWN if right.all() else FAILS, tuple(right.tolist()), elsewhere, defined)


def _are_finite(numbers: Any) -> bool:
    return all(math.isfinite(plain(number)) for number in numbers_of(numbers))


def _of_numbers(verdict: Verdict) -> Verdict:
    """A formula without names is right only where it is a constant; otherwise it is numbers put in, and no formula."""
    if not verdict.check.in_numbers or verdict.outcome == HOLDS:
        return verdict
    return Verdict(verdict.check, UNKNOWN, (True,) * len(verdict.elements))


def _held_here(verdict: Verdict, kept: Elsewhere) -> Verdict:
    """A formula that fails at other points, judged with the page's zeros, targets and masks left as they are.

    Symmetric matrices stay so where the right numbers do not tell a matrix from its transpose: d(½ sᵀWs)/ds is Ws then.
    """
    own, right = kept.both(verdict.check)
    apart, alike = kept.are(KEPT), kept.are(MIRRORED)
    are_told_apart = not _agree(right[alike], right[apart]).all()
    chosen = _defined(own, right) & (apart if are_told_apart else alike)
    own, right = own[chosen], right[chosen]
    if len(own) and _agree(own, right).all() and np.abs(right).max() > 1e-9:  # where all is 0, everything agrees
        return replace(verdict, outcome=HOLDS_HERE, elements=(True,) * len(verdict.elements))
    return verdict


def _defined(own: Floats, right: Floats) -> Bools:
    """At which points both are numbers."""
    largest = np.maximum(np.abs(own), np.abs(right)).max(axis=1, initial=0.0)
    return largest < 1e100  # type: ignore[no-any-return]  # nan is not


@np.errstate(all="ignore")
def _agree(own: Floats, right: Floats) -> np.ndarray[Any, np.dtype[np.bool_]]:
    size = np.maximum(np.abs(own), np.abs(right))
    scale = np.abs(right).max(axis=1, keepdims=True, initial=0.0) if right.size else 0.0
    return np.abs(own - right) <= 1e-7 * size + 1e-10 * scale + 1e-12


__all__ = ["COINCIDENCE", "FAILS", "HOLDS", "HOLDS_HERE", "UNKNOWN", "Verdict", "judge"]
