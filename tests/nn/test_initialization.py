"""Initializations: their distributions are the sources' formulas, and a seed decides them."""

import math
import random

import numpy as np
import pytest

from tinygrad_notes import MLP, Layer, Neuron
from tinygrad_notes.nn.initialization import INITIALIZATIONS, initialization

FAN_IN, FAN_OUT = 30, 70
UNIFORM = {
    "micrograd": (1.0, 0.0),
    "pytorch": (1 / math.sqrt(FAN_IN), 1 / math.sqrt(FAN_IN)),
    "glorot": (math.sqrt(6 / (FAN_IN + FAN_OUT)), 0.0),
    "he_uniform": (math.sqrt(6 / FAN_IN), 0.0),
}
"""Name → the bounds of weights and biases: U(-bound, bound)."""
NORMAL = {"glorot_normal": 2 / (FAN_IN + FAN_OUT), "he": 2 / FAN_IN}
"""Name → the variance of the weights."""


def drawn(name, layers=10):
    """Many weights and biases of layers of one shape."""
    made = [Layer(FAN_IN, FAN_OUT, init=name, seed=seed) for seed in range(layers)]
    weights = [w.data for layer in made for neuron in layer.neurons for w in neuron.w]
    return np.array(weights), np.array([neuron.b.data for layer in made for neuron in layer.neurons])


def from_uniform(numbers, bound):
    """Within the bound and up to it; the mean and the variance, bound²/3, within five of their standard errors."""
    count = len(numbers)
    assert np.abs(numbers).max() <= bound
    assert np.abs(numbers).max() > bound * (1 - 20 / count)  # all below has the probability e⁻²⁰
    assert abs(numbers.mean()) < 5 * bound / math.sqrt(3 * count)
    assert numbers.var() == pytest.approx(bound**2 / 3, abs=5 * bound**2 * math.sqrt(4 / 45 / count))
    return True


@pytest.mark.parametrize(("name", "bounds"), UNIFORM.items())
def test_uniform_weights_fill_the_interval_of_their_source(name, bounds):
    weights, biases = drawn(name)
    assert from_uniform(weights, bounds[0])
    assert from_uniform(biases, bounds[1]) if bounds[1] else not biases.any()


@pytest.mark.parametrize(("name", "variance"), NORMAL.items())
def test_normal_weights_have_the_variance_of_their_source(name, variance):
    weights, biases = drawn(name)
    count = len(weights)
    assert abs(weights.mean()) < 5 * math.sqrt(variance / count)
    assert weights.var() == pytest.approx(variance, abs=5 * variance * math.sqrt(2 / count))
    within = np.mean(np.abs(weights) < math.sqrt(variance))  # 68.27 % of a normal distribution
    assert within == pytest.approx(math.erf(1 / math.sqrt(2)), abs=5 * 0.47 / math.sqrt(count))
    assert not biases.any()


def test_a_wrong_variance_would_be_seen():
    weights, _ = drawn("he")
    with pytest.raises(AssertionError):
        from_uniform(weights, math.sqrt(6 / FAN_IN))


def test_every_initialization_is_tested():
    assert {*UNIFORM, *NORMAL} == set(INITIALIZATIONS)


@pytest.mark.parametrize("name", INITIALIZATIONS)
def test_a_seed_decides_every_number(name):
    def numbers(seed):
        return [p.data for p in MLP(3, [4, 2], init=name, seed=seed).parameters()]

    assert numbers(1) == numbers(1) != numbers(2)
    assert len(set(numbers(1))) > 20


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Xavier_Uniform", "glorot"), ("kaiming", "he"), ("He_Normal", "he"), ("kaiming_uniform", "he_uniform"),
        ("xavier_normal", "glorot_normal"), (" PyTorch ", "pytorch"), ("uniform", "micrograd"),
    ],
)  # fmt: skip
def test_other_names(name, other):
    assert initialization(name) is INITIALIZATIONS[other]


def test_each_layer_is_drawn_by_its_own_size():
    network = MLP(100, [4, 1], init="pytorch", seed=0)
    first, last = ([abs(w.data) for neuron in layer.neurons for w in neuron.w] for layer in network.layers)
    assert max(first) <= 0.1 < max(last) <= 0.5


def test_a_function_draws_the_weights():
    seen = []

    def init(draw, fan_in, fan_out):
        seen.append((fan_in, fan_out))
        return draw.uniform(5.0, 6.0)

    network = MLP(2, [3, 1], init=init, seed=1)
    assert seen == [(2, 3)] * 6 + [(3, 1)] * 3
    assert all(5.0 <= w.data <= 6.0 for layer in network.layers for neuron in layer.neurons for w in neuron.w)


@pytest.mark.parametrize("arguments", [{"seed": 3}, {"activation": "tanh"}, {"seed": 3, "activation": [None, "tanh"]}])
def test_with_an_activation_or_a_seed_a_network_starts_as_pytorchs(arguments):
    network = MLP(16, [9, 1], **arguments)
    for layer, bound in zip(network.layers, (1 / 4, 1 / 3), strict=True):
        assert all(0.0 < abs(p.data) <= bound for p in layer.parameters())


def test_a_call_that_micrograd_has_starts_as_micrograds():
    random.seed(4)
    network = MLP(2, [3, 1])
    random.seed(4)
    expected = [
        [[random.uniform(-1, 1) for _ in range(nin)] + [0.0] for _ in range(nout)] for nin, nout in [(2, 3), (3, 1)]
    ]
    assert [p.data for p in network.parameters()] == [p for layer in expected for neuron in layer for p in neuron]
    random.seed(4)
    assert [p.data for p in Neuron(2, nonlin=False).parameters()] == expected[0][0]


@pytest.mark.parametrize(
    ("init", "error", "message"),
    [("glorott", ValueError, "unknown init 'glorott'; did you mean 'glorot'"), (3, TypeError, "got int")],
)
def test_what_is_no_initialization(init, error, message):
    with pytest.raises(error, match=message):
        MLP(2, [1], init=init)
