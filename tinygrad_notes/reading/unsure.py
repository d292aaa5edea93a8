"""Wrong claims that rest on a number which nobody could work out: that number may be the wrong one.

    v = weird(2) = 2.6667      what is weird?
    t = sqrt(v) = 1.64         not the root of 2.6667: one of the two is wrong

Such a claim is a slip where something vouches for the number: its own arithmetic, or another claim that follows from
it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tinygrad_notes.reading.formulas import Name
from tinygrad_notes.reading.named_lines import Line
from tinygrad_notes.reading.naming import by_the_notes_numbers
from tinygrad_notes.reading.note_marks import NoteMark
from tinygrad_notes.reading.ordering import rests_on
from tinygrad_notes.worked.verdicts import MISPRINT, RIGHT, ROUNDING, SLIP

Placed = tuple[int, NoteMark]
"""A mark, with the place of the calculation line that it belongs to."""


def sure_and_unsure(
    lines: Sequence[Line], marks: Mapping[int, Placed], arithmetic: Mapping[int, NoteMark]
) -> tuple[dict[int, Placed], dict[int, set[str]]]:
    """The marks that stand, and of the claims that are not judged what they rest on.

    Args:
        lines: of the note, in their order.
        marks: of the claims, by where their numbers stand in the note.
        arithmetic: the marks of members of numbers alone, by their places.
    """
    rests = rests_on(lines)
    wrong = {start: at for start, (at, mark) in marks.items() if rests[at] and mark.verdict in _WRONG}
    held = {check.start: check.verdict for check in by_the_notes_numbers(lines, set(wrong.values()))}
    verdicts = {
        start: mark.verdict if held.get(start, SLIP) == SLIP else held[start] for start, (_, mark) in marks.items()
    }
    vouched = {name for start, (at, _) in marks.items() if verdicts[start] == RIGHT for name in rests[at]}
    vouched.update(_sound(lines, arithmetic))
    unsure = {start: rests[at] for start, at in wrong.items() if start not in held or not rests[at] <= vouched}
    kept = {start: placed for start, placed in marks.items() if start not in unsure}
    return {start: (at, replace(mark, verdict=verdicts[start])) for start, (at, mark) in kept.items()}, unsure


_WRONG = (SLIP, MISPRINT, ROUNDING)


def _sound(lines: Sequence[Line], arithmetic: Mapping[int, NoteMark]) -> Iterator[str]:
    """The names whose number is what comes out of the numbers put in for it."""
    right = {start for start, mark in arithmetic.items() if mark.verdict == RIGHT}
    for line in lines:
        if line.assumed and isinstance(line.target, Name) and right.issuperset(n.start for n, _ in line.numbers()):
            yield line.target.name
