"""Ctrl-C during a training run: it stops the run between two steps, never inside one."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any


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
