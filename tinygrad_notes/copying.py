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
    """The nodes that a deep copy has met so far, kept in its memo."""


def deep_copy(root: Any, memo: dict[Any, Any], twin: Callable[[Any, tuple[Any, ...]], Any]) -> Any:
    """A copy of `root` and of all that it depends on, sharing kept, for use as `__deepcopy__`.

    `twin(node, operands)` makes the copy of one node over operands that are copies already. Operands come
    first, so nothing recurses; `memo` is shared by all the objects that one `copy.deepcopy` copies.
    """
    copied = memo.setdefault(_Copied, _Copied())
    for node in topological_order(root, known=copied):
        memo[id(node)] = twin(node, tuple(memo[id(operand)] for operand in node.operands))
    return memo[id(root)]


class _Ancestors:
    """The nodes below a node that a pickler has not seen, operands first; unpickled as a list of them.

    A pickler handed a node would descend into its operands, and theirs, until the stack is full. Handed this
    first, it meets every node after its operands, which it then refers to by their number. It keeps alive what
    it has written, so an `_Ancestors` lives as long as the pickling that it is part of; `seen` then tells
    the nodes that need no company any more.
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
    """What a pickler has to write before `node`; None if it has seen its operands."""
    latest = _latest.ancestors()
    seen = latest.seen if latest is not None else set()
    if node in seen or not node.operands:
        return None
    ancestors = _Ancestors(topological_order(node, known=seen)[:-1], seen)
    _latest.ancestors = weakref.ref(ancestors)
    return ancestors
