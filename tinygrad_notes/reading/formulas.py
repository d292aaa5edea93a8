"""Formulas as trees: numbers with their places, names, and operations of them."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeGuard


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, with its place in the note."""

    written: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name in plain letters."""

    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation or function of operands: "+", "*", "⊙", "^", "T", "list", "element", "sigmoid", "sigmoid'" …"""

    function: str
    operands: tuple[Tree, ...]


Tree = Number | Name | Apply
SUM = "Σ_"
"""How the function begins that is a sum over the indices behind it: Σ_i, Σ_ij; Σ_ alone is one over all there are."""
CONSTANTS = {"e": math.e, "π": math.pi, "pi": math.pi}
ROWS = {"+": "add", "-": "subtract", "*": "multiply", "⊙": "multiply", "/": "divide", "^": "pow", "ln": "log"}
"""The operations of the table under the names that the grammar gives them, where these differ."""


def parts(tree: Tree) -> Iterator[Tree]:
    """The formula and all formulas in it, from left to right."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Apply):
            waiting.extend(reversed(node.operands))


def leaves(tree: Tree) -> Iterator[Number | Name]:
    """The numbers and names of a formula, from left to right."""
    return (part for part in parts(tree) if not isinstance(part, Apply))


def names(tree: Tree) -> list[str]:
    return [part.name for part in parts(tree) if isinstance(part, Name)]


def has_names(tree: Tree) -> bool:
    """Whether a quantity is named in the formula, and not only constants."""
    return any(name not in CONSTANTS for name in names(tree))


def is_literal(tree: Tree) -> bool:
    """Whether the formula is a number with its sign, or an array of such: what a page claims or is given."""
    match tree:
        case Number():
            return "/" not in tree.written
        case Apply("-", (operand,)):
            return isinstance(operand, Number) and is_literal(operand)
        case Apply("list", operands):
            return all(map(is_literal, operands))
        case _:
            return False


def is_constant(tree: Tree) -> bool:
    """Whether the formula is a number that a note may give: a literal, or one with fractions of whole numbers."""
    if isinstance(tree, Apply) and tree.function in ("list", "-") and not is_fraction(tree):
        return all(map(is_constant, tree.operands)) and (tree.function == "list" or len(tree.operands) == 1)
    return isinstance(tree, Number) or is_fraction(tree)


def is_fraction(tree: Tree) -> bool:
    """Whether the formula is one whole number over another, with its sign."""
    match tree:
        case Apply("-", (operand,)):
            return is_fraction(operand)
        case Apply("/", (Number(above), Number(below))):
            return above.isdigit() and below.isdigit() and int(below) > 0
        case Number(written):
            return "/" in written
    return False


def in_decimals(fraction: Tree | None, start: int = 0, end: int = 0) -> Tree:
    """A fraction of whole numbers, or each of a list, as a number with so many decimals that it counts as exact.

    Args:
        fraction: one, a number, or a list of such.
        start: where the fraction begins in the note.
        end: where it ends.
    """
    match fraction:
        case Apply("-", (operand,)):
            return Apply("-", (in_decimals(operand, start, end),))
        case Apply("/", (Number(above), Number(below))):
            return Number(f"{int(above) / int(below):.12f}", start, end)
        case Number():
            return Number(f"{value_of(fraction):.12f}", start, end)
        case Apply("list", operands):
            return Apply("list", tuple(in_decimals(operand, start, end) for operand in operands))
    raise ValueError(f"{fraction} is no fraction")


def is_list(tree: Tree) -> TypeGuard[Apply]:
    return isinstance(tree, Apply) and tree.function == "list"


def is_vector(tree: Tree) -> TypeGuard[Apply]:
    """Whether the formula is a list of numbers with their signs."""
    return is_list(tree) and is_literal(tree) and not any(map(is_list, tree.operands))


def renamed(tree: Tree, rename: Callable[[Tree], Tree | None]) -> Tree:
    """The formula with every part for which `rename` gives another one replaced, from the outside in."""
    other = rename(tree)
    if other is not None:
        return other
    if isinstance(tree, Apply):
        return Apply(tree.function, tuple(renamed(operand, rename) for operand in tree.operands))
    return tree


# Numbers as written ------------------------------------------------------------------------------------


def value_of(number: Number) -> float:
    above, slash, below = number.written.partition("/")
    return float(above) / float(below) if slash else float(above)


def unit_of(number: Number) -> float:
    """One unit of the last digit written: 0.01 for 0.50, 1 for 3."""
    return _unit(number.written)


@functools.lru_cache(maxsize=10_000)  # a note writes each number of its own several times
def _unit(written: str) -> float:
    return float(Decimal(1).scaleb(int(Decimal(written).as_tuple().exponent)))


def literal_numbers(tree: Tree, sign: int = 1) -> list[tuple[Number, int]]:
    """The numbers of a literal, row after row, each with its sign."""
    if isinstance(tree, Number):
        return [(tree, sign)]
    if isinstance(tree, Name):
        return []
    inner = -sign if tree.function == "-" else sign
    return [pair for operand in tree.operands for pair in literal_numbers(operand, inner)]
