"""A marked calculation on the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tinygrad_notes.names import textbook
from tinygrad_notes.refusals import counted
from tinygrad_notes.worked.calculation.judging import COINCIDENCE, HOLDS_HERE
from tinygrad_notes.worked.calculation.page_marks import FormulaMark, PageMark
from tinygrad_notes.worked.marked_pages import HEADER, mark_cells, verdict_blocks
from tinygrad_notes.worked.report import Block, Heading, Paragraph, Report, Table, cell

if TYPE_CHECKING:
    from tinygrad_notes.worked.calculation.marking import CalculationMarking


def calculation_marking_report(marking: CalculationMarking, digits: int = 6) -> Report:
    """Every claim with its line and its verdict, what happened at each slip, and what came of the formulas."""
    rows = [[cell(str(mark.line)), *mark_cells(mark, digits)] for mark in marking if isinstance(mark, PageMark)]
    report = Report([])
    if rows:
        report.blocks += [
            Heading("Marks"),
            Table(("line", *HEADER), rows, numeric=(0, 2, 3, 4)),
            *verdict_blocks(marking, digits),
        ]
    report.blocks += _formula_blocks(marking)
    for line, remark in marking.unread:
        report.blocks.append(Paragraph(f"Line {line}: the remark {remark!r} was not read as a claim.", "doubtful"))
    return report


def _formula_blocks(marking: CalculationMarking) -> Iterator[Block]:
    """What came of every formula: how many are right, and each that is not."""
    for formula in marking.formulas:
        if formula.is_right is None:
            yield Paragraph(f"Line {formula.line}: {formula.quantity} is {formula.remark}.", "doubtful")
    judged = [formula for formula in marking.formulas if formula.is_right is not None]
    if not judged:
        return
    wrong = [formula for formula in judged if not formula.is_right]
    yield Heading(counted(len(judged), "formula") if len(judged) == 1 else f"{len(judged)} formulas")
    for formula in wrong:
        yield Paragraph(f"Line {formula.line}: {account(formula)}", "wrong")
    for formula in judged:
        if formula.outcome == HOLDS_HERE:
            yield Paragraph(
                f"Line {formula.line}: {formula.quantity} = {formula.written} is {formula.remark}.", "doubtful"
            )
    if not wrong:
        yield Paragraph("Every formula is right.", "right")


def account(formula: FormulaMark) -> str:
    """What is wrong with a formula, in a sentence."""
    written = f"{formula.quantity} = {' '.join(formula.written.split())}"
    if formula.outcome == COINCIDENCE:
        said = f"{written} {formula.remark}"
    elif formula.against == "derivative":
        said = f"{written} is not {textbook(formula.quantity)}"
    elif formula.against == "key":
        said = f"{written} is not the key's {formula.quantity}"
    else:
        said = f"{written} is not what stands before it"
    return f"{said}: {'; or '.join(formula.mistakes)}." if formula.mistakes else f"{said}."
