"""Plots with matplotlib: how a training run went, what a network decides, what an activation does.

Needs the `plots` extra. Every function draws into the axes it is given, or into new ones, and returns them, so
that plots can be combined and styled further.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tinygrad_notes.draw.network_numbers import check_network
from tinygrad_notes.draw.style import ROLES
from tinygrad_notes.nn import MLP
from tinygrad_notes.nn.activations import Activation, activation_function
from tinygrad_notes.refusals import counted
from tinygrad_notes.value import Number, Value

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

_POSITIVE, _NEGATIVE, _INK, _PAPER = (ROLES[role][0] for role in ("positive", "negative", "ink", "paper"))


def _axes(axes: Axes | None) -> Axes:
    if axes is not None:
        return axes
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise ImportError("plots need matplotlib, which is not installed: pip install matplotlib") from None
    made: Axes = Figure(figsize=(6.0, 4.0), layout="constrained").subplots()
    return made


def plot_losses(losses: Sequence[float], axes: Axes | None = None) -> Axes:
    """The loss after every step or epoch, on a logarithmic scale where all are positive."""
    drawn = _axes(axes)
    drawn.plot(range(1, len(losses) + 1), losses, color=_POSITIVE)
    if losses and min(losses) > 0:
        drawn.set_yscale("log")
    drawn.set_xlabel("epoch")
    drawn.set_ylabel("loss")
    drawn.grid(alpha=0.3)
    return drawn


def plot_decision_boundary(
    network: MLP,
    X: Sequence[Sequence[Number]] | NDArray[Any],
    y: Sequence[Number] | NDArray[Any],
    *,
    threshold: float = 0.5,
    resolution: int = 60,
    axes: Axes | None = None,
) -> Axes:
    """What a network with two inputs and one output says over the plane, with the samples on it.

    Args:
        network: with 2 inputs and 1 output.
        X: samples, of shape (N, 2).
        y: their targets, of shape (N,); those above `threshold` are one class, the others the other.
        threshold: the output at which the decision changes: 0.5 after a sigmoid, 0 for a score of either sign.
        resolution: how many points a side the plane is looked at.

    Raises ValueError for a network of another shape, or X and y of different lengths.
    """
    check_network(network, "plot_decision_boundary")
    if network.layers[0].nin != 2 or len(network.layers[-1].neurons) != 1:
        raise ValueError(f"a decision boundary can be drawn for 2 inputs and 1 output, not for {network}")
    if len(X) != len(y) or not len(X):
        got = f"{counted(len(X), 'sample')}, {counted(len(y), 'target')}"
        raise ValueError(f"each sample needs a target, and there must be some: got {got}")
    import numpy as np

    from tinygrad_notes.replay import record

    drawn = _axes(axes)
    points = np.asarray(X, dtype=float)
    margin = 0.25 * float(np.ptp(points, axis=0).max()) or 1.0
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    xs, ys = (np.linspace(low[i], high[i], resolution) for i in range(2))
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    said = np.asarray(record(network, points[0])(grid)).reshape(resolution, resolution)
    reach = float(np.abs(said - threshold).max()) or 1.0
    levels = np.linspace(threshold - reach, threshold + reach, 21)
    drawn.contourf(xs, ys, said, levels=levels, cmap=_diverging(), alpha=0.6)
    if said.min() < threshold < said.max():
        drawn.contour(xs, ys, said, levels=[threshold], colors=[_INK])
    above = np.asarray(y, dtype=float).ravel() > threshold
    for chosen, color, marker in ((above, _POSITIVE, "o"), (~above, _NEGATIVE, "s")):
        drawn.scatter(points[chosen, 0], points[chosen, 1], c=color, marker=marker, edgecolors=_PAPER, zorder=3)
    drawn.set_xlabel("x[0]")
    drawn.set_ylabel("x[1]")
    return drawn


def _diverging() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("blame", [_NEGATIVE, _PAPER, _POSITIVE])


def plot_activation(
    activation: Activation, low: float = -6.0, high: float = 6.0, *, points: int = 241, axes: Axes | None = None
) -> Axes:
    """An activation and its derivative, which is what an error is multiplied by on its way back.

    Raises ValueError for an unknown name, an empty interval or fewer than two points.
    """
    if not low < high or points < 2:
        raise ValueError(
            f"an activation is drawn from a low to a higher number, over 2 points or more, not {low}..{high}"
        )
    drawn = _axes(axes)
    function = activation_function(activation) or (lambda z: z * 1)
    zs = [Value(low + (high - low) * i / (points - 1)) for i in range(points)]
    outputs = [function(z) for z in zs]
    for output in outputs:
        output.backward()
    numbers = [z.data for z in zs]
    drawn.plot(numbers, [output.data for output in outputs], color=_POSITIVE, label="a(z)")
    drawn.plot(numbers, [z.grad for z in zs], color=_NEGATIVE, linestyle="--", label="a′(z)")
    drawn.set_title(activation if isinstance(activation, str) else getattr(activation, "__name__", "activation"))
    drawn.set_xlabel("z")
    drawn.grid(alpha=0.3)
    drawn.legend()
    return drawn


def plot_gradient_sizes(network: MLP, axes: Axes | None = None) -> Axes:
    """The root mean square of ∂C/∂W in each layer, after a backward pass: where gradients vanish or explode.

    A layer whose gradients are all 0 has no bar.
    """
    check_network(network, "plot_gradient_sizes")
    drawn = _axes(axes)
    names = [f"layer {layer.number}" for layer in network.layers]
    grads = [[weight.grad for neuron in layer.neurons for weight in neuron.w] for layer in network.layers]
    sizes = [(sum(grad * grad for grad in of_layer) / len(of_layer)) ** 0.5 for of_layer in grads]
    drawn.bar(names, sizes, color=_POSITIVE)
    if any(sizes):
        drawn.set_yscale("log")
        drawn.set_ylim(bottom=min(size for size in sizes if size) / 10)
    drawn.set_ylabel("root mean square of ∂C/∂W")
    return drawn
