"""How much of a number's working a slip above it took away."""

from __future__ import annotations

import pytest

from tinygrad_notes import MLP, Value, functions, work_through
from tinygrad_notes.worked import mark
from tinygrad_notes.worked.spared import spared

SHEET = work_through(
    MLP.from_weights([[[0.2, -0.4], [0.7, 0.1]], [[0.6, -0.9]]], [[0.1, 0.2], [0.9]], activation="sigmoid"),
    [0.5, 0.3], [1.0],
)  # fmt: skip
U, V, W = Value(0.3, "u"), Value(2.5, "v"), Value(-0.7, "w")


@pytest.mark.parametrize(
    ("formula", "page", "share"),
    [
        (lambda: [U * V], {U: 0.0}, 1.0),
        (lambda: [U * V], {U: 1.0}, 1.0),
        (lambda: [U * V], {U: -1.0}, 1.0),
        (lambda: [U * V], {U: 0.99}, 0.0),
        (lambda: [U / V], {U: 1.0}, 0.0),
        (lambda: [U / V], {V: 1.0}, 1.0),
        (lambda: [U / V], {U: 0.0}, 1.0),
        (lambda: [functions.sigmoid(U)], {U: 0.0}, 1.0),
        (lambda: [functions.sigmoid(U)], {U: 1.0}, 0.0),
        (lambda: [functions.log(V)], {V: 1.0}, 1.0),
        (lambda: [functions.dot([U, V], [W, V])], {U: 0.0}, 0.5),
        (lambda: [functions.dot([U, V], [W, V])], {U: 0.0, V: 1.0}, 1.0),
        (lambda: [U + V], {V: 0.0}, 1.0),
        (lambda: [U + V], {V: 1.0}, 0.0),
        (lambda: [functions.relu(V)], {V: 0.0}, 1.0),
        (lambda: [functions.relu(V)], {V: 0.4}, 0.0),
        (lambda: [functions.identity(V)], {V: 1.0}, 1.0),
    ],
)
def test_a_factor_of_0_or_1_leaves_nothing_to_work_out(formula, page, share):
    assert spared(formula(), page) == share


def test_what_is_trivial_on_the_right_page_is_not_held_against_anyone():
    one = Value(1.0, "one")
    assert spared([U * one], {U: 0.4}) == 0.0
    assert spared([U * one + V * W], {U: 0.0}) == 0.0


@pytest.mark.parametrize(
    ("claims", "quantity", "share"),
    [
        ({"a1": ["0", "0"], "z2": ["0.900"]}, "z2[0]", 1.0),
        ({"a1": ["0", "0.500"], "z2": ["0.450"]}, "z2[0]", 0.5),
        ({"a1": ["0.400", "0.500"], "z2": ["0.690"]}, "z2[0]", 0.0),
        ({"z2": ["0"], "a2": ["0.500"]}, "a2[0]", 1.0),
        ({"z2": ["0"], "slope2": ["0.250"]}, "slope2[0]", 0.5),  # a2, which is not on the page, is known by heart
        ({"dC/da2": ["1.00"], "slope2": ["0.226"], "delta2": ["0.226"]}, "delta2[0]", 1.0),
        ({"dC/da2": ["1.00"], "delta2": ["0.226"]}, "delta2[0]", 1 / 11),  # the slope is still to be worked out
        ({"dC/db2": ["1.00"], "b2_new": ["0.800"]}, "b2_new[0]", 1.0),
    ],
)
def test_marks_say_how_much_of_the_working_a_slip_took_away(claims, quantity, share):
    row = mark(SHEET, claims, digits=3)[quantity]
    assert row.verdict == "carried"
    assert row.spared == pytest.approx(share)
    assert row.as_json().get("spared", 0.0) == row.spared


def test_honest_rounding_takes_no_work_away():
    saturated = work_through(MLP.from_weights([[[8.0]], [[0.5]]], activation="sigmoid"), [0.9], [0.0])
    slipped = {"z1": ["7.20"], "a1": ["1.00"], "z2": ["0.50"], "a2": ["0.700"], "C": ["0.490"]}
    assert [row.spared for row in mark(saturated, slipped)] == [0.0] * 5


@pytest.mark.parametrize(("effort", "shares"), [(100, [0.0, 1.0, 1.0]), (1, [0.0, 1.0, 0.0])])
def test_of_very_many_carried_numbers_only_the_first_are_looked_into(monkeypatch, effort, shares):
    monkeypatch.setattr("tinygrad_notes.worked.corrections._EFFORT_ON_EASE", effort)
    marking = mark(SHEET, {"a2": ["0"], "C": ["1.00"], "dC/da2": ["-2.00"]}, digits=3)
    assert [row.spared for row in marking] == shares
