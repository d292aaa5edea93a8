"""Numbers, names and whole files as people write them: read where that is clear, else told what to write."""

import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinygrad_notes import MLP, mark, work_through
from tinygrad_notes.nn.losses import loss_named
from tinygrad_notes.worked.claims import ClaimError, read_claim, read_claims
from tinygrad_notes.worked.worksheet_file import WorksheetError, mark_file, read_worksheet

SHEET = work_through(MLP.from_weights([[[0.5, -0.25]]], [[0.1]], activation="sigmoid"), [1.0, 0.4], [1.0])
PAGE = """\
[network]
activation = "sigmoid"
loss = "squared_error"
learning_rate = 0.1
x = [1.0, 0.4]
y = [1]
[[network.layer]]
W = [[0.5, -0.25]]
b = [0.1]
[claims]
z1 = ["0.5"]
a1 = ["0.62"]
C = "0.143"
"""


@pytest.mark.parametrize(
    ("written", "number", "unit"),
    [
        ("1.2×10⁻³", 1.2e-3, 1e-4),
        ("1.2 · 10^-3", 1.2e-3, 1e-4),
        ("5×10^-1", 0.5, 0.1),
        ("5 x 10**2", 500.0, 100.0),
        (r"1.2 \times 10^{-3}", 1.2e-3, 1e-4),
        ("-10⁻²", -0.01, 0.01),
        ("1.2e−3", 1.2e-3, 1e-4),
        ("1.2E–3", 1.2e-3, 1e-4),
        ("−0.5", -0.5, 0.1),
        ("‐0.5", -0.5, 0.1),
        ("0,250", 0.25, 0.001),
        ("−12,5", -12.5, 0.1),
        ("0,333…", 0.3335, 0.001),
        ("1,2×10⁻³", 1.2e-3, 1e-4),
        ("1,23e-3", 1.23e-3, 1e-5),
        ("≈ 0.25", 0.25, 0.01),
        ("≈−0.25", -0.25, 0.01),
        ("= 0.25", 0.25, 0.01),
        ("０.５", 0.5, 0.1),
        ("－０．５", -0.5, 0.1),
        ("\ufeff0.5\u200b", 0.5, 0.1),  # pasted with marks that cannot be seen
        ("0.333…", 0.3335, 0.001),
        ("-0.333...", -0.3335, 0.001),
        (np.float64(0.4), 0.4, 0.1),
        (np.float32(0.4), 0.4, 0.1),
        (np.int64(3), 3.0, 1.0),
        (np.array(0.4), 0.4, 0.1),
        (np.array(0.4, np.float32), 0.4, 0.1),
        (Decimal("0.40"), 0.4, 0.01),
    ],
)
def test_numbers_are_read_as_people_write_them(written: Any, number: float, unit: float) -> None:
    claim = read_claim("z1[0]", written)
    assert (claim.number, claim.unit) == pytest.approx((number, unit), rel=1e-12)


def test_a_fraction_of_python_claims_every_digit() -> None:
    z = work_through(MLP.from_weights([[[1.0 / 3.0]]], activation="linear"), [1.0], [1.0])
    assert mark(z, {"z1": [Fraction(1, 3)]})["z1[0]"].verdict == "right"
    assert mark(z, {"z1": [Fraction(3333, 10000)]})["z1[0]"].verdict == "slip"


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("1/3", '"0.3333"'),
        ("½", '"0.5"'),
        ("50%", '"0.5"'),
        ("1½", '"1.5"'),
        ("-1 1/2", '"-1.5"'),
        ("4‰", '"0.004"'),
        ("0·5", 'as a point, "0.5"'),
        ("1.234,5", 'as a point, "1234.5"'),
        ("1,234", '"1.234", or no comma, "1234"'),
        ("1,234.5", '"1234.5"'),
        ("1.000.000", '"1000000"'),
        ("1.2×10-3", '"1.2e-3"'),
        ("10-3", '"1e-3"'),
        ("0.1(6)", '"0.1666…"'),
        ("0.3\u0305", '"0.333…"'),
        ("(0.4)", 'alone: "0.4"'),
        ("$0.4$", 'alone: "0.4"'),
        ("0.4 ± 0.01", 'alone: "0.4"'),
        ("z1 = -0.4", 'alone: "-0.4"'),
        ("about 3", 'alone: "3"'),
        ("0.5 (rounded)", 'alone: "0.5"'),
        ("n/a", r'"\?" leaves it out'),
        ("—", r'"\?" leaves it out'),
    ],
)
def test_what_is_not_read_is_told_the_form_to_write(written: str, instead: str) -> None:
    with pytest.raises(ClaimError, match=instead):
        read_claim("z1[0]", written)


@pytest.mark.parametrize("written", ["1/0", "3·4", "2^3", "log 2", "0.4 0.5", "0x1p-1", "1 2 3", "√2", "--0.4"])
def test_no_number_is_proposed_for_what_may_mean_another(written: str) -> None:
    with pytest.raises(ClaimError) as caught:
        read_claim("z1[0]", written)
    assert caught.value.reason.count('"') == 2  # of the example


UNREADABLE = [np.bool_(True), 1j, 10**5000, float("nan"), Fraction(10**400), "0.5 or so"]


@pytest.mark.parametrize("written", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_is_no_number_is_one_line(written: Any) -> None:
    with pytest.raises(ClaimError) as caught:
        read_claim("z1[0]", written)
    assert len(str(caught.value)) < 200 and "\n" not in str(caught.value)


@pytest.mark.parametrize("array", [np.array, tuple, list, lambda x: np.array(x, np.float32)])
def test_claims_come_in_lists_and_arrays_of_any_kind(array: Any) -> None:
    read = read_claims(SHEET, {"dC/dW1": array([array([0.25, 0.5])]), "z1": array([0.5])})
    assert [(claim.label, claim.number) for claim in read] == [
        ("z1[0]", 0.5),
        ("dC/dW1[0,0]", 0.25),
        ("dC/dW1[0,1]", 0.5),
    ]


@pytest.mark.parametrize(
    ("key", "meant"), [("Z1", "z1"), ("SLOPE1", "slope1"), ("Delta_1x", "delta1"), ("DC/DA1", "dC/da1")]
)
def test_a_name_in_other_letters_is_asked_for(key: str, meant: str) -> None:
    with pytest.raises(ClaimError, match=f"did you mean '{meant}'"):
        read_claims(SHEET, {key: ["1"]})


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "page.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_unreadable_number_is_told_and_the_others_are_marked(tmp_path: Path) -> None:
    page = PAGE.replace('"0.5"]', '"1/2"]').replace('"0.143"', '"14.3%"')
    with pytest.raises(WorksheetError, match=r"page\.toml:11: z1\[0\]: '1/2' .*; 1 more cannot be read") as caught:
        mark_file(written(tmp_path, page))
    error = caught.value
    assert [line.split("page.toml")[1][:8] for line in error.problems] == [":11: z1[", ":13: C: "]
    assert error.line == 11
    assert error.marking is not None and [row.quantity for row in error.marking] == ["a1[0]"]


def test_under_a_name_that_does_not_fit_nothing_is_marked(tmp_path: Path) -> None:
    page = PAGE.replace("z1 =", "Z1 =").replace('"0.143"', '["0.1", "0.2"]')
    with pytest.raises(WorksheetError, match="did you mean 'z1'") as caught:
        mark_file(written(tmp_path, page))
    assert (len(caught.value.problems), caught.value.marking) == (2, None)


def test_the_convention_may_be_left_out(tmp_path: Path) -> None:
    marking = mark_file(written(tmp_path, PAGE))
    assert ([row.verdict for row in marking], marking.notes) == (["right"] * 3, ())
    other = PAGE.replace("[[0.5, -0.25]]", "[[0.5], [-0.25]]")
    assert read_worksheet(written(tmp_path, other)).sheet.convention == "x@W"


def test_a_square_matrix_does_not_tell_the_convention_and_the_page_says_so(tmp_path: Path) -> None:
    square = PAGE.replace("[[0.5, -0.25]]", "[[0.5, -0.25], [0.1, 0.2]]").replace("[0.1]\n", "[0.1, 0.2]\n", 1)
    square = square.replace("y = [1]", "y = [1, 0]").replace('"0.5"]', '"0.5", "?"]').replace('"0.62"]', '"0.62", "?"]')
    marking = mark_file(written(tmp_path, square))
    assert "They are read as W@x" in marking.report().plain(400)
    with pytest.raises(WorksheetError) as caught:
        mark_file(written(tmp_path, square.replace('"0.143"', '"1/7"')))
    assert caught.value.marking is not None and caught.value.marking.notes == marking.notes
    told = mark_file(written(tmp_path, square.replace("x = [1", 'convention = "W@x"\nx = [1')))
    assert told.notes == ()


def test_a_file_without_claims_is_read_where_none_are_needed(tmp_path: Path) -> None:
    path = written(tmp_path, PAGE[: PAGE.index("[claims]")])
    assert read_worksheet(path, needs_claims=False).sheet["z1[0]"].data == pytest.approx(0.5)
    with pytest.raises(WorksheetError, match="claims"):
        mark_file(path)


def test_the_working_of_a_slip_has_the_numbers_of_the_page() -> None:
    marking = mark(SHEET, {"z1": ["0.7"], "a1": ["0.551"]})
    page = marking.report(4).plain(200)
    assert "W1[0,0] · x[0] + W1[0,1] · x[1] + b1[0]" in page
    assert "= 0.5 · 1 + (-0.25) · 0.4 + 0.1" in page
    assert "= σ(0.7)" in page and "0.6682" in page
    assert "σ" in marking.report().latex() or "sigma" in marking.report().latex()


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("ReLU", "relu"),
        ("GELU", "gelu"),
        ("logsig", "sigmoid"),
        ("Leaky-ReLU", "leaky_relu"),
        ("log sigmoid", "log_sigmoid"),
        ("purelin", "linear"),
        ("TanSig", "tanh"),
        ("Softmax", "softmax"),
        ("bipolar", "bipolar_sigmoid"),
        ("Sigmoid(2 * z)", "sigmoid(2z)"),
    ],
)
def test_activations_go_by_the_names_that_people_use(spelling: str, name: str) -> None:
    network = MLP.from_weights([[[0.5]], [[0.3], [0.2]]], activation=["linear", spelling])
    assert network.layers[-1].activation == name
    assert (network.layers[-1].activation == "softmax") or network.layers[-1].neurons[0].activation == name


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("MSE", "mean_squared_error"),
        ("sse", "squared_error"),
        ("mae", "mean_absolute_error"),
        ("Hinge", "hinge"),
        ("Mean squared error", "mean_squared_error"),
        ("binary cross-entropy", "binary_cross_entropy"),
    ],
)
def test_losses_go_by_the_names_that_people_use(spelling: str, name: str) -> None:
    assert loss_named(spelling).name == name


def test_an_unknown_activation_in_capitals_is_asked_for_in_small_letters() -> None:
    with pytest.raises(ValueError, match="did you mean 'relu'"):
        MLP.from_weights([[[0.5]]], activation="Reluu")


@pytest.mark.parametrize(
    ("activation", "value", "slope"),
    [
        ("bipolar_sigmoid", lambda z: 2 / (1 + math.exp(-z)) - 1, lambda a: 0.5 * (1 + a) * (1 - a)),
        ("sigmoid(2z)", lambda z: 1 / (1 + math.exp(-2 * z)), lambda a: 2 * a * (1 - a)),
        ("tanh(0.5z)", lambda z: math.tanh(0.5 * z), lambda a: 0.5 * (1 - a * a)),
        ("bipolar_sigmoid(2z)", lambda z: math.tanh(z), lambda a: 1 - a * a),
    ],
)
def test_a_sigmoid_of_another_range_or_slope(activation: str, value: Any, slope: Any) -> None:
    sheet = work_through(MLP.from_weights([[[0.7]]], [[0.1]], activation=activation), [1.5], [1.0])
    z, a = sheet["z1[0]"].data, sheet["a1[0]"].data
    assert a == pytest.approx(value(z), rel=1e-14)
    assert sheet["slope1[0]"].data == pytest.approx(slope(a), rel=1e-13)
    assert sheet.report().plain() and sheet.report().latex()


@pytest.mark.parametrize(
    ("loss", "y", "cost", "by_output"),
    [
        ("absolute_error", 1.0, lambda a: abs(a - 1.0), lambda a: -1.0),
        ("hinge", 1.0, lambda a: max(0.0, 1.0 - a), lambda a: -1.0),
        ("hinge", -1.0, lambda a: max(0.0, 1.0 + a), lambda a: 1.0),
    ],
)
def test_hinge_and_absolute_error_are_worked_like_the_other_losses(
    loss: str, y: float, cost: Any, by_output: Any
) -> None:
    sheet = work_through(MLP.from_weights([[[0.7]]], [[0.1]], activation="tanh"), [0.5], [y], loss=loss)
    a = sheet["a1[0]"].data
    assert (sheet["C"].data, sheet["dC/da1[0]"].data) == pytest.approx((cost(a), by_output(a)), rel=1e-14)
    assert sheet.report().plain()
