"""Hooks: others see the engine at work, and the engine does not know them.

A watcher hears of every node that is made, every comparison that is taken, every number that is read, and every pass
that ends. Three watchers switch gradients off, find the first nan, and record branches for replay. A watcher sees what
runs in its own context. It does not see other threads, other asyncio tasks, or the code between two steps of a
generator; but a watcher of readings is asked about every node that is read or compared anywhere.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from types import FrameType
from typing import Any, Generic, TypeVar


class Watcher:
    """Sees everything and, as it is, changes nothing; a subclass overrides the methods that it needs."""

    sees_nodes = True
    """Whether it needs `made`, `compared`, `differentiated` and `cut`: while one does, the engine is slower."""
    is_on = True
    generator: FrameType | None = None
    """The generator inside which it was switched on, if any: while that is suspended, so is the watcher."""

    def made(self, node: Any) -> None:
        """A node was made."""

    def leaf(self, node: Any) -> None:
        """A Value was made from a number."""

    def cut(self, node: Any) -> None:
        """The constant `node` was computed from Values, but its graph does not show that."""

    def compared(self, relation: str, left: Any, right: Any, outcome: bool) -> None:
        """`left relation right` was decided; `relation` is "<", "<=", ">", ">=", "==" or "!="."""

    def read(self, node: Any, number: Any, kind: str) -> Any:
        """Somebody reads `node`: its "data", its "grad" or a "slope" of it. They get what this returns."""
        return number

    def knows(self, node: Any) -> bool:
        """Whether a node that another context reads or compares is of this watcher's making."""
        return False

    def assumed_finite(self, node: Any) -> None:
        """A derivative was written down as it is where `node` is no infinity, without a comparison."""

    def differentiated(self, root: Any) -> None:
        """`root.backward()` has left its gradients."""

    def left(self, error: BaseException | None) -> None:
        """The block has ended, with an error or without; the watcher is off and may raise one of its own."""


_watchers: ContextVar[tuple[Watcher, ...]] = ContextVar("watchers", default=())
_lock = threading.Lock()
count = 0
"""How many watchers that see nodes are on, in any context. While none is, the engine takes its shortest ways."""
makers = 0
"""How many of them override `made`, and are told of every node."""
readers = 0
"""How many watchers that override `read` are on in any context."""
_all_readers: tuple[Watcher, ...] = ()
reading_a_rule: ContextVar[bool] = ContextVar("reading_a_rule", default=False)
"""Whether the nodes made now are the steps of a derivative's rule (known while there are watchers)."""
_PACKAGE = f"{Path(__file__).parent}{os.sep}"  # a folder beside it may be called tinygrad_notes_of_mine

W = TypeVar("W", bound=Watcher)
N = TypeVar("N")


class watched_by(Generic[W]):  # noqa: N801 (read as a statement)
    """A watcher for all that this context does inside the `with` block; as a decorator, inside the function.

    `make` makes the watcher of each block.
    """

    def __init__(self, make: Callable[[], W]) -> None:
        self._make = make
        self._on: list[W] = []

    def __enter__(self) -> W:
        watcher = self._make()
        watcher.generator = _generator_frame(sys._getframe(1))
        _watchers.set((*_watching(), watcher))
        _change_counts(watcher, 1)
        self._on.append(watcher)
        return watcher

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        watcher = self._on.pop()
        watcher.is_on = False  # a generator may leave late, or in another context, which cannot change this one
        watcher.generator = None
        _watchers.set(_watching())
        _change_counts(watcher, -1)
        watcher.left(error)

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return functools.wraps(function)(_inside(functools.partial(watched_by, self._make), function))


def _inside(block: Callable[[], watched_by[Any]], function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` with all its steps inside a block: those of a generator and of a coroutine come after its call."""

    def call(*arguments: Any, **keywords: Any) -> Any:
        with block():
            return function(*arguments, **keywords)

    def generator(*arguments: Any, **keywords: Any) -> Any:
        with block():
            return (yield from function(*arguments, **keywords))

    async def coroutine(*arguments: Any, **keywords: Any) -> Any:
        with block():
            return await function(*arguments, **keywords)

    async def async_generator(*arguments: Any, **keywords: Any) -> Any:
        with block():
            async for item in function(*arguments, **keywords):
                yield item

    if inspect.isgeneratorfunction(function):
        return generator
    if inspect.iscoroutinefunction(function):
        return coroutine
    return async_generator if inspect.isasyncgenfunction(function) else call


def _generator_frame(frame: FrameType) -> FrameType | None:
    """`frame` if it is a generator's, save for one that `contextlib` has made a context manager of."""
    if not frame.f_code.co_flags & (inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR):
        return None
    driver = frame.f_back
    return None if driver is not None and driver.f_code.co_filename == contextlib.__file__ else frame


def users_line() -> tuple[str, int]:
    """File and line of the innermost call outside this package."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def _change_counts(watcher: Watcher, by: int) -> None:
    global count, makers, readers, _all_readers
    reads = type(watcher).read is not Watcher.read
    with _lock:
        count += by * watcher.sees_nodes
        makers += by * (type(watcher).made is not Watcher.made)
        readers += by * reads
        others = tuple(other for other in _all_readers if other is not watcher)
        _all_readers = (*others, watcher) if reads and by > 0 else others


def _watching() -> tuple[Watcher, ...]:
    return tuple(watcher for watcher in _watchers.get() if watcher.is_on)


def _awake() -> Iterator[Watcher]:
    """The watchers of this context, the last one first."""
    for watcher in reversed(_watchers.get()):
        suspended = watcher.generator is not None and watcher.generator.f_back is None
        if watcher.is_on and not suspended:
            yield watcher


def _concerned(*nodes: Any) -> Iterator[Watcher]:
    """The watchers of this context; and the readers of others, such as the thread that waits for this one, if any of
    the nodes is of their making.
    """
    yield from _awake()
    here = _watchers.get()
    for watcher in _all_readers:
        if watcher not in here and any(map(watcher.knows, nodes)):
            yield watcher


def made(node: N) -> N:
    """The node itself, now that the watchers have seen it."""
    for watcher in _awake():
        watcher.made(node)
    return node


def leaf(node: Any) -> None:
    for watcher in _awake():
        watcher.leaf(node)


def cut(node: Any) -> None:
    for watcher in _awake():
        watcher.cut(node)


def compared(relation: str, left: Any, right: Any, outcome: bool) -> None:
    for watcher in _concerned(left, right):
        watcher.compared(relation, left, right, outcome)


def read(node: Any, number: float, kind: str) -> float:
    for watcher in _concerned(node):
        number = watcher.read(node, number, kind)
    return number


def assumed_finite(node: Any) -> None:
    for watcher in _awake():
        watcher.assumed_finite(node)


def differentiated(root: Any) -> None:
    for watcher in _awake():
        watcher.differentiated(root)
