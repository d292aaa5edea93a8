"""A training run: the recorded loss of a sample, and the state that moves from step to step."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tinygrad_notes.nn.batches import ArrayBatches, Batch, IteratedBatches, wrong_sample
from tinygrad_notes.nn.callbacks import Callback, Interrupts, as_callbacks
from tinygrad_notes.nn.checkpoints import TrainingState, load_checkpoint, save_checkpoint
from tinygrad_notes.nn.eager import EagerProgram, anomaly_in
from tinygrad_notes.nn.history import History
from tinygrad_notes.nn.logits import FROM_LOGITS, fitting, training_loss
from tinygrad_notes.nn.losses import Loss
from tinygrad_notes.nn.metrics import Array, check_inputs, coded, metrics_named, threshold_of
from tinygrad_notes.nn.network import summary
from tinygrad_notes.nn.optimizers import REMEDY, DivergenceError, Optimizer, clip_by_norm
from tinygrad_notes.replay import Program, record
from tinygrad_notes.replay.executors.interface import Executor
from tinygrad_notes.value import Value

Objective = Callable[[Array], tuple[float, Array]]
"""From the parameters to the loss and its gradient."""


class Training:
    """A run of `fit`, as its callbacks see it.

    Attributes:
        epochs: how many epochs it is to last.
        batches: the samples that it goes through.
        history: the numbers of the finished epochs.
        went_back_to: the epoch with the lowest loss, once patience is over and its parameters are back; else None.
    """

    def __init__(
        self,
        network: Any,
        batches: ArrayBatches | IteratedBatches,
        loss: str | Loss | Callable[[Any, Any], Any],
        optimizer: Optimizer,
        executor: str | Executor,
        clip_norm: float | None,
    ) -> None:
        self.epochs = 0
        self.batches, self._network = batches, network
        self._optimizer, self._clip_norm = optimizer, clip_norm
        self._values: list[Value] = list(dict.fromkeys(network.parameters()))  # a Value used twice is one parameter
        if not self._values:
            raise ValueError("this network has no parameters to fit: does its parameters() return them?")
        x, y = batches.example()
        chosen = self._fitting(training_loss(loss), x)
        self._reduction = chosen.reduction if isinstance(chosen, Loss) else "mean"
        self._loss_name = chosen.name if isinstance(chosen, Loss) else getattr(chosen, "__name__", "a function")

        def loss_of_sample(x: Any, y: Any) -> Any:
            return chosen(network(x), y)

        self._loss_of_sample = loss_of_sample
        examples = x.tolist(), self._code(y[None])[0].tolist()
        self._program = (
            EagerProgram(loss_of_sample, self._values)
            if executor == "eager"
            else record(loss_of_sample, *examples, parameters=self._values, executor=executor)
        )
        self._summary = summary(network)
        self._graph = None if isinstance(self._program, EagerProgram) else self._program.fingerprint()
        self._answers: Program | None = None
        self._objectives: dict[int, Any] = {}
        self._state = TrainingState(np.array([value.data for value in self._values]))
        self.history = History()
        self.went_back_to: int | None = None
        self._interrupts, self._is_over = Interrupts(), False
        self._path: Path | None = None

    def _fitting(self, loss: Callable[[Any, Any], Any], x: Array) -> Callable[[Any, Any], Any]:
        """The loss that fits this network's outputs for x; from here on the batches give targets that fit both."""
        check_inputs(self._network, x[None] if self.batches.X is None else self.batches.X)
        self._code: Callable[..., Array] = lambda y, name="y": y
        if not isinstance(loss, Loss):
            return loss
        outputs = self._network(x.tolist())
        listed = list(outputs) if hasattr(outputs, "__len__") else [outputs]
        chosen = fitting(loss, listed)
        self._code = partial(coded, outputs=len(listed), loss=chosen)
        self.batches.code(self._code)
        return chosen

    def watch(self, validation: Batch | None, patience: int | None, metrics: Any, callbacks: Any) -> None:
        """What is measured after each epoch, and what is called then."""
        self._patience, self._callbacks = patience, as_callbacks(callbacks)
        self._each_step = [each for each in self._callbacks if type(each).on_step_end is not Callback.on_step_end]
        self._metrics = metrics_named(metrics, self._threshold())
        self._validation: Objective | None = None
        self._measured: dict[str, Batch] = {}
        if self.batches.given is not None:
            self._measured[""] = self.batches.given
        if validation is not None:
            X, y = validation
            check_inputs(self._network, X)
            targets = self._code(y, name="y of validation_data")
            self._validation = self._program.on_batch(X, targets, reduction=self._reduction)
            self._measured["validation_"] = validation
        if self._metrics and not self._measured:
            raise ValueError("metrics of an iterable of batches need validation_data: give some, or leave them out")

    def _threshold(self) -> float:
        """What one output must be above for class 1, to count how many are right."""
        if self._loss_name in FROM_LOGITS:
            return 0.0
        given = self.batches.given
        return threshold_of(self._network) if given is None else 0.0 if given[1].min() < 0.0 else 0.5

    # What callbacks may ask for ---------------------------------------------------------------------

    @property
    def network(self) -> Any:
        """The network, with the parameters as they are now."""
        self._write_back()
        return self._network

    @property
    def epoch(self) -> int:
        """How many epochs are finished."""
        return self._state.epoch

    @property
    def step(self) -> int:
        """How many steps have been made, those before a checkpoint included."""
        return self._optimizer.steps

    def loss(self, X: Any, y: Any) -> float:
        """The loss over samples and their targets, as `fit` takes them, with the parameters as they are now."""
        targets = self._code(np.asarray(y, float))
        value, _ = self._program.value_and_gradients(
            np.asarray(X, float), targets, reduction=self._reduction, parameters=self._state.parameters
        )
        return float(value)

    def outputs(self, X: Array) -> Array:
        """What `network.predict(X)` gives, with the parameters as they are now, recorded once for all calls."""
        if self._answers is None:
            self._answers = record(self._network, X[0].tolist(), parameters=self._values)
        return self._answers(X, parameters=self._state.parameters)

    # The run ----------------------------------------------------------------------------------------

    def run(self, epochs: int, checkpoint_every: int, show: Callable[[History], None]) -> None:
        """Train up to so many epochs; `show` is called after each, with the history."""
        self.epochs = epochs
        with self._interrupts:
            for callback in self._callbacks:
                callback.on_train_begin(self)
            try:
                while self._state.epoch < epochs and not self._is_over:
                    self._one_epoch()
                    if self._state.epoch % checkpoint_every == 0 or self._state.epoch == epochs or self._is_over:
                        self._save()
                    show(self.history)
            except KeyboardInterrupt:
                self.history.was_interrupted = True
        for callback in self._callbacks:
            callback.on_train_end(self)

    def _one_epoch(self) -> None:
        loss_sum, samples, norm_sum = 0.0, 0, 0.0
        parameters = self._state.parameters  # which move in place, and patience may want those of the beginning back
        began_with = parameters if self._patience is None else parameters.copy()
        for X, y in self.batches.of_epoch(self._state.epoch):
            value, norm = self._step(X, y)
            samples += len(X)
            norm_sum += norm * len(X)
            loss_sum += value * len(X) if self._reduction == "mean" else value
            for callback in self._each_step:  # all are asked
                self._is_over |= bool(callback.on_step_end(self))
            if self._is_over:
                return
        loss = loss_sum / samples if self._reduction == "mean" else loss_sum
        self._end_of_epoch(loss, norm_sum / samples if samples else 0.0, began_with)

    def _step(self, X: Array, y: Array) -> tuple[float, float]:
        """Move the parameters once; the loss before, and the length of its gradient."""
        parameters = self._state.parameters
        value, gradients = self._objective(X, y)(parameters)
        if len(gradients) > len(parameters):  # the loss has parameters of its own, which stay
            gradients = gradients[: len(parameters)]
        norm = math.sqrt(gradients.dot(gradients))
        if not math.isfinite(value) or not (math.isfinite(norm) or np.isfinite(gradients).all()):
            raise self._divergence(value, X, y)
        if self._clip_norm is not None:
            gradients = clip_by_norm(gradients, self._clip_norm)
        self._interrupts.hold()
        self._optimizer.update(parameters, gradients)
        self._interrupts.release()
        return value, norm

    def _objective(self, X: Array, y: Array) -> Objective:
        """The loss of a batch; batches of one size are laid out in the same place, one after another."""
        objective = self._objectives.get(len(X))
        if objective is None:
            if len(self._objectives) > 1:
                self._objectives.clear()
            objective = self._objectives[len(X)] = self._program.on_batch(X, y, reduction=self._reduction)
        elif not self.batches.all:
            objective.load(X, y)
        return objective  # an OnBatch, or what steps through Values

    def _end_of_epoch(self, loss: float, norm: float, judged: Array) -> None:
        state, numbers = self._state, {"loss": loss, "gradient_norm": norm}
        if self._validation is not None:
            judged = state.parameters
            loss, _ = self._validation(judged)
            numbers["validation_loss"] = loss
        if self._metrics:
            numbers |= self._measurements()
        self._interrupts.hold()
        state.epoch += 1
        state.steps, state.optimizer = self._optimizer.steps, self._optimizer.state
        for name, number in numbers.items():
            self.history.setdefault(name, []).append(number)
        if self._patience is not None:
            if loss < state.best_loss:
                state.best, state.best_loss, state.best_epoch = judged.copy(), loss, state.epoch
            self._stop_if_patience_is_over()
        self._interrupts.release()
        for callback in self._callbacks:  # all are asked
            self._is_over |= bool(callback.on_epoch_end(self))

    def _measurements(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for prefix, (X, y) in self._measured.items():
            outputs = self.outputs(X)
            found |= {f"{prefix}{name}": metric(outputs, y) for name, metric in self._metrics.items()}
        return found

    def _stop_if_patience_is_over(self) -> None:
        state = self._state
        if self._patience is not None and state.epoch - state.best_epoch >= self._patience:
            self._is_over = True
            if state.best is not None:  # else no loss was a number
                state.parameters[...] = state.best
                self.went_back_to = state.best_epoch

    def _divergence(self, value: float, X: Array, y: Array) -> DivergenceError:
        """The error to raise: with the batch worked again through Values, up to the number that went wrong."""
        self._write_back()
        what = f"the loss became {value}" if not math.isfinite(value) else "a gradient became nan or infinite"
        rate = self._optimizer.rate
        remedy = wrong_sample(X, y) or REMEDY
        report = f"{what} in epoch {self.epoch}, step {self.step} (learning rate {rate:g}): {remedy}"
        found = anomaly_in(self._loss_of_sample, self._values, X, y)
        error = DivergenceError(f"{report}\nsample {found[0]} of the batch: {found[1]}" if found else report)
        error.__cause__ = found[1] if found else None
        return error

    # Checkpoints ------------------------------------------------------------------------------------

    @contextmanager
    def resumed(self, path: Path | None) -> Iterator[None]:
        """Go on from the checkpoint where there is one; in the end, however it comes, write the parameters back."""
        self._path = path
        if path is not None and not path.parent.is_dir():
            raise FileNotFoundError(f"there is no folder {path.parent} to save the checkpoint in: make it first")
        if path is not None and path.exists():
            self._state = load_checkpoint(path, self._identity())
            self.history.update(self._state.history)
            self._optimizer.state, self._optimizer.steps = self._state.optimizer, self._state.steps
            self._stop_if_patience_is_over()
        self._state.history = self.history
        try:
            yield
        finally:
            self._write_back()

    def _write_back(self) -> None:
        for value, number in zip(self._values, self._state.parameters.tolist()):
            value.data = number

    def _save(self) -> None:
        if self._path is not None:
            save_checkpoint(self._path, self._state, self._identity())

    def _identity(self) -> dict[str, Any]:
        return {
            "loss": self._loss_name,
            "optimizer": self._optimizer.settings(),
            "parameters": len(self._values),
            "clip_norm": self._clip_norm,
            "network": self._summary,
            "graph": self._graph,
        } | self.batches.identity()
