"""How far a long task has come, on standard error."""

from __future__ import annotations

import sys
from time import monotonic

from tinygrad_notes.output import complain

_SILENT = 1.0  # seconds, in which nobody asks
_AGAIN = 0.2  # seconds between two looks at a terminal, …
_IN_A_FILE = 5.0  # … and between two lines of a log


class Progress:
    """Tells how many of so many are done, once it takes longer than a second."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._done = what, total, 0
        self._next = monotonic() + _SILENT
        self._in_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._shown = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        if self._shown and self._in_terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        if monotonic() < self._next:
            return
        told = f"{self._what} {self._done:,} of {self._total:,}"
        if self._in_terminal:
            print(f"\r\033[K{told}", end="", file=sys.stderr, flush=True)
        else:
            complain(told)
        self._shown = True
        self._next = monotonic() + (_AGAIN if self._in_terminal else _IN_A_FILE)
