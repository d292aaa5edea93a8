"""A seam through which others see the engine at work, without the engine knowing them.

A watcher is told of every node as it is made, every comparison as it is taken, every pass as it ends. Switching
gradients off, finding the first nan and recording branches for replay are watchers. Each thread has its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Watcher:
    """Sees everything, changes nothing; subclasses override what they care for."""

    def made(self, node: Any) -> Any:
        """A node was made; what is returned stands in its place."""
        return node

    def leaf(self, node: Any) -> None:
        """A Value was made from a number."""

    def cut(self, node: Any) -> None:
        """The constant `node` was computed from Values, which its graph does not show."""

    def compared(self, relation: str, left: Any, right: Any, outcome: bool) -> None:
        """`left relation right` was decided; `relation` is "<", "<=", ">", ">=", "==" or "!="."""

    def differentiated(self, root: Any) -> None:
        """`root.backward()` has left its gradients."""


class _Watchers(threading.local):
    def __init__(self) -> None:
        self.stack: list[Watcher] = []


_watchers = _Watchers()
_lock = threading.Lock()
count = 0
"""How many watchers are on in any thread: the one number that the engine looks at while none is."""


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[Watcher]:
    """Show `watcher` all that this thread does inside the `with` block."""
    stack = _watchers.stack
    stack.append(watcher)
    _change_count(1)
    try:
        yield watcher
    finally:
        stack.remove(watcher)  # seldom not the last: a generator may leave late, or in another thread
        _change_count(-1)


def _change_count(by: int) -> None:
    global count
    with _lock:
        count += by


def made(node: Any) -> Any:
    for watcher in reversed(_watchers.stack):
        node = watcher.made(node)
    return node


def leaf(node: Any) -> None:
    for watcher in _watchers.stack:
        watcher.leaf(node)


def cut(node: Any) -> None:
    for watcher in _watchers.stack:
        watcher.cut(node)


def compared(relation: str, left: Any, right: Any, outcome: bool) -> None:
    for watcher in reversed(_watchers.stack):
        watcher.compared(relation, left, right, outcome)


def differentiated(root: Any) -> None:
    for watcher in reversed(_watchers.stack):
        watcher.differentiated(root)
