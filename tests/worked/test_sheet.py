"""Sheets: every number equal to the engine's, written as on paper, in the order of work."""

import math
from typing import Any

import pytest
from formulas_in_numbers import evaluated
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tinygrad_notes import MLP
from tinygrad_notes.nn.losses import LOSSES
from tinygrad_notes.number_systems.symbols import text
from tinygrad_notes.worked import Sheet, work_through
from tinygrad_notes.worked.formulas import formula

NOTE_B = MLP.from_weights(
    [[[0.1, 0.2, -0.1], [0.3, -0.2, 0.5], [-0.4, 0.1, 0.2]], [[0.2, -0.3, 0.1]]], [[0.0, 0.1, -0.1], [0.05]]
)
ACTIVATIONS = [
    *["sigmoid", "tanh", "relu", "linear", "gelu", "leaky_relu", "elu", "softplus", "silu", "softmax"],
    *["log_sigmoid", "atan", "asinh", "erf", "sin"],
]


def test_note_b_is_rebuilt_to_twelve_digits() -> None:
    sheet = work_through(NOTE_B, [0.5, 0.2, 0.1], [1], loss="squared_error", learning_rate=0.1)
    expected = {
        "z1[0]": 0.08,
        "a2[0]": 0.507035373471,
        "C": 0.243014123009,
        "dC/dW2[0,1]": -0.139145305090,
        "delta1[2]": -0.006057881600,
        "W1_new[0,0]": 0.100615099100,
    }
    assert {label: sheet[label].data for label in expected} == pytest.approx(expected, abs=5e-13)


def test_the_order_is_that_of_work() -> None:
    assert list(work_through(NOTE_B, [0.5, 0.2, 0.1], [1]).quantities) == [
        *["z1", "a1", "z2", "a2", "C"],
        *["dC/da2", "slope2", "delta2", "dC/dW2", "dC/db2"],
        *["back1", "dC/da1", "slope1", "delta1", "dC/dW1", "dC/db1"],
        *["W2_new", "b2_new", "W1_new", "b1_new"],
    ]


@pytest.mark.parametrize(
    ("label", "letters", "numbers"),
    [
        ("z2[0]", "W2[0,0] · a1[0] + W2[0,1] · a1[1] + W2[0,2] · a1[2] + b2[0]",
         "0.2 · 0.52 + (-0.3) · 0.5646 + 0.1 · 0.4354 + 0.05"),
        ("a1[0]", "σ(z1[0])", "σ(0.08)"),
        ("C", "(a2[0] - y[0])^2", "(0.507 - 1)^2"),
        ("dC/da2[0]", "2 · (a2[0] - y[0])", "2 · (0.507 - 1)"),
        ("slope2[0]", "a2[0] · (1 - a2[0])", "0.507 · (1 - 0.507)"),
        ("delta2[0]", "dC/da2[0] · slope2[0]", "(-0.9859) · 0.25"),
        ("dC/dW2[0,1]", "delta2[0] · a1[1]", "(-0.2464) · 0.5646"),
        ("dC/db2[0]", "delta2[0]", "-0.2464"),
        ("back1[1]", "W2[0,1] · delta2[0]", "(-0.3) · (-0.2464)"),
        ("W2_new[0,1]", "W2[0,1] - η · dC/dW2[0,1]", "-0.3 - 0.1 · (-0.1391)"),
    ],
)  # fmt: skip
def test_formulas_are_those_of_paper(label: str, letters: str, numbers: str) -> None:
    sheet = work_through(NOTE_B, [0.5, 0.2, 0.1], [1])
    assert sheet.formula(label) == f"{label} = {letters}"
    assert sheet.formula_in_numbers(label) == numbers


def test_x_at_W_writes_the_transposed_matrix() -> None:
    rows = [[[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]]
    columns = [[list(row) for row in zip(*rows[0], strict=True)]]
    one = work_through(MLP.from_weights(rows, convention="W@x"), [1.0, 2.0], [0, 0, 1])
    other = work_through(MLP.from_weights(columns, convention="x@W"), [1.0, 2.0], [0, 0, 1])
    assert other.quantities["dC/dW1"].shape == (2, 3)
    for label, value in one.values.items():
        assert other[one.in_other_convention(label)].data == value.data
    assert other.formula("z1[0]") == "z1[0] = W1[0,0] · x[0] + W1[1,0] · x[1]"


def test_samples_of_a_batch_come_first_in_the_index() -> None:
    sheet = work_through(MLP(2, [3, 1], activation="tanh", seed=1), [[0.0, 1.0], [1.0, 1.0]], [[1.0], [0.0]])
    assert sheet.quantities["delta1"].shape == (2, 3)
    assert sheet.formula("dC/dW2[0,1]") == "dC/dW2[0,1] = delta2[0,0] · a1[0,1] + delta2[1,0] · a1[1,1]"
    assert sheet["x"][1][0].data == 1.0


def test_layers_without_biases_have_none_on_the_sheet() -> None:
    sheet = work_through(MLP(2, [1], activation="sigmoid", bias=False, seed=1), [1.0, 2.0], [1.0])
    assert not {"b1", "dC/db1", "b1_new"} & {*sheet.given, *sheet.quantities}


def test_a_slope_follows_from_a_or_from_z() -> None:
    sheet = work_through(NOTE_B, [0.5, 0.2, 0.1], [1])
    (from_z,) = sheet.alternatives["slope1[0]"]
    letters = text(formula(from_z))
    assert "z1[0]" in letters
    assert "a1[0]" not in letters
    assert from_z.data == pytest.approx(sheet["slope1[0]"].data, rel=1e-15)


def test_a_slope_shows_nothing_of_what_floats_need() -> None:
    sheet = work_through(MLP(1, [1], activation="silu", seed=1), [0.5], [1.0])
    assert sheet.formula("slope1[0]") == "slope1[0] = σ(z1[0]) · (1 + z1[0] · (1 - σ(z1[0])))"


@pytest.mark.parametrize(
    ("activation", "loss", "main", "other"),
    [
        ("sigmoid", "binary_cross_entropy", "dC/da1[0] · slope1[0]", "a1[0] - y[0]"),
        ("softmax", "cross_entropy", "a1[0] - y[0]", "a1[0] · (dC/da1[0] - "),
    ],
)
def test_delta_follows_in_one_step_or_in_two(activation: str, loss: str, main: str, other: str) -> None:
    network = MLP(2, [2], activation=activation, seed=3)
    sheet = work_through(network, [1.0, 2.0], [1.0, 0.0], loss=loss)
    (alternative,) = sheet.alternatives["delta1[0]"]
    assert sheet.formula("delta1[0]") == f"delta1[0] = {main}"
    assert text(formula(alternative)).startswith(other)
    assert alternative.data == pytest.approx(sheet["delta1[0]"].data, rel=1e-14)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1.0], [1.0], "takes 2 inputs, got 1"),
        ([1.0, 2.0], [1.0, 2.0], "1 output, got 2 targets"),
        ([[1.0, 2.0]], [[1.0], [2.0]], "got 1 sample in x and 2 in y"),
        ([[1.0, 2.0], [1.0]], [[1.0], [2.0]], "got 1 in sample 1"),
    ],
)
def test_lengths_that_do_not_fit_are_refused(x: Any, y: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        work_through(MLP(2, [1], seed=1), x, y)


DERIVATIVES = [  # loss, its derivative for one sample, its derivative for two
    ("squared_error", "2 · (a1[0] - y[0])", "2 · (a1[0,0] - y[0,0])"),
    ("half_squared_error", "a1[0] - y[0]", "a1[0,0] - y[0,0]"),
    ("mean_squared_error", "2 · (a1[0] - y[0]) / 2", "2 · (a1[0,0] - y[0,0]) / 4"),
    ("binary_cross_entropy", "(1 - y[0]) / (1 - a1[0]) - y[0] / a1[0]",
     "((1 - y[0,0]) / (1 - a1[0,0]) - y[0,0] / a1[0,0]) / 2"),
    ("cross_entropy", "-y[0] / a1[0]", "-y[0,0] / (2 · a1[0,0])"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "one", "two"), DERIVATIVES)
def test_the_derivative_of_a_loss_is_written_as_in_a_textbook(loss: str, one: str, two: str) -> None:
    network = MLP(2, [2], activation="sigmoid", seed=3)
    sheet = work_through(network, [1.0, 2.0], [1.0, 0.0], loss=loss)
    assert sheet.formula("dC/da1[0]") == f"dC/da1[0] = {one}"
    sheet = work_through(network, [[1.0, 2.0]] * 2, [[1.0, 0.0]] * 2, loss=loss)
    assert sheet.formula("dC/da1[0,0]") == f"dC/da1[0,0] = {two}"


def test_the_terms_of_a_loss_stay_what_they_are() -> None:
    """a - y is part of ½ (a - y)² and its derivative too: that one's name must not get into the loss."""
    sheet = work_through(MLP(1, [1], seed=1), [1.0], [1.0], loss="half_squared_error")
    assert sheet.formula("C") == "C = 0.5 · (a1[0] - y[0])^2"
    sheet = work_through(MLP(2, [2], activation="softmax", seed=1), [1.0, 2.0], [1.0, 0.0], loss="cross_entropy")
    assert sheet.formula("C") == "C = -y[0] · ln(a1[0]) - y[1] · ln(a1[1])"


SLOPES = [  # activation, the slope where z is above 0, and where it is below
    ("linear", "1", "1"),
    ("relu", "[z1[0] > 0]", "[z1[0] > 0]"),
    ("leaky_relu", "1", "0.01"),
    ("elu", "1", "a1[0] + 1"),
    ("tanh", "1 - a1[0]^2", "1 - a1[0]^2"),
    ("softplus", "σ(z1[0])", "σ(z1[0])"),
    ("log_sigmoid", "1 - σ(z1[0])", "1 - σ(z1[0])"),
    ("square", "2 · z1[0]", "2 · z1[0]"),
    ("reciprocal", "-1 / z1[0]^2", "-1 / z1[0]^2"),
    ("gelu", *["0.5 · (1 + erf(z1[0] / sqrt(2))) + z1[0] · exp(-z1[0]^2 / 2) / sqrt(2π)"] * 2),
    (lambda z: z * z * z, *["z1[0] · z1[0] + z1[0] · z1[0] + z1[0] · z1[0]"] * 2),
]


@pytest.mark.parametrize(("activation", "above", "below"), SLOPES)
def test_a_slope_is_written_as_in_a_textbook(activation: Any, above: str, below: str) -> None:
    for weight, slope in ((0.5, above), (-0.5, below)):
        sheet = work_through(MLP.from_weights([[[weight]]], activation=activation), [1.0], [1.0])
        assert sheet.formula("slope1[0]") == f"slope1[0] = {slope}"


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_every_gradient_equals_the_engines(data: st.DataObject) -> None:
    network, x, y, loss, reduction = data.draw(training_steps())
    sheet = work_through(network, x, y, loss=loss, learning_rate=0.3, reduction=reduction)
    samples = zip(x, y, strict=True) if sheet.samples is not None else [(x, y)]
    outputs, targets = [], []
    for sample, target in samples:
        out = network(sample)
        outputs.append(out if isinstance(out, list) else [out])
        targets.append(target)
    if loss == "binary_cross_entropy":  # 1 - a on paper keeps no digits where a rounds to 1
        assume(all(1e-5 < a.data < 1 - 1e-5 for row in outputs for a in row))
    network.zero_grad()
    cost = LOSSES[loss](outputs, targets, reduction)
    cost.backward()
    assert sheet["C"].data == pytest.approx(cost.data, rel=1e-10, abs=1e-12)
    for k, layer in enumerate(network.layers, start=1):
        gradients = [[w.grad for w in neuron.w] for neuron in layer.neurons]
        weights = [[w.data for w in neuron.w] for neuron in layer.neurons]
        check_matrix(sheet, f"dC/dW{k}", gradients)
        updated = [[w - 0.3 * g for w, g in zip(*rows, strict=True)] for rows in zip(weights, gradients, strict=True)]
        check_matrix(sheet, f"W{k}_new", updated)
        for j, neuron in enumerate(layer.neurons):
            if neuron.b is not None:
                close(sheet[f"dC/db{k}[{j}]"].data, neuron.b.grad)
    for label, others in sheet.alternatives.items():
        for other in others:
            close(other.data, sheet[label].data)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_every_formula_as_written_comes_to_its_number(data: st.DataObject) -> None:
    network, x, y, loss, reduction = data.draw(training_steps())
    sheet = work_through(network, x, y, loss=loss, learning_rate=0.3, reduction=reduction)
    given_numbers = {value.label: value.data for quantity in sheet.given.values() for value in quantity.elements}
    numbers = given_numbers | {label: value.data for label, value in sheet.values.items()} | {"η": 0.3}
    for label, value in sheet.values.items():
        if math.isfinite(value.data):
            written = formula(value)
            assert evaluated(written, numbers) == pytest.approx(value.data, rel=1e-12, abs=1e-15), label


def check_matrix(sheet: Sheet, name: str, rows: list[list[float]]) -> None:
    for j, row in enumerate(rows):
        for i, number in enumerate(row):
            label = f"{name}[{j},{i}]" if sheet.convention == "W@x" else f"{name}[{i},{j}]"
            close(sheet[label].data, number)


def close(left: float, right: float) -> None:
    assert left == pytest.approx(right, rel=1e-9, abs=1e-11)


@st.composite
def training_steps(draw: st.DrawFn) -> tuple[MLP, Any, Any, str, str]:
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    loss = draw(st.sampled_from(sorted(LOSSES)))
    activations = [draw(st.sampled_from(ACTIVATIONS)) for _ in sizes[1:]]
    if loss == "binary_cross_entropy":
        activations[-1] = "sigmoid"  # it needs outputs between 0 and 1
    if loss == "cross_entropy":
        activations[-1] = draw(st.sampled_from(["softmax", "sigmoid"]))
    network = MLP(
        sizes[0],
        sizes[1:],
        activation=activations,
        bias=draw(st.booleans()),
        seed=draw(st.integers(0, 999)),
        convention=draw(st.sampled_from(["W@x", "x@W"])),
    )
    number = st.integers(-20, 20).map(lambda n: n / 10)
    target = st.lists(st.sampled_from([0.0, 0.25, 1.0]), min_size=sizes[-1], max_size=sizes[-1])
    sample = st.lists(number, min_size=sizes[0], max_size=sizes[0])
    if draw(st.booleans()):
        return network, draw(sample), draw(target), loss, draw(st.sampled_from(["sum", "mean"]))
    count = draw(st.integers(1, 3))
    x = [draw(sample) for _ in range(count)]
    return network, x, [draw(target) for _ in range(count)], loss, draw(st.sampled_from(["sum", "mean"]))
