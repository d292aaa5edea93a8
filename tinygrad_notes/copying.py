"""Copying and pickling graphs of any depth: neither recurses from a node into its operands.

Any object with `operands` is a node here, as in `passes`; its class says how one node is copied.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from tinygrad_notes.passes import topological_order


class _Copied(set[Any]):
    """The nodes that a deep copy has visited so far, kept in its memo."""


def deep_copy(root: Any, memo: dict[Any, Any], twin: Callable[[Any, tuple[Any, ...]], Any]) -> Any:
    """A copy of `root` and of all that it depends on, for use as `__deepcopy__`. Shared nodes stay shared.

    `twin(node, operands)` copies one node, given copies of its operands. Operands come first, so nothing recurses. One
    `copy.deepcopy` uses one `memo` for all its objects.
    """
    copied = memo.setdefault(_Copied, _Copied())
    for node in topological_order(root, known=copied):
        memo[id(node)] = twin(node, tuple(memo[id(operand)] for operand in node.operands))
    return memo[id(root)]


class _Ancestors:
    """The nodes below a node that a pickler has not seen, operands first; unpickled as a list of them.

    A pickler that is given a node descends into its operands, and into theirs, until the stack is full. Given this
    list first, it writes every node after its operands, and refers to them by number. The pickler keeps alive what it
    has written, so an `_Ancestors` lives as long as its pickling. `seen` holds the nodes that are written already:
    their ancestors need not be written again.
    """

    __slots__ = ("__weakref__", "new", "seen")

    def __init__(self, new: list[Any], seen: set[Any]) -> None:
        self.new = new
        self.seen = seen

    def __reduce__(self) -> tuple[type, tuple[()], None, Iterator[Any]]:
        return list, (), None, iter(self.new)


class _Latest(threading.local):
    ancestors: Callable[[], _Ancestors | None] = staticmethod(lambda: None)


_latest = _Latest()


def unseen_ancestors(node: Any) -> _Ancestors | None:
    """What a pickler must write before `node`; None if it has seen the operands."""
    latest = _latest.ancestors()
    seen = latest.seen if latest is not None else set()
    if node in seen or not node.operands:
        return None
    ancestors = _Ancestors(topological_order(node, known=seen)[:-1], seen)
    _latest.ancestors = weakref.ref(ancestors)
    return ancestors
