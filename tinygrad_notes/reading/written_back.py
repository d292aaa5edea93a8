"""Marks in a note: a sign beside each number, in the notation in which the number stands."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from tinygrad_notes.reading.general_formulas import GeneralMark
from tinygrad_notes.reading.judged_formulas import judged_formulas
from tinygrad_notes.reading.note_marks import NoteMark
from tinygrad_notes.reading.piece import MATHS
from tinygrad_notes.reading.respelled import SIUNITX
from tinygrad_notes.worked.verdicts import BLANK, CARRIED, MISPRINT, ROUNDING, SLIP

if TYPE_CHECKING:
    from tinygrad_notes.reading.note import Note

SIGNATURES = {
    "markdown": "<!-- marked by tinygrad-notes -->",
    "latex": "% marked by tinygrad-notes",
    "notebook": "marked by tinygrad-notes",
}
"""What a marked note says of itself, so that a later run may replace it and nothing else."""

_WRONG = frozenset([SLIP, MISPRINT, ROUNDING])
_WRONG_FORMULA = {"markdown": "✗ formula", "latex": "(wrong formula)"}
LEGEND = (
    "✓ right, (✓) wrong only because of a number above, ✗ wrong: it should be this, "
    f"{_WRONG_FORMULA['markdown']}: the formula before it is wrong"
)
LEGENDS = {
    "markdown": LEGEND, "notebook": LEGEND,
    "latex": (
        "% (right), (follows): wrong only because of a number above, (wrong: it should be this), "
        f"{_WRONG_FORMULA['latex']}: the one before it"
    ),
}  # fmt: skip
"""What the signs mean, as it stands at the end of a marked note."""


def insertions(note: Note, kind: str) -> Iterator[tuple[int, str]]:
    """Where in the note a sign goes, and the sign: ✓, or ✗ with the number that is right there, or for a formula."""
    maths = [(piece.start, piece.end) for piece in note.pieces if piece.kind == MATHS]
    commands = [found.span() for found in SIUNITX.finditer(note.text)]
    for mark in note.marks:
        in_maths = bool(_around(mark.start, maths))
        number = note.chains.digits.shown(right_number(mark), in_maths) if is_wrong(mark) else ""
        if mark.verdict != BLANK:
            yield _around(mark.start, commands) or mark.end, _sign(sign_of(mark, number, kind), in_maths, kind)
    for formula in judged_formulas(note):
        yield formula.end, _sign(sign_of_formula(formula, kind), bool(_around(formula.start, maths)), kind)


def _around(place: int, spans: Sequence[tuple[int, int]]) -> int:
    """Where the span ends in which the place lies; 0 where it lies in none."""
    at = bisect.bisect_right(spans, place, key=lambda span: span[0]) - 1
    return spans[at][1] if at >= 0 and place < spans[at][1] else 0


def is_wrong(mark: NoteMark) -> bool:
    return mark.verdict in _WRONG


def right_number(mark: NoteMark) -> str:
    """What the number should be, given the note's numbers above it, with one digit more than was claimed.

    Example:
        >>> right_number(NoteMark(1, 1, 0, 5, "z2", "0.023", 0.028143351, 0.0305, "slip"))
        '0.0305'
    """
    decimals = len(mark.claimed.partition(".")[2])
    number = mark.from_above
    if "e" in mark.claimed.lower() or not abs(number) < 1e15:
        return f"{number:.6g}"
    shown = f"{number:.{decimals + 1}f}".rstrip("0").rstrip(".")
    return "0" if shown in ("-0", "") else shown


def sign_of(mark: NoteMark, number: str, kind: str = "markdown") -> str:
    """The sign of a mark; LaTeX has neither ✓ nor ✗ in its own fonts, and gets words.

    Args:
        number: what should stand there, where it is wrong.
    """
    words = kind == "latex"
    if is_wrong(mark):
        return f"(wrong: {number})" if words else f"✗ {number}"
    if mark.verdict == CARRIED:
        return "(follows)" if words else "(✓)"
    return sign_of_right(kind)


def sign_of_right(kind: str) -> str:
    return "(right)" if kind == "latex" else "✓"


def sign_of_formula(mark: GeneralMark, kind: str = "markdown") -> str:
    """The sign of a formula that was judged."""
    return sign_of_right(kind) if mark.is_right else _WRONG_FORMULA[kind]


def _sign(text: str, in_maths: bool, kind: str) -> str:
    """The sign as it is put in, in mathematics or in text."""
    if not in_maths:
        return f" {text}"
    return rf"\ \mbox{{{text}}}" if kind == "latex" else rf"\ \text{{{text}}}"


def with_insertions(text: str, marks: Iterable[tuple[int, str]]) -> str:
    """The text with each sign put in at its place."""
    parts, before = [], 0
    for at, sign in sorted(marks, key=lambda mark: mark[0]):
        parts += [text[before:at], sign]
        before = at
    return "".join([*parts, text[before:]])
