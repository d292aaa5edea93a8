"""Metrics: what a person wants to know of a network's outputs, beside the loss that training lowers.

A metric is a name or a function of all outputs and targets at once, as NumPy arrays:

| name                         | meaning                                                               |
|------------------------------|-----------------------------------------------------------------------|
| `accuracy`                   | the share of samples whose class is right (see `classes_of`), 0 to 1  |
| any loss, such as `mae`      | that loss, averaged over the samples (or summed, as its table says)   |

Targets come as people have them: numbers for each output, or classes, which become one-hot. Below stands what a network
says of many samples at once: its outputs, probabilities, classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.errors import ArgumentTypeError, ArgumentValueError
from tinygrad_notes.nn.losses import LOSSES, Loss, loss_named
from tinygrad_notes.refusals import counted, unknown
from tinygrad_notes.replay import record
from tinygrad_notes.replay.recording import numbers_of

Array = NDArray[np.float64]
_RANGES = {"binary_cross_entropy": (0.0, 1.0), "binary_cross_entropy_from_logits": (0.0, 1.0), "hinge": (-1.0, 1.0)}


def check_inputs(network: Any, X: Array) -> None:
    """ArgumentValueError, with both shapes, where samples of X do not fit the inputs of a network of this package."""
    nin: int | None = getattr(network, "_input_count", lambda: None)()  # a function of Values is a network, too
    if nin is None or X.shape[1:] == (nin,):
        return
    inputs = counted(nin, "input")
    if X.ndim == 1:
        hint = f": write X.reshape(-1, {nin})" if len(X) % nin == 0 else ""
        raise ArgumentValueError(
            f"this network takes {inputs} for each sample, a row of X, got X of shape {X.shape}{hint}", "X"
        )
    got = str(X.shape[1]) if X.ndim == 2 else f"an array of shape {X.shape[1:]}"
    hint = "" if X.ndim == 2 else f": write X.reshape({len(X)}, -1)"
    raise ArgumentValueError(
        f"this network takes {inputs}, got {got}: X has shape {X.shape}, and should have ({len(X)}, {nin}){hint}", "X"
    )


def coded(y: Array, outputs: int, loss: Loss, name: str = "y") -> Array:
    """The targets as `loss` wants them: of shape (samples, outputs), or (samples,) for one output.

    Classes, of shape (samples,) or (samples, 1) where the network has several outputs, become one-hot: 1 for the output
    of the class and 0 for the others (-1 for the hinge loss).

    Raises ArgumentValueError where the shape or a number does not fit.

    Example:
        >>> from tinygrad_notes.nn.losses import cross_entropy
        >>> coded(np.array([0.0, 2.0]), 3, cross_entropy)
        array([[1., 0., 0.],
               [0., 0., 1.]])
    """
    fits = y.shape[1:] in ((), (1,)) if outputs == 1 else y.shape[1:] == (outputs,)
    if not fits and outputs > 1 and y.shape[1:] in ((), (1,)):
        return one_hot(y.reshape(len(y)), outputs, off=-1.0 if loss.name == "hinge" else 0.0, name=name)
    if not fits:
        wanted = f"({len(y)}, {outputs}){' or' if outputs == 1 else ', or classes of shape'} ({len(y)},)"
        raise ArgumentValueError(
            f"the network gives {counted(outputs, 'output')} for each sample, but {name} has shape {y.shape}: "
            f"it should be {wanted}",
            "y",
        )
    _check_range(y, loss, name)
    return y


def one_hot(classes: Array, count: int, off: float = 0.0, name: str = "y") -> Array:
    """A row for each class, of shape (samples, count): 1 at its place, `off` elsewhere.

    Raises ArgumentValueError where a class is not a whole number from 0 to count - 1.
    """
    wrong = classes[(classes != np.floor(classes)) | (classes < 0) | (classes >= count) | np.isnan(classes)]
    if len(wrong):
        shift = ": classes from 1 are written y - 1" if classes.min() == 1 and classes.max() == count else ""
        raise ArgumentValueError(
            f"the network has {count} outputs, for the classes 0 to {count - 1}, but {name} "
            f"(of shape {classes.shape}) holds {wrong[0]:g}{shift}",
            "y",
        )
    rows = np.full((len(classes), count), off)
    rows[np.arange(len(classes)), classes.astype(np.int64)] = 1.0
    return rows


def _check_range(y: Array, loss: Loss, name: str) -> None:
    low, high = _RANGES.get(loss.name, (-np.inf, np.inf))
    if not len(y) or (low <= y.min() and y.max() <= high and not (loss.name == "hinge" and (y == 0).any())):
        return
    if np.isnan(y).any():
        return  # which no range is about; it shows in the loss
    values = np.unique(y)
    shown = ", ".join(f"{value:g}" for value in values[:3]) + (", …" if len(values) > 3 else "")
    if loss.name == "hinge":
        hint = ": write 2 * y - 1" if low <= 0 <= y.min() and y.max() <= 1 else ""
        raise ArgumentValueError(f"the hinge loss takes the targets 1 and -1, but {name} holds {shown}{hint}", "y")
    hint = ": write (y + 1) / 2" if set(values.tolist()) == {-1.0, 1.0} else ""
    raise ArgumentValueError(f"{loss.name} takes targets from 0 to 1, but {name} holds {shown}{hint}", "y")


Metric = Callable[[Array, Array], float]


def classes_of(outputs: Array, threshold: float = 0.5) -> NDArray[np.int64]:
    """The class of each sample: the place of its largest output; of one output, whether it is above `threshold`.

    Args:
        outputs: of shape (samples,) or (samples, 1) for one output, else (samples, classes).
        threshold: 0.5 for the probability of class 1, 0 for a score of either sign.

    Returns:
        An array of shape (samples,). The first of several largest outputs counts.

    Example:
        >>> classes_of(np.array([[0.1, 0.7, 0.2], [0.8, 0.1, 0.1]])), classes_of(np.array([0.2, 0.9]))
        (array([1, 0]), array([0, 1]))
    """
    if outputs.ndim > 1 and outputs.shape[1] > 1:
        return np.asarray(outputs.argmax(axis=1))
    return np.asarray(outputs.reshape(len(outputs)) > threshold, np.int64)


def accuracy(outputs: Array, targets: Array, threshold: float = 0.5) -> float:
    """The share of samples whose class is right, from 0 to 1.

    Args:
        outputs: of shape (samples,) or (samples, 1) for one output, else (samples, classes).
        targets: of the same shape, or the classes themselves, of shape (samples,).
        threshold: which number one output, and its target, must be above to mean class 1.

    Example:
        >>> accuracy(np.array([[0.1, 0.9], [0.6, 0.4]]), np.array([1, 1]))
        0.5
    """
    are_classes = outputs.size != len(outputs) and targets.size == len(targets)
    wanted = targets if are_classes else classes_of(targets, threshold)
    return float(np.mean(classes_of(outputs, threshold) == np.reshape(wanted, len(outputs))))


def metrics_named(metrics: Any, threshold: float) -> dict[str, Metric]:
    """The metrics of `fit` by their names in its history; `threshold` is for the accuracy of one output.

    Raises ArgumentTypeError for what is no metric, ArgumentValueError for an unknown name or one that comes twice.
    """
    if isinstance(metrics, str) or callable(metrics):
        metrics = [metrics]
    if not isinstance(metrics, Iterable):
        kind = type(metrics).__name__
        raise ArgumentTypeError(f'metrics are a list of names and functions, got {kind}: write ["accuracy"]', "metrics")
    found: dict[str, Metric] = {}
    for metric in metrics:
        name, function = _metric(metric, threshold)
        if name in found or name in ("loss", "gradient_norm"):
            raise ArgumentValueError(f"there are two metrics called {name!r}: give one of them another name", "metrics")
        found[name] = function
    return found


def _metric(metric: Any, threshold: float) -> tuple[str, Metric]:
    if isinstance(metric, Loss):
        return metric.name, _mean_of(metric)
    if callable(metric):
        name = str(getattr(metric, "__name__", type(metric).__name__))
        return name.strip("<>"), _one_number(metric, name)
    if not isinstance(metric, str):
        kind = type(metric).__name__
        raise ArgumentTypeError(f'a metric is a name such as "accuracy", or a function, got {kind}', "metrics")
    small = metric.strip().casefold()
    if small in ("accuracy", "acc"):
        return "accuracy", lambda outputs, targets: accuracy(outputs, targets, threshold)
    try:
        loss = loss_named(metric)
    except ArgumentValueError:
        raise ArgumentValueError(unknown("metric", metric, ["accuracy", *LOSSES]), "metrics") from None
    return loss.name, _mean_of(loss)


def _mean_of(loss: Loss) -> Metric:
    def number(outputs: Array, targets: Array) -> float:
        rows = outputs.reshape(len(outputs), -1)
        wanted = coded(targets, rows.shape[1], loss).reshape(rows.shape)
        return float(loss(rows.tolist(), wanted.tolist()))

    return number


def _one_number(metric: Callable[[Any, Any], Any], name: str) -> Metric:
    def number(outputs: Array, targets: Array) -> float:
        found = metric(outputs, targets)
        try:
            return float(found)
        except (TypeError, ValueError):
            raise ArgumentTypeError(
                f"a metric is a function of all outputs and targets that returns one number, but {name} gave {found!r}",
                "metrics",
            ) from None

    return number


# Predictions ----------------------------------------------------------------------------------------


def outputs_of(network: Any, X: Any) -> Array:
    """The outputs of all samples, of shape (samples, outputs), or (samples,) for one output."""
    samples = numbers_of(X, "X")
    if samples.ndim == 0:
        raise ArgumentValueError(f"predict takes one row for each sample, got the number {X!r}: write [[{X!r}]]", "X")
    check_inputs(network, samples)
    if not len(samples):
        raise ArgumentValueError(f"there are no samples to predict from: X has shape {samples.shape}", "X")
    return record(network, samples[0].tolist())(samples)


def threshold_of(network: Any) -> float:
    """What one output must be above for class 1: 0.5 after a sigmoid, 0 for a score of either sign."""
    activation = last_activation(network)
    return 0.5 if isinstance(activation, str) and activation.startswith("sigmoid") else 0.0


def last_activation(network: Any) -> Any:
    """The activation of the last layer, where the network is one of this package; else None."""
    layers = getattr(network, "layers", None)
    return getattr(layers[-1] if layers else network, "activation", None)


def probabilities_of(network: Any, X: Any) -> Array:
    """The probability of each class, of shape (samples, classes); of one output's classes, 0 and 1, (samples, 2)."""
    outputs = outputs_of(network, X)
    activation = last_activation(network)
    if activation not in ("sigmoid", "softmax", "linear"):
        raise ArgumentValueError(
            f"probabilities are made of a last layer that is softmax, sigmoid or linear (logits), not {activation}: "
            "predict gives its outputs as they are",
            "network",
        )
    if outputs.ndim == 1 or outputs.shape[1] == 1:
        one = outputs.reshape(len(outputs))
        shares = one if activation == "sigmoid" else np.exp(-np.logaddexp(0.0, -one))
        return np.column_stack([1.0 - shares, shares])
    if activation != "linear":
        return outputs
    outputs = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return np.asarray(outputs / outputs.sum(axis=1, keepdims=True))


def predicted_classes(network: Any, X: Any, threshold: float | None = None) -> NDArray[np.int64]:
    """The class of each sample, of shape (samples,)."""
    return classes_of(outputs_of(network, X), threshold_of(network) if threshold is None else threshold)
