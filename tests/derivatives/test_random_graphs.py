"""Random graphs over all operations: reverse mode, forward mode, JAX and the complex step agree.

Differences are measured against the sum over all paths of |product of local derivatives|, which is what rounding
errors scale with. Ten thousand graphs run in the slow suite, fewer in the fast one.
"""

import math
import random

import pytest
from graphs import KINKED, OPERATIONS, Graph, random_graph, sensitivities
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_checking import planted

from tinygrad_notes import Value, gradients
from tinygrad_notes.derivatives.evaluation import evaluate
from tinygrad_notes.derivatives.reverse import directional_derivatives
from tinygrad_notes.number_systems import complexes
from tinygrad_notes.operations import TABLE
from tinygrad_notes.passes import forward_sweep, reverse_sweep, topological_order
from tinygrad_notes.value import apply

TOLERANCE = 1e-11
SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(1, 200)


def by_reverse(graph: Graph) -> list[float]:
    adjoints = reverse_sweep(topological_order(graph.output), {graph.output: 1.0})
    return [adjoints.get(node, 0.0) for node in graph.inputs]


def by_backward(graph: Graph) -> list[float]:
    for node in graph.nodes:
        node.grad = 0.0
    graph.output.backward()
    return [node.grad for node in graph.inputs]


def by_forward(graph: Graph) -> list[float]:
    order = topological_order(graph.output)
    return [forward_sweep(order, {node: 1.0}).get(graph.output, 0.0) for node in graph.inputs]


def over_values(graph: Graph) -> list[float]:
    return [slope.data for slope in gradients(graph.output, graph.inputs)]


def forward_over_values(graph: Graph) -> list[float]:
    return [directional_derivatives([graph.output], [node], [1.0])[0].data for node in graph.inputs]


def by_complex_step(graph: Graph) -> list[float]:
    order, h = topological_order(graph.output), 1e-40

    def along(node: Value) -> float:
        return evaluate(order, {node: complex(node.data, h)}, complexes)[graph.output].imag / h

    return [along(node) for node in graph.inputs]


def by_jax(graph: Graph) -> list[float]:
    from in_jax import value_and_gradient  # JAX takes its time to load and compile

    value, gradient = value_and_gradient(graph)
    assert abs(value - graph.output.data) <= 1e-10
    return gradient


def check_agreement(graph: Graph, *ways, tolerance: float = TOLERANCE) -> None:
    expected, scales = by_reverse(graph), sensitivities(graph)
    for way in ways:
        for got, other, scale in zip(expected, way(graph), scales, strict=True):
            assert abs(got - other) <= tolerance * scale, way.__name__


@settings(max_examples=150)
@given(SEEDS, SIZES)
def test_reverse_mode_agrees_with_forward_mode_and_the_complex_step(seed: int, size: int) -> None:
    graph = random_graph(random.Random(seed), size)
    check_agreement(graph, by_backward, by_forward, over_values, forward_over_values, by_complex_step)


@settings(max_examples=100)
@given(SEEDS, SIZES)
def test_the_fast_pass_and_the_sweep_agree_to_the_last_bit(seed: int, size: int) -> None:
    """Every node's adjoint, not the leaves' alone; at infinities and nan too."""
    draw = random.Random(seed)
    graph = random_graph(draw, size)
    for leaf in graph.inputs:
        leaf.data = draw.choice([leaf.data, 0.0, -0.0, 1e300, math.inf, math.nan])
    order = topological_order(evaluated_again(graph))
    adjoints = reverse_sweep(order, {order[-1]: 1.0})
    order[-1].backward()
    assert [node.grad.hex() for node in order] == [adjoints[node].hex() for node in order]


def evaluated_again(graph: Graph) -> Value:
    """The output of the same graph over the numbers that its leaves have now."""
    nodes = [Value(leaf.data) for leaf in graph.inputs]
    for node, places in zip(graph.nodes[graph.leaves :], graph.places[graph.leaves :], strict=True):
        assert node.operation is not None
        nodes.append(apply(node.operation, tuple(nodes[place] for place in places)))
    return nodes[-1]


@pytest.mark.extras
@settings(max_examples=300)
@given(SEEDS, SIZES)
@example(309579, 22)  # a tanh of 6.8
def test_reverse_mode_agrees_with_jax(seed: int, size: int) -> None:
    check_agreement(random_graph(random.Random(seed), size), by_jax)


@pytest.mark.slow
@pytest.mark.extras
@settings(max_examples=10_000)
@given(SEEDS, SIZES)
def test_ten_thousand_graphs_agree_in_every_way(seed: int, size: int) -> None:
    graph = random_graph(random.Random(seed), size)
    check_agreement(graph, by_backward, by_forward, over_values, by_complex_step, by_jax)


@settings(max_examples=100)
@given(SEEDS, SIZES)
def test_pushing_forward_and_pulling_back_are_transposes(seed: int, size: int) -> None:
    draw = random.Random(seed)
    graph = random_graph(draw, size)
    outputs = draw.sample(graph.nodes, min(5, len(graph.nodes)))
    u = {node: draw.uniform(-1, 1) for node in graph.inputs}
    v = {node: draw.uniform(-1, 1) for node in outputs}
    order = topological_order(*outputs)
    pushed, pulled = forward_sweep(order, u), reverse_sweep(order, v)
    left = sum(pushed.get(node, 0.0) * weight for node, weight in v.items())
    right = sum(pulled.get(node, 0.0) * weight for node, weight in u.items())
    adjoints = reverse_sweep_of_sizes(order, v)
    size_of_terms = sum(adjoints.get(node, 0.0) * abs(weight) for node, weight in u.items())
    assert abs(left - right) <= 1e-13 * max(size_of_terms, 1e-300)


def reverse_sweep_of_sizes(order, seeds):
    """As `reverse_sweep`, adding up sizes: what can cancel counts in full."""
    totals = {node: abs(seed) for node, seed in seeds.items()}
    for node in reversed(order):
        for operand, slope in zip(node.operands, node.local_derivatives, strict=True):
            totals[operand] = totals.get(operand, 0.0) + totals.get(node, 0.0) * abs(slope)
    return totals


CASES = [(row.name, k) for row in OPERATIONS for k in range(row.arity or 2)]


@pytest.mark.parametrize(("name", "operand"), CASES)
def test_an_error_of_one_in_a_million_in_any_rule_breaks_the_agreement(name: str, operand: int) -> None:
    """Graphs of few nodes, grown until one uses the operation; with the error in its rule they disagree."""
    with planted(TABLE[name], operand):
        for seed in range(20_000):
            draw = random.Random(seed)
            graph = random_graph(draw, 3)
            if any(node.operation is TABLE[name] for node in graph.nodes[:-1]) or name == "mean":
                try:
                    check_agreement(graph, by_complex_step)
                except AssertionError:
                    return
    pytest.fail(f"no graph noticed the error in {name}")


def test_the_graphs_use_every_operation() -> None:
    draw = random.Random(0)
    used = {node.operation.name for _ in range(60) for node in random_graph(draw, 200).nodes if node.operation}
    assert used == {row.name for row in OPERATIONS}
    assert used > KINKED
