"""The parts of a note that were not judged, and why: no number disappears without a word."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tinygrad_notes.reading.chains import Chain, Member
from tinygrad_notes.reading.formulas import CONSTANTS, Name, Number, leaves, literal_numbers, names
from tinygrad_notes.reading.going_on import conditional
from tinygrad_notes.reading.in_words import numbers_in_words
from tinygrad_notes.reading.limits import LONGEST_CHAIN, MOST_GENERAL
from tinygrad_notes.reading.named_lines import DERIVATIVE
from tinygrad_notes.reading.numbers_on_page import Literal
from tinygrad_notes.reading.piece import CODE, COMMENT, LABEL, LINE, NUMBERS, OUTPUT, WALL, Place, among
from tinygrad_notes.reading.statements import is_too_long
from tinygrad_notes.reading.token import BRANCHES
from tinygrad_notes.reading.tokens import tokens_of
from tinygrad_notes.reading.versions import are_close

if TYPE_CHECKING:
    from tinygrad_notes.reading.note import Note

_REASONS = {
    CODE: "code is not run", COMMENT: "a comment in code", OUTPUT: "printed, and no claim",
    NUMBERS: "a table of numbers alone", LABEL: "a number or a label",
}  # fmt: skip
_MOST_NAMES = 3  # in a reason
Known = dict[str, list[Literal]]
"""The numbers that the lines of a note have for each name."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A place of the note that was not judged.

    Attributes:
        start: where it begins, in characters from the note's start.
        text: the text of the place.
        reason: why, in a few words.
        claims: how many numbers it claims.
    """

    start: int
    text: str
    reason: str
    claims: int


def left_unread(note: Note) -> list[Unread]:
    """All of them, in the order of the note."""
    chains = list(_unchecked(note))
    places = [*note.chains.left, *((chain.start, chain.end) for chain in chains)]
    known: Known = {}
    for line in note.naming.lines:
        if isinstance(line.target, Name):
            known.setdefault(line.target.name, []).append(line.numbers())
    found = [_not_read(note, start, end) for start, end in note.chains.left]
    found += [_not_worked(note, chain, known) for chain in chains]
    found += [Unread(p.start, _short(p.text), _REASONS[p.kind], 0) for p in note.pieces if p.kind in _REASONS]
    found += _not_marked(note, places, known)
    found += _in_words(note)
    found += _beyond_limits(note)
    return sorted(found, key=lambda one: one.start)


def _unchecked(note: Note) -> Iterator[Chain]:
    """The chains that no line was made from, or of which a member was not read, without a mark in them."""
    in_part = [chain for line in note.naming.lines if not line.again for chain in line.chains]
    in_part = [chain for chain in in_part if any(member.tree is None for member in chain.members)]
    starts = [mark.start for mark in note.marks]
    for chain in (*note.naming.unnamed, *in_part):
        is_marked = bisect.bisect_left(starts, chain.start) < bisect.bisect_left(starts, chain.end)
        is_judged = is_marked or (chain.is_of_formulas and bool(note.general_formulas))
        if not (is_judged or chain.defines_function) and _has_number(chain, note.text):
            yield chain


def _has_number(chain: Chain, text: str) -> bool:
    return any(
        any(isinstance(leaf, Number) for leaf in leaves(member.tree)) if member.tree
        else _STANDING.search(text, member.start, member.end)
        for member in chain.members
    )  # fmt: skip


_STANDING = re.compile(r"(?<![\w_^{])\d")
"""A number that is no index."""


def _not_read(note: Note, start: int, end: int) -> Unread:
    tokens = tokens_of(note.text[start:end], 0, note.chains.digits)
    relations = [at for at, token in enumerate(tokens) if token.type == "RELATION"]
    unknown = next((token.value for token in tokens if token.type == "UNKNOWN" and token.value != WALL), "")
    claims = sum(token.type == "NUMBER" for token in tokens[relations[-1] if relations else 0 :])
    reason = f"{unknown} is not read" if unknown else "no formula that is read"
    conditions = conditional(note.text[start : end + 60])
    is_branch = unknown == BRANCHES or any(0 < place <= end - start for place in conditions)
    reason = "it holds under a condition" if is_branch else reason
    reason = f"a chain of more than {LONGEST_CHAIN} members" if len(relations) >= LONGEST_CHAIN else reason
    reason = "too long to be one formula" if is_too_long(end - start, tokens) else reason
    return Unread(start, _short(note.text[start:end]), reason, claims if is_branch else max(claims, 1))


def _beyond_limits(note: Note) -> Iterator[Unread]:
    """The rest of a very long note, and the formulas without numbers of a long one."""
    if note.chains.rest is not None:
        text = note.text[note.chains.rest :].partition("\n")[0]
        yield Unread(note.chains.rest, _short(text), "the note is too long: from here on it is not read", 1)
    formulas = [chain for chain in note.naming.unnamed if chain.is_of_formulas and not chain.defines_function]
    if formulas and len(note.drafts) > MOST_GENERAL:
        first, more = formulas[0], len(formulas) - 1
        reason = f"formulas without numbers are judged in notes of at most {MOST_GENERAL} lines"
        text = _short(note.text[first.start : first.end])
        yield Unread(first.start, f"{text}, and {more} more" if more else text, reason, 0)


def _not_worked(note: Note, chain: Chain, known: Known) -> Unread:
    if any(member.tree is None for member in chain.members):
        return _not_read(note, chain.start, chain.end)
    claims = len(_numbers(chain.members[-1]))
    return Unread(chain.start, _short(note.text[chain.start : chain.end]), _missing(chain, known), max(claims, 1))


def _missing(chain: Chain, known: Known) -> str:
    """Which of its names the note does not work out, in words."""
    used = dict.fromkeys(name for member in chain.members if member.tree for name in names(member.tree))
    target = chain.members[0].tree
    missing = [n for n in used if not (n in known or n in CONSTANTS or DERIVATIVE.fullmatch(n) or Name(n) == target)]
    claimed = _numbers(chain.members[-1])
    others = known.get(target.name, []) if isinstance(target, Name) and not missing and claimed else []
    if any(other and not are_close(other, claimed) for other in others):
        return "another number than elsewhere in the note"
    if not missing:
        return "nothing here says what it comes from"
    shown = ", ".join(missing[:_MOST_NAMES]) + ", …" * (len(missing) > _MOST_NAMES)
    return f"nothing here says what {shown} {'is' if len(missing) == 1 else 'are'}"


def _not_marked(note: Note, listed: Sequence[Place], known: Known) -> Iterator[Unread]:
    """The claims without a mark in chains that were read otherwise."""
    marked = {mark.start for mark in note.marks}
    is_listed = among(listed)
    assumed = {id(chain) for line in note.naming.lines if line.assumed and line.is_given for chain in line.chains}
    for chain in note.chains.read:
        missing = ""
        for number, sign in _claimed(chain):
            if len(chain.members) < 3 and number.start not in note.unsure and id(chain) not in assumed:
                continue  # a given, or a number that was judged before
            if number.start not in marked and not is_listed(number.start):
                rests = ", ".join(sorted(note.unsure.get(number.start, ()))[:_MOST_NAMES])
                missing = missing or _missing(chain, known)
                reason = f"it rests on {rests}, which could not be worked out" if rests else missing
                text = f"{note.text[chain.start : chain.members[0].end]} … {'-' if sign < 0 else ''}{number.written}"
                yield Unread(number.start, _short(text), reason, 1)


def _in_words(note: Note) -> Iterator[Unread]:
    """The numbers that sentences give quantities, but for those that a formula of the note has too."""
    trees = (member.tree for chain in note.chains.read for member in chain.members if member.tree)
    used = {
        float(leaf.written)
        for tree in trees
        for leaf in leaves(tree)
        if isinstance(leaf, Number) and "/" not in leaf.written
    }
    lines = [(piece.start, piece.end) for piece in note.pieces if piece.kind == LINE]
    for start, end, value in numbers_in_words(note.text, lines, note.chains.digits):
        if used.isdisjoint((value, 100 * value)):
            yield Unread(start, _short(note.text[start:end]), "a number in words alone", 1)


def _claimed(chain: Chain) -> Iterator[tuple[Number, int]]:
    """The numbers that a chain claims: what it ends in, and what it rounds once more."""
    pairs = itertools.pairwise(chain.members[1:])
    rounded = [one for one, other in pairs if one.is_literal and other.is_literal and other.relation == "≈"]
    for member in (*rounded, chain.members[-1]):
        yield from _numbers(member)


def _numbers(member: Member) -> list[tuple[Number, int]]:
    """The numbers of a member that claims some, each with its sign."""
    return literal_numbers(member.tree) if member.tree is not None and member.is_literal else []


def _short(text: str) -> str:
    return " ".join(text.split())
