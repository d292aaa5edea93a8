"""Calculations: hand-worked pages of any kind as lines of formulas and claims."""

from tinygrad_notes.worked.calculation.calculation import Calculation, read_calculation, read_calculation_file
from tinygrad_notes.worked.calculation.marking import CalculationMarking, mark_calculation, mark_calculation_file
from tinygrad_notes.worked.calculation.page_marks import FormulaMark, PageMark

__all__ = [
    "Calculation",
    "CalculationMarking",
    "FormulaMark",
    "PageMark",
    "mark_calculation",
    "mark_calculation_file",
    "read_calculation",
    "read_calculation_file",
]
