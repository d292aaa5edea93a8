"""Names that stand side by side without a blank: `wx` is w · x where the page has w and x, and no wx."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Set

from tinygrad_notes.reading.formulas import Apply, Name, Tree, renamed


class Letters:
    """The names that a page sets, by which its other names are taken apart.

    Example:
        >>> Letters({"w", "x", "x1"}).apart(Name("wx1"))
        Apply(function='*', operands=(Name(name='w'), Name(name='x1')))
        >>> Letters({"w", "x", "x1"}).apart(Name("wy"))
        Name(name='wy')
    """

    def __init__(self, known: Set[str]) -> None:
        self.known = known

    def apart(self, formula: Tree) -> Tree:
        """The formula with each name that the page does not set as a product of names that it sets."""
        return renamed(formula, self._product)

    def _product(self, tree: Tree) -> Tree | None:
        if not isinstance(tree, Name) or tree.name in self.known:
            return None
        factors: list[Tree] = [Name(name) for name in self._in_turn(tree.name)]
        return functools.reduce(lambda left, right: Apply("*", (left, right)), factors) if len(factors) > 1 else None

    def _in_turn(self, letters: str) -> list[str]:
        """The names that these letters are in turn, the longest first; none where some letters are no name."""
        found: list[str] = []
        at = 0
        while at < len(letters):
            ends = (at + length for length in self._lengths.get(letters[at], ()))
            end = next((end for end in ends if letters[at:end] in self.known), 0)
            if not end:
                return []
            found.append(letters[at:end])
            at = end
        return found

    @functools.cached_property
    def _lengths(self) -> dict[str, list[int]]:
        """How long the names are that begin with a letter, the longest first."""
        lengths: dict[str, set[int]] = defaultdict(set)
        for name in self.known:
            lengths[name[:1]].add(len(name))
        return {first: sorted(some, reverse=True) for first, some in lengths.items()}
