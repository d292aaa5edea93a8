"""Files of hand-worked pages, whatever their form: worksheets (.toml) and calculation lines (.calc)."""

from __future__ import annotations

from pathlib import Path

from tinygrad_notes.worked.marks import Marking
from tinygrad_notes.worked.worksheet_file import mark_file


def is_calculation(path: Path) -> bool:
    """Whether a file holds calculation lines, by its name."""
    return path.suffix.lower() == ".calc"


def mark_page(path: Path, against: Path | None = None) -> Marking:
    """Mark the page in a file, against a key where there is one; raises WorksheetError for a file of no use."""
    if is_calculation(path):
        from tinygrad_notes.worked.calculation import mark_calculation_file  # which loads NumPy and the parser

        return mark_calculation_file(path, against)
    return mark_file(path, against)
