"""What can be recorded, what a program takes, and what it says of what it cannot take."""

import functools
import math
import os
import subprocess
import sys

import numpy as np
import pytest

from tinygrad_notes import MLP, Value, functions
from tinygrad_notes.derivatives.detached import no_grad
from tinygrad_notes.replay import executors, record
from tinygrad_notes.replay.executors.interface import Job
from tinygrad_notes.replay.recording import run_on_values


@pytest.mark.parametrize(
    "X",
    [
        [[1, 2], [3, 4], [5, 6]],
        np.array([[1, 2], [3, 4], [5, 6]], np.float32),
        np.array([[1, 2], [3, 4], [5, 6]], np.int8),
        np.asfortranarray([[1.0, 2], [3, 4], [5, 6]]),
        np.arange(1.0, 13).reshape(6, 2)[::2][[0, 0, 0]] * 0 + [[1, 2], [3, 4], [5, 6]],
        np.array([[2.0, 0, 1], [4, 0, 3], [6, 0, 5]])[:, ::-2],
    ],
)
def test_batches_of_any_real_type_and_layout(X):
    w = Value(3.0)
    program = record(lambda x: w * x[0] - x[1], [0.0, 0.0])
    assert program(X).tolist() == [1.0, 5.0, 9.0]
    assert program(X).dtype == np.float64


@pytest.mark.parametrize("samples", [0, 1, 2])
def test_few_samples(samples):
    network = MLP(3, [4, 2], seed=1)
    X = np.ones((samples, 3))
    assert record(network, X[0] if samples else np.ones(3))(X).shape == (samples, 2)
    loss = record(lambda x: functions.sum(network(x)), np.ones(3), parameters=network.parameters())
    values, gradients, (by_x,) = loss.value_and_gradients(X, reduction=None, input_gradients=True)
    assert (values.shape, gradients.shape, by_x.shape) == ((samples,), (samples, 26), (samples, 3))
    value, gradients = loss.value_and_gradients(X, reduction="sum")
    assert math.isfinite(value) and gradients.shape == (26,)
    assert math.isnan(loss.value_and_gradients(X)[0]) is (samples == 0)


def test_inputs_arrive_as_they_were_given():
    def function(number, row, matrix):
        assert isinstance(number, Value) and isinstance(row, list) and isinstance(matrix, np.ndarray)
        return (matrix @ np.array(row, object)) * number

    program = record(function, 2.0, [1.0, 2.0], np.eye(2))
    assert program([2.0, 3.0], [[1, 2], [3, 4]], np.stack([np.eye(2), np.ones((2, 2))])).tolist() == [[2, 4], [21, 21]]


def test_results_keep_their_shape_and_may_hold_constants():
    program = record(lambda x: [[x, 1.5], [x * x, Value(2.0)]], 1.0)
    assert program([1.0, 3.0]).tolist() == [[[1, 1.5], [1, 2]], [[3, 1.5], [9, 2]]]


def test_parameters_are_read_at_every_call_and_can_be_written():
    w = Value(2.0, label="w")
    program = record(lambda x: w * x, 1.0)
    assert program.parameters[0] is w
    w.data = 5.0
    assert program([2.0]).tolist() == [10.0]
    program.write_parameters([7.0])
    assert w.data == 7.0
    assert program([2.0], parameters=np.array([1.0])).tolist() == [2.0]
    with pytest.raises(ValueError, match=r"has 1 parameter, got an array of \(2,\)"):
        program.write_parameters([1.0, 2.0])


def test_leaves_made_by_the_function_are_constants():
    w = Value(2.0)
    assert record(lambda x: w * x + Value(1.0), 1.0).parameters == [w]


def test_given_parameters_keep_their_order_and_unused_ones_have_gradient_zero():
    a, b, c = Value(1.0), Value(2.0), Value(3.0)
    program = record(lambda x: c * x * a, 1.0, parameters=[a, b])
    assert all(p is q for p, q in zip(program.parameters, [a, b, c], strict=True))
    assert program.value_and_gradients([1.0, 2.0], reduction="sum")[1].tolist() == [9.0, 0.0, 3.0]


def cut_by_no_grad(x):
    with no_grad():
        y = x * 2
    return x * y


W = Value(2.0)


def with_parameters(parameters):
    return lambda: record(lambda x: x * W, 1.0, parameters=parameters)


RECORDINGS = [
    (lambda: record(lambda x: x.data * 2, 1.0), TypeError, r"v.data would stay as it was .* stop_gradient\(v\)"),
    (lambda: record(lambda x: None, 1.0), TypeError, "returned None: did it forget"),
    (lambda: record(lambda x: {"a": x}, 1.0), TypeError, "returns a Value or a list .* not dict"),
    (lambda: record(lambda x: [x, "a"], 1.0), TypeError, "found str"),
    (lambda: record(lambda x: [1.0, 2.0], 1.0), ValueError, "does not depend on any input"),
    (lambda: record(lambda x: [], 1.0), ValueError, "does not depend on any input"),
    (lambda: record(lambda x: [[x], [x, x]], 1.0), TypeError, "ragged|one length"),
    (lambda: record(lambda x: Value(1.0) * 2, 1.0), ValueError, "does not depend on any input"),
    (lambda: record(lambda x: Value(x.data) * 2, 1.0), TypeError, "compute with v itself"),
    (lambda: record(lambda x: x.detach() * x, 1.0), TypeError, r"cut out of the graph .* use stop_gradient\(v\)"),
    (lambda: record(cut_by_no_grad, 1.0), TypeError, r"cut out of the graph by no_grad\(\)"),
    (with_parameters(MLP(1, [1])), TypeError, r"got MLP: write parameters=network.parameters\(\)"),
    (with_parameters(W), TypeError, r"a single one: write parameters=\[v\]"),
    (with_parameters([1.0]), TypeError, r"parameters\[0\] is of type float: a parameter is a Value"),
    (with_parameters([W, W + 1]), ValueError, r"parameters\[1\] is the result of 'add', .* made from numbers"),
    (
        with_parameters([Value(1.0), W, W]),
        ValueError,
        r"parameters\[2\] is the same Value as parameters\[1\]: give each",
    ),
    (lambda: record(lambda x: x[0], np.ma.array([1.0], mask=[True])), TypeError, "masked array, .* under the mask"),
    (lambda: record(lambda: Value(1.0)), ValueError, "needs an example of each input"),
    (lambda: record(Value(1.0), 1.0), TypeError, "takes a function .* not Value"),
    (lambda: record(lambda x: x, Value(1.0)), TypeError, "is a Value, .* pass v.data"),
    (lambda: record(lambda x: x[0], [Value(1.0)]), TypeError, "array of objects"),
    (lambda: record(lambda x: x[0], ["a"]), TypeError, "dtype <U1"),
    (lambda: record(lambda x: x, 1j), TypeError, "takes real numbers"),
    (lambda: record(lambda x: x[0], [[1.0], [1.0, 2.0]]), TypeError, "ragged"),
    (
        lambda: record(lambda x: x, 1.0, executor="fortran"),
        ValueError,
        "unknown executor 'fortran'; choose one of 'python', 'numpy', 'numba', 'jax' or 'auto'",
    ),
]


@pytest.mark.parametrize(("wrong", "error", "message"), RECORDINGS)
def test_what_cannot_be_recorded(wrong, error, message):
    with pytest.raises(error, match=message):
        wrong()


PROGRAM = record(lambda x, y: x[0] * x[1] + y, [1.0, 2.0], 3.0)
CALLS = [
    (lambda: PROGRAM([[1.0, 2.0]]), ValueError, "takes 2 inputs, got 1"),
    (lambda: PROGRAM([[1.0, 2.0]], [1.0, 2.0]), ValueError, r"the same number of samples, got \[1, 2\]"),
    (lambda: PROGRAM([1.0, 2.0], [1.0]), ValueError, r"shape \(samples, 2\), got \(2,\): this is one sample"),
    (lambda: PROGRAM([[1.0, 2.0, 3.0]], [1.0]), ValueError, r"input 0 must have shape \(samples, 2\), got \(1, 3\)"),
    (lambda: PROGRAM([], [1.0]), ValueError, r"an empty batch is np.empty\(\(0, 2\)\)"),
    (lambda: PROGRAM([[1.0, 2.0]], 1.0), ValueError, r"input 1 must have shape \(samples\), got \(\)"),
    (lambda: PROGRAM([[Value(1.0), 2.0]], [1.0]), TypeError, "array of objects.*data_of"),
    (lambda: PROGRAM([["a", "b"]], [1.0]), TypeError, "input 0 has dtype"),
    (
        lambda: PROGRAM(np.ma.array([[1.0, 2.0]], mask=[[0, 1]]), [1.0]),
        TypeError,
        r"input 0 is a masked .*filled\(number\)",
    ),
    (
        lambda: PROGRAM.value_and_gradients([[1.0, 2.0]], [1.0], reduction="max"),
        ValueError,
        "one of 'mean', 'sum', None",
    ),
    (
        lambda: record(lambda x: [x, x], 1.0).value_and_gradients([1.0]),
        ValueError,
        r"returns \(2,\): .* such as a loss",
    ),
]


@pytest.mark.parametrize(("wrong", "error", "message"), CALLS)
def test_what_a_program_cannot_take(wrong, error, message):
    with pytest.raises(error, match=message):
        wrong()


def test_what_is_cut_may_stay_unused_and_stop_gradient_is_replayed():
    def function(x):
        with no_grad():
            _seen = x * 2
        return functions.stop_gradient(x) * x

    program = record(function, 1.0)
    _, _, (by_x,) = program.value_and_gradients([2.0, 3.0], reduction=None, input_gradients=True)
    assert by_x.tolist() == [2.0, 3.0]


def chain(length):
    return lambda x: functools.reduce(lambda y, _: (y * x[0]).sin(), range(length), x[1])


CHOSEN = [
    # function, numbers of an input, whether loops are compiled, executors for 0, 1, 3, 4 and 1,000 samples
    (chain(2), 2, True, "numpy python python numpy numpy"),
    (chain(100), 2, True, "numba numba numba numba numba"),
    (chain(100), 2, False, "numpy python python numpy numpy"),
    (MLP(2, [3, 1], seed=0), 2, True, "numpy python python numpy numpy"),
    (MLP(8, [32, 1], seed=0), 8, True, "numba numba numba numba numba"),
    (MLP(8, [32, 1], seed=0), 8, False, "numpy numpy numpy numpy numpy"),
    (MLP(64, [256, 10], seed=0), 64, True, "numpy numpy numpy numpy numpy"),
]


@pytest.mark.parametrize(("function", "size", "compiled", "chosen"), CHOSEN)
def test_the_executor_is_chosen_by_the_work_and_the_samples(monkeypatch, function, size, compiled, chosen):
    asked = []
    monkeypatch.setattr(executors, "loops_are_compiled", lambda neurons, samples: compiled)
    monkeypatch.setattr(executors, "executor_named", lambda name: lambda job: asked.append(name) or Named(name))
    parameters = []
    graph = run_on_values(function, [np.full(size, 0.5)], parameters)[0]
    run = executors.Automatic(Job(graph, len(parameters), graph.outputs))
    assert [run.for_samples(samples).name for samples in (0, 1, 3, 4, 1000)] == chosen.split()
    assert sorted(asked) == sorted(set(chosen.split()))


class Named(executors.Run):
    def __init__(self, name):
        self.name = name

    def workspace(self, samples):
        raise NotImplementedError


def test_without_numba_no_loops_are_compiled(monkeypatch):
    monkeypatch.setattr(executors, "find_spec", lambda name: None)
    assert not executors.loops_are_compiled(False, 1)


@pytest.mark.extras
@pytest.mark.parametrize("samples", [1, 9])
def test_loops_that_this_process_has_compiled_are_taken(samples):
    from tinygrad_notes.replay.executors.numba import are_compiled

    X = np.linspace(0.1, 0.9, 2 * samples).reshape(samples, 2)
    compiled = record(chain(100), X[0], executor="numba")
    expected = compiled(X)
    are_compiled.cache_clear()
    program = record(chain(100), X[0])
    assert program.executor_for(samples) == compiled.executor_for(samples) == "numba"
    np.testing.assert_array_equal(program(X), expected)


def test_no_call_waits_for_numba_to_compile(tmp_path):
    """In a process that finds no compiled loops, as on a machine where they have not been used."""
    program = (
        "import numpy as np, functools\n"
        "from tinygrad_notes import record\n"
        "p = record(lambda x: functools.reduce(lambda y, _: (y * x[0]).sin(), range(100), x[1]), [0.5, 0.2])\n"
        "print(p(np.ones((1, 2))).shape, p(np.ones((9, 2))).shape, p.executor_for(1), p.executor_for(9))\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stdout == "(1,) (9,) python numpy\n"
    assert not list(tmp_path.rglob("*.nbi"))


@pytest.mark.extras
def test_where_numba_may_not_compile_its_loops_are_not_taken():
    program = (
        "import numpy as np, functools\n"
        "from tinygrad_notes import record\n"
        "f = lambda x: functools.reduce(lambda y, _: (y * x[0]).sin(), range(100), x[1])\n"
        "p = record(f, [0.5, 0.2])\n"
        "print(p(np.ones((9, 2))).shape, p.executor_for(1), p.executor_for(9))\n"
        "record(f, [0.5, 0.2], executor='numba')([[0.5, 0.2]])\n"
    )
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    finished = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True)
    assert finished.stdout == "(9,) python numpy\n"
    assert "executor 'numba' compiles loops, which NUMBA_DISABLE_JIT forbids: unset" in finished.stderr


@pytest.mark.extras
@pytest.mark.parametrize(
    ("sizes", "way"), [((2, [3, 1]), "StepsRun"), ((64, [256, 256, 10]), "NumpyRun"), (None, "NodesRun")]
)
def test_compiled_loops_leave_large_matrices_to_blas(sizes, way):
    from tinygrad_notes.replay.executors.numba import compiled_run

    function = MLP(*sizes, seed=0) if sizes else lambda x: x[0] * x[1] + x[0].sin()
    parameters = []
    graph = run_on_values(function, [np.ones(sizes[0] if sizes else 2)], parameters)[0]
    assert type(compiled_run(Job(graph, len(parameters), graph.outputs))).__name__ == way


@pytest.mark.parametrize("name", ["numba", "jax"])
def test_a_missing_executor_says_what_to_install(monkeypatch, name):
    monkeypatch.setitem(sys.modules, name, None)
    for module in [module for module in sys.modules if module.startswith("tinygrad_notes.replay.executors.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.delitem(sys.modules, "tinygrad_notes.number_systems.compiled_loops", raising=False)
    with pytest.raises(ImportError, match=f"pip install {name}$"):
        record(lambda x: x, 1.0, executor=name)


SCALED = record(lambda x: x * W, 1.0)
GIVEN = [
    (np.array([1.0, 2.0]), ValueError, r"has 1 parameter, got numbers of shape \(2,\): .* order of program.parameters"),
    (np.array([[1.0]]), ValueError, r"got numbers of shape \(1, 1\): give one for each, in one row"),
    (3.0, ValueError, r"got numbers of shape \(\)"),
    (["1"], TypeError, "parameters has dtype <U1, and a program takes real numbers"),
    (np.array([1j]), TypeError, "parameters has dtype complex128"),
    ([W], TypeError, "parameters is an array of objects, .*data_of"),
]


@pytest.mark.parametrize(("given", "error", "message"), GIVEN)
@pytest.mark.parametrize(
    "call",
    [
        lambda given: SCALED([1.0, 2.0], parameters=given),
        lambda given: SCALED.value_and_gradients([1.0, 2.0], parameters=given),
        lambda given: SCALED.on_batch([1.0, 2.0])(given),
    ],
    ids=["call", "value_and_gradients", "on_batch"],
)
def test_numbers_for_the_parameters_that_cannot_be_theirs(call, given, error, message):
    with pytest.raises(error, match=message):
        call(given)


def test_numbers_for_the_parameters_of_any_real_type():
    for given in ([3], (3.0,), np.array([3], np.int8), np.array([3.0], np.float32)):
        assert SCALED([1.0, 2.0], parameters=given).tolist() == [3.0, 6.0]
