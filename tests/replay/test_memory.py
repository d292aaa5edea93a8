"""Where the numbers of a plan are kept: rows are used again, and never while something needs them."""

import numpy as np
import pytest
from hypothesis import given, settings
from random_programs import QUARTERS, programs

from tinygrad_notes import MLP, Value, functions
from tinygrad_notes.replay import record
from tinygrad_notes.replay.executors.memory import IN_PLACE, Places, aligned, strides
from tinygrad_notes.replay.plan import Rows


def plans(program):
    branch, parameters = program.branches.recorded[0], len(program.parameters)
    yield branch.value_plan(parameters)
    for summed in (False, True):
        yield branch.gradient_plan(parameters, summed=summed, by_input=True)


def work(plan):
    """Goes through the steps with, in place of each number, the slot that it belongs to."""
    places = Places(plan)
    held = np.full(places.rows, -1)
    held[places.varying[: plan.inputs]] = np.arange(plan.inputs)
    for step in plan.each:
        for rows in step.operands:
            if rows.varying:
                np.testing.assert_array_equal(held[places.of(rows)], rows.slots)
        if step.out.varying:
            out = places.of(step.out)
            assert len(np.unique(out)) == out.size
            for read in [places.of(rows) for rows in step.operands if rows.varying]:
                if np.isin(read, out).any():
                    assert step.name in IN_PLACE
                    np.testing.assert_array_equal(read, out)
            held[out] = step.out.slots
    for wanted in (plan.outputs, plan.parameter_gradients, plan.input_gradients):
        slots = wanted[wanted >= 0]
        np.testing.assert_array_equal(held[places.varying[slots]], slots)
    np.testing.assert_array_equal(places.varying[: plan.inputs], np.arange(plan.inputs))
    return places


@settings(max_examples=60)
@given(programs(QUARTERS))
def test_what_a_step_reads_is_there_still(drawn):
    program, X = drawn

    def several(x):
        return functions.sum(program([number * share for number in x]) for share in (1.0, 0.5, 0.25))

    for plan in plans(record(several, list(X[0]), parameters=program.values)):
        work(plan)


def test_elementwise_steps_follow_each_other_in_place():
    places = work(next(plans(record(lambda x: (x.exp().tanh() * 3.0).cos().arctan() + 1.0, 0.5))))
    assert places.rows == 2


@pytest.mark.parametrize("layers", [2, 20])
def test_values_of_a_deep_network_take_two_layers_of_rows(layers):
    network = MLP(8, [8] * layers, activation="tanh")
    places = work(next(plans(record(network, [0.1] * 8, parameters=network.parameters()))))
    assert places.rows == 8 + 2 * 8


def test_gradients_lie_in_the_order_of_the_parameters():
    network = MLP(3, [4, 5, 1], activation="tanh")
    program = record(lambda x: network(x) ** 2, [0.1, 0.2, 0.3], parameters=network.parameters())
    plan = program.branches.recorded[0].gradient_plan(len(program.parameters))
    assert strides(work(plan).of(Rows(False, -1 - plan.parameter_gradients))) == (1,)


def test_one_derivative_for_two_parameters_is_found_twice():
    w, b = Value(0.5), Value(2.0)
    program = record(lambda x: (w + b) * x, 2.0, parameters=[w, b])
    assert program.value_and_gradients([1.0, 3.0], reduction="sum")[1].tolist() == [4.0, 4.0]


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([3, 4, 5], (1,)),
        ([5, 3, 1], (-2,)),
        ([3, 4, 6], None),
        ([[0, 1], [4, 5]], (4, 1)),
        ([[0, 1], [4, 6]], None),
        ([[7, 9]], (2, 2)),
    ],
)
def test_strides(places, expected):
    assert strides(np.array(places)) == expected


@pytest.mark.parametrize("shape", [(0,), (1,), (13,), (5, 3), (3, 0)])
def test_aligned_numbers_begin_where_a_line_of_the_cache_does(shape):
    for _ in range(20):
        numbers = aligned(*shape)
        assert numbers.shape == shape and not numbers.any() and numbers.flags.c_contiguous
        assert numbers.ctypes.data % 64 == 0 or not numbers.size
