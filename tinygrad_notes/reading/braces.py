"""Numbers in the notes at braces: "= 1.0" below the brace under w x claims that w x is 1.0.

A whole number by itself may number the terms, and `n = 3` may count them: such notes are listed, and not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tinygrad_notes.reading.notation import NOTHING
from tinygrad_notes.reading.piece import LABEL, MATHS, Piece, blanked, in_order
from tinygrad_notes.reading.respelled import RELATION, notes_at_braces

_LONGEST = 1_000  # characters at one brace
_DEEPEST = 5  # braces in braces
_RELATION = re.compile(RELATION)
_MARKS = re.compile(
    r"\\(?:text|mathrm|mbox|textrm|textbf|textit|mathbf|small|scriptstyle)\b|[_^]|\{(?!,)|(?<!,)\}|\\[,;:!]"
)
_NUMBER = re.compile(rf"[-+−{NOTHING} \d.,{{}}]*\d[{NOTHING} ]*")
_DECIMALS = re.compile(r"\d(?:[.,]|\{,\})\d")


def with_notes_of_braces(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a note, and behind each the claims that stand at braces in it."""
    made = [piece for piece in pieces if piece.kind == MATHS and "brace" in piece.text for piece in _claims(piece)]
    return in_order([*pieces, *made]) if made else list(pieces)


def _claims(piece: Piece) -> Iterator[Piece]:
    inside: list[tuple[int, int]] = []  # where each brace begins that no later one is round, and how deep it is
    for start, end, note, last in notes_at_braces(piece.text):
        depth = 1
        while inside and inside[-1][0] >= start:
            depth = max(depth, 1 + inside.pop()[1])
        inside.append((start, depth))
        marked = piece.text[note:last]
        words = blanked(_MARKS, marked, NOTHING)
        relations = list(_RELATION.finditer(words))
        label = words[: relations[0].start()].strip(f" {NOTHING}") if relations else ""
        first = relations[-1 if label else 0].start() if relations else 0
        number = words[relations[-1].end() :] if relations else words.strip(f" {NOTHING}")
        is_number = bool(re.search(r"\d", number) if relations else _NUMBER.fullmatch(number))
        is_short = end - start <= _LONGEST and depth <= _DEEPEST
        if is_number and is_short and (_DECIMALS.search(number) or (relations and not label)):
            said = words[first:] if relations else f"={words[1:]}"
            yield Piece(MATHS, f"{piece.text[start:end]}{NOTHING * (note - end + first)}{said}", piece.start + start)
        elif is_number or _DECIMALS.search(number):  # else words
            yield Piece(LABEL, marked, piece.start + note)
