"""The blocks of a report as Markdown, LaTeX and HTML. Text is text, whatever it holds: it never becomes markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from tinygrad_notes.number_systems.latex import escaped, latex
from tinygrad_notes.number_systems.symbols import visible
from tinygrad_notes.worked.blocks import Block, Cell, Heading, Paragraph, Table, Tone, spelled

# Markdown -------------------------------------------------------------------------------------------


def markdown_block(block: Block) -> str:
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
        _markdown_text(line) if isinstance(line, str) else _markdown_code(equals + spelled(line))
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


def latex_block(block: Block) -> str:
    if isinstance(block, Heading):
        return rf"\section*{{{escaped(block.text)}}}"
    if isinstance(block, Paragraph):
        return escaped(block.text)
    columns = "".join(_latex_columns(block))
    rows = [" & ".join(map(escaped, block.header)) + r" \\ \hline"]
    rows += [" & ".join(map(_latex_cell, row)) + r" \\" for row in block.rows]
    return "\n".join([rf"\begin{{longtable}}{{{columns}}}", *rows, r"\end{longtable}"])


def _latex_columns(table: Table) -> Iterator[str]:
    """How each column is set: those with much in them share the width that the short ones leave."""
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.header)
    wide = [any(len(cell.lines) > 1 or len(spelled(cell.lines[0])) > 30 for cell in column) for column in columns]
    share = (0.95 - 0.13 * wide.count(False)) / max(1, wide.count(True))
    for i, is_wide in enumerate(wide):
        yield rf"p{{{max(share, 0.2):.2f}\linewidth}}" if is_wide else "r" if i in table.numeric else "l"


def _latex_cell(cell: Cell) -> str:
    return r" \newline ".join(
        escaped(line) if isinstance(line, str) else f"${equals}{latex(line)}$" for line, equals in cell.marked()
    )


# HTML -----------------------------------------------------------------------------------------------

# On white, and on black where the page around says that it is dark.
_HTML_TONES = {
    "right": ("#1a6b3c", "#7fd1a0"),
    "wrong": ("#a8201a", "#ff9d96"),
    "doubtful": ("#7a5200", "#f0c05a"),
    "quiet": ("#666666", "#a5a5a5"),
}
# Some notebooks (marimo) take headings and tables every space and weight that a browser gives them.
HTML_SPACING = (
    ".tinygrad-notes h3{font-size:1.1em;font-weight:bold;margin:1em 0 .3em}"
    ".tinygrad-notes p{margin:.3em 0}"
    ".tinygrad-notes :is(th,td){padding:.15em .5em}"
)


def html_block(block: Block) -> str:
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
        html.escape(spelled(line)) if isinstance(line, str) else f"<code>{equals}{html.escape(spelled(line))}</code>"
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
