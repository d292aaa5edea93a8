"""A program laid out for one sample gives what it gives for a batch of one."""

import math

import numpy as np
import pytest
from every_executor import EXECUTORS

from tinygrad_notes import MLP, Value, functions
from tinygrad_notes.replay import record

NETWORK, W = MLP(3, [4, 1], activation="tanh", seed=1), Value(0.75)
PROGRAMS = {
    "one array": (lambda x: W * x[0] * x[1].sin() + functions.atan2(x[2], x[0]), [np.array([0.5, -1.0, 2.0])]),
    "a number": (lambda x: x.exp() / (1 + x.exp()), [0.25]),
    "an array and a number": (lambda x, y: (x[0, 1] - y) ** 2 * x[1, 0], [np.array([[1.0, 2.0], [3.0, 4.0]]), 0.5]),
    "neurons": (NETWORK, [np.array([0.1, 0.2, 0.3])]),
    "no derivative by the input": (lambda x: W * functions.floor(x), [1.5]),
    "a long graph": (lambda x: functions.sum(x[i % 3] * x[(i + 1) % 3].sin() + i for i in range(90)), [np.ones(3)]),
    "comparisons": (lambda x: x * W if x > 1.0 else -x, [2.0]),
}


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_one_sample_after_another_is_as_batches_of_one(name, executor):
    function, example = PROGRAMS[name]
    program = record(function, *example, executor=executor)
    one = program.on_sample()
    for scale in (1.0, -0.5, 3.0):
        inputs = [np.asarray(x) * scale for x in example]
        value, gradients, by_each = one.value_and_gradients(*inputs)
        batch = [x[None] for x in inputs]
        values, by_parameters, by_inputs = program.value_and_gradients(*batch, reduction=None, input_gradients=True)
        assert value == values[0] == one(*inputs) == program(*batch)[0]
        np.testing.assert_array_equal(gradients, by_parameters[0])
        for found, expected in zip(by_each, by_inputs, strict=True):
            assert np.shape(found) == expected.shape[1:]
            np.testing.assert_array_equal(found, expected[0])


@pytest.mark.parametrize("executor", EXECUTORS[:3])
def test_results_of_any_shape_that_are_kept(executor):
    one = record(lambda x: [[x[0], x[1] * 2], [x[0] * x[1], x[1]]], [1.0, 1.0], executor=executor).on_sample()
    first = one([2.0, 3.0])
    assert one([0.0, 0.0]).tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert first.tolist() == [[2.0, 6.0], [6.0, 3.0]]


@pytest.mark.parametrize("executor", EXECUTORS[:3])
def test_derivatives_are_kept_when_the_next_come(executor):
    one = record(lambda x: x[0] * x[1], [1.0, 1.0], executor=executor).on_sample()
    _, _, (first,) = one.value_and_gradients(np.array([2.0, 3.0]))
    one.value_and_gradients(np.array([5.0, 7.0]))
    assert first.tolist() == [3.0, 2.0]


def test_parameters_are_read_once_or_given():
    w = Value(2.0)
    program = record(lambda x: w * x, 1.0)
    before, given = program.on_sample(), program.on_sample(parameters=[10.0])
    w.data = 3.0
    assert (before(1.5), given(1.5), program.on_sample()(1.5)) == (3.0, 15.0, 4.5)


@pytest.mark.parametrize("executor", EXECUTORS[:3])
def test_what_is_not_picked_does_not_matter(executor):
    one = record(lambda x: functions.where(x > 0, x.sqrt(), x * x), 1.0, executor=executor).on_sample()
    assert one.value_and_gradients(-3.0)[2][0] == -6.0
    assert math.isnan(
        record(lambda x: 0.0 * x.log(), 1.0, executor=executor).on_sample().value_and_gradients(0.0)[2][0]
    )


WRONG = [
    (([1.0, 2.0, 3.0],), r"input 0 of one sample must have shape \(2,\), got \(3,\)"),
    (([[1.0, 2.0]],), r"got \(1, 2\): a batch is for the program itself"),
    (([1.0, 2.0], 1.0), "takes 1 input, got 2"),
]


@pytest.mark.parametrize(("inputs", "message"), WRONG)
def test_what_it_cannot_take(inputs, message):
    one = record(lambda x: x[0] * x[1], [1.0, 1.0]).on_sample()
    with pytest.raises(ValueError, match=message):
        one(*inputs)
    with pytest.raises(ValueError, match=message):
        one.value_and_gradients(*inputs)


def test_only_a_number_has_gradients():
    one = record(lambda x: [x, x], 1.0).on_sample()
    with pytest.raises(ValueError, match="record a function that returns a single Value"):
        one.value_and_gradients(1.0)
