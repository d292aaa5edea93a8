"""Plain numbers beside Values: their nodes, made when somebody looks, are those that the table would have made."""

import copy
import math
import operator
import pickle
from threading import Barrier, Thread

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tinygrad_notes import Value, record
from tinygrad_notes.number_systems import floats
from tinygrad_notes.operations import ADD, CONSTANT, DIVIDE, MULTIPLY, POW, SUBTRACT
from tinygrad_notes.value import UNWRITTEN

any_float = st.floats(allow_nan=True, allow_infinity=True)
plain = any_float | st.integers(-12, 12) | st.sampled_from([0.5, -0.5, 1.5, 2.0, 3.0, -1.0, 2**60 + 1])
LEFT = [(operator.add, ADD), (operator.sub, SUBTRACT), (operator.mul, MULTIPLY), (operator.truediv, DIVIDE)]
RIGHT = [*LEFT, (operator.pow, POW)]


def bits(number):
    return math.isnan(number) or (number, math.copysign(1.0, number))


def check_by_table(node, row, numbers):
    value, derivatives = row.read(floats)
    out = value(*numbers)
    slopes = derivatives(*numbers, out)
    by_left, by_right = slopes
    assert bits(node.data) == bits(out)
    node._grad = 0.5  # as a pass leaves it
    written = [operand for operand in node.operands if operand.operation is CONSTANT]
    assert [bits(operand.data) for operand in node.operands] == [bits(number) for number in numbers]
    assert [bits(slope) for slope in node.local_derivatives] == [bits(by_left), bits(by_right)]
    assert [slope.__class__ for slope in node.local_derivatives] == [slope.__class__ for slope in slopes]
    assert bits(written[0].grad) == bits(0.5 * (by_right if written[0] is node.operands[1] else by_left))


@pytest.mark.parametrize(("operate", "row"), RIGHT)
@given(a=any_float | st.integers(-3, 3).map(float), b=plain)
@example(a=-0.0, b=3)
@example(a=0.0, b=-1)
@example(a=1e200, b=2)
@example(a=-1e-200, b=2)
@example(a=-1e-200, b=3.0)
@example(a=-8.0, b=1 / 3)
@example(a=-2.0, b=0)
@example(a=0.0, b=0)
@example(a=1e200, b=1e-200)
def test_a_number_on_the_right_is_as_the_table_has_it(operate, row, a, b):
    check_by_table(operate(Value(a), b), row, (a, float(b)))


@pytest.mark.parametrize(("operate", "row"), LEFT)
@given(a=any_float, b=plain)
@example(a=0.0, b=1)
@example(a=1e-200, b=1e200)
@example(a=math.inf, b=1.0)
def test_a_number_on_the_left_is_as_the_table_has_it(operate, row, a, b):
    check_by_table(operate(b, Value(a)), row, (float(b), a))


def looked_at(root):
    below = [root]
    for node in below:
        below += node.operands
    return below


def graph():
    x = Value(1.5, label="x")
    return x, (2 - x * 3) ** 2 + 1.0 * x**-1


def test_gradients_are_the_same_whoever_has_looked_before():
    (x, unseen), (z, seen) = graph(), graph()
    looked_at(seen)
    for root in (unseen, seen):
        root.backward()
    assert x.grad == z.grad
    assert [bits(node.grad) for node in looked_at(unseen)] == [bits(node.grad) for node in looked_at(seen)]
    for root in (unseen, seen):
        root.backward()
    assert [bits(node.grad) for node in looked_at(unseen)] == [bits(node.grad) for node in looked_at(seen)]


def test_a_number_that_nobody_looked_at_adds_up_over_passes():
    (_, unseen), (_, seen) = graph(), graph()
    looked_at(seen)
    found = []
    for root in (unseen, seen):
        further = root * 2 - 0.5
        for top, seed in ((root, 1.0), (further, -3.0), (further, 0.25), (root, 2.0)):
            top.backward(seed)
        found.append([(node.data, bits(node.grad)) for node in looked_at(further)])
    assert found[0] == found[1]
    x = Value(3.0)
    y = x * 2
    y.backward()
    y.backward(5.0)
    assert y.operands[1].grad == 18.0


def test_a_number_has_one_node_that_is_nobody_elses():
    x = Value(3.0)
    a, b = x * 2, x * 2
    first = a.operands[1]
    assert a.operands[1] is first
    assert b.operands[1] is not first
    first.label = "two"
    assert a.operands[1].label == "two"
    assert UNWRITTEN not in looked_at(a + b)


@pytest.mark.parametrize("again", [copy.deepcopy, lambda root: pickle.loads(pickle.dumps(root))])
def test_copies_and_pickles_have_the_nodes(again):
    _, root = graph()
    root.backward()

    def told(root):
        return [
            (node.data, bits(node.grad), node.operation, *map(bits, node.local_derivatives)) for node in looked_at(root)
        ]

    assert told(again(root)) == told(root)


def test_the_base_as_it_was_counts_for_the_slope_by_the_exponent():
    x = Value(2.0)
    y = x**3
    x.data = 5.0
    assert y.local_derivatives == (12.0, 8.0 * math.log(2.0))


def test_what_was_computed_before_recording_is_a_number_there():
    x = Value(3.0)
    before = x * 2 - 1
    program = record(lambda t: t * before + (1 - t) ** 2, 1.0, parameters=[x])
    assert program([0.0, 2.0]).tolist() == [1.0, 11.0]
    assert program.value_and_gradients([2.0])[1].tolist() == [4.0]


def test_threads_that_look_at_once_find_one_node():
    node, start, found = Value(3.0) * 2, Barrier(8), []

    def look():
        start.wait()
        found.append(node.operands[1])

    threads = [Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(operand) for operand in found}) == 1
