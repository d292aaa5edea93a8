"""TOML from strangers: read within bounds; an error is one line that says what is wrong, and where.

The values of a worksheet file are checked one by one: keys, numbers, lists, matrices, samples.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tinygrad_notes.errors import TinygradNotesError, WorksheetError
from tinygrad_notes.number_systems.symbols import visible
from tinygrad_notes.refusals import meant, shortened
from tinygrad_notes.worked.claims import ClaimError, read_claim, shown
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


@contextmanager
def told_where(path: str | Path, text: str) -> Iterator[None]:
    """Raise each TomlError about `text`, which the file holds, as a WorksheetError that names the file and the line."""
    try:
        yield
    except TomlError as error:
        raise WorksheetError(error.located(path, text), error.line_in(text)) from None


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


def matrix_in(table: str, written: Any) -> list[list[float]]:
    """The rows of a matrix."""
    if not isinstance(written, list) or not written or not all(isinstance(row, list) and row for row in written):
        raise TomlError(table, "W", "a matrix is a list of rows: [[0.1, 0.2], [0.3, 0.4]]")
    return [vector_in(table, "W", row) for row in written]


def vector_in(table: str, key: str, written: Any) -> list[float]:
    """A list of numbers."""
    if not isinstance(written, list):
        raise TomlError(table, key, f"a list of numbers is needed, not {shown(written)}")
    return [number_in(table, key, number) for number in written]


def samples_in(table: str, key: str, written: Any) -> Any:
    """One sample or several; a bare number for one output."""
    if not isinstance(written, list):
        if key == "y":
            return [number_in(table, key, written)]
        raise TomlError(table, key, f"a list of numbers is needed, not {shown(written)}")
    if not written:
        raise TomlError(table, key, "holds no number")
    if any(isinstance(part, list) for part in written):
        if key == "x" and not all(isinstance(part, list) for part in written):
            raise TomlError(table, key, "numbers and lists are mixed; write one list per sample")
        return [vector_in(table, key, part if isinstance(part, list) else [part]) for part in written]
    return vector_in(table, key, written)


def number_in(table: str, key: str, written: Any) -> float:
    """One finite number, as people write it."""
    if isinstance(written, str) and written == "?":
        raise TomlError(table, key, "a blank cannot stand here; only claims may be left open")
    try:
        number = read_claim(key, written, may_be_blank=False).number
    except ClaimError as error:
        raise TomlError(table, key, error.reason) from None
    if not math.isfinite(number):
        raise TomlError(table, key, f"{shown(written)} is not a finite number")
    return number


def sub_table(content: Mapping[str, Any], key: str, *, needed: bool = True) -> Mapping[str, Any]:
    """The table of that name at the top of a file; where it is not needed, an empty one stands for none."""
    if needed and key not in content:
        raise TomlError("", key, f"the table [{key}] is missing")
    table: Mapping[str, Any] = content.get(key, {})
    if not isinstance(table, dict):
        raise TomlError("", key, f"must be a table: [{key}]")
    return table


def check_keys(table: Mapping[str, Any], keys: tuple[str, ...], name: str) -> None:
    """Raise TomlError for a key that means nothing in the table called `name`."""
    for key in table:
        if key not in keys:
            hint = meant(key, keys) or f"there are {', '.join(keys)}"
            raise TomlError(name, key, f"is not known here; {hint}")


def text_in(table: str, key: str, written: Any) -> str:
    """A text."""
    if not isinstance(written, str):
        raise TomlError(table, key, f"a text in quotes is needed, not {shown(written)}")
    return written


def one_of(written: Any, choices: tuple[str, ...]) -> str:
    """What to write where something else than one of the choices stands."""
    return f"write one of {', '.join(map(repr, choices))}, not {shown(written)}"
