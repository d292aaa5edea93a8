"""Lines of text that go on: a formula on paper is often longer than a line.

A line goes on where a bracket is open or an operator stands last, and where the next one begins with a relation, or
with a plus behind an unfinished formula. A minus or a star there may be a bullet, and joins nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tinygrad_notes.reading.piece import LINE, MATHS, NEW_LINE, Piece, in_order
from tinygrad_notes.reading.token import Token

_MOST_LINES = 20  # in one formula
_MOST_TOKENS = 1_000  # of a formula that goes on in other marks
_LEADS = re.compile(r"\s*(?:=(?!=)|＝|≈|≃|:=|→|⇒|[-=]>|\\approx\b|\\to\b|\\Rightarrow\b)")
_PLUS = re.compile(r"\s*\+\s*[\w(\[−-]")
_ENDS_OPEN = re.compile(r"(?:[\w)\]][ \t]*[-+*/·×⋅−]|[=≈→]|\\approx|\\cdot|\\times)\s*\Z")
_UNFINISHED = re.compile(r"[=≈][^=≈]*[^\W\d_eE][^=≈]*\Z|[=≈][^=≈]*[\w)\]]\s*[-+*/·×⋅−][^=≈]*\Z")


def joined(pieces: Sequence[Piece], text: str) -> list[Piece]:
    """The pieces of a note, in their order, with the lines of text that belong together as one."""
    rest = [piece for piece in pieces if piece.kind != LINE]
    return in_order([*rest, *_whole(pieces, text)])


def _whole(pieces: Sequence[Piece], text: str) -> Iterator[Piece]:
    held, count = None, 0
    for piece in pieces:
        if piece.kind != LINE:
            continue
        if held is not None and count < _MOST_LINES and _goes_on(held, piece, text):
            between = text[held.end : piece.start]
            plus = text[piece.start : piece.end] if _PLUS.match(text, piece.start) else piece.text
            held, count = Piece(LINE, held.text + between.replace("\n", NEW_LINE) + plus, held.start), count + 1
        else:
            if held is not None:
                yield held
            held, count = piece, 1
    if held is not None:
        yield held


def _goes_on(line: Piece, following: Piece, text: str) -> bool:
    between = text[line.end : following.start]
    if between.strip() or between.count("\n") != 1:
        return False
    if "=" not in line.text and "≈" not in line.text and "[" not in line.text:
        return bool(_LEADS.match(following.text)) and bool(line.text.strip())
    if _ENDS_OPEN.search(line.text) or _LEADS.match(following.text):
        return True
    if sum(map(line.text.count, "([")) > sum(map(line.text.count, ")]")):
        return True
    return _PLUS.match(text, following.start) is not None and _UNFINISHED.search(line.text) is not None


# Formulas in marks ------------------------------------------------------------------------------------

_MARKUP = " \t\r\n$`*_|>\\[("


def with_formulas_that_go_on(
    read: Iterable[tuple[Piece, list[Token]]], text: str
) -> Iterator[tuple[Piece, list[Token]]]:
    """The pieces, with a formula in marks that begins with a relation as the end of the one before it."""
    held: tuple[Piece, list[Token]] | None = None
    for piece, tokens in read:
        goes_on = piece.kind == MATHS and [token.type for token in tokens[:1]] == ["RELATION"]
        may_go_on = held is not None and held[0].kind == MATHS and len(held[1]) < _MOST_TOKENS
        if held is not None and goes_on and may_go_on and not is_apart(held[0].end, piece.start, text):
            whole = held[0].text + text[held[0].end : piece.start] + piece.text
            held = replace(held[0], text=whole), [*held[1], *tokens]
            continue
        if held is not None:
            yield held
        held = piece, tokens
    if held is not None:
        yield held


def is_apart(end: int, start: int, text: str) -> bool:
    """Whether more than marks stands between the end of a chain and a piece, or the piece is a part of the chain."""
    return start < end or bool(text[end:start].strip(_MARKUP))
