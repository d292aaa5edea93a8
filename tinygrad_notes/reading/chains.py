"""Chains: what a note sets equal, member by member.

Nearly every author writes `name = formula = numbers put in = result`. A chain keeps each member with its tree, so that
one unreadable member takes no other along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tinygrad_notes.reading.formulas import Apply, Tree, is_literal, parsed
from tinygrad_notes.reading.pieces import LINE, MATHS, ROW, SPAN, Piece
from tinygrad_notes.reading.tokens import Token, tokens_of

LONGEST_CHAIN = 100  # members
_MOST_TOKENS = 20_000  # in one piece


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a chain.

    Attributes:
        tree: its formula; None where it could not be read.
        relation: what stands before it: "=", "≈", "→", or "" for the first.
        start, end: its place in the note.
    """

    tree: Tree | None
    relation: str
    start: int
    end: int

    @property
    def is_literal(self) -> bool:
        return self.tree is not None and is_literal(self.tree)


@dataclass(frozen=True, slots=True)
class Chain:
    """Members that a note sets equal, in their order."""

    members: tuple[Member, ...]

    @property
    def start(self) -> int:
        return self.members[0].start

    @property
    def end(self) -> int:
        return self.members[-1].end


@dataclass
class Chains:
    """The chains of a note.

    Attributes:
        read: all members of these were read, or enough of them to check something.
        left: the places, start and end, of equalities that could not be read.
    """

    read: list[Chain] = field(default_factory=list)
    left: list[tuple[int, int]] = field(default_factory=list)


def chains_of(pieces: Sequence[Piece], text: str) -> Chains:
    """All chains in the pieces of a note whose text is `text`."""
    chains = Chains()
    waiting: list[_Part] = []  # a chain that ended with a relation: the next piece may go on with it
    for piece in pieces:
        if piece.kind not in (MATHS, LINE, ROW, SPAN):
            continue
        if waiting and (piece.kind == LINE or text[waiting[-1].at : piece.start].strip(_MARKUP)):
            _keep(waiting, piece, chains)
            waiting = []
        for parts in _statements(piece):
            whole = [*waiting[:-1], _Part(parts[0].tokens, waiting[-1].relation), *parts[1:]] if waiting else parts
            waiting = whole if not whole[-1].tokens and len(whole) > 1 else []
            if not waiting:
                _keep(whole, piece, chains)
    chains.read.sort(key=lambda chain: chain.start)  # a line's own come before those of the mathematics in it
    return chains


_MARKUP = " \t\r\n$`*_|>\\[("


@dataclass
class _Part:
    """The tokens of a member, the relation before it, and where that ends in the note."""

    tokens: list[Token]
    relation: str = ""
    at: int = 0


def _keep(parts: list[_Part], piece: Piece, chains: Chains) -> None:
    parts = [part for part in parts if part.tokens]
    if len(parts) < 2 or len(parts) > LONGEST_CHAIN:
        return
    members = tuple(member for part in parts for member in _members(part))
    is_prose = piece.kind in _PROSE
    if sum(member.tree is not None for member in members) < 2:
        if not is_prose and any(token.type == "NUMBER" for part in parts for token in part.tokens):
            chains.left.append((members[0].start, members[-1].end))
        return
    if is_prose and _is_talk(members):
        return
    chains.read.append(Chain(members))


def _is_talk(members: Sequence[Member]) -> bool:
    """Whether a line of text uses an arrow between words and counts: "3 inputs → 3 neurons"."""
    arrows = all(member.relation == "→" for member in members[1:])
    return arrows and not isinstance(members[0].tree, Apply)


# Statements ---------------------------------------------------------------------------------------------


def _statements(piece: Piece) -> Iterator[list[_Part]]:
    """The statements of a piece, each as its parts between relations."""
    tokens = tokens_of(piece.text, piece.start)
    if len(tokens) > _MOST_TOKENS:
        return
    is_prose = piece.kind in _PROSE
    for run in _prose_runs(tokens, piece) if is_prose else [tokens]:
        yield from _split(run, is_prose)


_PROSE = (LINE, ROW)


def _split(tokens: Sequence[Token], prose: bool) -> Iterator[list[_Part]]:
    parts = [_Part([])]
    depth = 0
    for position, token in enumerate(tokens):
        depth += (token.type in _OPENING) - (token.type in _CLOSING)
        if depth > 0 or token.type in _CLOSING:
            parts[-1].tokens.append(token)
            continue
        after = next((other for other in tokens[position + 1 :] if other.type != "CELL"), None)
        goes_on = token.type == "ROW" and after is not None and after.type in ("RELATION", "ADD", "SUB")
        if token.type == "RELATION":
            if token.value == "→" and _names_next(tokens, position) and len(parts) + bool(prose) > 1:
                yield parts
                parts = [_Part([])]
            else:
                parts.append(_Part([], token.value, token.end))
        elif token.type in ("BREAK", "COMMA") or (token.type == "ROW" and not goes_on):
            yield parts
            parts = [_Part([])]
        elif token.type not in ("CELL", "ROW"):
            parts[-1].tokens.append(token)
    yield parts


def _names_next(tokens: Sequence[Token], position: int) -> bool:
    """Whether a name and a relation follow, so that an arrow only leads to the next statement."""
    following = [token.type for token in tokens[position + 1 : position + 3]]
    return following == ["NAME", "RELATION"]


def _prose_runs(tokens: Sequence[Token], piece: Piece) -> Iterator[list[Token]]:
    """A line of text in runs that may be formulas: cut between words, at stops and at signs of no formula."""
    run: list[Token] = []
    for token in tokens:
        before = run[-1] if run else None
        is_cut = token.type in ("UNKNOWN", "BREAK") or (token.type == "COMMA" and not _open_brackets(run))
        words = before is not None and _words_meet(before, token, piece.kind)
        if token.type == "UNKNOWN" and before is not None and before.type != "RELATION" and not token.spaced:
            run = []  # part of a word or a formula that is not known: what stands before it alone may mislead
        elif (is_cut or (words and not _open_brackets(run))) and run:
            yield from _formula_run(run, piece)
            run = []
        if not is_cut:
            run.append(token)
    if run:
        yield from _formula_run(run, piece)


def _words_meet(before: Token, token: Token, kind: str) -> bool:
    """Whether two operands stand beside each other as words do; in a table's cell single letters are factors."""
    if not (before.type in _OPERAND_ENDS and token.type in _OPERAND_STARTS and token.spaced):
        return False
    return kind != ROW or any(other.type == "NAME" and other.value[:2].isalpha() for other in (before, token))


def _formula_run(run: list[Token], piece: Piece) -> Iterator[list[Token]]:
    """The run without stray brackets at its ends, if it holds a relation and no words change what it says."""
    while run and run[0].type in _CLOSING:
        run = run[1:]
    if _open_brackets(run) and run[0].type in _OPENING:
        run = run[1:]
    while run and _open_brackets(run) < 0 and run[-1].type in _CLOSING:
        run = run[:-1]
    if not any(token.type == "RELATION" for token in run):
        return
    words = piece.text[: run[0].start - piece.start].lower()
    if not _OF_ANOTHER.search(words[-40:]):
        yield run


_OF_ANOTHER = re.compile(
    r"(gradient|derivative|slope|partial|change|w\u200b?\.?r\u200b?\.?t|respect to|derivada|gradiente|导数|梯度)"
    r"\W*[\w\u200b.]*\W*$"
)
"""Words after which a name stands for something else: "gradient w.r.t. W1 = …" says nothing of W1."""


def _open_brackets(tokens: Sequence[Token]) -> int:
    return sum((token.type in _OPENING) - (token.type in _CLOSING) for token in tokens)


# Members --------------------------------------------------------------------------------------------------


def _members(part: _Part) -> Iterator[Member]:
    """The member, or several where the cells of a matrix hold chains of their own."""
    for position, tokens in enumerate(_cells_apart(part.tokens)):
        yield Member(parsed(tokens), part.relation if position == 0 else "=", tokens[0].start, tokens[-1].end)


def _cells_apart(tokens: list[Token]) -> list[list[Token]]:
    """`[0.1·0.5 = 0.05, 0.3·0.5 = 0.15]` as `[0.1·0.5, 0.3·0.5]` and `[0.05, 0.15]`."""
    cells: list[list[list[Token]]] = [[[]]]  # for each cell its parts
    for token in tokens:
        if token.type in _SEPARATORS:
            cells.append([[token]])
            cells.append([[]])
        elif token.type == "RELATION":
            cells[-1].append([])
        else:
            cells[-1][-1].append(token)
    longest = max(len(parts) for parts in cells)
    return [[token for parts in cells for token in parts[min(position, len(parts) - 1)]] for position in range(longest)]


_OPENING = frozenset(["LPAR", "LSQB", "LBRACE", "BEGIN"])
_CLOSING = frozenset(["RPAR", "RSQB", "RBRACE", "END"])
_SEPARATORS = frozenset(["LSQB", "RSQB", "BEGIN", "END", "CELL", "ROW", "COMMA"])
_OPERAND_ENDS = frozenset(["NUMBER", "NAME", "RPAR", "RSQB", "RBRACE", "END", "TRANSPOSE", "RAISED"])
_OPERAND_STARTS = frozenset(["NUMBER", "NAME", "FUNCTION", "LPAR", "LSQB", "FRAC", "ROOT", "BEGIN", "BAR"])
