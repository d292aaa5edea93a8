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

_MARK = re.compile(
    r"""
      [ \t\r]++ | \#[^\n]*+
    | (?P<mark>
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
    reader = _Reader()
    for mark, line in _marks(text):
        found = reader.path_at(mark)
        if len(reader.within) > _DEEPEST:
            return
        if found:
            yield found, line


class _Reader:
    """Follows the marks of a text, and knows the path of what stands at each."""

    def __init__(self) -> None:
        self.table: Path = ()  # of the last header
        self.numbers: dict[Path, int] = {}  # of the last table under a header in double brackets
        self.within: list[tuple[Path, int]] = []  # open lists with the place in them, and open inline tables with -1
        self.at: Path = ()  # what the value that is being read belongs to
        self.parts: list[str] = []  # of the key that is being read
        self.brackets, self.in_key = 0, True

    def path_at(self, mark: str) -> Path:
        """The path of the key or entry that a mark or word is, or completes; () for other marks."""
        if mark == "\n":
            if not self.within:
                self.parts, self.brackets, self.in_key = [], 0, True
            return ()
        return self._in_key(mark) if self.in_key else self._in_value(mark)

    def _in_key(self, mark: str) -> Path:
        if mark == "=":
            self.at = (*(self.within[-1][0] if self.within else self.table), *self.parts)
            self.parts, self.in_key = [], False
            return self.at
        if mark == "}":
            return self._close()
        if mark == "[":
            self.brackets += 1
        elif mark == "]" and self.parts:
            self.table = _table(self.parts, self.numbers, is_list=self.brackets == 2)
            self.parts = []
            return self.table
        elif mark not in (".", "]"):
            self.parts.append(_unquoted(mark))
        return ()

    def _in_value(self, mark: str) -> Path:
        if mark in ("[", "{"):
            self.within.append((self.at, 0 if mark == "[" else -1))
            self.in_key = mark == "{"
            self.at = (*self.at, 0)
            return ()
        if mark in ("]", "}"):
            return self._close()
        if mark == "," and self.within:
            inside, place = self.within.pop()
            self.in_key = place < 0
            self.within.append((inside, place if self.in_key else place + 1))
            self.at = (*inside, place + 1)
            return ()
        return self.at if self.within else ()

    def _close(self) -> Path:
        self.in_key = False
        if self.within:
            self.at = self.within.pop()[0]
        return ()


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


def _marks(text: str) -> Iterator[tuple[str, int]]:
    """Words, strings and marks, each with the line that it begins on."""
    line = 1
    for found in _MARK.finditer(text):
        if mark := found["mark"]:
            yield mark, line
            line += mark.count("\n")


def _unquoted(word: str) -> str:
    if word.startswith('"') and "\\" in word:
        return str(tomllib.loads(f"word = {word}")["word"])
    return word[1:-1] if word[:1] in ("'", '"') else word
