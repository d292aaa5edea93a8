"""Long and hostile notes: the time that they take grows with their length, and what is given up is listed."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tinygrad_notes.errors import NoteError
from tinygrad_notes.reading.note import read_note
from tinygrad_notes.reading.note_files import read_note_file

_BRACED = "\\underbrace{" * 40 + "1" + "}_{= 1}" * 40
_MATRIX = "\\begin{bmatrix}" + " \\\\ ".join([" & ".join("123456789" * 2)] * 18) + "\\end{bmatrix}"
_KNOWN = "\n".join(f"$x_{{{k}}} = {k}.5$" for k in range(1_500))

HOSTILE = {
    "displays without an end": "$$ x\n\n" * 10_000,
    "backticks in mathematics": f"$x = {'`' * 60_000}$",
    "dollars before brackets": f"`{'$(' * 60_000}`",
    "blanks behind a definition": ("\\newcommand" + " " * 2_000) * 700,
    "arrows behind brackets": ")" * 48_000 + "x ← " * 12_000,
    "braces in braces": f"$y = {_BRACED} = 1$\n\n" * 300,
    "products of matrices": f"$$A = {_MATRIX} {_MATRIX} = 1$$\n\n" * 40,
    "formulas and numbers apart": "\n\n".join(
        [f"$z_{{{k}}} = w_{{{k}}} x_{{{k}}} + b$" for k in range(600)]
        + [f"$w_{{{k}}} = 0.{k}$, $x_{{{k}}} = {k}$, $b = 1$" for k in range(600)]
        + [f"$0.{k} \\cdot {k} + 1 = {k}.5$" for k in range(600)]
    ),
    "wrong numbers put in": f"{_KNOWN}\n\n"
    + "\n\n".join(f"$y_{{{k}}} = x_{{{k}}} x_{{{k + 1}}} + 1 = 7.5 \\cdot 3.5 + 1 = 3$" for k in range(1_200)),
    "an array that is listed": f"$w = [{'1, ' * 5_000}1]$\n\n"
    f"$w = w - 0.1 w = [{'0.9, ' * 5_000}0.9]$\n\n$w = [{'2, ' * 5_000}2]$",
}  # fmt: skip


@pytest.mark.parametrize("note", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_notes_end_soon(note: str) -> None:
    start = time.process_time()
    read_note(note).counts()
    assert time.process_time() - start < 5.0  # each a second or so on a quiet machine, and most once took a minute


def test_a_long_line_of_signs_ends_soon() -> None:
    start = time.process_time()
    left = read_note("x = 1 " + "{" * 1_000_000).left
    assert time.process_time() - start < 5.0
    assert [one.reason for one in left] == ["too long to be one formula"]


LEFT = {
    "members": ("$a " + "= 1 " * 101 + "$", 1, "a chain of more than 100 members"),
    "the rest": (f"$x = 1{' + 1' * 9_000}$\n\n" * 12, 23, "the note is too long: from here on it is not read"),
    "formulas": (
        "$z = w x$\n\n$a = z^2$\n\n" + "\n\n".join(f"$p_{{{k}}} = {k}.5$" for k in range(200)) + "\n\n$da/dw = 2 z q$",
        1, "formulas without numbers are judged in notes of at most 200 lines",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("note", "line", "reason"), LEFT.values(), ids=LEFT.keys())
def test_what_is_beyond_a_limit_is_listed_at_its_place(note: str, line: int, reason: str) -> None:
    read = read_note(note)
    assert (line, reason) in [(read.line(one.start), one.reason) for one in read.left]


def test_values_of_names_are_given_up_where_they_never_end() -> None:
    start = time.process_time()
    read_note(f"${'a, b = (' * 9_000}$").counts()
    assert time.process_time() - start < 5.0


def test_a_notebook_may_hold_large_pictures(tmp_path: Path) -> None:
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 9_000_000}}
    cells = [
        {"cell_type": "code", "metadata": {}, "source": "plot()", "outputs": [picture]},
        {"cell_type": "markdown", "metadata": {}, "source": "$1 + 1 = 3$"},
    ]
    path = tmp_path / "note.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}), encoding="utf-8")
    assert [mark.verdict for mark in read_note_file(path).note.marks] == ["slip"]


def test_a_file_may_not_be_endless(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    path.write_text("é" * 4_000_001, encoding="utf-8")
    with pytest.raises(NoteError, match="more than the 8,000,000 bytes that are read: cut it into parts"):
        read_note_file(path)
