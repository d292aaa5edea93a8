"""grad, jacobian, hessian, jvp, vjp and hvp over functions of numbers, lists and arrays."""

import math
from collections import namedtuple

import numpy as np
import pytest

from tinygrad_notes import Value, check_gradients, functions
from tinygrad_notes.derivatives.modes import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

Point = namedtuple("Point", "x y")
A = np.array([[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]])


def rosenbrock(x):
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


# Structures: whatever the argument looks like, its gradient looks like.


@pytest.mark.parametrize(
    ("argument", "f", "expected"),
    [
        (3.0, lambda x: x * x, 6.0),
        (3, lambda x: x * x, 6.0),
        (np.float64(3.0), lambda x: x * x, 6.0),
        ([1.0, 2.0], lambda x: x[0] * x[1], [2.0, 1.0]),
        ((1.0, [2.0]), lambda x: x[0] * x[1][0], (2.0, [1.0])),
        ({"w": 2.0, "b": [1.0]}, lambda p: p["w"] ** 2 + p["b"][0], {"w": 4.0, "b": [1.0]}),
        (Point(2.0, 5.0), lambda p: p.x * p.y, Point(5.0, 2.0)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_gradient_has_the_structure_of_its_argument(argument, f, expected) -> None:
    gradient = grad(f)(argument)
    assert gradient == expected
    assert type(gradient) is type(expected)


def test_arrays_give_arrays() -> None:
    x = np.array([1.0, -2.0, 0.5])
    gradient = grad(lambda x: np.sum(np.exp(x) * x))(x)
    assert gradient.dtype == np.float64
    np.testing.assert_allclose(gradient, np.exp(x) * (1 + x), rtol=1e-15)
    np.testing.assert_array_equal(jacobian(lambda x: A @ x)(x), A)
    assert hessian(lambda x: x @ x)(x).tolist() == (2 * np.eye(3)).tolist()
    assert jacobian(lambda W: W @ x)(A).shape == (2, 2, 3)


def test_several_arguments() -> None:
    def f(x, y, scale=1.0):
        return scale * x * y**2

    assert grad(f)(2.0, 3.0) == 9.0
    assert grad(f, 1)(2.0, 3.0) == 12.0
    assert grad(f, -1)(2.0, 3.0) == 12.0
    assert grad(f, (0, 1))(2.0, 3.0) == (9.0, 12.0)
    assert value_and_grad(f, (0, 1))(2.0, 3.0) == (18.0, (9.0, 12.0))
    assert grad(f)(2.0, 3.0, 10.0) == 90.0


def test_a_function_that_does_not_use_its_argument_has_gradient_zero() -> None:
    assert grad(lambda x: 1.0)(2.0) == 0.0
    assert grad(lambda x: Value(3.0))(2.0) == 0.0
    other = Value(3.0)
    slope = grad(lambda x: other * 1.0)(2.0)  # it depends on another Value, and its slope might
    assert (type(slope), slope.data) == (Value, 0.0)


def test_unused_parts_of_an_argument_get_zero() -> None:
    assert grad(lambda x: x[0] * 2)([1.0, 5.0]) == [2.0, 0.0]
    assert hessian(lambda x: x[0] * 2)([1.0, 5.0]) == [[0.0, 0.0], [0.0, 0.0]]


# Orders and nesting.


def test_perturbations_are_not_confused() -> None:
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(2.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0
    assert grad(lambda x: x * grad(lambda y: x * y)(x))(3.0) == 6.0  # y is x, yet only y moves inside
    assert grad(lambda x: x * jvp(lambda y: x + y, (1.0,), (1.0,))[1])(2.0) == 1.0
    assert jvp(lambda x: x * jvp(lambda y: x * y, (2.0,), (1.0,))[1], (3.0,), (1.0,))[1] == 6.0


def test_any_order_by_nesting() -> None:
    f = functions.sin
    for expected in (math.cos(0.3), -math.sin(0.3), -math.cos(0.3), math.sin(0.3)):
        f = grad(f)
        assert f(0.3) == pytest.approx(expected, rel=1e-15)


def test_the_hessian_of_rosenbrock() -> None:
    x, y = -1.2, 1.0
    expected = [[1200 * x * x - 400 * y + 2, -400 * x], [-400 * x, 200.0]]
    np.testing.assert_allclose(hessian(rosenbrock)([x, y]), expected, rtol=1e-14)


def test_what_else_a_function_depends_on_is_not_lost() -> None:
    w = Value(3.0, "w")
    slope = grad(lambda x: w * x * x)(2.0)
    assert isinstance(slope, Value)
    slope.backward()
    assert (slope.data, w.grad) == (12.0, 4.0)


def test_a_derivative_taken_at_a_value_is_a_value() -> None:
    x = Value(2.0)
    slope = grad(lambda y: y**3)(x)
    slope.backward()
    assert (slope.data, x.grad) == (12.0, 12.0)


# The two modes.


def f_many(x):
    return [x[0] * x[1].sin(), (x[0] / x[2]).exp(), x[1] * x[2], x[2].tanh()]


def test_both_modes_read_the_same_jacobian() -> None:
    x = [0.3, 1.2, -0.7]
    rows = jacobian(f_many)(x)
    columns = [jvp(f_many, (x,), (unit,))[1] for unit in np.eye(3).tolist()]
    by_reverse = [vjp(f_many, x)[1](unit)[0] for unit in np.eye(4).tolist()]
    np.testing.assert_allclose(rows, np.transpose(columns), rtol=1e-15)
    np.testing.assert_allclose(rows, by_reverse, rtol=1e-15)


def test_hvp_is_the_hessian_times_a_vector() -> None:
    x, v = [-1.2, 1.0], [0.3, -2.0]
    np.testing.assert_allclose(hvp(rosenbrock, (x,), (v,)), np.array(hessian(rosenbrock)(x)) @ v, rtol=1e-13)
    assert hvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0)) == (0.0, 1.0)


def test_nothing_is_left_in_the_values_that_a_function_closes_over() -> None:
    w = Value(3.0)
    hessian(lambda x: w * x[0] * x[1])([1.0, 2.0])
    assert w.grad == 0.0


def test_dicts_are_matched_by_their_keys() -> None:
    assert jvp(lambda d: d["a"] * 10 + d["b"], ({"a": 1.0, "b": 2.0},), ({"b": 1.0, "a": 0.0},)) == (12.0, 1.0)
    assert vjp(lambda x: {"a": x * 10, "b": x}, 1.0)[1]({"b": 1.0, "a": 0.0}) == (1.0,)
    assert hvp(lambda d: d["a"] ** 2 * d["b"], ({"a": 3.0, "b": 5.0},), ({"b": 0.0, "a": 1.0},)) == {
        "a": 10.0,
        "b": 6.0,
    }


def test_arguments_given_by_keyword_are_passed_on() -> None:
    assert grad(lambda x, *, power: x**power)(3.0, power=2) == 6.0
    assert jacobian(lambda x, *, power: [x**power])(3.0, power=2) == [6.0]


# Errors.


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: grad(lambda x: [x, x])(1.0),
            TypeError,
            "grad needs a function that returns one number, got list of 2",
        ),
        (lambda: grad(lambda x: x, 1)(1.0), TypeError, "cannot differentiate by argument 1: the function was given 1"),
        (lambda: grad(lambda x: x)("1"), TypeError, r"got the string '1': write Value\(float\('1'\)\)"),
        (lambda: jvp(lambda x: x, 1.0, 1.0), TypeError, r"primals lists one entry per argument.*write \(primal,\)"),
        (
            lambda: jvp(lambda x: x, (1.0,), ([1.0, 2.0],)),
            ValueError,
            r"tangents\[0\] must be built like its counterpart, one number, got list of length 2",
        ),
        (
            lambda: jvp(lambda x, y: x[0] + y, ([1.0, 2.0], 3.0), (1.0, [2.0, 3.0])),
            ValueError,
            r"tangents\[0\] must be",
        ),
        (
            lambda: jvp(np.sum, (np.ones((2, 3)),), (np.ones((3, 2)),)),
            ValueError,
            r"ndarray of length 2, got .* length 3",
        ),
        (lambda: jvp(lambda x: x, (3.0,), ("1",)), TypeError, r"tangents\[0\] must be a number, got '1'"),
        (
            lambda: vjp(lambda x: [x, x], 1.0)[1]([1.0]),
            ValueError,
            "the cotangent must be .* list of length 2, got list of",
        ),
        (
            lambda: vjp(lambda x: {"a": x}, 1.0)[1]({"b": 1.0}),
            ValueError,
            "the cotangent must be built like its counterpart, a dict with the keys 'a', got a dict with the keys 'b'",
        ),
        (lambda: jacobian(lambda x, y: x * y, (0, 1)), TypeError, "one argument at a time, got argnums="),
        (
            lambda: check_gradients(lambda x: x, 3.0),
            TypeError,
            r"inputs lists one entry per argument.*write \(input,\)",
        ),
        (lambda: jacobian(Value(1.0)), TypeError, r"jacobian takes a function, got Value: .* write y\.backward"),
        (lambda: jvp(Value(1.0), (1.0,), (1.0,)), TypeError, "jvp takes a function, got Value"),
        (lambda: vjp(Value(1.0), 1.0), TypeError, "vjp takes a function, got Value"),
        (lambda: grad(lambda x: "text")(1.0), TypeError, "got the string 'text'"),
    ],
)
def test_errors_say_what_to_write(call, error, message) -> None:
    with pytest.raises(error, match=message):
        call()


def test_a_plain_argument_asked_for_a_values_method_is_explained() -> None:
    with pytest.raises(AttributeError, match=r"only argument 0 .* write functions.sin\(x\).* argnums=\(0, 1\)"):
        grad(lambda x, y: x * y.sin())(1.0, 2.0)
    assert grad(lambda x, y: x * y.sin(), (0, 1))(1.0, 0.0) == (0.0, 1.0)
    with pytest.raises(AttributeError, match=r"'float' object has no attribute 'sine'$"):
        grad(lambda x, y: x * y.sine())(1.0, 2.0)


@pytest.mark.parametrize(
    ("call", "instead"),
    [
        (lambda: grad(lambda x, y: x * y.data)(1.0, 2.0), "leave .data out"),
        (lambda: grad(lambda x, y: x * y[0].exp())(1.0, [2.0]), "write functions.exp(x)"),
        (lambda: grad(lambda x, y: x * y.exp())(1.0, np.array(1.0)), "write np.exp(x)"),
        (lambda: hessian(lambda x, y: x * x * y.tanh())(1.0, 2), "write functions.tanh(x)"),
        (lambda: jacobian(lambda x, y: [x * y.relu()])(1.0, 2.0), "write functions.relu(x)"),
    ],
)
def test_the_explanation_is_given_once_and_names_what_there_is(call, instead) -> None:
    with pytest.raises(AttributeError) as raised:
        call()
    assert str(raised.value).count("only argument 0") == 1 and instead in str(raised.value)


def test_the_jacobian_of_an_empty_array_has_its_shape() -> None:
    for result, x in [(np.ones(0), np.ones(3)), (np.ones((2, 0)), np.ones((3, 4)))]:
        assert jacobian(lambda y, result=result: result * np.sum(y))(x).shape == (*result.shape, *x.shape)
    assert jacobian(np.sum)(np.ones((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("given, kept", [("f2", "f2"), ("f4", "f4"), ("f8", "f8"), ("i8", "f8"), ("?", "f8")])
def test_a_derivative_has_the_precision_of_its_array(given, kept) -> None:
    x, f = np.array([[1, 0, 1]], given), lambda x: np.sum(np.sin(x) ** 2) / 3.0
    whole = np.array([[math.sin(2.0) / 3.0, 0.0, math.sin(2.0) / 3.0]])
    found = [grad(f)(x), grad(lambda p: f(p["x"]))({"x": x})["x"], vjp(f, x)[1](1.0)[0], jacobian(f)(x)]
    for slopes in found:
        assert slopes.dtype == kept
        assert np.max(abs(slopes - whole)) <= np.finfo(kept).eps  # rounded once, at the end
    assert hessian(f)(x).dtype == jacobian(lambda x: x[:0])(x).dtype == kept


def test_a_slope_beyond_the_range_of_its_array_is_told() -> None:
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert grad(lambda x: x[0] * 1e39)(np.ones(1, "f4"))[0] == math.inf
