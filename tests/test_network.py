"""Neurons, layers and networks."""

import copy
import pickle
import random

import micrograd.engine
import micrograd.nn
import numpy as np
import pytest

import tinygrad_notes
from tinygrad_notes import MLP, Layer, Neuron, Value, work_through
from tinygrad_notes.nn.activations import activation_names

W1 = [[0.1, 0.2, -0.1], [0.3, -0.2, 0.5], [-0.4, 0.1, 0.2]]
B1 = [0.0, 0.1, -0.1]
W2 = [[0.2, -0.3, 0.1]]
B2 = [0.05]
X = [0.5, 0.2, 0.1]


def pickled(network):
    return pickle.loads(pickle.dumps(network))


def squared(z):
    return z * z


def forgetful(z):
    z.tanh()


def transposed(matrix):
    return [list(column) for column in zip(*matrix, strict=True)]


def train_as_micrograd_does(engine, mlp):
    """A script written for micrograd; its parts come from either package."""
    random.seed(1337)
    model = mlp(2, [4, 4, 1])
    xs = [[2.0, 3.0], [3.0, -1.0], [0.5, 1.0], [1.0, 1.0]]
    ys = [1.0, -1.0, -1.0, 1.0]
    history = []
    for k in range(20):
        scores = [model(list(map(engine, x))) for x in xs]
        losses = [(1 + -y * score).relu() for y, score in zip(ys, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        loss = data_loss + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= (0.1 - 0.09 * k / 20) * p.grad
        history.append(loss.data)
    return history


def test_a_micrograd_script_runs_with_only_its_import_changed():
    theirs = train_as_micrograd_does(micrograd.engine.Value, micrograd.nn.MLP)
    ours = train_as_micrograd_does(tinygrad_notes.Value, tinygrad_notes.MLP)
    np.testing.assert_allclose(ours, theirs, rtol=1e-13)


def test_micrograds_signatures_and_shapes():
    neuron, layer, mlp = Neuron(3, nonlin=False), Layer(3, 2), MLP(3, [4, 4, 1])
    assert (len(neuron.w), len(neuron.parameters())) == (3, 4)
    assert len(layer([1.0, 2.0, 3.0])) == 2
    assert isinstance(Layer(3, 1)([1.0, 2.0, 3.0]), Value)
    assert isinstance(mlp([1.0, 2.0, 3.0]), Value)
    assert len(mlp.parameters()) == 16 + 20 + 5
    assert [layer.activation for layer in mlp.layers] == ["relu", "relu", "linear"]


def test_zero_grad_clears_every_parameter():
    mlp = MLP(2, [3, 1], activation="tanh", seed=0)
    mlp([1.0, 2.0]).backward()
    assert any(p.grad for p in mlp.parameters())
    mlp.zero_grad()
    assert not any(p.grad for p in mlp.parameters())


def test_a_seed_makes_weights_reproducible_and_leaves_the_global_generator_alone():
    random.seed(5)
    before = random.getstate()
    first, second = (MLP(2, [3, 1], seed=7) for _ in range(2))
    assert random.getstate() == before
    assert [p.data for p in first.parameters()] == [p.data for p in second.parameters()]
    assert [p.data for p in first.parameters()] != [p.data for p in MLP(2, [3, 1], seed=8).parameters()]


def test_the_neurons_of_a_seeded_layer_differ():
    first, again = (Layer(2, 3, seed=7) for _ in range(2))
    weights = [tuple(w.data for w in neuron.w) for neuron in first.neurons]
    assert len(set(weights)) == 3
    assert [p.data for p in first.parameters()] == [p.data for p in again.parameters()]


@pytest.mark.parametrize(
    "make", [Neuron, lambda nin, seed: Layer(nin, 2, seed=seed), lambda nin, seed: MLP(nin, [2], seed=seed)]
)
@pytest.mark.parametrize("same", [lambda: np.int64(3), lambda: random.Random(3)])
def test_a_seed_is_any_whole_number_or_a_generator(make, same):
    assert [p.data for p in make(2, seed=same()).parameters()] == [p.data for p in make(2, seed=3).parameters()]


def test_given_weights_leave_the_global_generator_alone():
    before = random.getstate()
    MLP.from_weights([W1, W2], [B1, B2])
    assert random.getstate() == before


def test_sizes_are_whole_numbers_of_any_kind():
    network = MLP(np.int64(2), np.array([3, 1]), seed=1)
    assert [p.data for p in network.parameters()] == [p.data for p in MLP(2, [3, 1], seed=1).parameters()]
    assert len(Layer(np.int32(2), np.int32(3)).neurons) == 3


@pytest.mark.parametrize("network", [Neuron(2, seed=1), Layer(2, 3, seed=1), MLP(2, [3, 1], seed=1)])
def test_inputs_may_be_any_iterable_of_numbers(network):
    expected = network([0.5, -1.0])
    for x in (map(Value, [0.5, -1.0]), (number for number in (0.5, -1.0)), (0.5, -1.0), np.array([0.5, -1.0])):
        assert network(x) == expected


@pytest.mark.parametrize("convention", ["W@x", "x@W"])
def test_given_weights_compute_what_numpy_computes(convention):
    weights = [W1, W2] if convention == "W@x" else [transposed(W1), transposed(W2)]
    network = MLP.from_weights(weights, [B1, B2], convention=convention)
    a1 = 1 / (1 + np.exp(-(np.array(W1) @ X + B1)))
    a2 = 1 / (1 + np.exp(-(np.array(W2) @ a1 + B2)))
    assert network(X).data == pytest.approx(float(a2[0]), rel=1e-15)


def test_every_quantity_bears_the_notes_name():
    a2 = MLP.from_weights([W1, W2], [B1, B2])(X)
    (z2,) = a2.operands
    a1 = z2.operands[3:6]
    (z1,) = a1[0].operands
    assert (a2.label, z2.label) == ("a2[0]", "z2[0]")
    assert [a.label for a in a1] == ["a1[0]", "a1[1]", "a1[2]"]
    assert [operand.label for operand in z1.operands] == [
        "W1[0,0]", "W1[0,1]", "W1[0,2]", "x[0]", "x[1]", "x[2]", "b1[0]",
    ]  # fmt: skip


def test_a_users_own_labels_on_the_inputs_stay():
    x = [Value(1.0, label="height"), Value(2.0, label="weight")]
    MLP(2, [1], seed=0)(x)
    assert [v.label for v in x] == ["height", "weight"]


@pytest.mark.parametrize(
    ("activation", "expected"),
    [("tanh", np.tanh), ("relu", lambda z: max(z, 0.0)), ("linear", lambda z: z), (lambda v: v * v, lambda z: z * z)],
)
def test_an_activation_is_a_name_or_a_function(activation, expected):
    neuron = Neuron(2, activation=activation, seed=3)
    z = sum(w.data * x for w, x in zip(neuron.w, [0.3, -0.4], strict=True))
    assert neuron([0.3, -0.4]).data == pytest.approx(float(expected(z)), rel=1e-15)


def test_each_layer_may_have_its_own_activation():
    network = MLP(2, [3, 1], activation=["tanh", "sigmoid"], seed=0)
    assert [layer.activation for layer in network.layers] == ["tanh", "sigmoid"]


def test_no_activation_in_a_list_is_the_linear_one():
    network = MLP(2, [3, 1], activation=["tanh", None], seed=0)
    assert [layer.activation for layer in network.layers] == ["tanh", "linear"]
    assert network([1.0, 2.0]).operation.name == "weighted_sum"
    sheet = work_through(network, [1.0, 2.0], [-9.0])
    assert sheet.activations == ("tanh", "linear")
    assert [a.data for a in sheet["a2"]] == [network([1.0, 2.0]).data]


def test_a_network_without_biases_has_none():
    network = MLP(2, [2, 1], bias=False, activation="sigmoid", seed=0)
    assert len(network.parameters()) == 6
    network([1.0, 0.0]).backward()
    assert all(p.grad != 0.0 for p in network.layers[1].parameters())


@pytest.mark.parametrize("copied", [pickled, copy.deepcopy])
@pytest.mark.parametrize("activation", [*activation_names(), squared, None])
def test_neurons_layers_and_networks_can_be_pickled_and_copied(activation, copied):
    alone = [] if activation == "softmax" else [Neuron(2, activation=activation, seed=1)]
    for network in (*alone, Layer(2, 2, activation=activation, seed=1), MLP(2, [2, 2], activation=activation, seed=1)):
        twin, before = copied(network), repr(network([0.3, -0.4]))  # with all numbers, labels and operations
        assert (repr(twin([0.3, -0.4])), repr(twin)) == (before, repr(network))
        for parameter in twin.parameters():
            parameter.data = 9.0
        assert repr(network([0.3, -0.4])) == before


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Neuron(3)([1.0]), ValueError, "takes 3 inputs, got 1"),
        (lambda: Layer(3, 2)([1.0, 2.0]), ValueError, "layer 1 takes 3 inputs, got 2"),
        (lambda: MLP(3, [2, 1])([1.0] * 4), ValueError, "this network takes 3 inputs, got 4"),
        (
            lambda: MLP(2, [1], activation="sigmod"),
            ValueError,
            "unknown activation 'sigmod'; did you mean 'sigmoid'\\?",
        ),
        (lambda: MLP(2, [1], activation=[3]), TypeError, "name or a function"),
        (lambda: MLP(2, [2, 1], activation=["tanh"]), ValueError, "got 1 for 2 layers"),
        (lambda: MLP(2, [1], convention="Wx"), ValueError, "'W@x', 'x@W', not 'Wx'"),
        (lambda: MLP.from_weights([[[1.0, 2.0], [3.0]]]), ValueError, r"rows of W1 must have one length, got \[1, 2\]"),
        (lambda: MLP.from_weights([[]]), ValueError, "rows of W1 must have one length, got no rows"),
        (lambda: MLP.from_weights([]), ValueError, "at least one layer"),
        (lambda: MLP.from_weights([W1, W2], [B1, B1]), ValueError, "b2 has 3 numbers for 1 neuron"),
        (lambda: MLP.from_weights([W1, W2], [B1]), ValueError, r"bias vector \(or None\) per layer, got 1 for 2"),
        (lambda: MLP.from_weights([W1, W1[:2], W2]), ValueError, "W3 takes 3 inputs, but layer 2 has 2 neurons"),
        (lambda: MLP.from_weights([[["0.1"]]]), TypeError, "string '0.1'"),
        (
            lambda: MLP.from_weights([W2], [0.5]),
            TypeError,
            r"b1 must be a list of numbers, got float: .* \[b1\], not b1",
        ),
        (
            lambda: MLP.from_weights(0.5),
            TypeError,
            r"one entry per layer, got float: write .*\(\[W1, W2\], \[b1, b2\]\)",
        ),
        (lambda: MLP.from_weights([W2], 0.5), TypeError, "one entry per layer, got float"),
        (lambda: MLP.from_weights({"W1": W2}), TypeError, "one entry per layer, got dict"),
        (lambda: MLP.from_weights([0.5]), ValueError, r"W1 must be a list of rows, got float: .* \[W1\], not W1"),
        (lambda: MLP(2, []), ValueError, r"at least one layer, got none: write MLP\(2, \[1\]\) for one neuron"),
        (lambda: MLP(2, [3.0]), ValueError, r"whole numbers above 0, got 3.0 in MLP\(2, \[3.0\]\)"),
        (lambda: Layer(2, 0), ValueError, r"whole numbers above 0, got 0 in Layer\(2, 0\)"),
        (lambda: Neuron(-1), ValueError, r"whole numbers above 0, got -1 in Neuron\(-1\)"),
        (lambda: Neuron("2"), ValueError, r"whole numbers above 0, got '2' in Neuron\('2'\)"),
        (
            lambda: MLP(2, [1], seed="3"),
            TypeError,
            "a seed is a whole number or a random.Random, got str: write seed=1",
        ),
        (lambda: MLP(2, [1], activation=3), TypeError, "a name, a function of a Value or a list of these, got 3"),
        (lambda: MLP(2, [1])({"a": 1.0, "b": 2.0}), TypeError, "got dict: write its numbers as a list, in their order"),
        (lambda: MLP(2, [1])("ab"), TypeError, "got str: write its numbers as a list, in their order"),
        (lambda: MLP(1, [1])(np.array(1.0)), TypeError, r"of 1 input, got ndarray: write \[x.item\(\)\]"),
        (lambda: MLP(1, [1])(Value(1.0)), TypeError, r"of 1 input, got Value: write \[x\]"),
        (lambda: MLP(2, [1])(["a", "b"]), TypeError, r"got the string 'a': write Value\(float\('a'\)\)"),
        (lambda: MLP(2, [1])([[1.0, 2.0]]), ValueError, r"one sample of 2 inputs, got a batch of shape \(1, 2\)"),
        (lambda: Neuron(1, activation=forgetful)([1.0]), TypeError, "forgetful returned None.* forget to return"),
        (
            lambda: MLP(1, [1], activation=lambda z: z.data)([0.0]),
            TypeError,
            r"v\.data has no derivative.*compute with v itself",
        ),
    ],
)
def test_wrong_input_is_refused_with_both_sides_named(make, error, words):
    with pytest.raises(error, match=words):
        make()
