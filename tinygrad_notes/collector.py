"""Python's cycle collector, and how to keep it from slowing down the building of a large graph.

The collector runs after every few hundred new objects. Whenever the objects have grown by a quarter, it walks all of
them. So it visits every node of a growing graph again and again, and finds nothing: a graph of Values has no cycles.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import TypeVar

T = TypeVar("T")
BATCH = 4096  # nodes, half a megabyte of them


@contextmanager
def collector_paused() -> Iterator[None]:
    """Inside the `with` block, Python's cycle collector is off, for the whole process.

    Nodes that nobody uses any more are freed at once, without it. `record` pauses it by itself.

    Example:
        >>> from tinygrad_notes import Value
        >>> y = x = Value(1.0)
        >>> with collector_paused():
        ...     for _ in range(1000):
        ...         y = y * 0.5 + x
        >>> y.backward()
        >>> x.grad
        2.0
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def made_in_batches(kind: type[T]) -> Callable[[], T]:
    """A function that gives one blank instance of `kind` after another. The caller fills its slots.

    They are made by the thousand while the collector is paused, so it runs once for all of them. In a graph of a
    million nodes it then walks the whole graph once, not eight times (benchmarks/engine.py measures what that saves).
    """
    blanks: list[T] = []
    take, put, new = blanks.pop, blanks.extend, object.__new__

    def blank() -> T:
        try:
            return take()
        except IndexError:
            with collector_paused():
                put(map(new, repeat(kind, BATCH)))
            return blank()  # not `take()`: other threads may have taken them all

    return blank
