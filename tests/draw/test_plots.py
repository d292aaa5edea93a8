"""Plots: the numbers in them are the ones given or computed."""

from __future__ import annotations

import math
from typing import Any, cast

import pytest

from tinygrad_notes import MLP, Layer

pytestmark = pytest.mark.extras

XOR = [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_losses_are_drawn_in_order_on_a_logarithmic_scale() -> None:
    from tinygrad_notes.draw.plots import plot_losses

    axes = plot_losses([0.9, 0.5, 0.1])
    assert list(axes.lines[0].get_ydata()) == [0.9, 0.5, 0.1]
    assert axes.get_yscale() == "log"
    assert plot_losses([1.0, 0.0]).get_yscale() == "linear"


def test_an_activation_is_drawn_with_its_derivative() -> None:
    from tinygrad_notes.draw.plots import plot_activation

    value, slope = plot_activation("sigmoid", points=3).lines
    assert list(value.get_ydata())[1] == 0.5
    assert list(slope.get_ydata())[1] == 0.25
    assert list(plot_activation(None, -1, 1, points=3).lines[1].get_ydata()) == [1.0, 1.0, 1.0]


def test_the_decision_boundary_lies_where_the_network_changes_its_mind() -> None:
    from tinygrad_notes.draw.plots import plot_decision_boundary

    network = MLP.from_weights([[[4.0, 0.0]]], [[-2.0]])  # σ(4 x0 - 2) is one half at x0 = 0.5
    axes = plot_decision_boundary(network, XOR, [0, 0, 1, 1])
    boundary = axes.collections[1].get_paths()[0].vertices
    assert all(math.isclose(x, 0.5, abs_tol=0.01) for x, _ in boundary)


def test_gradient_sizes_are_root_mean_squares() -> None:
    from tinygrad_notes.draw.plots import plot_gradient_sizes

    network = MLP(2, [2, 1], seed=1)
    for layer, sizes in zip(network.layers, ([3.0, 4.0, 0.0, 0.0], [0.5, 0.5]), strict=True):
        for weight, grad in zip((w for neuron in layer.neurons for w in neuron.w), sizes, strict=True):
            weight.grad = grad
    heights = [bar.get_height() for bar in plot_gradient_sizes(network).patches]
    assert heights == [2.5, 0.5]


def test_mistakes_are_named() -> None:
    from tinygrad_notes.draw.plots import plot_activation, plot_decision_boundary, plot_gradient_sizes

    with pytest.raises(TypeError, match="plot_decision_boundary shows an MLP, got Layer"):
        plot_decision_boundary(cast(Any, Layer(2, 1)), XOR, [0, 1, 1, 0])
    with pytest.raises(TypeError, match="plot_gradient_sizes shows an MLP, got Layer"):
        plot_gradient_sizes(cast(Any, Layer(2, 1)))
    with pytest.raises(ValueError, match="2 inputs and 1 output"):
        plot_decision_boundary(MLP(3, [1]), [[1, 2, 3]], [1])
    with pytest.raises(ValueError, match=r"got 4 samples, 1 target$"):
        plot_decision_boundary(MLP(2, [1]), XOR, [1])
    with pytest.raises(ValueError, match="from a low to a higher number"):
        plot_activation("tanh", 1, -1)
