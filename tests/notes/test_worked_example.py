"""Note B, against NumPy written out by hand and against the figures that are known of it."""

from __future__ import annotations

import numpy as np
import pytest

from tinygrad_notes.nn.losses import squared_error
from tinygrad_notes.notes.worked_example import agrees, data, report, worked_example

x, y, eta = np.array([0.5, 0.2, 0.1]), 1.0, 0.1
W1 = np.array([[0.1, 0.2, -0.1], [0.3, -0.2, 0.5], [-0.4, 0.1, 0.2]])
b1 = np.array([0.0, 0.1, -0.1])
W2, b2 = np.array([[0.2, -0.3, 0.1]]), np.array([0.05])


def by_hand():
    """Every number of the step in NumPy, by name."""
    sigmoid = lambda z: 1 / (1 + np.exp(-z))
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    a2 = sigmoid(z2)
    dC_da2 = 2 * (a2 - y)
    slope2, slope1 = a2 * (1 - a2), a1 * (1 - a1)
    delta2 = dC_da2 * slope2
    back1 = W2.T @ delta2
    delta1 = back1 * slope1
    dC_dW2, dC_dW1 = np.outer(delta2, a1), np.outer(delta1, x)
    return {
        "z1": z1, "a1": a1, "z2": z2, "a2": a2, "C": ((a2 - y) ** 2).sum(),
        "dC/da2": dC_da2, "slope2": slope2, "delta2": delta2, "dC/dW2": dC_dW2, "dC/db2": delta2,
        "back1": back1, "dC/da1": back1, "slope1": slope1, "delta1": delta1, "dC/dW1": dC_dW1, "dC/db1": delta1,
        "W2_new": W2 - eta * dC_dW2, "b2_new": b2 - eta * delta2,
        "W1_new": W1 - eta * dC_dW1, "b1_new": b1 - eta * delta1,
    }  # fmt: skip


def test_every_number_equals_numpy_to_twelve_digits():
    sheet, expected = worked_example().sheet, by_hand()
    assert list(sheet.quantities) == list(expected)
    for name, array in expected.items():
        numbers = [value.data for value in sheet.quantities[name].elements]
        assert sheet.quantities[name].shape == np.shape(array)
        np.testing.assert_allclose(numbers, np.ravel(array), rtol=1e-13, atol=1e-16)


KNOWN = {
    "z1[0]": 0.08, "z1[1]": 0.26, "z1[2]": -0.26, "a2[0]": 0.50703537, "C": 0.24301412,
    "dC/dW2[0,0]": -0.1281428, "dC/dW2[0,1]": -0.1391453, "dC/dW2[0,2]": -0.1072882,
    "delta1[0]": -0.0123020, "delta1[1]": 0.0181736, "delta1[2]": -0.0060579, "W1_new[0,0]": 0.1006151,
}  # fmt: skip


@pytest.mark.parametrize(("label", "known"), KNOWN.items())
def test_the_known_figures_come_out(label, known):
    assert worked_example().sheet[label].data == pytest.approx(known, rel=0, abs=1e-7)


def test_the_sheet_is_what_the_engine_finds_by_itself():
    example = worked_example()
    network = example.network
    squared_error(network(x.tolist()), y).backward()
    for parameter in network.parameters():
        assert example.sheet[f"dC/d{parameter.label}"].data == pytest.approx(parameter.grad, rel=1e-14)


def test_the_page_shows_letters_numbers_engine_and_note():
    rows = report().markdown().splitlines()
    row = next(row for row in rows if row.startswith("| `∂C/∂W2[0,1]`"))
    for part in ["`δ2[0] · a1[1]`", "`= (-0.24643351) · 0.56463629`", "-0.13914531", "-0.14"]:
        assert part in row


def test_every_updated_weight_is_on_the_page_though_the_note_gives_none():
    page = report().plain(width=100)
    for label in [f"W1_new[{j},{i}]" for j in range(3) for i in range(3)] + [f"b1_new[{j}]" for j in range(3)]:
        assert label in page


def test_the_page_reads_well_in_a_narrow_terminal():
    assert max(map(len, report().plain(width=80).splitlines())) <= 80


@pytest.mark.parametrize(
    ("exact", "claimed", "expected"),
    [
        (0.24582, "0.246", True), (0.24960, "0.248", False), (0.08, "0.13", False), (-0.2464335, "-0.247", False),
        (-0.13914531, "-0.14", True), (0.4354, "0.435", True), (0.5, "0.50", True),
    ],
)  # fmt: skip
def test_agreement_is_to_the_digits_given(exact, claimed, expected):
    assert agrees(exact, claimed) is expected


# What came of the note's numbers; tests/worked/test_note_b.py argues each by arithmetic that can be redone.
VERDICTS = {
    "slip": ["z1[0]", "z2[0]"],
    "rounding": ["slope1[0]"],
    "carried": ["a1[0]", "a2[0]", "C", "dC/da2[0]", "delta2[0]", "dC/dW2[0,0]", "dC/db2[0]", "back1[0]", "back1[1]",
                "back1[2]", "delta1[0]", "b2_new[0]"],
    "right": ["z1[1]", "z1[2]", "a1[1]", "a1[2]", "slope2[0]", "dC/dW2[0,1]", "dC/dW2[0,2]", "slope1[1]", "slope1[2]",
              "delta1[1]", "delta1[2]", "W2_new[0,0]", "W2_new[0,1]", "W2_new[0,2]"],
}  # fmt: skip


def test_exactly_the_slips_of_the_note_are_found():
    marking = worked_example().marking
    assert {verdict: [mark.quantity for mark in marking.with_verdict(verdict)] for verdict in VERDICTS} == VERDICTS
    assert len(marking) == sum(map(len, VERDICTS.values())) == 29


def test_the_likely_mistake_behind_the_first_slip_is_named():
    """The term W1[0,0]·x[0] = 0.05 twice gives 0.13; other mistakes that do are hardly likelier than chance."""
    assert worked_example().marking["z1[0]"].explanation().startswith("a term counted twice (W1[0,0] · x[0])")


def test_what_does_not_agree_is_all_that_is_not_right():
    wrong = {found.quantity for found in worked_example().wrong}
    assert wrong == {label for verdict in ("slip", "rounding", "carried") for label in VERDICTS[verdict]}


def test_the_page_ends_by_naming_what_does_not_follow():
    end = report().plain(width=400).splitlines()[-1]
    assert end.startswith("15 of the note's 29 numbers do not follow from its own inputs")
    assert all(name in end for name in ("z1[0]", "z2[0]", "σ'(z1[0])", "b2_new[0]"))
    assert "W2_new[0,0]" not in end


def test_the_sayings_of_the_note_are_judged():
    page = report().plain(width=200)
    assert "The second output weight has the largest gradient: yes, ∂C/∂W2[0,1]" in page
    assert "The second hidden neuron had the largest part in the error: yes, δ1[1]" in page


def test_the_data_are_the_page():
    numbers = {row["quantity"]: row for row in data()["numbers"]}
    assert numbers["z1[0]"]["formula"] == "W1[0,0] · x[0] + W1[0,1] · x[1] + W1[0,2] · x[2] + b1[0]"
    assert numbers["z1[0]"]["claimed"] == "0.13"
    assert "claimed" not in numbers["W1_new[0,0]"]
    assert list(numbers) == list(worked_example().sheet.values)
