"""The compiled loops: blocks, threads and one sample give what NumPy gives."""

import math

import mpmath
import numpy as np
import pytest

from tinygrad_notes import MLP, functions
from tinygrad_notes.number_systems import floats
from tinygrad_notes.replay import record
from tinygrad_notes.replay.tape import FUNCTIONS

pytestmark = pytest.mark.extras

NUMBERS = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -3.0, 5.5, 1e-310, 710.0, -750.0, 1e300, np.inf, -np.inf, np.nan]


def test_every_function_of_the_tape_has_a_code():
    from tinygrad_notes.number_systems.compiled_loops import NAMES

    assert set(NAMES) == FUNCTIONS


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_functions_are_those_of_floats(name):
    from tinygrad_notes.number_systems import compiled_loops

    function = getattr(floats, name)
    arity = {"where": 3}.get(name, 2 if name in TWO else 1)
    for a in NUMBERS:
        for b in NUMBERS if arity > 1 else [0.0]:
            expected = float(function(*[a, b, 1.0][:arity]))
            found = compiled_loops.apply(compiled_loops.CODES[name], a, b, 1.0)
            np.testing.assert_allclose(found, expected, rtol=2e-15, atol=5e-324, err_msg=f"{name}({a}, {b})")


TWO = {
    "add", "subtract", "multiply", "divide", "pow", "atan2", "hypot", "maximum", "minimum", "remainder",
    "less", "greater", "equal",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@pytest.mark.parametrize("n", [1, 3, 4, 17])
def test_rows_of_numbers_are_those_of_single_ones(name, n):
    from tinygrad_notes.number_systems.compiled_loops import CODES, LOOPS, apply, elementwise

    code = CODES[name]
    for shift in range(len(NUMBERS)):
        rows = np.array([np.resize(np.roll(NUMBERS, shift * place), n) for place in (1, 3, 5)])
        numbers = np.full((4, 24), np.nan)
        numbers[:3, :n] = rows
        elementwise(code, numbers.ravel(), 0, 24, 48, 72, n, LOOPS)
        expected = [apply(code, *column) for column in rows.T]
        np.testing.assert_allclose(numbers[3, :n], expected, rtol=2e-15, atol=5e-324)
        np.testing.assert_array_equal(numbers[:3, :n], rows)


@pytest.mark.parametrize("name", ["acos", "atan", "cos", "cosh", "exp", "log", "log1p", "sqrt", "tan", "tanh"])
def test_what_lies_behind_a_row_changes_none_of_its_numbers(name):
    """Seven numbers are worked as eight: the eighth may be anything, nan or out of the range of a loop."""
    from tinygrad_notes.number_systems.compiled_loops import CODES, LOOPS, elementwise

    found = []
    for behind in (0.5, np.nan, -1e300, np.inf):
        numbers = np.concatenate([np.linspace(0.1, 0.9, 7), [behind], np.zeros(8)])
        elementwise(CODES[name], numbers, 0, 0, 0, 8, 7, LOOPS)
        found.append(numbers[8:15].tobytes())
    assert len(set(found)) == 1
    assert np.frombuffer(found[0]).all()


def test_the_loops_of_numpy_are_found():
    from tinygrad_notes.number_systems.compiled_loops import CODES, LOOPS
    from tinygrad_notes.number_systems.native import NOWHERE, loop_over_floats

    assert all(LOOPS[CODES[name], 0] for name in ("exp", "tanh", "atan2", "pow"))
    assert loop_over_floats(np.bitwise_and) == NOWHERE


@pytest.mark.parametrize(("block_bytes", "thread_work"), [(1, 1), (1, 10**9), (2**20, 1)])
def test_blocks_and_threads_change_no_number(monkeypatch, block_bytes, thread_work):
    from tinygrad_notes.replay.executors.steps import run

    monkeypatch.setattr(run, "BLOCK_BYTES", block_bytes)
    monkeypatch.setattr(run, "THREAD_WORK", thread_work)
    monkeypatch.setattr(run, "LEAST_BLOCK", 8)
    network = MLP(3, [7, 5, 2], activation="tanh", seed=3)

    def loss(x, y):
        return functions.logsumexp([functions.product([a, b, 0.5]) for a, b in zip(network(x), y)]) + network(x)[0]

    for samples in (1, 2, 8, 61):
        X, Y = np.random.default_rng(samples).normal(size=(2, samples, 3))
        arguments = {"reduction": "sum", "input_gradients": True}
        found, expected = (
            record(loss, X[0], Y[0, :2], parameters=network.parameters(), executor=executor).value_and_gradients(
                X, Y[:, :2], **arguments
            )
            for executor in ("numba", "numpy")
        )
        np.testing.assert_allclose(found[0], expected[0], rtol=1e-13)
        np.testing.assert_allclose(found[1], expected[1], rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(found[2][0], expected[2][0], rtol=1e-12, atol=1e-13)


RANGES = {
    "sin": 100.0, "cos": 100.0, "tan": 100.0, "asin": 0.999999, "acos": 0.999999, "atan": 1e300, "exp": 708.0,
    "expm1": 708.0, "sinh": 708.0, "cosh": 708.0, "sigmoid": 708.0, "tanh": 1e300, "asinh": 1e150, "atanh": 0.999999,
}  # fmt: skip
"""How far from 0 the loops go that are without a branch; log and log1p go over all positive numbers."""
LESS_EXACT = ("sigmoid", "tan", "asinh", "atanh")


@pytest.mark.parametrize("name", ["log", "log1p", *RANGES])
def test_functions_of_a_row_keep_their_digits(name):
    """Rows within a range have a way of their own, all others go to the library."""
    draw, most = np.random.default_rng(0), RANGES.get(name, 708.0)
    wide, tiny = draw.uniform(-min(most, 708.0), min(most, 708.0), 300), np.exp(draw.uniform(-690.0, 0.0, 50))
    near = np.concatenate([wide, draw.uniform(-2, 2, 400), np.pi / 2 * np.arange(-63, 64), tiny, -tiny])
    near = np.append(near[abs(near) <= most], [0.5, 0.625, -most, most])
    if name == "log":
        near = np.concatenate([np.exp(wide), draw.uniform(0.5, 2.0, 400), [1.0, math.sqrt(0.5), 1.7e308, 2.3e-308]])
    if name == "log1p":
        near = np.concatenate([np.exp(wide), draw.uniform(-0.9, 2.0, 400), -tiny[tiny < 0.9], [-0.999999, 1.7e308]])
    beyond = [0.9999999, -0.9999999] if most < 1.0 else [1e5 if name == "log" else 500.0, 709.0]
    program = record(lambda x: getattr(functions, name)(x), 0.5, executor="numba")
    function = (lambda x: 1 / (1 + mpmath.exp(-x))) if name == "sigmoid" else getattr(mpmath, name)
    with mpmath.workprec(1200):
        for X in near, np.append(near, beyond):
            for x, found in zip(X.tolist(), program(X).tolist(), strict=True):
                wrong = abs(mpmath.mpf(found) - function(mpmath.mpf(x)))
                assert wrong <= (2.0 if name in LESS_EXACT else 1.5) * math.ulp(found), (x, found)


@pytest.mark.parametrize("name", ["hypot", "atan2"])
def test_functions_of_two_rows_keep_their_digits(name):
    draw = np.random.default_rng(0)
    wide, near = np.exp(draw.uniform(-300, 300, (2, 300))), draw.uniform(0.1, 10.0, (2, 300))
    rows = np.hstack([wide, near, near[:, ::-1]]) * draw.choice([-1.0, 1.0], (2, 900))
    program = record(lambda y, x: getattr(functions, name)(y, x), 0.5, 0.5, executor="numba")
    special = np.array([[0.0, -0.0, 3.0, -3.0, 1e-200, 1e200], [-2.0, 2.0, 0.0, 1e-160, -1e-200, 1e200]])
    with mpmath.workprec(200):
        for Y, X in rows, np.hstack([rows, special]):
            for y, x, found in zip(Y.tolist(), X.tolist(), program(Y, X).tolist(), strict=True):
                wrong = abs(mpmath.mpf(found) - getattr(mpmath, name)(mpmath.mpf(y), mpmath.mpf(x)))
                assert wrong <= 1.5 * math.ulp(found), (y, x, found)


@pytest.mark.parametrize("name", ["log", "log1p", *RANGES])
def test_functions_of_a_row_are_those_of_numpy_at_the_edges(name):
    program = record(lambda x: getattr(functions, name)(x), 0.5, executor="numba")
    by_numpy = record(lambda x: getattr(functions, name)(x), 0.5, executor="numpy")
    special = [0.0, -0.0, 5e-324, -1e-300, 100.0, 1.0, np.nan, np.inf, -np.inf, 709.78, -745.0, 711.0, 1e300]
    for edges in (np.array([0.0, -0.0, 5e-324, -1e-300]), np.array(special), np.array(special[5:6] * 4)):
        with np.errstate(all="ignore"):
            found, expected = program(edges), by_numpy(edges)
        np.testing.assert_array_max_ulp(found[np.isfinite(expected)], expected[np.isfinite(expected)], 2)
        np.testing.assert_array_equal(found[~np.isfinite(expected)], expected[~np.isfinite(expected)])
        known = ~np.isnan(expected)
        np.testing.assert_array_equal(np.signbit(found[known]), np.signbit(expected[known]))
