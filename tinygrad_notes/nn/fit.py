"""`fit`: train a network, on replay unless told otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.derivatives.anomaly import AnomalyError, detect_anomaly
from tinygrad_notes.nn.arguments import positive, whole
from tinygrad_notes.nn.batches import ArrayBatches, IteratedBatches, samples_of
from tinygrad_notes.nn.checkpoints import TrainingState, load_checkpoint, save_checkpoint
from tinygrad_notes.nn.eager import EagerProgram, back_from
from tinygrad_notes.nn.losses import Loss, loss_named
from tinygrad_notes.nn.network import summary
from tinygrad_notes.nn.optimizers import REMEDY, DivergenceError, Optimizer, clip_by_norm, optimizer_named
from tinygrad_notes.nn.progress import progress_bar
from tinygrad_notes.replay import record
from tinygrad_notes.replay.executors import Executor
from tinygrad_notes.value import Value

Array = NDArray[np.float64]
History = dict[str, list[float]]
Objective = Callable[[Array], tuple[float, Array]]
"""From the parameters to the loss and its gradient."""


def fit(
    network: Any,
    X: Any,
    y: Any = None,
    *,
    loss: str | Loss | Callable[[Any, Any], Any] = "mean_squared_error",
    optimizer: str | Optimizer = "adam",
    epochs: int = 100,
    batch_size: int | None = 32,
    shuffle: bool = True,
    seed: int = 0,
    executor: str | Executor = "numpy",
    clip_norm: float | None = None,
    validation: tuple[Any, Any] | None = None,
    patience: int | None = None,
    checkpoint: str | Path | None = None,
    checkpoint_every: int = 1,
    progress: bool | None = None,
) -> History:
    """Train `network` on samples X with targets y, and return its history.

    Args:
        network: has `parameters()`, and called on one sample's inputs gives its outputs.
        X: of shape (samples, …); or, for data larger than memory, an iterable of batches (X, y) that can be gone
            through in every epoch, or a function that returns one.
        y: of shape (samples,) or (samples, outputs); None with an iterable.
        loss: the name of a loss, or a function of one sample's outputs and targets.
        optimizer: "sgd", "adam", "adamw" or an optimizer.
        epochs: how often to go through all samples.
        batch_size: samples for each step; None for all at once.
        shuffle: whether each epoch draws a new order, from `seed` and the epoch's number.
        executor: what replays the recorded graph ("numpy", "numba", "jax", "auto"), or "eager" to step through Values.
            Several processes of JAX each pass their own samples, as many as every other, and take the same steps.
        clip_norm: the greatest length of a gradient; longer ones are scaled down to it.
        validation: (X, y) to compute the loss of after each epoch.
        patience: stop after so many epochs without a lower (validation) loss (nan is none), and go back to the best
            parameters: with `validation` those after the best epoch, which its loss was computed with; without, those
            that the epoch with the lowest loss began with, for its steps saw that loss from there on.
        checkpoint: a file to save to, and to go on from where it exists: the result is then what it
            would have been without the interruption, to the last bit.
        checkpoint_every: epochs between two saves.
        progress: show a bar; None shows it on a terminal alone.

    Returns:
        {"loss": […], "gradient_norm": […]}, and "validation_loss" where asked for: one number per epoch. The loss and
        the gradient's length are as the steps saw them, averaged by their samples; a loss that sums is summed.

    Raises:
        DivergenceError: the loss or a gradient is nan or infinite; the parameters are left as they were just before.
        CheckpointError: the file is of another run, or damaged.
        FileNotFoundError: the checkpoint's folder does not exist; told before the first epoch.

    Example:
        >>> from tinygrad_notes import MLP
        >>> from tinygrad_notes.nn.optimizers import SGD
        >>> network = MLP(1, [1], seed=0)
        >>> X, y = [[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]
        >>> history = fit(network, X, y, optimizer=SGD(0.2), batch_size=None, epochs=200)
        >>> [round(p.data, 6) for p in network.parameters()]
        [2.0, 1.0]
    """
    if not hasattr(network, "parameters"):
        raise TypeError(f"fit takes the network first, fit(network, X, y), got {type(network).__name__} in its place")
    epochs, checkpoint_every = whole("epochs", epochs, 1), whole("checkpoint_every", checkpoint_every, 1)
    seed, shuffle = whole("seed", seed, 0), bool(shuffle)
    batch_size = None if batch_size is None else whole("batch_size", batch_size, 1)
    patience = None if patience is None else whole("patience", patience, 1)
    clip_norm = None if clip_norm is None else positive("clip_norm", clip_norm)
    batches = IteratedBatches(X) if y is None else ArrayBatches(X, y, batch_size, shuffle, seed)
    run = _Run(network, batches, loss, optimizer_named(optimizer), executor, clip_norm)
    run.watch(validation, patience)
    path = Path(checkpoint) if checkpoint else None
    with np.errstate(all="ignore"), run.resumed(path), progress_bar(epochs, progress) as show:
        while run.state.epoch < epochs and not run.is_over:
            run.one_epoch()
            if run.state.epoch % checkpoint_every == 0 or run.state.epoch == epochs or run.is_over:
                run.save()
            show(run.state.epoch, run.state.history["loss"][-1])
    return run.state.history


class _Run:
    """One run of `fit`: the recorded loss of a sample, and the state that moves."""

    def __init__(
        self,
        network: Any,
        batches: ArrayBatches | IteratedBatches,
        loss: str | Loss | Callable[[Any, Any], Any],
        optimizer: Optimizer,
        executor: str | Executor,
        clip_norm: float | None,
    ) -> None:
        chosen = loss_named(loss) if isinstance(loss, str) else loss
        if not callable(chosen):
            raise TypeError(f"a loss is a name or a function of outputs and targets, got {type(chosen).__name__}")
        self.reduction = chosen.reduction if isinstance(chosen, Loss) else "mean"
        self.batches, self.optimizer, self.clip_norm = batches, optimizer, clip_norm
        self.values: list[Value] = list(dict.fromkeys(network.parameters()))  # a Value used twice is one parameter
        if not self.values:
            raise ValueError("this network has no parameters to fit: does its parameters() return them?")

        def loss_of_sample(x: Any, y: Any) -> Any:
            return chosen(network(x), y)

        self._loss_of_sample = loss_of_sample
        self._loss_name = chosen.name if isinstance(chosen, Loss) else getattr(chosen, "__name__", "a function")
        examples = [number.tolist() for number in batches.example()]
        self._network = summary(network)
        if isinstance(chosen, Loss):
            chosen.check_outputs(network(examples[0]))
        self._program = (
            EagerProgram(loss_of_sample, self.values)
            if executor == "eager"
            else record(loss_of_sample, *examples, parameters=self.values, executor=executor)
        )
        self._graph = None if isinstance(self._program, EagerProgram) else self._program.fingerprint()
        self._objectives: dict[int, Any] = {}
        self.state = TrainingState(np.array([value.data for value in self.values]))
        self.is_over = False
        self._validation: Objective | None = None
        self._patience: int | None = None
        self._path: Path | None = None

    def watch(self, validation: tuple[Any, Any] | None, patience: int | None) -> None:
        if validation is not None:
            X, y = samples_of(validation, "validation")
            if not len(X):
                raise ValueError("there are no samples to validate with: the X of validation is empty")
            self._validation = self._program.on_batch(X, y, reduction=self.reduction)
        self._patience = patience

    def one_epoch(self) -> None:
        loss_sum, samples, norm_sum = 0.0, 0, 0.0
        parameters = self.state.parameters  # which move in place, and patience may want those of the beginning back
        began_with = parameters if self._patience is None else parameters.copy()
        for X, y in self.batches.of_epoch(self.state.epoch):
            value, norm = self._step(X, y)
            samples += len(X)
            norm_sum += norm * len(X)
            loss_sum += value * len(X) if self.reduction == "mean" else value
        loss = loss_sum / samples if self.reduction == "mean" else loss_sum
        self._end_of_epoch(loss, norm_sum / samples if samples else 0.0, began_with)

    def _step(self, X: Array, y: Array) -> tuple[float, float]:
        """Move the parameters once; the loss before, and the length of its gradient."""
        parameters = self.state.parameters
        value, gradients = self._objective(X, y)(parameters)
        gradients = gradients[: len(parameters)]
        norm = math.sqrt(gradients.dot(gradients))
        if not math.isfinite(value) or not (math.isfinite(norm) or np.isfinite(gradients).all()):
            raise self._divergence(value, X, y)
        if self.clip_norm is not None:
            gradients = clip_by_norm(gradients, self.clip_norm)
        self.optimizer.update(parameters, gradients)
        return value, norm

    def _objective(self, X: Array, y: Array) -> Objective:
        """The loss of a batch; batches of one size are laid out in the same place, one after another."""
        objective = self._objectives.get(len(X))
        if objective is None:
            if len(self._objectives) > 1:
                self._objectives.clear()
            objective = self._objectives[len(X)] = self._program.on_batch(X, y, reduction=self.reduction)
        elif not self.batches.all:
            objective.load(X, y)
        return objective  # an OnBatch, or what steps through Values

    def _end_of_epoch(self, loss: float, norm: float, measured: Array) -> None:
        state = self.state
        state.epoch += 1
        state.steps, state.optimizer = self.optimizer.steps, self.optimizer.state
        for name, number in (("loss", loss), ("gradient_norm", norm)):
            state.history.setdefault(name, []).append(number)
        if self._validation is not None:
            measured = state.parameters
            loss, _ = self._validation(measured)
            state.history.setdefault("validation_loss", []).append(loss)
        if self._patience is not None:
            if loss < state.best_loss:
                state.best, state.best_loss, state.best_epoch = measured.copy(), loss, state.epoch
            self._stop_if_patience_is_over()

    def _stop_if_patience_is_over(self) -> None:
        state = self.state
        if self._patience is not None and state.epoch - state.best_epoch >= self._patience:
            self.is_over = True
            if state.best is not None:  # else no loss was a number
                state.parameters[...] = state.best

    def _divergence(self, value: float, X: Array, y: Array) -> DivergenceError:
        """The error to raise: with the batch worked again through Values, up to the number that went wrong."""
        self._write_back()
        grads = [parameter.grad for parameter in self.values]
        report, anomaly = self._report(value), None
        for number, (sample, target) in enumerate(zip(X.tolist(), y.tolist())):
            try:
                with detect_anomaly():
                    back_from(self._loss_of_sample(sample, target))
            except AnomalyError as found:
                report, anomaly = f"{report}\nsample {number} of the batch: {found}", found
                break
        for parameter, grad in zip(self.values, grads):
            parameter.grad = grad
        error = DivergenceError(report)
        error.__cause__ = anomaly
        return error

    def _report(self, value: float) -> str:
        what = f"the loss became {value}" if not math.isfinite(value) else "a gradient became nan or infinite"
        return (
            f"{what} in epoch {self.state.epoch}, step {self.optimizer.steps} (learning rate {self.optimizer.rate:g}): "
            f"{REMEDY}"
        )

    # Checkpoints ------------------------------------------------------------------------------------

    @contextmanager
    def resumed(self, path: Path | None) -> Iterator[None]:
        """Go on from the checkpoint where there is one; in the end, however it comes, write the parameters back."""
        self._path = path
        if path is not None and not path.parent.is_dir():
            raise FileNotFoundError(f"there is no folder {path.parent} to save the checkpoint in: make it first")
        if path is not None and path.exists():
            self.state = load_checkpoint(path, self._identity())
            self.optimizer.state, self.optimizer.steps = self.state.optimizer, self.state.steps
            self._stop_if_patience_is_over()
        try:
            yield
        finally:
            self._write_back()

    def _write_back(self) -> None:
        for value, number in zip(self.values, self.state.parameters.tolist()):
            value.data = number

    def save(self) -> None:
        if self._path is not None:
            save_checkpoint(self._path, self.state, self._identity())

    def _identity(self) -> dict[str, Any]:
        return {
            "loss": self._loss_name,
            "optimizer": self.optimizer.settings(),
            "parameters": len(self.values),
            "clip_norm": self.clip_norm,
            "network": self._network,
            "graph": self._graph,
        } | self.batches.identity()
