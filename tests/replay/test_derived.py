"""Recorded Jacobians and Hessians: those of the eager engine, entry by entry, for batches and branches."""

import math
import pickle
from itertools import pairwise

import numpy as np
import pytest
from every_executor import EXECUTORS
from mpmath import mp, mpf

from tinygrad_notes import MLP, Value, functions, grad, gradients, hessian, jacobian, record
from tinygrad_notes.derivatives.reverse import directional_derivatives
from tinygrad_notes.replay import load

draw = np.random.default_rng(0)


def rosenbrock(x):
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in pairwise(x))


def tridiagonal(x):
    n = len(x)
    sides = [(x[i - 1] if i else 0.0, x[i + 1] if i < n - 1 else 0.0) for i in range(n)]
    return [(3 - 2 * x[i]) * x[i] - left - 2 * right + 1 for i, (left, right) in enumerate(sides)]


def network(x):
    return MLP(5, [4, 3], activation="tanh", seed=1)(x)


VECTORS = [tridiagonal, network, lambda x: [functions.softmax(x)[0], x[1] * x[2], 3.0 * x[4]]]
SCALARS = [
    rosenbrock,
    lambda x: functions.logsumexp(x) * x[0],
    lambda x: functions.maximum(x[0], x[1]) ** 3 + functions.relu(x[2]) * x[3] ** 2,
    lambda x: functions.dot(x, x) if x[0] > 0 else x[1] ** 3 * x[0],
    lambda x: x[0] + 2.0 * x[1],
]


@pytest.mark.parametrize("f", VECTORS)
@pytest.mark.parametrize("executor", ["numpy", pytest.param("numba", marks=pytest.mark.extras)])
def test_a_jacobian_is_the_eager_one_at_every_point(f, executor):
    X = draw.normal(size=(6, 5))
    found = record(f, X[0].tolist(), executor=executor).jacobian(X)
    expected = np.array([jacobian(f)(x) for x in X.tolist()])
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("f", SCALARS)
@pytest.mark.parametrize("executor", ["numpy", pytest.param("numba", marks=pytest.mark.extras)])
def test_a_hessian_is_the_eager_one_at_every_point(f, executor):
    X = draw.normal(size=(8, 5))
    found = record(f, X[0].tolist(), executor=executor).hessian(X)
    expected = np.array([hessian(f)(x) for x in X.tolist()])
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-12)


def test_parameters_and_several_inputs_of_any_shape():
    w = Value(3.0)
    program = record(lambda x, y: w * x[0, 1] ** 2 * y + x[1, 0] * y * y, np.ones((2, 2)), 2.0, parameters=[w])
    X, y = draw.normal(size=(4, 2, 2)), draw.normal(size=4)
    assert program.hessian(X, y).shape == (4, 2, 2, 2, 2)
    np.testing.assert_allclose(program.hessian(X, y)[:, 0, 1, 0, 1], 6.0 * y)
    np.testing.assert_allclose(program.hessian(X, y, parameters=[5.0])[:, 0, 1, 0, 1], 10.0 * y)
    w.data = 1.0
    np.testing.assert_allclose(program.hessian(X, y)[:, 0, 1, 0, 1], 2.0 * y)
    np.testing.assert_allclose(program.hessian(X, y, argnum=1), 2.0 * X[:, 1, 0])
    np.testing.assert_allclose(program.jacobian(X, y, argnum=1), X[:, 0, 1] ** 2 + 2.0 * X[:, 1, 0] * y)


def test_branches_may_differ_in_structure():
    program = record(lambda x: x[0] ** 2 if x[0] > 0 else x[0] * x[1] * x[2], [1.0, 1.0, 1.0])
    assert program.hessian([[2.0, 1.0, 1.0]])[0].tolist() == [[2, 0, 0], [0, 0, 0], [0, 0, 0]]
    both = program.hessian([[2.0, 1.0, 1.0], [-1.0, 2.0, 3.0]])
    assert both[0].tolist() == [[2, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert both[1].tolist() == [[0, 3, 2], [3, 0, -1], [2, -1, 0]]


@pytest.mark.slow
def test_only_entries_of_the_structure_are_computed_and_all_others_are_0():
    program = record(tridiagonal, np.ones(40).tolist())
    assert np.count_nonzero(program.jacobian(draw.normal(size=(2, 40)))[1]) <= 118
    assert len(program._derivatives[0, False].places) == 118
    steep = record(lambda x: [x[0].sqrt() + x[1], x[1] * x[2]], [1.0, 1.0, 1.0])
    assert steep.jacobian([[0.0, 2.0, 3.0]])[0].tolist() == [[np.inf, 1.0, 0.0], [0.0, 3.0, 2.0]]


def test_a_loaded_program_has_them_too(tmp_path):
    path = record(rosenbrock, [1.0, 2.0, 3.0]).save(tmp_path / "program.npz")
    X = draw.normal(size=(3, 3))
    np.testing.assert_allclose(load(path).hessian(X), [hessian(rosenbrock)(x) for x in X.tolist()], rtol=1e-12)


def test_an_empty_batch_and_wrong_requests():
    program = record(rosenbrock, [1.0, 2.0, 3.0])
    assert program.hessian(np.empty((0, 3))).shape == (0, 3, 3)
    with pytest.raises(ValueError, match="position of one of 1 input, got 1"):
        program.jacobian([[1.0, 2.0, 3.0]], argnum=1)
    with pytest.raises(ValueError, match="returns"):
        record(tridiagonal, [1.0, 2.0, 3.0]).hessian([[1.0, 2.0, 3.0]])


LENGTHS = {"norm": functions.norm, "hypot": lambda xs: functions.hypot(xs[0], xs[1])}
SIDES = [(1e8, 1.0), (1.0, -1e8), (3.0, 4.0), (-1e-9, 1e-3), (5.0, 0.0), (0.0, -5.0), (1e-150, 1e-160), (1e150, 1.0)]


@pytest.mark.parametrize("executor", ["python", "numpy", pytest.param("numba", marks=pytest.mark.extras)])
@pytest.mark.parametrize("name", LENGTHS)
def test_a_length_with_one_side_dominant_keeps_its_second_derivatives(name, executor):
    """Recorded where the sides are alike: the other form is picked for each sample."""
    found = record(LENGTHS[name], [3.0, 4.0], executor=executor).hessian(np.array(SIDES))
    for (a, b), hessian_found in zip(SIDES, found):
        with mp.workdps(60):
            x, y = mpf(a), mpf(b)
            cubed = mp.hypot(x, y) ** 3
            exact = [[y * y / cubed, -x * y / cubed], [-x * y / cubed, x * x / cubed]]
        np.testing.assert_allclose(hessian_found, np.array(exact, float), rtol=4e-15)


@pytest.mark.parametrize(
    "f",
    [
        lambda v: functions.tanh(functions.hypot(v[1], 0.0) + functions.hypot(v[0], v[0])),
        lambda v: functions.hypot(functions.softplus(v[1]), 2.0 * v[0]) + functions.log1p(v[0]),
        lambda v: functions.norm([v[0], 0.0, 0.0]) * v[1],
    ],
)
def test_a_length_of_which_the_example_shows_one_form_only(f):
    X = [[0.3, 0.6], [0.6, 0.3], [1.0, -1.0], [0.5, 0.0]]
    np.testing.assert_allclose(record(f, [0.3, 0.6]).hessian(X), [hessian(f)(x) for x in X], rtol=1e-12, atol=1e-15)


# Each is finite where something on the way to it is beyond the largest float, and has a slope of 0 there.
OVERFLOWING = {
    "sigmoid": (lambda x: 1 / (1 + functions.exp(-x)), -800.0),
    "tanh": (lambda x: 1 - 2 / (functions.exp(2 * x) + 1), 800.0),
    "base 2": (lambda x: 1 / (1 + functions.exp2(-x)), -1100.0),
    "cosh": (lambda x: -1 / functions.cosh(x), -800.0),
    "pow": (lambda x: 1 / (1 + x**4.0), 1e150),
    "exp of exp": (lambda x: functions.exp(-functions.exp(x)), 800.0),
}


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize(("f", "x"), OVERFLOWING.values(), ids=OVERFLOWING)
def test_a_derivative_recorded_at_moderate_numbers_is_right_where_a_step_overflows(f, x, executor):
    near = grad(f)(0.5)
    X = [x, 0.5, math.nan, x, 0.5, math.nan]
    expected = [0.0, near, math.nan, 0.0, near, math.nan]
    derivative = record(lambda v: gradients(f(v), v), 1.0, executor=executor)
    np.testing.assert_allclose(derivative(X), expected, rtol=1e-14)
    ways = len(derivative.branches.guarding_all.recorded)
    np.testing.assert_allclose(derivative(X), expected, rtol=1e-14)
    assert len(derivative.branches.guarding_all.recorded) == ways  # what is still nan is not recorded again and again
    assert 0 < len(derivative.branches.recorded) + ways <= 4
    assert derivative.on_sample()(x) == 0.0
    bent = grad(grad(f))(0.5)
    curvature = [0.0, bent, math.nan]
    for made_at in (1.0, x):
        derivative = record(lambda v: gradients(f(v), v), made_at, executor=executor)
        np.testing.assert_allclose(derivative.jacobian(X[:3]), curvature, rtol=1e-13)
        each, _, (slopes,) = derivative.value_and_gradients(X[:3], reduction=None, input_gradients=True)
        np.testing.assert_allclose([each, slopes], [expected[:3], curvature], rtol=1e-13)
        assert derivative.on_sample().value_and_gradients(x)[2] == [0.0]
    np.testing.assert_allclose(record(f, 1.0, executor=executor).jacobian(X), expected, rtol=1e-14)
    np.testing.assert_allclose(record(f, x, executor=executor).jacobian(X[::-1]), expected[::-1], rtol=1e-14)
    assert directional_derivatives([f(v := Value(x))], [v], [1.0])[0].data == 0.0


def test_such_a_derivative_by_a_parameter_with_another_number():
    w = Value(1.0, "w")
    derivative = record(lambda x: gradients(1 / (1 + functions.exp(-x * w)), w), 1.0)
    at_two = 2.0 * math.exp(-4.0) / (1 + math.exp(-4.0)) ** 2
    np.testing.assert_allclose(derivative([-1000.0, 2.0], parameters=[2.0]), [0.0, at_two], rtol=1e-14)
    assert w.data == 1.0


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize(("f", "x"), OVERFLOWING.values(), ids=OVERFLOWING)
def test_sums_of_such_a_derivative_over_a_batch(f, x, executor):
    w = Value(1.0, "w")
    derivative = record(lambda v: gradients(f(w * v), v), 1.0, executor=executor)
    X = [x, 0.5, x, -0.25]
    values = [0.0, grad(f)(0.5), 0.0, grad(f)(-0.25)]
    by_w = [slope + v * grad(grad(f))(v) if slope else 0.0 for v, slope in zip(X, values)]  # of w · f′(w·v)
    found = derivative.value_and_gradients(X, input_gradients=True)
    assert (found[0], found[1][0]) == pytest.approx((np.mean(values), np.mean(by_w)), rel=1e-13)
    with np.errstate(all="ignore"):
        value, (slope,) = derivative.on_batch(X, reduction="sum")(np.array([1.0]))
    assert (value, slope) == pytest.approx((sum(values), sum(by_w)), rel=1e-13)


def test_such_a_derivative_can_be_saved_after_a_step_has_overflowed(tmp_path):
    f, x = OVERFLOWING["sigmoid"]
    derivative = record(lambda v: gradients(f(v), v), 1.0)
    moderate = derivative([0.5, -2.0]).tolist()
    assert derivative([x]) == [0.0]
    first_beyond = record(lambda v: gradients(f(v), v), x)
    assert first_beyond([x, 0.5, -2.0]).tolist() == [0.0, *moderate]
    for k, program in enumerate((derivative, first_beyond)):
        for again in load(program.save(tmp_path / f"{k}.npz")), pickle.loads(pickle.dumps(program)):
            assert again([0.5, -2.0]).tolist() == moderate
    assert again([x]) == [0.0]


def test_such_a_derivative_recorded_where_every_step_overflows():
    f, x = OVERFLOWING["sigmoid"]
    derivative = record(lambda v, w: gradients(f(v) + f(w), [v, w]), x, x)
    near = grad(f)(0.5)
    expected = [[0.0, 0.0], [near, near], [0.0, near], [near, 0.0]]
    np.testing.assert_allclose(derivative([x, 0.5, x, 0.5], [x, 0.5, 0.5, x]), expected, rtol=1e-14)
