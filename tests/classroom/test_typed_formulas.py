"""Formulas that students type: judged as those of calculation lines, whatever the numbers are."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import run

from tinygrad_notes.classroom import Key, Question, StudentExercise, mark_answers, read_answers
from tinygrad_notes.classroom.answers import answer_text
from tinygrad_notes.classroom.template import Template
from tinygrad_notes.errors import WorksheetError
from tinygrad_notes.worked.calculation.marking import CalculationMarking
from tinygrad_notes.worked.rounding import Precision

PAGE = """\
x = 0.2 … 0.9
w = [0.1 … 0.9,
  -0.9 … -0.1]
z = w*x
a = tanh(
  z)
L = sum(a)
dL/dz = 1 - a^2
w = w - 0.1*dL/dz*x
"""
TEMPLATE = Template("calculation", PAGE)
QUESTIONS = tuple(Question(name, Precision(3), 1.0) for name in ("z", "a", "L", "dL/dz", "w_new"))
EXERCISE = StudentExercise("id", "Ada", "01", {"x": 0.3, "w": [0.5, -0.4]}, TEMPLATE, QUESTIONS)
KEY = Key("Cell", TEMPLATE, QUESTIONS, (EXERCISE,))


def marked(folder: Path, formulas: str) -> CalculationMarking:
    path = folder / "answers.toml"
    path.write_text(
        f'exercise = "id"\n[claims]\nL = "?"\nz = ["0.150", "?"]\n[formulas]\n{formulas}\n', encoding="utf-8"
    )
    marking = mark_answers(read_answers(path), KEY)
    assert isinstance(marking, CalculationMarking)
    return marking


@pytest.mark.parametrize(
    ("formula", "right"),
    [
        ('z = "w*x"', True),
        ('z = "x*w"', True),
        ('z = "w+x"', False),
        ('a = "tanh(z)"', True),
        ('a = "z"', False),
        ('"dL/dz" = "1 - tanh(z)^2"', True),
        ('"dL/dz" = "1 - a"', False),
        ('w_new = "w - x*dL/dz/10"', True),
        ('w_new = "w + 0.1*dL/dz*x"', False),
    ],
)
def test_a_formula_is_judged_by_what_it_says(tmp_path: Path, formula: str, right: bool) -> None:
    marking = marked(tmp_path, formula)
    assert [(mark.is_right, mark.line) for mark in marking.formulas] == [(right, 6)]
    assert formula.startswith((marking.formulas[0].quantity, f'"{marking.formulas[0].quantity}"'))
    assert marking.exit_status == (0 if right else 1)


def test_each_of_several_formulas_is_judged_and_numbers_too(tmp_path: Path) -> None:
    marking = marked(tmp_path, 'z = "w*x"\na = "z"\nL = "?"\nw_new = "w - 0.1*dL/dz*x"')
    assert {mark.quantity: mark.is_right for mark in marking.formulas} == {"z": True, "a": False, "w_new": True}
    assert {mark.quantity: mark.verdict for mark in marking} == {"z[0]": "right", "z[1]": "blank", "L": "blank"}
    assert {getattr(mark, "line", 0) for mark in marking} == {3, 4}


@pytest.mark.parametrize(
    ("formulas", "says"),
    [
        ('q = "w*x"', "answers.toml:6: q: nothing on this sheet is called 'q'"),
        ("z = 5", "answers.toml:6: z: write the right side alone"),
        ('z = "w*x\\nq = 1"', "answers.toml:6: z: write the right side alone"),
        ('z = "w*x # 0.15"', "answers.toml:6: z: write the right side alone"),
        ('z = "w*"', "answers.toml:6: z:"),
        ('a = "tanh(u)"', "answers.toml:6: a:"),
        ('z = "' + "(" * 400 + '"', "answers.toml:6: z:"),
        ('z = "__import__(1)"', "answers.toml:6: z:"),
    ],
)
def test_a_formula_that_cannot_be_read_is_told_with_its_line(tmp_path: Path, formulas: str, says: str) -> None:
    with pytest.raises(WorksheetError) as refused:
        marked(tmp_path, formulas)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_file_that_asks_for_formulas_is_all_blanks(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(answer_text(EXERCISE, "Cell", formulas=True), encoding="utf-8")
    marking = mark_answers(read_answers(path), KEY)
    assert {mark.verdict for mark in marking} == {"blank"}
    assert marking.exit_status == 0


def test_the_command_asks_for_formulas_and_marks_them(capsys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cell.calc").write_text(PAGE, encoding="utf-8")
    assert run(capsys, "worksheet", "cell.calc", "--count", 1, "--ask-formulas", "-o", "home")[0] == 0
    page = Path("home/01.html").read_text(encoding="utf-8")
    assert "Formula:" in page
    assert "tanh" not in page
    path = Path("home/01.toml")
    path.write_text(path.read_text(encoding="utf-8").replace('z = "?"', 'z = "w+x"', 1), encoding="utf-8")
    status, out, err = run(capsys, "mark", path, "--against", "home-key/KEY.toml")
    assert (status, err) == (1, "")
    assert "z = w+x is not the key's z" in out
