"""Arithmetic that needs no knowledge: a member of numbers alone, worked out and held against what stands after it.

The numbers put in may have been rounded before, so a result may differ by what that rounding can cause: each number
that the note itself worked out is taken as all that rounds to it. Numbers that were given are exact.

Reference: interval arithmetic as in Moore, Kearfott, Cloud, Introduction to Interval Analysis, SIAM 2009.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygrad_notes.number_systems import intervals
from tinygrad_notes.number_systems.intervals import Interval
from tinygrad_notes.operations import operation
from tinygrad_notes.reading.chains import Chain, Member
from tinygrad_notes.reading.formulas import (
    CONSTANTS,
    Apply,
    Name,
    Number,
    Tree,
    is_literal,
    literal_numbers,
    parts,
    unit_of,
    value_of,
)

RIGHT, ROUNDING, SLIP = "right", "rounding", "slip"
PRODUCTS: dict[str, Callable[[Any, Any], Any]] = {
    "element by element": np.multiply, "of matrices": np.matmul, "outer": np.multiply.outer,
}  # fmt: skip
"""What `*` between two arrays can mean on a page; the one that gives the page's number is taken."""

_LARGEST = 10_000  # elements of an array
_MOST_PRODUCTS = 10_000  # numbers multiplied in one product of arrays: two matrices of 21 rows and columns


class NotArithmeticError(Exception):
    """A formula with a name, a function or shapes that arithmetic alone does not know."""


@dataclass(frozen=True, slots=True)
class Check:
    """One number that a note claims, held against the arithmetic before it.

    Attributes:
        start, end: where the claimed number stands.
        claimed: as it is written, with its sign.
        worked: what comes out of the numbers put in.
        verdict: "right", "rounding" for a last digit that was cut, or "slip".
        formula: the place, start and end, of the arithmetic.
        exact: whether nothing was rounded: the number is what comes out, and no number put in was rounded.
    """

    start: int
    end: int
    claimed: str
    worked: float
    verdict: str
    formula: tuple[int, int]
    exact: bool


def checked(chains: Iterable[Chain]) -> Iterator[Check]:
    """Hold all chains of a note against themselves; what one of them rounded is rounded in those behind it."""
    rounded: set[str] = set()
    for chain in chains:
        found = list(checks(chain, lambda number: number.written in rounded))
        yield from found
        exact = {check.start for check in found if check.exact}
        rounded.update(number.written for number in _results(chain) if number.start not in exact)


def checks(chain: Chain, is_rounded: Callable[[Number], bool]) -> Iterator[Check]:
    """Hold each member of numbers alone against the next one that claims a number."""
    for source, member in itertools.pairwise(_readable(chain)):
        if source.tree is not None and member.tree is not None and member.is_literal and not source.is_literal:
            formula = (source.start, source.end)
            try:
                yield from _held(source, literal_numbers(member.tree), formula, is_rounded)
            except NotArithmeticError:
                continue


def _readable(chain: Chain) -> list[Member]:
    """The members that were read: what is equal to an unread one is equal to the one behind it too."""
    if any(member.relation == "→" for member in chain.members):
        return list(chain.members)
    return [member for member in chain.members if member.tree is not None]


def held_against(formula: Tree, claim: Tree) -> list[Check]:
    """Hold a formula of numbers, any of which may have been rounded, against what is claimed of it.

    Raises NotArithmeticError for what arithmetic alone does not know.
    """
    source = Member(formula, "", 0, 0)
    return _held(source, literal_numbers(claim), (0, 0), lambda number: "." in number.written)


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
        found = _attempt(source, claims, (0, 0), lambda _: False, np.multiply)
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
        try:
            attempts.append(_attempt(tree, claims, formula, is_rounded, product))
        except NotArithmeticError:
            continue
    if not attempts:
        raise NotArithmeticError
    return min(attempts, key=_wrong)


def _ways(source: Member) -> Iterator[tuple[Tree, Callable[[Any, Any], Any]]]:
    """The readings of a member: of its division, and of its products where it has arrays."""
    for tree in (source.tree, source.other):
        if tree is None:
            continue
        has_arrays = any(isinstance(part, Apply) and part.function == "list" for part in parts(tree))
        for product in PRODUCTS.values() if has_arrays else [np.multiply]:
            yield tree, product


def _attempt(
    tree: Tree,
    claims: list[tuple[Number, int]],
    formula: tuple[int, int],
    is_rounded: Callable[[Number], bool],
    product: Callable[[Any, Any], Any],
) -> list[Check]:
    worked = _flat(worked_out(tree, lambda number: _interval(number, is_rounded(number)), product))
    middles = _flat(worked_out(tree, lambda number: _interval(number, False), product))
    if len(worked) != len(claims):
        raise NotArithmeticError
    return [_check(*each, formula) for each in zip(claims, worked, middles)]


def _flat(worked: Any) -> list[Any]:
    return list(np.ravel(worked)) if isinstance(worked, np.ndarray) else [worked]


def _wrong(held: Sequence[Check]) -> int:
    return sum(check.verdict != RIGHT for check in held)


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


# Working a formula out ----------------------------------------------------------------------------------


def worked_out(tree: Tree, of: Callable[[Number], Interval], product: Callable[[Any, Any], Any] = np.multiply) -> Any:
    """The formula over intervals: an Interval, or an object array of them.

    Raises NotArithmeticError for names other than e and π, unknown functions and shapes that do not fit.
    """
    if isinstance(tree, Number):
        return of(tree)
    if isinstance(tree, Name):
        if tree.name not in CONSTANTS:
            raise NotArithmeticError
        return intervals.as_interval(CONSTANTS[tree.name])
    operands = [worked_out(operand, of, product) for operand in tree.operands]
    try:
        return _applied(tree, operands, product)
    except (ValueError, TypeError, KeyError) as problem:
        raise NotArithmeticError from problem


def _applied(tree: Apply, operands: list[Any], product: Callable[[Any, Any], Any]) -> Any:
    name = tree.function
    if name == "list":
        return _array(operands)
    if name in ("+", "-", "*", "⊙", "⊗", "@", "/"):
        return _arithmetic(name, operands, product)
    if name == "T":
        return np.transpose(operands[0])
    if name in ("sum", "mean"):
        numbers = [number for operand in operands for number in np.ravel(operand)]
        return intervals.total(numbers) if name == "sum" else intervals.divide(intervals.total(numbers), len(numbers))
    if name == "norm":
        return operation("sqrt").read(intervals)[0](intervals.total([x * x for x in np.ravel(operands[0])]))
    if name in ("max", "min"):
        numbers = [number for operand in operands for number in np.ravel(operand)]
        return functools.reduce(operation(f"{name}imum").read(intervals)[0], numbers)
    row = name.rstrip("'")
    forward, slopes = operation(_ROWS.get(row, row)).read(intervals)
    return _over(forward if row == name else lambda x: slopes(x, forward(x))[0], operands)


def _arithmetic(name: str, operands: list[Any], product: Callable[[Any, Any], Any]) -> Any:
    if len(operands) == 1:
        return np.negative(operands[0]) if name == "-" else operands[0]
    arrays = sum(isinstance(operand, np.ndarray) for operand in operands)
    if arrays == 2 and _products(*operands) > _MOST_PRODUCTS and name not in ("+", "-"):
        raise ValueError("a product larger than any worked by hand")
    if name == "*" and arrays == 2:
        return product(*operands)
    return (_OF_ARRAYS if arrays or name not in _OF_NUMBERS else _OF_NUMBERS)[name](*operands)


def _products(left: Any, right: Any) -> int:
    """How many products of numbers the product of two arrays takes, whichever of them it is."""
    return int(left.size) * int(right.shape[-1])


_OF_ARRAYS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "⊙": np.multiply, "/": np.true_divide, "@": np.matmul,
    "⊗": np.multiply.outer,
}  # fmt: skip
_OF_NUMBERS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "⊙": operator.mul, "/": operator.truediv,
}  # fmt: skip
"""The same for two numbers, which NumPy takes ten times as long for."""


def _over(rule: Callable[..., Any], operands: list[Any]) -> Any:
    if not any(isinstance(operand, np.ndarray) for operand in operands):
        return rule(*operands)
    return np.frompyfunc(rule, len(operands), 1)(*operands)


def _array(parts: list[Any]) -> Any:
    array = np.empty((len(parts), *np.shape(parts[0])), dtype=object)
    if array.size > _LARGEST:
        raise ValueError("an array larger than any worked by hand")
    for at, part in enumerate(parts):
        array[at] = part
    return array


_ROWS = {"ln": "log", "^": "pow", "abs": "abs"}
"""The operations of the table under the names that the grammar gives them, where these differ."""
