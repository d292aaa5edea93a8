"""What a report is made of: headings, paragraphs and tables. `report` puts them on a page, `markup` in a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from tinygrad_notes.number_systems.symbols import Expression, text, visible

Tone = Literal["", "right", "wrong", "doubtful", "quiet"]
Line = str | Expression


class Cell(NamedTuple):
    """One or more lines, each prose or a formula; formulas below one another are equal, and are shown so.

    The tone gives a color, never the only sign of a meaning.
    """

    lines: tuple[Line, ...]
    tone: Tone = ""

    def marked(self) -> list[tuple[Line, str]]:
        """Each line with what is to stand before it: "= " where it says the formula above it in other terms."""
        return [
            (line, "= " if isinstance(line, Expression) and isinstance(before, Expression) else "")
            for before, line in zip(("", *self.lines), self.lines)
        ]


def cell(*lines: Line, tone: Tone = "") -> Cell:
    return Cell(lines, tone)


class Heading(NamedTuple):
    text: str


class Paragraph(NamedTuple):
    text: str
    tone: Tone = ""


class Table(NamedTuple):
    """Rows of cells under a header; columns whose number is in `numeric` are aligned to the right."""

    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numeric: Sequence[int] = ()


Block = Heading | Paragraph | Table


def spelled(line: Line) -> str:
    """A line in plain text, with no character that a terminal would obey."""
    return visible(line if isinstance(line, str) else text(line))
