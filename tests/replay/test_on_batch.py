"""A batch laid out once gives what it gives when it is passed with every call."""

import copy
import pickle

import numpy as np
import pytest
from every_executor import EXECUTORS

from tinygrad_notes import MLP, Value, functions
from tinygrad_notes.replay import record

X = np.random.default_rng(0).normal(size=(7, 3))


def squared_norm(executor):
    network = MLP(3, [4, 2], activation="tanh", seed=1)
    return record(
        lambda x: functions.dot(network(x), network(x)), X[0], parameters=network.parameters(), executor=executor
    )


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("samples", [0, 1, 7])
def test_the_parameters_move_and_the_batch_stays(executor, reduction, samples):
    program = squared_norm(executor)
    batch = X[:samples]
    objective, numbers = program.on_batch(batch, reduction=reduction), program.parameter_numbers()
    for _ in range(3):
        value, gradients = objective(numbers)
        expected, by_each = program.value_and_gradients(batch, reduction=reduction, parameters=numbers)
        assert value == expected or (not samples and reduction == "mean" and np.isnan(value) and np.isnan(expected))
        np.testing.assert_array_equal(gradients, by_each)
        numbers = numbers + 0.25


@pytest.mark.parametrize("again", [lambda made: pickle.loads(pickle.dumps(made)), copy.copy, copy.deepcopy])
def test_a_batch_and_a_sample_can_be_pickled_and_copied(again):
    program = squared_norm("numpy")
    batch, one, numbers = program.on_batch(X), program.on_sample(), program.parameter_numbers()
    value, x = batch(numbers)[0], X[2].tolist()
    found = one(x), one.value_and_gradients(x)[0]
    assert again(batch)(numbers)[0] == value
    assert (again(one)(x), again(one).value_and_gradients(x)[0]) == found


def test_results_are_kept_when_the_next_come():
    objective = squared_norm("numpy").on_batch(X, reduction="sum")
    numbers = squared_norm("numpy").parameter_numbers()
    _, first = objective(numbers)
    before = first.copy()
    objective(numbers * 2)
    np.testing.assert_array_equal(first, before)


def test_more_samples_than_a_block_holds(monkeypatch):
    whole = squared_norm("numpy").on_batch(X)
    monkeypatch.setattr("tinygrad_notes.replay.executors.numpy.BLOCK_BYTES", 8 * 60 * 3)
    program = squared_norm("numpy")
    in_blocks, numbers = program.on_batch(X), program.parameter_numbers()
    for _ in range(2):
        value, gradients = in_blocks(numbers)
        assert value == pytest.approx(whole(numbers)[0], rel=1e-14)
        np.testing.assert_allclose(gradients, whole(numbers)[1], rtol=1e-13, atol=1e-15)
        numbers = numbers * 0.5


@pytest.mark.parametrize("samples", [1, 2, 7])
def test_a_block_that_holds_one_sample(monkeypatch, samples):
    expected = squared_norm("numpy").value_and_gradients(X, reduction=None, input_gradients=True)
    sums = squared_norm("numpy").value_and_gradients(X, reduction="sum")
    monkeypatch.setattr("tinygrad_notes.replay.executors.numpy.BLOCK_BYTES", 8)
    program = squared_norm("numpy")
    values, gradients, (by_x,) = program.value_and_gradients(X[:samples], reduction=None, input_gradients=True)
    np.testing.assert_allclose(program(X[:samples]), expected[0][:samples], rtol=1e-14)
    np.testing.assert_allclose(values, expected[0][:samples], rtol=1e-14)
    np.testing.assert_allclose(gradients, expected[1][:samples], rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(by_x, expected[2][0][:samples], rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(program.value_and_gradients(X, reduction="sum")[1], sums[1], rtol=1e-13, atol=1e-15)


def test_samples_change_their_branch_as_the_parameters_move():
    w = Value(1.0)
    program = record(lambda x: (w * x) ** 2 if w * x > 1 else w * x, 2.0, parameters=[w])
    objective = program.on_batch([2.0, 0.5], reduction="sum")
    for number, value, slope in [(1.0, 4.5, 8.5), (3.0, 38.25, 25.5), (0.25, 0.625, 2.5)]:
        found, gradients = objective(np.array([number]))
        assert (found, gradients.tolist()) == (value, [slope])


def test_parameters_that_are_not_given_are_read_at_every_call():
    w, bias = Value(2.0), Value(1.0)
    program = record(lambda x: w * x + bias, 1.0, parameters=[w])
    objective = program.on_batch([1.0, 3.0])
    assert objective(np.array([2.0]))[0] == 5.0
    bias.data = 11.0
    assert objective(np.array([2.0]))[0] == 15.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: squared_norm("numpy").on_batch(X[:, :2]), r"must have shape \(samples, 3\), got \(7, 2\)"),
        (lambda: squared_norm("numpy").on_batch(X, reduction=None), "one of 'mean', 'sum', not None"),
        (lambda: record(lambda x: [x, x], 1.0).on_batch([1.0]), "record a function that returns a single Value"),
    ],
)
def test_what_it_cannot_take(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("executor", EXECUTORS)
def test_another_batch_takes_the_place_of_the_first(executor):
    program = squared_norm(executor)
    objective, numbers = program.on_batch(X), program.parameter_numbers()
    objective.load(X[::-1] * 2.0)
    value, gradients = objective(numbers)
    expected, by_each = program.value_and_gradients(X[::-1] * 2.0)
    assert value == expected
    np.testing.assert_array_equal(gradients, by_each)
    with pytest.raises(ValueError, match="has 7 samples, got 3"):
        objective.load(X[:3])


def test_another_batch_may_go_another_way_through_the_comparisons():
    w = Value(3.0)
    program = record(lambda x: w * x if x > 0 else -x, 1.0)
    objective = program.on_batch([1.0, 2.0], reduction="sum")
    objective.load([-1.0, 2.0])
    assert objective(np.array([3.0]))[0] == 7.0
