"""Which formulas of a note are wrong, and not only written for other numbers or in another order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tinygrad_notes.reading.general_formulas import SHAPES
from tinygrad_notes.reading.named_lines import Line, is_chain_rule
from tinygrad_notes.reading.naming import GIVEN_GRADIENT
from tinygrad_notes.worked.calculation import FormulaMark
from tinygrad_notes.worked.calculation.judging import FAILS


def wrong_formulas(lines: Sequence[Line], marks: Iterable[FormulaMark]) -> list[FormulaMark]:
    """The formulas of calculation lines that stand for something else than they should."""
    wrong = [mark for mark in marks if mark.is_right is False and not GIVEN_GRADIENT.search(mark.written)]
    return [mark for mark in wrong if not _may_be_meant(lines[mark.line - 1], mark)]


def _may_be_meant(line: Line, mark: FormulaMark) -> bool:
    """Whether a formula of a gradient may have this page's numbers in it, or stand for arrays in any order."""
    if line.formula is not None and is_chain_rule(line.target, line.formula):
        return any(said.startswith(SHAPES) for said in mark.mistakes)
    return line.again and mark.outcome != FAILS
