"""The formulas of a note that were judged, each with the place behind which its sign goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tinygrad_notes.reading.chains import Chain, Member
from tinygrad_notes.reading.formulas import has_names
from tinygrad_notes.reading.general_formulas import GeneralMark
from tinygrad_notes.reading.named_lines import is_derivative
from tinygrad_notes.reading.writing import written

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
