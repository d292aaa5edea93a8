"""Networks in and out: as arrays, PyTorch's modules (plain classes stand in for them), scikit-learn's estimators."""

import math

import numpy as np
import pytest

from tinygrad_notes import MLP, fit
from tinygrad_notes.errors import ArgumentValueError, ExchangeError
from tinygrad_notes.exchange.torch_networks import _TORCH
from tinygrad_notes.nn.optimizers import Adam


def numbers(network):
    return [p.data for p in network.parameters()]


NETWORKS = [
    MLP(3, [4, 2], seed=1),
    MLP(2, [3, 3, 1], activation=["tanh", "softplus", None], seed=2),
    MLP(2, [3], activation="softmax", bias=False, seed=3),
    MLP.from_weights([[[0.1, math.pi]], [[1e-300], [-1 / 3]]], [None, [5e-324]], convention="x@W"),
]


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_arrays_there_and_back_are_the_same_network(network, tmp_path):
    np.savez(tmp_path / "network.npz", **network.to_arrays())
    with np.load(tmp_path / "network.npz", allow_pickle=False) as kept:
        for twin in (MLP.from_arrays(network.to_arrays()), MLP.from_arrays(kept)):
            assert numbers(twin) == numbers(network)
            assert [layer.activation for layer in twin.layers] == [layer.activation for layer in network.layers]
            assert twin.convention == network.convention
            assert [p.label for p in twin.parameters()] == [p.label for p in network.parameters()]


def test_matrices_are_written_in_the_convention_of_the_network():
    across = MLP.from_weights([[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]], convention="x@W")
    np.testing.assert_array_equal(across.to_arrays()["W1"], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert "b1" not in across.to_arrays()


def test_arrays_are_copies():
    network = MLP(2, [2], seed=0)
    network.to_arrays()["W1"][:] = 7.0
    assert 7.0 not in numbers(network)


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({}, "got none"),
        ({"W1": [[1.0]], "W3": [[1.0]]}, "W1, b1, W2, b2"),
        ({"W1": [[1.0]], "gain": [1.0]}, "got W1, gain"),
        ({"b1": [1.0]}, "got b1"),
        ({"W1": [[1.0]]}, "do not say the layers' activations"),
        ({"W1": [[1.0, 2.0]], "b1": [1.0, 2.0], "activation": ["relu"]}, "b1 has 2 numbers for 1 neuron"),
    ],
)
def test_arrays_that_are_no_network_are_refused(arrays, told):
    with pytest.raises(ArgumentValueError, match=told):
        MLP.from_arrays(arrays)


def test_a_function_without_a_name_has_to_be_said_again():
    network = MLP(1, [1], activation=lambda z: z * z, seed=0)
    with pytest.raises(ArgumentValueError, match=r"from_arrays\(arrays, activation="):
        MLP.from_arrays(network.to_arrays())
    twin = MLP.from_arrays(network.to_arrays(), activation=lambda z: z * z)
    assert twin([3.0]).data == network([3.0]).data


# PyTorch, as far as its modules' names and attributes go -----------------------------------------------


class Linear:
    def __init__(self, weight, bias=None):
        self.weight = np.array(weight, np.float32)
        self.bias = None if bias is None else np.array(bias, np.float32)


class Sequential:
    def __init__(self, *parts):
        self._parts = parts

    def children(self):
        return iter(self._parts)


def module(kind, **attributes):
    return type(kind, (), attributes)()


def test_a_sequential_brings_its_activations():
    network = MLP.from_torch(
        Sequential(
            Sequential(Linear([[0.1, 0.2]], [0.3]), module("Tanh")),
            module("Dropout", training=False),
            Linear([[2.0], [3.0]]),
            module("Softmax", dim=1),
        )
    )
    assert [layer.activation for layer in network.layers] == ["tanh", "softmax"]
    assert numbers(network) == [float(np.float32(x)) for x in (0.1, 0.2, 0.3, 2.0, 3.0)]


@pytest.mark.parametrize("name", _TORCH)
def test_each_activation_that_torch_has_is_read_as_it_is_written(name):
    kind, arguments = _TORCH[name]
    network = MLP.from_torch(Sequential(Linear([[1.0], [2.0]]), module(kind, **arguments)))
    assert network.layers[0].activation == name


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([], "has no Linear"),
        ([module("Tanh"), Linear([[1.0]])], "before the first Linear"),
        ([Linear([[1.0]]), module("Tanh"), module("ReLU")], "ReLU stands after another activation, tanh"),
        ([Linear([[1.0]]), module("LeakyReLU", negative_slope=0.2)], "negative_slope=0.2"),
        ([Linear([[1.0]]), module("GELU", approximate="tanh")], "approximate='tanh'"),
        ([Linear([[1.0]]), module("Dropout", training=True)], "module.eval"),
        ([module("Conv2d")], "Conv2d is no layer that an MLP has"),
        ([module("Net")], "from_torch\\(module.state_dict"),
    ],
)
def test_modules_that_an_mlp_cannot_be_are_refused_by_name(parts, told):
    with pytest.raises(ExchangeError, match=told):
        MLP.from_torch(Sequential(*parts))


def test_a_state_dict_has_its_layers_in_its_order():
    state = {
        "hidden.weight": np.array([[1.0, 2.0], [3.0, 4.0]]),
        "hidden.bias": np.array([5.0, 6.0]),
        "out.weight": np.array([[7.0, 8.0]]),
    }
    network = MLP.from_torch(state, activation=["relu", None])
    assert numbers(network) == [1.0, 2.0, 5.0, 3.0, 4.0, 6.0, 7.0, 8.0]
    with pytest.raises(ArgumentValueError, match="does not say the layers' activations"):
        MLP.from_torch(state)
    with pytest.raises(ArgumentValueError, match="leave out activation"):
        MLP.from_torch(Sequential(Linear([[1.0]])), activation="relu")


def test_a_state_dict_with_more_than_linear_layers_is_refused():
    state = {"conv.weight": np.zeros((2, 1, 3, 3)), "fc.weight": np.zeros((1, 2)), "norm.running_mean": np.zeros(2)}
    with pytest.raises(ExchangeError, match=r"conv.weight \(2, 1, 3, 3\), norm.running_mean \(2,\)"):
        MLP.from_torch(state, activation="relu")


def test_an_activation_without_a_module_is_refused_before_torch_is_asked_for():
    with pytest.raises(ExchangeError, match="no module for the activation 'sin'"):
        MLP(1, [1], activation="sin", seed=0).to_torch()
    with pytest.raises(ExchangeError, match="own"):
        MLP(1, [1], activation=own, seed=0).to_torch()


def own(z):
    return z * z


# scikit-learn ------------------------------------------------------------------------------------------


def data(classes):
    draw = np.random.default_rng(classes)
    X = draw.normal(size=(60, 3))
    return X, X @ [1.0, -2.0, 0.5] if classes is None else np.digitize(
        X[:, 0] + X[:, 1], np.linspace(-1, 1, classes - 1)
    )


@pytest.mark.extras
@pytest.mark.filterwarnings("ignore:.*:sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("classes", [None, 2, 4])
def test_an_estimator_there_and_back_predicts_the_same(activation, classes):
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    X, y = data(classes)
    kind = MLPRegressor if classes is None else MLPClassifier
    estimator = kind(hidden_layer_sizes=(5, 4), activation=activation, max_iter=20, random_state=0).fit(X, y)
    network = MLP.from_sklearn(estimator)
    found = np.array([[a.data for a in np.atleast_1d(network(x))] for x in X])
    wanted = (
        estimator.predict(X)[:, None] if classes is None else estimator.predict_proba(X)[:, 1 if classes == 2 else 0 :]
    )
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-15)
    back = network.to_sklearn(None if classes is None else estimator.classes_)
    for mine, theirs in zip(back.coefs_ + back.intercepts_, estimator.coefs_ + estimator.intercepts_):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(back.predict(X), estimator.predict(X))


@pytest.mark.extras
@pytest.mark.filterwarnings("ignore:.*:sklearn.exceptions.ConvergenceWarning")
def test_a_network_that_was_handed_on_can_be_scored_and_trained_on():
    X, y = data(3)
    network = MLP(3, [8, 3], activation=["tanh", "softmax"], seed=0)
    fit(network, X, np.eye(3)[y], loss="cross_entropy", optimizer=Adam(0.05), epochs=40, progress=False)
    estimator = network.to_sklearn(["high", "low", "middle"])
    names = np.array(["high", "low", "middle"])[y]
    before = estimator.score(X, names)
    assert before > 0.8
    for _ in range(20):
        estimator.partial_fit(X, names)
    assert estimator.score(X, names) >= before
    regression = MLP(3, [4, 2], activation=["relu", None], bias=False, seed=0)
    wanted = [[a.data for a in regression(x)] for x in X]
    np.testing.assert_allclose(regression.to_sklearn().predict(X), wanted, rtol=1e-13)


@pytest.mark.extras
def test_each_output_of_several_sigmoids_is_a_label_of_its_own():
    network = MLP(2, [3], activation="sigmoid", seed=0)
    X = np.random.default_rng(0).normal(size=(10, 2))
    found = network.to_sklearn().predict(X)
    np.testing.assert_array_equal(found, [[a.data > 0.5 for a in network(x)] for x in X])


@pytest.mark.extras
@pytest.mark.parametrize(
    ("network", "classes", "told"),
    [
        (MLP(2, [3, 3, 1], activation=["tanh", "relu", None]), None, "one activation in all hidden layers.*tanh, relu"),
        (MLP(2, [3, 1], activation=["gelu", None]), None, "this one has gelu"),
        (MLP(2, [3, 1], activation="tanh"), None, "this one ends in tanh"),
        (MLP(2, [2], activation="softmax"), None, "softmax over two classes"),
        (MLP(2, [1], activation="linear"), [0, 1], "leave out classes"),
        (MLP(2, [1], activation="sigmoid"), ["a"], "needs 2 different classes"),
        (MLP(2, [3], activation="softmax"), [2, 1, 0], "in ascending order"),
    ],
)
def test_what_scikit_learn_cannot_hold_is_refused_by_name(network, classes, told):
    with pytest.raises(ValueError, match=told):
        network.to_sklearn(classes)


@pytest.mark.extras
def test_an_estimator_without_weights_is_refused():
    from sklearn.linear_model import LinearRegression
    from sklearn.neural_network import MLPRegressor

    with pytest.raises(ExchangeError, match="call its fit first"):
        MLP.from_sklearn(MLPRegressor())
    with pytest.raises(ExchangeError, match="LinearRegression has no fitted weights"):
        MLP.from_sklearn(LinearRegression())
