"""One token of mathematics, and brackets among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

OPENING = frozenset(["LPAR", "LSQB", "LBRACE", "BEGIN"])
CLOSING = frozenset(["RPAR", "RSQB", "RBRACE", "END"])
"""The types of brackets, the beginning and the end of a matrix among them."""
STEPS = dict.fromkeys(OPENING, 1) | dict.fromkeys(CLOSING, -1)
"""By the type of a bracket, by how much deeper what follows lies."""

BRANCHES = "\\begin{cases}"
"""Stands for what a formula may be, each with its condition, which is not read."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its type, what it means, and its place in the note.

    Attributes:
        type: NUMBER, NAME, FUNCTION, RELATION, ADD, SUB, TIMES, OVER, POWER, TRANSPOSE, PRIME, a bracket, COMMA,
            CELL and ROW inside matrices, BEGIN and END of one, FRAC, ROOT, SUM over its indices, EVALUATED for a
            derivative at a point, BREAK where another statement begins, or UNKNOWN.
        value: a number as written, a plain name, an operator.
        start, end: its place, in characters from the start of the note.
        spaced: whether a blank stands before it.
        called: whether it is a derivative that is written as a call, f'(x).
    """

    type: str
    value: str
    start: int
    end: int
    spaced: bool = False
    called: bool = False


def closed_at(tokens: Sequence[Token]) -> dict[int, int]:
    """Where each bracket that is closed is closed, by where it is opened."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for at, token in enumerate(tokens):
        step = STEPS.get(token.type, 0)
        if step > 0:
            opened.append(at)
        elif step < 0 and opened:
            ends[opened.pop()] = at
    return ends


def past_group(tokens: Sequence[Token], at: int = 0) -> int:
    """Past one token, or past all to the bracket that closes it, or to the end."""
    depth = 0
    for end in range(at, len(tokens)):
        depth += STEPS.get(tokens[end].type, 0)
        if depth <= 0:
            return end + 1
    return max(at, len(tokens))
