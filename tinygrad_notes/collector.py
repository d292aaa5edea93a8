"""Python's cycle collector, and how a large graph is built without it in the way.

The collector wakes after every few hundred objects made, and now and then, when all there is has grown by a quarter,
it walks all there is. It so meets every node of a growing graph again and again, and for nothing: a graph of Values
holds no cycles.
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

    What is dropped from a graph is freed at once, without it. `record` pauses it by itself.

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
    """A function that gives one blank instance of `kind` after another, its slots still to be filled.

    They are made thousands at a time with the collector paused, so that it wakes once for all of them and, in a graph
    of a million, walks the whole graph once rather than eight times (benchmarks/engine.py has what that saves).
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
