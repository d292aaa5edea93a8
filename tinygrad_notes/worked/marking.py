"""Marking: which numbers of a hand-worked page slipped, and which are right given the slip.

A sheet is a graph, so a claim is judged by putting the claims above it in place of the right numbers and working
it again. How far the rounding of those claims can carry is what the engine's own derivatives say.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, combinations, islice, product
from typing import Any

from tinygrad_notes.number_systems import floats
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import Value, rules_of
from tinygrad_notes.worked.claims import Claim, read_claims, unit_of
from tinygrad_notes.worked.diagnosis import usual_mistakes
from tinygrad_notes.worked.marks import BLANK, CARRIED, LUCKY, MISPRINT, RIGHT, ROUNDING, SLIP, Mark, Marking
from tinygrad_notes.worked.reworking import BOUNDING, Effort, Reworking
from tinygrad_notes.worked.sheet import Sheet
from tinygrad_notes.worked.sites import Page

_MOST_PUT_RIGHT = 3  # claims at once, before trying all
_TRIALS_PER_CLAIM = 200
_EFFORT_ON_MIXTURES = 500_000  # numbers read, on one page
_EFFORT_ON_MISTAKES = 800_000
_FAR = 0.5  # a number further off, relative to the claim, is not worth asking what rounding did
_EPSILON = 2.0**-52


def mark(
    sheet_or_values: Sheet | Mapping[str, Value],
    claims: Mapping[str, Any],
    *,
    signs: str = "",
    digits: int | None = None,
) -> Marking:
    """Judge every claim against the sheet and against the claims above it.

    Args:
        sheet_or_values: a sheet, or any labeled Values of one graph, by label.
        claims: decimals as written, by quantity ({"z1": ["0.13", "?"]}) or by element ({"z1[0]": "0.13"}).
        signs: "target-output" for a page that writes δ and ∂C/∂… with the opposite sign.
        digits: how many significant digits the page asks for; a claim that is right only when rounded to fewer is
            off by rounding. Where nothing is asked, each claim's own digits count.

    The search for mixtures of wrong and right numbers that explain a claim is bounded, and so is the search for
    the mistakes behind slips: on a page with very many, only the first are looked into.

    Raises:
        ClaimError: (a ValueError) a claim that cannot be read, or is of nothing on the sheet.

    Example:
        >>> from tinygrad_notes import MLP, work_through
        >>> network = MLP.from_weights([[[0.5, -0.5]]], [[0.1]], activation="sigmoid")
        >>> marking = mark(work_through(network, [1.0, 0.4], [1.0]), {"z1": ["0.3"], "a1": ["0.574"]})
        >>> [(row.quantity, row.verdict, row.explanation()) for row in marking]
        [('z1[0]', 'slip', 'the bias forgotten (b1[0])'), ('a1[0]', 'carried', '')]
    """
    sheet = sheet_or_values if isinstance(sheet_or_values, Sheet) else None
    values = sheet.values if sheet is not None else dict(sheet_or_values)  # type: ignore[arg-type]  # a mapping, where it is no sheet
    read = read_claims(sheet_or_values, claims, signs)
    return _Marker(sheet, values, read, digits).marked()


@dataclass
class _Judgment:
    """What is known of one claim while the page is being marked."""

    claim: Claim
    verdict: str
    from_above: float
    put_right: tuple[Value, ...] = ()


@dataclass
class _Users:
    """The claims that use a claim: those that must have used it as written, and those that cannot have."""

    as_written: list[Value] = field(default_factory=list)
    put_right: list[Value] = field(default_factory=list)


class _Marker:
    """Marks one page.

    `page` holds for every Value the number that the page gives it: its claim, else what follows from the
    claims above it. `above` holds what follows from above, also for Values that are claimed.
    """

    def __init__(
        self, sheet: Sheet | None, values: Mapping[str, Value], claims: list[Claim], digits: int | None
    ) -> None:
        self.sheet, self.digits = sheet, digits
        self.alternatives = sheet.alternatives if sheet is not None else {}
        self.claims = {values[claim.label]: claim for claim in claims}
        self.halves = {value: claim.half for value, claim in self.claims.items() if not claim.is_blank}
        roots = (root for label, value in values.items() for root in (*self.alternatives.get(label, ()), value))
        self.finest = 2.0 * min(self.halves.values(), default=math.inf)  # unit of a digit written on the page
        self.order: list[Value] = topological_order(*roots)
        self.page: dict[Value, float] = {}
        self.above: dict[Value, float] = {}
        self.noise: dict[Value, float] = {}
        self.touched: set[Value] = set()  # what is claimed, or has a claim above it
        self.tainted: set[Value] = set()  # what is claimed and not right, or has such a claim above it
        self.judgments: dict[Value, _Judgment] = {}
        self.users: defaultdict[Value, _Users] = defaultdict(_Users)
        self.effort = Effort(_EFFORT_ON_MIXTURES)
        self.reworkings: dict[Value, Reworking] = {}  # of the claim that is being judged

    def marked(self) -> Marking:
        for value in self.order:
            self._follow(value)
            self.page[value] = self.above[value]
            if value in self.halves:
                self._settle(value)
        self._tell_misprints_and_luck()
        return Marking(tuple(self._marks()), self.digits)

    # One pass over the graph, operands first ------------------------------------------------------------

    def _follow(self, value: Value) -> None:
        """What `value` comes to from the page's numbers for its operands, and how much float rounding is in it."""
        operands = value.operands
        noise = abs(value.data) * _EPSILON
        for operand, slope in zip(operands, value.local_derivatives):
            noise += abs(slope) * self.noise[operand]
        self.noise[value] = noise if noise < math.inf else 0.0
        self.above[value] = value.data
        if not self.touched.isdisjoint(operands):
            self.touched.add(value)
            rule = rules_of(value, floats)[0]
            self.above[value] = rule(*[self.page[operand] for operand in operands])
            if not self.tainted.isdisjoint(operands):
                self.tainted.add(value)

    def _settle(self, value: Value) -> None:
        self.reworkings.clear()
        judged = self._judged(self.claims[value], value)
        self.judgments[value] = judged
        self.page[value] = judged.claim.number
        self.touched.add(value)
        (self.tainted.discard if judged.verdict == RIGHT else self.tainted.add)(value)

    def _judged(self, claim: Claim, value: Value) -> _Judgment:
        agrees = self._right(claim, value, value.data)
        ways = [(way, not self.tainted.isdisjoint(way.operands))
                for way in (value, *self.alternatives.get(claim.label, ()))]  # fmt: skip
        ways.sort(key=lambda way: way[1])  # those without a wrong claim above them first
        for way, tainted in ways:
            if self._within(claim, value, self.above[way]):
                return self._followed(claim, value, way, tainted, agrees)
        if agrees and not ways[-1][1]:
            return _Judgment(claim, RIGHT, self.above[value])
        for way, tainted in ways:
            bounds = self._reworking(way).range()
            if bounds.lo - claim.half <= claim.number <= bounds.hi + claim.half:
                return self._followed(claim, value, way, tainted, agrees)
        for way, tainted in ways:
            if tainted and (found := self._mixture(claim, value, way, agrees)):
                return found
        near = min(abs(claim.number - number) for number in (value.data, *(self.above[way] for way, _ in ways)))
        cut = claim.unit if claim.number else claim.half  # of a number cut to 0 nothing is left
        verdict = LUCKY if agrees else ROUNDING if near < cut * (1.0 - 1e-9) else SLIP
        return _Judgment(claim, verdict, self.above[value])

    def _followed(self, claim: Claim, value: Value, way: Value, tainted: bool, agrees: bool) -> _Judgment:
        """The judgment of a claim that follows from the claims above as they are written."""
        if tainted:
            reworking = self._reworking(way)
            for slip in self._slips(reworking.ancestors):
                if not any(self._could_be(claim, value, reworking, {slip: right}) for right in self._rights(slip)):
                    self.users[slip].as_written.append(value)
        empty = claim.number == 0.0 and (claim.unit >= 1.0 or self.digits is not None)  # no digit of those asked
        follows = not tainted and not empty and self._right(claim, value, self.above[way])
        verdict = RIGHT if agrees or follows else CARRIED if tainted else ROUNDING
        return _Judgment(claim, verdict, self.above[way])

    # Wrong claims put right -----------------------------------------------------------------------------

    def _mixture(self, claim: Claim, value: Value, way: Value, agrees: bool) -> _Judgment | None:
        """The judgment of a claim that follows once some wrong claims above it are put right; None if none will do.

        The fewest corrections that explain it are taken. A correction is the right number, or the one that follows
        from the claims above the wrong one.
        """
        reworking = self._reworking(way)
        wrong = [a for a in reworking.ancestors if not self._within(self.claims[a], a, a.data)]
        attempts = chain(islice(self._corrections(wrong), _TRIALS_PER_CLAIM), [{a: a.data for a in wrong}])
        for changes in attempts if wrong else ():
            if not self.effort:
                break
            if self._could_be(claim, value, reworking, changes):
                for slip in self._slips(changes):
                    self.users[slip].put_right.append(value)
                right = agrees or all(changes.get(a) == a.data for a in reworking.ancestors if a in self.tainted)
                return _Judgment(claim, RIGHT if right else CARRIED, self.above[value], tuple(changes))
        return None

    def _corrections(self, wrong: list[Value]) -> Iterator[dict[Value, float]]:
        """Ways to put wrong claims right, the fewest first."""
        for count in range(1, min(_MOST_PUT_RIGHT, len(wrong)) + 1):
            for chosen in combinations(wrong, count):
                for numbers in product(*map(self._rights, chosen)):
                    yield dict(zip(chosen, numbers, strict=True))

    def _rights(self, wrong: Value) -> tuple[float, ...]:
        """What a wrong claim should have been: the right number, and what follows from the claims above it."""
        above = self.judgments[wrong].from_above
        return (wrong.data,) if self._within(self.claims[wrong], wrong, above) else (wrong.data, above)

    def _could_be(self, claim: Claim, value: Value, reworking: Reworking, changes: Mapping[Value, float]) -> bool:
        """Whether the claim is what comes out with `changes`, to its digits and those of the claims above it."""
        self.effort.spend(reworking.size)
        number = reworking.value(changes)
        if self._within(claim, value, number):
            return True
        if not abs(claim.number - number) < _FAR * max(claim.unit, abs(claim.number)):
            return False
        self.effort.spend(BOUNDING * reworking.size)
        bounds = reworking.range(changes)
        return bounds.lo - claim.half <= claim.number <= bounds.hi + claim.half

    def _slips(self, claimed: Iterable[Value]) -> list[Value]:
        return [value for value in claimed if self.judgments[value].verdict == SLIP]

    def _tell_misprints_and_luck(self) -> None:
        """A slip that only ever was used put right is a misprint; where others used it as written, those were lucky."""
        for value, judged in self.judgments.items():
            users = self.users[value]
            if judged.verdict == SLIP and users.put_right and not users.as_written:
                judged.verdict = MISPRINT
        for judged in self.judgments.values():
            if judged.verdict == RIGHT and any(
                self.judgments[wrong].verdict in (SLIP, CARRIED) for wrong in judged.put_right
            ):
                judged.verdict = LUCKY

    # Small questions --------------------------------------------------------------------------------------

    def _within(self, claim: Claim, value: Value, number: float) -> bool:
        """Whether `number` rounds to the claim; floats' own rounding is allowed for."""
        return abs(claim.number - number) <= claim.half * (1.0 + 1e-9) + 2.0 * self.noise[value]

    def _right(self, claim: Claim, value: Value, number: float) -> bool:
        """Whether the claim is `number` rounded, and not to fewer digits than the page has.

        Where no number of digits is asked, that is for each claim to choose; but a 0 has none of its own, and is held
        to the finest digit on the page.
        """
        half = claim.half
        if self.digits is not None and abs(number) > 2.0 * self.noise[value]:
            half = min(half, unit_of(number, self.digits) / 2)
        elif claim.number == 0.0:
            half = min(half, self.finest / 2)
        return abs(claim.number - number) <= half * (1.0 + 1e-9) + 2.0 * self.noise[value]

    def _reworking(self, way: Value) -> Reworking:
        if way not in self.reworkings:
            self.reworkings[way] = Reworking(way, self.page, self.halves, self.touched.__contains__)
        return self.reworkings[way]

    def _marks(self) -> Iterator[Mark]:
        page = Page(self.sheet, self.page, self.halves)
        effort = Effort(_EFFORT_ON_MISTAKES)
        for value, claim in self.claims.items():
            sign = claim.sign
            judged = self.judgments.get(value) or _Judgment(claim, BLANK, self.above[value])
            wrong = judged.verdict in (SLIP, MISPRINT)
            searched = bool(effort)
            yield Mark(
                quantity=claim.label,
                claimed=claim.written,
                exact=sign * value.data,
                from_above=sign * judged.from_above,
                verdict=judged.verdict,
                mistakes=usual_mistakes(page, value, claim, effort) if wrong and searched else (),
                put_right=tuple(self.claims[right].label for right in judged.put_right),
                searched=searched or not wrong,
            )
