"""Numbers that are set equal to something, and that no chain took: they are listed, so that none is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tinygrad_notes.reading.piece import Place, among
from tinygrad_notes.reading.token import STEPS, Token


def not_taken(pieces: Iterable[Sequence[Token]], taken: Iterable[Place]) -> Iterator[Place]:
    """The places of such numbers, each with what stands before its relation.

    Args:
        pieces: the tokens of each piece of the note.
        taken: the places of the chains, and of what was left.

    Example:
        >>> from tinygrad_notes.reading.tokens import tokens_of
        >>> list(not_taken([tokens_of("z = 0.5, a ¿ = 0.7")], [(0, 7)]))
        [(9, 18)]
    """
    is_taken = among(taken)
    for tokens in pieces:
        for before, at in _stated(tokens):
            if not is_taken(tokens[at].start):
                yield tokens[_first(tokens, before)].start, tokens[at].end


def _first(tokens: Sequence[Token], at: int) -> int:
    """Where the statement begins that goes on there, or a part of it."""
    near = range(at, max(at - _LONGEST, 0), -1)
    return next((place for place in near if tokens[place - 1].type in _ENDS), max(at - _LONGEST, 0))


_LONGEST = 20  # tokens before a relation
_ENDS = frozenset(["BREAK", "COMMA", "RELATION", "ROW"])


def _stated(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where each relation with a number behind it stands, and the number; not in brackets, as in x_{i=1}."""
    depth = 0
    for at, token in enumerate(tokens):
        depth = max(depth + STEPS.get(token.type, 0), 0)
        if token.type != "NUMBER" or depth:
            continue
        before = at - 2 if [other.type for other in tokens[max(at - 1, 0) : at]] == ["SUB"] else at - 1
        is_stated = before >= 0 and tokens[before].value in ("=", "≈")
        if is_stated and not _GO_ON.intersection(other.type for other in tokens[at + 1 : at + 2]):
            yield before, at


_GO_ON = frozenset(["ADD", "SUB", "TIMES", "OVER", "POWER", "RAISED", "LPAR", "FRAC", "ROOT", "FUNCTION"])
"""What stands behind the first number of a formula."""
