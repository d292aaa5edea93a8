"""Sheets on paper: what stands on them, what does not, and that they are set."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tinygrad_notes.classroom import Key, Question, StudentExercise
from tinygrad_notes.classroom.asking import Wish, questions
from tinygrad_notes.classroom.numbers import draw_given, probes
from tinygrad_notes.classroom.print.documents import FORMS, picture_of
from tinygrad_notes.classroom.print.html_pages import html_page
from tinygrad_notes.classroom.print.latex_pages import latex_page
from tinygrad_notes.classroom.print.markdown_pages import markdown_page
from tinygrad_notes.classroom.print.page import Page, page_of
from tinygrad_notes.classroom.print.typst_pages import can_print, pdf, typst_source
from tinygrad_notes.classroom.secret import Draws
from tinygrad_notes.classroom.sources import Source, from_file, from_layers
from tinygrad_notes.worked.rounding import Precision

CELL = """\
x = [0.2 … 0.9, 0.2 … 0.9]
w_in = [[0.1 … 0.9, -0.9 … -0.1], [0.1 … 0.9, 0.5]]
learning_rate = 0.1 … 0.3
z = w_in@x
p = softmax(z)
L = -ln(p[0])
dL/dz = p - [1, 0]
w_in = w_in - learning_rate*outer(dL/dz, x)
"""
SOURCES: dict[str, Callable[[Path], Source]] = {
    "2-2-1": lambda _: from_layers([2, 2, 1], ["sigmoid"], "squared_error", 0.5, "W@x"),
    "3-2-3": lambda _: from_layers([3, 2, 3], ["tanh", "softmax"], "cross_entropy", 0.1, "x@W"),
    "12-3-1": lambda _: from_layers([12, 3, 1], ["relu", "sigmoid"], "binary_cross_entropy", 0.1, "W@x"),
    "cell": lambda folder: _calculation(folder),
}  # fmt: skip
WRITERS: dict[str, Callable[[Page], str]] = {
    "html": html_page,
    "tex": latex_page,
    "md": markdown_page,
    "typst": lambda page: typst_source(page),
}
STRANGE = [
    "Ada <script>alert(1)</script>",
    'A"&amp;\\input{x}%$^_~{}#',
    "`*[x](y)*`|",
    "李小龙",
    "#eval(1)$x$@y",
    "=1+1",
    "ﷺ 🙂",
]


def _calculation(folder: Path) -> Source:
    path = folder / "cell.calc"
    path.write_text(CELL, encoding="utf-8")
    return from_file(path)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Source, tuple[Question, ...]]]:
    """Each source, with what is asked of it."""
    folder = tmp_path_factory.mktemp("sources")
    made_ = {name: source(folder) for name, source in SOURCES.items()}
    return {name: (source, questions(probes(source, 2, dead_units=True), Wish())[0]) for name, source in made_.items()}


def made(
    source: Source, asked: tuple[Question, ...], student: str = "Ada Lovelace", seed: bytes = b"one"
) -> tuple[Key, StudentExercise]:
    given = draw_given(source.specs, Draws(seed))
    exercise = StudentExercise("abcd-efgh", student, "01-Ada", given, source.template, asked)
    return Key("Backpropagation", source.template, asked, (exercise,)), exercise


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("name", SOURCES)
def test_a_sheet_holds_what_is_given_and_no_answer_and_its_key_page_holds_all(sources, name: str, form: str) -> None:
    key, exercise = made(*sources[name])
    sheet = WRITERS[form](page_of(key, exercise))
    solved = WRITERS[form](page_of(key, exercise, is_key=True))
    assert "Ada Lovelace" in sheet
    assert "abcd" in sheet
    for quantity in exercise.sheet.given.values():
        for value in quantity.elements:
            assert f"{value.data:g}" in sheet
    given = {f"{value.data:g}" for quantity in exercise.sheet.given.values() for value in quantity.elements}
    for value in exercise.sheet.values.values():
        written = f"{value.data:.3g}"
        if len(written.lstrip("-0.")) >= 3 and written not in given:
            assert written not in sheet, value.label
            assert written.removeprefix("-") in solved, value.label


@pytest.mark.parametrize("form", WRITERS)
def test_formulas_are_shown_hidden_or_asked(sources, form: str) -> None:
    key, exercise = made(*sources["2-2-1"])
    shown, hidden, asked = (WRITERS[form](page_of(key, exercise, how)) for how in ("shown", "hidden", "asked"))
    formula = {"html": "<mo>&#x02299;</mo>", "tex": r"\odot", "md": r"\odot", "typst": "⊙"}[form]
    assert formula in shown
    assert formula not in hidden
    assert formula not in asked
    assert "Write the formula" in asked
    assert "Write the formula" not in shown


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("student", STRANGE)
def test_names_are_text_in_every_form(sources, student: str) -> None:
    key, exercise = made(*sources["2-2-1"], student)
    page = page_of(key, exercise)
    tags = Tags()
    tags.feed(html_page(page))
    assert "script" not in tags.found
    assert student in tags.text
    typst = typst_source(page)
    assert typst.count('"' + student.replace("\\", "\\\\").replace('"', '\\"') + '"') == 1
    assert "<script" not in markdown_page(page)
    assert r"\input" not in latex_page(page)


def test_the_pdf_is_the_same_every_time_and_holds_pages_of_the_paper(sources) -> None:
    key, exercise = made(*sources["2-2-1"], STRANGE[1])
    page = page_of(key, exercise)
    sizes = {}
    for paper in ("a4", "letter"):
        document = pdf(page, picture_of(exercise).svg(), paper)
        assert document == pdf(page, picture_of(exercise).svg(), paper)
        found = re.search(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", document)
        sizes[paper] = tuple(round(float(side)) for side in found.groups()) if found else None
    assert sizes == {"a4": (595, 842), "letter": (612, 792)}


def test_a_name_that_no_font_has_is_told_and_a_number_stands_in_its_place(sources, tmp_path: Path) -> None:
    assert can_print("Zoë Núñez Ωμέγα Шон Ž ∂ ⊙")
    nobody_has = "\U0010fff0"  # of private use
    assert not can_print(f"Ada {nobody_has}")
    key, exercise = made(*sources["2-2-1"], f"Ada {nobody_has}")
    files = dict(FORMS["tex"](page_of(key, exercise), None, tmp_path / "07-Ada", "a4"))
    assert list(files) == [tmp_path / "07-Ada.tex"]
    assert "No. 07" in str(files[tmp_path / "07-Ada.tex"])


@pytest.mark.parametrize("name", SOURCES)
def test_a_picture_shows_no_number_that_is_to_be_worked_out(sources, name: str) -> None:
    _, exercise = made(*sources[name])
    picture = picture_of(exercise)
    assert picture is not None
    shown = set(re.findall(r">([-−]?[\d.]+)<", picture.svg()))
    given = {f"{value.data:g}".replace("-", "−") for q in exercise.sheet.given.values() for value in q.elements}
    assert shown <= given


@pytest.mark.tex
@pytest.mark.parametrize("is_key", [False, True])
@pytest.mark.parametrize("name", SOURCES)
def test_pdflatex_sets_a_sheet_as_it_stands(sources, tmp_path: Path, name: str, is_key: bool) -> None:
    key, exercise = made(*sources[name], "李 <b> %$#_{}~^\\ & Ö")
    page = page_of(key, exercise, is_key=is_key)
    for path, content in FORMS["tex"](page, picture_of(exercise), tmp_path / "01-x", "a4"):
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    ran = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "01-x.tex"],
        cwd=tmp_path,
        capture_output=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout[-2000:]
    assert (tmp_path / "01-x.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("layers", [[24, 3, 1], [3, 24, 1]])
def test_large_arrays_are_set_smaller_and_long_workings_may_break(layers: list[int]) -> None:
    source = from_layers(layers, ["sigmoid"], "squared_error", 0.5, "x@W")
    given = draw_given(source.specs, Draws(b"large"))
    question = Question("dC/dW1", Precision(3), 1.0)
    exercise = StudentExercise("abcd-efgh", "Ada", "01-Ada", given, source.template, (question,))
    key = Key("Large", source.template, (question,), (exercise,))
    page = page_of(key, exercise)
    assert {array.scale for _, array in page.given} == {1.0, 20 / 24, 0.5}
    assert r"\scalebox{0.50}" in latex_page(page)
    assert "font-size:0.50em" in html_page(page)
    assert "size: 0.50em" in typst_source(page)
    solved = page_of(key, exercise, is_key=True)
    assert [task.is_long for section in solved.sections for task in section.tasks].count(True) >= 2
    assert "#block(breakable: true)" in typst_source(solved)
    assert latex_page(solved).count(r"\begin{unbroken}") == latex_page(solved).count(r"\end{unbroken}")


def test_long_formulas_are_cut_into_pieces_where_browsers_break_lines(sources) -> None:
    key, exercise = made(*sources["12-3-1"])
    solved = html_page(page_of(key, exercise, is_key=True))
    assert max(map(len, re.findall(r"<math.*?</math>", solved))) < 3000
