"""A table in the terminal that breaks no word: where its columns do not fit, its rows stand as blocks instead.

rich's own table cuts words and drops columns where it has too little room, and a number without its exponent is
another number. Here lines are broken between words only, and a column keeps the room that its longest word needs.
rich also makes several objects for every cell; a table of 10,000 rows takes a twentieth of the time as lines of text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from operator import itemgetter

from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment

GAP = "   "  # between two columns
INDENT = 2
_WORD = re.compile(r"\s*\S+\s*")

Styled = tuple[str, str]
"""Text, of one line or several but without other control characters, and the style that rich shows it in."""
Measure = Callable[[str], int]
"""How many columns of the terminal a text takes."""


@dataclass(frozen=True, slots=True)
class FittedTable:
    """Rows of cells under a header; columns whose number is in `numeric` are aligned to the right.

    Example:
        >>> rows = [[("z1[0]", ""), ("1.1", ""), ("0.5 · 2 + 0.1", "")]]
        >>> table = FittedTable(["number", "result", "formula"], rows, numeric=[1])
        >>> Console(width=27).print(table)
        number   result   formula
        ───────────────────────────
        z1[0]       1.1   0.5 · 2 +
                          0.1
        >>> Console(width=20).print(table)
        number: z1[0]
          result: 1.1
          formula: 0.5 · 2
            + 0.1
    """

    header: Sequence[str]
    rows: Sequence[Sequence[Styled]]
    numeric: Sequence[int] = ()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = list(zip(self.header, *([text for text, _ in row] for row in self.rows), strict=True))
        measure = _measure(columns)
        widths = _widths(columns, options.max_width - len(GAP) * (len(columns) - 1), measure)
        lines = self._blocks(options.max_width, measure) if widths is None else self._lines(widths, measure)
        newline = Segment.line()
        for line in lines:
            for style, parts in groupby(line, itemgetter(1)):
                yield Segment("".join(text for text, _ in parts), console.get_style(style) if style else None)
            yield newline

    def _lines(self, widths: Sequence[int], measure: Measure) -> Iterator[Iterable[Styled]]:
        names = [wrapped(name, width, measure) for name, width in zip(self.header, widths)]
        height = max(map(len, names))
        header = [("\n" * (height - len(lines)) + "\n".join(lines), "bold") for lines in names]
        yield from self._row(header, widths, measure)
        yield [("─" * (sum(widths) + len(GAP) * (len(widths) - 1)), "")]
        for row in self.rows:
            yield from self._row(row, widths, measure)

    def _row(self, row: Sequence[Styled], widths: Sequence[int], measure: Measure) -> Iterator[Iterable[Styled]]:
        """The lines of a row: its cells side by side, each wrapped to its column."""
        cells = [wrapped(text, width, measure) for (text, _), width in zip(row, widths)]
        last = len(widths) - 1
        for parts in zip_longest(*cells, fillvalue=""):
            line = []
            for i, text in enumerate(parts):
                padding = " " * (widths[i] - measure(text))
                text = padding + text if i in self.numeric else text if i == last else text + padding
                line.append((text if i == last else text + GAP, row[i][1]))
            yield line

    def _blocks(self, width: int, measure: Measure) -> Iterator[Iterable[Styled]]:
        """Each row as `name: cell` lines, the first flush left; what is left empty is left out."""
        for row in self.rows:
            for i, (name, (text, style)) in enumerate(zip(self.header, row, strict=True)):
                if text:
                    label, indent = f"{name}: " if name else "", INDENT if i else 0
                    for k, line in enumerate(wrapped(label + text, max(1, width - indent - INDENT), measure)):
                        margin = " " * (indent + INDENT if k else indent)
                        yield (margin + line[: len(label)], "bold"), (line[len(label) :], style)
                        label = label[len(line) + 1 :]  # for what of it stands on the next line


def _measure(columns: Iterable[Sequence[str]]) -> Measure:
    """`len` where every character takes one column, else rich's own count, which takes ten times as long."""
    characters = set().union(*(text for column in columns for text in column)) - {"\n"}
    return len if all(cell_len(character) == 1 for character in characters) else cell_len


def _widths(columns: Sequence[Sequence[str]], available: int, measure: Measure) -> list[int] | None:
    """As wide as their lines, the widest narrowed until all fit, none below its longest word; None if that fails."""
    words = [max(map(measure, " ".join(column).split()), default=0) for column in columns]
    lines = [max(map(measure, "\n".join(column).split("\n"))) for column in columns]
    for widest in range(available, 0, -1):
        widths = [min(line, max(word, widest)) for word, line in zip(words, lines, strict=True)]
        if sum(widths) <= available:
            return widths
    return None


def wrapped(text: str, width: int, measure: Measure = cell_len) -> list[str]:
    """The lines of a text, broken between words where they are wider than `width`, and words where these are.

    Example:
        >>> wrapped("0.5 · 2 + 0.1", 9), wrapped("unbroken", 3)
        (['0.5 · 2 +', '0.1'], ['unb', 'rok', 'en'])
    """
    lines = []
    for line in text.split("\n"):
        if measure(line) > width:
            begun, room = "", width
            for word in _WORD.findall(line):
                if measure(word.rstrip()) > room:
                    lines += [begun.rstrip()] if begun else []
                    *full, word = chop_cells(word, width) if measure(word.rstrip()) > width else [word]
                    lines += full
                    begun, room = "", width
                begun += word
                room -= measure(word)
            line = begun.rstrip()
        lines.append(line)
    return lines
