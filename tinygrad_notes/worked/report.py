"""Reports: headings, paragraphs and tables, written for a terminal or as Markdown, LaTeX or HTML.

Sheets, explanations, marks and notes all build a `Report`; only it knows how it is put on a page, with `markup` for
documents and `fitted_table` for a terminal's tables.
Text is text: labels that users typed are shown character by character and never read as markup.
"""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from tinygrad_notes.collector import collector_paused
from tinygrad_notes.number_systems.symbols import visible
from tinygrad_notes.worked.blocks import Block, Cell, Heading, Paragraph, Table, Tone, cell, spelled
from tinygrad_notes.worked.fitted_table import FittedTable, Styled, wrapped

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

__all__ = ["Block", "Cell", "Heading", "Paragraph", "Report", "Shown", "Table", "Tone", "cell", "spelled"]
NARROWEST = 40  # columns of a page: no number (-2.2250738585072014e-308), with what stands around it, is broken


@dataclass(slots=True)
class Report:
    """What there is to say, block by block.

    Example:
        >>> report = Report([Heading("Sums"), Table(["a", "b"], [[cell("1"), cell("<b>")]])])
        >>> print(report.markdown())
        ## Sums
        <BLANKLINE>
        | a | b |
        | --- | --- |
        | 1 | &lt;b&gt; |
        <BLANKLINE>
    """

    blocks: list[Block] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The text of the first heading; "" where there is none."""
        return next((block.text for block in self.blocks if isinstance(block, Heading)), "")

    def markdown(self) -> str:
        """GitHub's Markdown; formulas as code, so that they read well unrendered too."""
        from tinygrad_notes.worked.markup import markdown_block

        return "\n\n".join(map(markdown_block, self.blocks)) + "\n"

    def latex(self) -> str:
        """LaTeX for the body of a document; needs `amsmath` and `longtable`."""
        from tinygrad_notes.worked.markup import latex_block

        return "\n\n".join(map(latex_block, self.blocks)) + "\n"

    def html(self) -> str:
        """A fragment of HTML without scripts."""
        from tinygrad_notes.worked.markup import html_block

        return f'<div class="tinygrad-notes">{"".join(map(html_block, self.blocks))}</div>'

    def __str__(self) -> str:
        return self.plain()

    @collector_paused()
    def plain(self, width: int = 80) -> str:
        """As a terminal of this width without colors shows it, of `NARROWEST` columns at least."""
        lines = self._lines(max(width, NARROWEST))
        return "".join(["".join(map(itemgetter(0), line)).rstrip() + "\n" for line in lines])

    @collector_paused()
    def terminal(self) -> str:
        """As the terminal at hand shows it: in colors (but for NO_COLOR); in a pipe without."""
        if not (sys.stdout.isatty() or any(name in os.environ for name in _COLORED)):
            return self.plain(_columns())
        from rich.console import Console  # takes as long to load as the rest of a page to be marked

        console = Console(highlight=False)
        console.width = max(console.width, NARROWEST)
        with console.capture() as capture:
            console.print(self, crop=False)  # every line fits by now
        return "".join(line.rstrip() + "\n" for line in capture.get().splitlines())

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.segment import Segment

        for line in self._lines(options.max_width):
            for style, parts in groupby(line, itemgetter(1)):
                yield Segment("".join(text for text, _ in parts), console.get_style(style) if style else None)
            yield Segment.line()

    def _lines(self, width: int) -> Iterator[Iterable[Styled]]:
        return chain.from_iterable([_lines_of(block, width) for block in self.blocks])

    def _repr_html_(self) -> str:
        from tinygrad_notes.worked.markup import HTML_SPACING

        return f"<style>{HTML_SPACING}</style>{self.html()}"


class Shown(ABC):
    """What shows itself as its report does: in a terminal, in print and in Jupyter."""

    @abstractmethod
    def report(self, digits: int = 6) -> Report:
        """What there is to show, at so many significant digits, to be turned into Markdown, LaTeX or HTML."""

    def __rich__(self) -> Report:
        return self.report()

    def __str__(self) -> str:
        return str(self.report())

    def _repr_html_(self) -> str:
        return self.report()._repr_html_()


# In a terminal --------------------------------------------------------------------------------------

_COLORED = ("FORCE_COLOR", "TTY_COMPATIBLE")  # who sets one of them may want colors in a pipe, too
_TONES = {"": "", "right": "green", "wrong": "bold red", "doubtful": "yellow", "quiet": "dim"}


def _lines_of(block: Block, width: int) -> Iterable[Iterable[Styled]]:
    """The lines of a block, each of so many columns at most."""
    if isinstance(block, Table):
        rows = [[_styled(cell) for cell in row] for row in block.rows]
        return FittedTable(list(map(visible, block.header)), rows, block.numeric).lines(width)
    style = "bold" if isinstance(block, Heading) else _TONES[block.tone]
    lines = [[(line, style)] for line in wrapped(visible(block.text), width)]
    return [[], *lines] if isinstance(block, Heading) else lines


def _styled(cell: Cell) -> Styled:
    if len(cell.lines) == 1:  # as most have
        return spelled(cell.lines[0]), _TONES[cell.tone]
    return "\n".join([equals + spelled(line) for line, equals in cell.marked()]), _TONES[cell.tone]


def _columns() -> int:
    """How wide the terminal is that a standard stream belongs to, or else 80; COLUMNS overrules both."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    for stream in range(3):
        with suppress(OSError):
            return os.get_terminal_size(stream).columns or 80
    return 80
