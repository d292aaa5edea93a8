"""Linear equations, covariances and interpolation on arrays of Values, beside NumPy on floats."""

import numpy as np
import pytest

from tinygrad_notes import array, data_of, jacobian, record

DRAW = np.random.default_rng(0)
A, B, b = DRAW.normal(size=(4, 4)), DRAW.normal(size=(4, 2)), DRAW.normal(size=4)
KNOTS, HEIGHTS = np.array([-2.0, -1.0, 0.0, 3.0]), np.array([0.0, 1.0, 4.0, 2.0])
CASES = {
    "inv": (np.linalg.inv, A),
    "det": (np.linalg.det, A),
    "det with a zero in the first place": (np.linalg.det, np.array([[0.0, 1.0], [1.0, 0.5]])),
    "solve by the matrix": (lambda M: np.linalg.solve(M, b), A),
    "solve by the right side": (lambda v: np.linalg.solve(A, v), b),
    "solve with several right sides": (lambda M: np.linalg.solve(M, B), A),
    "cov": (np.cov, B),
    "cov of columns": (lambda M: np.cov(M, rowvar=False, bias=True), B),
    "cov of one row": (np.cov, b),
    "cov of two": (lambda x: np.cov(x, x**2, ddof=2), b),
    "corrcoef": (np.corrcoef, A),
    "interp by the place": (lambda x: np.interp(x, KNOTS, HEIGHTS), b * 2),
    "interp by the heights": (lambda y: np.interp(np.array([-3.0, 0.5, 0.75, 9.0]), KNOTS, y), HEIGHTS),
    "interp by the knots": (lambda k: np.interp(np.array([-1.5, 0.5, 9.0]), k, HEIGHTS, right=7.0), KNOTS),
}


@pytest.mark.parametrize("name", CASES)
def test_values_are_numpys_and_slopes_are_quotients(name):
    f, x = CASES[name]
    np.testing.assert_allclose(np.array(data_of(f(array(x)))), f(x), rtol=1e-12, atol=1e-14)
    found = np.asarray(jacobian(lambda v: np.ravel(np.asarray(f(v), object)))(x), float).reshape(-1, x.size)
    steps = 1e-6 * np.eye(x.size).reshape(x.size, *x.shape)
    expected = np.array([(np.ravel(f(x + step)) - np.ravel(f(x - step))) / 2e-6 for step in steps]).T
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_another_sample_may_have_other_pivots():
    X = np.array([A, A[::-1], A + 2.0])
    program = record(lambda M: np.linalg.solve(M, b), A)
    np.testing.assert_allclose(program(X), [np.linalg.solve(M, b) for M in X], rtol=1e-11)


SINGULAR = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 1.0, 1.0]]) * [1.0, 1.0, 0.0]
REFUSED = [
    (lambda: np.linalg.det(array(np.zeros((2, 2)))), np.linalg.LinAlgError, "has no slopes at this singular matrix"),
    (lambda: np.linalg.solve(array(SINGULAR), b[:3]), np.linalg.LinAlgError, "Singular matrix"),
    (lambda: np.linalg.inv(array(B)), np.linalg.LinAlgError, r"takes one square matrix, got shape \(4, 2\)"),
    (lambda: np.linalg.cholesky(array(A)), TypeError, "np.linalg.cholesky cannot be differentiated"),
    (lambda: np.fft.fft(array(b)), TypeError, "np.fft.fft cannot be differentiated"),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSED)
def test_what_is_refused_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()
