"""A note with the file that it was read from, and its marks written into a copy of the file."""

from __future__ import annotations

import bisect
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinygrad_notes.errors import NoteError
from tinygrad_notes.files import write_file
from tinygrad_notes.reading.general_formulas import GeneralMark
from tinygrad_notes.reading.judged_formulas import judged_formulas
from tinygrad_notes.reading.left_unread import Unread
from tinygrad_notes.reading.note_marks import WRONG_VERDICTS, NoteMark
from tinygrad_notes.reading.piece import MATHS, OUTPUT
from tinygrad_notes.reading.respelled import SIUNITX
from tinygrad_notes.worked.verdicts import BLANK, CARRIED, RIGHT

if TYPE_CHECKING:
    from tinygrad_notes.reading.note import Note

AnyMark = NoteMark | GeneralMark
SIGNATURES = {
    "markdown": "<!-- marked by tinygrad-notes -->",
    "latex": "% marked by tinygrad-notes",
    "notebook": "marked by tinygrad-notes",
}
"""What a marked note says of itself, so that a later run may replace it and nothing else."""

WRONG, _WRONG_FORMULA = "wrong", "wrong formula"
_SIGNS = {
    "markdown": {RIGHT: "✓", CARRIED: "(✓)", WRONG: "✗ {}", _WRONG_FORMULA: "✗ formula"},
    "latex": {RIGHT: "(right)", CARRIED: "(follows)", WRONG: "(wrong: {})", _WRONG_FORMULA: "(wrong formula)"},
}
"""The sign of each outcome; LaTeX has neither ✓ nor ✗ in its own fonts, and gets words."""
LEGEND = (
    "✓ right, (✓) wrong only because of a number above, ✗ wrong: it should be this, "
    f"{_SIGNS['markdown'][_WRONG_FORMULA]}: the formula before it is wrong"
)
LEGENDS = {
    "markdown": LEGEND, "notebook": LEGEND,
    "latex": (
        "% (right), (follows): wrong only because of a number above, (wrong: it should be this), "
        f"{_SIGNS['latex'][_WRONG_FORMULA]}: the one before it"
    ),
}  # fmt: skip
"""What the signs mean, as it stands at the end of a marked note."""


def insertions(note: Note, kind: str) -> Iterator[tuple[int, str]]:
    """Where in the note a sign goes, and the sign: ✓, or ✗ with the number that is right there, or for a formula."""
    maths = [(piece.start, piece.end) for piece in note.pieces if piece.kind == MATHS]
    commands = [found.span() for found in SIUNITX.finditer(note.text)]
    for mark in note.marks:
        in_maths = bool(_around(mark.start, maths))
        number = note.chains.digits.shown(right_number(mark), in_maths)
        if mark.verdict != BLANK:
            yield [mark.end, *_around(mark.start, commands)][-1], _sign(sign_of(mark, number, kind), in_maths, kind)
    for formula in judged_formulas(note):
        yield formula.end, _sign(sign_of(formula, "", kind), bool(_around(formula.start, maths)), kind)


def _around(place: int, spans: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """The span in which the place lies, of spans in their order which end in two places; () for none."""
    at = bisect.bisect_right(spans, place, key=lambda span: span[-2]) - 1
    return spans[at] if at >= 0 and place < spans[at][-1] else ()


def outcome_of(mark: AnyMark) -> str:
    """What a mark says: "right", "wrong", or "carried" where only a number above is to blame."""
    if isinstance(mark, GeneralMark):
        return RIGHT if mark.is_right else WRONG
    return WRONG if mark.verdict in WRONG_VERDICTS else CARRIED if mark.verdict == CARRIED else RIGHT


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


def sign_of(mark: AnyMark, number: str, kind: str = "markdown") -> str:
    """The sign of a mark.

    Args:
        number: what should stand there, where a number is wrong.
    """
    outcome = outcome_of(mark)
    is_formula = outcome == WRONG and isinstance(mark, GeneralMark)
    return _SIGNS[kind][_WRONG_FORMULA if is_formula else outcome].format(number)


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


PRINTED = "\n\n```text\n"
OTHER_OUTPUT = f"\n\n```{OUTPUT}\n"
"""How the output of a cell begins in the note that is made of a notebook: claims of numbers, or other words."""


@dataclass(frozen=True)
class NoteFile:
    """A note, and the file that it was read from.

    Attributes:
        path: the file; None for standard input.
        kind: "markdown", "latex" or "notebook".
        note: what was read.
        cells: of a notebook, the index of each Markdown cell with the place of its source in the note's text.
        code: the same for each code cell, its outputs included.
        notebook: the notebook as it stands; None for other notes.
    """

    path: Path | None
    kind: str
    note: Note
    cells: tuple[tuple[int, int, int], ...] = ()
    notebook: Any = None
    code: tuple[tuple[int, int, int], ...] = ()

    def place(self, mark: NoteMark | GeneralMark | Unread) -> str:
        """Where it stands, for a person: its line and column, 46:48; in a notebook its cell, and the line in it."""
        if cell := _around(mark.start, self.cells):
            return f"cell {cell[0]}, line {self.note.text.count(chr(10), cell[1], mark.start) + 1}"
        if cell := _around(mark.start, self.code):
            index, start, _ = cell
            line = self.note.text.count("\n", start, mark.start)  # the first one opens the fence
            is_printed = any(fence in self.note.text[start : mark.start] for fence in (PRINTED, OTHER_OUTPUT))
            return f"cell {index}, output" if is_printed else f"cell {index}, line {line}"
        return f"{mark.line}:{mark.column}" if isinstance(mark, NoteMark) else f"line {self.note.line(mark.start)}"

    def marked(self) -> str:
        """The note with each mark beside its number, in the note's own notation."""
        note = self.note
        if self.kind != "notebook":
            marks = list(insertions(note, self.kind))
            return f"{with_insertions(note.text, marks).rstrip()}\n\n{LEGENDS[self.kind]}\n\n{SIGNATURES[self.kind]}\n"
        marked = json.loads(json.dumps(self.notebook))
        signs = list(insertions(note, "markdown"))
        for index, start, end in self.cells:
            marks = [(at - start, text) for at, text in signs if start <= at <= end]
            legend = f"\n\n{LEGENDS['notebook']}" if index == self.cells[-1][0] else ""
            marked["cells"][index]["source"] = with_insertions(note.text[start:end], marks) + legend
        metadata = marked.get("metadata")
        kept = metadata if isinstance(metadata, dict) else {}
        marked["metadata"] = kept | {"tinygrad_notes": SIGNATURES["notebook"]}
        return json.dumps(marked, ensure_ascii=False, indent=1) + "\n"

    def write_marked(self) -> Path:
        """Write the marked note beside the note, as NAME.marked.md; an earlier one of our own is replaced.

        Raises NoteError where a file of that name is somebody else's, and OSError where it cannot be written.
        """
        if self.path is None:
            raise NoteError("a note from standard input has no file to write the marks beside")
        target = self.path.with_name(f"{self.path.stem}.marked{self.path.suffix}")
        if target.exists() and SIGNATURES[self.kind] not in target.read_text(encoding="utf-8", errors="replace"):
            raise NoteError(f"{target} exists and was not written by this command: rename it, and run this again")
        return write_file(target, self.marked(), overwrite=True)
