"""Files of hand-worked pages, whatever their form: worksheets (.toml) and calculation lines (.calc)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tinygrad_notes.errors import UnusableError
from tinygrad_notes.number_systems.symbols import text, visible
from tinygrad_notes.refusals import unknown
from tinygrad_notes.worked.formulas import formula, with_numbers
from tinygrad_notes.worked.marks import Marking
from tinygrad_notes.worked.report import Report
from tinygrad_notes.worked.sheet import NumbersOnPaper
from tinygrad_notes.worked.worksheet_file import mark_file, read_worksheet

_TEMPLATES = Path(__file__).parent / "calculation" / "templates"


def is_calculation(path: Path) -> bool:
    """Whether a file holds calculation lines, by its name."""
    return path.suffix.lower() == ".calc"


def mark_page(path: Path, against: Path | None = None) -> Marking:
    """Mark the page in a file, against a key where there is one; raises WorksheetError for a file of no use."""
    if is_calculation(path):
        from tinygrad_notes.worked.calculation import mark_calculation_file  # which loads NumPy and the parser

        return mark_calculation_file(path, against)
    return mark_file(path, against)


def sheet_in(path: Path) -> NumbersOnPaper:
    """The sheet of the page in a file, which need not claim anything; raises WorksheetError for a file of no use."""
    if is_calculation(path):
        from tinygrad_notes.worked.calculation import read_calculation_file

        return read_calculation_file(path).sheet()
    return read_worksheet(path, needs_claims=False).sheet


def work_report(sheet: NumbersOnPaper, only: Sequence[str], digits: int) -> Report:
    """A sheet worked out, or some of its quantities; raises UnusableError for a name that it does not have."""
    try:
        return sheet.part(*only, digits=digits) if only else sheet.report(digits)
    except KeyError as error:
        raise UnusableError(str(error.args[0])) from None


def work_data(sheet: NumbersOnPaper, only: Sequence[str]) -> list[dict[str, Any]]:
    """The same as plain data: each number with its formula, in letters and with the numbers put in."""
    for name in only:
        if name not in sheet.quantities:
            raise UnusableError(unknown("quantity", name, list(sheet.quantities)))
    return [
        {
            "quantity": value.label, "formula": text(formula(value)), "in_numbers": text(with_numbers(value, 6)),
            "number": value.data,
        }
        for name in only or sheet.quantities
        for value in sheet.quantities[name].elements
    ]  # fmt: skip


def kinds() -> list[str]:
    """The kinds of pages that there are to fill in.

    Example:
        >>> "lstm" in kinds()
        True
    """
    return sorted(Path(entry.name).stem for entry in _TEMPLATES.iterdir() if entry.name.endswith(".calc"))


def new_page(kind: str) -> str:
    """A page of that kind to fill in: its numbers to change, and a "?" for every answer.

    Raises UnusableError for a kind that there is not.
    """
    if kind not in kinds():
        raise UnusableError(unknown("kind of page", visible(kind), kinds()))
    return (_TEMPLATES / f"{kind}.calc").read_text(encoding="utf-8")
