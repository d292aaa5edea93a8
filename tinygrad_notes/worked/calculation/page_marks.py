"""Marks of a calculation's page: those of its claims, with their lines, those of its formulas, and their report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tinygrad_notes.names import textbook
from tinygrad_notes.refusals import counted
from tinygrad_notes.worked.calculation.entries import NOTHING
from tinygrad_notes.worked.calculation.judging import COINCIDENCE, HOLDS_HERE, IS_RIGHT, UNKNOWN
from tinygrad_notes.worked.marked_pages import HEADER, mark_cells, verdict_blocks
from tinygrad_notes.worked.marks import Mark
from tinygrad_notes.worked.report import Block, Heading, Paragraph, Report, Table, cell

if TYPE_CHECKING:
    from tinygrad_notes.worked.calculation.marking import CalculationMarking


@dataclass(frozen=True, slots=True)
class PageMark(Mark):
    """A mark, and where on the page its claim stands.

    Attributes:
        line: the line's number, from 1.
        name: what was claimed, as the page calls it; `quantity` tells the versions of a name apart.
        member: the member of the line's chain that makes the claim, where it is numbers put in.
        formula: whether the line's formula is right; None where there is nothing to compare it with.
    """

    line: int = 0
    name: str = ""
    member: str = ""
    formula: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """The mark as plain data."""
        plain = {"line": self.line} | Mark.as_json(self) | {"quantity": self.name, "formula": self.formula}
        return plain | ({"member": self.member} if self.member else {})


_REMARKS = {
    HOLDS_HERE: (
        "right on this page, but may be wrong on others. Something special makes it right here: a 0, a count, a "
        "target, a symmetric matrix, or the side taken of a branch such as relu"
    ),
    COINCIDENCE: "is right here only by chance; with other numbers it is wrong",
}


@dataclass(frozen=True, slots=True)
class FormulaMark:
    """The verdict on one formula of the page.

    Attributes:
        quantity: what the formula is for, as the page calls it.
        line: the line's number, from 1.
        written: the formula, as it stands.
        outcome: one of the outcomes in `judging`.
        against: what it is compared with: the "derivative", the "key", its "chain", or "nothing".
        claimed: whether the line claims a number too.
        mistakes: what is wrong in it, the likeliest first.
    """

    quantity: str
    line: int
    written: str
    outcome: str
    against: str
    claimed: bool
    mistakes: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool | None:
        """True, False, or None where it cannot be said."""
        return IS_RIGHT[self.outcome]

    @property
    def remark(self) -> str:
        """A remark on a formula that does not hold everywhere, or cannot be judged."""
        if self.outcome in _REMARKS:
            return _REMARKS[self.outcome]
        if self.outcome == UNKNOWN and self.against != NOTHING:
            return "not judged: it comes to inf or nan here, or the right number does"
        if self.against == NOTHING and self.quantity.endswith("'"):
            return "a name of its own, and no derivative is judged: write one as dy/dx = …"
        if self.against == NOTHING:
            return "not judged: this page does not compute the one from the other"
        return ""

    def as_json(self) -> dict[str, Any]:
        """The formula's mark as plain data, in the form of a claim's."""
        return {
            "line": self.line, "quantity": self.quantity, "claimed": None, "exact": None, "from_above": None,
            "verdict": None, "mistakes": list(self.mistakes), "put_right": [], "formula": self.is_right,
            "written": self.written,
        } | ({"remark": self.remark} if self.remark else {})  # fmt: skip


# The marks on the page --------------------------------------------------------------------------------


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
    right = {"derivative": textbook(formula.quantity), "key": f"the key's {formula.quantity}"}
    wanted = right.get(formula.against, "what stands before it")
    said = formula.remark if formula.outcome == COINCIDENCE else f"is not {wanted}"
    return f"{written} {said}: {'; or '.join(formula.mistakes)}." if formula.mistakes else f"{written} {said}."
