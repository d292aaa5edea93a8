"""Targets as people have them: numbers for each output, or classes, which become one-hot."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.errors import ArgumentValueError
from tinygrad_notes.nn.losses import Loss
from tinygrad_notes.refusals import counted

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
    values = np.unique(y)
    shown = ", ".join(f"{value:g}" for value in values[:3]) + (", …" if len(values) > 3 else "")
    if loss.name == "hinge":
        hint = ": write 2 * y - 1" if low <= 0 <= y.min() and y.max() <= 1 else ""
        raise ArgumentValueError(f"the hinge loss takes the targets 1 and -1, but {name} holds {shown}{hint}", "y")
    hint = ": write (y + 1) / 2" if set(values.tolist()) == {-1.0, 1.0} else ""
    raise ArgumentValueError(f"{loss.name} takes targets from 0 to 1, but {name} holds {shown}{hint}", "y")
