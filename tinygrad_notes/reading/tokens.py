"""The tokens of mathematics, as LaTeX, Markdown and plain text write it.

One list of patterns reads all three. A name takes its indices and what stands above it along: `z₁`, `W₂ᵀ` without its
ᵀ, and ŷ are one token each, of type NAME, whose value is the name in plain letters (z1, W2, y_hat). So is a derivative,
as a fraction or with a slash: dC/da2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tinygrad_notes.reading import notation
from tinygrad_notes.reading.limits import LONGEST_NAME, LONGEST_PIECE
from tinygrad_notes.reading.numbers import POINTS, Digits
from tinygrad_notes.reading.piece import NEW_LINE, WALL
from tinygrad_notes.reading.respelled import respelled
from tinygrad_notes.reading.scripts import (
    BY_INDEX,
    DERIVATIVE,
    LETTER,
    PRIMED,
    SCRIPT,
    SLASHED,
    SQUARE_ALONE,
    SUM,
    TRANSPOSED,
    plain_word,
    script,
    summed,
)
from tinygrad_notes.reading.token import BRANCHES, Token

_SUPERSCRIPT_RUN = re.compile(f"[{''.join(notation.SUPERSCRIPTS).replace('ᵀ', '')}]*")
_CELL_ENDS = frozenset(["NAME", "NUMBER"])
_WRAPPED = re.compile(r"\s*(?:\{([^{}]*(?:\{[^{}]*\})?[^{}]*)\}|(\w|\\[A-Za-z]+))")
_WORDS = re.compile(r"\s*\{(?:\s[^{}]*|[^{}]*\s[^{}]*)\}")  # an argument that is more than one word
_ARGUMENT = re.compile(r"\*?\s*\{[^{}]*\}")
_BRANCHES = re.compile(r"\{([dr]?cases)\}(?:(?!\\begin\{\1\}).)*?\\end\{\1\}", re.DOTALL)  # each with its condition
_DOUBLE_BAR = re.compile(r"[^|=]*\|\|")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
_LETTER = re.compile(LETTER)
_WORD = re.compile(rf"{LETTER}(?:{LETTER}|[0-9\u0300-\u0307])*")


def tokens_of(text: str, start: int = 0, digits: Digits = POINTS) -> list[Token]:
    """The tokens of a piece that begins `start` characters into the note, whose numbers are written that way."""
    if len(text) > LONGEST_PIECE:
        return []
    return list(_Scanner(respelled(text, digits), start, digits).tokens())


class _Scanner:
    """Goes over a piece from left to right."""

    def __init__(self, text: str, start: int = 0, digits: Digits = POINTS) -> None:
        self.text, self.start, self.digits, self.at = text, start, digits, 0
        self.last, self.brackets, self.bar = "", list[str](), ""  # the last token's type; which [, (, | or ‖ are open

    def tokens(self) -> Iterator[Token]:
        while True:
            before = self.at
            self._skip_blanks()
            if self.at >= len(self.text):
                return
            start = self.at
            if self.last in _CELL_ENDS and self._is_row_of_array(before):
                yield Token("ROW", "", self.start + before, self.start + before)
            self.last, value = self._next()
            if self.last in ("LPAR", "LSQB"):
                self.brackets.append("(" if self.last == "LPAR" else "[")
            elif self.last in ("RPAR", "RSQB") and self.brackets:
                self.brackets.pop()
            self.bar = "" if self.last in ("RELATION", "COMMA", "BREAK") else self.bar
            if self.last:
                spaced = not notation.UNSPACED.issuperset(self.text[before:start])
                yield Token(self.last, value, self.start + start, self.start + self.at, spaced)

    def _is_row_of_array(self, before: int) -> bool:
        """Whether another row of an array begins here, whose rows stand below each other without commas."""
        return (
            self.brackets[-1:] == ["["] and NEW_LINE in self.text[before : self.at] and self.text[self.at] not in "],"
        )

    def _skip_blanks(self) -> None:
        while self.at < len(self.text):
            character = self.text[self.at]
            if character.isspace() or character in "~\u200b":
                self.at += 1
            elif character == "\\" and (command := self._command()) in notation.SPACES:
                self.at += len(command) + 1
                if command in ("left", "right") and self.text[self.at : self.at + 1] == ".":
                    self.at += 1
            else:
                return

    def _command(self) -> str:
        return found[0][1:] if (found := _COMMAND.match(self.text, self.at)) else ""

    def _match(self, pattern: re.Pattern[str]) -> str:
        if found := pattern.match(self.text, self.at):
            self.at = found.end()
        return found[0] if found else ""

    def _next(self) -> tuple[str, str]:
        """The type and the value of the token here; the type is "" for what only changes a look."""
        character = self.text[self.at]
        if character in "\\∂d∇" and (derivative := self._derivative()):
            return "NAME", derivative
        if character == WALL:
            self._match(re.compile(f"{WALL}+"))
            return "UNKNOWN", WALL
        if character in "\\∑Σs" and (found := SUM.match(self.text, self.at)):
            indices = summed(found)
            if indices or self.text[found.end() :].lstrip()[:1] != "[":  # else what is in an array
                self.at = found.end()
                return ("UNKNOWN", found[0]) if indices is None else ("SUM", indices)
        if number := self.digits.match(self.text, self.at, "".join(self.brackets[-1:])):
            plain, self.at = number
            return ("NUMBER", plain) if plain else ("UNKNOWN", "a number that may be two")
        if character in notation.RELATION_STARTS and (relation := self._match(notation.RELATION)):
            return "RELATION", notation.RELATIONS[relation]
        if character == "\\":
            return self._of_command()
        if _LETTER.match(character):
            return self._name()
        if character == "." and self._match(re.compile(r"\.T\b")):
            return "TRANSPOSE", "T"
        self.at += 1
        return self._of_sign(character)

    def _of_sign(self, character: str) -> tuple[str, str]:
        after = self.text[self.at : self.at + 1]
        if character == after == "*":
            self.at += 1
            return "POWER", "^"
        if character == "|":
            return self._bar(is_double=after == "|")
        if character == "^":
            return self._power()
        if character in notation.SUPERSCRIPTS:
            return self._superscripts(character)
        if character in ".!?" and not after.strip():
            return "BREAK", character  # the end of a sentence
        return notation.SIGN_TOKENS.get(character, ("UNKNOWN", character))

    def _bar(self, is_double: bool) -> tuple[str, str]:
        """A bar, or the two of a norm: ||x||, and not ||a| - |b||."""
        is_norm = is_double and (self.bar == "‖" or (not self.bar and _DOUBLE_BAR.match(self.text, self.at + 1)))
        sign = "‖" if is_norm else "|"
        self.at += sign == "‖"
        self.bar = "" if self.bar == sign else sign
        return notation.SIGN_TOKENS[sign]

    def _of_command(self) -> tuple[str, str]:
        command = self._command()
        self.at += len(command) + 1
        written = "\\" + command
        if command == "\\":
            self._match(re.compile(r"\s*\[[\d.]+\s*(?:pt|em|ex|mm|cm)\]"))
            return "ROW", written
        if written in notation.SIGN_TOKENS:
            return notation.SIGN_TOKENS[written]
        if command in ("frac", "tfrac", "dfrac", "cfrac"):
            return self._fraction()
        if command in ("begin", "end"):
            return self._environment(command)
        if command in notation.TEXTS and (words := self._match(_WORDS)):
            return "BREAK", words
        if command in notation.NAMING or command in notation.WRAPPERS or command in notation.FUNCTIONS:
            self.at -= len(command) + 1
            return self._name()
        if command in notation.ARGUED or command in notation.COLORS:
            self._match(_ARGUMENT)
        if command in notation.BREAKS or command in notation.COLORS:
            return ("BREAK" if command in notation.BREAKS else ""), written
        return "UNKNOWN", written

    def _environment(self, command: str) -> tuple[str, str]:
        if command == "begin" and self.last == "RELATION" and self._match(_BRANCHES):
            return "UNKNOWN", BRANCHES
        name = self._match(re.compile(r"\{[A-Za-z]+\*?\}(?:\{[lcr|]+\})?"))
        return command.upper() if name.strip("{}").partition("}")[0] in notation.MATRICES else "", name

    def _fraction(self) -> tuple[str, str]:
        digits = "".join(self._match(re.compile(r"\s*\d\s*\d")).split())  # \frac12
        return ("NUMBER", "/".join(digits)) if digits else ("FRAC", "")

    # Powers, and what stands above a name ----------------------------------------------------------------

    def _power(self) -> tuple[str, str]:
        if self._match(TRANSPOSED):
            return "TRANSPOSE", "T"
        return ("PRIME", "'") if self._match(PRIMED) else ("POWER", "^")

    def _superscripts(self, first: str) -> tuple[str, str]:
        if first == "ᵀ":
            return "TRANSPOSE", "T"
        return "RAISED", "".join(map(notation.SUPERSCRIPTS.__getitem__, first + self._match(_SUPERSCRIPT_RUN)))

    # Names -------------------------------------------------------------------------------------------------

    def _derivative(self) -> str:
        """A derivative's name if one is written here: a fraction of two ∂ or d, or ∂C/∂w."""
        if found := DERIVATIVE.match(self.text, self.at):
            what = plain_name(re.sub(r"\s*\([^()]*\)\s*\Z", "", found["what"]))
            by = plain_name(re.sub(r"\^\s*\{?2\}?\s*$", "", found["by"]))
            if what and by:
                self.at = found.end()
                return f"d2{what}/d{by}2" if found["o1"] else f"d{what}/d{by}"
            return ""
        if found := BY_INDEX.match(self.text, self.at):
            low = "".join(notation.SUBSCRIPTS[sign] for sign in found["low"] or "")
            by, start, self.at = plain_name(low or found["by"] or found["name"]), self.at, found.end()
            type_, what = self._name()
            if by and type_ == "NAME":
                return f"d{what}/d{by}"
            self.at = start
        if not (found := SLASHED.match(self.text, self.at)) or (self.at and self.text[self.at - 1].isalnum()):
            return ""
        what = plain_name(found["what"])
        start, self.at = self.at, found.end()
        if what and self.at < len(self.text) and (self.text[self.at].isalpha() or self.text[self.at] == "\\"):
            type_, by = self._name()
            if type_ == "NAME":
                return f"d{what}/d{by}"
        self.at = start
        return ""

    def _name(self) -> tuple[str, str]:
        if (base := self._base()) is None:
            return "UNKNOWN", self.text[self.at - 1]
        if base == "":
            return "", ""  # a wrapper of something that is no name: its braces group
        is_command = self.text[self.at - len(base) - 1 : self.at] == f"\\{base}" and base not in notation.GREEK
        scripts = self._scripts()
        name = base + scripts
        is_unknown = is_command and (scripts or base not in notation.FUNCTIONS) and name not in notation.FUNCTIONS
        if is_unknown or len(name) > LONGEST_NAME:
            return "UNKNOWN", name
        if name in notation.FUNCTIONS and self._operand_follows():
            return "FUNCTION", notation.FUNCTIONS[name]
        if name in notation.CALLED and self.text.startswith("(", self.at):
            return "FUNCTION", name
        return "NAME", name

    def _base(self) -> str | None:
        """The letters of a name, wrappers and accents read away; "" for a wrapper round something else."""
        command = self._command() if self.text[self.at] == "\\" else ""
        if command in notation.GREEK:
            self.at += len(command) + 1
            return notation.GREEK[command]
        if command in notation.WRAPPERS or command in notation.ACCENTS:
            found = _WRAPPED.match(self.text, self.at + len(command) + 1)
            inner = plain_name(found[1] or found[2] or "") if found else ""
            if found is None or not inner:
                self.at += len(command) + 1
                return "" if command in notation.WRAPPERS else None
            self.at = found.end()
            return inner + notation.ACCENTS.get(command, "")
        if command:
            self.at += len(command) + 1
            return command  # a function: \tanh, \max
        word = self._match(_WORD)
        if word == "d" and self._command() in notation.NAMING:  # d\beta is one name
            return f"d{self._base() or ''}"
        return plain_word(word) if word else None

    def _scripts(self) -> str:
        """What stands below and above a name, in plain letters: its layer, its indices, its version."""
        parts = {"layer": "", "index": "", "version": ""}
        while found := SCRIPT.match(self.text, self.at):
            kind, plain = script(found)
            if not plain or parts[kind]:
                break
            parts[kind] = plain
            self.at = found.end()
        both = parts["layer"][-1:].isdigit() and parts["index"][:1].isdigit()
        return parts["layer"] + "_" * both + parts["index"] + parts["version"]

    def _operand_follows(self) -> bool:
        if SQUARE_ALONE.match(self.text, self.at):
            return False
        after = re.sub(r"\A[ \u200b]*(?:\\left\s*)?", "", self.text[self.at : self.at + 40])[:1]
        return bool(after) and (after in "({[\\'′^" or after.isalnum())


def plain_name(written: str) -> str:
    """The name in plain letters if `written` is one name and nothing else, else "".

    Example:
        >>> plain_name("W_2^{new}"), plain_name(r"\\hat{y}"), plain_name("a + b")
        ('W2_new', 'y_hat', '')
    """
    scanner = _Scanner(written.strip())
    scanner._skip_blanks()
    if not (first := scanner.text[scanner.at : scanner.at + 1]).isalpha() and first != "\\":
        return ""
    type_, name = scanner._name()
    return name if type_ in ("NAME", "FUNCTION") and not scanner.text[scanner.at :].strip() else ""
