"""A calculation as a sheet: every number with its formula, in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tinygrad_notes.number_systems.symbols import Symbol
from tinygrad_notes.value import Value
from tinygrad_notes.worked.pages import HEADER, nested, row_of
from tinygrad_notes.worked.report import Block, Heading, Paragraph, Report, Table, cell
from tinygrad_notes.worked.sheet import NumbersOnPaper, Quantity

if TYPE_CHECKING:
    from tinygrad_notes.worked.calculation.calculation import Calculation
    from tinygrad_notes.worked.calculation.entries import Entry


@dataclass(frozen=True, kw_only=True)
class CalculationSheet(NumbersOnPaper):
    """The sheet of a calculation.

    Attributes:
        lines: by the name of a quantity, the line that it stands in and the text of its formula.
        roots: what the page differentiates, the first first; else its last number.
    """

    lines: dict[str, tuple[int, str]]
    roots: tuple[Value, ...]

    @property
    def root(self) -> Value:
        """What the page differentiates; of a page without derivatives, its last number."""
        return self.roots[0]

    def report(self, digits: int = 6) -> Report:
        """Every line worked out, at so many significant digits."""
        return Report([*_given(self, digits), *_worked(self, digits)])


def sheet_of(calculation: Calculation) -> CalculationSheet:
    """The sheet of a calculation; its quantities are called after their versions, w, w_new, w_new2, …."""
    given = {entry.label: _quantity(entry) for entry in calculation.entries if entry.is_given}
    worked = {entry.label: _quantity(entry) for entry in calculation.entries if not entry.is_given}
    lines = {entry.label: (entry.statement.line.number, _written(entry)) for entry in calculation.entries}
    return CalculationSheet(
        given=given, quantities=worked, alternatives=dict(calculation.world.claims.alternatives), lines=lines,
        roots=tuple(_roots(calculation)),
    )  # fmt: skip


def _quantity(entry: Entry) -> Quantity:
    phase = (
        "given" if entry.is_given else "backward" if entry.gradient else "update" if entry.version > 1 else "forward"
    )
    return Quantity(entry.label, phase, 0, entry.shape, tuple(entry.values))


def _written(entry: Entry) -> str:
    members = entry.statement.members
    return " ".join(members[0].text.split()) if members else ""


def _roots(calculation: Calculation) -> Iterator[Value]:
    derived = [entry.gradient[0] for entry in calculation.entries if entry.gradient]
    for entry in [*derived, *reversed([entry for entry in calculation.entries if not entry.is_given])]:
        yield from entry.values
    yield from (value for entry in reversed(calculation.entries) for value in entry.values)


def _given(sheet: CalculationSheet, digits: int) -> Iterator[Block]:
    if sheet.given:
        yield Heading("Given")
        rows = [[cell(Symbol(name)), cell(nested(quantity.nested(), digits))] for name, quantity in sheet.given.items()]
        yield Table(["name", "numbers"], rows)


def _worked(sheet: CalculationSheet, digits: int) -> Iterator[Block]:
    if not sheet.quantities:
        yield Paragraph("Nothing is worked out on this page: it has no formula.")
        return
    yield Heading("Worked out")
    rows = []
    for name, quantity in sheet.quantities.items():
        line, _ = sheet.lines[name]
        for i, value in enumerate(quantity.elements):
            rows.append([cell(str(line) if i == 0 else ""), *row_of(value, digits)])
    yield Table(("line", *HEADER), rows, numeric=(0, 3))
