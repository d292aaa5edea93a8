"""What is not picked does not matter, for derivatives of every order and in every mode."""

import copy
import math
import pickle

import numpy as np
import pytest
from picked_cases import CASES, NOT_PICKED

from tinygrad_notes import (
    AnomalyError,
    Value,
    detect_anomaly,
    functions,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    record,
    vjp,
)
from tinygrad_notes.derivatives.checking import check_gradients
from tinygrad_notes.keeping import graph_from_json, graph_to_json
from tinygrad_notes.operations import TABLE
from tinygrad_notes.passes import forward_sweep, topological_order
from tinygrad_notes.picking import NOTHING

EXECUTORS = [
    "numpy",
    pytest.param("numba", marks=pytest.mark.extras),
    pytest.param("jax", marks=[pytest.mark.extras, pytest.mark.slow]),
]


@pytest.mark.parametrize(("f", "at", "slope"), CASES)
def test_every_mode_gives_the_slope_of_what_is_picked(f, at: float, slope: float) -> None:
    x = Value(at)
    y = f(x)
    y.backward()
    order = topological_order(y)
    found = {
        "backward": x.grad,
        "gradients": gradients(y, x).data,
        "grad": grad(f)(at),
        "vjp": vjp(f, at)[1](1.0)[0],
        "jvp": jvp(f, (at,), (1.0,))[1],
        "jacobian": jacobian(f)(at),
        "forward sweep": forward_sweep(order, {x: 1.0})[y],
        "many rows": np.array(jacobian(lambda xs: [f(xs[0]) + 0.0 * xs[k] for k in range(9)])([at] * 9))[0, 0],
    }
    assert found == dict.fromkeys(found, pytest.approx(slope, rel=1e-15))


@pytest.mark.parametrize(("f", "at", "slope"), CASES)
def test_second_derivatives_are_those_of_what_is_picked(f, at: float, slope: float) -> None:
    curvature = {0: 2.0}.get([case[0] for case in CASES].index(f), 0.0)
    assert hessian(f)(at) == hvp(f, (at,), (1.0,)) == curvature
    assert grad(grad(grad(f)))(at) == {0: 0.0, 19: -1.0}.get([case[0] for case in CASES].index(f), 0.0)


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize(("f", "at", "slope"), CASES)
def test_replay_gives_the_slope_of_what_is_picked(f, at: float, slope: float, executor: str) -> None:
    w = Value(1.0)
    program = record(lambda x: f(w * x), 2.5, parameters=[w], executor=executor)
    X = np.array([2.5, at, 2.5])
    _, by_w, (by_x,) = program.value_and_gradients(X, reduction=None, input_gradients=True)
    usual = grad(f)(2.5)
    assert by_x.tolist() == pytest.approx([usual, slope, usual], rel=1e-12)
    assert by_w[:, 0].tolist() == pytest.approx([2.5 * usual, at * slope, 2.5 * usual], rel=1e-12)
    whole = 5.0 * usual + at * slope
    assert program.value_and_gradients(X, reduction="sum")[1].tolist() == pytest.approx([whole], rel=1e-12)
    with np.errstate(all="ignore"):
        _, by_step = program.on_batch(X, reduction="sum")(np.array([1.0]))
    assert by_step.tolist() == pytest.approx([whole], rel=1e-12)


@pytest.mark.parametrize(("f", "at", "slope"), NOT_PICKED)
def test_checks_find_nothing_wrong(f, at: float, slope: float) -> None:
    check_gradients(f, [at])


TRUE_PRODUCTS = [  # 0 · ∞, where nothing is picked
    (lambda x: 0.0 * functions.sqrt(x), 0.0),
    (lambda x: 1.0 / (1.0 / x), 0.0),
    (lambda x: functions.abs(functions.sqrt(x)), 0.0),
    (lambda x: functions.square(functions.sqrt(x)), 0.0),
    (lambda x: functions.where(1.0, 0.0 * functions.sqrt(x), x), 0.0),
    (lambda x: functions.relu(functions.sqrt(x) * 0.0 + 1.0), 0.0),
    (lambda x: functions.maximum(functions.log(x - 5.0), 0.5), 0.0),  # max(nan, ½) is nan itself
]


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize(("f", "at"), TRUE_PRODUCTS)
def test_zero_times_infinity_elsewhere_is_nan(f, at: float, executor: str) -> None:
    x = Value(at)
    y = f(x)
    y.backward()
    by_replay = record(f, 6.0, executor=executor).value_and_gradients([at], reduction=None, input_gradients=True)[2][0]
    slopes = [x.grad, gradients(y, x).data, grad(f)(at), jvp(f, (at,), (1.0,))[1], jacobian(f)(at), by_replay[0]]
    assert all(map(math.isnan, slopes)), slopes


def test_what_does_not_move_and_what_has_no_weight_do_not_matter() -> None:
    assert jvp(lambda x, y: x + functions.sqrt(y), (1.0, 0.0), (2.0, 0.0))[1] == 2.0
    assert jvp(lambda x, y: x * functions.log(y), (1.0, 0.0), (0.0, 1.0))[1] == math.inf
    assert vjp(lambda x: [2.0 * x, functions.sqrt(x)], 0.0)[1]([1.0, 0.0]) == (2.0,)


def test_a_gradient_beyond_the_largest_float_is_infinite() -> None:
    assert (
        grad(functions.exp)(800.0)
        == grad(lambda x: 2.0 * functions.exp(x))(800.0)
        == jvp(functions.exp, (800.0,), (3.0,))[1]
        == math.inf
    )
    x = Value(800.0)
    functions.exp(x).backward()
    assert x.grad == math.inf
    assert math.isnan(grad(lambda x: functions.exp(x) - functions.exp(x))(800.0))


SOFT = [  # an infinite result, and what stays finite in its place
    (lambda x: functions.log(1.0 + functions.exp(x)), functions.softplus),
    (lambda x: functions.log(functions.exp(x) + functions.exp(0.5 * x)), lambda x: functions.logsumexp([x, 0.5 * x])),
    (lambda x: functions.sqrt(functions.exp(2.0 * x)), None),
]


@pytest.mark.parametrize(("f", "better"), SOFT)
def test_an_overflowed_result_has_no_slope_left_and_an_anomaly_says_so(f, better) -> None:
    x = Value(800.0)
    y = f(x)
    y.backward()
    by_replay = record(f, 1.0).value_and_gradients([800.0], reduction=None, input_gradients=True)[2][0]
    assert y.data == math.inf
    assert [x.grad, grad(f)(800.0), jvp(f, (800.0,), (1.0,))[1], by_replay[0]] == [0.0] * 4
    with pytest.raises(AnomalyError, match=r"exp gave inf(.|\n)*softplus"), detect_anomaly():
        f(Value(800.0)).backward()
    if better is not None:
        assert (better(800.0), grad(better)(800.0)) == (800.0, 1.0)


def test_a_structural_zero_survives_copies_and_files() -> None:
    x = Value(0.0, "x")
    y = functions.relu(functions.log(x))
    assert y.local_derivatives == (0.0,) and y.local_derivatives[0] is NOTHING
    for again in (copy.deepcopy(y), pickle.loads(pickle.dumps(y)), graph_from_json(graph_to_json(y))[0]):
        again.backward()
        (leaf,) = [node for node in topological_order(again) if node.label == "x"]
        assert leaf.grad == 0.0


def test_a_recorded_gradient_takes_the_branch_of_each_sample() -> None:
    slope = record(lambda x: gradients(functions.relu(x * x - 1.0) + functions.maximum(x, 0.5), x), 2.0)
    assert slope([2.0, 0.25, -3.0]).tolist() == [5.0, 0.0, -6.0]


@pytest.mark.parametrize("name", [row.name for row in TABLE.values() if row.picks])
def test_every_row_that_picks_is_among_the_cases(name: str) -> None:
    used = {node.operation.name for f, at, _ in CASES for node in topological_order(f(Value(at))) if node.operation}
    assert name in used
