"""The table of the kinds of mistakes in a formula."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tinygrad_notes.worked.sites import Change, Site

Changes = Callable[[Site], Iterable[Change]]
KINDS: dict[str, Changes] = {}
"""Every kind of mistake in a formula, by the words in which it is reported; `usual_mistake` adds one."""


def usual_mistake(kind: str) -> Callable[[Changes], Changes]:
    """Register a function from a `Site` to the `Change`s by which that kind of mistake can be made there."""

    def register(changes: Changes) -> Changes:
        KINDS[kind] = changes
        return changes

    return register
