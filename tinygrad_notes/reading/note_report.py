"""What there is to say of a marked note."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tinygrad_notes.number_systems.symbols import visible
from tinygrad_notes.reading.left_unread import Unread
from tinygrad_notes.reading.note_file import NoteFile, right_number
from tinygrad_notes.reading.note_marks import NoteMark
from tinygrad_notes.reading.piece import CODE
from tinygrad_notes.worked.formulas import number
from tinygrad_notes.worked.marked_pages import TONES
from tinygrad_notes.worked.report import Block, Heading, Paragraph, Report, Table, cell
from tinygrad_notes.worked.verdicts import CARRIED, MISPRINT, SLIP

if TYPE_CHECKING:
    from tinygrad_notes.reading.note import Note

_LONGEST = 100  # characters of a text that was not read


def note_report(file: NoteFile, digits: int = 6) -> Report:
    """How much was read, every number with its verdict, where it went wrong, and what was not understood."""
    return Report(list(_blocks(file, digits)))


def _blocks(file: NoteFile, digits: int) -> Iterator[Block]:
    note = file.note
    yield Heading(note.summary)
    if note.repair.encoding:
        guessed = len(note.repair.guessed)
        also = f"; {guessed} characters of which a byte was lost were guessed" if guessed else ""
        yield Paragraph(
            f"The text had been decoded as {note.repair.encoding}; it was put right first{also}.", "doubtful"
        )
    if note.marks:
        rows = [
            [
                cell(file.place(mark)),
                cell(visible(mark.quantity)),
                cell(mark.claimed),
                cell(number(mark.from_above, digits)),
                cell(number(mark.exact, digits)),
                cell(
                    mark.verdict.upper() if mark.verdict in (SLIP, MISPRINT) else mark.verdict, tone=TONES[mark.verdict]
                ),
            ]
            for mark in note.marks
        ]
        yield Table(["where", "number", "written", "from above", "exact", "verdict"], rows, numeric=(2, 3, 4))
    yield from _wrong(file)
    yield from _formulas(file)
    yield from _carried(file)
    yield from _general_formulas(file)
    yield from _two_readings(file)
    yield from _unread(file)


def _wrong(file: NoteFile) -> Iterator[Block]:
    wrong = [mark for mark in file.note.marks if mark.verdict in (SLIP, MISPRINT)]
    if not file.note.marks and not file.note.general_formulas:
        yield Paragraph(
            "No number could be checked: nothing here is set equal to a number that can be worked out.", "doubtful"
        )
    elif file.note.marks and not wrong:
        yield Paragraph(_no_slip(file.note), "right")
    elif wrong:
        yield Heading("Where it went wrong")
        for mark in wrong:
            yield Paragraph(_account(file, mark), "wrong")


def _no_slip(note: Note) -> str:
    counts = note.counts()
    if not counts["left"]:
        return "No slip: every number follows from what stands before it."
    left = "one was" if counts["left"] == 1 else f"{counts['left']} were"
    return f"No slip in the {counts['checked']} that were checked; {left} not, and others may rest on these."


def _account(file: NoteFile, mark: NoteMark) -> str:
    what = f"{visible(mark.quantity)} = {mark.claimed}" if mark.quantity else mark.claimed
    likely = f" {mark.how_sure.capitalize()}: {mark.explanation}." if mark.explanation else ""
    return f"{file.place(mark)}: {what} is a {mark.verdict}: it should be {right_number(mark)}.{likely}"


def _formulas(file: NoteFile) -> Iterator[Block]:
    for formula in file.note.wrong_formulas:
        chains = file.note.naming.lines[formula.line - 1].chains
        where = f"line {file.note.line(chains[0].start)}: " if chains else ""
        likely = f" Likely: {'; or '.join(formula.mistakes)}." if formula.mistakes else ""
        yield Paragraph(f"{where}{visible(formula.quantity)} is not {visible(formula.written)}.{likely}", "wrong")


def _carried(file: NoteFile) -> Iterator[Block]:
    """The numbers that are wrong only because of slips that the report has named before."""
    wrong = {formula.quantity for formula in file.note.wrong_formulas}
    marks = [mark for mark in file.note.marks if mark.verdict == CARRIED]
    carried = [mark.quantity for mark in marks if mark.quantity.partition("[")[0] not in wrong]
    if carried:
        yield Paragraph(f"Wrong too, but only because of that: {', '.join(carried)}.", "doubtful")


def _general_formulas(file: NoteFile) -> Iterator[Block]:
    general = file.note.general_formulas
    if not general:
        return
    yield Heading("Formulas judged at random numbers")
    rows = [
        [
            cell(file.place(mark)),
            cell(visible(_short(f"{mark.quantity} = {mark.written}"))),
            cell("right", tone="right") if mark.is_right else cell("WRONG", tone="wrong"),
            cell("; or ".join(mark.mistakes)),
        ]
        for mark in general
    ]
    yield Table(["where", "formula", "verdict", "likely"], rows)


def _two_readings(file: NoteFile) -> Iterator[Block]:
    readings = file.note.two_readings
    if readings:
        yield Heading("Two readings: which one was taken")
        rows = [[cell(f"line {line}"), cell(visible(_short(text))), cell(taken)] for line, text, taken in readings]
        yield Table(["where", "written", "taken as"], rows)


def _unread(file: NoteFile) -> Iterator[Block]:
    unread = [(_line(file, one), one.text, one.reason) for one in file.note.left]
    unread += [("as a line", text, reason) for text, reason in file.note.refused]
    if unread:
        yield Heading("Not understood, and not judged")
        rows = [[cell(where), cell(visible(_short(text))), cell(visible(why))] for where, text, why in unread]
        yield Table(["where", "what", "why"], rows)
    if any(_FUNCTION.match(piece.text) for piece in file.note.pieces if piece.kind == CODE):
        yield Paragraph(_BY_HAND)


_FUNCTION = re.compile(r"\s*def \w")
_BY_HAND = (
    "A gradient that is a function in code is checked where that code runs: check_by_hand(cost, {'W': gradient}, …) of "
    "tinygrad_notes tells which entry is wrong."
)


def _line(file: NoteFile, one: Unread) -> str:
    """The cell of a notebook, or the line: what was not read may be longer than what stands in its first column."""
    return file.place(one) if file.kind == "notebook" else f"line {file.note.line(one.start)}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
