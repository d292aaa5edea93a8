"""Worked sheets: every number of a pass with its formula, explained, marked and put on a page."""

from tinygrad_notes.worked.sheet import Quantity, Sheet
from tinygrad_notes.worked.steps import work_through

__all__ = ["Quantity", "Sheet", "work_through"]
