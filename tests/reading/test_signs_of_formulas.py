"""A formula that was judged gets its sign at its place: in Markdown, LaTeX, notebooks and on the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tinygrad_notes.reading.formulas import Name
from tinygrad_notes.reading.judged_formulas import judged_formulas
from tinygrad_notes.reading.letters import Letters
from tinygrad_notes.reading.note import read_note
from tinygrad_notes.reading.note_files import read_note_file
from tinygrad_notes.reading.note_page import note_page

GIVEN = "Let $w = 2$ and $x = 3$. Then $L = (w x)^2 = 36$.\n\n"
WITH_NUMBERS = r"$\frac{\partial L}{\partial w} = 2 w x = 12$"
WITHOUT = (
    r"$C = (p - q)^2$, so $\frac{\partial C}{\partial p} = 2(p - q)$ and $\frac{\partial C}{\partial q} = 2(p - q)$"
)
NOTE = f"{GIVEN}{WITH_NUMBERS}\n\n{WITHOUT}\n"


def marked(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_note_file(path).marked()


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [("n.md", r"\ \text{✗ formula}", r"\ \text{✓}"), ("n.tex", r"\ \mbox{(wrong formula)}", r"\ \mbox{(right)}")],
)
def test_signs_stand_behind_the_formula(tmp_path: Path, name: str, wrong: str, right: str) -> None:
    text = marked(tmp_path, name, NOTE)
    assert f"2 w x{wrong} = 12" in text
    assert f"{{\\partial p}} = 2(p - q){right}$" in text
    assert f"{{\\partial q}} = 2(p - q){wrong}$" in text
    assert text.count(wrong) == 2
    assert wrong.partition("{")[2].rstrip("}") in text.rpartition("right")[2] + text.rpartition("✓")[2]  # the legend


def test_signs_in_a_notebook(tmp_path: Path) -> None:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": part} for part in (GIVEN, WITH_NUMBERS, WITHOUT)]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    sources = [cell["source"] for cell in json.loads(marked(tmp_path, "n.ipynb", json.dumps(notebook)))["cells"]]
    assert r"2 w x\ \text{✗ formula} = 12" in sources[1]
    assert r"2(p - q)\ \text{✓}$ and" in sources[2]


def test_signs_on_the_page(tmp_path: Path) -> None:
    (tmp_path / "n.md").write_text(NOTE, encoding="utf-8")
    page = note_page(read_note_file(tmp_path / "n.md"), "n")
    assert page.count("✗ formula</mtext>") == 2
    assert page.count("wrong for any numbers") == 2


def test_a_note_without_wrong_formulas_has_no_such_sign(tmp_path: Path) -> None:
    right = NOTE.replace("2 w x = 12", "2 w x^2 = 36").replace("q} = 2(p - q)", "q} = -2(p - q)")
    assert "✗" not in marked(tmp_path, "n.md", right).rpartition("✓ right")[0]
    assert all(mark.is_right for mark in judged_formulas(read_note(right)))


@pytest.mark.parametrize(
    ("letters", "names"),
    [("wx", ["w", "x"]), ("wx1b", ["w", "x1", "b"]), ("wy", []), ("w", []), ("xx1x", ["x", "x1", "x"])],
)
def test_letters_side_by_side(letters: str, names: list[str]) -> None:
    made = Letters({"w", "x", "x1", "b"}).apart(Name(letters))
    found = [part for part in str(made).split("'") if part in ("w", "x", "x1", "b")]
    assert found == (names or ([letters] if letters == "w" else []))
