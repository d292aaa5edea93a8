"""Which usual mistake, made once, gives the number that a slip shows?

Every kind of mistake offers changes to a formula. Each change is worked out, in the claimed quantity and in the
unclaimed ones above it. A change that leads to the claimed number is named, the likeliest first; one that fits no
better than chance is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from math import isclose
from typing import NamedTuple

from tinygrad_notes.value import Value
from tinygrad_notes.worked import function_mistakes as function_mistakes  # registers its kinds
from tinygrad_notes.worked import mistakes as mistakes  # and its own
from tinygrad_notes.worked.claims import Claim
from tinygrad_notes.worked.expressions import EXPRESSION_KINDS
from tinygrad_notes.worked.expressions.slopes import SLOPE_LEFT_OUT
from tinygrad_notes.worked.kinds import KINDS, Changes, Mistake
from tinygrad_notes.worked.reworking import BOUNDING, Effort, Reworking, unclaimed_above
from tinygrad_notes.worked.sites import Page, Site, called
from tinygrad_notes.worked.writing_mistakes import WRITING

_EFFORT = 400_000  # numbers read, on one claim
_MAKING = 150  # a change is made and named in the time of reading so many numbers: 13 µs, at 0.09 µs each
_FAR = 0.5  # a number further off, relative to the claim, is not worth asking what rounding did
_ELSEWHERE = 0.5  # how much less likely a mistake in an unclaimed quantity is held than one in the claim itself
_AS_WRITTEN = 0.1  # the same for one that was made with a misprint above as it is written
_PUT_RIGHT = 0.5  # the same for one that was made with another slip put right
_LEAST_SHARE = 0.04  # of the odds of the likeliest explanation, that another one must have to be named too
_LEAST_ODDS = 3.0  # how many times likelier than chance an explanation must be


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


def usual_mistakes(page: Page, value: Value, claim: Claim, effort: Effort) -> tuple[Mistake, ...]:
    """The usual mistakes that lead to the claim from the page's numbers, the likeliest first, one of each kind.

    The search goes over the page as it is written, and over the page with wrong claims above put right: first the
    misprints, then all. The likelihood of a kind is Σ 1 / (ways · width of the fit) over the ways that fit. So fewer
    ways to go wrong and a tighter fit rank higher. By chance, a slip may be any number up to the size of the claim. A
    kind must be likelier than that; `Mistake.odds` says by how much.
    """
    region = unclaimed_above(value, page.slack)
    whole = Reworking(value, page.numbers, page.slack, set(region).__contains__)
    wrong = page.wrong_nearby(value, whole)
    misprints = [a for a in wrong if a in page.misprints]
    found = _Found(claim, in_network=page.sheet is not None)
    found.add(page, region, whole, _AS_WRITTEN if misprints else 1.0, effort)
    for put_right, weight in ((misprints, 1.0), (wrong, _PUT_RIGHT)):
        if put_right and (put_right is misprints or len(wrong) > len(misprints)):
            corrected = page.corrected(put_right)
            again = Reworking(value, corrected.numbers, page.slack, set(region).__contains__)
            found.add(corrected, region, again, weight, effort)
    return found.likeliest()


class _Found:
    """The mistakes that lead to a claim, with how likely each kind is."""

    def __init__(self, claim: Claim, *, in_network: bool) -> None:
        self.claim, self.in_network = claim, in_network
        self._half = claim.half
        self._likelihoods: dict[str, float] = defaultdict(float)
        self._best: dict[str, tuple[float, Mistake]] = {}
        self._spread = abs(claim.number)

    def add(self, page: Page, region: list[Value], whole: Reworking, weight: float, of_the_page: Effort) -> None:
        """Look for them on a page whose numbers lead to the right one by `whole`."""
        claim, right, effort = self.claim, whole.value(), Effort(_EFFORT)
        self._spread = max(self._spread, abs(right))
        by_kind: dict[str, list[_Candidate]] = defaultdict(list)
        for one in (*_formula_mistakes(page, region, whole, effort), *_writing_mistakes(whole, claim)):
            by_kind[one.mistake.kind].append(one)
        for kind, candidates in by_kind.items():
            ways = sum([abs(one.mistake.number - right) > self._half for one in candidates])
            for one in candidates if ways else ():
                width = self._fit(one, whole.size, effort)
                if width is not None:
                    likelihood = weight * one.weight / (ways * width)
                    self._likelihoods[kind] += likelihood
                    if kind not in self._best or likelihood > self._best[kind][0]:
                        self._best[kind] = likelihood, one.mistake
        of_the_page.left -= _EFFORT - effort.left

    def _fit(self, one: _Candidate, size: int, effort: Effort) -> float | None:
        """How closely the candidate fits the claim; None if rounding cannot explain the difference."""
        claim, half = self.claim, self._half
        if one.width is not None:
            return one.width or None
        off = abs(claim.number - one.mistake.number)
        if off <= half * (1 + 1e-9):
            return half
        if effort.left <= 0 or not off < _FAR * max(claim.unit, abs(claim.number)):
            return None
        effort.left -= 2 * BOUNDING * size
        width = half + one.carried()
        return width if off <= width else None

    def likeliest(self) -> tuple[Mistake, ...]:
        """One of each kind that is likelier than chance, the likeliest first; those of one number stand together.

        A mistake that has a name of its own, as a bias that was forgotten, stands before the general ones that fit no
        better.
        """
        spread = max(self._spread, self.claim.unit)
        odds = {kind: likelihood * spread for kind, likelihood in self._likelihoods.items()}
        least = max(_LEAST_ODDS, _LEAST_SHARE * max(odds.values(), default=0.0))
        kinds = sorted((kind for kind in odds if odds[kind] >= least), key=lambda kind: -odds[kind])
        named = _likeliest_first([replace(self._best[kind][1], odds=odds[kind]) for kind in kinds])
        own = [mistake for mistake in named if _has_own_name(mistake)]
        if self.in_network:
            return tuple(named)
        return tuple(mistake for mistake in named if not any(_says_the_same(mistake, other) for other in own))


def _likeliest_first(mistakes: list[Mistake]) -> list[Mistake]:
    """In the order of their odds, where those that give one number in one place count together."""
    alike: list[list[Mistake]] = []
    for mistake in mistakes:
        with_it = next((group for group in alike if mistake.gives_what(group[0])), None)
        if with_it is None:
            alike.append([mistake])
        else:
            with_it.append(mistake)
    alike.sort(key=lambda group: -sum(mistake.odds for mistake in group))
    return [mistake for group in alike for mistake in group]


_GENERAL = frozenset(kind for kind, _ in EXPRESSION_KINDS) - {SLOPE_LEFT_OUT}


def _has_own_name(mistake: Mistake) -> bool:
    return mistake.kind == SLOPE_LEFT_OUT or (mistake.kind in KINDS and mistake.kind not in _GENERAL)


def _says_the_same(general: Mistake, own: Mistake) -> bool:
    """Whether a general mistake only says what one with a name of its own says, or fits no better than it."""
    if general.kind not in _GENERAL:
        return False
    return isclose(general.number, own.number) or (general.kind not in KINDS and general.odds <= own.odds)


def kinds_of(page: Page) -> Sequence[tuple[str, Changes]]:
    """The kinds of mistakes that are looked for on a page: a network's alone, or those in formulas of any kind too."""
    return list(KINDS.items()) if page.sheet is not None else [*KINDS.items(), *EXPRESSION_KINDS]


def _formula_mistakes(page: Page, region: list[Value], whole: Reworking, effort: Effort) -> Iterator[_Candidate]:
    """The number that each change leads to, in the claimed quantity and in the unclaimed ones above it."""
    claimed, enter = region[0], set(region).__contains__
    for node in region:
        if not node.label or effort.left <= 0:
            continue
        site = Site(page, node, enter)
        for kind, changes in kinds_of(page):
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
    return whole.range({node: number}, {node: carried()}).radius


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
                carried = whole.bounds.radius if carried is None else carried
                width += carried
            fit = claim.half * width / (unit / 2) if off <= width * (1 + 1e-9) else 0.0
            yield _Candidate(Mistake(kind, "", claim.number), weight, lambda: 0.0, fit)
