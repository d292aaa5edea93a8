"""A note, read, worked out and marked.

Every equality of a note becomes a chain. Members of numbers alone are worked out and compared with the next member.
Chains about a name become calculation lines, which are marked like any page: by the exact number, and by what follows
from the note's own numbers above. Nothing is guessed: what was not understood is listed.

Example:
    >>> marks = mark_note("We get $z = 0.5 \\\\cdot 0.4 + 0.1 = 0.31$.")
    >>> [(mark.line, mark.column, mark.claimed, mark.verdict) for mark in marks]
    [(1, 35, '0.31', 'slip')]
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from tinygrad_notes.collector import collector_paused
from tinygrad_notes.errors import CalculationError, NoteError
from tinygrad_notes.reading.arithmetic import Check, checked
from tinygrad_notes.reading.chains import Chains, chains_of
from tinygrad_notes.reading.drafting import drafted
from tinygrad_notes.reading.formulas import Number
from tinygrad_notes.reading.general_formulas import GeneralMark, general_marks
from tinygrad_notes.reading.judged_formulas import wrong_formulas
from tinygrad_notes.reading.left_unread import Unread, left_unread
from tinygrad_notes.reading.limits import LONGEST_NOTE
from tinygrad_notes.reading.macros import with_macros_apart
from tinygrad_notes.reading.named_lines import Line, Naming
from tinygrad_notes.reading.naming import named, wrong_substitutions
from tinygrad_notes.reading.note_marks import (
    NoteMark,
    Placed,
    as_written,
    claimed_number,
    of_wrong_number,
    substituted,
    sure_and_unsure,
)
from tinygrad_notes.reading.ordering import in_order
from tinygrad_notes.reading.piece import Piece, line_starts
from tinygrad_notes.reading.pieces import FINDERS
from tinygrad_notes.reading.readings_taken import told_readings, with_fitting_readings
from tinygrad_notes.reading.repair import Repair, repaired
from tinygrad_notes.reading.respelled import with_notes_of_braces
from tinygrad_notes.reading.unfenced_code import with_code_apart
from tinygrad_notes.worked.calculation import CalculationMarking, FormulaMark, PageMark, mark_calculation
from tinygrad_notes.worked.verdicts import BLANK, CARRIED, LUCKY, MISPRINT, RIGHT, ROUNDING, SLIP

_MOST_WORK = 1_000  # lines worked again because others could not be worked out
_EFFORT = 300_000  # numbers read to find the mistakes behind slips: a note of more than some ten was misread
_WORSE = {verdict: rank for rank, verdict in enumerate([BLANK, RIGHT, LUCKY, CARRIED, ROUNDING, MISPRINT, SLIP])}


@dataclass(repr=False)
class Note:
    """A note that was read.

    Attributes:
        text: the note, repaired where it had been decoded wrongly.
        repair: what was repaired.
        pieces: the parts that hold mathematics.
        chains: its equalities, and the places that could not be read.
        refused: the calculation lines that could not be computed, each with the reason.
        unsure: by the places of claims that were not judged what they rest on, which could not be worked out.
    """

    text: str
    repair: Repair
    pieces: list[Piece]
    chains: Chains
    refused: list[tuple[str, str]] = field(default_factory=list)
    unsure: dict[int, set[str]] = field(default_factory=dict)

    @cached_property
    def naming(self) -> Naming:
        """The calculation lines made of the chains."""
        return named(self.chains.read)

    @cached_property
    def marking(self) -> CalculationMarking | None:
        """The marks of the calculation lines; None where there are none. Lines that cannot be worked are left out."""
        tries = max(_MOST_WORK // max(len(self.naming.lines), 1), 3)
        while self.naming.lines:
            texts = self.naming.texts()
            try:
                marking = mark_calculation("\n".join(texts), most=1, effort=_EFFORT)
                return with_fitting_readings(self.naming, marking, _EFFORT)
            except CalculationError as problem:
                at = min(max((problem.line or 1) - 1, 0), len(texts) - 1)
                self.refused.append((texts[at], problem.reason))
                self._leave_out(at, all_behind=not tries)
                tries = max(tries - 1, 0)
        return None

    @property
    def two_readings(self) -> list[tuple[int, str, str]]:
        """What can be read in two ways: the line of each, its text, and how it was read."""
        _ = self.marking  # the numbers claimed may have turned some
        taken = told_readings(self.chains.read, self.naming)
        return [(self._place(m.start)[0], " ".join(self.text[m.start : m.end].split()), text) for m, text in taken]

    def _leave_out(self, at: int, all_behind: bool) -> None:
        """Take a line as the note has its number, or away, and so those that can then not be worked out.

        Args:
            all_behind: whether to take all behind it away too, where too many could not be worked out.
        """
        line = self.naming.lines[at]
        given = line.as_given() if line.formula is not None and not line.is_given else None
        behind = [] if all_behind else self.naming.lines[at + 1 :]
        before = self.naming.lines
        self.naming.lines = in_order([*before[:at], *([given] if given else []), *behind])
        kept = {id(chain) for other in self.naming.lines for chain in other.chains}
        self.naming.unnamed += [chain for other in before for chain in other.chains if id(chain) not in kept]

    @property
    def calculation_lines(self) -> str:
        """The note as calculation lines: what was read, to be saved, corrected and marked."""
        _ = self.marking  # lines that cannot be worked are found on the way
        return "\n".join(self.naming.texts()) + "\n" if self.naming.lines else ""

    @cached_property
    @collector_paused()
    def marks(self) -> list[NoteMark]:
        """The mark of each number that could be checked, in the order of the note."""
        found: dict[int, NoteMark] = {}
        arithmetic = {mark.start: mark for mark in map(self._of_check, checked(self.chains.read))}
        for mark in (*arithmetic.values(), *self._named_marks(arithmetic)):
            other = found.get(mark.start)
            if other and mark.verdict == ROUNDING and other.verdict == RIGHT:
                mark = replace(mark, verdict=CARRIED)  # from the numbers put in, which were rounded rightly
            if other is None or mark.quantity or _WORSE[mark.verdict] > _WORSE[other.verdict]:
                found[mark.start] = mark
        return [found[start] for start in sorted(found)]

    def as_json(self) -> dict[str, Any]:
        """The counts, the marks and what was not understood, as plain data."""
        wrong = [formula.as_json() for formula in self.wrong_formulas]
        unread = [{"line": self.line(one.start), "text": one.text, "reason": one.reason} for one in self.left]
        readings = [{"line": line, "text": text, "taken_as": taken} for line, text, taken in self.two_readings]
        marks = [mark.as_json() for mark in self.marks]
        general = [mark.as_json() | {"line": self.line(mark.start)} for mark in self.general_formulas]
        told = {"formulas": wrong, "general_formulas": general, "two_readings": readings, "unread": unread}
        return self.counts() | {"marks": marks} | told

    @cached_property
    def drafts(self) -> list[Line]:
        """What each chain comes to by itself."""
        return drafted([*self.chains.read, *self.chains.of_sums])

    @cached_property
    def general_formulas(self) -> list[GeneralMark]:
        """The marks of the formulas without numbers, which were tried at random numbers."""
        wanted = [*self.naming.unnamed, *self.chains.of_sums]
        return general_marks(self.text, self.drafts, wanted) if wanted else []

    @cached_property
    def wrong_formulas(self) -> list[FormulaMark]:
        """The formulas that are wrong."""
        return wrong_formulas(self.naming.lines, self.marking.formulas) if self.marking else []

    def __repr__(self) -> str:
        return f"<Note: {self.summary}>"

    @property
    def summary(self) -> str:
        """How much was judged, in words."""
        return "{checked} of {found} claims checked, {left} left".format(**self.counts())

    def _repr_html_(self) -> str:
        """How a notebook shows it: the note, a sign at each number, and the marks in the margin."""
        from tinygrad_notes.reading.note_page import note_display  # loads an XML parser

        return note_display(self)

    @property
    def exit_status(self) -> int:
        """0 without a slip, 1 with one or with a wrong formula, 2 where nothing could be checked."""
        general = self.general_formulas
        if (
            self.wrong_formulas
            or not all(mark.is_right for mark in general)
            or any(mark.verdict in (SLIP, MISPRINT) for mark in self.marks)
        ):
            return 1
        return 0 if self.marks or general or (self.marking is not None and self.marking.formulas) else 2

    @cached_property
    def left(self) -> list[Unread]:
        """What was not understood or not judged, and why."""
        return left_unread(self)

    @property
    def unread(self) -> list[tuple[int, str]]:
        """What was not understood: the line of each, and the text."""
        return [(self.line(one.start), one.text) for one in self.left]

    def counts(self) -> dict[str, int]:
        """How many claims were found, how many of them were judged, and how many were left."""
        judged, left = len(self.marks), sum(one.claims for one in self.left)
        return {"found": judged + left, "checked": judged, "left": left}

    def _place(self, offset: int) -> tuple[int, int]:
        """The line and the column, from 1, of a character of the note."""
        line = bisect.bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line(self, offset: int) -> int:
        """The number of the line, from 1, in which a character of the note stands."""
        return self._place(offset)[0]

    @cached_property
    def _line_starts(self) -> list[int]:
        return line_starts(self.text)

    def _of_check(self, check: Check) -> NoteMark:
        return NoteMark(
            *self._place(check.start), check.start, check.end, "", self._as_written(check, check.claimed),
            check.worked, check.worked, check.verdict,
        )  # fmt: skip

    def _as_written(self, place: Check | Number, claimed: str) -> str:
        return as_written(claimed, self.text[place.start : place.end])

    def _named_marks(self, arithmetic: Mapping[int, NoteMark]) -> Iterator[NoteMark]:
        """The marks of the calculation lines, each with the number put in that explains it, or beside that number."""
        claims = dict(self._claim_marks())  # may leave out lines
        marks, self.unsure = sure_and_unsure(self.naming.lines, claims, arithmetic)
        right: dict[int, tuple[float, ...]] = {start: (mark.exact,) for start, mark in arithmetic.items()}
        for start, (_, mark) in marks.items():
            right[start] = (*right.get(start, ()), mark.exact, mark.from_above)
        wrong = dict(wrong_substitutions(self.naming.lines, right))
        for at, mark in marks.values():
            if at in wrong and mark.verdict in (SLIP, MISPRINT):
                yield replace(mark, explanation=substituted(wrong.pop(at)), how_sure="likely")
            else:
                yield mark
        texts = self.naming.texts() if wrong else []
        for at, found in wrong.items():
            yield of_wrong_number(found, self._place(found.number.start), texts[at])

    def _claim_marks(self) -> Iterator[tuple[int, Placed]]:
        marking = self.marking
        if marking is None:
            return
        texts = self.naming.texts()
        for mark in marking:
            if not isinstance(mark, PageMark):
                continue
            claim = self.naming.lines[mark.line - 1].claim
            number = None if claim is None or mark.member else claimed_number(claim, mark.name)
            if number is not None:
                yield number.start, (mark.line - 1, self._of_mark(mark, number, texts[mark.line - 1]))

    def _of_mark(self, mark: PageMark, number: Number, working: str) -> NoteMark:
        return NoteMark(
            *self._place(number.start), number.start, number.end, mark.name, self._as_written(number, mark.claimed),
            mark.exact, mark.from_above, mark.verdict, mark.formula, mark.explanation() if mark.mistakes else "",
            working, mark.how_sure,
        )  # fmt: skip


@collector_paused()  # trees hold no cycles: it would walk them again and again, for nothing
def read_note(text: str, kind: str = "markdown") -> Note:
    """Read a note.

    Args:
        text: the note, as it stands.
        kind: "markdown" (also for plain text with mathematics in it), "latex", or "lines" for plain lines alone.

    Raises:
        NoteError: a note of more than two million characters, or a kind that is not known.

    Example:
        >>> note = read_note("Let $w = 0.5$ and $x = 2$. Then $z = wx = 1.1$.")
        >>> print(note.calculation_lines)
        w = 0.5
        x = 2
        z = w*x   # 1.1
        <BLANKLINE>
    """
    if kind not in FINDERS:
        raise NoteError(f"a note is one of {', '.join(FINDERS)}, not {kind!r}")
    if len(text) > LONGEST_NOTE:
        raise NoteError(f"a note of {len(text):,} characters is longer than the {LONGEST_NOTE:,} that are read")
    repair = repaired(text)
    without_definitions, macros = with_macros_apart(repair.text)
    pieces = with_notes_of_braces(with_code_apart(FINDERS[kind](without_definitions), repair.text))
    return Note(repair.text, repair, pieces, chains_of(pieces, repair.text, macros))


def mark_note(text: str, kind: str = "markdown") -> list[NoteMark]:
    """Read a note and judge every number in it that can be checked; see `read_note` for what it takes and raises."""
    return read_note(text, kind).marks
