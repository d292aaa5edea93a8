"""Comparisons on Values become guards: a program never takes the wrong branch."""

import itertools
import math
import sys
from operator import ge, le
from threading import Barrier, Thread

import numpy as np
import pytest
from every_executor import EXECUTORS
from hypothesis import given, settings
from hypothesis import strategies as st

from tinygrad_notes import Value, functions
from tinygrad_notes.number_systems import numpy_arrays
from tinygrad_notes.replay import BranchError, record


def eagerly(function, X):
    return np.array([function(*map(Value, row)).data for row in X])


def absolute(x, y):
    return x * y if x > y else y - x


def nested(x, y):
    if x <= 0:
        if y:
            return x.exp()
        return x - 1
    while y < 2:
        y = y * 2 + x
    return y * x


def three_ways(x, y):
    if x == y:
        return x
    if x != 0 and y >= 1:
        return functions.hypot(x, y)
    return y.sin() + x


@pytest.mark.parametrize("function", [absolute, nested, three_ways])
@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=1, max_size=12))
def test_every_sample_takes_its_own_branch(function, pairs):
    X = np.array(pairs, float) / 2
    if function is nested:
        X[:, 1] = np.where(X[:, 0] > 0, np.abs(X[:, 1]), X[:, 1])
    program = record(function, *X[0])
    np.testing.assert_allclose(program(*X.T), eagerly(function, X), rtol=1e-14)
    _, _, (by_x, by_y) = program.value_and_gradients(*X.T, reduction=None, input_gradients=True)
    for row, *found in zip(X, by_x, by_y):
        x, y = map(Value, row)
        function(x, y).backward()
        np.testing.assert_allclose(found, [x.grad, y.grad], rtol=1e-14)


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("samples", [1, 2, 300])
def test_a_constant_branch_has_no_slope(executor, samples):
    """Among many samples and alone, which compiled loops work apart."""
    w = Value(0.5)
    program = record(lambda x: max(2.0, w * x), 10.0, executor=executor)
    X = np.ones(samples)
    for reduction, by_w in ((None, np.zeros((samples, 1))), ("sum", [0.0]), ("mean", [0.0])):
        values, found, (by_x,) = program.value_and_gradients(X, reduction=reduction, input_gradients=True)
        assert np.all(values == (2.0 * samples if reduction == "sum" else 2.0))
        np.testing.assert_array_equal(found, by_w)
        np.testing.assert_array_equal(by_x, np.zeros(samples))
    value, by_w, (by_x,) = program.on_sample().value_and_gradients(1.0)
    assert (value, by_w.tolist(), float(by_x)) == (2.0, [0.0], 0.0)
    assert program.on_batch(X)(np.array([0.5]))[1].tolist() == [0.0]
    mixed = program.value_and_gradients([*X, 10.0], reduction=None, input_gradients=True)
    assert mixed[1][:, 0].tolist() == [0.0] * samples + [10.0] and mixed[2][0].tolist() == [0.0] * samples + [0.5]


def test_nan_takes_the_branch_that_it_takes_eagerly():
    program = record(absolute, 1.0, 0.0)
    np.testing.assert_array_equal(program([np.nan, 1.0], [0.0, np.nan]), [np.nan, np.nan])
    chosen = record(lambda x: Value(1.0) * (x * 0 + 1) if x < 1 else x * 0 + 2.0 if x >= 1 else Value(3.0) + 0 * w, 0.0)
    assert chosen([0.0, 1.0, np.nan]).tolist() == [1.0, 2.0, 3.0]


w = Value(1.0)


def test_a_branch_on_a_parameter_follows_the_parameter():
    p = Value(1.0)
    program = record(lambda x: x * p if p > 0 else x - p, 1.0)
    assert program([1.0, 2.0]).tolist() == [1.0, 2.0]
    p.data = -3.0
    assert program([1.0, 2.0]).tolist() == [4.0, 5.0]
    assert program([1.0], parameters=np.array([2.0])).tolist() == [2.0]
    assert p.data == -3.0
    assert len(program.branches.recorded) == 2


def test_a_parameter_of_a_later_branch_joins_the_list():
    a, b = Value(2.0), Value(3.0)
    program = record(lambda x: x * a if x > 0 else x * b, 1.0)
    assert program.parameters == [a]
    value, gradients = program.value_and_gradients([1.0, -1.0, -5.0], reduction="sum")
    assert (value, gradients.tolist()) == (2.0 - 18.0, [1.0, -6.0])
    assert program.parameters == [a, b]


def test_too_many_branches_name_the_line_and_the_remedy():
    def counts(x):
        steps = 0
        while x > steps:  # the line
            steps += 1
        return x * steps

    program = record(counts, 1.0, max_branches=5)
    assert program([3.0, 2.0]).tolist() == [9.0, 4.0]
    with pytest.raises(
        BranchError, match=r"more than 5 paths .* test_guards\.py:\d+.*where\(greater\(x, y\), a, b\).*max_branches"
    ):
        program(np.arange(20.0))


def test_every_branch_must_return_the_same_shape():
    program = record(lambda x: [x, x] if x > 0 else x, 1.0)
    with pytest.raises(BranchError, match=r"returns shape \(\), before it \(2,\)"):
        program([-1.0])


def test_guards_are_described_with_their_line():
    assert "guard at test_guards.py:" in record(absolute, 1.0, 0.0).describe()


@pytest.mark.parametrize(("relation", "away", "rounded"), [(ge, 9.0, -9.0), (le, -9.0, 9.0)])
def test_a_sample_on_a_knot_takes_the_branch_that_it_takes_eagerly(monkeypatch, relation, away, rounded):
    """Where an executor rounds otherwise than the eager engine, no way that is held looks like the sample's own."""
    knot = math.tanh(0.6)

    def function(x):
        return x * 2 if relation(x.tanh(), knot) else x * 3

    exactly = np.vectorize(math.tanh, [float])
    monkeypatch.setattr(numpy_arrays, "tanh", lambda x, out: np.nextafter(exactly(x), rounded, out))
    program = record(function, away, max_branches=2)
    for samples in ([0.6], [0.6, away, 0.6]):
        assert program(samples).tolist() == eagerly(function, np.array(samples)[:, None]).tolist()
        assert len(program.branches.recorded) == 1
    assert program([-away, 0.6]).tolist()[0] == -3 * away
    assert len(program.branches.recorded) == 2


def test_threads_that_record_branches_with_numbers_of_their_own_do_not_meet():
    w, offsets = Value(2.0), [Value(float(i)) for i in range(6)]

    def function(x):
        for i, offset in enumerate(offsets):
            if x < i + 1:
                return x * w + offset
        return x * w

    X = np.linspace(0, 7, 29)
    expected = X * 2 + np.where(X < 6, np.floor(X), 0)
    wrong = []

    def call(program, start, numbers, expected):
        start.wait()
        found = program(X, parameters=numbers)
        if not np.allclose(found, expected):
            wrong.append((numbers, found))

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(12):
            program, start = record(function, 0.5), Barrier(2)
            cases = [(None, expected), (np.array([3.0]), expected + X)]
            threads = [Thread(target=call, args=(program, start, *case)) for case in cases]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert not wrong
            assert [w.data, *(offset.data for offset in offsets)] == [2.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
            assert len(program.branches.recorded) == 7
    finally:
        sys.setswitchinterval(before)


PLACES = {  # what depends on the order of an array's elements
    "argmax": lambda x: np.sum(x) * np.argmax(x),
    "argmin": lambda x: np.sum(x) * np.argmin(x),
    "its method": lambda x: x[x.argmax()] * (1.0 + x.argmax()),
    "nanargmax": lambda x: np.sum(x) * np.nanargmax(x),
    "argsort": lambda x: np.sum(x * np.argsort(x)),
    "argsort from the largest": lambda x: np.sum(x) * np.argsort(-x)[0],
    "argpartition": lambda x: np.sum(x) * np.argpartition(x, 0)[0],
    "index": lambda x: np.sum(x) * list(x).index(max(x)),
    "the best of a range": lambda x: np.sum(x) * max(range(3), key=lambda k: x[k]),
    "searchsorted": lambda x: np.sum(x) * np.searchsorted(np.sort(x), 1.0),
    "nonzero": lambda x: np.sum(x) * len(np.nonzero(x)[0]),
    "a mask": lambda x: np.sum(x[x >= 1.0]),
    "count": lambda x: np.sum(x) * np.count_nonzero(x > 1.0),
    "median": np.median,
}


@pytest.mark.parametrize("f", PLACES.values(), ids=PLACES)
def test_a_recorded_place_is_numpys_at_ties_too(f) -> None:
    samples = np.array(list(itertools.product([0.0, 1.0, 2.0], repeat=3)))
    wanted = [float(f(sample)) for sample in samples]
    for start in ([0.0, 1.0, 2.0], [2.0, 1.0, 0.0], [1.0, 2.0, 1.0]):
        program = record(lambda x: f(x) * 1.0 + 0.0 * np.sum(x), np.array(start))
        assert program(samples).tolist() == wanted
