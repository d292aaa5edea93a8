"""Chains: the equalities of a note, member by member.

Nearly every author writes `name = formula = numbers put in = result`. Each member has its own tree, so
one unreadable member does not spoil the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tinygrad_notes.reading.formulas import (
    Apply,
    Name,
    Number,
    Tree,
    in_decimals,
    is_fraction,
    is_literal,
    leaves,
    names,
)
from tinygrad_notes.reading.going_on import is_apart, joined, with_all_behind
from tinygrad_notes.reading.letters import letters_set, with_powers_apart
from tinygrad_notes.reading.limits import LONGEST_CHAIN
from tinygrad_notes.reading.macros import Macro
from tinygrad_notes.reading.not_taken import not_taken
from tinygrad_notes.reading.numbers import POINTS, Digits, digits_of
from tinygrad_notes.reading.own_functions import (
    Function,
    all_defined,
    applied,
    derivatives,
    derivatives_wanted,
    formulas_of_quantities,
    may_define,
    with_formulas,
)
from tinygrad_notes.reading.own_names import with_own_names
from tinygrad_notes.reading.parsing import parsed, read_otherwise
from tinygrad_notes.reading.piece import LINE, STATEMENT, Piece
from tinygrad_notes.reading.prose import names_set
from tinygrad_notes.reading.statements import (
    PROSE,
    Part,
    cells_apart,
    chains_in_cells,
    is_too_long,
    may_relate,
    split,
    statements,
    with_tokens,
)
from tinygrad_notes.reading.token import BRANCHES, Token
from tinygrad_notes.reading.token_groups import without_percent


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a chain.

    Attributes:
        tree: its formula; None where it could not be read.
        relation: the sign before it: "=", "≈", "→", or "" for the first.
        start, end: its position in the note, in characters.
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
    """Members of an equality, in their order.

    Attributes:
        in_code: whether it is a statement of code, which sets its name.
    """

    members: tuple[Member, ...]
    in_code: bool = False

    @property
    def start(self) -> int:
        return self.members[0].start

    @property
    def is_of_formulas(self) -> bool:
        """Whether it has no number: neither a claim nor a given."""
        return all(member.tree is not None and not member.is_literal for member in self.members)

    @property
    def defines_function(self) -> bool:
        """Whether it only defines a function of its variables, such as g(z) = 1/(1 + e^{-z})."""
        function, formula = self.members[0].tree, self.members[1].tree
        if len(self.members) > 2 or not isinstance(function, Apply) or formula is None:
            return False
        variables = names(function)[function.function == "*" :]
        only_names = not any(isinstance(leaf, Number) for leaf in leaves(function))
        return bool(variables) and only_names and set(variables) <= set(names(formula))

    @property
    def end(self) -> int:
        return self.members[-1].end


@dataclass
class Chains:
    """The chains of a note.

    Attributes:
        read: all members of these were read, or enough of them to check something.
        left: the places, start and end, of equalities that could not be read.
        digits, functions: how the note writes its numbers; the functions that it defines.
        of_sums: these hold a sum over an index, and no number can be worked from them.
        rest: where the part of a very long note begins that was not read; None where all was.
    """

    read: list[Chain] = field(default_factory=list)
    left: list[tuple[int, int]] = field(default_factory=list)
    digits: Digits = POINTS
    functions: dict[str, Function] = field(default_factory=dict)
    of_sums: list[Chain] = field(default_factory=list)
    rest: int | None = None

    def places(self) -> list[tuple[int, int]]:
        """Where the chains, and what is left, begin and end."""
        chains = [(c.start, max(member.end for member in c.members)) for c in (*self.read, *self.of_sums)]
        return [*chains, *self.left]


def chains_of(pieces: Sequence[Piece], text: str, macros: Mapping[str, Macro] | None = None) -> Chains:
    """All chains in the pieces of a note whose text is `text`, and which defines these commands of LaTeX."""
    chains = Chains(digits=digits_of(text))
    waiting: list[Part] = []  # a chain that ended with a relation: the next piece may go on with it
    read, chains.rest = with_tokens(joined(pieces, text), chains.digits, macros or {})
    read = list(with_all_behind(read, text))
    known = names_set(tokens for _, tokens in read)
    letters = letters_set((tokens for _, tokens in read), known.keys())
    chains.functions = _own_functions(read, known)
    for piece, found in read:
        if is_too_long(len(piece.text), found) and may_relate(piece) and any(map(str.isdigit, piece.text)):
            chains.left.append((piece.start, piece.end))
            continue
        tokens = with_powers_apart(applied(found, chains.functions), letters)
        if waiting and (piece.kind == LINE or is_apart(waiting[-1].at, piece.start, text)):
            _keep(waiting, piece, chains)
            waiting = []
        for parts in statements(piece, tokens, known):
            if waiting and waiting[-1].relation == "→" and len(parts) > 1:  # it leads to another statement
                _keep(waiting, piece, chains)
                waiting = []
            whole = [*waiting[:-1], Part(parts[0].tokens, waiting[-1].relation), *parts[1:]] if waiting else parts
            waiting = whole if not whole[-1].tokens and len(whole) > 1 else []
            if not waiting:
                _keep(whole, piece, chains)
    chains.left += not_taken((tokens for _, tokens in read), chains.places())
    chains.read.sort(key=lambda chain: chain.start)  # a line's own come before those of the mathematics in it
    chains.read = with_own_names(list(_without_limits(chains.read, text)))
    return chains


def _own_functions(read: Sequence[tuple[Piece, list[Token]]], known: Mapping[str, int]) -> dict[str, Function]:
    """The functions that the note defines."""

    def parts_in(some: Iterable[tuple[Piece, list[Token]]]) -> Iterator[list[list[Token]]]:
        found = (parts for piece, tokens in some for parts in statements(piece, tokens, known))
        return ([part.tokens for part in parts] for parts in found)

    functions = all_defined(parts_in((piece, tokens) for piece, tokens in read if may_define(tokens)))
    wanted = derivatives_wanted(tokens for _, tokens in read)
    return functions | derivatives(wanted, functions, formulas_of_quantities(parts_in(read)) if wanted else {})


def _keep(parts: list[Part], piece: Piece, chains: Chains) -> None:
    parts = _with_name_again([part for part in parts if part.tokens])
    if any(token.type == "PERCENT" for part in parts for token in part.tokens):
        rests = without_percent([part.tokens for part in parts])
        parts = [replace(part, tokens=tokens) for part, tokens in zip(parts, rests, strict=True)]
    unclear = [at for at, part in enumerate(parts) if any(token.type == "UNCLEAR" for token in part.tokens)]
    if unclear:  # what stands behind can be checked, but says nothing of what stands before
        if len(parts) > 1 and (
            _has_number(parts) or any(part.relation != "→" for part in parts[1:])
        ):  # else words with arrows between
            chains.left.append((parts[0].tokens[0].start, parts[-1].tokens[-1].end))
        parts = parts[unclear[-1] + 1 :]
    if len(parts) < 2 or _is_left_as_long(parts, chains):
        return
    members = tuple(member for part in parts for member in _members(part, chains.functions))
    if _is_kept_with_sums(parts, chains):
        return
    if any(member.tree is None for member in members):
        _keep_cells(parts, piece, chains)
    is_prose = piece.kind in PROSE
    if sum(member.tree is not None for member in members) < 2:
        if not is_prose and _has_number(parts):
            chains.left.append((members[0].start, members[-1].end))
        return
    if is_prose and _is_talk(members):
        return
    chains.read.append(Chain(_with_claimed_fraction(members), in_code=piece.kind == STATEMENT))


def _with_claimed_fraction(members: tuple[Member, ...]) -> tuple[Member, ...]:
    """The members with a fraction that is claimed, as in z = 3x = 5/2, in decimals; w = 1/2 is given, ≈ 1/5 vague."""
    last, first = members[-1], members[0].tree
    is_given = len(members) == 2 and isinstance(first, Name) and "/d" not in first.name
    if is_given or last.relation == "≈" or last.tree is None or last.is_literal or not is_fraction(last.tree):
        return members
    return (*members[:-1], replace(last, tree=in_decimals(last.tree, last.start, last.end), other=None))


def _is_left_as_long(parts: Sequence[Part], chains: Chains) -> bool:
    """Whether the chain has more members than any worked by hand, and is left."""
    is_long = len(parts) > LONGEST_CHAIN
    chains.left += [(parts[0].tokens[0].start, parts[-1].tokens[-1].end)] if is_long else []
    return is_long


def _is_kept_with_sums(parts: Sequence[Part], chains: Chains) -> bool:
    """Whether the chain is one of formulas with a sum over an index, which is kept then, and claims no number."""
    if not any(token.type == "SUM" and token.value for part in parts for token in part.tokens):
        return False
    whole = Chain(tuple(member for part in parts for member in _members(part, chains.functions, sums=True)))
    chains.of_sums += [whole] if all(member.tree for member in whole.members) else []
    return whole.is_of_formulas


def _keep_cells(parts: Sequence[Part], piece: Piece, chains: Chains) -> None:
    """Keep the chains in the cells of matrices by themselves, where one of them spoils the whole."""
    for part in parts:
        for cell in chains_in_cells(part.tokens):
            for statement in split(cell, prose=False):
                _keep(statement, piece, chains)


def _has_number(parts: Sequence[Part]) -> bool:
    return any(token.type == "NUMBER" or token.value == BRANCHES for part in parts for token in part.tokens)


def _with_name_again(parts: list[Part]) -> list[Part]:
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
    where = members[:1] if arrows else members
    return (arrows or members[0].is_literal) and not any(isinstance(member.tree, Apply) for member in where)


def _without_limits(chains: Sequence[Chain], text: str) -> Iterator[Chain]:
    """The chains without limits, as in x → 0; a name with a number above and without a formula is updated so."""
    given, worked = set[Tree | None](), set[Tree | None]()
    for chain in chains:
        first, second = chain.members[:2]
        goes = len(chain.members) == 2 and second.relation == "→" and second.is_literal and isinstance(first.tree, Name)
        is_limit = goes and (
            first.tree not in given
            or first.tree in worked
            or _TOWARDS.search(text[max(chain.start - _NEAR, 0) : chain.start])
        )
        if not is_limit:
            yield chain
        is_update = second.tree is not None and first.tree in list[Tree | None](leaves(second.tree))
        if not goes and not is_update:
            (given if second.is_literal else worked).add(first.tree)


_TOWARDS = re.compile(r"\b(?:as|for|if|when|limit|für|wenn|quand|lorsque|si|cuando)\W*\Z", re.IGNORECASE)
"""Words before what goes to a limit."""
_NEAR = 20  # characters


def _members(part: Part, functions: Mapping[str, Function], sums: bool = False) -> Iterator[Member]:
    """The member, or several where the cells of a matrix hold chains of their own."""
    for position, tokens in enumerate(cells_apart(part.tokens)):
        found = parsed(tokens, sums), read_otherwise(tokens)
        tree, other = (one and with_formulas(one, functions) for one in found)
        yield Member(tree, "=" if position else part.relation, tokens[0].start, tokens[-1].end, other)
