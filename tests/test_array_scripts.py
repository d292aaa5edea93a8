"""Array code of courses and tutorials runs untouched: the loss of NumPy, its slopes, and training."""

import warnings

import numpy as np
import pytest
from array_scripts import SCRIPTS

from tinygrad_notes import Value, no_grad, record, value_and_grad
from tinygrad_notes.arrays import array, data_of, grad_of


@pytest.mark.parametrize(("script", "parameters"), SCRIPTS.items(), ids=lambda x: getattr(x, "__name__", ""))
def test_a_script_gives_numpys_loss_and_its_slopes(script, parameters) -> None:
    wanted, arrays = float(script(*parameters)), [array(numbers) for numbers in parameters]
    loss = script(*arrays)
    assert loss.data == pytest.approx(wanted, rel=1e-14)
    loss.backward()
    for k, values in enumerate(arrays):
        direction = np.random.default_rng(k).normal(size=values.shape)
        moved = [[*parameters[:k], parameters[k] + side * 1e-6 * direction, *parameters[k + 1 :]] for side in (1, -1)]
        quotient = (script(*moved[0]) - script(*moved[1])) / 2e-6
        assert np.sum(grad_of(values) * direction) == pytest.approx(quotient, rel=1e-6, abs=1e-8)
    value, gradients = value_and_grad(script, tuple(range(len(parameters))))(*parameters)
    assert value == loss.data
    for values, gradient in zip(arrays, gradients, strict=True):
        assert gradient.dtype == np.float64
        np.testing.assert_allclose(gradient, grad_of(values), rtol=1e-12, atol=1e-15)


SMOOTH = ["recurrent_network", "lstm_step", "logistic_regression", "gaussian_mixture", "batch_normalization"]


@pytest.mark.parametrize("name", SMOOTH)
def test_a_script_without_branches_is_recorded(name) -> None:
    ((script, parameters),) = [item for item in SCRIPTS.items() if item[0].__name__ == name]
    samples = [np.stack([numbers, 1.1 * numbers, -numbers]) for numbers in parameters]
    program = record(script, *parameters)
    expected = [script(*(sample[k] for sample in samples)) for k in range(3)]
    np.testing.assert_allclose(program(*samples), np.asarray(expected, float), rtol=1e-12)


@pytest.mark.parametrize("name", ["two_layers_with_softmax_loss", "multiclass_hinge_loss", "logistic_regression"])
def test_parameters_moved_in_place_train_and_stay_leaves(name) -> None:
    ((script, parameters),) = [item for item in SCRIPTS.items() if item[0].__name__ == name]
    arrays = [array(numbers, f"W{k}") for k, numbers in enumerate(parameters)]
    plain = [numbers.copy() for numbers in parameters]
    losses = []
    for _ in range(20):
        loss = script(*arrays)
        loss.backward()
        losses.append(loss.data)
        for k, values in enumerate(arrays):
            plain[k] -= 0.05 * grad_of(values)
            with no_grad():
                values -= 0.05 * grad_of(values)
    assert losses[-1] < 0.85 * losses[0]
    for k, (values, numbers) in enumerate(zip(arrays, plain, strict=True)):
        np.testing.assert_array_equal(data_of(values), numbers)
        assert all(value.operation is None and value.label.startswith(f"W{k}[") for value in values.flat)


MOVES = {
    "W -= 0.1": lambda W: W.__isub__(0.1),
    "W *= 0.9": lambda W: W.__imul__(0.9),
    "W[:1] -= 0.1": lambda W: W[:1].__isub__(0.1),
    "np.subtract(W, 0.1, out=W)": lambda W: np.subtract(W, 0.1, out=W),
    "np.clip(W, -1, 1, out=W)": lambda W: np.clip(W, -1.0, 1.0, out=W),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_a_graph_that_grows_with_every_step_is_said(move) -> None:
    W = array([1.0, 2.0])
    with pytest.warns(UserWarning, match=r"grows with every step: write `with no_grad\(\): W -= ...`") as caught:
        for _ in range(20):
            move(W)
    assert {warning.filename for warning in caught} == {__file__}


def one_value(w):
    w -= 0.1 * w.grad
    return w


def one_element(W):
    W[0] -= 0.1 * W[0].grad
    return W


@pytest.mark.parametrize("move, start", [(one_value, Value(1.0)), (one_element, array([1.0, 2.0]))])
def test_gradient_steps_that_grow_the_graph_of_single_values_are_said(move, start) -> None:
    with pytest.warns(UserWarning, match=r"`w.data -= ...` to move one, so that they stay leaves") as caught:
        for _ in range(20):
            np.sum(start * start).backward()
            start = move(start)
    assert {warning.filename for warning in caught} == {__file__}


@pytest.mark.filterwarnings("error")
def test_plain_numbers_taken_from_a_value_are_a_difference_like_any_other() -> None:
    total = x = Value(1.0)
    for k in range(20):
        total -= 1.0 * k
    total.backward()
    with no_grad():
        for _ in range(20):
            total -= 0.1 * total.grad
    assert x.grad == 1.0 and total.data == pytest.approx(-189.1)


def test_a_loop_is_told_once_that_its_graph_grows_and_the_same_line_of_another_file_too() -> None:
    loop = "for _ in range(20):\n    W *= 0.9"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for cell in ("cell 1", "cell 2"):
            exec(compile(loop, cell, "exec"), {"W": array([1.0, 2.0])})
    assert [(warning.filename, warning.lineno) for warning in caught] == [("cell 1", 2), ("cell 2", 2)]


def test_a_sum_of_values_in_place_is_a_sum_like_any_other() -> None:
    total = array([0.0])
    for k in range(20):
        total += array([1.0 * k])
    assert total[0].data == 190.0
