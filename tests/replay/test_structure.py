"""What the planner finds in a recorded graph."""

import numpy as np
import pytest

from tinygrad_notes import MLP, Value, functions
from tinygrad_notes.replay import record


def squared_error(network):
    return lambda x, y: sum(((a - b) ** 2 for a, b in zip(network(x), y)), Value(0.0))


def lines(program):
    return [line.split("  ", 3)[-1].strip() for line in program.describe().splitlines()]


def steps(program, **options):
    plan = program.branches.recorded[0].gradient_plan(len(program.parameters), **options)
    return [step.name for step in (*plan.before, *plan.each, *plan.after)]


def test_the_delta_rule_is_rediscovered():
    network = MLP(3, [4, 2], activation="tanh", seed=1)
    found = record(squared_error(network), [0.5, 0.2, 0.1], [1.0, 0.0]).describe()
    for formula in (
        "t1 = W1 @ x0",
        "δz2 = δa2 ⊙ ∂a2/∂z2",
        "δa1 = W2ᵀ @ δz2",
        "δz1 = δa1 ⊙ ∂a1/∂z1",
        "δW1 = δz1 @ x0ᵀ",
        "δb1 = Σ δz1 over samples",
    ):
        assert f"  {formula}   [" in found


@pytest.mark.parametrize("inputs", [2, 3])
def test_to_its_products_a_neuron_adds_its_bias_alone(inputs):
    program = record(MLP(inputs, [4], activation="tanh", seed=1), [0.5] * inputs)
    plan = program.branches.recorded[0].value_plan(len(program.parameters))
    assert [step.name for step in plan.each] == ["matrix_product", "add", "tanh"]


def expanded(rows, biases):
    """Neurons as micrograd writes them: one multiplication and one addition at a time."""

    def layer(x, W, b):
        return [sum((w * xi for w, xi in zip(row, x)), bias).tanh() for row, bias in zip(W, b)]

    def loss(x):
        h = x
        for W, b in zip(rows, biases):
            h = layer(h, W, b)
        return sum((a * a for a in h), Value(0.0))

    return loss


def test_the_expanded_form_gives_the_same_matrix_products():
    network = MLP(3, [4, 5, 2], activation="tanh", seed=2)
    rows = [[neuron.w for neuron in layer.neurons] for layer in network.layers]
    biases = [[neuron.b for neuron in layer.neurons] for layer in network.layers]
    one = record(expanded(rows, biases), [0.1, 0.2, 0.3], parameters=network.parameters())
    fused = record(lambda x: functions.dot(network(x), network(x)), [0.1, 0.2, 0.3], parameters=network.parameters())
    X = np.linspace(-1, 1, 15).reshape(5, 3)
    assert steps(one).count("matrix_product") == steps(fused).count("matrix_product") == 5
    assert steps(one).count("sample_product") == 3
    np.testing.assert_allclose(one.value_and_gradients(X)[1], fused.value_and_gradients(X)[1], rtol=1e-13, atol=1e-15)


def test_a_network_used_at_many_places_is_one_product():
    network = MLP(2, [3], activation="tanh", seed=0)
    program = record(
        lambda xs: functions.sum(v for x in xs for v in network(x)),
        [[0.1, 0.2], [0.3, 0.4]],
        parameters=network.parameters(),
    )
    assert steps(program).count("matrix_product") == 1
    assert steps(program).count("sample_product") == 1
    X = np.linspace(-1, 1, 12).reshape(3, 2, 2)
    _, gradients = program.value_and_gradients(X, reduction="sum")
    network.zero_grad()
    for sample in X:
        functions.sum(v for x in sample for v in network(list(x))).backward()
    np.testing.assert_allclose(gradients, [p.grad for p in network.parameters()], rtol=1e-13)


def test_common_parts_dead_parts_and_constants_cost_nothing():
    w = Value(2.0)

    def function(x):
        _dead = (x * 3.0).exp()
        constant = Value(2.0) * Value(3.0)
        return (x * w).sin() + (x * w).sin() * constant

    program = record(function, 1.0)
    plan = program.branches.recorded[0].value_plan(1)
    assert [step.name for step in plan.each] == ["multiply", "sin", "multiply", "add"]
    assert plan.numbers.tolist() == [6.0]


def test_what_depends_on_parameters_alone_is_computed_once():
    w = Value(0.5)
    program = record(lambda x: w.exp() * x + w.sin(), 1.0)
    plan = program.branches.recorded[0].gradient_plan(1)
    assert [step.name for step in plan.before] == ["exp", "sin", "cos"]
    _, gradients = program.value_and_gradients([1.0, 2.0, 6.0], reduction="sum")
    assert gradients[0] == pytest.approx(9 * np.exp(0.5) + 3 * np.cos(0.5), rel=1e-15)
    _, gradients = program.value_and_gradients([1.0, 2.0, 6.0])
    assert gradients[0] == pytest.approx(3 * np.exp(0.5) + np.cos(0.5), rel=1e-15)


def test_blocks_of_samples_give_the_same_numbers(monkeypatch):
    network = MLP(3, [4, 1], activation="sigmoid", seed=3)
    X = np.random.default_rng(0).normal(size=(53, 3))
    whole = record(network, X[0]).value_and_gradients(X, reduction="sum", input_gradients=True)
    monkeypatch.setattr("tinygrad_notes.replay.executors.numpy.BLOCK_BYTES", 8 * 60 * 10)
    program = record(network, X[0])
    parts = program.value_and_gradients(X, reduction="sum", input_gradients=True)
    np.testing.assert_allclose(parts[0], whole[0], rtol=1e-14)
    np.testing.assert_allclose(parts[1], whole[1], rtol=1e-13)
    np.testing.assert_array_equal(parts[2][0], whole[2][0])
    pool = next(iter(program.branches.recorded[0]._pools.values()))
    assert pool.run.for_samples(53).block < 53


def test_nothing_is_computed_for_what_is_cut_off():
    """Neither the largest of the logits nor a cut number has a reverse pass."""
    W = [Value(number) for number in (0.5, -0.25, 1.5)]
    program = record(lambda x: functions.log_softmax([w * x for w in W])[0], 1.0, parameters=W)
    assert "equal" not in steps(program)
    cut = record(lambda x: functions.stop_gradient((W[0] * x).sin()) * W[0], 1.0, parameters=W[:1])
    assert "cos" not in steps(cut)
    assert cut.value_and_gradients([2.0])[1].tolist() == [np.sin(1.0)]
