"""Exercises for teachers."""

from __future__ import annotations

import math
import tomllib
from decimal import Decimal

import pytest
from formulas_in_numbers import evaluated
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_notes.nn import MLP
from tinygrad_notes.worked import work_through
from tinygrad_notes.worked.exercises import exercise, rounded
from tinygrad_notes.worked.formulas import formula
from tinygrad_notes.worked.worksheet_file import mark_file


def test_the_same_seed_gives_the_same_exercise():
    first, again, other = (exercise([3, 2, 1], seed=seed).worksheet() for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize("convention", ["W@x", "x@W"])
def test_the_worksheet_file_says_all_that_is_needed_to_work_it(convention):
    task = exercise([2, 3, 2], ["tanh", "sigmoid"], seed=4, convention=convention, loss="mean_squared_error")
    page = tomllib.loads(task.worksheet(filled=True))
    given_ = page["network"]
    network = MLP.from_weights(
        [layer["W"] for layer in given_["layer"]],
        [layer["b"] for layer in given_["layer"]],
        activation=given_["activation"],
        convention=given_["convention"],
    )
    again = work_through(network, given_["x"], given_["y"], loss=given_["loss"], learning_rate=given_["learning_rate"])
    assert {label: value.data for label, value in again.values.items()} == {
        label: value.data for label, value in task.sheet.values.items()
    }
    assert list(page["claims"]) == list(again.quantities)


def test_numbers_are_friendly_and_no_connection_is_idle():
    for seed in range(50):
        sheet = exercise([3, 3, 1], seed=seed).sheet
        for name, quantity in sheet.given.items():
            numbers = [value.data for value in quantity.elements]
            assert all(number == round(number, 1) and abs(number) <= 1 for number in numbers)
            assert not name.startswith("W") or all(numbers)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e6, max_value=1e6), st.integers(1, 8))
def test_answers_are_honestly_rounded_and_have_no_exponent(x, digits):
    written = Decimal(rounded(x, digits))
    unit = Decimal(1).scaleb(written.as_tuple().exponent)
    assert abs(Decimal(x) - written) <= unit / 2
    assert "e" not in rounded(x, digits).lower()


@pytest.mark.parametrize(
    ("x", "digits", "as_written"),
    [(0.0123049, 3, "0.0123"), (0.5, 3, "0.500"), (1234.5, 3, "1234"), (0.9996, 3, "1.00"), (-0.04, 1, "-0.04")],
)
def test_trailing_zeros_stay(x, digits, as_written):
    assert rounded(x, digits) == as_written


def test_what_is_given_stands_on_the_page_and_the_solution_in_full():
    task = exercise([1, 1], seed=7, learning_rate=0.25, digits=1)
    page, solution = task.page().markdown(), task.solution().markdown()
    assert "learning rate η = 0.25;" in page
    assert "learning rate η = 0.25;" in solution
    assert "- 0.25 · " in solution  # where it is put into the update's formula


@pytest.mark.parametrize(
    "activation", ["exp2", "log2", "log10", "erf", "erfc", "gelu", "leaky_relu", "elu", "softplus"]
)
def test_the_formulas_on_the_page_lead_to_the_key_at_any_number_of_digits(activation):
    sheet = exercise([1, 1], activation, seed=7).sheet
    numbers = {"z1[0]": sheet["z1[0]"].data, "a1[0]": sheet["a1[0]"].data}
    assert evaluated(formula(sheet["slope1[0]"]), numbers) == pytest.approx(sheet["slope1[0]"].data, rel=1e-14)


def test_zeros_for_answers_are_not_right(tmp_path):
    page = tmp_path / "homework.toml"
    page.write_text(exercise([2, 2, 1], seed=7, digits=3).worksheet().replace('"?"', '"0"'), encoding="utf-8")
    claims = [mark for mark in mark_file(page) if mark.claimed == "0"]
    assert len(claims) == 36
    assert all(mark.exact == 0.0 for mark in claims if mark.verdict == "right")


def test_one_output_is_the_right_one_for_cross_entropy():
    task = exercise([2, 3], "softmax", seed=3, loss="cross_entropy")
    assert sorted(value.data for value in task.sheet.given["y"].elements) == [0.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("layers", "options", "message"),
    [
        ([2], {}, "needs inputs and at least one layer, such as 2 2 1, got 2"),
        ([2, 0, 1], {}, "got 2 0 1"),
        ([1000, 1000], {}, "more than 500 weights"),
        ([2, 1], {"digits": 0}, "at least one digit"),
        ([2, 1], {"activation": "tan_h"}, "unknown activation 'tan_h'"),
        ([2, 1], {"loss": "error"}, "unknown loss 'error'"),
        ([1, 1], {"activation": "relu", "loss": "binary_cross_entropy", "seed": 3}, "is not a finite number"),
    ],
)
def test_an_exercise_that_cannot_be_made_says_why(layers, options, message):
    with pytest.raises(ValueError, match=message):
        exercise(layers, **({"seed": 0} | options))


LOSSES = [
    ([2, 1], "squared_error", "Loss C = (a1 - y)^2; learning rate"),
    ([2, 2], "mean_squared_error", "Loss C = (a1 - y)^2, averaged over the 2 outputs; learning rate"),
    ([2, 3, 2], "cross_entropy", "Loss C = -y · ln(a2), summed over the 2 outputs; learning rate"),
]


@pytest.mark.parametrize(("layers", "loss", "written"), LOSSES)
def test_the_page_writes_the_loss_as_a_formula(layers, loss, written):
    assert written in exercise(layers, seed=2, loss=loss).page().plain(width=200)


def test_the_page_has_room_for_every_answer_and_the_solution_has_them_all():
    task = exercise([2, 2, 1], seed=7)
    assert task.page().markdown().count("\\_" * 12) == len(task.sheet.values)
    assert math.isclose(task.sheet["z1[0]"].data, -0.2)
    assert "| -0.2 |" in task.solution().markdown()


KINDS = [
    ([2, 2, 1], "sigmoid", "squared_error"),
    ([3, 2, 2], ["tanh", "sigmoid"], "half_squared_error"),
    ([2, 3, 3], ["relu", "softmax"], "cross_entropy"),
    ([1, 2, 2, 1], ["relu", "tanh", "sigmoid"], "binary_cross_entropy"),
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "-".join(map(str, kind[0])))
@pytest.mark.parametrize("digits", [1, 3, 6])
@pytest.mark.parametrize("convention", ["W@x", "x@W"])
@pytest.mark.parametrize("seeds", [range(4), pytest.param(range(4, 60), marks=pytest.mark.slow)], ids=str)
def test_filled_with_the_key_it_marks_without_a_slip(tmp_path, kind, digits, convention, seeds):
    layers, activation, loss = kind
    path = tmp_path / "key.toml"
    for seed in seeds:
        task = exercise(layers, activation, loss=loss, digits=digits, convention=convention, seed=seed)
        path.write_text(task.worksheet(filled=True), encoding="utf-8")
        marking = mark_file(path)
        assert len(marking) == len(task.sheet.values)
        assert {found.verdict for found in marking} == {"right"}
