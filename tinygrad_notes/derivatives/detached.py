"""Computing without building a graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, overload

from tinygrad_notes import watching
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.value import Value, link
from tinygrad_notes.watching import Watcher, watched_by

F = TypeVar("F", bound=Callable[..., object])


class _Cutting(Watcher):
    """Turns every node that is made into a constant."""

    def made(self, node: Value) -> None:
        node.operation = CONSTANT
        link(node, (), ())
        watching.cut(node)


@overload
def no_grad() -> watched_by[Watcher]: ...
@overload
def no_grad(function: F) -> F: ...
def no_grad(function: Callable[..., Any] | None = None) -> Any:
    """Inside the `with` block, results are constants that remember nothing.

    It is also a decorator, `@no_grad`. For a generator it covers the steps, and not the code that runs between them. It
    holds for this thread and this asyncio task alone. An exception ends it too. `Value.detach()` detaches a single
    Value.

    Example:
        >>> w = Value(3.0)
        >>> with no_grad():
        ...     y = w * w
        >>> y.data, y.operands
        (9.0, ())
    """
    block: watched_by[Watcher] = watched_by(_Cutting)
    return block if function is None else block(function)
