"""Formulas as trees: numbers with their places, names, and operations of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tinygrad_notes.reading.tokens import Token


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


def parsed(tokens: Sequence[Token], sums: bool = False) -> Tree | None:
    """The tree of a member, or None where it is no formula that the grammar knows.

    Args:
        tokens: of the member.
        sums: whether sums over an index are read too: no number comes of them, for a note leaves their ends open.
    """
    from tinygrad_notes.reading.parsing import parse  # loads lark

    return parse(tokens, sums)


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
    return [leaf.name for leaf in leaves(tree) if isinstance(leaf, Name)]


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


def renamed(tree: Tree, rename: Callable[[Tree], Tree | None]) -> Tree:
    """The formula with every part for which `rename` gives another one replaced, from the outside in."""
    other = rename(tree)
    if other is not None:
        return other
    if isinstance(tree, Apply):
        return Apply(tree.function, tuple(renamed(operand, rename) for operand in tree.operands))
    return tree
