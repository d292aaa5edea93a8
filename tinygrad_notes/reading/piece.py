"""A piece of a note: a part that may hold formulas, at its place in the note."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

WALL = "\ufffc"  # stands where another piece was cut out: no formula goes on across it
NEW_LINE = "\v"  # stands between lines of text that were joined

MATHS, SPAN, LINE, ROW, CODE, NUMBERS = "maths", "span", "line", "row", "code", "numbers"
STATEMENT = "statement"  # of code, to be read as a formula
COMMENT, OUTPUT = "comment", "output"  # of code, and of a notebook's cell, that is no claim
LABEL = "label"  # at a brace

Place = tuple[int, int]
"""Where something begins and ends in a text."""


@dataclass(frozen=True)
class Piece:
    """A part of a note that may hold formulas.

    Attributes:
        kind: "maths" in LaTeX's or Markdown's marks, "span" between backticks, "line" of text, "row" of a table,
            "code" of Python with its "comment", a "statement" of it that may be a formula, the "output" of a cell,
            "numbers" for a table of numbers alone, or the "label" at a brace.
        text: what to read.
        start: how many characters of the note stand before it.
    """

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def in_order(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces in the order of the note."""
    return sorted(pieces, key=lambda piece: (piece.start, piece.kind))


def lines_of(text: str) -> list[str]:
    """The lines with their ends, as Markdown and editors count them; `str.splitlines` also cuts at other signs."""
    return _LINE.findall(text)


def line_starts(text: str) -> list[int]:
    """Where each line begins, and at last where the text ends."""
    return [0, *itertools.accumulate(map(len, lines_of(text)))]


def without(text: str, places: Iterable[Place], blank: Callable[[str], str]) -> str:
    """The text with each of these places, in their order, blanked; one that begins in another goes with that.

    Example:
        >>> without("a {b {c}} d", [(2, 9), (5, 8)], lambda part: "." * len(part))
        'a ....... d'
    """
    parts, at = [], 0
    for start, end in places:
        if start >= at:
            parts += [text[at:start], blank(text[start:end])]
            at = end
    return "".join([*parts, text[at:]])


def among(places: Iterable[Place]) -> Callable[[int], bool]:
    """Whether a character lies in one of the places, as a function to ask of many; places may lie in one another.

    Example:
        >>> is_taken = among([(5, 8), (0, 7), (1, 3)])
        >>> [at for at in range(10) if not is_taken(at)]
        [8, 9]
    """
    ordered = sorted(places)
    starts = [start for start, _ in ordered]
    ends = [0, *itertools.accumulate((end for _, end in ordered), max)]  # the last one of all that begin so far
    return lambda at: ends[bisect.bisect_right(starts, at)] > at


def blanked(pattern: str | re.Pattern[str], text: str, sign: str = " ") -> str:
    r"""The text with a sign in the place of each character that belongs to what a pattern finds.

    Example:
        >>> blanked(r"\d+", "a 12 b", "-")
        'a -- b'
    """
    return re.sub(pattern, lambda found: sign * len(found[0]), text)


_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
