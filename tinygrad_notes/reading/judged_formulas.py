"""The formulas of a note that were judged: which are wrong, and the place behind which the sign of each goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tinygrad_notes.reading.chains import Chain, Member
from tinygrad_notes.reading.formulas import has_names
from tinygrad_notes.reading.general_formulas import SHAPES, GeneralMark
from tinygrad_notes.reading.named_lines import Line, is_chain_rule, is_derivative
from tinygrad_notes.reading.naming import GIVEN_GRADIENT
from tinygrad_notes.reading.writing import written
from tinygrad_notes.worked.calculation import FormulaMark
from tinygrad_notes.worked.calculation.judging import FAILS

if TYPE_CHECKING:
    from tinygrad_notes.reading.note import Note


def judged_formulas(note: Note) -> list[GeneralMark]:
    """One mark for each place: of the formulas without numbers, and of the wrong ones that numbers were put into.

    Example:
        >>> from tinygrad_notes.reading.note import read_note
        >>> note = read_note("$w = 2$, $L = w^2 = 4$, $dL/dw = w = 2$")
        >>> [(note.text[mark.start : mark.end], mark.is_right) for mark in judged_formulas(note)]
        [('dL/dw = w', False)]
    """
    chains = {chain.start: chain for chain in (*note.chains.of_sums, *note.chains.read)}
    marks = [replace(mark, end=_end([chains[mark.start]], mark.written)) for mark in note.general_formulas]
    for formula in note.wrong_formulas:
        own = note.naming.lines[formula.line - 1].chains
        if own:
            end = _end(own, formula.written)
            start = next(chain.start for chain in own if chain.start < end <= chain.end)
            marks.append(GeneralMark(start, formula.quantity, formula.written, False, formula.mistakes, end))
    by_place: dict[int, GeneralMark] = {}
    for mark in sorted(marks, key=lambda mark: mark.is_right):
        by_place.setdefault(mark.end, mark)
    return [by_place[end] for end in sorted(by_place)]


def _end(chains: Sequence[Chain], text: str) -> int:
    """Where the formula ends that calculation lines write so; it may be written by shapes, which nothing here knows."""
    formulas = [member for chain in chains for member in chain.members[1:] if _is_formula(member)]
    same = [member for member in formulas if member.tree is not None and written(member.tree).text == text]
    return (same or formulas or chains[0].members[-1:])[0].end


def _is_formula(member: Member) -> bool:
    tree = member.tree
    if tree is None or member.is_literal or not has_names(tree):
        return False
    return not is_derivative(tree)  # a second name of a gradient


def wrong_formulas(lines: Sequence[Line], marks: Iterable[FormulaMark]) -> list[FormulaMark]:
    """The formulas of calculation lines that stand for something else than they should."""
    wrong = [mark for mark in marks if mark.is_right is False and not GIVEN_GRADIENT.search(mark.written)]
    return [mark for mark in wrong if not _may_be_meant(lines[mark.line - 1], mark)]


def _may_be_meant(line: Line, mark: FormulaMark) -> bool:
    """Whether a formula of a gradient may have this page's numbers in it, or stand for arrays in any order."""
    if line.formula is not None and is_chain_rule(line.target, line.formula):
        return any(said.startswith(SHAPES) for said in mark.mistakes)
    return line.again and mark.outcome != FAILS
