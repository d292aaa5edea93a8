"""Names that stand side by side without a blank: `wx` is w · x where the page has w and x, and no wx."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

from tinygrad_notes.reading.formulas import Apply, Name, Tree, renamed
from tinygrad_notes.reading.token import Token


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
        factors: list[Tree] = [Name(name) for name in self.in_turn(tree.name)]
        return functools.reduce(lambda left, right: Apply("*", (left, right)), factors) if len(factors) > 1 else None

    def in_turn(self, letters: str) -> list[str]:
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


def letters_set(pieces: Iterable[Sequence[Token]], known: Set[str]) -> Letters:
    """Those of the names which begin a chain: in z = wx = 1 nothing says that wx is a name of its own."""
    begun = {
        token.value
        for tokens in pieces
        for before, token, after in zip([None, *tokens], tokens, tokens[1:])
        if after.type == "RELATION" and (before is None or before.type != "RELATION")
    }
    return Letters(begun & known)


def with_powers_apart(tokens: Sequence[Token], letters: Letters) -> list[Token]:
    """The tokens with the names of `wx²` apart, for only x is squared; behind a division the two belong together.

    Example:
        >>> from tinygrad_notes.reading.tokens import tokens_of
        >>> [token.value for token in with_powers_apart(tokens_of("wx^2 + (wx)^2"), Letters({"w", "x"}))]
        ['w', 'x', '^', '2', '+', '(', 'wx', ')', '^', '2']
    """
    powers = [at for at, token in enumerate(tokens[1:]) if token.type in ("POWER", "RAISED")]
    made = list(tokens)
    for at in reversed(powers):
        token = tokens[at]
        is_below = at > 0 and tokens[at - 1].type == "OVER"
        if token.type == "NAME" and token.value not in letters.known and not is_below:
            names = letters.in_turn(token.value)
            made[at : at + 1] = [replace(token, value=name) for name in names] or [token]
    return made
