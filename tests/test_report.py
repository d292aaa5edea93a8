"""Reports on a page: terminal, Markdown, LaTeX, HTML."""

from __future__ import annotations

import re

from tinygrad_notes.draw.style import contrast
from tinygrad_notes.number_systems.symbols import Symbol
from tinygrad_notes.worked.documents import html_page, latex_document, markdown_page
from tinygrad_notes.worked.report import Heading, Paragraph, Report, Table, cell

TONES = ("right", "wrong", "doubtful", "quiet")
REPORT = Report(
    [
        Heading("A & B"),
        Paragraph("One *sentence* of [text](link)."),
        Table(["name", "value"], [[cell(Symbol("a|b")), cell("1", "2", tone="wrong")]], numeric=(1,)),
    ]
)


def test_markdown_shows_text_as_text():
    assert REPORT.markdown() == (
        "## A &amp; B\n\nOne \\*sentence\\* of \\[text\\](link).\n\n"
        "| name | value |\n| --- | --: |\n| `a\\|b` | 1<br>2 |\n"
    )


def test_latex_is_escaped_and_complete():
    written = REPORT.latex()
    assert r"\section*{A \& B}" in written
    assert r"$\text{a|b}$ & 1 \newline 2 \\" in written
    assert written.count(r"\begin{longtable}") == written.count(r"\end{longtable}") == 1


def test_html_has_headers_with_a_scope_and_aligned_numbers():
    written = REPORT.html()
    assert '<th scope="col" style="text-align:left">name</th>' in written
    assert '<td style="text-align:right;color:#a8201a;color:light-dark(#a8201a,#ff9d96)">1<br>2</td>' in written


def test_tones_can_be_read_on_light_and_on_dark_notebooks():
    written = Report([Paragraph("word", tone) for tone in TONES]).html()
    colors = re.findall(r"light-dark\((#\w{6}),(#\w{6})\)", written)
    assert len(colors) == len(TONES)
    for light, dark in colors:
        assert contrast(light, "#ffffff") >= 4.5
        assert contrast(dark, "#1e1e1e") >= 4.5


def test_a_notebook_spaces_what_it_shows_and_nothing_else_on_its_page():
    shown = REPORT._repr_html_()
    style, fragment = shown.removeprefix("<style>").split("</style>")
    assert fragment == REPORT.html()
    assert fragment.startswith('<div class="tinygrad-notes">')
    selectors = re.findall(r"(?:^|\})([^{}]+)\{", style)
    assert selectors and all(selector.startswith(".tinygrad-notes ") for selector in selectors)


def test_a_terminal_of_any_width_is_not_overrun():
    wide = Report([Table(["formula"], [[cell("word " * 60)]])])
    for width in 20, 80, 120:
        assert max(map(len, wide.plain(width).splitlines())) <= width


def test_documents_are_whole_and_hold_the_report():
    page = html_page(REPORT, "A <b>", figure="<svg></svg>")
    assert page.startswith("<!DOCTYPE html>")
    assert "<title>A &lt;b&gt;</title>" in page
    assert "<figure><svg></svg></figure>" in page
    assert REPORT.html() in page
    article = latex_document(REPORT, "50% of δ", figure="network.pdf")
    assert r"\title{50\% of \ensuremath{\delta}}" in article
    assert r"\includegraphics[width=\linewidth]{network.pdf}" in article
    assert article.index(r"\begin{document}") < article.index(REPORT.latex()) < article.index(r"\end{document}")
    assert markdown_page(REPORT, "network.svg") == "![the network](network.svg)\n\n" + REPORT.markdown()
