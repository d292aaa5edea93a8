"""Reports on a page: terminal, Markdown, LaTeX, HTML."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from tinygrad_notes.draw.style import contrast
from tinygrad_notes.notes import delta_rule, jacobians, training_loop, worked_example, xor
from tinygrad_notes.number_systems.symbols import Symbol, text
from tinygrad_notes.worked.documents import html_page, latex_document, markdown_page
from tinygrad_notes.worked.fitted_table import NARROW, FittedTable, wrapped
from tinygrad_notes.worked.report import NARROWEST, Heading, Paragraph, Report, Table, cell

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


@cache
def page_of(name: str, digits: int) -> Report:
    """The tables that a command prints at so many digits."""
    pages = {
        "main page": lambda: worked_example.report(digits),
        "mark": lambda: worked_example.worked_example().marking.report(digits),
        "note A": lambda: delta_rule.report(digits),
        "note C": lambda: xor.report(digits, epochs=20),
        "note D": lambda: training_loop.report(digits),
        "note E": lambda: jacobians.report(digits),
    }
    return pages[name]()


PAGES = ("main page", "mark", "note A", "note C", "note D", "note E")


def words_of(report: Report) -> Counter[str]:
    """The words of all cells; a formula that says again what stands above it begins with one more "="."""
    tables = [block for block in report.blocks if isinstance(block, Table)]
    lines = [line for table in tables for row in table.rows for cell in row for line in cell.lines]
    return Counter(word for line in lines for word in (line if isinstance(line, str) else text(line)).split())


@settings(max_examples=50)
@given(st.sampled_from(PAGES), st.integers(20, 200), st.integers(3, 17))
@example("note E", 80, 17)
@example("note D", 80, 12)
@example("mark", 60, 17)
@example("mark", 32, 6)
@example("mark", 44, 6)
def test_every_number_stands_whole_on_a_page_of_any_width(name, width, digits):
    page = page_of(name, digits)
    shown = page.plain(width)
    assert words_of(page) - Counter(shown.split()) == Counter()
    assert max(map(len, shown.splitlines())) <= max(width, NARROWEST)


def test_a_narrow_page_names_each_number_of_a_row():
    row = [cell(name) for name in ("z1[0]", "-0.26470542904009942", "-0.26470542904009947", "")]
    page = Report([Table(["number", "by hand", "engine", "note"], [row], numeric=(1, 2))])
    assert page.plain(40) == "number: z1[0]\n  by hand: -0.26470542904009942\n  engine: -0.26470542904009947\n"
    assert page.plain(80).splitlines()[2].split() == [line for cell in row for line in cell.lines if line]


@pytest.mark.parametrize("block", ["{}", "= {} · {}"])
def test_the_longest_number_fits_the_narrowest_page(block):
    longest = str(-2.2250738585072014e-308)
    page = Report([Table(["formula, then its numbers"] * 2, [[cell(block.format(longest, f"({longest})^2"))] * 2])])
    assert page.plain(1).count(longest) == 2 * block.count("{}")


def test_words_longer_than_a_page_are_folded_and_lose_nothing():
    page = Report([Table(["label", "value"], [[cell("x" * 100), cell("0.5")]])])
    assert page.plain(40).count("x") == 100
    assert max(map(len, page.plain(40).splitlines())) <= 40


def test_a_console_of_ones_own_crops_no_number_either():
    console = Console(width=30, color_system=None)
    with console.capture() as shown:
        console.print(page_of("mark", 17))
    assert words_of(page_of("mark", 17)) - Counter(shown.get().split()) == Counter()


def test_a_table_is_as_wide_as_the_terminal_allows():
    wide = Report([Table(["formula"], [[cell("word " * 60)]])])
    for width in 40, 80, 120:
        assert width - 5 < max(map(len, wide.plain(width).splitlines())) <= width


WORDS = st.text(st.sampled_from("ab-1·δ∂字́ "), min_size=1, max_size=30).filter(str.strip)
# Rich leaves out an accent that no letter stands before.
CELLS = st.lists(
    WORDS.map(str.strip).filter(lambda word: not unicodedata.combining(word[0])), min_size=1, max_size=2
).map("\n".join)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4), st.sets(st.integers(0, 2)), st.integers(70, 130)
)
def test_a_table_that_fits_is_laid_out_as_by_rich(rows, numeric, width):
    theirs = RichTable(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False)
    for i, name in enumerate(("number", "its formula", "")):
        theirs.add_column(name, justify="right" if i in numeric else "left")
    for row in rows:
        theirs.add_row(*map(Text, row))
    ours = FittedTable(["number", "its formula", ""], [[(text, "") for text in row] for row in rows], sorted(numeric))
    console = Console(width=200, color_system=None)
    with console.capture() as shown:
        console.print(theirs)
    lines = ["".join(text for text, _ in line).rstrip() for line in ours.lines(200)]
    assert lines == [line.rstrip() for line in shown.get().splitlines()]


@given(st.text(st.sampled_from("ab·δ字 \n"), max_size=80), st.integers(2, 30))
def test_lines_are_wrapped_as_by_rich(text, width):
    theirs = [line.plain.rstrip() for line in Text(text).wrap(Console(), width, tab_size=8)]
    assert [line.rstrip() for line in wrapped(text, width)] == theirs


def test_characters_taken_for_narrow_are_of_one_column():
    assert {cell_len(character) for character in NARROW} == {1}


@pytest.mark.parametrize("name", ["mark", "note E"])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_page_without_colors_has_the_text_of_one_with_them(name, width):
    console = Console(width=width, force_terminal=True, color_system="standard")
    with console.capture() as shown:
        console.print(page_of(name, 8), crop=False)
    assert re.search(r"\x1b\[1m", shown.get())
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.get()).splitlines()
    assert page_of(name, 8).plain(width).splitlines() == [line.rstrip() for line in lines]


def test_documents_are_whole_and_hold_the_report():
    page = html_page(REPORT, "A <b>", figure="<svg></svg>")
    assert page.startswith("<!DOCTYPE html>")
    assert "<title>A &lt;b&gt;</title>" in page
    assert page.index("A &amp; B</h3>") < page.index("<figure><svg></svg></figure>") < page.index("One *sentence*")
    assert REPORT.html() in html_page(REPORT, "A")
    article = latex_document(REPORT, "50% of δ", figure="network.pdf")
    assert r"\title{50\% of \ensuremath{\delta}}" in article
    picture = r"\includegraphics[width=\linewidth]{network.pdf}"
    assert article.index(r"\section*{A \& B}") < article.index(picture) < article.index("One *sentence*")
    plain = latex_document(REPORT, "A")
    assert plain.index(r"\begin{document}") < plain.index(REPORT.latex()) < plain.index(r"\end{document}")


def test_a_picture_stands_under_the_heading_of_its_page():
    heading, rest = REPORT.markdown().split("\n", 1)
    assert markdown_page(REPORT, "network.svg") == f"{heading}\n\n![the network](network.svg)\n{rest}"
