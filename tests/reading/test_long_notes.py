"""Long and hostile notes: the time that they take grows with their length, and what is given up is listed."""

from __future__ import annotations

import time

import pytest

from tinygrad_notes.reading.note import read_note

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
}  # fmt: skip


@pytest.mark.parametrize("note", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_notes_end_soon(note: str) -> None:
    start = time.process_time()
    read_note(note).counts()
    assert time.process_time() - start < 5.0  # each a second or so on a quiet machine, and most once took a minute
