"""The mark of one number of a note, and which marks stand.

    v = weird(2) = 2.6667      what is weird?
    t = sqrt(v) = 1.64         not the root of 2.6667: one of the two is wrong

A wrong claim may rest on a number which nobody could work out: that number may be the wrong one. Such a claim is a slip
where something vouches for the number: its own arithmetic, or another claim that follows from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tinygrad_notes.reading.formulas import Apply, Name, Number, Tree, literal_numbers
from tinygrad_notes.reading.named_lines import Line
from tinygrad_notes.reading.naming import by_the_notes_numbers
from tinygrad_notes.reading.ordering import rests_on
from tinygrad_notes.reading.substitution import WrongNumber
from tinygrad_notes.reading.writing import written
from tinygrad_notes.worked.verdicts import MISPRINT, RIGHT, ROUNDING, SLIP


@dataclass(frozen=True, slots=True)
class NoteMark:
    """The mark of one number of a note.

    Attributes:
        line, column: where it stands, from 1.
        start, end: the same in characters from the note's start.
        quantity: the quantity that it is claimed for; "" where only its arithmetic could be checked.
        claimed: the number as written.
        exact: the right number; nan where only arithmetic is known.
        from_above: the number that follows from the note's numbers above.
        verdict: as of any mark: "right", "carried", "rounding", "slip", …
        formula: whether the line's formula for a gradient is right; None where there is none to judge.
        explanation: the likely mistake, in words; "" for none.
        working: the calculation line that the number stands in; "" where only its arithmetic could be checked.
        how_sure: how sure the explanation is, in words: "almost surely", "likely" or "perhaps".
    """

    line: int
    column: int
    start: int
    end: int
    quantity: str
    claimed: str
    exact: float
    from_above: float
    verdict: str
    formula: bool | None = None
    explanation: str = ""
    working: str = ""
    how_sure: str = "likely"

    def as_json(self) -> dict[str, Any]:
        """The mark as plain data."""
        names = ("line", "column", "quantity", "claimed", "exact", "from_above", "verdict", "formula", "explanation")
        return {name: getattr(self, name) for name in names}


def as_written(claimed: str, text: str) -> str:
    """The number claimed, as a fraction where the note has one there, whose decimals were read.

    Example:
        >>> as_written("-2.250000000000", r"\\frac{9}{4}"), as_written("0.50", "0{,}50")
        ('-9/4', '0.50')
    """
    if "/" not in text and "frac" not in text:
        return claimed
    digits = re.findall(r"\d+", text)
    return ("-" if claimed.startswith("-") else "") + "/".join(digits if len(digits) > 1 else "".join(digits))


def substituted(wrong: WrongNumber) -> str:
    put = f"{'-' if wrong.sign < 0 else ''}{wrong.number.written}"
    cause = f": {wrong.cause}" if wrong.cause else ""
    return f"{put} put in for {wrong.name}, which is {wrong.right:.10g}{cause}"


def claimed_number(claim: Tree, name: str) -> Number | None:
    """The number that a literal has for the element that ends the name: the second of [0.1, 0.2] for a1[1]."""
    index = re.search(r"\[([\d,]+)\]$", name)
    node = claim
    places = [int(place) for place in index[1].split(",")] if index else []
    for place in places:
        while isinstance(node, Apply) and len(node.operands) == 1 and len(places) < len(written(node).shape):
            node = node.operands[0]  # a row, which is a plain vector in calculation lines
        if not isinstance(node, Apply) or place >= len(node.operands):
            break
        node = node.operands[place]
    numbers = literal_numbers(node)
    return numbers[0][0] if len(numbers) == 1 else None


def of_wrong_number(wrong: WrongNumber, place: tuple[int, int], working: str) -> NoteMark:
    """The mark of a number put in that is not the one of its quantity."""
    number, sign = wrong.number, "-" if wrong.sign < 0 else ""
    return NoteMark(
        *place, number.start, number.end, wrong.name, sign + number.written, wrong.right, wrong.right, MISPRINT, None,
        substituted(wrong), working,
    )  # fmt: skip


# Marks that rest on what could not be worked out ------------------------------------------------------


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
    wrong = {start: at for start, (at, mark) in marks.items() if rests[at] and mark.verdict in WRONG_VERDICTS}
    held = {check.start: check.verdict for check in by_the_notes_numbers(lines, set(wrong.values()))}
    verdicts = {
        start: mark.verdict if held.get(start, SLIP) == SLIP else held[start] for start, (_, mark) in marks.items()
    }
    vouched = {name for start, (at, _) in marks.items() if verdicts[start] == RIGHT for name in rests[at]}
    vouched.update(_sound(lines, arithmetic))
    unsure = {start: rests[at] for start, at in wrong.items() if start not in held or not rests[at] <= vouched}
    kept = {start: placed for start, placed in marks.items() if start not in unsure}
    return {start: (at, replace(mark, verdict=verdicts[start])) for start, (at, mark) in kept.items()}, unsure


WRONG_VERDICTS = (SLIP, MISPRINT, ROUNDING)
"""The verdicts on a number that should be another one, whatever stands above it."""


def _sound(lines: Sequence[Line], arithmetic: Mapping[int, NoteMark]) -> Iterator[str]:
    """The names whose number is what comes out of the numbers put in for it."""
    right = {start for start, mark in arithmetic.items() if mark.verdict == RIGHT}
    for line in lines:
        if line.assumed and isinstance(line.target, Name) and right.issuperset(n.start for n, _ in line.numbers()):
            yield line.target.name
