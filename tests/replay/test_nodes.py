"""Graphs worked node by node: order, memory, long sums, blocks and threads."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from random_programs import QUARTERS, ROWS, STEPPED, programs
from test_programs import agrees

from tinygrad_notes import MLP, Value, functions
from tinygrad_notes.replay import record
from tinygrad_notes.replay.executors.interface import Job
from tinygrad_notes.replay.graph import INPUT
from tinygrad_notes.replay.recording import run_on_values

pytestmark = pytest.mark.extras

X = np.random.default_rng(0).uniform(0.2, 0.9, (5, 3))


def tangled(x, length=400):
    """Every number depends on a recent and on an old one, in many kinds of operations."""
    numbers = list(x)
    for i in range(length):
        a, b = numbers[-1 - i % 3], numbers[i // 2]
        numbers.append([a * b + 0.5, (a - b).sin(), functions.atan2(a, b + 1.5), (a + 1.25) ** 0.5, a.tanh()][i % 5])
    return functions.sum(numbers[-20:])


def job_of(function, x, **options):
    parameters = []
    graph, _ = run_on_values(function, [x], parameters)
    return Job(graph, len(parameters), graph.outputs, **options)


def eagerly(function, X):
    values, slopes = [], []
    for row in X:
        x = [Value(number) for number in row]
        y = function(x)
        y.backward()
        values.append(y.data)
        slopes.append([value.grad for value in x])
    return np.array(values), np.array(slopes)


def same_as_eager(function, X, executor="numba"):
    found, _, (by_x,) = record(function, X[0].tolist(), executor=executor).value_and_gradients(
        X, reduction=None, input_gradients=True
    )
    values, slopes = eagerly(function, X)
    np.testing.assert_allclose(found, values, rtol=1e-13)
    np.testing.assert_allclose(by_x, slopes, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("way", ["nodes", "steps"])
@settings(max_examples=60)
@given(drawn=programs(QUARTERS, [row for row in ROWS if row.name not in STEPPED]))
def test_both_ways_agree_with_the_eager_engine(way, drawn):
    from tinygrad_notes.replay.executors.nodes.run import NodesRun
    from tinygrad_notes.replay.executors.steps.run import StepsRun

    program, inputs = drawn
    assume(program.is_tame(inputs, 100.0))
    agrees(program, inputs, {"nodes": NodesRun, "steps": StepsRun}[way], 1e-9)


def test_neurons_are_worked_by_matrix_products_and_all_else_node_by_node():
    from tinygrad_notes.replay.executors.nodes.run import NodesRun
    from tinygrad_notes.replay.executors.numba import compiled_run
    from tinygrad_notes.replay.executors.steps.run import StepsRun

    assert isinstance(compiled_run(job_of(MLP(3, [4, 1], seed=0), [0.1, 0.2, 0.3])), StepsRun)
    assert isinstance(compiled_run(job_of(tangled, [0.1, 0.2, 0.3])), NodesRun)


def test_memory_stays_small():
    from tinygrad_notes.replay.executors.nodes.run import NodesRun

    def function(x):
        return tangled(x, 5000)

    job = job_of(function, X[0].tolist(), gradients=True, by_input=True)
    graph, run = job.graph, NodesRun(job)
    kept = graph.codes, graph.starts, graph.operands, graph.leaves, *run.encoded.code, run.encoded.leaves
    assert sum(array.nbytes for array in kept) / len(graph) <= 40
    assert 8 * run.rows / len(job.graph) <= 16


def test_operands_are_worked_before_their_users():
    from tinygrad_notes.replay.executors.nodes.encoding import encoded

    job = job_of(tangled, X[0].tolist())
    code = encoded(job).code
    row = job.inputs + len(encoded(job).leaves)
    at = 0
    for kind, n in code.groups.tolist():
        loaded = code.kinds[kind, 0]
        assert (code.operands[at : at + n * loaded] < row).all()
        row, at = row + n, at + n * loaded
    assert row == len(code.adjoints) and at == len(code.operands)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: functions.sum([*x] * 30),
        lambda x: functions.dot([*x] * 30, [x[0].exp(), x[1], x[0]] * 30),
        lambda x: functions.weighted_sum([x[1], 0.5] * 40, [x[0], x[2]] * 40, x[2] * x[2]),
        lambda x: functions.mean([*x] * 30) * functions.product([*x] * 5),
        lambda x: functions.logsumexp([*x] * 10) + functions.norm([*x] * 10),
    ],
    ids=["sum", "dot", "weighted_sum", "mean and product", "logsumexp and norm"],
)
def test_long_sums_are_summed_in_parts(function):
    same_as_eager(function, X)


def test_long_sums_become_short_ones():
    from tinygrad_notes.replay.executors.nodes.encoding import MOST_TERMS, with_short_sums

    graph = job_of(
        lambda x: functions.sum([*x] * 100) * x[0] + functions.dot([*x] * 9, [*x] * 9), [1.0, 2.0, 3.0]
    ).graph
    short, moved = with_short_sums(graph)
    assert np.diff(short.starts).max() <= 2 * MOST_TERMS
    assert short.outputs == tuple(moved[list(graph.outputs)])
    assert (short.codes[moved] == INPUT).sum() == (graph.codes == INPUT).sum()


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x[1],
        lambda x: x[1] * 0.0 + 3.0,
        lambda x: (Value(2.0) * 3.0) + x[0] * Value(1.0).exp(),
        lambda x: functions.sum(x[0] * (number / 7) for number in range(200)),
        lambda x: x[0] ** 2 + x[0] ** 1 + x[0] ** 0 + functions.where(x[0] > 0.5, x[0], -0.0) * x[1],
        lambda x: functions.stop_gradient(x[0]) * x[0],
    ],
    ids=["an input", "a constant", "of constants", "many numbers", "special numbers", "stop_gradient"],
)
def test_leaves_and_plain_numbers(function):
    same_as_eager(function, X)


def test_an_output_that_no_input_reaches_has_no_gradient():
    w = Value(2.0)
    program = record(lambda x: [x[0] * 2, w.exp(), Value(3.0) * 2], [1.0], executor="numba")
    np.testing.assert_allclose(program([[1.0], [4.0]]), [[2.0, np.exp(2.0), 6.0], [8.0, np.exp(2.0), 6.0]], rtol=1e-15)


@pytest.mark.parametrize(("block_bytes", "thread_work"), [(1, 1), (1, 10**9), (2**26, 1)])
@pytest.mark.parametrize("samples", [0, 1, 2, 8, 61, 300, 520])
def test_blocks_and_threads_change_no_number(monkeypatch, samples, block_bytes, thread_work):
    from tinygrad_notes.replay.executors.nodes import run

    w = Value(0.75)

    def function(x):
        return tangled([*x, w]) + functions.sum([v * v - v / w for v in x])  # an operand twice in a node and in a group

    batch = np.random.default_rng(samples).uniform(0.2, 0.9, (samples, 3))
    expected = record(function, X[0].tolist()).value_and_gradients(batch, reduction="sum", input_gradients=True)
    monkeypatch.setattr(run, "BLOCK_BYTES", block_bytes)
    monkeypatch.setattr(run, "NEAR_BYTES", block_bytes)
    monkeypatch.setattr(run, "THREAD_WORK", thread_work)
    program = record(function, X[0].tolist(), executor="numba")
    for _ in range(2):  # the second call finds the memory that the first has left
        found = program.value_and_gradients(batch, reduction="sum", input_gradients=True)
        np.testing.assert_allclose(found[0], expected[0], rtol=1e-13)
        np.testing.assert_allclose(found[1], expected[1], rtol=1e-11)
        np.testing.assert_allclose(found[2][0], expected[2][0], rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: functions.maximum(x[0], x[1]) - functions.minimum(x[1], x[2]),
        lambda x: functions.hypot(x[0], x[1]) * functions.atan2(x[1], x[2]),
        lambda x: functions.where(functions.greater(x[0], x[1]), x[0], functions.where(x[1], x[2], x[0])),
    ],
    ids=["maximum", "hypot and atan2", "where"],
)
def test_a_choice_is_worked_together_with_its_comparison(function):
    from tinygrad_notes.number_systems.compiled_loops import EQUAL, GREATER, LESS
    from tinygrad_notes.replay.executors.nodes.encoding import encoded
    from tinygrad_notes.replay.executors.nodes.routines import WHERE_LESS

    kinds = encoded(job_of(function, X[0].tolist(), gradients=True, by_input=True)).code
    derivatives = np.concatenate([kinds.instructions[start:stop, 0] for _, _, start, stop in kinds.kinds.tolist()])
    assert not np.isin([EQUAL, GREATER, LESS], derivatives).any()
    assert (derivatives >= WHERE_LESS).any()
    same_as_eager(function, np.vstack([X, X[:, ::-1], X.round()]))


def test_adjoints_have_rows_of_their_own_where_nodes_are_taken_together():
    from tinygrad_notes.replay.executors.nodes.order import NONE
    from tinygrad_notes.replay.executors.nodes.run import LANES, NodesRun

    run = NodesRun(job_of(tangled, X[0].tolist(), gradients=True, by_input=True))
    few, many = run.encoded_for(LANES // 2), run.encoded_for(LANES // 2 + 1)
    rows = np.arange(len(few.code.adjoints))
    has_one = many.code.adjoints != NONE
    np.testing.assert_array_equal(few.code.adjoints, np.where(has_one, rows, NONE))
    assert few.seed == few.outputs[0]
    assert many.adjoint_rows < len(rows) // 2


@pytest.mark.parametrize("samples", [1, 8, 256])
def test_rows_begin_where_lines_of_the_cache_do(samples):
    from tinygrad_notes.replay.executors.nodes.run import NodesRun

    memory = NodesRun(job_of(tangled, X[0].tolist(), gradients=True)).memory(samples)
    assert memory.numbers.ctypes.data % 64 == 0
    assert not (memory.homes[1:] - memory.homes[:-1]).max() % 8
