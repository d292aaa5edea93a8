"""Programs as ONNX models, run by onnxruntime in double precision."""

import numpy as np
import onnxruntime
import pytest
from exchanged import ROWS, Exchanged, at_edges, worst

from tinygrad_notes import MLP, Value, functions, record
from tinygrad_notes.errors import ExchangeError
from tinygrad_notes.exchange.onnx import _uses
from tinygrad_notes.exchange.onnx_functions import COLUMN, REFUSED
from tinygrad_notes.number_systems import floats
from tinygrad_notes.operations import TABLE
from tinygrad_notes.value import apply

pytestmark = pytest.mark.extras
HELD = [row for row in ROWS if not any(_uses(row, function) for function in REFUSED)]


def run(program, *inputs):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(program.to_onnx(), options)
    return session.run(None, {f"x{k}": np.array(x, float) for k, x in enumerate(inputs)})[0]


def test_every_function_is_written_in_onnx_or_refused():
    assert COLUMN.keys() | REFUSED.keys() == floats.ELEMENTWISE
    assert not COLUMN.keys() & REFUSED.keys()


@pytest.mark.parametrize("row", [row for row in ROWS if row not in HELD], ids=lambda row: row.name)
def test_what_onnxruntime_has_in_single_precision_alone_is_refused_by_name(row):
    program = record(lambda x: apply(row, (x, x * 0.5)[: row.arity]), 0.5)
    with pytest.raises(ExchangeError, match=f"the program uses '{row.name}'.*take .*to_c"):
        program.to_onnx()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_values_of_random_programs_are_those_of_the_eager_engine(seed):
    exchanged = Exchanged(seed, HELD)
    assert worst(run(exchanged.program, exchanged.x[None])[0], exchanged.eagerly()[0]) < 1e-12


@pytest.mark.slow
def test_at_every_edge_the_values_are_the_tables():
    for (name, _), cases in at_edges({row.name for row in HELD}).items():
        program = record(lambda *x, name=name: apply(TABLE[name], x), *cases[0].operands)
        found = run(program, *zip(*(case.operands for case in cases)))
        np.testing.assert_allclose(found, [case.value for case in cases], rtol=1e-13, err_msg=name)


def test_small_and_large_numbers_keep_their_digits():
    X = np.array(
        [[x] for size in (1e-300, 1e-20, 1e-9, 1e-4, 0.3, 0.9, 7.0, 30.0, 300.0, 1e200) for x in (size, -size)]
    )
    names = ["log1p", "expm1", "sinh", "cosh", "tanh", "asinh", "atanh", "acosh", "sigmoid", "softplus", "cbrt", "log2"]
    program = record(lambda x: [apply(TABLE[name], (x[0],)) for name in names], [0.5])
    expected = [[apply(TABLE[name], (Value(x),)).data for name in names] for [x] in X.tolist()]
    np.testing.assert_allclose(run(program, X), expected, rtol=4e-15)


def test_networks_with_any_shape_of_result(tmp_path):
    network = MLP(3, [5, 4], activation=["relu", "softmax"], seed=1)
    X = np.random.default_rng(0).normal(size=(7, 3))
    program = record(network, X[0], parameters=network.parameters())
    assert worst(run(program, X), program(X)) < 1e-14
    model = program.to_onnx(tmp_path / "network.onnx")
    assert (tmp_path / "network.onnx").read_bytes() == model
    table = record(lambda x, y: [[x[0] * y, 1.0], [functions.exp(x[1]), y - x[1]]], [1.0, 2.0], 3.0)
    assert worst(run(table, X[:, :2], X[:, 2]), table(X[:, :2], X[:, 2])) < 1e-15
    beside_nothing = record(lambda x, none: x * x, 1.0, [])
    assert worst(run(beside_nothing, X[:, 0], np.zeros((7, 0))), X[:, 0] ** 2) == 0.0


def test_comparisons_are_refused():
    with pytest.raises(ExchangeError, match="an ONNX model takes one path"):
        record(lambda x: x * 2 if x > 0 else x, 1.0).to_onnx()
