"""Losses against NumPy written out, and at the ends where logarithms blow up."""

import numpy as np
import pytest

from tinygrad_notes import Value
from tinygrad_notes.nn import MLP
from tinygrad_notes.nn.losses import LOSSES, cross_entropy, loss_named, squared_error

A = [[0.2, 0.7], [0.6, 0.1], [0.5, 0.9]]
Y = [[0.0, 1.0], [1.0, 0.0], [0.25, 0.75]]
a, y = np.array(A), np.array(Y)

BY_HAND = {
    "squared_error": ((a - y) ** 2).sum(),
    "half_squared_error": ((a - y) ** 2).sum() / 2,
    "mean_squared_error": ((a - y) ** 2).mean(),
    "binary_cross_entropy": -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum() / 3,
    "cross_entropy": -(y * np.log(a)).sum() / 3,
    "absolute_error": np.abs(a - y).sum(),
    "mean_absolute_error": np.abs(a - y).mean(),
    "hinge": np.maximum(0, 1 - y * a).sum() / 3,
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_batch_is_summed_or_averaged_as_documented(name: str) -> None:
    outputs = [[Value(number) for number in row] for row in A]
    assert LOSSES[name](outputs, Y).data == pytest.approx(BY_HAND[name], rel=1e-14)


def test_the_reduction_can_be_chosen() -> None:
    assert squared_error(A, Y, reduction="mean") == pytest.approx(((a - y) ** 2).sum() / 3, rel=1e-14)
    assert cross_entropy(A, Y, reduction="sum") == pytest.approx(3 * BY_HAND["cross_entropy"], rel=1e-14)


def test_bare_numbers_are_a_sample_of_one_output() -> None:
    assert squared_error(Value(3.0), 1.0).data == 4.0
    assert squared_error([Value(3.0), Value(0.0)], [[1.0], [1.0]]).data == 5.0


@pytest.mark.parametrize(
    ("outputs", "targets", "message"),
    [
        ([1.0, 2.0], [1.0], "got 2 outputs and 1 target:"),
        ([[1.0]], [[1.0], [2.0]], "got 1 output for 2 samples"),
        (1.0, [[1.0], [2.0]], "got one number for 2 samples"),
        ([], [], "got 0 outputs and 0 targets"),
    ],
)
def test_shapes_that_differ_are_refused(outputs: object, targets: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        squared_error(outputs, targets)


def test_unknown_names_are_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"unknown loss 'rmse'; choose one of squared_error"):
        loss_named("rmse")
    with pytest.raises(ValueError, match="a reduction is"):
        squared_error(A, Y, reduction="median")


@pytest.mark.parametrize(("z", "target"), [(800.0, 0.0), (-800.0, 1.0), (800.0, 1.0), (40.0, 0.0)])
def test_binary_cross_entropy_of_a_saturated_sigmoid_keeps_value_and_gradient(z: float, target: float) -> None:
    node = Value(z)
    loss = LOSSES["binary_cross_entropy"](node.sigmoid(), target)
    loss.backward()
    sign = 1 - 2 * target
    assert loss.data == pytest.approx(max(sign * z, 0.0), abs=1e-15)
    assert node.grad == pytest.approx(sign if sign * z > 0 else 0.0, abs=1e-15)


def test_cross_entropy_of_a_saturated_softmax_keeps_value_and_gradient() -> None:
    network = MLP.from_weights([[[900.0], [0.0]]], activation="softmax")
    loss = cross_entropy(network([1.0]), [0.0, 1.0])
    loss.backward()
    assert loss.data == 900.0
    assert [neuron.w[0].grad for neuron in network.layers[0].neurons] == [1.0, -1.0]


def test_softmax_is_the_activation_of_a_whole_layer() -> None:
    network = MLP.from_weights([[[0.1, 0.2], [0.0, 0.1], [-0.1, 0.1]]], [[0.0] * 3], activation="softmax")
    outputs = network([1.0, 2.0])
    powers = np.exp([0.5, 0.2, 0.1])
    assert [out.data for out in outputs] == pytest.approx(list(powers / powers.sum()), rel=1e-14)
    assert [out.label for out in outputs] == ["a1[0]", "a1[1]", "a1[2]"]
    assert network.layers[0].activation == "softmax"


def test_softmax_of_a_single_neuron_is_refused() -> None:
    from tinygrad_notes.nn import Neuron

    with pytest.raises(ValueError, match="softmax takes the pre-activations of a whole layer"):
        Neuron(2, activation="softmax")
