"""What kinds of mistakes in any formula are made of: its parts, taken apart, and the table where each kind stands."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from tinygrad_notes.names import split_index
from tinygrad_notes.number_systems.symbols import text
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.value import Value, as_value
from tinygrad_notes.worked.formulas import formula, label_of, number
from tinygrad_notes.worked.kinds import Changes
from tinygrad_notes.worked.sites import Change, Site, called

EXPRESSION_KINDS: list[tuple[str, Changes]] = []
"""Every kind of mistake in a formula that is no network's, with the words in which it is reported."""
MOST_FACTORS = 5
"""How many factors or terms are looked at in every way."""
_LONGEST = 40  # letters of a part that is named


def expression_mistake(kind: str) -> Callable[[Changes], Changes]:
    """Register a function from a `Site` to the `Change`s by which that kind of mistake can be made in any formula.

    Where several parts of a formula are alike, as the squares of Σ(aᵢ - yᵢ)², the mistake may be made in all of them.
    """

    def register(changes: Changes) -> Changes:
        EXPRESSION_KINDS.append((kind, lambda site: _everywhere(changes(site))))
        return changes

    return register


def _everywhere(changes: Iterable[Change]) -> Iterator[Change]:
    alike: dict[tuple[str, int], list[Change]] = defaultdict(list)
    made: Counter[Value] = Counter()
    for change in changes:
        yield change
        if len(change.taken) == 1:
            [node] = change.taken
            if not node.label:
                alike[skeleton(node), made[node]].append(change)
                made[node] += 1
    for some in alike.values():
        if len(some) > 1:
            yield Change(
                f"{some[0].detail}, everywhere", {node: to for change in some for node, to in change.taken.items()}
            )


def skeleton(node: Value) -> str:
    """How a part of a formula is made, whichever elements it reads: alike for all terms of Σ(aᵢ - yᵢ)²."""
    if node.label:
        return split_index(str(node.label))[0]
    if node.operation is CONSTANT or not node.operands:
        return number(node.data)
    return f"{maker(node)}({','.join(map(skeleton, node.operands))})" if len(node.operands) < 4 else maker(node)


def maker(node: Value) -> str:
    """The name of the operation that made a part; nothing for a number that is given."""
    return node.operation.name if node.operation is not None else ""


def parts_made_by(site: Site, *operations: str) -> Iterator[tuple[str, Value, tuple[Value, ...]]]:
    """The parts of a formula that some operations made: which, the part, and what it reads."""
    for node in site.formula():
        if (made_by := maker(node)) in operations:
            yield made_by, node, node.operands


def said(node: Value) -> str:
    """What a part of a formula is called in a sentence."""
    if node.label:
        return called(node)
    if node.operation is CONSTANT or not node.operands:
        return number(node.data)
    written = text(formula(node, lambda value: str(label_of(value))))  # a label may be a number
    return written if len(written) <= _LONGEST else f"{written[: _LONGEST - 2]} …"


def sides(product: Value) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """The two sides of a dot product."""
    half = len(product.operands) // 2
    return product.operands[:half], product.operands[half:]


class Product(NamedTuple):
    """A product in a formula, taken apart.

    Attributes:
        node: the part of the formula that it is.
        number: the numbers in it, multiplied together.
        factors: the others, each with whether it stands below the fraction line.
    """

    node: Value
    number: float
    factors: tuple[tuple[Value, bool], ...]

    def of(self, factors: Iterable[tuple[Value, bool]], number: float) -> Value:
        """The product of some factors and a number."""
        total: Value | float = number
        for factor, is_below in factors:
            plain = not isinstance(total, Value) and total == 1.0 and not is_below
            total = factor if plain else total / factor if is_below else total * factor
        return as_value(total)

    def without(self, place: int) -> tuple[tuple[Value, bool], ...]:
        """The factors but for one."""
        return self.factors[:place] + self.factors[place + 1 :]


def products(site: Site) -> Iterator[Product]:
    """The products in a formula that are no part of a larger one."""
    return products_in(site.formula())


def products_in(nodes: Iterable[Value]) -> Iterator[Product]:
    """The products among some parts of a formula, of which the larger come first; no part of a larger one alone."""
    inside: set[Value] = set()
    for node in nodes:
        if maker(node) in ("multiply", "divide", "negative") and node not in inside:
            parts = list(_factors(node, False, inside))
            numbers = [
                1.0 / part.data if below else part.data for part, below in parts if _is_number(part) and part.data
            ]
            others = tuple(pair for pair in parts if not _is_number(pair[0]))
            yield Product(node, math.prod(numbers), others)


def _factors(node: Value, below: bool, inside: set[Value]) -> Iterator[tuple[Value, bool]]:
    for position, part in enumerate(node.operands):
        is_below = below != (maker(node) == "divide" and position == 1)
        if maker(part) in ("multiply", "divide", "negative") and not part.label:
            inside.add(part)
            yield from _factors(part, is_below, inside)
        else:
            yield part, is_below
    if maker(node) == "negative":
        yield as_value(-1.0), False


def _is_number(node: Value) -> bool:
    return node.operation is CONSTANT


def from_one(node: Value) -> Value | None:
    """What a part 1 - a takes from 1, or a line of the page that works it out; None for anything else."""
    if maker(node) != "subtract":
        return None
    one, a = node.operands
    return a if _is_number(one) and one.data == 1.0 else None


def same(one: Value, other: Value) -> bool:
    """Whether two parts of a formula are written the same."""
    if one is other or one.label or other.label:
        return one is other
    if _is_number(one) and _is_number(other):
        return one.data == other.data
    alike = maker(one) == maker(other) != "" and len(one.operands) == len(other.operands)
    return alike and all(map(same, one.operands, other.operands))


def add_up_to_one(one: Value, other: Value) -> bool:
    """Whether two parts are a and 1 - a, whose sum says nothing."""
    first, second = from_one(one), from_one(other)
    return (first is not None and same(first, other)) or (second is not None and same(second, one))
