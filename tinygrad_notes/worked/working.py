"""The working of one number: its formula, the page's own numbers put in, and what comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tinygrad_notes.names import textbook
from tinygrad_notes.number_systems.symbols import Symbol
from tinygrad_notes.value import Value
from tinygrad_notes.worked.formulas import formula, label_of, number
from tinygrad_notes.worked.report import Cell, cell

_MOST_READ = 40  # numbers in a formula; a longer one fills the page and tells nothing


class Working(NamedTuple):
    """How a number follows from those above it on a page.

    Attributes:
        value: whose formula it is.
        numbers: what the page has for each labeled number in the formula.
        result: what comes out.
    """

    value: Value
    numbers: Mapping[Value, float]
    result: float

    def row(self, digits: int = 6) -> list[Cell]:
        """The number's name, its formula in letters and with the page's numbers, and what that gives."""

        def put_in(operand: Value) -> str:
            return number(self.numbers.get(operand, operand._data), digits) if label_of(operand) else ""

        letters = formula(self.value, lambda operand: textbook(label_of(operand)))
        return [
            cell(Symbol(textbook(self.value.label))),
            cell(letters, formula(self.value, put_in)),
            cell(number(self.result, digits)),
        ]


def working(value: Value, page: Mapping[Value, float], result: float) -> Working | None:
    """The working of a value from a page's numbers; None where its formula reads none, or too many to show."""
    read: dict[Value, None] = {}
    for operand in _read(value):
        read[operand] = None
        if len(read) > _MOST_READ:
            return None
    if not read:
        return None
    return Working(value, {operand: page.get(operand, operand._data) for operand in read}, result)


def _read(value: Value) -> Iterator[Value]:
    """The labeled numbers that a value's formula reads."""
    stack = [value]
    while stack:
        for operand in stack.pop().operands:
            if operand.label:
                yield operand
            else:
                stack.append(operand)
