"""Depth, fan-out, size and threads: nothing recurses, nothing grows faster than the graph, nothing is shared.

No clock is read here. Work is counted in operations on a node's `grad` or by the interpreter, memory by tracemalloc.
"""

import copy
import gc
import math
import pickle
import random
import sys
import threading
import tracemalloc

import pytest

from tinygrad_notes import Value, functions, gradients
from tinygrad_notes.collector import BATCH
from tinygrad_notes.derivatives.detached import no_grad
from tinygrad_notes.passes import topological_order


def chain(length: int) -> tuple[Value, Value]:
    y = x = Value(0.5)
    w, b = Value(0.999), Value(0.001)
    for _ in range(length // 2):
        y = y * w + b
    return x, y


def fan(width: int) -> tuple[Value, Value]:
    """`width` nodes that use one leaf, and one node that uses them all."""
    x = Value(0.5)
    return x, functions.sum([x * k for k in range(width)])


def lattice(size: int) -> tuple[Value, Value]:
    """Paths double with every step: only a walk that meets each node once gets through."""
    y = x = Value(1.0)
    for _ in range(size):
        y = (y + y) * 0.5
    return x, y


SHAPES = {"chain": chain, "fan": fan, "lattice": lattice}


def steps_taken(work) -> int:
    """How many lines of Python `work` runs: time without a clock."""
    count = 0

    def tracer(frame, event, argument):
        nonlocal count
        count += 1
        return tracer

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def peak_memory(work) -> int:
    gc.collect()
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize(
    "work",
    [
        lambda x, y: y.backward(),
        lambda x, y: gradients(y, x),
        lambda x, y: copy.deepcopy(y),
        lambda x, y: pickle.loads(pickle.dumps(y)),
    ],
    ids=["backward", "gradients", "deepcopy", "pickle"],
)
def test_work_and_memory_grow_as_the_graph(shape, work) -> None:
    small, large = shape(200), shape(1600)
    assert steps_taken(lambda: work(*large)) <= 8.5 * steps_taken(lambda: work(*small))
    blanks = BATCH * 2 * sys.getsizeof(large[-1])  # which either may have to make
    assert peak_memory(lambda: work(*large)) <= 16 * peak_memory(lambda: work(*small)) + blanks  # tables double


def test_a_graph_is_freed_the_moment_its_root_goes() -> None:
    """Without the cycle collector: nothing in a graph points in a circle."""
    gc.collect()
    gc.disable()
    try:
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        x, y = chain(100_000)
        y.backward()
        del x, y
        left = tracemalloc.get_traced_memory()[0] - before
        assert left < 1_000_000  # of 16 million: blank nodes for the next graph, and what Python keeps to reuse
    finally:
        tracemalloc.stop()
        gc.enable()


def test_an_elementary_node_takes_at_most_300_bytes() -> None:
    held = []
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    held.append(chain(20_000))
    per_node = (tracemalloc.get_traced_memory()[0] - before) / 20_000
    tracemalloc.stop()
    assert per_node <= 300


def work_of_a_thread(seed: int) -> list[float]:
    """A graph of its own, differentiated in every way."""
    draw = random.Random(seed)
    xs = [Value(draw.uniform(-1, 1)) for _ in range(5)]
    nodes = list(xs)
    for _ in range(200):
        a, b = draw.choice(nodes), draw.choice(nodes)
        nodes.append(
            draw.choice([a + b, a * b, (a - b).tanh(), functions.sin(a) * b, functions.weighted_sum([a], [b], 1.0)])
        )
    y = functions.mean(nodes)
    y.backward()
    with no_grad():
        unseen = (y * y).operands
    second = gradients(gradients(y, xs[0]), xs)
    return [y.data, *(x.grad for x in xs), *(g.data for g in second), float(len(unseen))]


def test_eight_threads_give_exactly_what_one_gives() -> None:
    expected = [work_of_a_thread(seed) for seed in range(8)]
    results: list[list[list[float]]] = [[] for _ in range(8)]
    start = threading.Barrier(8)

    def run(seed: int) -> None:
        start.wait()
        results[seed] = [work_of_a_thread(seed) for _ in range(2)]

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns in the middle of everything
    try:
        threads = [threading.Thread(target=run, args=(seed,)) for seed in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert results == [[numbers] * 2 for numbers in expected]


MILLION = 1_000_000


@pytest.mark.slow
def test_a_chain_of_a_million_operations_is_built_differentiated_and_freed() -> None:
    limit = sys.getrecursionlimit()
    x, y = chain(MILLION)
    y.backward()
    assert x.grad == pytest.approx(0.999 ** (MILLION // 2), rel=1e-9)
    (slope,) = gradients(y, [x])
    assert slope.data == x.grad
    del slope, x, y
    assert sys.getrecursionlimit() == limit


@pytest.mark.slow
def test_a_million_nodes_with_a_fan_out_of_half_a_million() -> None:
    x = Value(2.0)
    parts = []
    for _ in range(10):
        y = functions.sum([x * (k % 7) for k in range(50_000)])
        parts.append(y)
    y = functions.sum(parts)
    assert len(topological_order(y)) > MILLION
    y.backward()
    assert x.grad == 10 * sum(k % 7 for k in range(50_000))
    assert math.isfinite(gradients(y, x).data)


@pytest.mark.slow
@pytest.mark.parametrize("shape", [chain, fan], ids=["chain", "fan"])
def test_work_and_memory_per_node_stay_level_from_ten_thousand_to_a_million(shape) -> None:
    small, large = shape(10_000), shape(MILLION)
    assert peak_memory(large[1].backward) <= 200 * peak_memory(small[1].backward)
    assert steps_taken(large[1].backward) <= 101 * steps_taken(small[1].backward)
