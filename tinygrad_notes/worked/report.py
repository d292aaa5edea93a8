"""Reports: headings, paragraphs and tables, written for a terminal or as Markdown, LaTeX or HTML.

Sheets, explanations, marks and notes all build a `Report`; only this module knows how one is put on a page.
Text is text: labels that users typed are shown character by character and never read as markup.
"""

from __future__ import annotations

import html
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tinygrad_notes.collector import collector_paused
from tinygrad_notes.number_systems.latex import escaped, latex
from tinygrad_notes.number_systems.symbols import Expression, text, visible

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.text import Text

    from tinygrad_notes.worked.fitted_table import FittedTable

Tone = Literal["", "right", "wrong", "doubtful", "quiet"]
Line = str | Expression
NARROWEST = 40  # columns of a page: no number (-2.2250738585072014e-308), with what stands around it, is broken


@dataclass(frozen=True, slots=True)
class Cell:
    """One or more lines, each prose or a formula; formulas below one another are equal, and are shown so.

    The tone gives a color, never the only sign of a meaning.
    """

    lines: tuple[Line, ...]
    tone: Tone = ""

    def marked(self) -> Iterator[tuple[Line, str]]:
        """Each line with what is to stand before it: "= " where it says the formula above it in other terms."""
        before: Line = ""
        for line in self.lines:
            yield line, "= " if isinstance(line, Expression) and isinstance(before, Expression) else ""
            before = line


def cell(*lines: Line, tone: Tone = "") -> Cell:
    return Cell(lines, tone)


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a header; columns whose number is in `numeric` are aligned to the right."""

    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numeric: Sequence[int] = ()


Block = Heading | Paragraph | Table


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
        return "\n\n".join(map(_markdown_block, self.blocks)) + "\n"

    def latex(self) -> str:
        """LaTeX for the body of a document; needs `amsmath` and `longtable`."""
        return "\n\n".join(map(_latex_block, self.blocks)) + "\n"

    def html(self) -> str:
        """A fragment of HTML without scripts."""
        return f'<div class="tinygrad-notes">{"".join(map(_html_block, self.blocks))}</div>'

    def __rich__(self) -> Group:
        from rich.console import Group

        return Group(*(part for block in self.blocks for part in _rich_block(block)))

    def __str__(self) -> str:
        return self.plain()

    def plain(self, width: int = 80) -> str:
        """As a terminal of this width without colors shows it, of `NARROWEST` columns at least."""
        from rich.console import Console

        return self._on(Console(width=width, color_system=None, force_terminal=False, highlight=False))

    def terminal(self) -> str:
        """As the terminal at hand shows it: in colors (but for NO_COLOR); in a pipe without, 80 columns wide."""
        from rich.console import Console

        return self._on(Console(highlight=False))

    @collector_paused()
    def _on(self, console: Console) -> str:
        console.width = max(console.width, NARROWEST)
        with console.capture() as capture:
            console.print(self, crop=False)  # every line fits by now
        return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"

    def _repr_html_(self) -> str:
        return f"<style>{_HTML_SPACING}</style>{self.html()}"


class Shown(ABC):
    """What shows itself as its report does: in a terminal, in print and in Jupyter."""

    @abstractmethod
    def report(self, digits: int = 6) -> Report:
        """What there is to show, at so many significant digits, to be turned into Markdown, LaTeX or HTML."""

    def __rich__(self) -> Group:
        return self.report().__rich__()

    def __str__(self) -> str:
        return str(self.report())

    def _repr_html_(self) -> str:
        return self.report()._repr_html_()


def _plain(line: Line) -> str:
    return visible(line if isinstance(line, str) else text(line))


# Markdown -------------------------------------------------------------------------------------------


def _markdown_block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"## {_markdown_text(block.text)}"
    if isinstance(block, Paragraph):
        return _markdown_text(block.text)
    rows = [block.header, *([_markdown_cell(cell) for cell in row] for row in block.rows)]
    rule = ["--:" if i in block.numeric else "---" for i in range(len(block.header))]
    lines = [list(map(_markdown_text, block.header)), rule, *rows[1:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _markdown_cell(cell: Cell) -> str:
    return "<br>".join(
        _markdown_text(line) if isinstance(line, str) else _markdown_code(equals + _plain(line))
        for line, equals in cell.marked()
    )


def _markdown_text(plain: str) -> str:
    return re.sub(r"([\\`*_\[\]|$~])", r"\\\1", html.escape(visible(plain), quote=False))


def _markdown_code(plain: str) -> str:
    """A code span; it holds any character, once its fence is longer than every run of backticks inside."""
    runs = [len(run) for run in re.findall("`+", plain)]
    fence = "`" * (max(runs, default=0) + 1)
    padding = " " if runs else ""
    return fence + padding + plain.replace("|", "\\|") + padding + fence


# LaTeX ----------------------------------------------------------------------------------------------


def _latex_block(block: Block) -> str:
    if isinstance(block, Heading):
        return rf"\section*{{{_latex_text(block.text)}}}"
    if isinstance(block, Paragraph):
        return _latex_text(block.text)
    columns = "".join(_latex_columns(block))
    rows = [" & ".join(map(_latex_text, block.header)) + r" \\ \hline"]
    rows += [" & ".join(map(_latex_cell, row)) + r" \\" for row in block.rows]
    return "\n".join([rf"\begin{{longtable}}{{{columns}}}", *rows, r"\end{longtable}"])


def _latex_columns(table: Table) -> Iterator[str]:
    """How each column is set: those with much in them share the width that the short ones leave."""
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.header)
    wide = [any(len(cell.lines) > 1 or len(_plain(cell.lines[0])) > 30 for cell in column) for column in columns]
    share = (0.95 - 0.13 * wide.count(False)) / max(1, wide.count(True))
    for i, is_wide in enumerate(wide):
        yield rf"p{{{max(share, 0.2):.2f}\linewidth}}" if is_wide else "r" if i in table.numeric else "l"


def _latex_cell(cell: Cell) -> str:
    return r" \newline ".join(
        _latex_text(line) if isinstance(line, str) else f"${equals}{latex(line)}$" for line, equals in cell.marked()
    )


def _latex_text(plain: str) -> str:
    return escaped(plain)


# HTML -----------------------------------------------------------------------------------------------

# On white, and on black where the page around says that it is dark.
_HTML_TONES = {
    "right": ("#1a6b3c", "#7fd1a0"),
    "wrong": ("#a8201a", "#ff9d96"),
    "doubtful": ("#7a5200", "#f0c05a"),
    "quiet": ("#666666", "#a5a5a5"),
}
# Some notebooks (marimo) take headings and tables every space and weight that a browser gives them.
_HTML_SPACING = (
    ".tinygrad-notes h3{font-size:1.1em;font-weight:bold;margin:1em 0 .3em}"
    ".tinygrad-notes p{margin:.3em 0}"
    ".tinygrad-notes :is(th,td){padding:.15em .5em}"
)


def _html_block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h3>{html.escape(visible(block.text))}</h3>"
    if isinstance(block, Paragraph):
        return f"<p{_html_style(block.tone)}>{html.escape(visible(block.text))}</p>"
    head = "".join(
        f'<th scope="col"{_html_style("", _side(i in block.numeric))}>{html.escape(visible(name))}</th>'
        for i, name in enumerate(block.header)
    )
    rows = "".join(
        f"<tr>{''.join(_html_cell(cell, i in block.numeric) for i, cell in enumerate(row))}</tr>" for row in block.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _html_cell(cell: Cell, numeric: bool) -> str:
    lines = (
        html.escape(_plain(line)) if isinstance(line, str) else f"<code>{equals}{html.escape(_plain(line))}</code>"
        for line, equals in cell.marked()
    )
    return f"<td{_html_style(cell.tone, _side(numeric))}>{'<br>'.join(lines)}</td>"


def _side(numeric: bool) -> str:
    return "right" if numeric else "left"


def _html_style(tone: Tone, align: str = "") -> str:
    rules = [f"text-align:{align}"] if align else []
    if tone:
        light, dark = _HTML_TONES[tone]
        rules += [f"color:{light}", f"color:light-dark({light},{dark})"]  # the second where the browser knows it
    return f' style="{";".join(rules)}"' if rules else ""


# Terminal -------------------------------------------------------------------------------------------

_RICH_TONES = {"": "", "right": "green", "wrong": "bold red", "doubtful": "yellow", "quiet": "dim"}


def _rich_block(block: Block) -> list[Text | FittedTable]:
    from rich.text import Text

    from tinygrad_notes.worked.fitted_table import FittedTable

    if isinstance(block, Heading):
        return [Text("\n" + visible(block.text), style="bold")]
    if isinstance(block, Paragraph):
        return [Text(visible(block.text), style=_RICH_TONES[block.tone])]
    rows = [[_rich_cell(cell) for cell in row] for row in block.rows]
    return [FittedTable(list(map(visible, block.header)), rows, block.numeric)]


def _rich_cell(cell: Cell) -> tuple[str, str]:
    return "\n".join(equals + _plain(line) for line, equals in cell.marked()), _RICH_TONES[cell.tone]
