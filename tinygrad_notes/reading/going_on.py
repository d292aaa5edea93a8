"""What stands behind formulas: their ends, behind their marks or in the next line, and their conditions.

A formula goes on behind its marks in `$z =$ **0.9**`, in `$z$ = 0.5·2 = 1`, and in two code spans with a sign between.

A line goes on where a bracket is open or an operator stands last, and where the next one begins with a relation, or
with a plus behind an unfinished formula. A minus or a star there may be a bullet, and joins nothing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tinygrad_notes.reading.notation import NOTHING
from tinygrad_notes.reading.piece import LINE, MATHS, NEW_LINE, Piece, Place, blanked, in_order
from tinygrad_notes.reading.respelled import RELATION
from tinygrad_notes.reading.token import Token, closed_at

_LONGEST = 300  # characters behind a formula
_BOLD = r"\*\*|__|`|\\(?:textbf|textit|emph|underline)\{|\}|</?(?:b|i|u|em|strong|mark)>"
_MARKS = re.compile(_BOLD)
_ENDS_OPEN = re.compile(rf"{RELATION}\s*(?:\$\$?|\\\)|`+)\Z")
_BETWEEN = re.compile(r"[ \t]*(?:=|≈)?[ \t]*\Z")
_STATES = re.compile(r"[ \t]*(?:=|≈)(?!=)")
_OF_NUMBERS = re.compile(rf"(?:[-+−*·×⋅/^().\d=≈% \t]|(?<=\d),(?=\d)|(?<=\d)[eE](?=[-+−\d])|{_BOLD})*")
_WHOLE = re.compile(r".*[\d)%]")
_SAID = re.compile(r"[ \t.,*_`}]*(?:\(?[^\W\d_]{2}|\(?[aI]\b|[^\w\s$\\(+*·×⋅/^=≈−-]|\s*\n|\Z)")
"""What may stand behind a number that is all there is: the end, a sign, or a word."""


def whole_formulas(text: str, places: Sequence[Place]) -> Iterator[list[Place]]:
    """The places of formulas in marks, those together that are one, with what goes on behind them.

    Args:
        text: of the note.
        places: of its formulas in marks, in their order.

    Example:
        >>> text = "so $z =$ **0.9** and $a$ = $2 b$ = 4, not $c$ = 2 d"
        >>> dollars = [(m.start(), m.end()) for m in re.finditer(r"\\$.*?\\$", text)]
        >>> [[text[start:end] for start, end in parts] for parts in whole_formulas(text, dollars)]
        [['$z =$', ' **0.9'], ['$a$', ' = ', '$2 b$', ' = 4'], ['$c$']]
    """
    whole: list[Place] = []
    for at, (start, end) in enumerate(places):
        behind = places[at + 1][0] if at + 1 < len(places) else len(text)
        whole.append((start, end))
        between = text[end:behind] if behind - end < 9 else "\n"
        if _BETWEEN.match(between) and (between.strip() and behind < len(text)):
            whole.append((end, behind))
            continue
        tail = _tail(text, start, end, behind)
        yield [*whole, (end, tail)] if tail > end else whole
        whole = []


def _tail(text: str, start: int, end: int, behind: int) -> int:
    """Where the numbers end that the formula goes on with; its own end where it does not."""
    is_open = _ENDS_OPEN.search(text, max(start, end - 20), end) is not None
    if not is_open and not _STATES.match(text, end):
        return end
    run = _OF_NUMBERS.match(text, end, min(behind, end + _LONGEST))
    found = _WHOLE.match(run[0]) if run else None
    if found is None or not re.search(r"\d", found[0]):
        return end
    numbers = found[0]
    while numbers.endswith(")") and numbers.count("(") < numbers.count(")"):
        numbers = numbers[:-1].rstrip()
    return end + len(numbers) if _SAID.match(text, end + len(numbers)) else end


def plain_between(text: str) -> str:
    """What stands behind a formula, without the marks of bold numbers."""
    return blanked(_MARKS, text, NOTHING)


# Lines of text --------------------------------------------------------------------------------------


_MOST_LINES = 20  # in one formula
_MOST_TOKENS = 1_000  # of a formula that goes on in other marks
_LEADS = re.compile(r"\s*(?:=(?!=)|＝|≈|≃|:=|→|⇒|[-=]>|\\approx\b|\\to\b|\\Rightarrow\b)")
_PLUS = re.compile(r"\s*\+\s*[\w(\[−-]")
_LINE_ENDS_OPEN = re.compile(r"(?:[\w)\]][ \t]*[-+*/·×⋅−]|[=≈→]|\\approx|\\cdot|\\times)\s*\Z")
_UNFINISHED = re.compile(r"[=≈][^=≈]*[^\W\d_eE][^=≈]*\Z|[=≈][^=≈]*[\w)\]]\s*[-+*/·×⋅−][^=≈]*\Z")


def joined(pieces: Sequence[Piece], text: str) -> list[Piece]:
    """The pieces of a note, in their order, with the lines of text that belong together as one."""
    rest = [piece for piece in pieces if piece.kind != LINE]
    return in_order([*rest, *_whole(pieces, text)])


def _whole(pieces: Sequence[Piece], text: str) -> Iterator[Piece]:
    held, count = None, 0
    for piece in pieces:
        if piece.kind != LINE:
            continue
        if held is not None and count < _MOST_LINES and _goes_on(held, piece, text):
            between = text[held.end : piece.start]
            plus = text[piece.start : piece.end] if _PLUS.match(text, piece.start) else piece.text
            held, count = Piece(LINE, held.text + between.replace("\n", NEW_LINE) + plus, held.start), count + 1
        else:
            if held is not None:
                yield held
            held, count = piece, 1
    if held is not None:
        yield held


def _goes_on(line: Piece, following: Piece, text: str) -> bool:
    between = text[line.end : following.start]
    if between.strip() or between.count("\n") != 1:
        return False
    if "=" not in line.text and "≈" not in line.text and "[" not in line.text:
        return bool(_LEADS.match(following.text)) and bool(line.text.strip())
    is_open = sum(map(line.text.count, "([")) > sum(map(line.text.count, ")]"))
    if is_open or _LINE_ENDS_OPEN.search(line.text) or _LEADS.match(following.text):
        return True
    return _PLUS.match(text, following.start) is not None and _UNFINISHED.search(line.text) is not None


# Formulas in marks ------------------------------------------------------------------------------------

_MARKUP = " \t\r\n$`*_|>\\[("


def with_all_behind(read: Iterable[tuple[Piece, list[Token]]], text: str) -> Iterator[tuple[Piece, list[Token]]]:
    """The pieces, each with what goes on behind it, its members in brackets as members, and its conditions marked."""
    conditions = conditional(text)
    for piece, tokens in _going_on(read, text):
        yield piece, _with_bracketed_members(_with_conditions(tokens, conditions))


def _going_on(read: Iterable[tuple[Piece, list[Token]]], text: str) -> Iterator[tuple[Piece, list[Token]]]:
    """The pieces, with a formula in marks that begins with a relation as the end of the one before it."""
    held: tuple[Piece, list[Token]] | None = None
    for piece, tokens in read:
        goes_on = piece.kind == MATHS and [token.type for token in tokens[:1]] == ["RELATION"]
        may_go_on = held is not None and held[0].kind == MATHS and len(held[1]) < _MOST_TOKENS
        if held is not None and goes_on and may_go_on and not is_apart(held[0].end, piece.start, text):
            whole = held[0].text + text[held[0].end : piece.start] + piece.text
            held = replace(held[0], text=whole), [*held[1], *tokens]
            continue
        if held is not None:
            yield held
        held = piece, tokens
    if held is not None:
        yield held


def is_apart(end: int, start: int, text: str) -> bool:
    """Whether more than marks stands between the end of a chain and a piece, or the piece is a part of the chain."""
    return start < end or bool(text[end:start].strip(_MARKUP))


# Brackets -----------------------------------------------------------------------------------------------


def _with_bracketed_members(tokens: list[Token]) -> list[Token]:
    """`y = 3.5 (= w x)` as y = w x = 3.5, and `z (= 0.5)` as z = 0.5.

    Example:
        >>> from tinygrad_notes.reading.tokens import tokens_of
        >>> [token.value for token in _with_bracketed_members(tokens_of("y = -3.5 (= w x), z (= 0.5)"))]
        ['y', '=', 'w', 'x', '=', '-', '3.5', ',', 'z', '=', '0.5']
    """
    if not any(one.type == "LPAR" and other.type == "RELATION" for one, other in itertools.pairwise(tokens)):
        return tokens
    made: list[Token] = []
    ends, at = closed_at(tokens), 0
    while at < len(tokens):
        end = ends.get(at, at)
        inside = tokens[at + 1 : end] if _is_member(tokens, at, end) else []
        if not inside:
            made.append(tokens[at])
            at += 1
            continue
        number = next((count for count in (3, 2) if [token.type for token in made[-count:]] in _RESULTS), 0)
        if number and len(inside) > 1 and [token.type for token in inside] not in _RESULTS:
            inside += made[-number:]
            del made[-number:]
        made += inside
        at = end + 1
    return made


_RESULTS = [["RELATION", "NUMBER"], ["RELATION", "SUB", "NUMBER"]]


def _is_member(tokens: Sequence[Token], at: int, end: int) -> bool:
    """Whether a bracket stands there that begins with a relation and goes on with a formula."""
    begins = [token.type for token in tokens[at : at + 2]] == ["LPAR", "RELATION"]
    if not begins or tokens[end].type != "RPAR" or end - at >= _MOST_TOKENS:
        return False
    pairs = itertools.pairwise(tokens[at + 2 : end + 1])
    return not any(one.type == other.type == "NAME" and other.value[1:2].isalpha() for one, other in pairs)


# Conditions ---------------------------------------------------------------------------------------------

_CONDITION = re.compile(
    r"\b(?:(?:if|when|for|where|wenn|falls|für|si|pour|para|cuando|se|per|quando)\b"
    r"(?:[^.;<>≤≥≠\n]|\.\d|</?\w{1,9}>){0,40}?(?:<(?!/?\w{1,9}>)|(?<![-=])>|[≤≥≠]|&[lg]t;"
    r"|\\(?:[lg]eq?|[lg]t|neq?)\b)|(?:else|otherwise|sonst|sinon)\b)"
)
_BEFORE = re.compile(r"(?:[\s$`*_,({\\\u200b]|\\(?:text|mbox|textrm)\s*\{|\\q?quad)*\Z")


def conditional(text: str) -> set[int]:
    """Where the formulas end behind which a condition stands: they may not hold on this page.

    Example:
        >>> conditional("a = z if z > 0, b = $2$ otherwise, c = z for z = 2") == {5, 22}
        True
    """
    ends = set()
    for found in _CONDITION.finditer(text):
        before = text[max(found.start() - _LONGEST_MARKS, 0) : found.start()]
        ends.add(found.start() - len(_BEFORE.search(before)[0]))  # type: ignore[index]  # it may match nothing
    return ends


_LONGEST_MARKS = 40  # characters between a formula and its condition


def _with_conditions(tokens: list[Token], ends: set[int]) -> list[Token]:
    """The tokens, with one of type UNCLEAR behind each formula that ends at one of these places."""
    marked: list[Token] = []
    for token in tokens:
        marked.append(token)
        if token.end in ends:
            marked.append(Token("UNCLEAR", "", token.end, token.end))
    return marked
