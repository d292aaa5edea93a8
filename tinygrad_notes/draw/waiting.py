"""A word on a terminal while something takes long."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

PATIENCE = 1.0
"""Seconds without a word."""


@contextmanager
def waiting(words: str) -> Iterator[None]:
    """Show `words` and a spinner on stderr if the block takes longer than a second and stderr is a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    with ExitStack() as shown:

        def show() -> None:
            from rich.console import Console

            shown.enter_context(Console(stderr=True).status(words))

        timer = threading.Timer(PATIENCE, show)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
