"""Marks on the page: what came of every claim, and where it went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from tinygrad_notes.names import split_index, textbook
from tinygrad_notes.number_systems.symbols import Symbol
from tinygrad_notes.refusals import counted
from tinygrad_notes.worked.formulas import number
from tinygrad_notes.worked.report import Block, Cell, Heading, Paragraph, Report, Table, Tone, cell
from tinygrad_notes.worked.verdicts import (
    BLANK,
    CARRIED,
    LUCKY,
    MEANINGS,
    MISPRINT,
    RIGHT,
    ROUNDING,
    SLIP,
    VERDICTS,
)  # fmt: skip

if TYPE_CHECKING:
    from tinygrad_notes.worked.marks import Mark, Marking

TONES: dict[str, Tone] = {
    RIGHT: "right", CARRIED: "doubtful", ROUNDING: "doubtful", SLIP: "wrong", LUCKY: "doubtful", MISPRINT: "wrong",
    BLANK: "quiet",
}  # fmt: skip


_MOST_WORKINGS = 50


def marking_report(marking: Marking, digits: int = 6) -> Report:
    """Every claim with its verdict, then the slips and misprints and what probably happened there."""
    rows = [mark_cells(mark, digits) for mark in marking]
    return Report([Heading("Marks"), Table(HEADER, rows, numeric=(1, 2, 3)), *verdict_blocks(marking, digits)])


HEADER = ("number", "written", "from above", "exact", "verdict")


def mark_cells(mark: Mark, digits: int) -> list[Cell]:
    """A mark's row in a table under `HEADER`."""
    return [
        cell(Symbol(textbook(mark.quantity))), cell(mark.claimed), *_numbers_of(mark, digits), verdict_cell(mark),
    ]  # fmt: skip


def _numbers_of(mark: Mark, digits: int) -> list[Cell]:
    """What the claims above lead to, and the right number; neither for a blank, which is still to be worked out."""
    if mark.verdict == BLANK:
        return [cell(""), cell("")]
    return [cell(number(mark.from_above, digits)), cell(number(mark.exact, digits))]


def verdict_cell(mark: Mark) -> Cell:
    shown = mark.verdict.upper() if mark.verdict in (SLIP, MISPRINT) else mark.verdict
    return cell(shown, tone=TONES[mark.verdict])


def verdict_blocks(marking: Marking, digits: int = 6) -> Iterator[Block]:
    """How many claims got each verdict and what that means, and each slip with its likely cause."""
    counts = marking.counts()
    rows = [
        [cell(verdict, tone=TONES[verdict]), cell(str(counts[verdict])), cell(MEANINGS[verdict])]
        for verdict in VERDICTS
        if counts[verdict]
    ]
    yield Heading(f"{len(marking)} claims")
    yield Table(["verdict", "how many", "which means"], rows, numeric=(1,))
    if counts[BLANK] == len(marking):
        return
    if wrong := marking.with_verdict(SLIP, MISPRINT):
        yield Heading("Where it went wrong")
        for _, marks in groupby((mark for mark in wrong if mark.searched), _told_together):
            yield Paragraph(_account([*marks], digits), "wrong")
        if rest := [mark for mark in wrong if not mark.searched]:
            yield Paragraph(f"Not looked into, after so many slips: {_names(rest)}.", "wrong")
        yield from _workings(wrong, digits)
    elif counts[ROUNDING]:
        asked = f"; {counted(marking.digits, 'significant digit')} are asked" if marking.digits else ""
        off = f"{counted(counts[ROUNDING], 'number')} {'is' if counts[ROUNDING] == 1 else 'are'} off by rounding"
        yield Paragraph(f"No slip; {off}{asked}.", "doubtful")
    elif marking.wrong_formulas():
        text = "No slip in the numbers: every one follows from what stands above it. But not every formula is right."
        yield Paragraph(text, "doubtful")
    else:
        yield Paragraph("No slip: every number follows from what stands above it.", "right")
    yield from _consequences(marking)
    yield from (Paragraph(note, "doubtful") for note in marking.notes)


def _workings(wrong: list[Mark], digits: int) -> Iterator[Block]:
    """How each wrong number follows from those above it, with the page's own numbers put in."""
    rows = [mark.working.row(digits) for mark in wrong[:_MOST_WORKINGS] if mark.working is not None]
    if rows:
        yield Table(["number", "formula, then the page's numbers", "gives"], rows, numeric=(2,))


def _consequences(marking: Marking) -> Iterator[Block]:
    """What the slips and the rounding led to, and which numbers are written too coarsely to tell."""
    wrong = {mark.quantity for mark in marking.with_verdict(SLIP, MISPRINT)}
    lines = marking.wrong_formulas()
    causes = {mark: dict.fromkeys([*mark.because, mark.quantity]) for mark in marking.with_verdict(CARRIED)}
    if found := [mark for mark, known in causes.items() if wrong.intersection(known)]:
        slips = dict.fromkeys(cause for mark in found for cause in causes[mark] if cause in wrong)
        that = "that" if len(wrong) == 1 else _listed(slips)  # the one of which the sentence before this speaks
        yield Paragraph(f"Wrong too, but only because of {that}: {_names(found)}.", TONES[CARRIED])
    if found := [mark for mark, known in causes.items() if not lines.keys().isdisjoint(known)]:
        numbers = sorted({lines[cause] for mark in found for cause in causes[mark] if cause in lines})
        where = (
            f"formula of line {numbers[0]}" if len(numbers) == 1 else f"formulas of lines {_listed(map(str, numbers))}"
        )
        yield Paragraph(f"Not right, because of the wrong {where}: {_names(found)}.", TONES[CARRIED])
    if found := [mark for mark, known in causes.items() if wrong.isdisjoint(known) and lines.keys().isdisjoint(known)]:
        coarse = dict.fromkeys(cause for mark in found for cause in mark.because)
        yield Paragraph(f"Not right, but only by the rounding of {_listed(coarse)}: {_names(found)}.", TONES[CARRIED])
    if found := [mark for mark in marking if mark.spared == 1.0]:
        yield Paragraph(f"After a wrong 0 or 1 above, nothing was left to work out: {_names(found)}.", TONES[CARRIED])
    for verdict, beginning in {ROUNDING: "Off by rounding", LUCKY: "Right by luck"}.items():
        if found := marking.with_verdict(verdict):
            yield Paragraph(f"{beginning}: {_names(found)}.", TONES[verdict])
    remarks: dict[str, list[Mark]] = {}
    for mark in marking:
        if mark.remark and mark.verdict not in (SLIP, MISPRINT):
            remarks.setdefault(mark.remark, []).append(mark)
    for remark, found in remarks.items():
        yield Paragraph(f"{remark[:1].upper()}{remark[1:]}: {_names(found)}.", "doubtful")


def _names(marks: Iterable[Mark]) -> str:
    return ", ".join([textbook(mark.quantity) for mark in marks])


def _listed(quantities: Iterable[str]) -> str:
    return _in_a_row(map(textbook, quantities))


def _in_a_row(words: Iterable[str], most: int = 4) -> str:
    """So many names or numbers in a sentence, the first of them if there are more."""
    listed = list(words)
    more = [f"{len(listed) - most} more"] if len(listed) > most else []
    shown = [*listed[:most], *more]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _told_together(mark: Mark) -> tuple[str, ...]:
    """What marks have alike of which the report tells once: the array whose numbers went wrong by one cause."""
    return (split_index(str(mark.quantity))[0], mark.verdict, *mark.causes) if mark.causes else (mark.quantity,)


def _account(marks: list[Mark], digits: int) -> str:
    """How numbers went wrong by one cause; mostly it is one number."""
    first, several = marks[0], len(marks) > 1
    names = _in_a_row(f"{textbook(mark.quantity)} = {mark.claimed}" for mark in marks)
    above = _in_a_row(number(mark.from_above, digits) for mark in marks)
    exact = _in_a_row(number(mark.exact, digits) for mark in marks)
    what = f"are {first.verdict}s of one cause" if several else f"is a {first.verdict}"
    right = f"the right numbers are {exact}" if several else f"the right number is {exact}"
    should = f"{'they' if several else 'it'} should be {exact}"
    gives = should if above == exact else f"what stands above gives {above}, {right}"
    likely = first.explanation(of_array=several)
    happened = f"{first.how_sure.capitalize()}: {likely}." if first.mistakes else f"{likely[:1].upper()}{likely[1:]}."
    return f"{names} {what}: {gives}. {happened}"


__all__ = ["marking_report", "verdict_blocks", "verdict_cell"]
