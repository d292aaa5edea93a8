"""Slopes that are nan or beyond the largest float: no derivative of theirs is silently 0."""

import math

import pytest

from tinygrad_notes import Value, functions, grad, gradients, hessian, hvp

UNKNOWN = {  # a slope that is nan, or beyond the largest float: nothing is known of its own slopes
    "log": (functions.log, -1.0),
    "log beside others": (lambda x: functions.log(x) + x * x, -1.0),
    "log1p": (functions.log1p, -2.0),
    "acosh": (functions.acosh, 0.5),
    "atanh": (functions.atanh, 2.0),
    "a kink at nan": (lambda x: functions.leaky_relu(x, 0.1), math.nan),
    "a bound of nan": (lambda x: functions.maximum(x, math.nan), 1.0),
    "a root of a length": (lambda x: functions.sqrt(functions.norm([x, 2.0 * x])), 0.0),
    "one over a length": (lambda x: 1.0 / functions.norm([x, 2.0 * x]), 0.0),
    "exp": (functions.exp, 800.0),
    "cosh": (functions.cosh, -800.0),
    "exp beside others": (lambda x: functions.exp(x) + x + x**3, 800.0),
    "exp of a length": (lambda x: functions.exp(functions.hypot(x, x)), 800.0),
    "a power": (lambda x: x**200.0, 1e10),
    "exp of infinity": (functions.exp, math.inf),
}


@pytest.mark.parametrize(("f", "at"), UNKNOWN.values(), ids=UNKNOWN)
def test_the_derivatives_of_an_unknown_derivative_are_nan_and_not_0(f, at: float) -> None:
    first = grad(f)(at)
    assert not math.isfinite(first)
    found = [hessian(f)(at), hvp(f, (at,), (1.0,)), grad(grad(f))(at), grad(grad(grad(f)))(at)]
    assert all(map(math.isnan, found)), found


def test_many_shares_of_an_overflow_are_one_still() -> None:
    x = Value(0.0)
    square = x * x
    y = functions.exp(800.0 + square + 2.0 * square + 3.0 * square)
    y.backward()
    assert x.grad == gradients(y, x).data == 0.0
