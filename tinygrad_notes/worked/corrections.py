"""Wrong claims put right: which of them were used as written, and in place of which the right number was used."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, combinations, islice, product
from typing import Protocol

from tinygrad_notes.value import Value
from tinygrad_notes.worked.claims import Claim
from tinygrad_notes.worked.reworking import BOUNDING, Effort, Reworking
from tinygrad_notes.worked.rounding import Rounding
from tinygrad_notes.worked.spared import spared
from tinygrad_notes.worked.upstream import Bounds, Culprits, united
from tinygrad_notes.worked.verdicts import CARRIED, LUCKY, MISPRINT, RIGHT, ROUNDING, SLIP

_MOST_PUT_RIGHT = 3  # claims at once, before trying all
_TRIALS_PER_CLAIM = 200
_EFFORT = 500_000  # numbers read, on one page
_EFFORT_ON_EASE = 100_000  # numbers read on one page, in asking what slips made easy
_FAR = 0.5  # a number further off, relative to the claim, is not worth asking what rounding did
_CHANCE = 0.2  # corrections that would explain so large a share of all numbers explain none


@dataclass(slots=True)
class Judgment:
    """What is known of one claim while the page is being marked.

    Attributes:
        from_above: what follows from the claims above.
        put_right: the wrong claims above that it was computed without.
        because: the wrong claims that make the number from above wrong, the nearest of each kind of slip; and the
            unclaimed numbers whose formula is wrong.
        remark: a remark on its digits.
        way: the Value that gives it, where the claims above are not all right.
    """

    claim: Claim
    verdict: str
    from_above: float
    put_right: tuple[Value, ...] = ()
    because: tuple[Value, ...] = ()
    remark: str = ""
    way: Value | None = None


class Claims(Protocol):
    """What is known of a page whose claims are being judged, one after the other."""

    judgments: dict[Value, Judgment]
    page: dict[Value, float]
    slack: dict[Value, float]
    noise: dict[Value, float]
    rounding: Rounding
    bounds: Bounds
    unlike_their_formula: Collection[Value]
    is_touched: Callable[[Value], object]

    def is_tainted(self, value: Value) -> bool: ...

    def fits(self, claim: Claim, value: Value, number: float) -> bool: ...

    def slack_of(self, value: Value, number: float) -> float: ...


class Corrections:
    """Tries the wrong claims of a page put right."""

    def __init__(self, page: Claims) -> None:
        self._page = page
        self._used_as_written: set[Value] = set()  # the slips that some claim must have used so
        self._used_put_right: set[Value] = set()  # and the wrong claims that some claim cannot have used so
        self._effort = Effort(_EFFORT)
        self._on_ease = Effort(_EFFORT_ON_EASE)

    @cached_property
    def culprits(self) -> Culprits:
        """What went wrong by itself above each number."""
        page = self._page
        return Culprits(page.slack, page.is_touched, page.unlike_their_formula, partial(_told_by, page))

    def use_as_written(self, claim: Claim, value: Value, way: Value) -> None:
        """Note the slips above that the claim was computed from as they are written."""
        if self._effort.left <= 0 or not self._open_slips(self.culprits[way]):
            return
        reworking = self._reworking(way)
        for slip in self._open_slips(reworking.ancestors):
            if self._effort.left <= 0:
                return
            if not any(self._reached(claim, value, reworking, {slip: right}) for right in self._rights(slip)):
                self._used_as_written.add(slip)

    def explain(self, claim: Claim, value: Value, way: Value, agrees: bool, above: float) -> Judgment | None:
        """The judgment of a claim that follows once some wrong claims above it are put right; None if none will do.

        The fewest corrections that explain it are taken. A correction is the right number, or the one that follows
        from the claims above the wrong one. A claim that is not right itself is explained only if so many
        corrections would hardly give it by chance, or if other claims were computed with the same corrections. A number
        that was carried on from wrong ones is not put right unless other claims confirm it: who computed it from a slip
        does not know the right number.
        """
        if self._effort.left <= 0:
            return None
        reworking = self._reworking(way)
        wrong = [a for a in reworking.ancestors if not self._may_stand_for(a, a.data)]
        if not agrees:
            wrong = [a for a in wrong if self._page.judgments[a].verdict != CARRIED or a in self._used_put_right]
        attempts = chain(islice(self._corrections(wrong), _TRIALS_PER_CLAIM), [{a: a.data for a in wrong}])
        scale = max(abs(claim.number), abs(value.data), abs(above))
        for tries, changes in enumerate(attempts if wrong else (), start=1):
            if self._effort.left <= 0:
                break
            width = self._reached(claim, value, reworking, changes)
            if width and (agrees or self._are_known(changes) or tries * width < _CHANCE * scale):
                self._used_put_right.update(changes)
                right = agrees or all(changes.get(a) == a.data for a in reworking.ancestors if self._page.is_tainted(a))
                because = self._culprits_but(reworking, changes)
                return Judgment(claim, RIGHT if right else CARRIED, above, tuple(changes), because, way=way)
        return None

    def _are_known(self, changes: Mapping[Value, float]) -> bool:
        """Whether other claims were computed with each of these put right, and none with one as it is written."""
        return all(value in self._used_put_right and value not in self._used_as_written for value in changes)

    def _culprits_but(self, reworking: Reworking, changes: Mapping[Value, float]) -> tuple[Value, ...]:
        """What went wrong by itself above a number that was worked with some claims put right."""
        unlike = tuple(node for node in reworking.between[:-1] if node in self._page.unlike_their_formula)
        told = (_told_by(self._page, a, a in changes) for a in reworking.ancestors if changes.get(a) != a.data)
        return united([unlike, *told])

    def _reworking(self, way: Value) -> Reworking:
        """That of the page; making it counts as reading its numbers once."""
        reworking = self._page.bounds.reworking(way)
        self._effort.left -= reworking.size
        return reworking

    def spared(self, judged: Judgment) -> float:
        """How much of the working of a carried number became trivial through the slips above it.

        On a page with very many such numbers, only the first are looked into.
        """
        way = judged.way if judged.verdict in (CARRIED, ROUNDING) else None
        if way is None or self._on_ease.left <= 0 or not any(map(self._went_wrong, judged.because)):
            return 0.0
        working = Reworking(way, self._page.page, self._page.slack, lambda node: True)
        self._on_ease.left -= working.size
        put_right = set(judged.put_right)
        right = {a: a.data for a in working.ancestors if a in put_right or not self._is_astray(a)}
        return spared(working.between, working.worked(right))

    def tell_misprints_and_luck(self) -> None:
        """A slip is a misprint if all claims below used its right number; if only some did, those were lucky."""
        for value in self._used_put_right - self._used_as_written:
            if self._page.judgments[value].verdict == SLIP:
                self._page.judgments[value].verdict = MISPRINT
        for judged in self._page.judgments.values():
            if judged.put_right and judged.verdict == RIGHT:
                used = {self._page.judgments[wrong].verdict for wrong in judged.put_right}
                judged.verdict = RIGHT if used.isdisjoint((SLIP, CARRIED)) else LUCKY

    def _went_wrong(self, value: Value) -> bool:
        """Whether a claim went wrong by itself: a slip, a misprint, or too few digits."""
        if value not in self._page.judgments:  # an unclaimed number with a wrong formula
            return False
        verdict, claim = self._page.judgments[value].verdict, self._page.judgments[value].claim
        return verdict in (SLIP, MISPRINT) or (verdict == ROUNDING and self._page.rounding.is_short(claim))

    def _is_astray(self, value: Value) -> bool:
        """Whether a claim is wrong by a slip, its own or one above."""
        judged = self._page.judgments[value]
        return judged.verdict not in (RIGHT, LUCKY) and any(map(self._went_wrong, (value, *judged.because)))

    def _corrections(self, wrong: list[Value]) -> Iterator[dict[Value, float]]:
        """Ways to put wrong claims right, the fewest first."""
        for count in range(1, min(_MOST_PUT_RIGHT, len(wrong)) + 1):
            for chosen in combinations(wrong, count):
                for numbers in product(*map(self._rights, chosen)):
                    yield dict(zip(chosen, numbers, strict=True))

    def _rights(self, wrong: Value) -> tuple[float, ...]:
        """What a wrong claim should have been: the right number, and what follows from the claims above it."""
        judged = self._page.judgments[wrong]
        fits = self._page.fits(judged.claim, wrong, judged.from_above)
        return (wrong.data,) if fits else (wrong.data, judged.from_above)

    def _reached(self, claim: Claim, value: Value, reworking: Reworking, changes: Mapping[Value, float]) -> float:
        """How wide a range of numbers comes out with `changes`; 0 if the claim stands for none of them."""
        self._effort.left -= reworking.size
        number = reworking.value(changes)
        if self._page.fits(claim, value, number):
            return claim.unit
        if not abs(claim.number - number) < claim.unit + _FAR * abs(claim.number):
            return 0.0
        self._effort.left -= BOUNDING * reworking.size
        bounds = reworking.range(changes, {a: self._page.slack_of(a, right) for a, right in changes.items()})
        reached = self._page.rounding.meets(claim, bounds, self._page.noise[value])
        return bounds.hi - bounds.lo + claim.unit if reached else 0.0

    def _may_stand_for(self, value: Value, number: float) -> bool:
        """Whether the number that was carried on from the Value's claim may have been this one."""
        judged = self._page.judgments[value]
        if self._page.slack[value] < judged.claim.half:
            return abs(judged.claim.number - number) <= self._page.slack[value]
        return self._page.fits(judged.claim, value, number)

    def _open_slips(self, values: Iterable[Value]) -> list[Value]:
        """The slips among some Values that no claim is known to have used as they are written."""
        judgments, known = self._page.judgments, self._used_as_written
        unknown = (value for value in values if value not in known and value in judgments)
        return [value for value in unknown if judgments[value].verdict == SLIP]


def _told_by(page: Claims, value: Value, put_right: bool = False) -> tuple[Value, ...]:
    """What went wrong by itself in a claimed Value, or above it if the claim was carried on or put right."""
    judged = page.judgments[value]
    if not page.is_tainted(value) or judged.verdict == LUCKY:
        return ()
    consequence = judged.verdict in (CARRIED, ROUNDING) or put_right
    return judged.because if consequence and judged.because else (value,)
