"""The usual mistakes in writing a number down: it is right, and copied wrongly.

Each kind goes back from the claim: to the numbers, with the unit of their last digit, that it may be a copy of.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise

from tinygrad_notes.worked.claims import Claim

Meant = Iterator[tuple[float, float]]


def _digits(claim: Claim) -> tuple[str, int]:
    """The digits of a claim with a 0 in front, and how many are decimals; less than none where zeros follow."""
    decimals = -round(math.log10(claim.unit))
    return f"0{round(abs(claim.number) / claim.unit)}".rjust(decimals + 1, "0"), decimals


def _meant(claim: Claim, digits: str, decimals: int) -> tuple[float, float]:
    sign = -1.0 if claim.number < 0.0 else 1.0
    return sign * float(f"{digits}e{-decimals}"), float(f"1e{-decimals}")


def _decimal_point(claim: Claim) -> Meant:
    digits, decimals = _digits(claim)
    yield from (_meant(claim, digits, decimals + shift) for shift in (-1, 1, -2, 2))


def _lost_zero(claim: Claim) -> Meant:
    """A 0 among the decimals was left out, so that those behind it moved up."""
    digits, decimals = _digits(claim)
    for behind in range(decimals + 1 if decimals > 0 else 0):
        at = len(digits) - behind
        yield _meant(claim, f"{digits[:at]}0{digits[at:]}", decimals + 1)


def _swapped(claim: Claim) -> Meant:
    digits, decimals = _digits(claim)
    for i, (left, right) in enumerate(pairwise(digits)):
        if left != right:
            yield _meant(claim, digits[:i] + right + left + digits[i + 2 :], decimals)


def _miswritten(claim: Claim) -> Meant:
    """One digit is another one; of the last digit nobody can tell."""
    digits, decimals = _digits(claim)
    written = 1 if len(digits) > decimals + 1 else 0  # the 0 in front is on the page where it stands before the point
    for i in range(written, len(digits) - 1):
        for other in "0123456789":
            if other != digits[i]:
                yield _meant(claim, digits[:i] + other + digits[i + 1 :], decimals)


WRITING: dict[str, tuple[Callable[[Claim], Meant], float]] = {
    "the decimal point moved": (_decimal_point, 1.0),
    "a lost zero": (_lost_zero, 1.0),
    "two digits swapped": (_swapped, 1.0),
    "a digit miswritten": (_miswritten, 0.25),
}
"""Every kind of mistake in copying a right number: what a claim may be a copy of, and how likely the kind is held."""
