"""Lines read into statements: a target, the members of its chain, and the claims.

Nothing here is frozen, as no node of a tree is: a long page makes many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tinygrad_notes.worked.calculation import tree
from tinygrad_notes.worked.calculation.broken import Broken, LineError, names_given
from tinygrad_notes.worked.calculation.called import function_called
from tinygrad_notes.worked.calculation.grammar import (
    DERIVATIVE,
    NAME,
    bars_paired,
    derivative_of,
    plain_name,
    sums_told,
)
from tinygrad_notes.worked.calculation.lines import Line, Part, lines_of
from tinygrad_notes.worked.calculation.parsing import parse
from tinygrad_notes.worked.calculation.written import claim_in, claim_in_remark, may_be_meant
from tinygrad_notes.worked.claims import claim_on_page

_NUMBERS = frozenset({"pi", "π", "e", "np.pi", "np.e", "math.pi", "math.e", "True", "False", "None"})
_DIVISION = re.compile(rf"(?<![\w'])(?:{DERIVATIVE})")
_SECOND_ORDER = re.compile(rf"[d∂](?:²|\^2|2)?{NAME}(?:\[[\d, ]+\])?\s*/\s*[d∂]{NAME}(?:²|\^2)?(?:\s*[d∂]{NAME})?")
_NAME, _SQUARED = re.compile(NAME), re.compile(rf"({NAME})(?:\^2|\u00b2)")
_ELEMENT = re.compile(rf"({NAME})\[\s*\d+(?:\s*,\s*\d+)*\s*\]")
_FUNCTION_LEFT = re.compile(rf"({NAME})\(\s*{NAME}(?:\s*,\s*{NAME})*\s*\)")


@dataclass(eq=False, slots=True)
class Member:
    """One member of a chain.

    Attributes:
        text: as it stands.
        at: where it begins in the line's text.
        tree: what it says; None where it is nothing but a claim.
        claim: the number or the numbers that it is, as written; None for a formula.
        in_numbers: whether it holds no name but those of numbers, such as π.
    """

    text: str
    at: int
    tree: tree.Node | None
    claim: Any
    in_numbers: bool


@dataclass(eq=False, slots=True)
class Statement:
    """A line that was read.

    Attributes:
        line: where it stands.
        name: what gets the number; a derivative as it is written.
        gradient: the derivative that the line is about, where it is about one.
        about: the expression on the left, where it is neither a name nor a derivative.
        members: what the left side is set equal to.
        claim: what is claimed at the end: a number's characters, or nested lists of them; None for nothing.
        claim_text: the claim as it stands.
        claimed: the member of the chain that makes the claim, where it stands in the chain.
    """

    line: Line
    name: str
    gradient: tree.Derivative | None
    about: tree.Node | None
    members: tuple[Member, ...]
    claim: Any
    claim_text: str
    claimed: Member | None = None


@dataclass
class Reading:
    """What was read: the statements, and the remarks that look like claims and are none."""

    statements: list[Statement] = field(default_factory=list)
    unread: list[tuple[int, str]] = field(default_factory=list)


class Assigned(set[str]):
    """The names that have numbers so far.

    Attributes:
        has_differentials: whether some may be what is above or below in a dy/dx that is a division.
    """

    has_differentials = False

    def add(self, name: str) -> None:
        super().add(name)
        self.has_differentials |= name.startswith(("d", "∂"))


def read_statements(text: str, broken: Broken | None = None) -> Reading:
    """The statements of a page.

    Raises CalculationError with the line, the column and the remedy for what cannot be read. With `broken` such lines
    are taken down there, and the others read.
    """
    reading = Reading()
    broken = broken or Broken()
    assigned = Assigned()
    for line in lines_of(text, broken):
        try:
            statement = _statement(line, assigned, reading)
        except LineError as error:
            names = names_given(line.text)
            broken.add(line.error(error.reason, error.at), names)
            for name in names:
                if "/" not in name:
                    assigned.add(name)
            continue
        reading.statements.append(statement)
        if statement.gradient is None:
            assigned.add(statement.name)
    return reading


def _statement(line: Line, assigned: Assigned, reading: Reading) -> Statement:
    left, *right = line.parts
    members = [_member(part, assigned) for part in right]
    claim, claim_text = _remark(line, reading)
    claimed: Member | None = None
    if claim is None and members and members[-1].claim is not None and _is_claimed(line, left, members, assigned):
        claimed = members.pop()
        claim, claim_text = claimed.claim, claimed.text
    gradient = _gradient(left, assigned)
    about: tree.Node | None = None
    if gradient is not None:
        name = derivative_name(_text_of(gradient.of), gradient.by)
    elif _is_name(left.text, assigned) and (members or line.operation != "="):
        name = plain_name(left.text)
    elif members and (found := _FUNCTION_LEFT.fullmatch(left.text)):
        known = function_called(plain_name(found[1]))
        name = plain_name("".join(left.text.split())) if known else plain_name(found[1])
    else:
        about = _parsed(left, assigned)
        name = " ".join(left.text.split())
        if line.operation != "=":
            raise LineError("the left side must be a name: w[0] cannot change alone, write w = [w[0] - 0.1, w[1]]", 0)
    if line.operation != "=":
        members = [_combined(line, name, members)]
    return Statement(line, name, gradient, about, tuple(members), claim, claim_text, claimed)


def _is_name(text: str, assigned: Assigned) -> bool:
    """Whether a left side is a name; σ² is one where the page calls nothing σ."""
    if squared := _SQUARED.fullmatch(text):
        return plain_name(text) in assigned or plain_name(squared[1]) not in assigned
    return _NAME.fullmatch(text) is not None


def derivative_name(of: str, by: Sequence[str]) -> str:
    """What a derivative is called on a page.

    Example:
        >>> derivative_name("L", ["w"]), derivative_name("f", ["x", "x"]), derivative_name("f", ["x", "y"])
        ('dL/dw', 'd2f/dx2', 'd2f/dxdy')
    """
    if len(by) == 2 and by[0] == by[1]:
        return f"d2{of}/d{by[0]}2"
    return f"d{2 if all(by[1:]) and len(by) > 1 else ''}{of}/{''.join('d' + name for name in by if name)}"


def _text_of(node: tree.Node) -> str:
    if isinstance(node, tree.Index):
        return f"{_text_of(node.owner)}[{','.join(part.written for part in node.subscripts)}]"  # type: ignore[attr-defined]
    return node.name if isinstance(node, tree.Name) else "?"


def _is_claimed(line: Line, left: Part, members: Sequence[Member], assigned: Assigned) -> bool:
    """Whether a chain's last number is a claim: a name that is set equal to numbers alone is given.

    So is an element of an array that has no name yet, as h[0] = 1.
    """
    element = _ELEMENT.fullmatch(left.text)
    is_given = plain_name(element[1]) not in assigned if element else _is_name(left.text, Assigned())
    return len(members) > 1 or line.parts[-1].is_result or not is_given


def _remark(line: Line, reading: Reading) -> tuple[Any, str]:
    if not line.remark:
        return None, ""
    claim = claim_in_remark(line.remark, (part.text for part in line.parts))
    if claim is None and may_be_meant(line.remark):
        reading.unread.append((line.number, line.remark))
    return claim, line.remark


def _member(part: Part, assigned: Assigned) -> Member:
    claim = None if part.text in assigned else claim_in(part.text)
    if claim is not None and (part.is_result or not _blank_free(claim) or _is_plain(part.text)):
        node = _tree_of(claim, part.at) if _blank_free(claim) else None
        return Member(part.text, part.at, node, claim, True)
    node = _parsed(part, assigned)
    return Member(part.text, part.at, node, None, all(map(_may_be_in_numbers, node.walk())))


def _may_be_in_numbers(part: tree.Node) -> bool:
    return part.name in _NUMBERS if isinstance(part, tree.Name) else not isinstance(part, tree.Derivative)


def _tree_of(claim: Any, at: int) -> tree.Node:
    """What a claim says as an expression."""
    if isinstance(claim, list):
        return tree.Array(at, tuple(_tree_of(part, at) for part in claim))
    simple = re.fullmatch(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?", claim)
    return tree.Number(at, claim if simple else repr(claim_on_page("", claim).number))


def _is_plain(text: str) -> bool:
    """Whether a text is a number or an array of numbers, without an operator between two."""
    text = re.sub(r"[eE][-+]\d", "", text)
    if text.startswith("["):  # [1 -2] holds two numbers, [1 - 2] one
        text = re.sub(r"(?<=[\d.])\s+(?=[-+][\d.])", ", ", text)
    return not re.search(r"[\d.)\]]\s*[-+*/^@]\s*[\d.(\[]", text)


def _blank_free(claim: Any) -> bool:
    return all(map(_blank_free, claim)) if isinstance(claim, list) else claim != "?"


def _gradient(left: Part, assigned: Assigned) -> tree.Derivative | None:
    if not _SECOND_ORDER.fullmatch(left.text) or _divisions(left.text, assigned) != left.text:
        return None
    return derivative_of(left.text, left.at)


def _parsed(part: Part, assigned: Assigned) -> tree.Node:
    try:
        return parse(_divisions(sums_told(bars_paired(part.text), assigned), assigned))
    except LineError as error:
        raise LineError(error.reason, part.at + error.at) from None


def _divisions(text: str, assigned: Assigned) -> str:
    """The text with dy/dx made a division where dy and dx are ordinary names of the page."""

    def divided(found: re.Match[str]) -> str:
        above, _, below = (part.strip() for part in found[0].partition("/"))
        names = {plain_name(above.partition("[")[0]), plain_name(below)}
        return found[0].replace("/", "÷") if names <= assigned else found[0]

    return _DIVISION.sub(divided, text) if "/" in text and assigned.has_differentials else text


def _combined(line: Line, name: str, members: Sequence[Member]) -> Member:
    """w -= 0.1*g as w = w - (0.1*g)."""
    if not members or members[0].tree is None:
        raise LineError(f"{line.operation} needs a formula behind it")
    first = members[0]
    whole = tree.Chain(first.at, tree.Name(0, name), ((line.operation[0], first.tree),))  # type: ignore[arg-type]
    return Member(first.text, first.at, whole, None, False)


def parts_read(statement: Statement) -> Iterator[tree.Node]:
    """The expressions of a line from which its numbers are worked."""
    yield from (member.tree for member in statement.members if member.tree is not None)
    yield from (node for node in (statement.gradient, statement.about) if node is not None)


def given_by(statement: Statement) -> Statement:
    """A derivative of what the page has no formula for, set equal to numbers: these are given, and claim nothing."""
    given = () if statement.claimed is None else (statement.claimed,)
    return replace(statement, members=given, claim=None, claimed=None)


def flat(claim: Any) -> Iterator[str]:
    """The numbers of a claim, in order."""
    if isinstance(claim, list):
        for part in claim:
            yield from flat(part)
    else:
        yield claim


def shape_of_claim(claim: Any) -> tuple[int, ...] | None:
    """The shape of a claim; None where its rows differ in length."""
    if not isinstance(claim, list):
        return ()
    shapes = {shape_of_claim(part) for part in claim} or {()}
    shape = shapes.pop()
    return None if shapes or shape is None else (len(claim), *shape)
