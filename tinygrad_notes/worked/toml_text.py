"""TOML from strangers: read within bounds; an error is one line that says what is wrong, and where."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from tinygrad_notes.errors import TinygradNotesError
from tinygrad_notes.number_systems.symbols import visible
from tinygrad_notes.refusals import shortened
from tinygrad_notes.worked.toml_places import line_of

_STRING = r"""(?:"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"|'[^'\n]*+')"""
_LONG_DOTTED_KEY = re.compile(rf"(?:^|[\[{{,])[ \t]*+(?:(?:[\w-]++|{_STRING})[ \t]*+\.[ \t]*+){{40}}", re.MULTILINE)
"""Begins where keys begin, and gives nothing back, so that the search takes time in proportion to the text."""
_LONGEST_MESSAGE = 300


class TomlError(TinygradNotesError):
    """What is wrong with a key of a table, or on a line where there is no key to name.

    A table of several of the same name has its number: "network.layer 2". The message names the `subject`, which is
    the key where none is given. `index` is the place in the key's lists that is meant.
    """

    def __init__(
        self, table: str, key: str, reason: str, *, line: int = 0, subject: str = "", index: tuple[int, ...] = ()
    ) -> None:
        told = shortened(subject or key)
        super().__init__(f"{told}: {reason}" if told else reason)
        self.table, self.key, self.line, self.index = table, key, line, index

    def line_in(self, text: str) -> int:
        """The line of `text` that is meant, from 1."""
        if self.line:
            return self.line
        name, _, number = self.table.partition(" ")
        place = [int(number) - 1] if number else []
        path: list[str | int] = [*filter(None, name.split(".")), *place, *([self.key] if self.key else []), *self.index]
        return line_of(text, path)

    def located(self, path: str | Path, text: str) -> str:
        """`path:line: reason`, on one line; `text` is what the file holds."""
        reason = shortened(visible(str(self)), _LONGEST_MESSAGE)
        return f"{visible(str(path))}:{self.line_in(text)}: {reason}"


def parsed(text: str) -> dict[str, Any]:
    """The tables of a TOML text; decimals stay the characters that they are written in.

    Raises TomlError where it is no TOML, or more than a person would write.
    """
    if found := _LONG_DOTTED_KEY.search(text):  # tomllib takes time that grows with the square of their length
        line = text.count("\n", 0, found.end()) + 1
        raise TomlError("", "", "a key of so many parts is nested too deep to be a worksheet", line=line)
    try:
        return tomllib.loads(text, parse_float=str)
    except RecursionError:
        raise TomlError("", "", "lists or tables are nested too deep to be a worksheet") from None
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(str(error), text) from None
    except ValueError as error:  # such as an integer of 5,000 digits
        raise TomlError("", "", f"not a number that can be held: {error}") from None


def _not_toml(reason: str, text: str) -> TomlError:
    found = re.search(r"\(at line (\d+), column (\d+)\)", reason)
    if not found:
        return TomlError("", "", f"not TOML: {reason}")
    number = int(found[1])
    line = text.split("\n", number)[number - 1] if number <= text.count("\n") + 1 else ""
    told = f"not TOML: {reason[: found.start()].strip()} at column {found[2]}"
    return TomlError("", "", "; ".join(filter(None, (told, _remedy(line, reason)))), line=number)


def _remedy(line: str, reason: str) -> str:
    """What to write instead on a line that is no TOML; empty where the reason says it."""
    key, assigned, _ = line.partition("=")
    in_letters = set(key.strip()).isdisjoint("\"'[")
    if re.search("[“”„‟«»]", line):
        return 'quotes are straight: "0.5"'
    if re.search(r"=\s*[+-]?\d+,\d|[\[,]\s*[+-]?\d+,\d\d", line):
        return 'write decimals with a point, 0.5, or a decimal comma in quotes, "0,5"'
    if assigned and in_letters and re.search(r"[^\w\s.-]|[^\x00-\x7f]", key):
        return 'a key with "/" or Greek letters is written in quotes: "dC/da2" = …'
    return "" if reason.startswith("Cannot") else 'a line gives a name its value: z1 = ["0.12", "0.34"]'
