"""Marking: each verdict where it belongs, on sheets small enough to be worked in the head."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinygrad_notes import MLP, Value, work_through
from tinygrad_notes.worked.marking import mark
from tinygrad_notes.worked.sheet import Sheet
from tinygrad_notes.worked.verdicts import MISPRINT, SLIP, VERDICTS


def linear_chain() -> Sheet:
    """z1 = 2·3 + 1 = 7 = a1, z2 = 0.5·7 = 3.5 = a2; C = (3.5 - 3)² = 0.25; dC/da2 = delta2 = 1."""
    network = MLP.from_weights([[[2.0]], [[0.5]]], [[1.0], None], activation="linear")
    return work_through(network, [3.0], [3.0], loss="squared_error", learning_rate=0.1)


def verdicts(claims: dict[str, object], sheet: Sheet | None = None) -> dict[str, str]:
    return {row.quantity: row.verdict for row in mark(sheet or linear_chain(), claims)}


def test_right_carried_and_slip() -> None:
    # 6 forgets the bias; 0.5·6 = 3 and (3 - 3)² = 0 follow from it.
    assert verdicts({"z1": ["6.0"], "a1": ["6.0"], "z2": ["3.00"], "C": "0.00", "W1_new": [["1.70"]]}) == {
        "z1[0]": "slip",
        "a1[0]": "carried",
        "z2[0]": "carried",
        "C": "carried",
        "W1_new[0,0]": "slip",  # 2 - 0.1·1·0.5·3 = 1.85; given C's a2 = 3 it would be 2
    }


def test_a_number_cut_off_is_rounding() -> None:
    sheet = work_through(MLP.from_weights([[[0.66]]], activation="sigmoid"), [1.0], [1.0])
    for written, verdict in [("0.6593", "right"), ("0.6592", "rounding"), ("0.6591", "slip"), ("0.6594", "slip")]:
        assert verdicts({"a1": [written]}, sheet) == {"a1[0]": verdict}  # σ(0.66) = 0.65926


def test_a_blank_is_not_judged_and_stands_for_the_right_number() -> None:
    marking = mark(linear_chain(), {"z1": ["?"], "z2": ["3.5"]})
    assert [(row.verdict, row.exact) for row in marking] == [("blank", 7.0), ("right", 3.5)]


def test_a_wrong_number_that_nobody_used_is_a_misprint() -> None:
    marking = mark(linear_chain(), {"z1": ["9.0"], "a1": ["7.0"], "z2": ["3.5"]})
    assert [row.verdict for row in marking] == ["misprint", "right", "right"]
    assert marking["a1[0]"].put_right == ("z1[0]",)
    assert marking["a1[0]"].explanation() == "computed with z1[0] put right"


def test_a_right_number_beside_one_that_used_the_slip_is_lucky() -> None:
    # z1 = 9 was used for a1; so z2 = 3.5 came from nowhere.
    marking = mark(linear_chain(), {"z1": ["9.0"], "a1": ["9.0"], "z2": ["3.5"]})
    assert [row.verdict for row in marking] == ["slip", "carried", "lucky"]


def test_of_two_wrong_numbers_the_one_put_right_is_found() -> None:
    network = MLP.from_weights([[[1.0], [1.0]], [[1.0, 10.0]]], activation="linear")
    sheet = work_through(network, [2.0], [0.0])
    # z1 = (2, 2); the page has (3, 4) and z2 = 3 + 10·2 = 23: the second was used put right.
    marking = mark(sheet, {"z1": ["3.00", "4.00"], "z2": ["23.0"]})
    assert [row.verdict for row in marking] == ["slip", "misprint", "carried"]
    assert marking["z2[0]"].put_right == ("z1[1]",)


def test_a_correction_is_what_follows_from_above_as_well_as_the_right_number() -> None:
    # z1 slips to 9; a1 should then be 9 and is printed 8; z2 = 4.5 was computed from 9.
    marking = mark(linear_chain(), {"z1": ["9.0"], "a1": ["8.0"], "z2": ["4.50"]})
    assert [row.verdict for row in marking] == ["slip", "misprint", "carried"]


def test_rounding_of_the_claims_above_is_allowed_for_as_far_as_it_carries() -> None:
    network = MLP.from_weights([[[1.234]], [[10.0]]], activation="linear")
    sheet = work_through(network, [1.0], [0.0])
    # z1 = 1.234 written 1.2 stands for 1.15 … 1.25, so z2 for 11.5 … 12.5.
    for written, verdict in [
        ("12.34", "right"),
        ("12.00", "right"),
        ("12.49", "rounding"),
        ("12.6", "slip"),
        ("11.4", "slip"),
    ]:
        assert verdicts({"z1": ["1.2"], "z2": [written]}, sheet)["z2[0]"] == verdict


def test_curvature_is_allowed_for_where_the_derivative_vanishes() -> None:
    # a = 0.50025 to one digit: a(1 - a) lies between 0.2475 and 0.25 though its derivative there is 0. The bound
    # is 0.1 (the largest |1 - 2a|) · 0.05 to either side.
    sheet = work_through(MLP.from_weights([[[0.001]]], activation="sigmoid"), [1.0], [1.0])
    assert verdicts({"a1": ["0.5"], "slope1": ["0.2478"]}, sheet)["slope1[0]"] == "rounding"
    assert verdicts({"a1": ["0.5"], "slope1": ["0.2552"]}, sheet)["slope1[0]"] == "slip"


@pytest.mark.parametrize(
    ("activation", "loss", "claims"),
    [
        ("sigmoid", "binary_cross_entropy", {"a1": ["0.60"], "delta1": ["-0.40"]}),
        ("sigmoid", "binary_cross_entropy", {"dC/da1": ["-1.50"], "slope1": ["0.20"], "delta1": ["-0.30"]}),
        ("softmax", "cross_entropy", {"a1": ["0.60", "0.40"], "delta1": ["-0.40", "0.40"]}),
        ("softmax", "cross_entropy", {"a1": ["0.60", "0.40"], "dC/da1": ["-2.0", "0.0"], "delta1": ["-0.48", "0.48"]}),
    ],
)
def test_delta_may_follow_from_the_difference_or_from_the_chain_rule(
    activation: str, loss: str, claims: dict[str, list[str]]
) -> None:
    outputs = len(claims["delta1"])
    network = MLP.from_weights([[[0.1], [0.2]][:outputs]], activation=activation)
    found = verdicts(claims, work_through(network, [1.0], [1.0, 0.0][:outputs], loss=loss))
    assert {found[f"delta1[{j}]"] for j in range(outputs)} == {"carried"}


def test_any_labeled_values_can_be_marked() -> None:
    x, w = Value(3.0, "x"), Value(2.0, "w")
    p = w * x
    q = p + 1
    p.label, q.label = "p", "q"
    marking = mark({"p": p, "q": q}, {"p": "5", "q": "6"})
    assert [(row.quantity, row.verdict) for row in marking] == [("p", "slip"), ("q", "carried")]
    assert marking.exit_status == 1


def test_the_result_is_plain_data_too() -> None:
    marking = mark(linear_chain(), {"z1": ["6.0"]})
    assert marking.as_json() == [
        {
            "quantity": "z1[0]",
            "claimed": "6.0",
            "exact": 7.0,
            "from_above": 7.0,
            "verdict": "slip",
            "mistakes": ["the bias forgotten (b1[0])"],
            "put_right": [],
            "sure": [0.993],
        }
    ]
    assert marking.counts() == {verdict: int(verdict == "slip") for verdict in VERDICTS}
    with pytest.raises(KeyError, match="no claim was made for 'z2"):
        _ = marking["z2[0]"]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.sampled_from(["sigmoid", "tanh", "relu", "gelu", "leaky_relu"]))
def test_an_honest_page_has_no_slip(seed: int, digits: int, activation: str) -> None:
    rng = random.Random(seed)
    network = MLP(3, [2, 2], activation=[activation, "sigmoid"], seed=seed)
    x, y = [rng.uniform(-2, 2) for _ in range(3)], [0.0, 1.0]
    sheet = work_through(network, x, y, loss=rng.choice(["squared_error", "binary_cross_entropy"]))
    claims = {label: f"{value.data:.{digits}f}" for label, value in sheet.values.items() if rng.random() < 0.8}
    assert not mark(sheet, claims).with_verdict(SLIP, MISPRINT)


@pytest.mark.slow
def test_ten_thousand_claims_that_are_all_wrong_are_marked_all_the_same() -> None:
    network = MLP(40, [40, 40, 40, 4], activation="sigmoid", seed=1)
    rng = random.Random(1)
    sheet = work_through(network, [rng.uniform(-1, 1) for _ in range(40)], [1.0, 0.0, 0.0, 1.0])
    claims = {label: f"{value.data + rng.uniform(0.1, 0.2):.4f}" for label, value in sheet.values.items()}
    marking = mark(sheet, claims)
    assert len(marking) > 10_000
    passed_over = [row for row in marking if row.explanation() == "not looked into, after so many slips"]
    assert passed_over
    page = str(marking)
    assert page.count(" is a slip: ") == len(marking.with_verdict("slip")) - len(passed_over)  # the others, in one list
    assert page.count("Not looked into, after so many slips: ") == 1


def test_a_digit_that_is_cut_is_not_right_though_rounding_above_may_reach_it() -> None:
    network = MLP.from_weights([[[0.1, 0.2], [0.3, -0.2]], [[0.7, 0.4]]], [[0.0, 0.1], [-0.1]], activation="sigmoid")
    sheet = work_through(network, [0.5, 0.2], [1.0])
    # a1 = 0.5225, 0.5523, so z2 = 0.4867, and 0.49 from what is written: 0.4 is neither, rounded.
    found = verdicts({"a1": ["0.5", "0.6"], "z2": ["0.4"]}, sheet)
    assert found == {"a1[0]": "right", "a1[1]": "right", "z2[0]": "rounding"}


@pytest.mark.parametrize(
    ("written", "digits", "verdict"),
    [
        ("0.335", None, "right"), ("0.3", None, "right"), ("0.3", 1, "right"), ("0.335", 1, "right"),
        ("0.3", 2, "rounding"), ("0.34", 2, "right"), ("0.33", 2, "rounding"), ("0.3353", 4, "right"),
        ("0", None, "right"), ("0", 1, "rounding"), ("0.0", 1, "slip"), ("0e2", 1, "rounding"),
    ],
)  # fmt: skip
def test_an_answer_is_held_to_the_digits_that_are_asked(written: str, digits: int | None, verdict: str) -> None:
    sheet = work_through(MLP.from_weights([[[0.33527]]], activation="linear"), [1.0], [1.0])
    assert mark(sheet, {"z1": [written]}, digits=digits)["z1[0]"].verdict == verdict


@pytest.mark.parametrize("zero", ["0", "0.0", "0e2", "-0"])
def test_a_zero_is_right_only_of_what_is_zero_to_the_digits_of_the_page(zero: str) -> None:
    network = MLP.from_weights([[[0.4]], [[0.0001]]], activation="linear")
    claims = {"z1": [zero], "a1": ["0.400"], "z2": [zero], "dC/da2": [zero]}
    found = verdicts(claims, work_through(network, [1.0], [0.0]))
    assert found == {"z1[0]": "misprint" if zero == "0.0" else "rounding", "a1[0]": "right", "z2[0]": "right",
                     "dC/da2[0]": "right"}  # fmt: skip


def test_zeros_that_follow_from_zeros_are_not_right() -> None:
    network = MLP.from_weights([[[0.4]], [[2.0]]], activation="linear")
    found = verdicts({"a1": ["0"], "z2": ["0"]}, work_through(network, [1.0], [0.0]))
    assert found == {"a1[0]": "right", "z2[0]": "rounding"}  # 0.4 is 0 in whole numbers, 0.8 is not


@pytest.mark.parametrize(("digits", "verdict"), [(None, "right"), (3, "rounding")])
def test_a_zero_that_follows_is_right_where_no_digits_of_it_are_asked(digits: int | None, verdict: str) -> None:
    sheet = work_through(MLP.from_weights([[[0.40034]]], activation="linear"), [1.0], [0.4])
    # 2 (0.400 - 0.4) = 0, and 2 (0.40034 - 0.4) = 0.00068, which is 0.001.
    marking = mark(sheet, {"a1": ["0.400"], "dC/da1": ["0.000"]}, digits=digits)
    assert [row.verdict for row in marking] == ["right", verdict]


@pytest.mark.parametrize(("d", "c"), [("?", "slip"), ("7.22", "slip"), ("6.87", "carried")])
def test_a_carried_number_is_only_put_right_where_another_one_confirms_it(d: str, c: str) -> None:
    p = Value(2.0, "x") * 1.3
    b, q = p * 0.7, Value(2.0, "x") * 0.9
    values = {"p": p, "b": b, "q": q, "d": b + 5.05, "c": b * q}
    # p and q slip, b follows from p; 2.603 is the right b, 1.82, times the wrong q.
    marking = mark(values, {"p": "3.10", "b": "2.17", "q": "1.43", "d": d, "c": "2.603"})
    assert [marking[label].verdict for label in ("p", "b", "q", "c")] == ["slip", "carried", "slip", c]


@pytest.mark.parametrize("digits", [3, 4])
def test_what_follows_from_a_loosely_right_number_is_carried(digits: int) -> None:
    first = Value(0.43, "x") * 0.2739  # 0.117777, cut
    values = {"first": first, "twice": first * 2.0, "square": first**2, "third": first / 3.0}
    written = {"first": "0.117", "twice": "0.2340", "square": "0.01369", "third": "0.03900"}
    verdicts = [row.verdict for row in mark(values, written, digits=digits)]
    assert verdicts == ["rounding", "carried", "carried", "carried"]
