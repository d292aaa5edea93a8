"""`fit`: train a network, on replay unless told otherwise."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.derivatives.anomaly import AnomalyError, detect_anomaly
from tinygrad_notes.nn.batches import ArrayBatches, IteratedBatches
from tinygrad_notes.nn.checkpoints import TrainingState, load_checkpoint, save_checkpoint
from tinygrad_notes.nn.losses import Loss, loss_named
from tinygrad_notes.nn.optimizers import REMEDY, DivergenceError, Optimizer, clip_by_norm, optimizer_named
from tinygrad_notes.replay import record
from tinygrad_notes.replay.executors import Executor
from tinygrad_notes.value import Value

Array = NDArray[np.float64]
History = dict[str, list[float]]


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
        executor: what replays the recorded graph ("numpy", "numba", "jax"), or "eager" to step through Values.
        clip_norm: the greatest length of a gradient; longer ones are scaled down to it.
        validation: (X, y) to compute the loss of after each epoch.
        patience: stop after so many epochs without a lower (validation) loss, and go back to the best parameters.
        checkpoint: a file to save to, and to go on from where it exists: the result is then what it
            would have been without the interruption, to the last bit.
        checkpoint_every: epochs between two saves.
        progress: show a bar; None shows it on a terminal alone.

    Returns:
        {"loss": […], "gradient_norm": […]}, and "validation_loss" where asked for: one number per epoch. The loss is as
        the steps saw it, weighted by their samples.

    Raises:
        DivergenceError: the loss or a gradient is nan or infinite; the parameters are left as they were just before.
        CheckpointError: the file is of another run, or damaged.

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
    if epochs < 1:
        raise ValueError(f"fit needs at least 1 epoch, got {epochs}")
    if checkpoint_every < 1:
        raise ValueError(f"checkpoint_every counts epochs and must be at least 1, got {checkpoint_every}")
    batches = IteratedBatches(X) if y is None else ArrayBatches(X, y, batch_size, shuffle, seed)
    run = _Run(network, batches, loss, optimizer_named(optimizer), executor, clip_norm)
    run.watch(validation, patience)
    path = Path(checkpoint) if checkpoint else None
    with np.errstate(all="ignore"), run.resumed(path), _bar(epochs, progress) as show:
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
        self.reduction = chosen.reduction if isinstance(chosen, Loss) else "mean"
        self.batches, self.optimizer, self.clip_norm = batches, optimizer, clip_norm
        self.values: list[Value] = list(network.parameters())
        if not self.values:
            raise ValueError("this network has no parameters to fit: does its parameters() return them?")

        def loss_of_sample(x: Any, y: Any) -> Any:
            return chosen(network(x), y)

        self._loss_of_sample = loss_of_sample
        self._loss_name = chosen.name if isinstance(chosen, Loss) else getattr(chosen, "__name__", "a function")
        examples = [number.tolist() for number in batches.example()]
        self.evaluate: Any = (
            _Eager(loss_of_sample, self.values)
            if executor == "eager"
            else record(loss_of_sample, *examples, parameters=self.values, executor=executor).value_and_gradients
        )
        self.state = TrainingState(np.array([value.data for value in self.values]))
        self.is_over = False
        self._validation: tuple[Any, Any] | None = None
        self._patience: int | None = None
        self._path: Path | None = None

    def watch(self, validation: tuple[Any, Any] | None, patience: int | None) -> None:
        if patience is not None and patience < 1:
            raise ValueError(f"patience counts epochs and must be at least 1, got {patience}")
        self._validation, self._patience = validation, patience

    def one_epoch(self) -> None:
        state, update = self.state, self.optimizer.update
        loss_sum = 0.0
        samples = 0
        norm = 0.0
        for X, y in self.batches.of_epoch(state.epoch):
            value, gradients = self.evaluate(X, y, reduction=self.reduction, parameters=state.parameters)
            gradients = gradients[: len(state.parameters)]
            norm = math.sqrt(gradients.dot(gradients))
            if not math.isfinite(value) or not (math.isfinite(norm) or np.isfinite(gradients).all()):
                raise self._divergence(value, X, y)
            if self.clip_norm is not None:
                gradients = clip_by_norm(gradients, self.clip_norm)
            update(state.parameters, gradients)
            samples += len(X)
            loss_sum += value * len(X) if self.reduction == "mean" else value
        self._end_of_epoch(loss_sum / samples if self.reduction == "mean" else loss_sum, norm)

    def _end_of_epoch(self, loss: float, norm: float) -> None:
        state = self.state
        state.epoch += 1
        state.steps, state.optimizer = self.optimizer.steps, self.optimizer.state
        for name, number in (("loss", loss), ("gradient_norm", norm)):
            state.history.setdefault(name, []).append(number)
        if self._validation is not None:
            loss, _ = self.evaluate(*self._validation, reduction=self.reduction, parameters=state.parameters)
            state.history.setdefault("validation_loss", []).append(loss)
        if self._patience is not None:
            if loss < state.best_loss:
                state.best, state.best_loss, state.best_epoch = state.parameters.copy(), loss, state.epoch
            self._stop_if_patience_is_over()

    def _stop_if_patience_is_over(self) -> None:
        state = self.state
        if self._patience is not None and state.best is not None and state.epoch - state.best_epoch >= self._patience:
            self.is_over = True
            state.parameters[...] = state.best

    def _divergence(self, value: float, X: Array, y: Array) -> DivergenceError:
        """The error to raise: with the batch worked again through Values, up to the number that went wrong."""
        self._write_back()
        grads = [parameter.grad for parameter in self.values]
        report, anomaly = self._report(value), None
        for number, (sample, target) in enumerate(zip(X.tolist(), y.tolist())):
            try:
                with detect_anomaly():
                    self._loss_of_sample(sample, target).backward()
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
        } | self.batches.identity()


class _Eager:
    """The loss and its gradients through Values, sample by sample; the interface of a program."""

    def __init__(self, function: Callable[..., Any], values: Sequence[Value]) -> None:
        self._function, self._values = function, values

    def __call__(self, X: Any, y: Any, reduction: str, parameters: Array) -> tuple[float, Array]:
        for value, number in zip(self._values, parameters.tolist()):
            value.data, value.grad = number, 0.0
        share = 1.0 / len(X) if reduction == "mean" else 1.0
        total = 0.0
        for sample, target in zip(np.asarray(X, float).tolist(), np.asarray(y, float).tolist(), strict=True):
            loss = self._function(sample, target)
            loss.backward(share)
            total += loss.data
        return total * share, np.array([value.grad for value in self._values])


@contextmanager
def _bar(epochs: int, wanted: bool | None) -> Iterator[Callable[[int, float], None]]:
    """A function that shows how far the run is; on a terminal a bar, else nothing."""
    if wanted is False or (wanted is None and not sys.stderr.isatty()):
        yield lambda epoch, loss: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("epoch"), MofNCompleteColumn(), BarColumn(), TextColumn("loss {task.fields[loss]:.4g}"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=epochs, loss=math.nan)
        shown = 0.0

        def show(epoch: int, loss: float) -> None:
            nonlocal shown
            if epoch == epochs or time.monotonic() - shown > 0.1:
                shown = time.monotonic()
                bar.update(task, completed=epoch, loss=loss)

        yield show
