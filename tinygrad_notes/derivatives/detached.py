"""Computing without building a graph."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tinygrad_notes import watching
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.value import Value, link
from tinygrad_notes.watching import Watcher, watched_by


class _Cutting(Watcher):
    """Turns every node that is made into a constant."""

    def made(self, node: Value) -> Value:
        node.operation = CONSTANT
        link(node, (), ())
        watching.cut(node)
        return node


@contextmanager
def no_grad() -> Iterator[None]:
    """Inside the `with` block, results are constants that remember nothing; for this thread alone.

    Also a decorator: `@no_grad()`. `Value.detach()` cuts a single Value off. The state from before returns
    when an exception passes through.

    Example:
        >>> w = Value(3.0)
        >>> with no_grad():
        ...     y = w * w
        >>> y.data, y.operands
        (9.0, ())
    """
    with watched_by(_Cutting()):
        yield
