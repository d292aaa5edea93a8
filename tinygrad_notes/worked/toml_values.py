"""Values in the tables of a worksheet file, each checked: keys, numbers, lists, matrices, samples."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from tinygrad_notes.refusals import meant
from tinygrad_notes.worked.claims import ClaimError, read_claim, shown
from tinygrad_notes.worked.toml_text import TomlError


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


def sub_table(content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The table of that name at the top of a file."""
    if key not in content:
        raise TomlError("", key, f"the table [{key}] is missing")
    if not isinstance(content[key], dict):
        raise TomlError("", key, f"must be a table: [{key}]")
    table: Mapping[str, Any] = content[key]
    return table


def check_keys(table: Mapping[str, Any], keys: tuple[str, ...], name: str) -> None:
    """Raise TomlError for a key that means nothing in the table called `name`."""
    for key in table:
        if key not in keys:
            hint = meant(key, keys) or f"there are {', '.join(keys)}"
            raise TomlError(name, key, f"is not known here; {hint}")


def one_of(written: Any, choices: tuple[str, ...]) -> str:
    """What to write where something else than one of the choices stands."""
    return f"write one of {', '.join(map(repr, choices))}, not {shown(written)}"
