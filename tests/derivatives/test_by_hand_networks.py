"""Backward passes of whole networks written by hand: three layers with columns of samples, and an XOR net with rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tinygrad_notes.derivatives.by_hand import check_by_hand

Array = Any
_rng = np.random.default_rng(7)
W1, W2, W3 = (_rng.normal(size=shape) / 2 for shape in ((3, 1), (4, 3), (2, 4)))
b1, b2, b3 = (_rng.normal(size=(rows, 1)) / 2 for rows in (3, 4, 2))
SAMPLES = np.linspace(-1.0, 1.0, 5)[None, :]
CURVE = np.vstack([np.cos(SAMPLES), np.sin(SAMPLES)]) / 2 + 0.5


def squash(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def steepness(a: Array) -> Array:
    return a * (1 - a)


def layers(x: Array) -> tuple[Array, Array, Array]:
    first = squash(W1 @ x + b1)
    second = squash(W2 @ first + b2)
    return first, second, squash(W3 @ second + b3)


def misfit(x: Array, y: Array) -> Array:
    return np.sum((layers(x)[-1] - y) ** 2) / x.size


def deltas(x: Array, y: Array) -> tuple[Array, Array, Array]:
    """What each layer's weighted sums have of the misfit, the last layer's first."""
    first, second, third = layers(x)
    last = 2 * (third - y) * steepness(third) / x.size
    middle = (W3.T @ last) * steepness(second)
    return last, middle, (W2.T @ middle) * steepness(first)


def by_weights(layer: int) -> Callable[[Array, Array], Array]:
    return lambda x, y: deltas(x, y)[3 - layer] @ (x, *layers(x))[layer - 1].T


def by_biases(layer: int) -> Callable[[Array, Array], Array]:
    return lambda x, y: np.sum(deltas(x, y)[3 - layer], axis=1, keepdims=True)


def test_the_backward_pass_of_three_layers_is_right() -> None:
    jacobians = {f"W{k}": by_weights(k) for k in (1, 2, 3)} | {f"b{k}": by_biases(k) for k in (1, 2, 3)}
    checks = check_by_hand(misfit, jacobians, SAMPLES, CURVE)
    assert [(check.name, check.right) for check in checks] == [(name, True) for name in jacobians]


def one_entry_off(x: Array, y: Array) -> Array:
    J = by_weights(3)(x, y)
    J[1, 2] += 0.25
    return J


def without_steepness(x: Array, y: Array) -> Array:
    return 2 * (layers(x)[-1] - y) @ layers(x)[1].T / x.size


@pytest.mark.parametrize(
    ("name", "mistaken", "said"),
    [
        ("W3", one_entry_off, "W3: 1 of 8 wrong: W3[1,2] is "),
        ("W3", lambda x, y: by_weights(3)(x, y) / 2, "Times 2, every entry is right"),
        ("W2", lambda x, y: by_weights(2)(x, y) * x.size, "Times 0.2, every entry is right"),
        ("W1", lambda x, y: -by_weights(1)(x, y), "Times -1, every entry is right"),
        ("W3", without_steepness, "W3: 8 of 8 wrong: "),
        ("b2", lambda x, y: by_biases(2)(x, y)[:2], "b2: its shape is (2, 1), and b2 has shape (4, 1)"),
        ("W2", lambda x, y: by_weights(2)(x, y).T, "W2: the transpose of what is right"),
    ],
)
def test_the_wrong_entry_its_amount_and_the_factor_are_told(
    name: str, mistaken: Callable[[Array, Array], Array], said: str
) -> None:
    checks = check_by_hand(misfit, {name: mistaken}, SAMPLES, CURVE)
    assert not checks.right
    assert said in str(checks)


def test_the_amount_of_one_wrong_entry() -> None:
    (check,) = check_by_hand(misfit, {"W3": one_entry_off}, SAMPLES, CURVE)
    off = np.asarray(check.hand) - np.asarray(check.engine)
    assert np.argwhere(abs(off) > 1e-9).tolist() == [[1, 2]]
    assert off[1, 2] == pytest.approx(0.25, abs=1e-12)


# An XOR net with a sample in each row, trained by what it adds to its weights -------------------------------

CASES = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
ANSWERS = np.array([[0.0], [1.0], [1.0], [0.0]])
inward, outward = _rng.uniform(-1, 1, (2, 2)), _rng.uniform(-1, 1, (2, 1))


def halved_error(x: Array, y: Array) -> Array:
    return np.sum((y - squash(squash(x @ inward) @ outward)) ** 2) / 2


def step_outward(x: Array, y: Array) -> Array:
    """What training adds to the outer weights: the gradient with its sign turned."""
    hidden = squash(x @ inward)
    said = squash(hidden @ outward)
    return hidden.T @ ((y - said) * steepness(said))


def step_inward(x: Array, y: Array) -> Array:
    hidden = squash(x @ inward)
    said = squash(hidden @ outward)
    return x.T @ (((y - said) * steepness(said)) @ outward.T * steepness(hidden))


def test_steps_that_are_added_are_the_gradient_with_its_sign_turned() -> None:
    added = check_by_hand(halved_error, {"outward": step_outward, "inward": step_inward}, CASES, ANSWERS)
    assert str(added).count("Times -1, every entry is right") == 2
    taken = {"outward": lambda x, y: -step_outward(x, y), "inward": lambda x, y: -step_inward(x, y)}
    assert check_by_hand(halved_error, taken, CASES, ANSWERS).right
