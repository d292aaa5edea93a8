"""The loop, the delta rule and the Jacobian flow: each number and factor stands where it should."""

from __future__ import annotations

from typing import Any, cast

import pytest
from samples import texts

from tinygrad_notes import MLP, Layer, work_through
from tinygrad_notes.draw import draw_delta_rule, draw_jacobians, draw_loop
from tinygrad_notes.draw.style import written
from tinygrad_notes.worked import Sheet


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
    assert "C, round by round: 0.387 → 0.256" in shown


def test_every_jacobian_stands_under_its_factors() -> None:
    shown = texts(draw_jacobians(MLP(1, [6, 7, 2], activation=["sigmoid", "tanh", "linear"], seed=0)))
    for factor in ("2 (a − y)", "⊙ 1", "W₃ᵀ ·", "⊙ tanh′(z₂)", "W₂ᵀ ·", "⊙ σ′(z₁)", "· xᵀ / N", "· a₂ᵀ / N"):
        assert any(factor in text for text in shown)
    assert shown.count("Σ / N") == 3
    assert [text for text in shown if " × " in text] == ["6 × 1", "6 × 1", "7 × 6", "7 × 1", "2 × 7", "2 × 1"]


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
