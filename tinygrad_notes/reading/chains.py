"""Chains: what a note sets equal, member by member.

Nearly every author writes `name = formula = numbers put in = result`. A chain keeps each member with its tree, so that
one unreadable member takes no other along.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tinygrad_notes.reading.formulas import CONSTANTS, Apply, Name, Number, Tree, is_literal, parsed, renamed
from tinygrad_notes.reading.lines import joined
from tinygrad_notes.reading.numbers import POINTS, Digits, digits_of
from tinygrad_notes.reading.pieces import LINE, MATHS, ROW, SPAN, Piece
from tinygrad_notes.reading.prose import CLOSING, OPENING, names_set, prose_runs
from tinygrad_notes.reading.token_groups import grouped, without_percent
from tinygrad_notes.reading.tokens import Token, tokens_of
from tinygrad_notes.reading.two_readings import read_otherwise

LONGEST_CHAIN = 100  # members
_MOST_TOKENS = 20_000  # in one piece


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a chain.

    Attributes:
        tree: its formula; None where it could not be read.
        relation: what stands before it: "=", "≈", "→", or "" for the first.
        start, end: its place in the note.
        other: another reading of it, where a division has two; else None.
    """

    tree: Tree | None
    relation: str
    start: int
    end: int
    other: Tree | None = None

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
        digits: how the note writes its numbers.
    """

    read: list[Chain] = field(default_factory=list)
    left: list[tuple[int, int]] = field(default_factory=list)
    digits: Digits = POINTS


def chains_of(pieces: Sequence[Piece], text: str) -> Chains:
    """All chains in the pieces of a note whose text is `text`."""
    chains = Chains(digits=digits_of(text))
    waiting: list[_Part] = []  # a chain that ended with a relation: the next piece may go on with it
    read = [
        (piece, grouped(tokens_of(piece.text, piece.start, chains.digits)))
        for piece in joined(pieces, text)
        if piece.kind in (MATHS, LINE, ROW, SPAN)
    ]
    known = names_set(tokens for _, tokens in read)
    for piece, tokens in read:
        if waiting and (piece.kind == LINE or text[waiting[-1].at : piece.start].strip(_MARKUP)):
            _keep(waiting, piece, chains)
            waiting = []
        for parts in _statements(piece, tokens, known):
            whole = [*waiting[:-1], _Part(parts[0].tokens, waiting[-1].relation), *parts[1:]] if waiting else parts
            waiting = whole if not whole[-1].tokens and len(whole) > 1 else []
            if not waiting:
                _keep(whole, piece, chains)
    chains.read.sort(key=lambda chain: chain.start)  # a line's own come before those of the mathematics in it
    own = {name for chain in chains.read if (name := _constant_defined(chain))}
    chains.read = [_with_own_names(chain, own) for chain in chains.read] if own else chains.read
    return chains


def _constant_defined(chain: Chain) -> str:
    """The name of a constant that the note uses for a quantity of its own, as in e = y - a."""
    first, second = chain.members[0].tree, chain.members[1].tree
    if not isinstance(first, Name) or first.name not in CONSTANTS:
        return ""
    is_constant = isinstance(second, Number) and abs(float(second.written) - CONSTANTS[first.name]) < 0.01
    return "" if is_constant else first.name


def _with_own_names(chain: Chain, own: set[str]) -> Chain:
    """The chain with such names set apart from the constants by a _; e^(-z) is the exponential still."""

    def apart(tree: Tree) -> Tree | None:
        if isinstance(tree, Apply) and tree.function == "^" and not isinstance(tree.operands[1], Number):
            base = tree.operands[0]
            return Apply(
                "^", (base if isinstance(base, Name) else renamed(base, apart), renamed(tree.operands[1], apart))
            )
        return Name(f"{tree.name}_") if isinstance(tree, Name) and tree.name in own else None

    trees = [
        replace(m, tree=m.tree and renamed(m.tree, apart), other=m.other and renamed(m.other, apart))
        for m in chain.members
    ]
    return Chain(tuple(trees))


_MARKUP = " \t\r\n$`*_|>\\[("


@dataclass
class _Part:
    """The tokens of a member, the relation before it, and where that ends in the note."""

    tokens: list[Token]
    relation: str = ""
    at: int = 0


def _keep(parts: list[_Part], piece: Piece, chains: Chains) -> None:
    parts = _with_name_again([part for part in parts if part.tokens])
    if any(token.type == "PERCENT" for part in parts for token in part.tokens):
        rests = without_percent([part.tokens for part in parts])
        parts = [replace(part, tokens=tokens) for part, tokens in zip(parts, rests, strict=True)]
    unclear = [at for at, part in enumerate(parts) if any(token.type == "UNCLEAR" for token in part.tokens)]
    if unclear:  # what stands behind can be checked, but says nothing of what stands before
        if _has_number(parts) or any(part.relation != "→" for part in parts[1:]):  # else words with arrows between
            chains.left.append((parts[0].tokens[0].start, parts[-1].tokens[-1].end))
        parts = parts[unclear[-1] + 1 :]
    if len(parts) < 2 or len(parts) > LONGEST_CHAIN:
        return
    members = tuple(member for part in parts for member in _members(part))
    is_prose = piece.kind in _PROSE
    if sum(member.tree is not None for member in members) < 2:
        if not is_prose and _has_number(parts):
            chains.left.append((members[0].start, members[-1].end))
        return
    if is_prose and _is_talk(members):
        return
    chains.read.append(Chain(members))


def _has_number(parts: Sequence[_Part]) -> bool:
    return any(token.type == "NUMBER" for part in parts for token in part.tokens)


def _with_name_again(parts: list[_Part]) -> list[_Part]:
    """`w += 0.4` as w = w + (0.4)."""
    types = [token.type for token in parts[0].tokens] if len(parts) > 1 else []
    if types not in _SETTING or parts[1].relation != "=" or parts[1].at != parts[0].tokens[1].end + 1:
        return parts
    name, sign = parts[0].tokens
    first, last = parts[1].tokens[0], parts[1].tokens[-1]
    opening, closing = replace(first, type="LPAR", value="("), replace(last, type="RPAR", value=")")
    tokens = [replace(name, start=first.start), sign, opening, *parts[1].tokens, closing]
    return [replace(parts[0], tokens=[name]), replace(parts[1], tokens=tokens), *parts[2:]]


_SETTING = [["NAME", sign] for sign in ("ADD", "SUB", "TIMES", "OVER")]


def _is_talk(members: Sequence[Member]) -> bool:
    """Whether a line of text has no formula where one must stand: "3 inputs → 3 neurons", "50% = half"."""
    arrows = all(member.relation == "→" for member in members[1:])
    if arrows or members[0].is_literal:
        return not any(isinstance(member.tree, Apply) for member in members[: 1 if arrows else None])
    return False


# Statements ---------------------------------------------------------------------------------------------


def _statements(piece: Piece, tokens: Sequence[Token], known: Mapping[str, int]) -> Iterator[list[_Part]]:
    """The statements of a piece, each as its parts between relations."""
    if len(tokens) > _MOST_TOKENS:
        return
    is_prose = piece.kind in _PROSE
    for run in prose_runs(tokens, piece, known) if is_prose else [tokens]:
        yield from _split(run, is_prose)


_PROSE = (LINE, ROW)


def _split(tokens: Sequence[Token], prose: bool) -> Iterator[list[_Part]]:
    parts = [_Part([])]
    depth = 0
    for position, token in enumerate(tokens):
        depth += (token.type in OPENING) - (token.type in CLOSING)
        if depth > 0 or token.type in CLOSING:
            parts[-1].tokens.append(token)
            continue
        after = next((other for other in tokens[position + 1 :] if other.type != "CELL" and not _is_quad(other)), None)
        goes_on = _is_space(token) and after is not None and after.type in _GO_ON
        if token.type == "RELATION":
            if token.value == "→" and _names_next(tokens, position) and len(parts) + bool(prose) > 1:
                yield parts
                parts = [_Part([])]
            else:
                parts.append(_Part([], token.value, token.end))
        elif token.type in ("BREAK", "COMMA", "ROW") and not goes_on:
            yield parts
            parts = [_Part([])]
        elif token.type not in ("CELL", "ROW", "BREAK"):
            parts[-1].tokens.append(token)
    yield parts


def _is_space(token: Token) -> bool:
    """Whether a formula may go on behind: the end of a row, or a wide blank."""
    return token.type == "ROW" or _is_quad(token)


def _is_quad(token: Token) -> bool:
    return token.type == "BREAK" and token.value in ("\\quad", "\\qquad")


_GO_ON = frozenset(["RELATION", "ADD", "SUB", "TIMES", "OVER"])


def _names_next(tokens: Sequence[Token], position: int) -> bool:
    """Whether a name and a relation follow, so that an arrow only leads to the next statement."""
    following = [token.type for token in tokens[position + 1 : position + 3]]
    return following == ["NAME", "RELATION"]


# Members --------------------------------------------------------------------------------------------------


def _members(part: _Part) -> Iterator[Member]:
    """The member, or several where the cells of a matrix hold chains of their own."""
    for position, tokens in enumerate(_cells_apart(part.tokens)):
        relation = part.relation if position == 0 else "="
        yield Member(parsed(tokens), relation, tokens[0].start, tokens[-1].end, read_otherwise(tokens))


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


_SEPARATORS = frozenset(["LSQB", "RSQB", "BEGIN", "END", "CELL", "ROW", "COMMA"])
