"""log-sum-exp and softmax by reductions, as programs work them: the eager engine's numbers, edges included."""

import itertools
import math
from importlib import import_module

import numpy as np
import pytest

from tinygrad_notes import Value, functions, record
from tinygrad_notes.replay.executors.numpy import NumpyRun

inf, nan = math.inf, math.nan
# fmt: off
ROWS = np.array([
    (0.0, -40.0, -41.0), (-40.0, 0.0, -745.0), (0.0, 0.0, 0.0), (1.0, 1.0, -3.0), (0.3, -0.2, 0.1),
    (1000.0, 999.0, -1000.0), (-1000.0, -1000.5, -2000.0), (1e308, -1e308, 0.0), (-1e-17, 0.0, -50.0),
    (inf, 0.0, 1.0), (inf, inf, 0.0), (-inf, -inf, -inf), (-inf, 1.0, -inf), (inf, -inf, 2.0), (nan, 1.0, 2.0),
    (0.5, nan, inf), (-0.6931471805599453, -0.6931471805599453, -inf),
])
# fmt: on
EXECUTORS = {
    "numpy": lambda: NumpyRun,
    "steps": lambda: import_module("tinygrad_notes.replay.executors.steps.run").StepsRun,
    "nodes": lambda: import_module("tinygrad_notes.replay.executors.nodes.run").NodesRun,
    "jax": lambda: import_module("tinygrad_notes.replay.executors.jax").JaxRun,
}
PARAMETERS = [name if name == "numpy" else pytest.param(name, marks=pytest.mark.extras) for name in EXECUTORS]


def eager(row):
    xs = [Value(x) for x in row]
    y = functions.logsumexp(xs)
    y.backward()
    return y.data, [x.grad for x in xs]


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("samples", [1, len(ROWS)])
def test_values_and_shares_are_those_of_the_eager_engine(name, samples):
    program = record(lambda x: functions.logsumexp(list(x)), ROWS[4], executor=EXECUTORS[name]())
    for start in range(0, len(ROWS), samples):
        rows = ROWS[start : start + samples]
        values, _, (slopes,) = program.value_and_gradients(rows, reduction=None, input_gradients=True)
        for row, value, found in zip(rows, values, slopes, strict=True):
            expected, shares = eager(row)
            np.testing.assert_array_max_ulp(np.array([value]), np.array([expected]), 4)
            np.testing.assert_allclose(found, shares, rtol=1e-15, atol=1e-307)  # XLA has no subnormals


def test_uniform_and_varying_operands_are_told_apart():
    w = [Value(v) for v in (0.5, -inf, 3.0)]
    program = record(lambda x: functions.logsumexp([*w, x[0], x[1]]), ROWS[0])
    for row in ROWS[[0, 3, 5, 9, 12]]:
        value, gradients = program.value_and_gradients([row])
        y = functions.logsumexp([*w, Value(row[0]), Value(row[1])])
        for v in w:
            v.grad = 0.0
        y.backward()
        assert math.isclose(value, y.data, rel_tol=1e-15)
        np.testing.assert_allclose(gradients, [v.grad for v in w], rtol=1e-15)


def test_the_largest_of_numbers_less_their_largest_is_not_looked_for_and_all_bits_stay(monkeypatch):
    rows = np.array(list(itertools.product([0.0, -0.0, 1.0, -3.5, 1e308, -1e308, inf, -inf, nan, 5e-324], repeat=3)))
    shares = np.tile([0.25, 0.25, 0.5], (len(rows), 1))

    def found():
        program = record(
            lambda x, y: -functions.dot(list(y), functions.log_softmax(list(x))), ROWS[4], shares[0], executor=NumpyRun
        )
        names = [step.name for step in program.branches.recorded[0].gradient_plan(0, False, True).each]
        values, _, by_input = program.value_and_gradients(rows, shares, reduction=None, input_gradients=True)
        return names.count("largest"), np.column_stack([values, *by_input])

    shorter, numbers = found()
    monkeypatch.setattr("tinygrad_notes.replay.tape._is_below_largest", lambda a: False)
    longer, expected = found()
    assert (shorter, longer) == (1, 2)
    np.testing.assert_array_equal(numbers, expected)
    is_number = ~np.isnan(expected)
    np.testing.assert_array_equal(np.signbit(numbers[is_number]), np.signbit(expected[is_number]))


def test_a_classifiers_plan_does_not_grow_with_its_classes():
    def steps(classes):
        program = record(
            lambda x, y: functions.logsumexp(list(x)) - functions.dot(y, x), np.zeros(classes), np.ones(classes)
        )
        return len(program.branches.recorded[0].gradient_plan(0, False, True).each)

    assert steps(3) == steps(100) < 30
