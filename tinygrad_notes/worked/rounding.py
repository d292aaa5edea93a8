"""Which numbers a claim may stand for: what its digits say, and what the page asks of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import median_low

from tinygrad_notes.number_systems.intervals import Interval
from tinygrad_notes.worked.claims import Claim, unit_of

_CLOSE = 1e-9  # of half a unit: a number that lies halfway is rounded up or down
_ULP = 2.0**-51


class Rounding:
    """Compares claims with numbers, to the claims' digits or to the digits that a page asks for.

    Every comparison takes `noise`: how far floats' own rounding may move the number.

    Args:
        claims: all claims of the page.
        asked: how many significant digits the page asks for; None where it leaves that to each claim.
    """

    def __init__(self, claims: Iterable[Claim], asked: int | None) -> None:
        written = [claim for claim in claims if not claim.is_blank]
        self.asked = asked
        self._finest = min((claim.unit for claim in written), default=math.inf)
        self._usual_digits = median_low([claim.digits for claim in written] or [0])
        self._usual_unit = median_low([claim.unit for claim in written] or [0.0])

    def fits(self, claim: Claim, number: float, noise: float) -> bool:
        """Whether the claim is `number` rounded to the digits that were written."""
        return abs(claim.number - number) <= claim.half * (1.0 + _CLOSE) + 2.0 * noise

    def meets(self, claim: Claim, bounds: Interval, noise: float) -> bool:
        """Whether the claim is one of the numbers within `bounds`, rounded to the digits that were written."""
        beyond = claim.half * (1.0 + _CLOSE) + 2.0 * noise
        return bounds.lo - beyond <= claim.number <= bounds.hi + beyond

    def is_right(self, claim: Claim, number: float, noise: float) -> bool:
        """Whether the claim is `number` rounded to the digits that are asked.

        Where none are asked, each claim's own digits count; but a 0 has none of its own, and is held to the finest
        digit on the page.
        """
        half = claim.half
        if self.asked is not None and abs(number) > 2.0 * noise:
            half = min(half, unit_of(number, self.asked) / 2)
        elif claim.number == 0.0:
            half = min(half, self._finest / 2)
        return abs(claim.number - number) <= half * (1.0 + _CLOSE) + 2.0 * noise

    def is_exact(self, claim: Claim, number: float, noise: float) -> bool:
        """Whether the claim is `number` itself, as far as floats can tell."""
        return abs(claim.number - number) <= 2.0 * noise + _ULP * abs(number)

    def is_cut(self, claim: Claim, number: float, noise: float) -> bool:
        """Whether the claim is less than a unit off, as when the digits behind it are cut instead of rounded."""
        unit = claim.unit if claim.number else claim.half  # of a number cut to 0 nothing is left
        return abs(claim.number - number) < unit * (1.0 - _CLOSE) - 2.0 * noise

    def needs_no_rounding(self, number: float, noise: float) -> bool:
        """Whether `number` can be written in full with the decimals that the page has somewhere."""
        off = abs(number - self._finest * round(number / self._finest)) if math.isfinite(number) else math.inf
        return off <= 2.0 * noise + _ULP * abs(number)

    def slack(self, claim: Claim, *numbers: float) -> float:
        """How far from the claim the number that was carried on may lie, where it was one of `numbers`, rounded.

        Half a unit of the last digit written; of the last digit asked for, if that is less.
        """
        largest = max(map(abs, numbers))
        asked = self.asked is not None and 0.0 < largest < math.inf
        return min(claim.half, unit_of(largest, self.asked or 1) / 2) if asked else claim.half

    def is_short(self, claim: Claim) -> bool:
        """Whether the claim has fewer significant digits than the page asks for."""
        return self.asked is not None and claim.digits < self.asked

    def remark(self, claim: Claim) -> str:
        """What is to be said of a rounded claim with too few digits; empty where it has enough."""
        digits = claim.digits
        if self.asked is not None:
            return f"written to {_counted(digits)}, and {self.asked} are asked" if digits < self.asked else ""
        if digits < self._usual_digits and claim.unit > self._usual_unit:
            return f"coarser than the rest of the page: {_counted(digits)}, where most have {self._usual_digits}"
        return "a 0 that keeps no digit of the number" if not digits and claim.unit >= 1.0 else ""


def _counted(digits: int) -> str:
    return {0: "no digit", 1: "1 digit"}.get(digits, f"{digits} digits")
