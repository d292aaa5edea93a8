"""Kinds of mistakes: how one is described, and the table of all kinds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tinygrad_notes.worked.sites import Change, Site


@dataclass(frozen=True, slots=True)
class Mistake:
    """A usual mistake that leads to a claimed number.

    Attributes:
        kind: which, in the words of `KINDS`.
        detail: where, and with what.
        number: what it leads to.
        inside: the label of the number in which it was made, if that is another number, which the page does not show.
        odds: how many times likelier it makes the claimed number than chance does.
        cause: its name for a whole array, if it explains all wrong numbers of the array.
    """

    kind: str
    detail: str
    number: float
    inside: str = ""
    odds: float = field(default=math.inf, compare=False)
    cause: str = field(default="", compare=False)

    def gives_what(self, other: Mistake) -> bool:
        """Whether both give one number in one place: then they are one mistake under two names."""
        return self.inside == other.inside and math.isclose(self.number, other.number)

    def __str__(self) -> str:
        return f"{self.kind} ({self.detail})" if self.detail else self.kind


Changes = Callable[[Site], Iterable[Change]]
KINDS: dict[str, Changes] = {}
"""Every kind of mistake in a formula, by the words in which it is reported; `usual_mistake` adds one."""


def usual_mistake(kind: str) -> Callable[[Changes], Changes]:
    """Register a function from a `Site` to the `Change`s by which that kind of mistake can be made there."""

    def register(changes: Changes) -> Changes:
        KINDS[kind] = changes
        return changes

    return register
