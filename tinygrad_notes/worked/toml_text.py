"""TOML from strangers: read within bounds, and what is wrong with it told in one line that says where."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from tinygrad_notes.errors import TinygradNotesError
from tinygrad_notes.number_systems.symbols import visible

_LONG_DOTTED_KEY = re.compile(r"(?:[\w\"'-]+[ \t]*\.[ \t]*){40}")
_LONGEST_MESSAGE = 300


class TomlError(TinygradNotesError):
    """What is wrong with a key of a table, or on a line where there is no key to name.

    A table of several of the same name has its number: "network.layer 2". The message names the `subject`, which is
    the key where none is given.
    """

    def __init__(self, table: str, key: str, reason: str, *, line: int = 0, subject: str = "") -> None:
        told = subject or key
        super().__init__(f"{told}: {reason}" if told else reason)
        self.table, self.key, self.line = table, key, line

    def located(self, path: str | Path, text: str) -> str:
        """`path:line: reason`, on one line; `text` is what the file holds."""
        reason = visible(str(self))
        short = reason if len(reason) <= _LONGEST_MESSAGE else f"{reason[: _LONGEST_MESSAGE - 3]}..."
        return f"{visible(str(path))}:{self.line or _line_of(text, self.table, self.key)}: {short}"


def parsed(text: str) -> dict[str, Any]:
    """The tables of a TOML text; decimals stay the characters that they are written in.

    Raises TomlError where it is no TOML, or more than a person would write.
    """
    if found := _LONG_DOTTED_KEY.search(text):  # tomllib takes time that grows with the square of their length
        line = text.count("\n", 0, found.start()) + 1
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
    line = text.splitlines()[number - 1] if number <= text.count("\n") + 1 else ""
    hint = ""
    if re.match(r"\s*[^\s\"'=\[]*[^\w\s.\"'=\[-][^\"'=]*=", line):
        hint = '; a key with "/" or Greek letters is written in quotes: "dC/da2" = …'
    return TomlError("", "", f"not TOML: {reason[: found.start()].strip()} at column {found[2]}{hint}", line=number)


def _line_of(text: str, table: str, key: str) -> int:
    """The line on which a key of a table is written; that of the table where it cannot be told, 1 at worst."""
    name, _, number = table.partition(" ")
    wanted, current, count, of_table = int(number or 1), "", 0, 1
    assigned = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    for i, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[{1,2}\s*([^\]]+?)\s*\]{1,2}\s*(#.*)?$", line):
            current = header[1]
            count += current == name
            if current == name and count == wanted:
                of_table = i
        elif current == name and (not name or count == wanted) and key and assigned.match(line):
            return i
    return of_table
