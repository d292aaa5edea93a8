"""The loop, the delta rule and the Jacobian flow: each number and factor stands where it should."""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np
import pytest
from formulas_in_numbers import evaluated
from samples import texts

from tinygrad_notes import MLP, Layer, work_through
from tinygrad_notes.draw import draw_delta_rule, draw_jacobians, draw_loop
from tinygrad_notes.draw.scene import Curve, Text
from tinygrad_notes.draw.style import written
from tinygrad_notes.nn.losses import Loss
from tinygrad_notes.number_systems.symbols import text
from tinygrad_notes.worked import Sheet
from tinygrad_notes.worked.pages import loss_of


def two_by_two(convention: str) -> MLP:
    into, out = [[0.5, 0.2], [-0.3, 0.8]], [[0.4, -0.6], [0.9, 0.1]]
    if convention == "x@W":
        into, out = ([list(column) for column in zip(*matrix, strict=True)] for matrix in (into, out))
    return MLP.from_weights([into, out], [[0.1, -0.2], [0.05, 0.3]], convention=convention)


@pytest.mark.parametrize(("convention", "product"), [("W@x", "W₂ᵀ δ₂"), ("x@W", "δ₂ W₂ᵀ")])
def test_the_delta_rule_shows_both_steps_in_either_convention(convention: str, product: str) -> None:
    sheet = work_through(two_by_two(convention), [1.0, 0.5], [1, 0], loss="half_squared_error")
    shown = texts(draw_delta_rule(sheet))
    assert product in shown and "⊙ σ′(z₁)" in shown
    first, second = (written(value.data) for value in sheet["delta2"])
    assert f"0.4 · ({first}) + 0.9 · {second}" in shown
    for value in (*sheet["delta1"], *sheet["delta2"]):
        assert written(value.data) in shown


def test_the_loop_shows_the_numbers_of_the_first_round_and_where_the_loss_goes() -> None:
    network = MLP.from_weights([[[-0.4]]], [[0.1]])
    first = work_through(network, [1.5], [1.0], learning_rate=0.5)
    next_network = MLP.from_weights([[[first["W1_new[0,0]"].data]]], [[first["b1_new[0]"].data]])
    second = work_through(next_network, [1.5], [1.0], learning_rate=0.5)
    shown = texts(draw_loop([first, second]))
    for expected in ("ŷ = 0.3775", "C = 0.3875", "∂C/∂W₁ = −0.4388", "new W₁ = −0.1806", "η = 0.5"):
        assert expected in shown
    assert "C, round by round: 0.3875 → 0.2562" in shown


@pytest.mark.parametrize(
    ("rate", "rounds", "digits", "course"),
    [
        (0.5, 2, 2, "0.39 → 0.26"),
        (0.5, 2, 8, "0.38745562 → 0.25618477"),
        (0.5, 5, 4, "0.3875 → 0.2562 → 0.1637 → 0.1096 → 0.07872"),
        (1e-4, 3, 3, "0.38746 → 0.38743 → 0.3874"),
        (1e-4, 8, 3, "0.38746 → 0.38743 → 0.3874 → … → 0.38729 → 0.38726"),
        (0.0, 3, 3, "0.387 → 0.387 → 0.387"),
        (math.nan, 3, 3, "0.387 → nan → nan"),
    ],
)
def test_the_loss_is_written_with_the_digits_asked_for_or_as_many_as_tell_rounds_apart(
    rate: float, rounds: int, digits: int, course: str
) -> None:
    network, sheets = MLP.from_weights([[[-0.4]]], [[0.1]]), []
    for _ in range(rounds):
        sheets.append(work_through(network, [1.5], [1.0], learning_rate=rate))
        network = MLP.from_weights([[[sheets[-1]["W1_new[0,0]"].data]]], [[sheets[-1]["b1_new[0]"].data]])
    picture = draw_loop(sheets, digits=digits)
    words = f"C, round by round: {course}"
    assert words in texts(picture)
    text = next(shape for shape in picture.scene.shapes if isinstance(shape, Text) and shape.text == words)
    upright = [shape.points for shape in picture.scene.shapes if isinstance(shape, Curve) if is_upright(shape)]
    assert len(upright) == 2
    for points in upright:
        assert abs(points[0][0] - text.x) > text.width / 2


def is_upright(curve: Curve) -> bool:
    return len({x for x, _ in curve.points}) == 1


def test_every_jacobian_stands_under_its_factors() -> None:
    shown = texts(draw_jacobians(MLP(1, [6, 7, 2], activation=["sigmoid", "tanh", "linear"], seed=0)))
    for factor in ("2 (a − y) / N", "⊙ 1", "W₃ᵀ ·", "⊙ tanh′(z₂)", "W₂ᵀ ·", "⊙ σ′(z₁)", "· xᵀ", "· a₂ᵀ"):
        assert factor in shown
    assert shown.count("Σ") == 3
    assert [text for text in shown if " × " in text] == ["6 × 1", "6 × 1", "7 × 6", "7 × 1", "2 × 7", "2 × 1"]


FACTORS = {
    "squared_error": lambda a, y: 2 * (a - y),
    "half_squared_error": lambda a, y: a - y,
    "mean_squared_error": lambda a, y: 2 * (a - y) / y.shape[1],
    "binary_cross_entropy": lambda a, y: (1 - y) / (1 - a) - y / a,
    "cross_entropy": lambda a, y: -y / a,
}


@pytest.mark.parametrize("loss", FACTORS)
@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("samples", [1, 2, 3])
@pytest.mark.parametrize("convention", ["W@x", "x@W"])
def test_the_factors_that_are_drawn_multiply_to_the_numbers_of_the_sheet(
    loss: str, reduction: str, samples: int, convention: str
) -> None:
    network = MLP(2, [3, 2], activation="sigmoid", seed=1, convention=convention)
    x = np.array([[0.1, 0.9], [-0.4, 0.3], [0.7, -0.2]])[:samples]
    y = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])[:samples]
    sheet = work_through(network, x.tolist(), y.tolist(), loss=loss, reduction=reduction)
    shown = texts(draw_jacobians(network, sheet))

    a1, a2 = (np.array([[value.data for value in row] for row in sheet[name]]) for name in ("a1", "a2"))
    weights = np.array([[value.data for value in row] for row in sheet["W2"]])
    first = loss_of(sheet)
    assert first is not None
    assert text(first.slope).replace("-", "−").replace(" · (", " (") in shown
    error = np.vectorize(lambda a, y: evaluated(first.slope, {"a": a, "y": y}))(a2, y)
    assert error == pytest.approx(FACTORS[loss](a2, y) / (samples if reduction == "mean" else 1), rel=1e-13)
    delta2 = error * a2 * (1 - a2)  # ⊙ σ′(z₂)
    if convention == "W@x":  # samples are columns: transpose what the sheet has in rows
        assert {"W₂ᵀ ·", "· a₁ᵀ", "· xᵀ", "3 × 2", "2 × 3"} <= set(shown)
        delta1 = (weights.T @ delta2.T).T * a1 * (1 - a1)
        gradients = {"dC/dW2": delta2.T @ a1, "dC/dW1": delta1.T @ x}
    else:
        assert {"· W₂ᵀ", "a₁ᵀ ·", "xᵀ ·", "2 × 3", "3 × 2"} <= set(shown)
        delta1 = delta2 @ weights.T * a1 * (1 - a1)
        gradients = {"dC/dW2": a1.T @ delta2, "dC/dW1": x.T @ delta1}
    gradients |= {"dC/da2": error, "delta2": delta2, "delta1": delta1}
    gradients |= {"dC/db2": delta2.sum(axis=0), "dC/db1": delta1.sum(axis=0)}  # Σ
    for name, numbers in gradients.items():
        of_sheet = [value.data for value in sheet.quantities[name].elements]
        assert numbers.ravel() == pytest.approx(of_sheet, rel=1e-11), name


def test_a_softmax_has_a_matrix_for_a_slope_and_factors_have_room() -> None:
    network = MLP(1, [2, 2], activation=["leaky_relu", "softmax"], seed=0)
    shown = texts(draw_jacobians(network, work_through(network, [0.5], [1, 0], loss="cross_entropy")))
    assert {"−y / a", "· softmax′(z₂)", "⊙ leaky_relu′(z₁)"} <= set(shown)


def test_a_loss_without_one_formula_is_named_by_its_derivative() -> None:
    huber = Loss("huber", lambda a, y: (a - y) ** 2 if abs(a.data - y.data) < 1 else abs(a - y), "sum")
    network = MLP(1, [1], seed=0)
    assert "∂C/∂a" in texts(draw_jacobians(network, work_through(network, [0.5], [1], loss=huber)))


def test_a_sheet_adds_the_largest_entry_of_each_jacobian() -> None:
    network = MLP(1, [3, 2], activation="sigmoid", seed=0)
    sheet = work_through(network, [[0.1], [0.5]], [[0, 1], [1, 0]], loss="mean_squared_error")
    largest = max((value.data for value in sheet.quantities["dC/dW1"].elements), key=abs)
    assert f"largest {written(largest, 3)}" in texts(draw_jacobians(network, sheet))


def sample() -> Sheet:
    return work_through(two_by_two("W@x"), [1.0, 0.5], [1, 0])


def batch() -> Any:
    return work_through(two_by_two("W@x"), [[1.0, 0.5]], [[1, 0]])


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda: draw_loop([]), ValueError, "at least one sheet"),
        (lambda: draw_delta_rule(batch()), ValueError, "shows one sample"),
        (lambda: draw_delta_rule(sample(), 2), ValueError, "layer 2 has no layer above it"),
        (lambda: draw_jacobians(MLP(2, [1]), batch()), ValueError, "the sheet has 2 layers and the network 1"),
        (
            lambda: draw_delta_rule(cast(Any, MLP(2, [1]))),
            TypeError,
            "a worked sheet, got MLP: write work_through(netw",
        ),
        (lambda: draw_jacobians(MLP(2, [1]), cast(Any, 3)), TypeError, "draw_jacobians shows a worked sheet, got int"),
        (lambda: draw_jacobians(cast(Any, Layer(2, 1))), TypeError, "draw_jacobians shows an MLP, got Layer"),
    ],
)
def test_mistakes_are_named(wrong: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        wrong()
    assert message in str(caught.value)
