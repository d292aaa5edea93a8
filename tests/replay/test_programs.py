"""Programs against the eager engine, sample by sample."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from every_executor import EXECUTORS
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_programs import QUARTERS, ROWS, STEPPED, RandomProgram, programs

from tinygrad_notes import MLP, Value, functions
from tinygrad_notes.number_systems import floats
from tinygrad_notes.operations import operation
from tinygrad_notes.replay import record
from tinygrad_notes.replay.executors.numpy import NumpyRun
from tinygrad_notes.replay.files import check_graph
from tinygrad_notes.replay.tape import FUNCTIONS
from tinygrad_notes.value import apply


def over_floats(name):
    function = getattr(floats, name)

    def of_arrays(*arrays):
        *operands, out = arrays
        out[...] = np.vectorize(lambda *numbers: float(function(*map(float, numbers))), otypes=[float])(*operands)

    return of_arrays


class FloatsRun(NumpyRun):
    """NumPy's executor computing with the eager engine's own functions: what is left to differ is the structure."""

    functions = SimpleNamespace(**{name: over_floats(name) for name in FUNCTIONS})


def agrees(program, X, executor, rtol):
    values, by_parameter, by_input = program.eagerly(X)
    recorded = record(program, list(X[0]), parameters=program.values, executor=executor)
    found, gradients, (inputs,) = recorded.value_and_gradients(X, reduction=None, input_gradients=True)
    for got, expected in ((found, values), (gradients, by_parameter), (inputs, by_input)):
        np.testing.assert_allclose(got, expected, rtol=rtol, atol=rtol)
    np.testing.assert_allclose(recorded(X), values, rtol=rtol, atol=rtol)
    total, summed = recorded.value_and_gradients(X, reduction="sum")
    scale = 1 + np.abs(by_parameter).sum(0)
    np.testing.assert_allclose(summed / scale, by_parameter.sum(0) / scale, rtol=0, atol=4 * rtol)
    np.testing.assert_allclose(total, values.sum(), rtol=4 * rtol, atol=rtol * (1 + np.abs(values).sum()))


@settings(max_examples=120)
@given(programs(QUARTERS))
def test_structure_changes_no_number(drawn):
    program, X = drawn
    assume(program.is_tame(X))
    agrees(program, X, FloatsRun, 1e-9)


@settings(max_examples=15)
@given(programs(QUARTERS))
def test_recording_and_the_passes_over_a_graph_leave_a_sound_one(drawn):
    program, X = drawn
    recorded = record(program, list(X[0]), parameters=program.values)
    for branch in recorded.branches.recorded:
        for graph in (branch.recorded, branch.graph):  # `graph` has its linear forms gathered
            check_graph(graph, program.inputs, len(recorded.parameters), 1)
            ahead = replace(graph, operands=graph.operands + len(graph))
            with pytest.raises(ValueError, match="does not stand before it"):
                check_graph(ahead, program.inputs, len(recorded.parameters), 1)


@pytest.mark.parametrize("executor", EXECUTORS)
@settings(max_examples=60)
@given(drawn=programs(QUARTERS, [row for row in ROWS if row.name not in STEPPED]))
def test_executors_agree_with_the_eager_engine(executor, drawn):
    program, X = drawn
    assume(program.is_tame(X, 100.0))
    agrees(program, X, executor, 1e-9)


@pytest.mark.parametrize("executor", [FloatsRun, *EXECUTORS])
@settings(max_examples=60)
@given(drawn=programs(QUARTERS, [row for row in ROWS if row.name not in STEPPED]), data=st.data())
def test_any_numbers_of_a_program_can_be_returned_in_any_structure(executor, drawn, data):
    """Leaves, constants, inner nodes that other results use, one of them twice; bare, in lists, in nested lists."""
    program, X = drawn
    assume(program.is_tame(X, 100.0))
    picks = data.draw(st.lists(st.integers(0, 40), min_size=4, max_size=4))
    shape = data.draw(st.sampled_from([(4,), (2, 2), (1, 4), (2, 2, 1)]))

    def several(x):
        known = program.known(x)
        chosen = [known[pick % len(known)] for pick in picks]
        return np.array([*chosen[:3], x[0] * 1.0], object).reshape(shape).tolist()

    rows = [np.array(several([Value(number) for number in row]), object).reshape(-1) for row in X]
    expected = np.array([[value.data for value in row] for row in rows]).reshape(len(X), *shape)
    found = record(several, list(X[0]), parameters=program.values, executor=executor)(X)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    if executor == "jax" or any(name == "amax" for name, _ in program.steps):
        return  # XLA takes x + 0.0 for x, and so leaves a sum -0.0; the largest of 0.0 and -0.0 may be either
    exact = found == expected
    np.testing.assert_array_equal(np.signbit(found[exact]), np.signbit(expected[exact]))


SUMS_OF_NEGATIVE_ZEROS = {
    "sum": ["x", "w", "xx", "ww", "xw", "xxx", "www", "xxw", "xww", "xxww"],
    "mean": ["x", "w", "xx", "xw", "xxx", "xxw"],
    "dot": ["wx", "xx", "ww", "wwxx", "wxxx", "xxwx", "wwwxxx", "wwxxxx"],
    "weighted_sum": ["wxx", "wxw", "wwxxx", "wwxxw", "xxxxw", "wwwxxxw"],
}
"""Operands, of which x is the input and w a parameter: sums worked for each sample, once for all, and in parts."""


@pytest.mark.parametrize("executor", [FloatsRun, *EXECUTORS[:-1]])  # XLA takes x + 0.0 for x
@pytest.mark.parametrize("w", [0.0, -0.0, -0.25])
@pytest.mark.parametrize(
    ("name", "operands"), [(name, each) for name, row in SUMS_OF_NEGATIVE_ZEROS.items() for each in row]
)
def test_a_sum_of_negative_zeros_is_zero(name, operands, w, executor):
    weight = Value(w)

    def function(x):
        of_operands = [apply(operation(name), [{"x": x[0], "w": weight}[each] for each in operands])]
        return [*of_operands, x[0] * 1.0]

    X = [[0.0], [-0.0], [0.0]]
    expected = [[value.data for value in function([Value(row[0])])] for row in X]
    found = record(function, [0.0], parameters=[weight], executor=executor)(X)
    np.testing.assert_array_equal(found, expected)
    assert np.signbit(found).tolist() == np.signbit(expected).tolist()


@pytest.mark.parametrize("executor", EXECUTORS)
def test_an_inner_number_that_is_returned_as_well_keeps_its_value(executor):
    def function(x):
        product = x[0] * x[1]
        return [product, product + x[2] * x[3], product]

    found = record(function, [1.0, 2.0, 3.0, 4.0], executor=executor)(np.array([[1.0, 2.0, 3.0, 4.0]]))
    assert found.tolist() == [[2.0, 14.0, 2.0]]


@pytest.mark.parametrize("executor", EXECUTORS)
def test_the_two_zeros_stay_apart(executor):
    found = record(lambda x: [1 / (x * 0.0), 1 / (x * -0.0), x * 0.0, x * -0.0], 1.0, executor=executor)([2.0])
    np.testing.assert_array_equal(found, [[math.inf, -math.inf, 0.0, -0.0]])
    assert np.signbit(found).tolist() == [[False, True, False, True]]


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_branch_that_depends_on_parameters_alone_counts_once_for_every_sample(executor):
    w = Value(3.0)
    program = record(lambda x: w * x if x > 0 else w * w, 1.0, executor=executor)
    X = np.array([2.0, -1.0, -2.0, -3.0])
    assert program.value_and_gradients(X, reduction="sum")[0] == 6.0 + 3 * 9.0
    assert program.value_and_gradients(X, reduction="sum")[1].tolist() == [2.0 + 3 * 6.0]
    assert program.value_and_gradients(X, reduction="mean")[1].tolist() == [20.0 / 4]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize("executor", EXECUTORS)
def test_every_row_agrees_at_the_edges(row, executor):
    """Each row alone, on every pair of awkward numbers: nan and infinities come out as in the eager engine."""
    tiny = 1e-300 if executor == "jax" else 1e-310  # XLA takes subnormal numbers for 0
    numbers = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -3.0, math.inf, -math.inf, math.nan, tiny, 700.0, -700.0]
    arity = row.arity or 4 + (row.name == "weighted_sum")
    X = np.array([[a, b, a, b, a][:arity] for a in numbers for b in numbers])
    program = RandomProgram(arity, [], [])

    def alone(x):
        return apply(row, tuple(x))

    program.__class__ = type("Alone", (RandomProgram,), {"__call__": lambda self, x: alone(x)})
    values, _, by_input = program.eagerly(X)
    recorded = record(alone, list(X[0]), executor=executor)
    found, _, (inputs,) = recorded.value_and_gradients(X, reduction=None, input_gradients=True)
    np.testing.assert_allclose(found, values, rtol=1e-15 * 8, atol=0)
    np.testing.assert_allclose(inputs, by_input, rtol=1e-15 * 16, atol=0)


@pytest.mark.parametrize("samples", [1, 2])
@pytest.mark.parametrize("sizes", [(1, [1]), (1, [3, 1]), (2, [1, 3]), (3, [3, 2])], ids=str)
@pytest.mark.parametrize("executor", EXECUTORS)
def test_zero_times_nan_is_nan_however_few_the_samples(executor, sizes, samples):
    network = MLP(*sizes, activation="tanh", seed=0)
    network.parameters()[0].data = math.nan
    program = record(network, [1.0] * sizes[0], executor=executor)
    expected = [[value.data for value in np.atleast_1d(network([0.0] * sizes[0]))]] * samples
    assert np.isnan(expected).any()
    found = program(np.zeros((samples, sizes[0])))
    np.testing.assert_array_equal(np.isnan(found.reshape(samples, -1)), np.isnan(expected))


@pytest.mark.parametrize("executor", [FloatsRun, "python", "numpy"])
def test_the_largest_of_rows_that_lie_backwards(executor):
    steps = [("log", [0]), *[("add", [0, 0])] * 3, *[("negative", [0])] * 2, ("amax", [5, 0])]
    program = RandomProgram(1, [0.0], steps)
    agrees(program, np.array([[0.25]]), executor, 1e-12)


@pytest.mark.parametrize("function", [functions.mean, functions.softmax, functions.logsumexp])
def test_a_sample_gives_the_same_bits_wherever_it_is_among_others(function):
    rows = np.random.default_rng(0).normal(size=(5, 10))
    program = record(function, rows[0], executor="numpy")
    first = program(rows)
    for samples in (37, 203):  # with rests for which BLAS has loops of their own
        found = program(np.resize(rows, (samples, 10)))
        np.testing.assert_array_equal(found, np.resize(first, found.shape))
