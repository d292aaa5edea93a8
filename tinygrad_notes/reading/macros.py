"""Commands of LaTeX that a note defines are read as what they stand for, with their arguments put in.

The expanded text is longer than the command. So each of its characters keeps the place that it comes from: the place
of the argument, or of the whole command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tinygrad_notes.reading.limits import DEEPEST_COMMAND, LONGEST_COMMAND, MOST_COMMANDS
from tinygrad_notes.reading.notation import NOTHING
from tinygrad_notes.reading.numbers import Digits
from tinygrad_notes.reading.piece import Piece, without
from tinygrad_notes.reading.token import Token
from tinygrad_notes.reading.tokens import tokens_of

_DEFINED = re.compile(
    r"\\(?:(?:re|provide)?(?:new)?command|(?P<operator>DeclareMathOperator))\*?\s*(?:\{\s*\\([A-Za-z]+)\s*\}|\\([A-Za-z]+))"
    r"\s*(?:\[(\d)\]\s*)?(?=\{)|\\def\s*\\([A-Za-z]+)\s*((?:(?:#\d)+\s*)?)(?=\{)"
)
_COMMAND = re.compile(r"\\(?:([A-Za-z]+)|.)", re.DOTALL)
_BLANKS = re.compile(r"\s*")
_BRACE = re.compile(r"[{}]")
_MOST_TIMES = 4  # as long as a piece may be what it is written out to


@dataclass(frozen=True, slots=True)
class Macro:
    """What a command stands for, and how many arguments it takes."""

    count: int
    body: str


@dataclass
class _Text:
    """Characters, each with the place where it begins and ends in the note."""

    characters: str
    starts: list[int]
    ends: list[int]


def with_macros_apart(text: str) -> tuple[str, dict[str, Macro]]:
    """The text with the definitions of commands blanked, character by character, and the commands by their names.

    Example:
        >>> _, macros = with_macros_apart("\\\\newcommand{\\\\sq}[1]{#1^2}")
        >>> macros
        {'sq': Macro(count=1, body='#1^2')}
    """
    definitions = list(_definitions(text))
    macros = _macros(text, definitions)
    places = [(defined.start(), end) for defined, end in definitions] if macros else []
    return without(text, places, lambda definition: re.sub(r"[^\n]", NOTHING, definition)), macros


def _macros(text: str, definitions: Sequence[tuple[re.Match[str], int]]) -> dict[str, Macro]:
    """The commands that are defined, but for those that come to too much."""
    found: dict[str, Macro] = {}
    for defined, end in definitions:
        if len(found) >= MOST_COMMANDS:
            break
        name = defined[2] or defined[3] or defined[5]
        body = text[defined.end() + 1 : end - 1]
        count = int(defined[4] or 0) + (defined[6] or "").count("#")
        found[name] = Macro(count, rf"\operatorname{{{body}}}" if defined["operator"] else body)
    sizes: dict[str, int] = {}
    return {name: macro for name, macro in found.items() if _size(name, found, sizes) <= LONGEST_COMMAND}


def _definitions(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """The definitions of commands up to what they stand for, and where each ends."""
    found = list(_DEFINED.finditer(text)) if "\\def" in text or "command" in text or "Operator" in text else []
    ends = _ends_of_groups(text) if found else {}
    yield from ((defined, ends[defined.end()]) for defined in found if defined.end() in ends)


def _size(name: str, macros: Mapping[str, Macro], sizes: dict[str, int]) -> int:
    """How many characters a command comes to in the end; more than can be written out for one that needs itself."""
    if name not in sizes:
        sizes[name] = LONGEST_COMMAND + 1  # while it is not known
        used = [found[1] for found in _COMMAND.finditer(macros[name].body) if found[1] in macros]
        sizes[name] = min(len(macros[name].body) + sum(_size(one, macros, sizes) for one in used), LONGEST_COMMAND + 1)
    return sizes[name]


def tokens_of_piece(piece: Piece, digits: Digits, macros: Mapping[str, Macro]) -> list[Token]:
    """The tokens of a piece, with the note's own commands written out."""
    if not macros or not any(found[1] in macros for found in _COMMAND.finditer(piece.text)):
        return tokens_of(piece.text, piece.start, digits)
    places = range(piece.start, piece.end)
    whole = _Text(piece.text, list(places), [place + 1 for place in places])
    most = _MOST_TIMES * len(piece.text) + LONGEST_COMMAND
    for _ in range(DEEPEST_COMMAND):
        made = _written_out(whole, macros, most)
        if made is None:
            break
        if len(made.characters) > most:
            return tokens_of(piece.text, piece.start, digits)
        whole = made
    tokens = tokens_of(whole.characters, 0, digits)
    return [
        replace(
            token, start=whole.starts[min(token.start, len(whole.starts) - 1)], end=whole.ends[max(token.end - 1, 0)]
        )
        for token in tokens
    ]


def _written_out(text: _Text, macros: Mapping[str, Macro], most: int) -> _Text | None:
    """The text with each of the commands in it written out once, up to so many characters; None where there is none."""
    made, at, is_changed = _Text("", [], []), 0, False
    parts: list[str] = []
    ends = _ends_of_groups(text.characters)

    def add(start: int, end: int) -> None:
        parts.append(text.characters[start:end])
        made.starts += text.starts[start:end]
        made.ends += text.ends[start:end]

    for found in _COMMAND.finditer(text.characters):
        macro = macros.get(found[1]) if found[1] and found.start() >= at else None
        arguments = _arguments(text.characters, found.end(), macro.count, ends) if macro else None
        if macro is None or arguments is None:
            continue
        if len(made.starts) > most:
            break
        add(at, found.start())
        at = arguments[-1][1] if arguments else found.end()
        first, last = text.starts[found.start()], text.ends[at - 1]
        for piece in re.split(r"(#\d)", macro.body):
            number = int(piece[1]) if re.fullmatch(r"#\d", piece) else 0
            if 0 < number <= len(arguments):
                opening, end = arguments[number - 1]
                braced = text.characters[opening] == "{"
                add(opening + braced, end - braced)
            else:
                parts.append(piece)
                made.starts += [first] * len(piece)
                made.ends += [last] * len(piece)
        is_changed = True
    add(at, len(text.characters))
    made.characters = "".join(parts)
    return made if is_changed else None


def _arguments(text: str, at: int, count: int, ends: Mapping[int, int]) -> list[tuple[int, int]] | None:
    """Where each argument begins and ends, its braces included, which end at these places; None where one lacks."""
    found: list[tuple[int, int]] = []
    for _ in range(count):
        blanks = _BLANKS.match(text, at)
        start = blanks.end() if blanks else at
        command = _COMMAND.match(text, start)
        end = ends.get(start, -1) if text.startswith("{", start) else command.end() if command else start + 1
        if end < 0 or end > len(text):
            return None
        found.append((start, end))
        at = end
    return found


def _ends_of_groups(text: str) -> dict[int, int]:
    """By the place of each opening brace the place behind the one that closes it, where that is near."""
    opened: list[int] = []
    ends: dict[int, int] = {}
    for brace in _BRACE.finditer(text):
        if brace[0] == "{":
            opened.append(brace.start())
        elif opened and brace.end() - (start := opened.pop()) <= LONGEST_COMMAND:
            ends[start] = brace.end()
    return ends
