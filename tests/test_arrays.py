"""NumPy code, as a learner writes it, on arrays of Values."""

import math
import operator

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tinygrad_notes import Value, functions
from tinygrad_notes.arrays import array, data_of, grad_of

X = np.array([[0.5, -1.2, 2.1], [0.1, 0.3, -0.7]])
W = np.array([[1.0, 2.0, -1.0], [0.5, 0.25, 3.0]])

CODE = {
    "matmul": lambda x: x @ W.T,
    "matmul from the left": lambda x: W @ x.T,
    "np.matmul": lambda x: np.matmul(x, x.T),
    "np.dot": lambda x: np.dot(W, x.T),
    "np.inner": lambda x: np.inner(x[0], x[1]),
    "np.outer": lambda x: np.outer(x[0], x[1]),
    "np.einsum": lambda x: np.einsum("ij,kj->ik", x, W),
    "np.tensordot": lambda x: np.tensordot(x, W),
    "exp": np.exp,
    "sigmoid's slope as note E has it": lambda x: np.cosh(x / 2) ** (-2) / 4,
    "sum": np.sum,
    "sum over an axis, kept": lambda x: np.sum(x, axis=1, keepdims=True),
    "sum over no axes": lambda x: np.sum(x, axis=()),
    "sum of nothing over an axis": lambda x: np.sum(x[:, :0], axis=1) + x[:, 0],
    "mean": np.mean,
    "mean over an axis": lambda x: x.mean(axis=0),
    "var": np.var,
    "std": np.std,
    "average": lambda x: np.average(x[0], weights=[1, 2, 3]),
    "median": lambda x: np.median(x[0]),
    "norm": np.linalg.norm,
    "norm over an axis": lambda x: np.linalg.norm(x, axis=1),
    "1-norm of rows": lambda x: np.linalg.norm(x, 1, axis=1),
    "largest-element norm": lambda x: np.linalg.norm(x[0], np.inf),
    "maximum": lambda x: np.maximum(x, 0),
    "minimum": lambda x: np.minimum(x, W),
    "max": np.max,
    "min over an axis": lambda x: x.min(axis=0),
    "ptp": np.ptp,
    "where": lambda x: np.where(x > 0, x, 0.1 * x),
    "clip": lambda x: np.clip(x, -1, 1),
    "abs": np.abs,
    "fabs": np.fabs,
    "sign": lambda x: np.sign(x) * x,
    "sqrt": lambda x: np.sqrt(x * x),
    "square": np.square,
    "cbrt": np.cbrt,
    "reciprocal": np.reciprocal,
    "log": lambda x: np.log(x**2),
    "log2": lambda x: np.log2(x**2),
    "log10": lambda x: np.log10(x**2),
    "log1p": lambda x: np.log1p(x**2),
    "exp2": np.exp2,
    "expm1": np.expm1,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "arcsin": lambda x: np.arcsin(x / 3),
    "arccos": lambda x: np.arccos(x / 3),
    "arctan": np.arctan,
    "arctan2": lambda x: np.arctan2(x, W),
    "sinh": np.sinh,
    "tanh": np.tanh,
    "arcsinh": np.arcsinh,
    "arccosh": lambda x: np.arccosh(x * x + 1.1),
    "arctanh": lambda x: np.arctanh(x / 3),
    "hypot": lambda x: np.hypot(x, 1.0),
    "power of a number": lambda x: np.power(2.0, x),
    "broken power": lambda x: (x * x) ** 1.5,
    "remainder": lambda x: np.mod(x, 1.5),
    "floor": lambda x: np.floor(x) + x,
    "ceil": lambda x: np.ceil(x) * x,
    "floor division": lambda x: x // 0.33 + x,
    "negative": np.negative,
    "positive": np.positive,
    "broadcasting": lambda x: x + np.arange(3.0),
    "integers": lambda x: np.arange(3) * x,
    "booleans": lambda x: np.array([True, False, True]) * x,
    "float32": lambda x: np.ones(3, np.float32) * x,
    "transpose": lambda x: x.T,
    "reshape": lambda x: x.reshape(3, 2),
    "fancy indexing": lambda x: x[:, [2, 0]][::-1],
    "concatenate": lambda x: np.concatenate([x, W]),
    "stack": lambda x: np.stack([x, x]),
    "cumsum": lambda x: np.cumsum(x, axis=1),
    "prod": np.prod,
    "diff": np.diff,
    "trace": np.trace,
    "sort": lambda x: np.sort(x[0]),
    "reduce": lambda x: np.add.reduce(x, axis=1),
    "multiply.outer": lambda x: np.multiply.outer(x[0], x[1]),
    "built-in sum": lambda x: sum(x[0]),
    "built-in max": lambda x: max(x[0]),
}


@pytest.mark.parametrize("f", CODE.values(), ids=CODE)
def test_array_code_gives_numpys_numbers_and_their_gradients(f) -> None:
    weights = np.random.default_rng(0).uniform(0.5, 1.5, np.shape(f(X)))

    def loss(x):
        return np.sum(weights * f(x))

    x = array(X)
    result = f(x)
    assert np.shape(result) == np.shape(f(X))
    np.testing.assert_allclose(data_of(result), f(X), rtol=4e-15, atol=1e-15)
    loss(x).backward()
    h = 1e-6
    for position in np.ndindex(X.shape):
        step = np.zeros_like(X)
        step[position] = h
        quotient = (loss(X + step) - loss(X - step)) / (2 * h)
        assert grad_of(x)[position] == pytest.approx(quotient, rel=1e-7, abs=1e-7)


SCALARS = [np.float64(2.5), np.float32(2.5), np.int64(2), np.int8(2), np.uint16(2), 2, 2.5, True]


@pytest.mark.parametrize("number", SCALARS, ids=lambda x: type(x).__name__)
@pytest.mark.parametrize("combine", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow,
                                     operator.mod, operator.floordiv])  # fmt: skip
def test_numpy_scalars_meet_values_from_both_sides(number, combine) -> None:
    for left, right in [(Value(1.5), number), (number, Value(1.5))]:
        result = combine(left, right)
        assert type(result) is Value
        data = [float(x.data if isinstance(x, Value) else x) for x in (left, right)]
        assert result.data == combine(*data)


@pytest.mark.parametrize("combine", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow])
def test_float_arrays_meet_a_value_from_both_sides(combine) -> None:
    numbers = np.array([1.0, 2.0])
    for result, expected in [
        (combine(Value(1.5), numbers), combine(1.5, numbers)),
        (combine(numbers, Value(1.5)), combine(numbers, 1.5)),
    ]:
        np.testing.assert_allclose(data_of(result), expected, rtol=1e-15)


@pytest.mark.parametrize("f", [np.exp, np.sqrt, np.abs, lambda v: np.maximum(v, 0.0), lambda v: np.power(v, 2)])
def test_ufuncs_of_a_single_value(f) -> None:
    result = f(Value(1.5))
    assert isinstance(result, Value)
    assert result.data == pytest.approx(f(1.5), rel=1e-15)


CANNOT = {
    "single precision": (lambda x: x.astype(np.float32), r"64-bit floats.*data_of\(x\).astype\(dtype\('float32'\)\)"),
    "asarray": (lambda x: np.asarray(x, dtype=float), "a Value does not turn into a float by itself"),
    "assignment into floats": (lambda x: np.zeros(2).__setitem__(0, x[0, 0]), r"np.zeros_like\(x\) or dtype=object"),
    "in place into floats": (lambda x: np.add(np.zeros(3), x[0], out=np.zeros(3)), r"np.zeros_like\(x\)"),
    "math": (lambda x: math.exp(x[0, 0]), r"use v.exp\(\) or functions.exp\(v\) in place of math.exp"),
    "int": (lambda x: int(x[0, 0]), "does not turn into a float"),
    "complex": (lambda x: complex(x[0, 0]), "does not turn into a float"),
    "round": (lambda x: round(x[0, 0], 2), r"write round\(v.data, digits\)"),
    "cholesky": (lambda x: np.linalg.cholesky(x @ x.T), r"np.linalg.cholesky cannot be differentiated.*data_of\(x\)"),
    "lstsq": (lambda x: np.linalg.lstsq(x @ x.T, x[:, 0]), "np.linalg.lstsq cannot be differentiated"),
    "pinv": (np.linalg.pinv, "np.linalg.pinv cannot be differentiated"),
    "fft": (np.fft.fft, "np.fft.fft cannot be differentiated"),
    "nextafter": (lambda x: np.nextafter(x, 1.0), "np.nextafter cannot be differentiated"),
    "bits": (lambda x: np.bitwise_and(x, x), "np.bitwise_and cannot be differentiated"),
    "spectral norm": (lambda x: np.linalg.norm(x, 2), "singular values"),
}


@pytest.mark.parametrize(("f", "message"), CANNOT.values(), ids=CANNOT)
def test_what_cannot_work_fails_loudly(f, message) -> None:
    with pytest.raises(TypeError, match=message):
        f(array(X))


def test_elements_are_labeled_by_their_place() -> None:
    assert [v.label for v in array([[1, 2], [3, 4]], "W").ravel()] == ["W[0,0]", "W[0,1]", "W[1,0]", "W[1,1]"]
    assert array(5.0, "b").item().label == "b[]"
    assert array([1.0])[0].label == ""


def test_data_and_gradients_come_back_as_float_arrays() -> None:
    x = array(X)
    np.sum(x * W).backward()
    assert data_of(x).dtype == grad_of(x).dtype == np.float64
    np.testing.assert_array_equal(data_of(x), X)
    np.testing.assert_array_equal(grad_of(x), W)
    assert data_of(Value(3.0)).shape == ()
    assert grad_of([[1.0, x[0, 0]]]).tolist() == [[0.0, 1.0]]


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (["a"], TypeError, "got the string"),
        ([1j], TypeError, "complex"),
        ([None], TypeError, "got None"),
        ([[1.0], [1.0, 2.0]], ValueError, "the rows of W must have one length"),
    ],
)
def test_what_holds_no_numbers_is_refused(data, error, message) -> None:
    with pytest.raises(error, match=message):
        array(data, "W")


@pytest.mark.parametrize(("a", "b"), [(7.0, 2.0), (-7.0, 2.0), (7.0, -2.0), (1.0, 0.1), (6.0, 3.0), (0.3, 0.1)])
def test_floor_division_and_divmod_are_pythons(a: float, b: float) -> None:
    x, y = Value(a), Value(b)
    assert (x // y).data == a // b
    assert [v.data for v in divmod(x, y)] == list(divmod(a, b))
    assert (a // y).data == a // b
    assert [v.data for v in divmod(a, y)] == list(divmod(a, b))
    (x // y).backward()
    assert (x.grad, y.grad) == (0.0, 0.0)


@given(
    st.floats(-1e9, 1e9) | st.integers(-(2**53), 2**53).map(float),
    st.floats(1.0, 1e6) | st.floats(-1e6, -1.0) | st.integers(2, 99).map(float),
)
def test_floor_division_is_pythons_to_the_last_digit(a: float, b: float) -> None:
    assume(abs(a / b) < 2**52)  # beyond, neighboring floats are whole numbers apart, and so is what is right
    assert (Value(a) // b).data == a // b


def test_floor_and_ceil_of_the_math_module_stay_in_the_graph() -> None:
    x = Value(1.5)
    assert (math.floor(x).data, math.ceil(x).data) == (1.0, 2.0)
    assert math.floor(x).operands == (x,)
    assert functions.floor(x).local_derivatives == (0.0,)


def test_functions_over_many_operands_take_arrays() -> None:
    w, x = array([1.0, 2.0]), np.array([3.0, 4.0])
    assert functions.dot(w, x).data == 11.0
    assert functions.dot(array([]), np.array([])) == 0.0
    assert functions.weighted_sum(w, x, 0.5).data == 11.5
    assert functions.norm(array(x)).data == 5.0
