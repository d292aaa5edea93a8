"""Arithmetic that needs no knowledge: a member of numbers alone, worked out and compared with the next member.

The numbers put in may have been rounded before, so a result may differ by as much as that rounding can cause: a number
that the note itself worked out stands for every number that rounds to it. Given numbers are exact.

Reference: interval arithmetic as in Moore, Kearfott, Cloud, Introduction to Interval Analysis, SIAM 2009.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygrad_notes.number_systems import intervals
from tinygrad_notes.number_systems.intervals import Interval
from tinygrad_notes.reading.chains import Chain, Member
from tinygrad_notes.reading.formulas import (
    Apply,
    Number,
    Tree,
    is_literal,
    leaves,
    literal_numbers,
    parts,
    renamed,
    unit_of,
    value_of,
)
from tinygrad_notes.reading.working_out import NotArithmeticError, worked_out
from tinygrad_notes.worked.verdicts import RIGHT, ROUNDING, SLIP

PRODUCTS = ("⊙", "@", "⊗")
"""What `*` between two arrays can mean on a page; the one that gives the page's number is taken."""


@dataclass(frozen=True, slots=True)
class Check:
    """One number that a note claims, checked against the arithmetic before it.

    Attributes:
        start, end: where the claimed number stands.
        claimed: as it is written, with its sign.
        worked: the result of the numbers put in.
        verdict: "right", "rounding" for a last digit that was cut, or "slip".
        formula: the place, start and end, of the arithmetic.
        exact: whether nothing was rounded, neither the number nor any number put in.
    """

    start: int
    end: int
    claimed: str
    worked: float
    verdict: str
    formula: tuple[int, int]
    exact: bool


def checked(chains: Iterable[Chain]) -> Iterator[Check]:
    """Check the arithmetic in all chains of a note; a number that one chain rounded is rounded in the later ones."""
    rounded: set[str] = set()
    for chain in chains:
        found = list(checks(chain, lambda number: number.written in rounded))
        yield from found
        exact = {check.start for check in found if check.exact}
        rounded.update(number.written for number in _results(chain) if number.start not in exact)


def checks(chain: Chain, is_rounded: Callable[[Number], bool]) -> Iterator[Check]:
    """Compare each member of numbers alone with the next one that claims a number."""
    read = _readable(chain)
    for source, member in itertools.pairwise(read):
        is_rounded_more = member.relation == "≈" and source is not read[0] and not _is_round(member.tree)
        is_source = not source.is_literal or is_rounded_more
        if source.tree is not None and member.tree is not None and member.is_literal and is_source:
            formula = (source.start, source.end)
            with suppress(NotArithmeticError):
                yield from _held(source, literal_numbers(member.tree), formula, is_rounded)
    yield from _unlike_the_one_before(chain, is_rounded)


def _unlike_the_one_before(chain: Chain, is_rounded: Callable[[Number], bool]) -> Iterator[Check]:
    """The number behind a member that comes to another one than the member before it: 2·3 + 4 = 7 + 4 = 11.

    Numbers with decimals may have been rounded on the way. `2 + 3 = 5 + 4 = 9` goes on with what came out, and says
    nothing of what it sets equal.
    """
    read = _readable(chain)
    for source, member, claim in zip(read, read[1:], read[2:]):
        is_read = claim.is_literal and not source.is_literal and not member.is_literal
        if is_read and "→" not in (member.relation, claim.relation):
            with suppress(NotArithmeticError):
                if claim.tree and not _may_be_equal(source, member, is_rounded):
                    held = _held(source, literal_numbers(claim.tree), (source.start, source.end), is_rounded)
                    yield from (check for check in held if check.verdict == SLIP)


def _may_be_equal(source: Member, member: Member, is_rounded: Callable[[Number], bool]) -> bool:
    """Whether both come to one number, as far as rounding goes; also where the second goes on with the first's."""
    if source.tree is None or member.tree is None:
        return True
    slack = 1.0 if member.relation == "≈" else 0.0
    before = worked_out(source.tree, lambda number: _interval(number, is_rounded(number)))
    after = worked_out(member.tree, lambda number: _may_be(number, slack))
    if isinstance(before, np.ndarray) or isinstance(after, np.ndarray):
        return True
    one, other = intervals.as_interval(before), intervals.as_interval(after)
    first = next((leaf for leaf in leaves(member.tree) if isinstance(leaf, Number)), None)
    goes_on = first is not None and one.lo <= value_of(first) <= one.hi
    return goes_on or (one.lo <= other.hi and other.lo <= one.hi)


def _may_be(number: Number, slack: float) -> Interval:
    """What a number may stand for that was rounded or cut, where it has decimals; whole ones by the slack."""
    return intervals.around(value_of(number), unit_of(number) if "." in number.written else slack)


def _is_round(claim: Tree | None) -> bool:
    """Whether it has a whole number that ends in zeros, as 2500 for 2469: its last place is not known."""
    return claim is not None and any(re.fullmatch("[1-9][0-9]*0", n.written) for n, _ in literal_numbers(claim))


def _readable(chain: Chain) -> list[Member]:
    """The members that were read: what is equal to an unread one is equal to the one behind it too."""
    if any(member.relation == "→" for member in chain.members):
        return list(chain.members)
    return [member for member in chain.members if member.tree is not None]


def held_against(formula: Tree, put_in: Callable[[Tree], Tree | None], claim: Tree) -> list[Check]:
    """Compare a formula, with numbers put in for its names, any of which may have been rounded, with its result.

    Raises NotArithmeticError for what arithmetic alone does not know.
    """
    own = {leaf.start for leaf in leaves(formula) if isinstance(leaf, Number)}
    source = Member(renamed(formula, put_in), "", 0, 0)
    return _held(source, literal_numbers(claim), (0, 0), lambda n: "." in n.written and n.start not in own)


def readings(chain: Chain) -> list[tuple[Member, Tree, Tree | None]]:
    """Each member that was read, with the reading that its numbers fit, and the other one where there are two."""
    read = [(member, member.tree, member.other) for member in chain.members if member.tree is not None]
    if not _fits_otherwise(chain):
        return read
    return [(member, other or tree, tree if other else None) for member, tree, other in read]


def _fits_otherwise(chain: Chain) -> bool:
    """Whether a member of numbers gives the number behind it only in the other reading of its division."""
    return any(
        source.tree is not None
        and source.other is not None
        and member.is_literal
        and member.tree is not None
        and _distance(source.other, member.tree) < _distance(source.tree, member.tree) / 2
        for source, member in itertools.pairwise(chain.members)
    )


def _distance(source: Tree, claim: Tree) -> float:
    """How far the numbers that come out lie from those claimed; 0 where nothing can be worked out."""
    claims = literal_numbers(claim)
    try:
        found = _attempt(source, claims, (0, 0), lambda _: False, "⊙")
    except NotArithmeticError:
        return 0.0
    pairs = zip(found, claims, strict=True)
    return max(abs(check.worked - sign * value_of(number)) for check, (number, sign) in pairs)


def _held(
    source: Member, claims: list[tuple[Number, int]], formula: tuple[int, int], is_rounded: Callable[[Number], bool]
) -> list[Check]:
    """The checks under the meaning of `*`, and of a division with two, that leaves the fewest numbers wrong."""
    attempts = []
    for tree, product in _ways(source):
        with suppress(NotArithmeticError):
            attempts.append(_attempt(tree, claims, formula, is_rounded, product))
    if not attempts:
        raise NotArithmeticError
    return min(attempts, key=lambda held: sum(check.verdict != RIGHT for check in held))


def _ways(source: Member) -> Iterator[tuple[Tree, str]]:
    """The readings of a member: of its division, and of its products where it has arrays."""
    for tree in (source.tree, source.other):
        if tree is None:
            continue
        has_arrays = any(isinstance(part, Apply) and part.function == "list" for part in parts(tree))
        for product in PRODUCTS if has_arrays else PRODUCTS[:1]:
            yield tree, product


def _attempt(
    tree: Tree,
    claims: list[tuple[Number, int]],
    formula: tuple[int, int],
    is_rounded: Callable[[Number], bool],
    product: str,
) -> list[Check]:
    middles = worked = _flat(worked_out(tree, lambda number: _interval(number, False), product))
    if any(is_rounded(leaf) for leaf in leaves(tree) if isinstance(leaf, Number)):
        worked = _flat(worked_out(tree, lambda number: _interval(number, is_rounded(number)), product))
    if len(worked) != len(claims):
        raise NotArithmeticError
    return [_check(*each, formula) for each in zip(claims, worked, middles)]


def _flat(worked: Any) -> list[Any]:
    return list(np.ravel(worked)) if isinstance(worked, np.ndarray) else [worked]


def _check(claim: tuple[Number, int], worked: Any, middle: Any, formula: tuple[int, int]) -> Check:
    number, sign = claim
    bounds, exact = intervals.as_interval(worked), intervals.as_interval(middle).lo
    value, unit = sign * value_of(number), unit_of(number)
    noise = 1e-9 * max(unit, abs(exact)) if math.isfinite(exact) else 0.0
    if bounds.lo - unit / 2 - noise <= value <= bounds.hi + unit / 2 + noise:
        verdict = RIGHT
    elif bounds.lo - unit + noise < value < bounds.hi + unit - noise:
        verdict = ROUNDING
    else:
        verdict = SLIP
    in_full = bounds.hi - bounds.lo <= noise and abs(value - exact) <= noise
    return Check(number.start, number.end, ("-" if sign < 0 else "") + number.written, exact, verdict, formula, in_full)


def _results(chain: Chain) -> Iterator[Number]:
    """The numbers that a chain worked out: literals after a formula, or after ≈."""
    for source, member in itertools.pairwise(chain.members):
        worked = isinstance(source.tree, Apply) and not is_literal(source.tree)
        if member.is_literal and member.tree is not None and (worked or member.relation == "≈"):
            numbers = (number for number, _ in literal_numbers(member.tree))
            yield from (n for n in numbers if n.written != "1" or member.relation == "≈")  # else that of 1 - a


def _interval(number: Number, is_rounded: bool) -> Interval:
    return intervals.around(value_of(number), unit_of(number) / 2 if is_rounded else 0.0)
