"""A table in the terminal that breaks no word: where its columns do not fit, its rows stand as blocks instead.

rich's own table cuts words and drops columns where it has too little room, and a number without its exponent is
another number. Here lines are broken between words only, and a column keeps the room that its longest word needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

GAP = 3  # between two columns: what `box.SIMPLE_HEAD` puts there, and its padding
INDENT = 2


@dataclass(frozen=True, slots=True)
class FittedTable:
    """Rows of cells under a header; columns whose number is in `numeric` are aligned to the right.

    Example:
        >>> rows = [[Text("z1[0]"), Text("1.1"), Text("0.5 · 2 + 0.1")]]
        >>> table = FittedTable([Text("number"), Text("result"), Text("formula")], rows, numeric=[1])
        >>> Console(width=27).print(table)  # doctest: +NORMALIZE_WHITESPACE
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

    header: Sequence[Text]
    rows: Sequence[Sequence[Text]]
    numeric: Sequence[int] = ()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = list(zip(self.header, *self.rows, strict=True))
        widths = _widths(columns, options.max_width - GAP * (len(columns) - 1))
        if widths is None:
            yield from self._blocks(console, options.max_width)
        else:
            yield self._columns(widths)

    def _columns(self, widths: Sequence[int]) -> Table:
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False)
        for i, (name, width) in enumerate(zip(self.header, widths, strict=True)):
            table.add_column(name, justify="right" if i in self.numeric else "left", width=width)
        for row in self.rows:
            table.add_row(*row)
        return table

    def _blocks(self, console: Console, width: int) -> Iterator[Text]:
        """Each row as `name: cell` lines, the first flush left; what is left empty is left out."""
        for row in self.rows:
            for i, (name, cell) in enumerate(zip(self.header, row, strict=True)):
                if cell.plain:
                    label = f"{name.plain}: " if name.plain else ""
                    yield from _hanging(Text.assemble((label, "bold"), cell), console, width, INDENT if i else 0)


def _widths(columns: Sequence[Sequence[Text]], available: int) -> list[int] | None:
    """As wide as their lines, the widest narrowed until all fit, none below its longest word; None if that fails."""
    words = [max(cell_len(word) for cell in column for word in cell.plain.split() or [""]) for column in columns]
    lines = [max(cell_len(line) for cell in column for line in cell.plain.split("\n")) for column in columns]
    for widest in range(available, 0, -1):
        widths = [min(line, max(word, widest)) for word, line in zip(words, lines, strict=True)]
        if sum(widths) <= available:
            return widths
    return None


def _hanging(text: Text, console: Console, width: int, indent: int) -> Iterator[Text]:
    """The text from `indent` on, and what its first line does not hold further in."""
    for i, line in enumerate(text.wrap(console, max(1, width - indent - INDENT))):
        yield Text(" " * (indent + INDENT if i else indent)) + line
