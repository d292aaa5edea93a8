"""Classes as targets, losses from logits, accuracy and predictions, each beside NumPy by hand."""

import numpy as np
import pytest

from tinygrad_notes import MLP, Layer, Neuron, Value, fit
from tinygrad_notes.nn.logits import binary_cross_entropy_from_logits, cross_entropy_from_logits
from tinygrad_notes.nn.losses import LOSSES, binary_cross_entropy, cross_entropy
from tinygrad_notes.nn.metrics import accuracy, classes_of
from tinygrad_notes.nn.optimizers import SGD

DRAW = np.random.default_rng(3)
X = DRAW.normal(size=(30, 4))
CLASSES = DRAW.integers(0, 3, 30)
BITS = DRAW.integers(0, 2, 30)


def numbers(network):
    return np.array([parameter.data for parameter in network.parameters()])


def weights(layer):
    return np.array([[w.data for w in neuron.w] for neuron in layer.neurons]), np.array(
        [neuron.b.data for neuron in layer.neurons]
    )


def logits_by_hand(network, X):
    (W1, b1), (W2, b2) = map(weights, network.layers)
    return np.tanh(X @ W1.T + b1) @ W2.T + b2


def softmax(z):
    shares = np.exp(z - z.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def network_of(outputs, last):
    return MLP(4, [5, outputs], activation=["tanh", last], seed=2)


@pytest.mark.parametrize("shape", [(30,), (30, 1)])
@pytest.mark.parametrize("kind", [np.int64, np.uint8, float])
def test_classes_are_one_hot_targets(shape, kind):
    networks = [network_of(3, "softmax") for _ in range(2)]
    histories = [
        fit(network, X, y, loss="cross_entropy", epochs=5)
        for network, y in zip(networks, [CLASSES.reshape(shape).astype(kind), np.eye(3)[CLASSES]])
    ]
    assert histories[0] == histories[1]
    np.testing.assert_array_equal(numbers(networks[0]), numbers(networks[1]))


def test_classes_of_the_hinge_loss_are_1_and_minus_1():
    networks = [network_of(3, None) for _ in range(2)]
    fit(networks[0], X, CLASSES, loss="hinge", epochs=3)
    fit(networks[1], X, 2 * np.eye(3)[CLASSES] - 1, loss="hinge", epochs=3)
    np.testing.assert_array_equal(numbers(networks[0]), numbers(networks[1]))


def test_classes_come_from_an_iterable_too():
    networks = [network_of(3, None) for _ in range(2)]
    fit(networks[0], [(X, CLASSES)], loss="cross_entropy", epochs=3)
    fit(networks[1], X, CLASSES, loss="cross_entropy", epochs=3, batch_size=None)
    np.testing.assert_array_equal(numbers(networks[0]), numbers(networks[1]))


@pytest.mark.parametrize("executor", ["numpy", "eager"])
@pytest.mark.parametrize("loss", ["cross_entropy", "Cross_Entropy", "cross_entropy_from_logits"])
def test_cross_entropy_on_a_linear_layer_is_that_of_logits(loss, executor):
    network = network_of(3, None)
    z = logits_by_hand(network, X)
    expected = -np.log(softmax(z))[range(30), CLASSES].mean()
    _, b2 = weights(network.layers[1])
    history = fit(
        network, X, CLASSES, loss=loss, optimizer=SGD(0.5), epochs=1, batch_size=None, executor=executor
    )  # fmt: skip
    assert history["loss"] == [pytest.approx(expected, rel=1e-13)]
    moved = b2 - 0.5 * (softmax(z) - np.eye(3)[CLASSES]).mean(axis=0)  # the gradient by logits is softmax(z) - y
    np.testing.assert_allclose(weights(network.layers[1])[1], moved, rtol=1e-12, atol=1e-15)


def test_a_linear_layer_learns_as_the_same_layer_with_softmax():
    networks = [network_of(3, last) for last in (None, "softmax")]
    for network in networks:
        fit(network, X, CLASSES, loss="cross_entropy", epochs=20)
    np.testing.assert_allclose(numbers(networks[0]), numbers(networks[1]), rtol=1e-9)


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "bce", "bce_with_logits"])
def test_binary_cross_entropy_on_a_linear_neuron_is_that_of_a_logit(loss):
    network = network_of(1, None)
    z = logits_by_hand(network, X)[:, 0]
    expected = np.mean(np.logaddexp(0, z) - BITS * z)
    history = fit(network, X, BITS, loss=loss, epochs=1, batch_size=None)
    assert history["loss"] == [pytest.approx(expected, rel=1e-13)]


@pytest.mark.parametrize("z", [[700.0, -700.0, 3.0], [-1e4, 1e4, 0.0]])
def test_logits_of_any_size_have_a_finite_loss_and_the_right_slope(z):
    values = [Value(number) for number in z]
    loss = cross_entropy_from_logits(values, [1.0, 0.0, 0.0])
    loss.backward()
    assert loss.data == pytest.approx(max(z) - z[0], abs=1e-12)
    np.testing.assert_allclose([v.grad for v in values], softmax(np.array([z]))[0] - [1, 0, 0], atol=1e-15)
    score = Value(z[0])
    assert binary_cross_entropy_from_logits(score, 0.0).data == pytest.approx(max(z[0], 0.0), abs=1e-12)


def test_from_logits_is_the_plain_loss_of_shares():
    z = [0.3, -1.2, 2.0]
    assert cross_entropy_from_logits(z, [0.0, 1.0, 0.0]) == pytest.approx(
        cross_entropy(softmax(np.array([z]))[0].tolist(), [0.0, 1.0, 0.0]), rel=1e-14
    )
    assert binary_cross_entropy_from_logits(0.3, 1.0) == pytest.approx(
        binary_cross_entropy(1 / (1 + np.exp(-0.3)), 1.0), rel=1e-14
    )


@pytest.mark.parametrize(("loss", "off"), [("cross_entropy", 0.0), ("mean_squared_error", 0.0), ("hinge", -1.0)])
@pytest.mark.parametrize("target", [2, np.int32(2)])
def test_a_bare_class_is_the_target_of_one_sample(loss, off, target):
    outputs = network_of(3, "softmax")(X[0])
    assert LOSSES[loss](outputs, target).data == LOSSES[loss](outputs, [off, off, 1.0]).data
    with pytest.raises(ValueError, match="3 outputs are for the classes 0 to 2, got the class 3"):
        LOSSES[loss](outputs, 3)


WRONG = [
    (network_of(3, "softmax"), X, CLASSES, {"loss": "cross_entropy_from_logits"}, 'done so already: .*"cross_entropy"'),
    (network_of(1, "sigmoid"), X, BITS, {"loss": "bce_from_logits"}, 'done so already: .*"binary_cross_entropy"'),
    (network_of(1, "sigmoid"), X, BITS, {"loss": "cross_entropy"}, 'one output: take the loss "binary_cross_entropy"'),
    (network_of(1, "relu"), X, BITS, {"loss": "cross_entropy"}, 'one output: take the loss "binary_cross_entropy"'),
    (network_of(3, None), X, CLASSES, {"loss": "cross_entropie"}, "unknown loss .*did you mean 'cross_entropy'"),
    (network_of(3, None), X, CLASSES + 1, {}, r"classes 0 to 2, but y \(of shape \(30,\)\) holds 3: .* y - 1"),
    (network_of(3, None), X, CLASSES - 1, {}, "classes 0 to 2, but y .* holds -1"),
    (network_of(3, None), X, CLASSES + 0.5, {}, r"holds [012]\.5"),
    (network_of(3, None), X, np.full(30, np.nan), {}, "holds nan"),
    (network_of(3, None), X, np.eye(4)[CLASSES], {}, r"3 outputs .* y has shape \(30, 4\): .* \(30, 3\), or classes"),
    (network_of(1, None), X, np.eye(3)[CLASSES], {}, r"1 output for .* shape \(30, 3\): .* \(30, 1\) or \(30,\)"),
    (network_of(3, None), X[:, :2], CLASSES, {}, r"takes 4 inputs, got 2: X has shape \(30, 2\), .* \(30, 4\)"),
    (network_of(3, None), X.ravel(), np.zeros(120), {}, r"a row of X, got X of shape \(120,\): .* X.reshape\(-1, 4\)"),
    (network_of(3, None), X.reshape(30, 2, 2), CLASSES, {}, r"X has shape \(30, 2, 2\).*X.reshape\(30, -1\)"),
    (network_of(3, None), X, CLASSES[:9], {}, r"got shapes \(30, 4\) and \(9,\)"),
    (network_of(1, "sigmoid"), X, BITS + 1, {"loss": "bce"}, "takes targets from 0 to 1, but y holds 1, 2"),
    (network_of(1, None), X, 2 * BITS - 1, {"loss": "bce"}, r"but y holds -1, 1: write \(y \+ 1\) / 2"),
    (network_of(1, None), X, BITS, {"loss": "hinge"}, r"targets 1 and -1, but y holds 0, 1: write 2 \* y - 1"),
    (network_of(3, None), X, CLASSES, {"validation_data": (X, CLASSES + 9)}, "y of validation_data .* holds (9|1.)"),
    (network_of(3, None), X, CLASSES, {"validation_data": (X[:, :3], CLASSES)}, r"X has shape \(30, 3\)"),
]  # fmt: skip


@pytest.mark.parametrize(("network", "X", "y", "arguments", "message"), WRONG)
def test_what_does_not_fit_is_told_before_the_first_step(network, X, y, arguments, message):
    before = numbers(network)
    with pytest.raises(ValueError, match=message):
        fit(network, X, y, **{"loss": "cross_entropy" if len(network.layers[-1].neurons) > 1 else "mse"} | arguments)
    np.testing.assert_array_equal(numbers(network), before)


@pytest.mark.parametrize("y", [["cat", "dog", "cat"], np.array(["cat", "dog", "cat"])])
def test_texts_as_classes(y):
    with pytest.raises(TypeError, match=r"y holds texts, .*np\.unique\(y, return_inverse=True\)"):
        fit(network_of(2, None), X[:3], y, loss="cross_entropy")


# Predictions ------------------------------------------------------------------------------------------


def test_outputs_probabilities_and_classes_of_logits():
    network = network_of(3, None)
    z = logits_by_hand(network, X)
    np.testing.assert_allclose(network.predict(X), z, rtol=1e-13)
    np.testing.assert_allclose(network.predict_proba(X), softmax(z), rtol=1e-13)
    np.testing.assert_array_equal(network.predict_classes(X.tolist()), z.argmax(axis=1))


def test_outputs_probabilities_and_classes_of_softmax():
    network = network_of(3, "softmax")
    shares = softmax(logits_by_hand(network, X))
    for found in (network.predict(X), network.predict_proba(X)):
        np.testing.assert_allclose(found, shares, rtol=1e-13)


@pytest.mark.parametrize("last", ["sigmoid", None])
def test_one_output_is_the_probability_or_the_logit_of_class_1(last):
    network = network_of(1, last)
    p = 1 / (1 + np.exp(-logits_by_hand(network, X)[:, 0]))
    np.testing.assert_allclose(network.predict_proba(X), np.column_stack([1 - p, p]), rtol=1e-12)
    np.testing.assert_array_equal(network.predict_classes(X), p > 0.5)
    assert network.predict(X).shape == (30,)


def test_a_threshold_of_ones_own():
    network = network_of(1, "sigmoid")
    assert not network.predict_classes(X, threshold=1.0).any()


@pytest.mark.parametrize("network", [Neuron(4, seed=1), Layer(4, 2, seed=1)])
def test_neurons_and_layers_predict_too(network):
    expected = [network(x) for x in X.tolist()]
    expected = [a.data if isinstance(a, Value) else [each.data for each in a] for a in expected]
    np.testing.assert_allclose(network.predict(X), expected, rtol=1e-13)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda n: n.predict(X[:, :3]), r"takes 4 inputs, got 3: X has shape \(30, 3\)"),
        (lambda n: n.predict(X[0]), r"got X of shape \(4,\): write X.reshape\(-1, 4\)"),
        (lambda n: n.predict(0.5), r"got the number 0\.5"),
        (lambda n: n.predict(X[:0]), r"no samples to predict from: X has shape \(0, 4\)"),
        (lambda n: network_of(2, "tanh").predict_proba(X), "softmax, sigmoid or linear .* not tanh"),
    ],
)
def test_what_cannot_be_predicted_from(ask, message):
    with pytest.raises(ValueError, match=message):
        ask(network_of(3, None))


# Metrics ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outputs", "targets", "threshold", "expected"),
    [
        ([[0.1, 0.9], [0.8, 0.2]], [1, 1], 0.5, 0.5),
        ([[0.1, 0.9], [0.8, 0.2]], [[0, 1], [0, 1]], 0.5, 0.5),
        ([[0.1, 0.9], [0.8, 0.2]], [[1], [0]], 0.5, 1.0),
        ([0.4, 0.6, 0.7], [0, 1, 0], 0.5, 2 / 3),
        ([[0.4], [0.6], [0.7]], [0, 1, 1], 0.5, 1.0),
        ([-0.4, 0.1], [-1, -1], 0.0, 0.5),
        ([-0.4, 0.1], [0, 1], 0.0, 1.0),
    ],
)
def test_accuracy(outputs, targets, threshold, expected):
    assert accuracy(np.array(outputs), np.array(targets), threshold) == pytest.approx(expected, rel=1e-15)


def test_the_first_of_two_largest_outputs_is_the_class():
    assert classes_of(np.array([[0.5, 0.5, 0.0]])).tolist() == [0]


def test_metrics_are_measured_after_each_epoch_on_both_sets():
    def mean_output(outputs, targets):
        return outputs.mean()

    network, twin = network_of(3, None), network_of(3, None)
    held = (X[20:], CLASSES[20:])
    history = fit(
        network, X[:20], CLASSES[:20], loss="cross_entropy", epochs=4, validation_data=held,
        metrics=["accuracy", mean_output, "mse"],
    )  # fmt: skip
    fit(twin, X[:20], CLASSES[:20], loss="cross_entropy", epochs=4)
    assert {len(of_epochs) for of_epochs in history.values()} == {4}
    for prefix, (inputs, classes) in {"": (X[:20], CLASSES[:20]), "validation_": held}.items():
        z = logits_by_hand(twin, inputs)
        assert history[f"{prefix}accuracy"][-1] == np.mean(z.argmax(axis=1) == classes)
        assert history[f"{prefix}mean_output"][-1] == pytest.approx(z.mean(), rel=1e-12)
        mse = np.mean((z - np.eye(3)[classes]) ** 2)
        assert history[f"{prefix}mean_squared_error"][-1] == pytest.approx(mse, rel=1e-12)


@pytest.mark.parametrize(
    ("metrics", "error", "message"),
    [
        (["acuracy"], ValueError, "unknown metric 'acuracy'; did you mean 'accuracy'"),
        (["accuracy", "acc"], ValueError, "two metrics called 'accuracy'"),
        ([3], TypeError, "a metric is a name"),
        (3, TypeError, r'got int: write \["accuracy"\]'),
        ([lambda outputs, targets: outputs], TypeError, "returns one number, but <lambda> gave"),
    ],
)
def test_what_is_no_metric(metrics, error, message):
    with pytest.raises(error, match=message):
        fit(network_of(3, None), X, CLASSES, loss="cross_entropy", epochs=1, metrics=metrics)


def test_metrics_of_an_iterable_need_validation_data():
    batches = [(X, CLASSES)]
    with pytest.raises(ValueError, match="give some, or leave them out"):
        fit(network_of(3, None), batches, loss="cross_entropy", metrics="accuracy")
    history = fit(
        network_of(3, None), batches, loss="cross_entropy", metrics="accuracy", epochs=1, validation_data=(X, CLASSES)
    )
    assert "validation_accuracy" in history and "accuracy" not in history


@pytest.mark.parametrize("of_one", [float, Value])
def test_an_array_of_targets_is_no_class(of_one):
    outputs, targets = [Value(0.25), Value(0.75)], np.array([of_one(0.0), of_one(1.0)])
    assert cross_entropy(outputs, targets).data == cross_entropy(outputs, 1).data == -np.log(0.75)
