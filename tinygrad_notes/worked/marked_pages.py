"""Marks on the page: what came of every claim, and where it went wrong."""

from __future__ import annotations

from collections.abc import Iterator

from tinygrad_notes.names import textbook
from tinygrad_notes.number_systems.symbols import Symbol
from tinygrad_notes.refusals import counted
from tinygrad_notes.worked.formulas import number
from tinygrad_notes.worked.marks import (
    BLANK,
    CARRIED,
    LUCKY,
    MISPRINT,
    RIGHT,
    ROUNDING,
    SLIP,
    VERDICTS,
    Mark,
    Marking,
)
from tinygrad_notes.worked.report import Block, Cell, Heading, Paragraph, Report, Table, Tone, cell

MEANINGS = {
    RIGHT: "the exact value, or what follows from right numbers above it, rounded to its digits",
    CARRIED: "not right, but follows from the numbers above it",
    ROUNDING: "off by what rounding can do: truncated, rounded too early, or to too few digits",
    SLIP: "follows from nothing above: the mistake was made here",
    LUCKY: "right, though the numbers above it lead to another",
    MISPRINT: "wrong where it stands, but what uses it was computed from the right number",
    BLANK: "left open, not judged",
}
TONES: dict[str, Tone] = {
    RIGHT: "right", CARRIED: "doubtful", ROUNDING: "doubtful", SLIP: "wrong", LUCKY: "doubtful", MISPRINT: "wrong",
    BLANK: "quiet",
}  # fmt: skip


def marking_report(marking: Marking, digits: int = 6) -> Report:
    """Every claim with its verdict, then the slips and misprints and what probably happened there."""
    rows = [
        [
            cell(Symbol(textbook(mark.quantity))),
            cell(mark.claimed),
            *_numbers_of(mark, digits),
            verdict_cell(mark),
        ]
        for mark in marking
    ]
    header = ["number", "written", "from above", "exact", "verdict"]
    return Report([Heading("Marks"), Table(header, rows, numeric=(1, 2, 3)), *verdict_blocks(marking, digits)])


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
    wrong, rounding = marking.with_verdict(SLIP, MISPRINT), counts[ROUNDING]
    if wrong:
        yield Heading("Where it went wrong")
        for mark in wrong:
            yield Paragraph(_account(mark, digits), "wrong")
    elif rounding:
        asked = f"; {counted(marking.digits, 'significant digit')} are asked" if marking.digits else ""
        off = f"{counted(rounding, 'number')} {'is' if rounding == 1 else 'are'} off by rounding"
        yield Paragraph(f"No slip; {off}{asked}.", "doubtful")
    else:
        yield Paragraph("No slip: every number follows from what stands above it.", "right")
    for verdict, beginning in _CONSEQUENCES.items():
        if found := marking.with_verdict(verdict):
            yield Paragraph(f"{beginning}: {', '.join(textbook(mark.quantity) for mark in found)}.", TONES[verdict])


_CONSEQUENCES = {
    CARRIED: "Wrong too, but only because of that",
    ROUNDING: "Off by rounding",
    LUCKY: "Right by luck",
}


def _account(mark: Mark, digits: int) -> str:
    above, exact = number(mark.from_above, digits), number(mark.exact, digits)
    gives = (
        f"it should be {exact}" if above == exact else f"what stands above gives {above}, the right number is {exact}"
    )
    likely = mark.explanation()
    happened = f"Likely: {likely}." if mark.mistakes else f"{likely[:1].upper()}{likely[1:]}."
    return f"{textbook(mark.quantity)} = {mark.claimed} is a {mark.verdict}: {gives}. {happened}"


__all__ = ["marking_report", "verdict_blocks", "verdict_cell"]
