"""The numbers put into a formula, checked against the quantities that they stand for.

    z = w_1 x_1 + b = 0.5 · 2 + 0.3        0.5 stands for w1, 2 for x1, 0.3 for b

Sums are taken term by term and products factor by factor, so that `a - 0.2` may stand for `a + b` where b is -0.2,
and the factors of a product may change places. Where formula and numbers differ in more than numbers, there is no mark.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tinygrad_notes.reading.chains import Chain
from tinygrad_notes.reading.formulas import (
    CONSTANTS,
    Apply,
    Name,
    Number,
    Tree,
    has_names,
    is_literal,
    literal_numbers,
    unit_of,
    value_of,
)
from tinygrad_notes.reading.numbers_on_page import Page, kind_of


@dataclass(frozen=True, slots=True)
class WrongNumber:
    """A number that was put in for a quantity with another number.

    Attributes:
        number, sign: what was put in.
        name: the quantity that it stands for.
        right: the number that the page has for it.
        cause: where the wrong number comes from, in words.
    """

    number: Number
    sign: int
    name: str
    right: float
    cause: str


def put_in(chain: Chain) -> Apply | None:
    """The first member of numbers alone, of a chain that ends in a number."""
    if not chain.members[-1].is_literal:
        return None
    trees = (member.tree for member in chain.members if not member.is_literal)
    return next((tree for tree in trees if isinstance(tree, Apply) and not has_names(tree)), None)


def wrong_numbers(formula: Tree, numbers: Tree, page: Page) -> list[WrongNumber]:
    """The numbers that differ from the quantities they stand for; none if formula and numbers differ in structure."""
    try:
        return [wrong for pairs in _paired(formula, numbers, page) for wrong in _held(pairs, page)]
    except _UnlikeError:
        return []


def fits(formula: Tree, numbers: Tree, page: Page) -> bool:
    """Whether `numbers` is the formula with each name's number on the page in its place."""
    try:
        return all(_agrees(term, page) for term in _paired(formula, numbers, page))
    except _UnlikeError:
        return False


def _agrees(term: _Term, page: Page) -> bool:
    return all(pair.known for pair in term.pairs) and not any(_held(term, page))


class _UnlikeError(Exception):
    """The formula and the numbers differ in more than numbers."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """A quantity, its number on the page if there is one, and the number put in for it."""

    name: str
    known: tuple[Number, int] | None
    number: Number
    sign: int


@dataclass(frozen=True, slots=True)
class _Term:
    """The pairs of one product, and whether a minus stands before formula and numbers; 0 where no sign matters."""

    pairs: list[_Pair]
    sign: int


Factors = tuple[int, list[Tree]]


def _paired(formula: Tree, numbers: Tree, page: Page) -> Iterator[_Term]:
    """The quantities and numbers of each term, and of those inside functions."""
    terms, others = list(_terms(formula, page)), list(_terms(numbers, page))
    if len(terms) != len(others):
        raise _UnlikeError
    for (sign, factors), (other_sign, put) in zip(terms, others, strict=True):
        if len(factors) != len(put):
            raise _UnlikeError
        pairs: list[_Pair] = []
        for factor, number in zip(factors, put, strict=True):
            if isinstance(factor, Name) and factor.name not in CONSTANTS:
                pairs += _of_name(factor.name, number, page)
            else:
                yield from _inner(factor, number, page)
        yield _Term(pairs, sign * other_sign)


def _terms(tree: Tree, page: Page) -> Iterator[Factors]:
    """A sum as its terms, each a sign and factors; a product of two vectors as the sum that it stands for."""
    waiting: list[tuple[int, Tree]] = [(1, tree)]  # the next one last: a long sum is deep
    while waiting:
        sign, part = waiting.pop()
        if isinstance(part, Apply) and part.function in ("+", "-"):
            *left, right = part.operands
            waiting.append((-sign if part.function == "-" else sign, right))
            waiting += [(sign, operand) for operand in left]
        else:
            yield from ((sign * inner, factors) for inner, factors in _products(part, page))


def _products(tree: Tree, page: Page) -> Iterator[Factors]:
    if isinstance(tree, Apply) and tree.function in ("*", "@") and all(isinstance(o, Name) for o in tree.operands):
        vectors = [(operand.name, page.of(operand.name)) for operand in tree.operands if isinstance(operand, Name)]
        length = len(vectors[0][1])
        if length > 1 and all(len(numbers) == length for _, numbers in vectors):
            for at in range(length):
                yield 1, [Name(f"{name}[{at}]") for name, _ in vectors]
            return
    yield _factors(tree)


def _factors(tree: Tree) -> Factors:
    sign, factors, waiting = 1, list[Tree](), [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Apply) and part.function in ("*", "⊙", "@"):
            waiting += reversed(part.operands)
        elif isinstance(part, Apply) and part.function == "-" and len(part.operands) == 1:
            sign = -sign
            waiting += part.operands
        else:
            factors.append(part)
    return sign, factors


def _of_name(name: str, number: Tree, page: Page) -> Iterator[_Pair]:
    """The pairs of a name with the number, or the array of them, that stands for it."""
    if not is_literal(number):
        raise _UnlikeError
    put = literal_numbers(number)
    base, _, index = name.partition("[")
    known = page.of(base)
    if index:
        known = known[int(index[:-1]) :][:1]
    if known and len(known) != len(put):
        raise _UnlikeError
    for at, (written, sign) in enumerate(put):
        label = name if len(put) == 1 else f"{name}[{at}]"
        yield _Pair(label, known[at] if known else None, written, sign)


def _inner(factor: Tree, number: Tree, page: Page) -> Iterator[_Term]:
    """The terms inside a function, a power, a quotient or brackets that both have."""
    if not has_names(factor):
        if _number_of(factor) != _number_of(number):
            raise _UnlikeError
    elif (
        isinstance(factor, Apply)
        and isinstance(number, Apply)
        and (factor.function, len(factor.operands)) == (number.function, len(number.operands))
    ):
        for one, other in zip(factor.operands, number.operands, strict=True):
            terms = list(_paired(one, other, page))
            yield from (replace(term, sign=0) if _is_even(factor) and len(terms) == 1 else term for term in terms)
    else:
        raise _UnlikeError


def _is_even(tree: Apply) -> bool:
    """Whether it is a power that no sign changes."""
    exponent = tree.operands[-1]
    return tree.function == "^" and isinstance(exponent, Number) and value_of(exponent) % 2 == 0


def _number_of(tree: Tree) -> float | str | None:
    """What a constant factor is: a number, e, or a quotient such as 1/2; None for more than that."""
    match tree:
        case Number():
            return value_of(tree)
        case Name():
            return tree.name
        case Apply("/", (Number() as above, Number() as below)):
            return value_of(above) / value_of(below) if value_of(below) else None
    return None


def _held(term: _Term, page: Page) -> Iterator[WrongNumber]:
    """What of one product is wrong: a number that its quantity does not have, or the sign of the whole."""
    pairs = [pair for pair in term.pairs if pair.known is not None]
    unlike = [pair for pair in pairs if not _agree(pair, pair.number, page)]
    unlike = [pair for pair in unlike if not any(_agree(pair, other.number, page) for other in unlike)]
    for pair in unlike:
        yield _wrong(pair, term, page)
    if term.sign and not unlike and pairs and len(pairs) == len(term.pairs):
        known = math.prod(_sign(_value(pair.known)) for pair in pairs if pair.known)
        put = math.prod(_sign(pair.sign * value_of(pair.number)) for pair in pairs)
        if known and put and known != put * term.sign:
            negative = [pair for pair in pairs if pair.known and _value(pair.known) < 0] or pairs
            pair = negative[0]
            yield WrongNumber(pair.number, pair.sign, pair.name, _right(pair), "its sign was lost")


def _agree(pair: _Pair, number: Number, page: Page) -> bool:
    """Whether a number is, but for its sign, the one of the page for that quantity or the right one, rounded."""
    if pair.known is None:
        return True
    known, put = pair.known[0], abs(value_of(number))
    if put == value_of(known):
        return True
    if _is_of_before(pair, number, page):
        return False  # however well its rounding would explain it
    half = max(unit_of(number), unit_of(known)) / 2 * (1 + 1e-9)
    return any(abs(put - abs(right)) <= half for right in (value_of(known), *page.right.get(known.start, ())))


def _is_of_before(pair: _Pair, number: Number, page: Page) -> bool:
    return value_of(number) in page.before.get(pair.name.partition("[")[0], ())


def _wrong(pair: _Pair, term: _Term, page: Page) -> WrongNumber:
    sign = pair.sign * (term.sign or 1 if len(term.pairs) == 1 else 1)
    return WrongNumber(pair.number, pair.sign, pair.name, _right(pair), _cause(pair, sign, page))


def _cause(pair: _Pair, sign: int, page: Page) -> str:
    """Where a wrong number comes from: another version of the same quantity, or another quantity of its kind."""
    put = value_of(pair.number)
    base = pair.name.partition("[")[0]
    if _is_of_before(pair, pair.number, page):
        return f"that is the {base} of before"
    if put and (like := page.holder(put, base, kind_of(base))):
        return f"{put:g} belongs to {like}"
    other = page.holder(put, base) if put else ""
    return f"{sign * put:g} is {other}" if other else ""


def _right(pair: _Pair) -> float:
    return math.nan if pair.known is None else _value(pair.known)


def _value(known: tuple[Number, int]) -> float:
    return known[1] * value_of(known[0])


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)
