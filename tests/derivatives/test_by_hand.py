"""Gradients written by hand, held against the engine."""

import numpy as np
import pytest

from tinygrad_notes.derivatives.by_hand import check_by_hand

W = np.array([[0.5, -0.2, 0.1], [0.3, 0.8, -0.4]])
b = np.array([[0.1], [-0.2]])
X = np.array([[1.0, 0.5], [-1.0, 2.0], [0.3, 0.7]])
Y = np.array([[1.0, 0.0], [0.0, 1.0]])


def sigma(z):
    return 1 / (1 + np.exp(-z))


def cost(x, y):
    return np.sum((sigma(W @ x + b) - y) ** 2) / x.shape[1]


def delta(x, y):
    a = sigma(W @ x + b)
    return 2 * (a - y) * a * (1 - a)


def J_W(x, y):
    return delta(x, y) @ x.T / x.shape[1]


def J_b(x, y):
    return np.sum(delta(x, y), axis=1, keepdims=True) / x.shape[1]


def test_right_functions_are_right_and_the_variables_are_as_before():
    before = W, b
    checks = check_by_hand(cost, {"W": J_W, "b": J_b}, X, Y)
    assert checks.right
    assert str(checks) == "W: right, all 6 entries\nb: right, all 2 entries"
    assert W is before[0]
    assert b is before[1]


@pytest.mark.parametrize(
    ("mistaken", "said"),
    [
        (lambda x, y: J_W(x, y) / 2, "Times 2, every entry is right"),
        (lambda x, y: -J_W(x, y), "Times -1, every entry is right"),
        (lambda x, y: J_W(x, y) * x.shape[1], "Times 0.5, every entry is right"),
        (lambda x, y: J_W(x, y).T, "W: the transpose of what is right"),
        (lambda x, y: J_W(x, y)[0], r"W: its shape is \(3,\), and W has shape \(2, 3\)"),
        (lambda x, y: J_W(x, y) + np.eye(2, 3)[:, [1, 0, 2]] * 0.5, r"W: 2 of 6 wrong: W\[0,1\] is .*; W\[1,0\] is"),
        (lambda x, y: 2 * (sigma(W @ x + b) - y) @ x.T, "W: 6 of 6 wrong: .* and 3 more"),
    ],
)
def test_what_is_wrong_is_told(mistaken, said):
    checks = check_by_hand(cost, {"W": mistaken}, X, Y)
    assert not checks.right
    import re

    assert re.search(said, str(checks)), str(checks)


def test_parameters_may_be_keyword_arguments_and_numbers():
    checks = check_by_hand(lambda w, x: (w * x - 3.0) ** 2, {"w": lambda w, x: 2 * (w * x - 3.0) * x}, w=0.5, x=2.0)
    assert (checks.right, checks[0].engine) == (True, -8.0)


def test_a_cost_without_the_parameter_is_refused():
    with pytest.raises(NameError, match="neither a keyword argument here nor a variable beside cost"):
        check_by_hand(cost, {"V": J_W}, X, Y)
    with pytest.raises(TypeError, match="which is no Value made from W"):
        check_by_hand(lambda x, y: float(np.sum(x)), {"W": J_W}, X, Y)


def test_the_variable_comes_back_after_an_error():
    def broken(x, y):
        raise ZeroDivisionError

    broken.__globals__["W"]
    before = W
    with pytest.raises(ZeroDivisionError):
        check_by_hand(broken, {"W": J_W}, X, Y)
    assert W is before
