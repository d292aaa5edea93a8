"""Trust: numbers that were not rounded excuse nothing, coarse answers earn nothing, and the givens are the key's."""

from pathlib import Path

import pytest

from tinygrad_notes import MLP, Value, work_through
from tinygrad_notes.worked.exercises import exercise
from tinygrad_notes.worked.marking import mark
from tinygrad_notes.worked.sheet import Sheet
from tinygrad_notes.worked.verdicts import CARRIED, RIGHT
from tinygrad_notes.worked.worksheet_file import WorksheetError, mark_file


def chain(*weights: float, x: float = 2.0, activation: str = "linear", loss: str = "squared_error") -> Sheet:
    """One neuron a layer, without biases: a1 = w1·x, a2 = w2·a1, …."""
    network = MLP.from_weights([[[w]] for w in weights], activation=activation)
    return work_through(network, [x], [1.0], loss=loss)


def verdicts(sheet: Sheet, claims: dict[str, object], digits: int | None = None) -> dict[str, str]:
    return {row.quantity: row.verdict for row in mark(sheet, claims, digits=digits)}


# Exact numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a1", "a2", "expected"),
    [
        ("6", "24", ["right", "right"]),
        ("6", "26", ["right", "slip"]),  # 4·6 is 24: half a unit of slack in a 6 that is exact would reach 26
        ("6", "25", ["right", "slip"]),
        ("6.0", "24.2", ["right", "slip"]),
        ("7", "28", ["slip", "carried"]),
        ("7", "29", ["slip", "slip"]),  # a slip among whole numbers was carried on as it is written
        ("7", "26", ["slip", "slip"]),
        ("7", "24", ["misprint", "right"]),
    ],
)
def test_whole_numbers_have_no_slack(a1: str, a2: str, expected: list[str]) -> None:
    sheet = chain(3.0, 4.0)
    assert list(verdicts(sheet, {"a1": [a1], "a2": [a2]}).values()) == expected


def test_a_number_that_follows_exactly_from_exact_ones_has_no_slack_either() -> None:
    # 7 for 6 is a slip, 28 follows from it in full, so 5·28 = 140: 142 is half a unit of 28 off, and a slip.
    sheet = chain(3.0, 4.0, 5.0)
    assert verdicts(sheet, {"a1": ["7"], "a2": ["28"], "a3": ["140"]})["a3[0]"] == "carried"
    assert verdicts(sheet, {"a1": ["7"], "a2": ["28"], "a3": ["142"]})["a3[0]"] == "slip"


def test_a_whole_number_that_follows_from_rounded_ones_may_have_been_carried_on_with_more_digits() -> None:
    # 1.2345·2 = 2.469, written 2.5; 2.4·2.469 = 5.9256 and 2.4·2.5 = 6.00, so 6.0 stands for either.
    sheet = chain(1.2345, 2.4, 10.0)
    assert verdicts(sheet, {"a1": ["2.5"], "a2": ["6.0"], "a3": ["59.6"]})["a3[0]"] == "rounding"
    assert verdicts(sheet, {"a1": ["2.5"], "a2": ["6.0"], "a3": ["61.0"]})["a3[0]"] == "slip"


@pytest.mark.parametrize(("written", "verdict"), [("1.03", "rounding"), ("1.05", "slip"), ("0.86", "slip")])
def test_where_a_rounded_number_and_an_exact_one_meet_the_rounded_one_alone_is_excused(
    written: str, verdict: str
) -> None:
    # a1 = (0.5, 0.3333), written 0.5 (exact) and 0.3 (0.25 to 0.35): 0.5 + 1.5·0.3333 = 1, from 0.875 to 1.025.
    network = MLP.from_weights([[[0.25], [1 / 6]], [[1.0, 1.5]]], activation="linear")
    claims = {"a1": ["0.5", "0.3"], "z2": [written]}
    assert verdicts(work_through(network, [2.0], [0.0]), claims)["z2[0]"] == verdict


def test_an_exact_number_below_a_rounded_one_has_no_slack() -> None:
    # a1 = 1/3 is written 0.33, and a2 = 1.5·a1 = 0.5 in full, though 1.5·0.33 = 0.495 would be rounded to 0.5 too.
    sheet = chain(1 / 3, 1.5, 10.0, x=1.0)
    expected = {"a1[0]": "right", "a2[0]": "right", "a3[0]": "slip"}
    assert verdicts(sheet, {"a1": ["0.33"], "a2": ["0.5"], "a3": ["5.2"]}) == expected


def test_a_slip_that_had_to_be_rounded_keeps_its_slack() -> None:
    # a1 = 0.6667 is written 0.71, for anything from 0.705 to 0.715; times 10 that is 7.05 to 7.15.
    sheet = chain(1 / 3, 10.0)
    assert verdicts(sheet, {"a1": ["0.71"], "a2": ["7.14"]}) == {"a1[0]": "slip", "a2[0]": "carried"}
    assert verdicts(sheet, {"a1": ["0.71"], "a2": ["7.17"]}) == {"a1[0]": "slip", "a2[0]": "slip"}


def test_what_a_dead_relu_gives_is_exact_whatever_was_rounded_above() -> None:
    network = MLP.from_weights(
        [[[-1 / 3]], [[4.0]], [[1.0]]], [None, [0.25], None], activation=["relu", "linear", "linear"]
    )
    sheet = work_through(network, [1.0], [1.0])
    page = {"z1": ["-0.33"], "a1": ["0"], "z2": ["0.25"], "a2": ["0.25"]}
    assert set(verdicts(sheet, page).values()) == {"right"}
    assert verdicts(sheet, {**page, "z2": ["0.27"]})["z2[0]"] == "misprint"


def test_a_right_number_that_a_wrong_one_rounds_to_may_have_been_carried_on_wrongly() -> None:
    # 2.02 for 2 is a slip; 1.01·0.3 is written 0.3, which the right 1·0.3 is too, and 100·0.303 = 30.3 follows.
    sheet = chain(1.0, 0.15, 100.0)
    claims = {"a1": ["2.02"], "a2": ["0.3"], "a3": ["30.3"]}
    assert verdicts(sheet, claims) == {"a1[0]": "slip", "a2[0]": "right", "a3[0]": "rounding"}


# Coarse answers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("decimals", [0, 1])
@pytest.mark.parametrize("seed", range(8))
def test_answers_with_too_few_digits_earn_nothing(seed: int, decimals: int) -> None:
    sheet = exercise([2, 2, 1], seed=seed).sheet
    marking = mark(sheet, {label: f"{value.data:.{decimals}f}" for label, value in sheet.values.items()}, digits=3)
    assert marking.exit_status == 1
    for row in marking.with_verdict(RIGHT, CARRIED):
        assert float(row.claimed) == pytest.approx(row.exact, rel=1e-12) or len(row.claimed.lstrip("-0.")) >= 3


@pytest.mark.parametrize(
    ("a1", "a2", "expected", "status"),
    [
        ("0.500", "0.250", ["right", "right"], 0),
        ("0.5", "0.25", ["right", "right"], 0),  # no digit was left off
        ("0.5", "0.3", ["right", "rounding"], 1),
        ("0.51", "0.255", ["slip", "carried"], 1),
        ("0.60", "0.3", ["slip", "carried"], 1),  # 0.5·0.6 is 0.3
        ("0.61", "0.3", ["slip", "rounding"], 1),  # 0.305
        ("0", "0.250", ["rounding", "right"], 1),
        ("0", "0.3", ["rounding", "rounding"], 1),
    ],
)
def test_an_answer_is_short_where_a_digit_was_left_off(a1: str, a2: str, expected: list[str], status: int) -> None:
    marking = mark(chain(0.25, 0.5), {"a1": [a1], "a2": [a2]}, digits=3)
    assert [row.verdict for row in marking] == expected
    assert marking.exit_status == status


def test_a_short_answer_says_how_many_digits_are_asked() -> None:
    row = mark(chain(1 / 3), {"a1": ["0.7"]}, digits=3)["a1[0]"]
    assert (row.verdict, row.short) == ("rounding", True)
    assert row.explanation() == "written to 1 digit, and 3 are asked"


def test_with_digits_asked_a_coarse_number_excuses_no_more_than_they_do() -> None:
    # 0.333 written 0: if that stood for anything below 0.5, 10·0.333 might be 4.5.
    claims = {"a1": ["0"], "a2": ["4.50"]}
    assert verdicts(chain(1 / 6, 10.0), claims, digits=3) == {"a1[0]": "rounding", "a2[0]": "slip"}


@pytest.mark.parametrize("zero", ["0", "0.00", "0.000000"])
def test_a_zero_is_carried_only_where_zero_itself_follows(zero: str) -> None:
    dead = chain(-1.0, 3.0, activation="relu")
    alive = chain(1.0, 0.0001)
    assert verdicts(dead, {"z1": ["-3.1"], "a1": [zero], "a2": [zero]}) == {
        "z1[0]": "slip", "a1[0]": "right", "a2[0]": "right",
    }  # fmt: skip
    assert verdicts(alive, {"a1": ["3.100"], "a2": [zero]})["a2[0]"] not in (CARRIED, "carried")


def test_a_zero_carried_from_a_slip_through_a_dead_relu_is_carried() -> None:
    sheet = chain(0.5, 3.0, activation="relu")  # a1 = relu(1) = 1
    found = mark(sheet, {"z1": ["-1.000"], "a1": ["0"], "a2": ["0"]}, digits=3)
    assert [row.verdict for row in found] == ["slip", "carried", "carried"]


def test_a_zero_is_carried_through_a_dead_relu_over_a_number_that_may_be_zero() -> None:
    p, q = Value(0.3) * 1.0051, Value(0.7) * 0.4401
    page = {"p": p, "q": q, "a": p.relu() / (q - 0.308)}  # from q = 0.31 on, the divisor may be anything near 0
    assert [mark.verdict for mark in mark(page, {"p": "-0.30", "q": "0.31", "a": "0"})] == ["slip", RIGHT, CARRIED]


def test_the_slope_at_a_coarse_zero_earns_nothing() -> None:
    sheet = chain(0.36, 2.0, x=1.0, activation="relu")  # σ′(0.36) is 1; of what is written, 0, it is 0
    found = mark(sheet, {"z1": ["0"], "a1": ["0"], "slope1": ["0"]}, digits=3)
    assert [row.verdict for row in found][:2] == ["rounding", "rounding"]
    assert found["slope1[0]"].verdict not in (RIGHT, CARRIED)


def test_without_digits_a_claim_coarser_than_its_page_says_so() -> None:
    sheet = chain(1 / 3, 1 / 7, 1.7)
    marking = mark(sheet, {"a1": ["0.6667"], "a2": ["0.09524"], "a3": ["0.2"], "C": "0.7024"})
    assert marking["a3[0]"].verdict == "right"
    assert marking["a3[0]"].explanation() == "coarser than the rest of the page: 1 digit, where most have 4"
    assert "Coarser than the rest of the page: 1 digit, where most have 4: a3[0]." in marking.report().plain(width=200)
    assert marking.exit_status == 0


def test_a_page_of_zeros_is_told_that_they_keep_no_digit() -> None:
    marking = mark(chain(0.2, 0.5), {"a1": ["0"], "a2": ["0"]})
    assert {row.explanation() for row in marking} == {"a 0 that keeps no digit of the number"}


def test_what_is_wrong_because_of_something_names_it() -> None:
    network = MLP.from_weights([[[3.0], [5.0]], [[1.0, 10.0]]], activation="linear")
    sheet = work_through(network, [2.0], [0.0])
    marking = mark(sheet, {"z1": ["7", "11"], "a1": ["7", "11"], "z2": ["117"], "C": "13689"})
    assert marking["z2[0]"].because == ("z1[0]", "z1[1]") == marking["C"].because
    assert marking["C"].as_json()["because"] == ["z1[0]", "z1[1]"]
    page = marking.report().plain(width=200)
    assert "Wrong too, but only because of z1[0] and z1[1]: a1[0], a1[1], z2[0], C." in page


def test_what_is_carried_from_rounding_alone_names_what_was_rounded() -> None:
    sheet = chain(1 / 3, 10.0, 2.0)
    marking = mark(sheet, {"a1": ["0.66"], "a2": ["6.60"], "a3": ["13.20"]})  # 0.667 is cut, not rounded
    assert [row.verdict for row in marking] == ["rounding", "carried", "carried"]
    page = marking.report().plain(width=200)
    assert "only because of that" not in page
    assert "Not right, but only by the rounding of a1[0]: a2[0], a3[0]." in page


# The key's givens ---------------------------------------------------------------------------------------

KEY = """\
digits = 3
[network]
activation = "sigmoid"
loss = "squared_error"
learning_rate = 0.5
convention = "W@x"
x = [0.5, 0.2]
y = [1]
[[network.layer]]
W = [[0.1, 0.2], [0.3, -0.2]]
b = [0.0, 0.1]
[[network.layer]]
W = [[0.2, -0.3]]
b = [0.05]
"""
ANSWERS = '[claims]\nz1 = ["0.0900", "0.210"]\n'


def files(tmp_path: Path, answers: str, key: str = KEY) -> tuple[Path, Path]:
    paths = tmp_path / "answers.toml", tmp_path / "key.toml"
    for path, text in zip(paths, (answers, key), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


@pytest.mark.parametrize(
    "givens",
    [
        "",
        KEY,
        KEY.replace("0.20]", "0.2]").replace('"sigmoid"', '["sigmoid", "sigmoid"]'),
        KEY.replace('"sigmoid"', '["Logistic", "logsig"]').replace('"squared_error"', '"SSE"'),
    ],
)
def test_answers_are_marked_with_the_keys_givens(tmp_path: Path, givens: str) -> None:
    marking = mark_file(*files(tmp_path, givens + ANSWERS))
    assert [row.verdict for row in marking] == ["right", "right"]
    assert marking.digits == 3


def test_what_the_key_claims_is_left_aside(tmp_path: Path) -> None:
    assert len(mark_file(*files(tmp_path, ANSWERS, KEY + '[claims]\nnonsense = ["7"]\n'))) == 2


TAMPERED = [
    ("[0.1, 0.2]", "[0.1, 0.0]", "W1[0,1]: 0.0 in the answers, 0.2 in their key", 10),
    ("b = [0.0, 0.1]", "b = [0.1, 0.1]", "b1[0]: 0.1 in the answers, 0.0 in their key", 11),
    ("b = [0.05]\n", "", "b2: nothing in the answers, an array of shape [1] in their key", 12),
    ("x = [0.5, 0.2]", "x = [0.5, 0.3]", "x[1]: 0.3 in the answers, 0.2 in their key", 7),
    ("x = [0.5, 0.2]\ny = [1]", "x = [[0.5, 0.2]]\ny = [[1]]", "x: an array of shape [1, 2] in the answers", 7),
    ("y = [1]", "y = [0]", "y[0]: 0.0 in the answers, 1.0 in their key", 8),
    ("0.5\nconv", "0.05\nconv", "learning_rate: 0.05 in the answers, 0.5 in their key", 5),
    ('"sigmoid"', '["tanh", "sigmoid"]', "activation: ['tanh', 'sigmoid'] in the answers", 3),
    ('"squared', '"half_squared', "loss: half_squared_error in the answers, squared_error in their key", 4),
    ("y = [1]", 'y = [1]\nreduction = "mean"', "reduction: mean in the answers, sum in their key", 9),
    ("digits = 3", "digits = 1", "digits: 1 in the answers, 3 in their key", 1),
    ('"W@x"', '"x@W"', "convention: x@W in the answers, W@x in their key", 6),
    ("[[network.layer]]\nW = [[0.2, -0.3]]\nb = [0.05]\n", "", "layer: 1 layer in the answers, 2 layers in their", 9),
    ("digits = 3", 'digits = 3\nsigns = "target-output"', "signs: target-output in the answers", 2),
]


@pytest.mark.parametrize(("old", "new", "message", "line"), TAMPERED)
def test_other_givens_than_the_keys_are_refused_by_name(
    tmp_path: Path, old: str, new: str, message: str, line: int
) -> None:
    answers, key = files(tmp_path, KEY.replace(old, new, 1) + ANSWERS)
    with pytest.raises(WorksheetError) as refusal:
        mark_file(answers, key)
    assert str(refusal.value).startswith(f"{answers}:{line}: {message}")


def test_a_part_of_the_givens_is_compared_too(tmp_path: Path) -> None:
    assert len(mark_file(*files(tmp_path, '[network]\nloss = "squared_error"\n' + ANSWERS))) == 2
    with pytest.raises(WorksheetError, match=r"answers.toml:2: loss: "):
        mark_file(*files(tmp_path, '[network]\nloss = "half_squared_error"\n' + ANSWERS))


def test_errors_of_the_key_are_told_of_the_key(tmp_path: Path) -> None:
    with pytest.raises(WorksheetError, match=r"key.toml:4: unknown loss|key.toml:4: loss"):
        mark_file(*files(tmp_path, ANSWERS, KEY.replace("squared_error", "squared_eror")))
    with pytest.raises(WorksheetError, match=r"answers.toml:1: claims: the table \[claims\] is missing"):
        mark_file(*files(tmp_path, KEY))
