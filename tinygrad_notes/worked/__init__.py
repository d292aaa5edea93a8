"""Worked sheets: every number of a pass with its formula, explained, marked and put on a page."""

from tinygrad_notes.worked.marking import mark
from tinygrad_notes.worked.marks import Mark, Marking
from tinygrad_notes.worked.sheet import Quantity, Sheet
from tinygrad_notes.worked.steps import work_through
from tinygrad_notes.worked.worksheet_file import WorksheetError, mark_file, read_worksheet

__all__ = [
    "Mark",
    "Marking",
    "Quantity",
    "Sheet",
    "WorksheetError",
    "mark",
    "mark_file",
    "read_worksheet",
    "work_through",
]
