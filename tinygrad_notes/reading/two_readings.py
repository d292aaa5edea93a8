"""Divisions with two readings: `1/2(a - y)^2` is half of a square to one author, and one over twice it to another.

The usual rule, from left to right, is read first. Where the numbers fit the other one only, that is taken, and the
report says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from tinygrad_notes.reading.formulas import Tree
from tinygrad_notes.reading.parsing import parsed
from tinygrad_notes.reading.token import CLOSING, OPENING, Token

_STARTS = frozenset(["NAME", "FUNCTION", "LPAR", "FRAC", "ROOT", "BEGIN"])


def read_otherwise(tokens: Sequence[Token]) -> Tree | None:
    """The formula with all that stands side by side behind a stroke under it; None where that is no other reading.

    Example:
        >>> from tinygrad_notes.reading.tokens import tokens_of
        >>> from tinygrad_notes.reading.writing import written
        >>> written(read_otherwise(tokens_of("1/2(a - y)^2"))).text, read_otherwise(tokens_of("1/2*a"))
        ('1/(2*(a - y)^2)', None)
    """
    if not any(token.type == "OVER" for token in tokens):
        return None
    grouped = list(tokens)
    for at in reversed([at for at, token in enumerate(tokens) if token.type == "OVER"]):
        first = _operand_end(tokens, at + 1)
        last = first
        while last < len(tokens) and tokens[last].type in _STARTS:
            last = _operand_end(tokens, last)
        if last > first:
            end = tokens[last - 1].end
            grouped[last:last] = [Token("RPAR", ")", end, end)]
            grouped[at + 1 : at + 1] = [Token("LPAR", "(", tokens[at].end, tokens[at].end)]
    return parsed(grouped) if len(grouped) > len(tokens) else None


def _operand_end(tokens: Sequence[Token], at: int) -> int:
    """Where the operand that begins there ends, with its powers and what a function is applied to."""
    while at < len(tokens) and tokens[at].type in ("ADD", "SUB", "FUNCTION", "ROOT", "PRIME"):
        at += 1
    groups = 2 if at < len(tokens) and tokens[at].type == "FRAC" else 1
    at += groups == 2
    for _ in range(groups):
        at = _past_group(tokens, at)
    while at < len(tokens) and tokens[at].type in ("RAISED", "TRANSPOSE", "POWER"):
        at = _operand_end(tokens, at + 1) if tokens[at].type == "POWER" else at + 1
    return at


def _past_group(tokens: Sequence[Token], at: int) -> int:
    """Past one token, or past all to the bracket that closes it."""
    depth = 0
    while at < len(tokens):
        depth += (tokens[at].type in OPENING) - (tokens[at].type in CLOSING)
        at += 1
        if depth <= 0:
            break
    return at
