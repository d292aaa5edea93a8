"""How far a run of `fit` is: a bar on a terminal, nothing elsewhere."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(epochs: int, wanted: bool | None) -> Iterator[Callable[[int, float], None]]:
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
