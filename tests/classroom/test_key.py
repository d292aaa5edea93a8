"""The key of a set: written and read back, and the exercise that it gives for an id."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import run

from tinygrad_notes.classroom import Key, Question, StudentExercise, mark_answers, read_answers, read_key
from tinygrad_notes.classroom.answers import answer_text
from tinygrad_notes.classroom.key import is_key
from tinygrad_notes.classroom.template import Template
from tinygrad_notes.errors import WorksheetError
from tinygrad_notes.worked.rounding import Precision

NETWORK = Template(
    "network", '[network]\nactivation = "sigmoid"\nloss = "squared_error"\nlearning_rate = 0.5\nconvention = "W@x"\n'
)
CALCULATION = Template(
    "calculation", "# a neuron\nx = 0.1 … 0.9  # given\nw = [0.2 … 0.8,\n  0.5]\nz = w*x\nL = sum(z^2)\n"
)


def make_key(template: Template, givens: list[dict[str, object]], *questions: Question) -> Key:
    exercises = tuple(
        StudentExercise(f"id-{i}", f"Student {i}", f"0{i}-Student", given, template, questions)
        for i, given in enumerate(givens)
    )
    return Key("Backpropagation", template, questions, exercises)


NETWORK_KEY = make_key(
    NETWORK,
    [{"x": [0.2, 0.7], "y": [0.4], "W1": [[w, -0.3]], "b1": [0.1]} for w in (0.5, 0.9)],
    Question("z1", Precision(3), 2.0),
    Question("a1", Precision(decimals=2), 1.0),
    Question("dC/dW1", Precision(3), 4.0),
)
CALCULATION_KEY = make_key(
    CALCULATION, [{"x": 0.3, "w": [0.4, 0.5]}, {"x": 0.6, "w": [0.4, 0.5]}],
    Question("z", Precision(3), 1.0), Question("L", Precision(decimals=3), 2.5),
)  # fmt: skip


@pytest.fixture(params=[NETWORK_KEY, CALCULATION_KEY], ids=["network", "calculation"])
def key(request: pytest.FixtureRequest) -> Key:
    chosen: Key = request.param
    return chosen


def test_a_key_is_read_back_as_it_was_written(tmp_path: Path, key: Key) -> None:
    path = tmp_path / "KEY.toml"
    path.write_text(key.text(), encoding="utf-8")
    assert is_key(path)
    assert read_key(path) == key


def test_names_of_students_are_text(tmp_path: Path) -> None:
    name = 'x"\n[[exercise]]\\u0041 \x7f=∂ 李 👩\t'
    strange = Key(name, NETWORK, NETWORK_KEY.questions, (StudentExercise("i", name, "f", {"x": [1.0]}, NETWORK, ()),))
    path = tmp_path / "KEY.toml"
    path.write_text(strange.text(), encoding="utf-8")
    back = read_key(path)
    assert (back.title, [one.student for one in back.exercises]) == (name, [name])


def test_an_exercise_works_its_own_numbers_out() -> None:
    assert [value.data for value in NETWORK_KEY.exercise("id-1").sheet["z1"]] == pytest.approx(
        [0.9 * 0.2 - 0.3 * 0.7 + 0.1]
    )
    assert CALCULATION_KEY.exercise("id-1").sheet["L"].data == pytest.approx((0.6 * 0.4) ** 2 + (0.6 * 0.5) ** 2)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("format = ", "form = "), "KEY.toml:1: format: a key of a set begins with format"),
        (("version = 1", "version = 2"), "KEY.toml:3: version: this key is of version 2, and 1 is read"),
        (
            ('kind = "network"', 'kind = "novel"'),
            "KEY.toml:5: kind: write one of 'network', 'calculation', not 'novel'",
        ),
        (("digits = 3", "digits = 0"), "digits: write a whole number from 1 to 17, not 0"),
        (("points = 2", 'points = "many"'), "points: 'many' is not a decimal"),
        (('id = "id-1"', 'id = "id-0"'), "id-0 stands twice in this key"),
        (('student = "Student 0"', "student = 7"), "student: a text in quotes is needed, not 7"),
        (("[exercise.given]", "[exercise.taken]"), "an exercise has its numbers in [exercise.given]"),
    ],
)
def test_a_damaged_key_is_refused_with_its_place(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    path = tmp_path / "KEY.toml"
    path.write_text(NETWORK_KEY.text().replace(*change), encoding="utf-8")
    with pytest.raises(WorksheetError) as refused:
        read_key(path)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("claims", "verdicts"),
    [
        ('z1 = ["-0.0100"]\na1 = ["0.50"]', {"z1[0]": "right", "a1[0]": "right"}),
        ('z1 = ["-0.0100"]\na1 = ["0.5"]', {"z1[0]": "right", "a1[0]": "rounding"}),
        ('z1 = ["0.1900"]\na1 = ["?"]', {"z1[0]": "slip", "a1[0]": "blank"}),
    ],
)
def test_answers_are_marked_by_their_own_exercise_and_its_precision(
    tmp_path: Path, claims: str, verdicts: dict[str, str]
) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(f'exercise = "id-0"\nstudent = "Student 0"\n[claims]\n{claims}\n', encoding="utf-8")
    marking = mark_answers(read_answers(path), NETWORK_KEY)
    assert {mark.quantity: mark.verdict for mark in marking} == verdicts


def test_the_file_handed_out_is_all_blanks(tmp_path: Path, key: Key) -> None:
    path = tmp_path / "answers.toml"
    for exercise in key.exercises:
        path.write_text(answer_text(exercise, key.title), encoding="utf-8")
        marking = mark_answers(read_answers(path), key)
        assert {mark.verdict for mark in marking} == {"blank"}
        assert {mark.quantity for mark in marking} == set(exercise.precisions)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[claims]\nz1 = ['?']", "the answers name no exercise"),
        ("exercise = 'other'\n[claims]\nz1 = ['?']", "exercise 'other' is not in this key"),
        (
            "exercise = 'id-1'\nstudent = 'Student 0'\n[claims]\nz1 = ['?']",
            "id-1 is Student 1's in the key, and Student 0's",
        ),
        ("exercise = 5\n[claims]\nz1 = ['?']", "exercise: a text in quotes is needed, not 5"),
        ("exercise = 'id-1'", "the table [claims] is missing"),
        ("exercise = 'id-1'\n[claims]\nz9 = ['?']", "nothing on this sheet is called 'z9'"),
        ("exercise = 'id-1'\n[claims]\nz1 = ['much']", "'much' is not a decimal"),
    ],
)
def test_answers_that_fit_no_exercise_exit_with_2_and_one_line(capsys, tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "KEY.toml").write_text(NETWORK_KEY.text(), encoding="utf-8")
    (tmp_path / "answers.toml").write_text(content, encoding="utf-8")
    status, out, err = run(capsys, "mark", tmp_path / "answers.toml", "--against", tmp_path / "KEY.toml")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert says in err
    assert "answers.toml" in err
