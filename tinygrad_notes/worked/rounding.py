"""Which numbers a claim may stand for, by its own digits and by the precision that the page asks for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tinygrad_notes.number_systems.intervals import Interval
from tinygrad_notes.refusals import counted
from tinygrad_notes.worked.claims import Claim, unit_of

_CLOSE = 1e-9  # of half a unit: a number that lies halfway is rounded up or down
_ULP = 2.0**-51
_GROWTH = 5.0 / 9.0
"""By how many units of its last digit a number may grow where it is rounded digit by digit."""


class Precision(NamedTuple):
    """How exact an answer must be: so many significant digits, or so many decimals.

    Example:
        >>> str(Precision(3)), Precision(3).unit(0.0123), str(Precision(decimals=1)), Precision(decimals=1).unit(0.0123)
        ('3 significant digits', 0.0001, '1 decimal', 0.1)
    """

    digits: int | None = None
    decimals: int | None = None

    def unit(self, x: float) -> float:
        """One unit of the last place asked for in x. Significant digits ask for no place in a 0."""
        if self.decimals is not None:
            return float(f"1e-{self.decimals}")
        return unit_of(x, self.digits or 1) if x else math.inf

    def is_short(self, claim: Claim) -> bool:
        """Whether the claim has fewer places than are asked."""
        if self.decimals is not None:
            return claim.unit > self.unit(0.0) * (1.0 + _CLOSE)
        return claim.digits < (self.digits or 1)

    def __str__(self) -> str:
        if self.decimals is not None:
            return counted(self.decimals, "decimal")
        return counted(self.digits or 1, "significant digit")


Asked = int | Mapping[str, Precision] | None
"""What a page asks for: so many significant digits of all numbers, a precision by label, or nothing."""


class Rounding:
    """Compares claims with numbers, to the claims' digits or to the precision that a page asks for.

    Every comparison takes `noise`: how far floats' own rounding may move the number.

    Args:
        claims: all claims of the page.
        asked: how exact the page wants them; None where it leaves that to each claim.
    """

    def __init__(self, claims: Iterable[Claim], asked: Asked) -> None:
        written = [claim for claim in claims if claim.is_finite]
        self._of_each = asked if isinstance(asked, Mapping) else None
        self._of_all = Precision(asked) if isinstance(asked, int) else None
        self._finest = min([claim.unit for claim in written], default=math.inf)
        self._usual_digits = _middle([claim.digits for claim in written])
        self._usual_unit = _middle([claim.unit for claim in written])

    def asked(self, claim: Claim) -> Precision | None:
        """How exact the page wants this claim; None where it leaves that to the claim."""
        return self._of_all if self._of_each is None else self._of_each.get(claim.label)

    def asks_for_digits(self, claim: Claim) -> bool:
        """Whether the page asks for significant digits of this claim: a 0 then keeps none of them."""
        asked = self.asked(claim)
        return asked is not None and asked.decimals is None

    def fits(self, claim: Claim, number: float, noise: float) -> bool:
        """Whether the claim is `number` rounded to the digits that were written."""
        return abs(claim.number - number) <= claim.half * (1.0 + _CLOSE) + 2.0 * noise

    def meets(self, claim: Claim, bounds: Interval, noise: float) -> bool:
        """Whether the claim is one of the numbers within `bounds`, rounded to the digits that were written."""
        beyond = claim.half * (1.0 + _CLOSE) + 2.0 * noise
        return bounds.lo - beyond <= claim.number <= bounds.hi + beyond

    def is_right(self, claim: Claim, number: float, noise: float) -> bool:
        """Whether the claim is `number` rounded to the digits that are asked.

        Where the page asks for none, each claim's own digits count. A 0 has none, so the finest digit on the page
        counts.
        """
        half = claim.half
        asked = self.asked(claim)
        if asked is not None and abs(number) > 2.0 * noise:
            half = min(half, asked.unit(number) / 2)
        elif claim.number == 0.0:
            half = min(half, self._finest / 2)
        return abs(claim.number - number) <= half * (1.0 + _CLOSE) + 2.0 * noise

    def is_exact(self, claim: Claim, number: float, noise: float) -> bool:
        """Whether the claim is `number` itself, as far as floats can tell."""
        return abs(claim.number - number) <= 2.0 * noise + _ULP * abs(number)

    def is_cut_or_rounded_twice(self, claim: Claim, number: float, noise: float) -> bool:
        """Whether the claim is `number` with the digits behind it cut off, or rounded digit by digit.

        A cut number is less than a unit nearer to 0. Rounded digit by digit, 0.4445 becomes 0.445, 0.45 and 0.5; so
        a number grows by less than 5/9 of a unit, as 0.444… stays below a half for ever. Of a number cut to 0 nothing
        is left: that is no rounding.
        """
        beyond = math.copysign(1.0, claim.number) * (number - claim.number)  # what was cut; less than 0: what was added
        allowed = claim.number != 0.0 and self.is_within_a_unit(claim, number, noise)
        return allowed and beyond > -_GROWTH * claim.unit * (1.0 - _CLOSE)

    def is_within_a_unit(self, claim: Claim, number: float, noise: float) -> bool:
        """Whether the claim is less than a unit of its last digit off."""
        return abs(claim.number - number) < claim.unit * (1.0 - _CLOSE) - 2.0 * noise

    def needs_no_rounding(self, claim: Claim, number: float, noise: float) -> bool:
        """Whether `number` can be written in full where the claim stands.

        That is with the decimals that the page has somewhere; where significant digits are asked, with those.
        """
        asked = self.asked(claim) if self.asks_for_digits(claim) else None
        unit = min(claim.unit, asked.unit(number)) if asked else self._finest
        units = number / unit
        if math.isfinite(number) and not math.isfinite(units):  # of the last decimals that a float can have
            return True
        off = abs(number - unit * round(units)) if math.isfinite(units) else math.inf
        return off <= 2.0 * noise + _ULP * abs(number)

    def slack(self, claim: Claim, *numbers: float) -> float:
        """How far from the claim the number that was carried on may lie, where it was one of `numbers`, rounded.

        Half a unit of the last digit written; of the last digit asked for, if that is less. A slip may be larger than
        the right number, and so may its last digit be.
        """
        asked = self.asked(claim)
        if asked is None:
            return claim.half
        largest = max(map(abs, (claim.number, *numbers)))
        return min(claim.half, asked.unit(largest) / 2) if 0.0 < largest < math.inf else claim.half

    def is_short(self, claim: Claim) -> bool:
        """Whether the claim has fewer digits or decimals than the page asks for."""
        asked = self.asked(claim)
        return asked is not None and asked.is_short(claim)

    def remark(self, claim: Claim) -> str:
        """A remark on a rounded claim with too few digits; empty where it has enough."""
        digits, asked = claim.digits, self.asked(claim)
        if asked is not None:
            return _too_few(claim, asked) if asked.is_short(claim) else ""
        if digits < self._usual_digits and claim.unit > self._usual_unit:
            return f"coarser than the rest of the page: {_counted(digits)}, where most have {self._usual_digits}"
        return "a 0 that keeps no digit of the number" if not digits and claim.unit >= 1.0 else ""


def _too_few(claim: Claim, asked: Precision) -> str:
    if asked.digits is not None:
        return f"written to {_counted(claim.digits)}, and {asked.digits} are asked"
    return f"written in units of {claim.unit:g}, and {asked} are asked"


def _counted(digits: int) -> str:
    return {0: "no digit", 1: "1 digit"}.get(digits, f"{digits} digits")


def _middle(numbers: Sequence[float]) -> float:
    """The median, the lower one of two; 0 of no numbers. `statistics` has it too, at 4 ms of start-up."""
    return sorted(numbers)[(len(numbers) - 1) // 2] if numbers else 0
