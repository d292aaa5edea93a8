"""Formulas in a line of text: where one begins and ends among words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tinygrad_notes.reading.notation import UNITS
from tinygrad_notes.reading.pieces import ROW, Piece
from tinygrad_notes.reading.tokens import Token

OPENING = frozenset(["LPAR", "LSQB", "LBRACE", "BEGIN"])
CLOSING = frozenset(["RPAR", "RSQB", "RBRACE", "END"])
_OPERAND_ENDS = frozenset(["NUMBER", "NAME", "RPAR", "RSQB", "RBRACE", "END", "TRANSPOSE", "RAISED"])
_OPERAND_STARTS = frozenset(["NUMBER", "NAME", "FUNCTION", "LPAR", "LSQB", "FRAC", "ROOT", "BEGIN", "BAR"])


def prose_runs(tokens: Sequence[Token], piece: Piece) -> Iterator[list[Token]]:
    """A line of text in runs that may be formulas: cut between words, at stops and at signs of no formula."""
    run: list[Token] = []
    for position, token in enumerate(tokens):
        before = run[-1] if run else None
        is_cut = token.type in ("UNKNOWN", "BREAK") or (token.type == "COMMA" and not _open_brackets(run))
        words = before is not None and _words_meet(before, token, piece.kind) and not _is_factor(run, tokens, position)
        if token.type == "UNKNOWN" and before is not None and before.type != "RELATION" and not token.spaced:
            run = []  # part of a word or a formula that is not known: what stands before it alone may mislead
        elif (is_cut or (words and not _open_brackets(run))) and run:
            yield from _formula_run(run, piece)
            run = []
        if not is_cut:
            run.append(token)
    if run:
        yield from _formula_run(run, piece)


def _words_meet(before: Token, token: Token, kind: str) -> bool:
    """Whether two operands stand beside each other as words do; in a table's cell single letters are factors."""
    if not (before.type in _OPERAND_ENDS and token.type in _OPERAND_STARTS and token.spaced):
        return False
    return kind != ROW or any(other.type == "NAME" and other.value[:2].isalpha() for other in (before, token))


def _is_factor(run: Sequence[Token], tokens: Sequence[Token], position: int) -> bool:
    """Whether a name behind a number multiplies it, or is its unit: 0.5 x + 1, 350 W · 3 h = 1050."""
    if run[-1].type != "NUMBER" or tokens[position].type != "NAME" or position + 1 >= len(tokens):
        return False
    types = [token.type for token in run]
    following = tokens[position + 1].type
    if following in _OPERATORS:
        return "RELATION" in types or not _OPERATORS.isdisjoint(types)
    since = types[::-1].index("RELATION") if "RELATION" in types else len(types)
    worked = not _OPERATORS.isdisjoint(types[len(types) - since :])
    return following == "RELATION" and worked and tokens[position].value in UNITS


_OPERATORS = frozenset(["ADD", "SUB", "TIMES", "OVER", "POWER"])


def _formula_run(run: list[Token], piece: Piece) -> Iterator[list[Token]]:
    """The run without stray brackets at its ends, if it holds a relation and no words change what it says."""
    while run and run[0].type in CLOSING:
        run = run[1:]
    if _open_brackets(run) and run[0].type in OPENING:
        run = run[1:]
    while run and _open_brackets(run) < 0 and run[-1].type in CLOSING:
        run = run[:-1]
    if not any(token.type == "RELATION" for token in run):
        return
    words = piece.text[: run[0].start - piece.start].lower()
    if not _OF_ANOTHER.search(words[-40:]):
        yield run


_OF_ANOTHER = re.compile(
    r"(gradient|derivative|slope|partial|change|w\u200b?\.?r\u200b?\.?t|respect to|derivada|gradiente|导数|梯度)"
    r"\W*[\w\u200b.]*\W*$"
)
"""Words after which a name stands for something else: "gradient w.r.t. W1 = …" says nothing of W1."""


def _open_brackets(tokens: Sequence[Token]) -> int:
    return sum((token.type in OPENING) - (token.type in CLOSING) for token in tokens)
