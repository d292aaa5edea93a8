"""Marking: which numbers of a hand-worked page slipped, and which are right given the slip.

A sheet is a graph. So a claim is judged by its number once the claims above it stand in place of the right numbers.
The engine's derivatives say how far the rounding of those claims can carry.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from tinygrad_notes.collector import collector_paused
from tinygrad_notes.number_systems import floats
from tinygrad_notes.value import Value
from tinygrad_notes.worked.claims import Claim, read_claims
from tinygrad_notes.worked.corrections import Corrections, Judgment
from tinygrad_notes.worked.diagnosis import usual_mistakes
from tinygrad_notes.worked.explanations import Mistake
from tinygrad_notes.worked.formulas import working
from tinygrad_notes.worked.marks import Mark, Marking
from tinygrad_notes.worked.reworking import Effort, in_order_of_work, rounded_at_each_step
from tinygrad_notes.worked.rounding import Asked, Rounding
from tinygrad_notes.worked.sheet import NumbersOnPaper, Sheet
from tinygrad_notes.worked.sites import Page
from tinygrad_notes.worked.upstream import Bounds
from tinygrad_notes.worked.verdicts import BLANK, CARRIED, LUCKY, MISPRINT, RIGHT, ROUNDING, SLIP

EFFORT_ON_MISTAKES = 1_600_000
"""How many numbers are read in the search for the mistakes behind the slips of a page: enough for some forty."""
_EPSILON = 2.0**-52


def mark(
    sheet_or_values: NumbersOnPaper | Mapping[str, Value],
    claims: Mapping[str, Any],
    *,
    signs: str = "",
    digits: Asked = None,
    alternatives: Mapping[str, Sequence[Value]] | None = None,
) -> Marking:
    """Judge every claim against the sheet and against the claims above it.

    Args:
        sheet_or_values: a sheet, or any labeled Values of one graph, by label.
        claims: decimals as written, by quantity ({"z1": ["0.13", "?"]}) or by element ({"z1[0]": "0.13"}).
        signs: "target-output" for a page that writes δ and ∂C/∂… with the opposite sign.
        digits: how many significant digits the page asks for. A claim with fewer digits is at best `rounding`, unless
            the exact number has no more. Without it, each claim's own digits count. A mapping sets them by label,
            {"z1[0]": Precision(decimals=3)}.
        alternatives: by label, further right formulas for a number, as Values; a sheet has its own.

    A claim may follow from a mixture of wrong and right numbers. The search for such a mixture is bounded, and so is
    the search for the mistakes behind slips: on a page with very many slips, only the first are looked into.

    Raises ClaimError, a ValueError, if a claim cannot be read, or names no number of the sheet.

    Example:
        >>> from tinygrad_notes import MLP, work_through
        >>> network = MLP.from_weights([[[0.5, -0.5]]], [[0.1]], activation="sigmoid")
        >>> marking = mark(work_through(network, [1.0, 0.4], [1.0]), {"z1": ["0.3"], "a1": ["0.574"]})
        >>> [(row.quantity, row.verdict, row.explanation()) for row in marking]
        [('z1[0]', 'slip', 'the bias forgotten (b1[0])'), ('a1[0]', 'carried', '')]
    """
    sheet = sheet_or_values if isinstance(sheet_or_values, NumbersOnPaper) else None
    values: Mapping[str, Value] = sheet.values if sheet is not None else sheet_or_values  # type: ignore[assignment]  # a mapping
    others = sheet.alternatives if sheet is not None else alternatives or {}
    network = sheet if isinstance(sheet, Sheet) else None
    marks = marks_of(values, read_claims(sheet_or_values, claims, signs), others, digits, network)
    return Marking(marks, digits if isinstance(digits, int) else None)


@collector_paused()  # it would walk the whole sheet again and again, for nothing
def marks_of(
    values: Mapping[str, Value],
    claims: list[Claim],
    alternatives: Mapping[str, Sequence[Value]],
    digits: Asked = None,
    sheet: Sheet | None = None,
    unlike_their_formula: Collection[Value] = (),
    effort: int = EFFORT_ON_MISTAKES,
    mark_of: Callable[..., Mark] = Mark,
) -> tuple[Mark, ...]:
    """The marks of claims that were read, in their order.

    `unlike_their_formula` are the Values with the right number but a wrong formula on the page: what follows from above
    is then the formula's number. `effort` bounds the search for mistakes. `mark_of` takes a Mark's attributes by name.
    """
    marker = _Marker(values, alternatives, claims, digits, unlike_their_formula)
    return tuple(_marks(marker, sheet, Effort(effort), mark_of))


# What is known of a Value's nearest claims above, and once it is claimed, of its own claim:
_TOUCHED = 1  # there are such claims
_TAINTED = 2  # not all are right
_ASTRAY = 4  # the number may have been carried on from a wrong one, though what is written be right
_ROUNDED = 8  # not all were carried on just as they are written


class _Marker:
    """Judges the claims of one page, in one pass over the graph, operands first.

    Attributes:
        further_ways: the other Values that a claim on a Value may rightly be worked out as.
        judgments: of each claim that is no blank, in the order of work.
        page: the number that the page gives each Value: its claim, else what follows from the claims above it.
        above: what follows from the claims above, also for Values that are claimed.
        noise: how far floats' own rounding may move it.
        slack: how far a claim may lie from the number that was carried on; 0 where no digit was left off.
        state: what is known of the claims above each Value: a sum of the constants above.
        is_touched: whether there are claims above a Value, which is whether anything is known of them.
    """

    def __init__(
        self, values: Mapping[str, Value], alternatives: Mapping[str, Sequence[Value]], claims: list[Claim],
        digits: Asked, unlike_their_formula: Collection[Value],
    ) -> None:  # fmt: skip
        self.unlike_their_formula = unlike_their_formula
        self.claims = {values[claim.label]: claim for claim in claims}
        self.further_ways = {values[c.label]: alternatives[c.label] for c in claims if c.label in alternatives}
        self.rounding = Rounding(claims, digits)
        self.judgments: dict[Value, Judgment] = {}
        self.page: dict[Value, float] = {}
        self.above: dict[Value, float] = {}
        self.noise: dict[Value, float] = {}
        self.slack: dict[Value, float] = {}
        self.state: dict[Value, int] = {}
        self.is_touched = self.state.__getitem__
        self.bounds = Bounds(self.page, self.slack, self.is_touched)
        self.corrections = Corrections(weakref.proxy(self))  # no cycle keeps the page when it is marked
        for value in in_order_of_work(values.values(), self.further_ways):
            self._follow(value)
            claim = self.claims.get(value)
            if claim is not None and claim.is_finite:
                self._settle(claim, value)
        self.corrections.tell_misprints_and_luck()

    def _follow(self, value: Value) -> None:
        """What `value` comes to from the page's numbers for its operands."""
        operands = value.operands
        number = value._data
        noise, state = abs(number) * _EPSILON, 0
        for operand, slope in zip(operands, value._slopes):
            noise += abs(slope) * self.noise[operand]
            state |= self.state[operand]
        if value in self.unlike_their_formula:
            state |= _TOUCHED | _TAINTED
        if state and value.operation is not None:
            number = value.operation.read(floats)[0](*map(self.page.__getitem__, operands))
        self.noise[value] = noise if noise < math.inf else 0.0
        self.state[value] = state
        self.page[value] = self.above[value] = number

    def _settle(self, claim: Claim, value: Value) -> None:
        """Judge a claim, and let what is computed from it go on from what is written."""
        ways = [value]
        if value in self.further_ways:
            ways += [way for way in self.further_ways[value] if way in self.state]
            ways.sort(key=self.is_tainted)
        judged = self._judge(claim, value, ways)
        in_full = self._is_in_full(claim, value, ways)
        if not in_full:
            judged.remark = self.rounding.remark(claim)
            short = self.rounding.is_short(claim) and judged.verdict != SLIP
            if short or (judged.verdict == CARRIED and claim.number == 0.0):
                judged.verdict = ROUNDING
        if judged.verdict == SLIP and not (claim.number == 0.0 and self.rounding.asks_for_digits(claim)):
            # made in working with numbers in full, it was carried on in full
            in_full = self.slack_of(value, judged.from_above) == 0.0 and all(map(self._is_firm, ways))
        self.slack[value] = 0.0 if in_full else self.rounding.slack(claim, judged.from_above, value._data)
        self.judgments[value], self.page[value] = judged, claim.number
        astray = _ASTRAY if judged.verdict in (SLIP, CARRIED) else 0 if in_full else self.state[value] & _ASTRAY
        tainted = 0 if judged.verdict == RIGHT else _TAINTED
        self.state[value] = _TOUCHED | tainted | astray | (0 if in_full else _ROUNDED)

    def judgment(self, claim: Claim, value: Value) -> Judgment:
        """What came of a claim; nothing goes on from a blank, nor from inf or nan."""
        if claim.is_finite:
            return self.judgments[value]
        above, says = self.above[value], claim.says
        verdict = BLANK if claim.is_blank else RIGHT if says(value._data) else CARRIED if says(above) else SLIP
        return Judgment(claim, verdict, above)

    def _judge(self, claim: Claim, value: Value, ways: list[Value]) -> Judgment:
        """What the claim agrees with; `ways` are the Values that it may be worked out as, untainted ones first."""
        above = self.above
        agrees = self.rounding.is_right(claim, value._data, self.noise[value])
        for way in ways:
            if self.fits(claim, value, above[way]):
                return self._followed(claim, value, way, agrees)
        if agrees and not any(map(self.is_tainted, ways)):
            return Judgment(claim, RIGHT, above[value])
        for way in ways:
            if self._may_round_to(claim, value, way):
                return self._followed(claim, value, way, agrees)
        tainted = [way for way in ways if self.is_tainted(way)]
        for way in tainted:
            found = self.corrections.explain(claim, value, way, agrees, above[value])
            if found is not None:
                return found
        because = self.corrections.culprits[value] if tainted else ()
        verdict = LUCKY if agrees else ROUNDING if self._is_rounded_badly(claim, value, ways) else SLIP
        return Judgment(claim, verdict, above[value], because=because, way=value if tainted else None)

    def _followed(self, claim: Claim, value: Value, way: Value, agrees: bool) -> Judgment:
        """The judgment of a claim that follows from the claims above as they are written."""
        if not self.is_tainted(way):
            if agrees:
                return Judgment(claim, RIGHT, self.above[way])
            empty = claim.number == 0.0 and (claim.unit >= 1.0 or self.rounding.asks_for_digits(claim))  # no digit
            follows = not empty and self.rounding.is_right(claim, self.above[way], self.noise[value])
            return Judgment(claim, RIGHT if follows else ROUNDING, self.above[way])
        self.corrections.use_as_written(claim, value, way)
        because = self.corrections.culprits[way]
        return Judgment(claim, RIGHT if agrees else CARRIED, self.above[way], because=because, way=way)

    def _may_round_to(self, claim: Claim, value: Value, way: Value) -> bool:
        """Whether rounding the claims above may lead to the claim; close bounds are asked where wide ones allow it."""
        if not self.state[way] & _ROUNDED or not (math.isfinite(value._data) or math.isfinite(self.above[way])):
            return False
        meets, noise = self.rounding.meets, self.noise[value]
        return meets(claim, self.bounds.wide[way], noise) and meets(claim, self.bounds.close(way), noise)

    def _is_rounded_badly(self, claim: Claim, value: Value, ways: list[Value]) -> bool:
        """Whether digits were cut off, or rounded twice, or each number of the formula was rounded by itself."""
        is_cut, noise = self.rounding.is_cut_or_rounded_twice, self.noise[value]
        if any(is_cut(claim, number, noise) for number in (value._data, *(self.above[way] for way in ways))):
            return True
        near = [way for way in ways if self.rounding.is_within_a_unit(claim, self.above[way], noise)]
        return any(self.fits(claim, value, rounded_at_each_step(way, self.page, claim.unit)) for way in near)

    def is_tainted(self, value: Value) -> bool:
        """Whether the nearest claims above, or the claim itself, are not all right."""
        return bool(self.state[value] & _TAINTED)

    def _is_in_full(self, claim: Claim, value: Value, ways: list[Value]) -> bool:
        """Whether no digit was left off: it is the exact number, or just what follows from claims that were in full.

        A claim that is the exact number where a wrong one, too, would be rounded to it may be either.
        """
        exact, noise = self.rounding.is_exact, self.noise[value]
        if exact(claim, value._data, noise):
            astray = [way for way in ways if self.state[way] & _ASTRAY]
            if not astray or not any(self.fits(claim, value, self.above[way]) for way in astray):
                return True
        same = [way for way in ways if exact(claim, self.above[way], noise)]
        return bool(same) and any(map(self._is_firm, same))

    def _is_firm(self, way: Value) -> bool:
        """Whether no rounding of the claims above changes what follows from them, as where a ReLU is dead."""
        if not self.state[way] & _ROUNDED:
            return True
        radius = self.bounds.wide[way].radius
        return radius == 0.0 or (radius == math.inf and self.bounds.close(way).radius == 0.0)

    def fits(self, claim: Claim, value: Value, number: float) -> bool:
        return self.rounding.fits(claim, number, self.noise[value])

    def slack_of(self, value: Value, number: float) -> float:
        """How far a Value's claim would be off, were it that number rounded; 0 if it can be written in full."""
        claim = self.claims[value]
        in_full = self.rounding.needs_no_rounding(claim, number, self.noise[value])
        return 0.0 if in_full else self.rounding.slack(claim, number, value._data)


def _marks(marker: _Marker, sheet: Sheet | None, effort: Effort, mark_of: Callable[..., Mark]) -> Iterator[Mark]:
    """The marks in the order of work, with what probably happened at each slip and misprint."""
    flagged = {value: judged for value, judged in marker.judgments.items() if judged.verdict in (SLIP, MISPRINT)}
    mistakes: Mapping[Value, tuple[Mistake, ...]] = {}
    if flagged:
        rights = {value: judged.from_above if judged.because else value._data for value, judged in flagged.items()}
        misprints = frozenset(value for value, judged in flagged.items() if judged.verdict == MISPRINT)
        page = Page(sheet, marker.page, marker.slack, rights, misprints)
        wrong = {value: claim for value, claim in marker.claims.items() if value in flagged}
        mistakes = usual_mistakes(page, wrong, effort)

    def labels(claimed: tuple[Value, ...]) -> tuple[str, ...]:
        known = marker.claims
        return tuple([known[value].label if value in known else value.label for value in claimed]) if claimed else ()

    for value, claim in marker.claims.items():
        judged = marker.judgment(claim, value)
        is_wrong = judged.verdict in (SLIP, MISPRINT)
        yield mark_of(
            quantity=claim.label,
            claimed=claim.written,
            exact=claim.sign * value._data,
            from_above=claim.sign * judged.from_above,
            verdict=judged.verdict,
            mistakes=mistakes.get(value, ()),
            put_right=labels(judged.put_right),
            searched=value in mistakes or value not in flagged,
            because=labels(judged.because),
            short=judged.verdict == ROUNDING and marker.rounding.is_short(claim),
            remark=judged.remark,
            working=working(value, marker.page, marker.above[value]) if is_wrong else None,
            spared=marker.corrections.spared(judged),
        )
