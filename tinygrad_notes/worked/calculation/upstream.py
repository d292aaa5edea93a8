"""Derivatives that a page starts from: of a loss that it has no formula for, by numbers that it computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tinygrad_notes import functions
from tinygrad_notes.value import Value, as_value
from tinygrad_notes.worked.calculation.elementwise import count_of, numbers_of
from tinygrad_notes.worked.calculation.entries import Entry


class Upstream:
    """What a page says of ∂L/∂… where L itself is nowhere on it.

    With ∂L/∂h given for all h that L is computed from, the chain rule tells ∂L/∂x for whatever h is computed from. L
    then stands for Σ ∂L/∂h · h, whose derivatives are the same.
    """

    def __init__(self) -> None:
        self._stated: dict[str, list[tuple[str, Any]]] = {}
        self._totals: dict[str, tuple[tuple[Entry, ...], Entry]] = {}

    def add(self, of: str, by: str, numbers: Any) -> None:
        """Take down d(of)/d(by), which the page states."""
        self._stated.setdefault(of, []).append((by, numbers))

    def knows(self, of: str) -> bool:
        """Whether the page states some derivative of `of`."""
        return of in self._stated

    def total(self, of: str, computed: Callable[[str], Entry | None]) -> tuple[Entry, list[tuple[Entry, Any]]] | None:
        """What stands for `of`, and the derivatives of it that are stated; None where these do not tell the others.

        They do not if one is by a number that is not computed: what it passes on is unknown.
        """
        stated = [(computed(by), numbers) for by, numbers in self._stated.get(of, ())]
        known = [(entry, numbers) for entry, numbers in stated if entry is not None]
        if not known or len(known) < len(stated):
            return None
        if any(count_of(numbers) != count_of(entry.numbers) for entry, numbers in known):
            return None
        entries = tuple(entry for entry, _ in known)
        if of not in self._totals or self._totals[of][0] != entries:
            first = entries[0]
            self._totals[of] = entries, Entry(of, of, 1, first.place, _total(of, known), first.statement)
        return self._totals[of][1], known


def _total(name: str, known: list[tuple[Entry, Any]]) -> Value:
    slopes = [as_value(slope) for _, numbers in known for slope in numbers_of(numbers)]
    values = [value for entry, _ in known for value in entry.values]
    total = functions.dot(slopes, values) if len(values) > 1 else slopes[0] * values[0]
    total.label = name
    return total
