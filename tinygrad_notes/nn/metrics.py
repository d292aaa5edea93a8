"""Metrics: what a person wants to know of a network's outputs, beside the loss that training lowers.

A metric is a name or a function of all outputs and targets at once, as NumPy arrays:

| name                         | meaning                                                               |
|------------------------------|-----------------------------------------------------------------------|
| `accuracy`                   | the share of samples whose class is right (see `classes_of`), 0 to 1  |
| any loss, such as `mae`      | that loss, averaged over the samples (or summed, as its table says)   |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.errors import ArgumentTypeError, ArgumentValueError
from tinygrad_notes.nn.losses import LOSSES, Loss, loss_named
from tinygrad_notes.nn.targets import coded
from tinygrad_notes.refusals import unknown

Array = NDArray[np.float64]
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
