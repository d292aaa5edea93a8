"""Where digits are easily lost: saturated functions, softmax of large logits, lengths with one side dominant."""

import math
import random

import numpy as np
import pytest
from mpmath import mp, mpf

from tinygrad_notes import Value, array, functions, grad, gradients, hessian, hvp, jacobian, norm, record
from tinygrad_notes.derivatives.reverse import directional_derivatives
from tinygrad_notes.operations import TABLE
from tinygrad_notes.value import apply

mp.dps = 60

FAR = [355.0, 373.0, 710.0, 711.0, 745.5, 746.0, 800.0, 1421.0, 1500.0, 1e4, 1e100, 1e308]
SATURATED = ["tanh", "sigmoid", "softplus", "log_sigmoid", "silu", "gelu", "erf", "erfc", "sech2", "atan", "elu"]


def derivatives(name: str, at: float, orders: int = 3) -> list[float]:
    x = Value(at)
    y = apply(TABLE[name], (x, Value(1.0))[: TABLE[name].arity])
    found = []
    for _ in range(orders):
        y = gradients(y, x)
        found.append(y.data)
    return found


@pytest.mark.parametrize("name", SATURATED)
@pytest.mark.parametrize("at", [sign * x for x in FAR for sign in (1.0, -1.0)])
def test_derivatives_of_a_saturated_function_go_to_0(name: str, at: float) -> None:
    first, second, third = derivatives(name, at)
    assert min(abs(first), abs(first - 1.0)) < 1e-4  # the slope of a line
    assert abs(second) < 1e-6 and abs(third) < 1e-6


def test_one_saturated_unit_leaves_the_others_their_curvature() -> None:
    found = hessian(lambda x: functions.tanh(x[0]) + functions.sigmoid(x[1]) + x[2] ** 2)([900.0, -2000.0, 3.0])
    assert found == [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 2.0]]


NEAR_0 = {  # the limits of order 2 and 3, to first order in x
    "asin": (lambda x: x, lambda x: 1),
    "acos": (lambda x: -x, lambda x: -1),
    "atanh": (lambda x: 2 * x, lambda x: 2),
    "atan": (lambda x: -2 * x, lambda x: -2),
    "tanh": (lambda x: -2 * x, lambda x: -2),
    "asinh": (lambda x: -x, lambda x: -1),
    "sigmoid": (lambda x: -x / 8, lambda x: mpf(-1) / 8),
    "softplus": (lambda x: mpf(1) / 4, lambda x: -x / 8),
    "silu": (lambda x: mpf(1) / 2, lambda x: -x / 2),
    "tan": (lambda x: 2 * x, lambda x: 2),
    "erf": (lambda x: -4 * x / mp.sqrt(mp.pi), lambda x: -4 / mp.sqrt(mp.pi)),
}


@pytest.mark.parametrize("name", NEAR_0)
@pytest.mark.parametrize("x", [1e-9, -3e-11, 1e-12, -1e-30, 1e-200])
def test_higher_derivatives_near_0_keep_their_digits(name: str, x: float) -> None:
    for got, exact in zip(derivatives(name, x)[1:], NEAR_0[name], strict=True):
        assert abs(mpf(got) - exact(mpf(x))) <= 16 * math.ulp(float(exact(mpf(x))))


@pytest.mark.parametrize("at", [1023.9, 1024.0, 1024.0000000000002, 1024.5])
def test_the_slope_of_exp2_is_finite_as_long_as_it_fits(at: float) -> None:
    exact = mpf(2) ** mpf(at) * mp.log(2)
    assert abs(mpf(grad(functions.exp2)(at)) - exact) <= 4 * math.ulp(float(exact))
    assert grad(functions.exp2)(1025.0) == math.inf


LARGE = [[1e16] * 2, [1e15] * 2, [1e10] * 3, [1000.0] * 2, [-1e300, -1e300], [1e16, 1e16 - 2.0], [0.0, -800.0, -1e300]]


@pytest.mark.parametrize("executor", ["numpy", pytest.param("numba", marks=pytest.mark.extras)])
@pytest.mark.parametrize("logits", LARGE)
def test_softmax_of_large_logits(logits: list[float], executor: str) -> None:
    shares = [mp.exp(mpf(x) - max(map(mpf, logits))) for x in logits]
    exact = [share / mp.fsum(shares) for share in shares]
    by_replay = record(functions.softmax, [0.0] * len(logits), executor=executor)([logits])[0]
    for found in (functions.softmax(logits), [p.data for p in functions.softmax(map(Value, logits))], by_replay):
        assert all(abs(mpf(float(p)) - q) <= 4 * math.ulp(float(q)) for p, q in zip(found, exact, strict=True))
    for found, q in zip(functions.log_softmax(logits), exact, strict=True):
        assert abs(mpf(found) - mp.log(q)) <= 4 * math.ulp(float(mp.log(q)))


def test_softmax_of_nan_is_nan() -> None:
    assert all(map(math.isnan, functions.softmax([0.0, math.nan, 1.0])))


@pytest.mark.parametrize("gap", [0.5, 3.0, 9.0, 20.0, 37.43, 40.0, 300.0])
def test_what_a_sure_answer_leaves_to_learn_keeps_its_digits(gap: float) -> None:
    """d/dx of log_softmax, softmax and cross-entropy where one share is nearly 1: 1 - p, not a difference from 1."""
    logits, extra = [gap, 0.0, -1.0], mp.exp(-mpf(gap)) + mp.exp(-mpf(gap) - 1)
    rest = extra / (1 + extra)  # 1 - p
    allowed = 64 * math.ulp(float(rest))
    assert abs(mpf(jacobian(functions.log_softmax)(logits)[0][0]) - rest) <= allowed
    assert abs(mpf(jacobian(functions.softmax)(logits)[0][0]) - rest / (1 + extra)) <= allowed
    loss = grad(lambda x: -functions.log(functions.softmax(x)[0]))(logits)
    assert abs(mpf(loss[0]) + rest) <= allowed
    curvature = hessian(lambda x: -functions.log_softmax(x)[0])(logits)[0][0]
    assert abs(mpf(curvature) - rest * (1 - rest)) <= 64 * math.ulp(float(rest))


@pytest.mark.parametrize("point", [[1e8, 1.0], [1.0, 1e-9], [1e-100, 3e-92], [3.0, 4.0], [2e150, 1e148, 5e150]])
def test_second_derivatives_of_a_length_with_one_side_dominant(point: list[float]) -> None:
    exact, found = [mpf(x) for x in point], hessian(norm)(point)
    length = mp.norm(exact)
    for i in range(len(point)):
        for j in range(len(point)):
            others = mp.fsum(x * x for k, x in enumerate(exact) if k != i)
            expected = (others if i == j else -exact[i] * exact[j]) / length**3
            assert abs(mpf(found[i][j]) - expected) <= 16 * math.ulp(float(expected))
    if len(point) == 2:
        by_hypot = hessian(lambda x: functions.hypot(x[0], x[1]))(point)
        assert [pytest.approx(row, rel=4e-15) for row in found] == by_hypot


SQUARED_LENGTHS = {
    "norm": lambda x: norm(x) ** 2,
    "norm by a float": lambda x: norm(x) ** 2.0,
    "norm by itself": lambda x: (lambda length: length * length)(norm(x)),
    "square of a norm": lambda x: functions.square(norm(x)),
    "hypot": lambda x: functions.hypot(x[0], x[1]) ** 2,
    "abs": lambda x: abs(x[0]) ** 2 + functions.abs(x[1]).square(),
    "NumPy's norm": lambda x: np.linalg.norm(array(x)) ** 2,
    "in a larger function": lambda x: 2.0 * functions.exp(0.5 * norm(x) ** 2),
}


@pytest.mark.parametrize("f", SQUARED_LENGTHS.values(), ids=SQUARED_LENGTHS)
def test_a_squared_length_has_second_derivatives_at_the_origin(f) -> None:
    origin, exact = [0.0, 0.0], [[2.0, 0.0], [0.0, 2.0]]
    recorded = record(f, [3.0, 4.0])
    assert grad(f)(origin) == recorded.jacobian([origin])[0].tolist() == [0.0, 0.0]
    assert hessian(f)(origin) == exact
    assert recorded.hessian([origin])[0].tolist() == exact
    assert [hvp(f, (origin,), (unit,)) for unit in ([1.0, 0.0], [0.0, 1.0])] == exact
    assert grad(lambda x: grad(lambda y: grad(f)(y)[0])(x)[0])(origin) == [0.0, 0.0]


def test_a_length_that_is_derived_by_is_no_coordinate() -> None:
    x, y = Value(3.0), Value(4.0)
    length = norm([x, y])
    assert [slope.data for slope in gradients(length**2, [length, x])] == [10.0, pytest.approx(6.0, rel=1e-15)]
    assert directional_derivatives([length**2], [length], [1.0])[0].data == 10.0


SUMS = [  # terms, their sum rounded once
    ([1e16, 1.0, -1e16], 1.0),
    ([0.1] * 10, 1.0),
    ([1e308, 1e308, -1e308], 1e308),
    ([1e308] * 2, math.inf),
    ([-math.inf, 1.0], -math.inf),
    ([-0.0, -0.0], 0.0),
    ([1e100, 1.0, -1e100, 1e-16], 1.0 + 1e-16),
]


@pytest.mark.parametrize(("terms", "expected"), SUMS)
def test_a_sum_is_rounded_once(terms: list[float], expected: float) -> None:
    values = list(map(Value, terms))
    assert functions.sum(terms) == functions.sum(values).data == expected
    assert functions.dot(values, [1.0] * len(terms)).data == expected
    assert functions.weighted_sum(values, [1.0] * len(terms), 0.0).data == expected


def test_infinities_of_both_signs_have_no_sum() -> None:
    assert math.isnan(functions.sum([math.inf, -math.inf])) and math.isnan(functions.dot([math.inf, 1.0], [0.0, 1.0]))


def test_a_million_terms_are_summed_to_the_last_digit() -> None:
    draw = random.Random(0)
    terms = [draw.uniform(0.0, 1.0) for _ in range(10**6)]
    assert functions.sum(terms) == math.fsum(terms)
