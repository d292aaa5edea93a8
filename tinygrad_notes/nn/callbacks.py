"""Callbacks: what else is to happen while `fit` trains.

Ctrl-C stops a run between two steps, never inside one.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable
from types import FrameType
from typing import TYPE_CHECKING, Any

from tinygrad_notes.errors import ArgumentTypeError

if TYPE_CHECKING:
    from tinygrad_notes.nn.training import Training


class Callback:
    """Methods that `fit` calls while it trains; a subclass overrides those it needs.

    Each is given the `Training`, in which it finds the network, the epoch, the step and the history so far. One that
    returns True ends the training. A plain function of a `Training` serves as `on_epoch_end`.

    Example:
        >>> from tinygrad_notes import MLP, fit
        >>> class Counter(Callback):
        ...     steps = 0
        ...     def on_step_end(self, training):
        ...         self.steps += 1
        ...         return self.steps == 5
        >>> counter = Counter()
        >>> history = fit(MLP(1, [1], seed=0), [[1.0], [2.0]], [1.0, 2.0], batch_size=1, callbacks=[counter])
        >>> counter.steps, history.epochs  # the third epoch is not finished
        (5, 2)
    """

    def on_train_begin(self, training: Training) -> None:
        """Before the first step."""

    def on_step_end(self, training: Training) -> bool | None:
        """After each step."""

    def on_epoch_end(self, training: Training) -> bool | None:
        """After each epoch, whose numbers are in the history by now."""

    def on_train_end(self, training: Training) -> None:
        """After the last step, also where Ctrl-C ended the training."""


def as_callbacks(callbacks: Any) -> list[Callback]:
    """What `fit` is given as its callbacks; ArgumentTypeError where one of them is none."""
    given = [callbacks] if isinstance(callbacks, Callback) or callable(callbacks) else callbacks
    if not isinstance(given, Iterable):
        raise _no_callback(callbacks)
    return [_as_callback(callback) for callback in given]


def _as_callback(callback: Any) -> Callback:
    if isinstance(callback, type) and issubclass(callback, Callback):
        raise ArgumentTypeError(
            f"a callback is made before it is used, got its class: write {callback.__name__}()", "callbacks"
        )
    if isinstance(callback, Callback):
        return callback
    if not callable(callback):
        raise _no_callback(callback)
    after_each_epoch = Callback()
    after_each_epoch.on_epoch_end = callback  # type: ignore[method-assign]  # found on the object before the class
    return after_each_epoch


def _no_callback(given: Any) -> ArgumentTypeError:
    return ArgumentTypeError(
        f"callbacks are a list of functions of the training, or of Callbacks, got {type(given).__name__}", "callbacks"
    )


class Interrupts:
    """While it is entered, Ctrl-C raises KeyboardInterrupt at once, but between `hold` and `release` it waits.

    Python's own way of raising it is kept outside the main thread, and where a program has set a handler of its own.

    Example:
        >>> with Interrupts() as interrupts:
        ...     try:
        ...         interrupts.hold()
        ...         signal.raise_signal(signal.SIGINT)
        ...         print("numbers that belong together change")
        ...         interrupts.release()
        ...     except KeyboardInterrupt:
        ...         print("and only then it is raised")
        numbers that belong together change
        and only then it is raised
    """

    def __init__(self) -> None:
        self._is_held, self._came = False, False
        self._before: Any = None

    def __enter__(self) -> Interrupts:
        is_main = threading.current_thread() is threading.main_thread()
        if is_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._before = signal.signal(signal.SIGINT, self._arrived)
        return self

    def __exit__(self, *error: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None

    def _arrived(self, number: int, frame: FrameType | None) -> None:
        if not self._is_held:
            raise KeyboardInterrupt
        self._came = True

    def hold(self) -> None:
        """From here on an interrupt waits: numbers that belong together are about to change."""
        self._is_held = True

    def release(self) -> None:
        """Raise the interrupt that has waited, if there is one, and let others come through at once."""
        self._is_held = False
        if self._came:
            self._came = False
            raise KeyboardInterrupt
