"""`fit`: train a network, on replay by default.

A bar tells on a terminal how far a run is.
"""

from __future__ import annotations

import math
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from tinygrad_notes.errors import ArgumentValueError
from tinygrad_notes.nn.arguments import positive, share, whole
from tinygrad_notes.nn.batches import ArrayBatches, Batch, IteratedBatches, samples_of, split
from tinygrad_notes.nn.callbacks import Callback
from tinygrad_notes.nn.history import History
from tinygrad_notes.nn.losses import Loss
from tinygrad_notes.nn.optimizers import DivergenceError as DivergenceError
from tinygrad_notes.nn.optimizers import LearningRate, Optimizer, optimizer_named
from tinygrad_notes.nn.training import Training
from tinygrad_notes.replay.executors.interface import Executor


def fit(
    network: Any,
    X: Any,
    y: Any = None,
    *,
    loss: str | Loss | Callable[[Any, Any], Any] = "mean_squared_error",
    optimizer: str | Optimizer = "adam",
    learning_rate: LearningRate | None = None,
    epochs: int = 100,
    batch_size: int | None = 32,
    shuffle: bool = True,
    seed: int = 0,
    metrics: Sequence[str | Callable[[Any, Any], Any]] = (),
    callbacks: Sequence[Callback | Callable[[Training], Any]] = (),
    validation_data: tuple[Any, Any] | None = None,
    validation_split: float | None = None,
    patience: int | None = None,
    clip_norm: float | None = None,
    executor: str | Executor = "numpy",
    checkpoint: str | Path | None = None,
    checkpoint_every: int = 1,
    progress: bool | None = None,
    validation: tuple[Any, Any] | None = None,
) -> History:
    """Train `network` on samples X with targets y, and return its history.

    Ctrl-C ends the training early: the current step is finished, and the network keeps its parameters. `fit` warns and
    returns the history of the finished epochs.

    Args:
        network: an object with `parameters()`, which returns outputs when it is called on the inputs of one sample.
        X: of shape (samples, inputs). For data larger than memory: an iterable of batches (X, y), which is iterated in
            every epoch, or a function that returns one.
        y: of shape (samples, outputs), or (samples,). The latter is one number for each sample with one output, and
            with several outputs the class, a whole number from 0. None with an iterable.
        loss: the name of a loss (see `nn.losses` and `nn.logits`), or a function of one sample's outputs and targets.
            After a linear last layer, the cross-entropies take the outputs as logits.
        optimizer: "sgd", "momentum", "nesterov", "adam", "adamw" or an `Optimizer`.
        learning_rate: for an optimizer given by name: a number, or a function of the step, from 0 (see `nn.schedules`).
            None is the default: 0.1 for the first three, 0.001 for "adam" and "adamw".
        epochs: how often to go through all samples.
        batch_size: samples for each step; None for all at once.
        shuffle: whether each epoch draws a new order, from `seed` and the epoch's number.
        seed: for the order, and for the samples that `validation_split` takes; at least 0.
        metrics: "accuracy", the names of losses, or functions of all outputs and targets as arrays that return a
            number. They are measured after each epoch, on the samples and on those for validation.
        callbacks: functions of the `Training`, called after each epoch, or `nn.callbacks.Callback`s. One that returns
            True ends the training.
        validation_data: (X, y), on which the loss and the metrics are computed after each epoch.
        validation_split: the share of X and y, between 0 and 1, that is used as validation data in place of training,
            at random.
        patience: stop after so many epochs without a lower (validation) loss, and go back to the best parameters. With
            validation, these are the parameters after the best epoch. Without, they are the parameters before the epoch
            with the lowest loss, because that loss belongs to the steps from there. A loss of nan is never lower.
        clip_norm: the largest norm of a gradient; a longer gradient is scaled down to it.
        executor: what runs the recorded graph ("numpy", "numba", "jax", "auto"), or "eager" to compute with Values.
            With several processes of JAX, each passes its own samples, all the same number, and all take the same
            steps.
        checkpoint: a file to save to. If it exists, the training goes on from there, and gives the same result as
            without the interruption, to the last bit.
        checkpoint_every: epochs between two saves.
        progress: show a bar; None shows it on a terminal alone.
        validation: another name of `validation_data`.

    Returns:
        A `History`, a dict of lists with one number for each epoch. "loss" and "gradient_norm" are means over the
        steps, weighted by their samples (a loss that is a sum is added up). With validation there is "validation_loss".
        Each metric has its name, and "validation_…". `history.plot()` draws them.

    Raises:
        ArgumentValueError, ArgumentTypeError: an argument does not fit; a message about a shape names both.
        DivergenceError: the loss or a gradient is nan or infinite; the parameters are left as they were just before.
        CheckpointError: the file is of another run, or damaged.
        FileNotFoundError: the checkpoint's folder does not exist; raised before the first epoch.

    Example:
        >>> from tinygrad_notes import MLP
        >>> network = MLP(1, [1], seed=0)
        >>> X, y = [[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]
        >>> history = fit(network, X, y, optimizer="sgd", learning_rate=0.2, batch_size=None, epochs=200)
        >>> network.predict([[3.0], [4.0]]).round(6)
        array([7., 9.])
    """
    if not hasattr(network, "parameters"):
        raise TypeError(f"fit takes the network first, fit(network, X, y), got {type(network).__name__} in its place")
    epochs, checkpoint_every = whole("epochs", epochs, 1), whole("checkpoint_every", checkpoint_every, 1)
    seed, shuffle = whole("seed", seed, 0), bool(shuffle)
    batch_size = None if batch_size is None else whole("batch_size", batch_size, 1)
    patience = None if patience is None else whole("patience", patience, 1)
    clip_norm = None if clip_norm is None else positive("clip_norm", clip_norm)
    held_out = _validation(validation_data, validation, validation_split)
    if validation_split is not None:
        if y is None:
            raise ArgumentValueError(
                "validation_split takes samples out of X and y, and these come from an iterable: give validation_data",
                "validation_split",
            )
        X, y, held_out = split(X, y, share("validation_split", validation_split), seed)
    batches = IteratedBatches(X) if y is None else ArrayBatches(X, y, batch_size, shuffle, seed)
    training = Training(network, batches, loss, optimizer_named(optimizer, learning_rate), executor, clip_norm)
    training.watch(held_out, patience, metrics, callbacks)
    path = Path(checkpoint) if checkpoint else None
    with np.errstate(all="ignore"), training.resumed(path), progress_bar(epochs, progress) as show:
        training.run(epochs, checkpoint_every, show)
    if training.history.was_interrupted:
        warnings.warn(
            f"training was interrupted in epoch {training.epoch + 1} of {epochs}: the network has the parameters after "
            f"step {training.step}, and the history has {training.epoch} finished epochs",
            stacklevel=2,
        )
    return training.history


def _validation(data: Any, older: Any, share_of_samples: Any) -> Batch | None:
    """The samples given for validation; ArgumentValueError where they are given in two ways."""
    given = [each for each in (data, older, share_of_samples) if each is not None]
    if len(given) > 1:
        raise ArgumentValueError(
            "samples for validation are given once: as validation_data=(X, y), or as a share, validation_split=0.2",
            "validation_data",
        )
    if not given or share_of_samples is not None:
        return None
    X, y = samples_of(given[0], "validation")
    if not len(X):
        raise ArgumentValueError("there are no samples to validate with: the X of validation is empty", "validation")
    return X, y


@contextmanager
def progress_bar(epochs: int, wanted: bool | None) -> Iterator[Callable[[History], None]]:
    """A function that shows how far the run is; on a terminal a bar, else nothing."""
    if wanted is False or (wanted is None and not sys.stderr.isatty()):
        yield lambda history: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("epoch"), MofNCompleteColumn(), BarColumn(), TextColumn("loss {task.fields[loss]:.4g}"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=epochs, loss=math.nan)
        shown = 0.0

        def show(history: History) -> None:
            nonlocal shown
            if history.epochs == epochs or time.monotonic() - shown > 0.1:
                shown = time.monotonic()
                bar.update(task, completed=history.epochs, loss=history.get("loss", [math.nan])[-1])

        yield show
