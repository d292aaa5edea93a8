"""The mark of one number of a note."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tinygrad_notes.reading.formulas import Apply, Number, Tree, literal_numbers
from tinygrad_notes.reading.substitution import WrongNumber
from tinygrad_notes.reading.writing import written
from tinygrad_notes.worked.verdicts import MISPRINT


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
        while isinstance(node, Apply) and len(node.operands) == 1 and len(places) < _axes(node):
            node = node.operands[0]  # a row, which is a plain vector in calculation lines
        if not isinstance(node, Apply) or place >= len(node.operands):
            break
        node = node.operands[place]
    numbers = literal_numbers(node)
    return numbers[0][0] if len(numbers) == 1 else None


def _axes(claim: Tree) -> int:
    return len(written(claim).shape)


def of_wrong_number(wrong: WrongNumber, place: tuple[int, int], working: str) -> NoteMark:
    """The mark of a number put in that is not the one of its quantity."""
    number, sign = wrong.number, "-" if wrong.sign < 0 else ""
    return NoteMark(
        *place, number.start, number.end, wrong.name, sign + number.written, wrong.right, wrong.right, MISPRINT, None,
        substituted(wrong), working,
    )  # fmt: skip
