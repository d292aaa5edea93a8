"""Workspaces are used again, never by two at once, and not kept for sizes that have gone."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tinygrad_notes import MLP
from tinygrad_notes.replay import record
from tinygrad_notes.replay.executors.interface import Pool, Run


class Counted(Run):
    """A run that notes the workspaces asked of it; each gives its inputs' sums and says when it is disturbed."""

    def __init__(self):
        self.sizes = []

    def workspace(self, samples):
        self.sizes.append(samples)
        return Busy()


class Busy:
    def __init__(self):
        self._lock = threading.Lock()

    def load(self, inputs):
        self._total = inputs[0].sum()
        assert self._lock.acquire(blocking=False), "lent to two at once"

    def __call__(self, parameters):
        self._lock.release()
        return parameters * self._total, None, None


def call(pool, samples):
    return pool(np.ones(1), [np.ones((samples, 1))], samples)[0][0]


def test_a_size_met_before_finds_its_workspace():
    run = Counted()
    pool = Pool(run)
    assert [call(pool, samples) for samples in (4, 3, 4, 3, 3)] == [4, 3, 4, 3, 3]
    assert run.sizes == [4, 3]


def test_of_many_sizes_only_the_last_are_kept():
    run = Counted()
    pool = Pool(run)
    for samples in (1, 2, 3, 3, 1):
        call(pool, samples)
    assert run.sizes == [1, 2, 3, 1]


def test_a_workspace_that_failed_is_given_back():
    run = Counted()
    pool = Pool(run)
    with pytest.raises(IndexError):
        pool(np.ones(1), [], 2)
    assert call(pool, 2) == 2
    assert run.sizes == [2]


@pytest.mark.parametrize("executor", ["numpy", pytest.param("numba", marks=pytest.mark.extras)])
def test_threads_that_share_a_program_get_what_one_gets(executor):
    network = MLP(3, [8, 1], activation="tanh", seed=0)
    X = np.random.default_rng(1).normal(size=(40, 16, 3))
    program = record(lambda x: network(x) ** 2, X[0, 0], parameters=network.parameters(), executor=executor)
    expected = [program.value_and_gradients(batch) for batch in X]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(program.value_and_gradients, X))
    for (value, gradients), (other_value, other_gradients) in zip(found, expected):
        assert value == other_value
        np.testing.assert_array_equal(gradients, other_gradients)
