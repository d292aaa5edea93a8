"""Names that a note sets again: each line means the latest number above it, and none is worked from an older one."""

from __future__ import annotations

import pytest

from tinygrad_notes.reading.note import Note, read_note

WRONG = {"slip", "misprint", "rounding"}


def wrong(note: Note) -> list[tuple[str, str]]:
    return [(mark.quantity, mark.claimed) for mark in note.marks if mark.verdict in WRONG]


DESCENT = """
- `x = 2.0`
- `f = x^2 + 1`
- `x = x - 0.1*df/dx = 1.6`
- `f = x^2 + 1 = {}`
- `x = x - 0.1*df/dx = 1.28`
- `f = x^2 + 1 = 2.6384`
"""


def test_a_formula_that_stands_again_is_worked_from_the_new_numbers() -> None:
    assert wrong(read_note(DESCENT.format("3.56"))) == []
    assert wrong(read_note(DESCENT.format("3.46"))) == [("f", "3.46")]


def test_what_cannot_be_worked_out_is_taken_as_the_note_has_it() -> None:
    """Nobody knows `weird`; but nothing behind it may be worked from the w of before."""
    note = read_note("- `w = 2`\n- `w = weird*w = 3`\n- `z = w + 1 = 4`\n- `z = w + 2 = 4`")
    assert wrong(note) == [("z", "4")]
    assert [text for _, text in note.unread] == ["w = weird*w = 3"]
    assert note.calculation_lines.splitlines()[:2] == ["w = 2", "w = 3"]


def test_without_a_number_what_rests_on_it_is_left_out() -> None:
    note = read_note("- `w = 2`\n- `w = weird*w`\n- `z = w + 1 = 3`")
    assert [mark.quantity for mark in note.marks] == []
    assert [text for _, text in note.unread] == ["z = w + 1 = 3"]


def test_no_derivative_is_taken_through_a_number_as_the_note_has_it() -> None:
    note = read_note("- `w = 2`\n- `a = weird*w = 6`\n- `L = a^2 = 36`\n- `dL/dw = 36`\n- `dL/da = 12`")
    assert wrong(note) == []
    assert [mark.quantity for mark in note.marks] == ["L", "dL/da"]


def test_numbers_as_the_note_has_them_may_have_been_rounded() -> None:
    note = read_note("- `v = weird*2 = 2.6667`\n- `s = sqrt(v) = 1.632993`\n- `t = sqrt(v) = 1.64`")
    assert wrong(note) == [("t", "1.64")]


def test_a_formula_may_stand_before_its_names_but_means_their_first_numbers() -> None:
    note = read_note("$z = w x + b = 1.1$ where $w = 0.5$, $x = 2$, $b = 0.1$. Then $w = w - 0.1 = 0.4$.")
    assert wrong(note) == []
    late = read_note("$x = 2$, $z = w x + b = 1.1$, $x = x + 1 = 3$, $w = 0.5$, $b = 0.1$.")
    assert wrong(late) == []  # x is another one where b is known: not judged, rather than judged by the wrong x


@pytest.mark.parametrize(
    ("note", "lines"),
    [
        ("$e = y - a$, $y = 1$, $a = 0.5$, $q = 2e = 1$",
         ["y = 1", "a = 0.5", "e_ = y - a", "q = 2*e_   # 1"]),
        ("$e = 2.718$, $q = 2e = 5.437$", []),  # arithmetic alone
        ("$y = 1$, $e = y - 0.5$, $p = e^2 = 0.25$, $q = e^{-y} = 0.368$",
         ["y = 1", "e_ = y - 0.5", "p = e_^2   # 0.25", "q = e^(-y)   # 0.368"]),
        ("$w = 2$, $J(w) = (w-3)^2 = 1$, $\\frac{\\partial J(w)}{\\partial w} = 2(w-3) = -2$",
         ["w = 2", "J = (w - 3)^2   # 1", "dJ/dw = 2*(w - 3)   # -2"]),
        ("$w = 2$, $f(w) = w^2$, $f'(w) = 2w = 4$", ["w = 2", "f = w^2", "df/dw = 2*w   # 4"]),
        ("`H = [[2, 0], [0, 4]]`, `D = det(H) = 8`", ["H = [[2, 0], [0, 4]]", "D = det(H)   # 8"]),
        ("$w = [0.6, -0.4]$, $a = [0.4, 0.7]$, $z = w a = -0.04$",
         ["w = [0.6, -0.4]", "a = [0.4, 0.7]", "z = dot(w, a)   # -0.04"]),
    ],
)  # fmt: skip
def test_names_mean_what_the_note_makes_of_them(note: str, lines: list[str]) -> None:
    assert sorted(read_note(note).calculation_lines.splitlines()) == sorted(lines)
    assert wrong(read_note(note)) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("g = 0.0012 * 2 = 2.4 × 10^-3", "2.4e-3"), ("g = 0.0012 * 2 = 2.4·10⁻³", "2.4e-3"),
        ("$g = 1.2 \\times 10^{-3} \\cdot 2 = 2.4 \\times 10^{-3}$", "2.4e-3"), ("a = 1/3 = 0.333...", "0.333"),
        ("$a = 1/3 = 0.333\\ldots$", "0.333"), ("net = 0.15 x 0.05 + 0.2 x (-0.1) = -0.0125", "-0.0125"),
        ("z＝0.5×2＋0.1＝1.1", "1.1"), ("0.3 * 0.4 ~ 0.12", "0.12"), ("y = 3 · 10² = 300 + 0 = 300", "300"),
        ("$a = 2 \\cdot 3 = \\textcolor{red}{6}$", "6"), ("$a = 2 \\cdot 3 = {\\color{blue} 6}$", "6"),
    ],
)  # fmt: skip
def test_groups_of_signs_are_one_number(text: str, number: str) -> None:
    assert [(mark.claimed, mark.verdict) for mark in read_note(text).marks] == [(number, "right")]


@pytest.mark.parametrize(
    ("row", "marks"),
    [
        ("| x | given | 0.5 |", []),
        ("| 1 | z = 3*0.5 | 1.5 |", [("1.5", "right")]),
        ("| Forward | z = 3*0.5 | 1.6 |", [("1.6", "slip")]),
        ("| net₁ | i₃² | 1 |", []),
    ],
)
def test_cells_of_words_say_nothing(row: str, marks: list[tuple[str, str]]) -> None:
    note = read_note(f"| name | formula | value |\n|---|---|---|\n{row}\n")
    assert [(mark.claimed, mark.verdict) for mark in note.marks] == marks


E_GIVEN = "y = 1, z = 0.5, a = σ(z) = 0.6225, E = 0.1425.\n\n"


@pytest.mark.parametrize(
    "lines",
    [
        "∂E/∂a = 2(a - y) = -0.775\n\n∂E/∂z = ∂E/∂a · a(1 - a) = -0.1821\n",
        "∂E/∂a = 2(a - y) = -0.775\n\n∂a/∂z = a(1 - a) = 0.235\n\n∂E/∂z = ∂E/∂a · ∂a/∂z = -0.1821\n",
        "δ = ∂E/∂a = 2(a - y) = -0.775\n\n∂E/∂z = δ · a(1 - a) = -0.1821\n",
    ],
)
def test_a_slip_is_carried_on_where_the_error_itself_is_given(lines: str) -> None:
    verdicts = {mark.claimed: mark.verdict for mark in read_note(E_GIVEN + lines).marks}
    assert (verdicts["-0.775"], verdicts["-0.1821"]) == ("slip", "carried")


@pytest.mark.parametrize(
    ("code", "verdicts"),
    [
        ("w = 0.5\nz = w*x  # 1.0\n", ["right"]),
        ("w = 0.5\nz = w*x  # 1.2\n", ["slip"]),
        ("w = 0.3\nz = w*x  # 0.6\n", ["right"]),
        ("z = w*x  # 0.6\n", ["right"]),
        ("z = w*x  # 1.0\n", ["slip"]),
        ("z = 1.2\nu = 2*z  # 2.4\n", ["right"]),
        ("z = 1.2\nu = 2*z  # 2.0\n", ["slip"]),
    ],
)
def test_code_may_begin_an_example_again(code: str, verdicts: list[str]) -> None:
    note = read_note(f"x = 2, w = 0.5, z = w x = 1.\n\nw ← w − 0.1·x = 0.3\n\n```python\n{code}```\n")
    assert [mark.verdict for mark in note.marks if note.text.index("```") < mark.start] == verdicts
    assert note.left == []
