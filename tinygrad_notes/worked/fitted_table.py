"""A table in the terminal that breaks no word: if its columns do not fit, it becomes a list of blocks.

The table of rich cuts words and drops columns when it has too little room, and a number without its exponent is another
number. Here lines break between words only, and every column is as wide as its longest word.
rich also makes several objects for every cell. Lines of text take a twentieth of the time for 10,000 rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, zip_longest
from typing import NamedTuple

GAP = "   "  # between two columns
INDENT = 2
_BLOCKS = (
    (0x20, 0x7E), (0xA1, 0xAC), (0xAE, 0x24F),  # Latin letters, without the soft hyphen
    (0x370, 0x3FF), (0x1D2C, 0x1D6A), (0x2070, 0x209C),  # Greek letters, letters and digits above and below
    (0x2010, 0x2027), (0x2030, 0x205E), (0x2190, 0x22FF),  # dashes, quotes, primes; arrows; signs of mathematics
)  # fmt: skip
NARROW = frozenset(map(chr, chain.from_iterable(range(first, last + 1) for first, last in _BLOCKS)))
"""Characters of one column each, with which most pages make do."""
_WORD = re.compile(r"\s*\S+\s*")

Styled = tuple[str, str]
"""Text, of one line or several but without other control characters, and the style that rich shows it in."""
Measure = Callable[[str], int]
"""How many columns of the terminal a text takes."""


class FittedTable(NamedTuple):
    """Rows of cells under a header; columns whose number is in `numeric` are aligned to the right.

    Example:
        >>> rows = [[("z1[0]", ""), ("1.1", ""), ("0.5 · 2 + 0.1", "")]]
        >>> table = FittedTable(["number", "result", "formula"], rows, numeric=[1])
        >>> for line in table.lines(27):
        ...     print("".join(text for text, style in line))
        number   result   formula
        ───────────────────────────
        z1[0]       1.1   0.5 · 2 +
                          0.1
        >>> for line in table.lines(20):
        ...     print("".join(text for text, style in line))
        number: z1[0]
          result: 1.1
          formula: 0.5 · 2
            + 0.1
    """

    header: Sequence[str]
    rows: Sequence[Sequence[Styled]]
    numeric: Sequence[int] = ()

    def lines(self, width: int) -> Iterable[Iterable[Styled]]:
        """The lines of the table, none wider than `width` columns."""
        columns = list(zip(self.header, *[[text for text, _ in row] for row in self.rows], strict=True))
        measure = _measure(set().union(*chain.from_iterable(columns)) - {"\n"})
        widths = _widths(columns, width - len(GAP) * (len(columns) - 1), measure)
        return self._blocks(width, measure) if widths is None else self._side_by_side(widths, measure)

    def _side_by_side(self, widths: Sequence[int], measure: Measure) -> list[list[Styled]]:
        names = [wrapped(name, width, measure) for name, width in zip(self.header, widths)]
        height = max(map(len, names))
        header = [("\n" * (height - len(lines)) + "\n".join(lines), "bold") for lines in names]
        rule = ("─" * (sum(widths) + len(GAP) * (len(widths) - 1)), "")
        rows = [line for row in self.rows for line in self._row(row, widths, measure)]
        return [*self._row(header, widths, measure), [rule], *rows]

    def _row(self, row: Sequence[Styled], widths: Sequence[int], measure: Measure) -> list[list[Styled]]:
        """The lines of a row: its cells side by side, each wrapped to its column."""
        cells = [wrapped(text, width, measure) for (text, _), width in zip(row, widths)]
        last = len(widths) - 1
        lines: list[list[Styled]] = []
        for parts in zip_longest(*cells, fillvalue=""):
            lines.append([])
            for i, text in enumerate(parts):
                padding = " " * (widths[i] - measure(text))
                text = padding + text if i in self.numeric else text if i == last else text + padding
                lines[-1].append((text if i == last else text + GAP, row[i][1]))
        return lines

    def _blocks(self, width: int, measure: Measure) -> Iterator[Iterable[Styled]]:
        """Each row as `name: cell` lines, the first flush left; empty cells are left out."""
        for row in self.rows:
            for i, (name, (text, style)) in enumerate(zip(self.header, row, strict=True)):
                if text:
                    label, indent = f"{name}: " if name else "", INDENT if i else 0
                    for k, line in enumerate(wrapped(label + text, max(1, width - indent - INDENT), measure)):
                        margin = " " * (indent + INDENT if k else indent)
                        yield (margin + line[: len(label)], "bold"), (line[len(label) :], style)
                        label = label[len(line) + 1 :]  # for what of it stands on the next line


def _measure(characters: set[str]) -> Measure:
    """`len` if every character takes one column; else rich's own count, which takes ten times as long."""
    if characters <= NARROW:
        return len
    from rich.cells import cell_len  # whose tables of all of Unicode take their time to load

    return len if all(cell_len(character) == 1 for character in characters) else cell_len


def _widths(columns: Sequence[Sequence[str]], available: int, measure: Measure) -> list[int] | None:
    """The width of each column: the widest ones shrink until all fit, down to their longest word; None if none fits."""
    words = [max(map(measure, " ".join(column).split()), default=0) for column in columns]
    lines = [max(map(measure, "\n".join(column).split("\n"))) for column in columns]
    for widest in range(available, 0, -1):
        widths = [min(line, max(word, widest)) for word, line in zip(words, lines, strict=True)]
        if sum(widths) <= available:
            return widths
    return None


def wrapped(text: str, width: int, measure: Measure | None = None) -> list[str]:
    """The lines of a text. A line wider than `width` breaks between words, a word wider than `width` anywhere.

    Example:
        >>> wrapped("0.5 · 2 + 0.1", 9), wrapped("unbroken", 3)
        (['0.5 · 2 +', '0.1'], ['unb', 'rok', 'en'])
    """
    measure = measure or _measure(set(text) - {"\n"})
    lines = []
    for line in text.split("\n"):
        if measure(line) > width:
            begun, room = "", width
            for word in _WORD.findall(line):
                if measure(word.rstrip()) > room:
                    lines += [begun.rstrip()] if begun else []
                    *full, word = _chopped(word, width, measure) if measure(word.rstrip()) > width else [word]
                    lines += full
                    begun, room = "", width
                begun += word
                room -= measure(word)
            line = begun.rstrip()
        lines.append(line)
    return lines


def _chopped(word: str, width: int, measure: Measure) -> list[str]:
    """A word in pieces, as wide as fit."""
    if measure is len:
        return [word[start : start + width] for start in range(0, len(word), width)]
    from rich.cells import chop_cells

    return chop_cells(word, width)
