"""What is not judged: each number of it is listed with the reason, and a note of which something is left says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinygrad_notes.reading.note import Note, read_note
from tinygrad_notes.reading.note_file import NoteFile
from tinygrad_notes.reading.note_files import read_note_file
from tinygrad_notes.reading.note_report import note_report

RESTS_ON_UNREAD = r"""
$$
W = \begin{pmatrix} 0.9 & -0.45 \end{pmatrix}, \quad z = V x = \begin{pmatrix} 0.8200 \\ -0.1000 \end{pmatrix},
a = \sigma(z) \approx \begin{pmatrix} 0.6942 \\ 0.4750 \end{pmatrix}
$$

$$
\delta = \frac{\partial C}{\partial q} \approx -0.1605, \quad
d = (W^T \delta) \odot a \odot (1 - a) \approx \begin{pmatrix} -0.1444 \\ 0.0180 \end{pmatrix}
$$
"""
ON_LINES = [
    (3, "nothing here says what V, x are"), (8, "nothing here says what it comes from"),
    (9, "it rests on z, which could not be worked out"),
]  # fmt: skip


# A note, its line and reason for each place that is left, and how many claims are found, checked and left.
LEFT = [
    ("$z = w x = 1.1$ and $w = 0.5$", [(1, "nothing here says what x is")], (1, 0, 1)),
    ("$z = w x y v = 1.1$", [(1, "nothing here says what w, x, y, … are")], (1, 0, 1)),
    ("$z = \\oint 2 = 1.1$, $q = 2 \\cdot 3 = 6$", [(1, "\\oint is not read")], (2, 1, 1)),
    ("$x = \\binom{0.8}{-0.5} = 1$", [(1, "\\binom is not read")], (1, 0, 1)),
    ("$z = W x = \\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}$", [(1, "nothing here says what W, x are")], (2, 0, 2)),
    ("```python\nfor i in x: pass\n```", [(2, "code is not run")], (0, 0, 0)),
    (RESTS_ON_UNREAD, ON_LINES, (7, 3, 4)),
    ("x\0 = 2.5 and $z\0 = -3$", [(1, "\0 is not read"), (1, "\0 is not read")], (2, 0, 2)),
    ("CI = 70 ± 1.96·10/√25 = 70 ± 3.92", [(1, "no formula that is read")], (2, 0, 2)),
    ("Let f be a function. So f(-2) = 3.", [(1, "no formula that is read")], (1, 0, 1)),
    ("\\begin{tabular}{cc}\n$x$ & $y$ \\\\\n1 & 2.5\n\\end{tabular}", [(1, "a table of numbers alone")], (0, 0, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "left", "counts"), LEFT)
def test_what_is_left_is_listed_with_the_reason(
    text: str, left: list[tuple[int, str]], counts: tuple[int, int, int]
) -> None:
    note = read_note(text)
    assert [(note.line(one.start), one.reason) for one in note.left] == left
    assert tuple(note.counts().values()) == counts
    assert [(one["line"], one["reason"]) for one in note.as_json()["unread"]] == left


@pytest.mark.parametrize("text", ["$x = " + "1 + " * 15_000 + "1 = 2$", "x = " + "1" * 100_001])
def test_what_is_too_long_is_listed(text: str) -> None:
    note = read_note(f"{text}\n\n$q = 2 \\cdot 3 = 7$")
    assert [(note.line(one.start), one.reason) for one in note.left] == [(1, "too long to be one formula")]
    assert [mark.verdict for mark in note.marks] == ["slip"]


def test_no_slip_is_said_of_what_was_checked_alone() -> None:
    assert "No slip: every number" in shown(read_note("$q = 2 \\cdot 3 = 6$"))
    told = shown(read_note("$q = 2 \\cdot 3 = 6$ and $z = w x = 1.1$"))
    assert "No slip in the 1 that were checked; one was not, and others may rest on these." in told


def shown(note: Note) -> str:
    return " ".join(note_report(NoteFile(None, "markdown", note)).plain().split())


@pytest.mark.parametrize(
    "vector",
    [
        "(0.8, -0.5)^T", "(0.8, -0.5)^\\top", "(0.8, -0.5)^{\\top}", "[0.8,-0.5]^T", "(0.8, -0.5)'", "[0.8, -0.5]'",
        "(0.8, -0.5)ᵀ", "\\begin{bmatrix} 0.8 & -0.5 \\end{bmatrix}^\\mathsf{T}",
        "\\begin{pmatrix} 0.8 \\\\ -0.5 \\end{pmatrix}",
    ],
)  # fmt: skip
def test_vectors_are_written_with_a_transpose_too(vector: str) -> None:
    text = f"$W = [[1, 2], [3, 4]]$, $x = {vector}$, so $z = W x = [-0.2, 0.5]$."
    assert [(mark.quantity, mark.verdict) for mark in read_note(text).marks] == [("z[0]", "right"), ("z[1]", "slip")]


@pytest.mark.parametrize(
    "matrix",
    [
        "[[1, 2], [3, 4]]^T", "[[1, 2], [3, 4]]'", "([1, 2], [3, 4])'",
        "\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}'",
    ],
)  # fmt: skip
def test_a_matrix_is_turned_by_a_prime_too(matrix: str) -> None:
    text = f"$A = {matrix}$, $d = [1, -1]$, so $g = A d = [-2, -1]$."
    assert [(mark.quantity, mark.verdict) for mark in read_note(text).marks] == [("g[0]", "right"), ("g[1]", "slip")]


@pytest.mark.parametrize(
    ("transpose", "verdicts"),
    [
        ("(-[1, 2])^T = [-1, 2]", ["right", "slip"]), ("(\\sigma([0.5, 1]))^T = [0.6225, 0.5]", ["right", "slip"]),
        ("[-5]^T \\odot [2] = [-10]", ["right"]), ("[5]^T \\odot [2] = [-10]", ["slip"]),
    ],
)  # fmt: skip
def test_a_transpose_keeps_functions_and_signs(transpose: str, verdicts: list[str]) -> None:
    assert [mark.verdict for mark in read_note(f"$q = {transpose}$").marks] == verdicts


@pytest.mark.parametrize("turned", ["W^{[2]\\top}", "W^{[2]T}", "W^{(2)T}", "W^{(2)\\mathsf{T}}", "(W^{[2]})^T"])
def test_a_layer_and_a_transpose_may_share_their_braces(turned: str) -> None:
    layer = "[2]" if "[2]" in turned else "(2)"
    text = f"$W^{{{layer}}} = [[1, 2], [3, 4]]$, $d = [1, -1]$, so $g = {turned} d = [-2, -1]$."
    assert [(mark.quantity, mark.verdict) for mark in read_note(text).marks] == [("g[0]", "right"), ("g[1]", "slip")]


@pytest.mark.parametrize("unknown", ["Q^{[2\\oops} a = 3", "(2 a = 3", "(2 =", "[2 = 3 ="])
def test_what_follows_an_unknown_line_of_an_environment_is_read(unknown: str) -> None:
    note = read_note(f"\\begin{{align}}\nd &= {unknown} \\\\\nq &= 2 \\cdot 3 = 7\n\\end{{align}}")
    assert [(mark.line, mark.claimed, mark.verdict) for mark in note.marks] == [(3, "7", "slip")]


@pytest.mark.parametrize("text", ["$d = (2 =$", "$d = [2 = 3 =$", "$d = (2 =$ $3$"])
def test_a_bracket_left_open_behind_a_relation_is_told(text: str) -> None:
    assert [one.claims for one in read_note(text).left] == [1]


CARRIED = "$w = 2$, $z = 3w = 7$, $q = 2z = 14$."


def test_a_carried_number_has_a_sign_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    path.write_text(CARRIED, encoding="utf-8")
    marked = read_note_file(path).marked()
    assert "z = 3w = 7\\ \\text{✗ 6}$, $q = 2z = 14\\ \\text{(✓)}$" in marked
    assert "(✓) wrong only because of a number above" in marked
    (tmp_path / "note.tex").write_text(CARRIED, encoding="utf-8")
    assert "14\\ \\mbox{(follows)}" in read_note_file(tmp_path / "note.tex").marked()


@pytest.mark.parametrize(
    ("command", "marked"),
    [
        ("\\num{3.1}", "\\num{3.1}\\ \\mbox{(wrong: 3)}"), ("\\SI{3.1}{m}", "\\SI{3.1}{m}\\ \\mbox{(wrong: 3)}"),
        ("\\qty{ 3.1 }{\\metre}", "\\qty{ 3.1 }{\\metre}\\ \\mbox{(wrong: 3)}"), ("3.1", "3.1\\ \\mbox{(wrong: 3)}"),
    ],
)  # fmt: skip
def test_a_sign_stands_behind_a_whole_command_of_siunitx(tmp_path: Path, command: str, marked: str) -> None:
    path = tmp_path / "note.tex"
    path.write_text(f"$z = 2 \\cdot 1.5 = {command}$", encoding="utf-8")
    assert f"= {marked}$" in read_note_file(path).marked()


@pytest.mark.parametrize("command", ["\\SI{92}{\\percent}", "\\qty{92}{\\%}"])
def test_a_percentage_of_siunitx_is_one(tmp_path: Path, command: str) -> None:
    path = tmp_path / "note.tex"
    path.write_text(f"$a = \\frac{{9}}{{10}} = {command}$ and $b = \\frac{{92}}{{100}} = {command}$", encoding="utf-8")
    assert f"= {command}\\ \\mbox{{(wrong: 0.9)}}$ and" in read_note_file(path).marked()
    assert [mark.verdict for mark in read_note_file(path).note.marks] == ["slip", "right"]


def test_a_wrong_formula_is_no_carried_number() -> None:
    note = "$t = 1$, $v = 0.9$, $w = 0.4$.\n\n$z = wt = 0.5$, $h = \\sigma(z) = 0.6225$, $E = (vh - t)^2 = 0.1933$.\n\n"
    told = shown(read_note(f"{note}$\\frac{{\\partial E}}{{\\partial z}} = 2 (v h - t) v = -0.7915$"))
    assert "line 5: dE/dz is not 2*(v*h - t)*v" in told
    assert told.endswith("Wrong too, but only because of that: h, E.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("So the accuracy is 62.5 %, a rise of 12.5 %.", ["accuracy is 62.5 %", "rise of 12.5 %"]),
        ("The loss $L$ is $0.58$ now.", ["L$ is $0.58"]),
        ("Der Fehler sinkt um 7,5 % auf 0,5 · 1,5 = 0,75.", ["sinkt um 7,5 %"]),
        ("Es gilt 0,5 · 2400 = 1.200. Der Wert ist 1.200.", []),  # twelve hundred, in a note with decimal commas
        ("\\textbf{Result:} the recall was about 60\\,\\%.", ["recall was about 60\\,\\%"]),
        ("The rate $\\eta$ is 0.1, so $w = 0.5 - 0.1 \\cdot 2 = 0.3$.", []),  # which the formula has
        ("We get $z = 2 \\cdot 0.4 = 0.8$: the sum is 0.8.", []),
        ("It is 3.5 times as deep, and the batch is 32. See version 2.5 of 2.1 in Python 3.11, page 3.", []),
        ("That is 0.5, here is 2.5. Is 2.5 times more enough? The net is 1.5 m long.", []),
    ],
)
def test_a_number_that_a_sentence_gives_is_listed(text: str, said: list[str]) -> None:
    assert [one.text for one in read_note(text).left if one.reason == "a number in words alone"] == said
