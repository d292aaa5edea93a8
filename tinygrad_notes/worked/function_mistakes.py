"""The usual mistakes with single activations, losses and gradients, and those in writing a number down.

A mistake with a function is a change to one formula. A number that is copied wrongly was right: each such kind goes
back from the claim: to the numbers, with the unit of their last digit, that it may be a copy of.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise

from tinygrad_notes import functions
from tinygrad_notes.names import Name
from tinygrad_notes.value import as_value
from tinygrad_notes.worked.claims import Claim
from tinygrad_notes.worked.kinds import usual_mistake
from tinygrad_notes.worked.sites import Change, Site, called

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


_MOST_OUTPUTS = 50  # whose loss is worked out in another way


def _activation(site: Site) -> object:
    sheet = site.page.sheet
    return sheet.activations[site.layer - 1] if sheet is not None and site.layer else None


@usual_mistake("softmax taken as z / Σz")
def _unexponentiated(site: Site) -> Iterator[Change]:
    z = site.sibling("z")
    if site.kind == "a" and z is not None and _activation(site) == "softmax":
        row = Name.parse(z.label).index[:-1]
        layer = site.page.family(Name.parse(z.label))
        yield Change("", result=z / functions.sum([o for o in layer if Name.parse(o.label).index[:-1] == row]))


@usual_mistake("σ of each z in place of softmax")
def _sigma_of_each(site: Site) -> Iterator[Change]:
    z = site.sibling("z")
    if site.kind == "a" and z is not None and _activation(site) == "softmax":
        yield Change(f"of {called(z)}", result=functions.sigmoid(z))


@usual_mistake("another logarithm than ln")
def _other_logarithm(site: Site) -> Iterator[Change]:
    sheet = site.page.sheet
    if site.kind == "C" and sheet is not None and sheet.loss.name.endswith("cross_entropy"):
        yield Change("the one to base 10", factor=1.0 / math.log(10.0))
        yield Change("the one to base 2", factor=1.0 / math.log(2.0))


@usual_mistake("a slope p(1 - p) too many")
def _slope_too_many(site: Site) -> Iterator[Change]:
    a, sheet = site.sibling("a"), site.page.sheet
    matched = sheet is not None and site.layer == sheet.layers and sheet.loss.name.endswith("cross_entropy")
    if site.kind == "delta" and a is not None and matched:
        yield Change(f"δ · {called(a)} · (1 - {called(a)})", factor=a * (1.0 - a))


@usual_mistake("tanh′ taken for 1 - a")
def _unsquared(site: Site) -> Iterator[Change]:
    a = site.sibling("a")
    if site.kind == "slope" and a is not None and _activation(site) == "tanh":
        yield Change("", result=1.0 - a)


@usual_mistake("the input left out of ∂C/∂W")
def _no_input(site: Site) -> Iterator[Change]:
    if site.kind == "dC/dW":
        taken = dict.fromkeys([*site.operands_named("a"), *site.operands_named("x")], 1.0)
        yield Change("δ alone", taken)


@usual_mistake("∂C/∂b taken for δ · b")
def _delta_times_b(site: Site) -> Iterator[Change]:
    b = site.sibling("b")
    if site.kind == "dC/db" and b is not None:
        yield Change(called(b), result=as_value(functions.sum(site.operands_named("delta")) * b))


@usual_mistake("the learning rate in an error")
def _rate_in_error(site: Site) -> Iterator[Change]:
    sheet = site.page.sheet
    if sheet is not None and site.kind in ("delta", "back", "dC/da", "dC/dW", "dC/db"):
        yield Change("η times it", factor=sheet.learning_rate.data)


@usual_mistake("|a - y| or a root in place of the loss")
def _absolute(site: Site) -> Iterator[Change]:
    sheet = site.page.sheet
    if site.kind != "C" or sheet is None or not sheet.loss.name.endswith("squared_error"):
        return
    a, y = sheet.quantities[f"a{sheet.layers}"].elements, sheet.given["y"].elements
    if len(a) <= _MOST_OUTPUTS:
        pairs = list(zip(a, y, strict=True))
        total = functions.sum([sheet.loss.term(*pair) for pair in pairs])
        yield Change(
            "|a - y|", result=as_value(functions.sum([abs(one - other) for one, other in pairs]) / sheet.averaged_over)
        )
        yield Change("the root", result=as_value((total / sheet.averaged_over) ** 0.5))
