"""Notebooks: what cells printed is a claim, and `%%mark` shows a marked note."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tinygrad_notes import mark_note, read_note
from tinygrad_notes.reading.code_cells import printed
from tinygrad_notes.reading.note_files import read_note_file
from tinygrad_notes.reading.note_report import note_report

CELL = '{"cell_type": "markdown", "source": "z = 1*2 = 3"}'
ODD_OUTPUT = '{"cell_type": "code", "source": "z", "outputs": [[[]], null, {"data": null}, {"text": 5}]}'
ODD_NOTEBOOKS = [
    f'{{"cells": [{CELL}]}}', f'{{"cells": [{CELL}], "metadata": []}}', f'{{"cells": [{CELL}, {ODD_OUTPUT}]}}',
]  # fmt: skip


def stream(text: str) -> list[dict[str, Any]]:
    return [{"output_type": "stream", "name": "stdout", "text": text}]


def result(text: str) -> list[dict[str, Any]]:
    return [{"output_type": "execute_result", "metadata": {}, "execution_count": 1, "data": {"text/plain": [text]}}]


@pytest.mark.parametrize(
    ("source", "outputs", "claims"),
    [
        ("z = w*x\nprint(z)", stream("0.58\n"), ["z = 0.58"]),
        ("z = w*x\nz", result("0.58"), ["z = 0.58"]),
        ("z", result("np.float64(0.58)"), ["z = np.float64(0.58)"]),
        ("a", result("array([0.5, 0.25])"), ["a = array([0.5, 0.25])"]),
        ("print(W)", stream("[[0.1 0.2]\n [0.3 0.4]]\n"), ["W = [[0.1 0.2] [0.3 0.4]]"]),
        ("print(a)\nprint(b)", stream("0.5\n-1e-3\n"), ["a = 0.5", "b = -1e-3"]),
        ("print('z =', z)", stream("z = 0.58\n"), ["z = 0.58"]),
        ("for i in range(3): print(z)", stream("1\n2\n3\n"), []),
        ("print(z)", stream("0.58 s\n"), []),
        ("print(a)\nprint(b)", stream("0.5\n"), []),
        ("z = 1", [], []),
        ("z", [{"data": 3}], []),
        ("z", "no list", []),
        ("print(", stream("0.5"), []),
    ],
)
def test_only_a_number_or_an_array_printed_is_a_claim(source: str, outputs: Any, claims: list[str]) -> None:
    assert printed(source, outputs) == claims


def test_a_printed_number_is_judged_and_its_cell_named(tmp_path: Path) -> None:
    code = {"cell_type": "code", "metadata": {}, "execution_count": 1}
    cells = [
        code | {"outputs": [], "source": "w = 0.5\nx = 2"},
        code | {"outputs": stream("1.1\n"), "source": "z = w*x\nprint(z)"},
        code | {"outputs": result("array([1. , 0.5])"), "source": "v = [z, w]\nv"},
    ]
    path = tmp_path / "note.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    file = read_note_file(path)
    assert [(file.place(mark), mark.quantity, mark.claimed, mark.verdict) for mark in file.note.marks] == [
        ("cell 1, output", "z", "1.1", "slip"),
        ("cell 2, output", "v[0]", "1", "right"),
        ("cell 2, output", "v[1]", "0.5", "right"),
    ]
    assert json.loads(file.marked())["cells"] == cells


def test_a_note_shows_itself_in_a_frame_and_runs_nothing() -> None:
    shown = read_note("Let $w = 0.5$, so $z = 2w = 1.1$. <script>alert(1)</script>")._repr_html_()
    assert shown.startswith('<iframe title="A marked note" sandbox=""')
    assert "<script" not in shown
    assert "✗ 1&lt;/mtext&gt;" in shown
    assert "[data-jp-theme-light=false] .tinygrad-notes-note" in shown.partition("</iframe>")[2]
    assert [mark.verdict for mark in mark_note("$2 \\cdot 3 = 6$")] == ["right"]


@pytest.mark.extras
def test_the_magic_marks_a_cell() -> None:
    interactive = pytest.importorskip("IPython.core.interactiveshell")
    shell = interactive.InteractiveShell()
    shell.run_line_magic("load_ext", "tinygrad_notes")
    note = shell.run_cell_magic("mark", "", "Let $w = 0.5$, so $z = 2w = 1.1$.")
    assert [(mark.quantity, mark.verdict) for mark in note.marks] == [("z", "slip")]
    latex = shell.run_cell_magic("mark", "latex", "$1 + 1 = 3$ % $1 + 1 = 4$")
    assert [(mark.claimed, mark.verdict) for mark in latex.marks] == [("3", "slip")]


def test_the_page_shows_each_quantity_among_its_neighbors(tmp_path: Path) -> None:
    from tinygrad_notes.reading.note_page import note_page

    path = tmp_path / "note.md"
    path.write_text("Let $w = 0.5$, $x = 2$; $z = w x = 1.0$, and $q_{<} = 3$, $a = 2z = 2.0$.\n", encoding="utf-8")
    page = note_page(read_note_file(path), "A note")
    assert 'aria-label="z worked from w, x and used for a"' in page
    assert 'aria-label="a worked from z"' in page
    assert '<a href="#mark-0"><rect' in page
    assert page.count("<svg") == 2


@pytest.mark.parametrize(
    ("line", "right", "wrong"),
    [
        ("s = np.sum(X, axis=0)  # [9, 13]", ["9"], ["13"]),
        ("s = np.mean(X, axis=1)  # [1.5, 3.5, 5.4]", ["1.5", "3.5"], ["5.4"]),
        ("s = np.max(X, axis=-1)  # [2, 4, 6]", ["2", "4", "6"], []),
        ("s = np.sum(X, axis=1, keepdims=True)  # [[3], [8], [11]]", ["3", "11"], ["8"]),
        ("s = torch.sum(X, dim=0) + 1  # [10, 13]", ["10", "13"], []),
        ("s = X / np.sum(X, axis=1, keepdims=True)  # [[0.3333, 0.6667], [0.4286, 0.5714], [0.4545, 0.6545]]",
         ["0.3333", "0.6667", "0.4286", "0.5714", "0.4545"], ["0.6545"]),
        ("s = X * X  # [[1, 4], [9, 16], [25, 63]]", ["1", "4", "9", "16", "25"], ["63"]),
    ],
)  # fmt: skip
def test_what_goes_along_an_axis_is_worked(line: str, right: list[str], wrong: list[str]) -> None:
    marks = mark_note(f"```python\nX = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])\n{line}\n```\n")
    assert [mark.claimed for mark in marks if mark.verdict == "right"] == right
    assert [mark.claimed for mark in marks if mark.verdict in ("slip", "misprint")] == wrong


def test_a_star_in_code_goes_element_by_element() -> None:
    code = "A = np.array([[1.0, 2.0], [3.0, 4.0]])\nB = A * A  # [[1, 4], [9, 15]]\nC = A ** 2  # [[1, 4], [9, 16]]"
    found = [(mark.quantity, mark.claimed) for mark in mark_note(f"```python\n{code}\n```") if mark.verdict == "slip"]
    assert found == [("B[1,1]", "15")]


@pytest.mark.parametrize("notebook", ODD_NOTEBOOKS)
def test_odd_notebooks_are_marked_too(tmp_path: Path, notebook: str) -> None:
    path = tmp_path / "note.ipynb"
    path.write_text(notebook, encoding="utf-8")
    file = read_note_file(path)
    assert [mark.verdict for mark in file.note.marks] == ["slip"]
    assert json.loads(file.marked())["metadata"] == {"tinygrad_notes": "marked by tinygrad-notes"}


def test_what_code_says_in_comments_and_prints_with_words_is_listed(tmp_path: Path) -> None:
    code = "w = 2\nz = 3*w  # 6\n# dL/dw = 2*z = 13\ndef f(a):\n    return a\nprint('loss =', f(z))"
    printed = {"output_type": "stream", "name": "stdout", "text": "the loss is 12\n"}
    cells = [
        {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": code, "outputs": [printed]},
        {"cell_type": "code", "metadata": {}, "execution_count": 2, "source": "%%mark\n$v = 2*3 = 7$", "outputs": []},
    ]
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    file = read_note_file(path)
    assert [(file.place(mark), mark.claimed, mark.verdict) for mark in file.note.marks] == [
        ("cell 0, line 2", "6", "right"),
        ("cell 1, line 2", "7", "slip"),
    ]
    assert [(file.place(one), one.reason) for one in file.note.left] == [
        ("cell 0, line 3", "a comment in code"),
        ("cell 0, line 4", "code is not run"),
        ("cell 0, line 6", "code is not run"),
        ("cell 0, output", "printed, and no claim"),
    ]
    assert "check_by_hand" in note_report(file).plain()
    assert json.loads(file.marked())["cells"] == cells


def test_a_second_number_for_one_name_is_no_rounding_of_the_first() -> None:
    note = read_note("$w = 2$, $z = 3 w = 6$. So $z = 7$. With $a = w/3 = 0.6667$, that is $a = 0.67$")
    assert [(mark.claimed, mark.verdict) for mark in note.marks] == [("6", "right"), ("0.6667", "right")]
    assert [one.text for one in note.left] == ["z = 7"]
