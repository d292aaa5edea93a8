"""On which line of a TOML text does each key, and each entry of a list, stand?

tomllib does not tell. The text is known to be TOML, so its marks alone are followed: brackets, dots, commas and
equals signs, with strings and comments in one piece.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence

Path = tuple[str | int, ...]
_DEEPEST = 64  # nothing that is looked for stands deeper

_TOKEN = re.compile(
    r"""
      [ \t\r]++ | \#[^\n]*+
    | (?P<token>
        \"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3,5} | '{3}(?:[^']++|'(?!''))*+'{3,5}
      | "(?:[^"\\\n]++|\\.)*+" | '[^'\n]*+'
      | [^\s\[\]{}=,.\#"']++
      | . | \n
      )
    """,
    re.VERBOSE | re.DOTALL,
)


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line of what `path` leads to: keys of tables, and places in lists from 0; of as much of it as there is.

    Example:
        >>> line_of('[a]\\nb = [1,\\n  {c = 2}]', ["a", "b", 1, "c"])
        3
    """
    wanted = tuple(path)
    best, line = 0, 1
    for found, at in _places(text) if wanted else ():
        if best < len(found) <= len(wanted) and found == wanted[: len(found)]:
            best, line = len(found), at
            if best == len(wanted):
                break
    return line


def _places(text: str) -> Iterator[tuple[Path, int]]:
    """Each key and each entry of a list, with its line."""
    table: Path = ()  # of the last header
    numbers: dict[Path, int] = {}  # of the last table under a header in double brackets
    within: list[tuple[Path, int]] = []  # open lists with the place in them, and open inline tables with -1
    at: Path = ()  # what the value that is being read belongs to
    parts: list[str] = []
    brackets, in_key = 0, True
    for token, line in _tokens(text):
        if token == "\n" and within:
            continue
        if token == "\n":
            parts, brackets, in_key = [], 0, True
        elif in_key and token == "[":
            brackets += 1
        elif in_key and token == "]" and parts:
            table = _table(parts, numbers, is_list=brackets == 2)
            parts = []
            yield table, line
        elif in_key and token == "=":
            at, parts, in_key = (*(within[-1][0] if within else table), *parts), [], False
            yield at, line
        elif token in "[{" and len(within) == _DEEPEST:
            return
        elif token in "[{":
            within.append((at, 0 if token == "[" else -1))
            in_key = token == "{"
            at = (*at, 0)
        elif token in "]}":
            at, in_key = within.pop()[0] if within else at, False
        elif token == "," and within:
            inside, place = within.pop()
            in_key = place < 0
            within.append((inside, place if in_key else place + 1))
            at = (*inside, place + 1)
        elif in_key and token != ".":
            parts.append(_unquoted(token))
        elif within:
            yield at, line


def _table(parts: list[str], numbers: dict[Path, int], *, is_list: bool) -> Path:
    """A header's path, with the numbers of the lists of tables on the way to it."""
    path: Path = ()
    for part in parts[:-1]:
        path = (*path, part)
        path = (*path, numbers[path]) if path in numbers else path
    path = (*path, parts[-1])
    if is_list:
        numbers[path] = numbers.get(path, -1) + 1
        path = (*path, numbers[path])
    return path


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Words, strings and marks, each with the line that it begins on."""
    line = 1
    for found in _TOKEN.finditer(text):
        if token := found["token"]:
            yield token, line
            line += token.count("\n")


def _unquoted(word: str) -> str:
    if word.startswith('"') and "\\" in word:
        return str(tomllib.loads(f"word = {word}")["word"])
    return word[1:-1] if word[:1] in ("'", '"') else word
