"""Rosters: the students of a class, from a CSV file or a list with one name a line."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tinygrad_notes.errors import UnusableError
from tinygrad_notes.number_systems.symbols import visible

MOST_STUDENTS = 10_000
LONGEST_NAME = 200
_LARGEST = 10_000_000  # bytes
_DELIMITERS = ";\t|,"
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # parts of names in some scripts
_FULL = {"name", "names", "student", "students", "student name", "full name", "fullname", "display name"}
_FIRST = {"first name", "firstname", "given name", "forename", "vorname", "prénom", "nombre", "first"}
_LAST = {"last name", "lastname", "surname", "family name", "nachname", "nom", "apellidos", "apellido", "last"}


@dataclass(frozen=True, slots=True)
class Roster:
    """The students of a class: their names, no two alike, and what there is to say of the file."""

    names: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def read_roster(path: Path) -> Roster:
    """The names in a file.

    A CSV file (commas, semicolons, tabs or |) has a header that says which column holds the name, or first and last
    name. Without a header every line is a name. A name that stands twice gets a number behind it, and is reported.

    Raises UnusableError for a file without names, and for what cannot be a roster.
    """
    shown = visible(str(path))
    found: list[str] = []
    remarks: list[str] = []
    lines: dict[str, int] = {}
    times: Counter[str] = Counter()
    for line, name in _named_lines(_text(path), shown, has_columns=path.suffix.lower() != ".txt"):
        if len(name) > LONGEST_NAME:
            raise UnusableError(f"{shown}:{line}: a name of {len(name)} characters; is a quote not closed?")
        times[name] += 1
        if times[name] > 1:
            numbered = f"{name} ({times[name]})"
            remarks.append(
                f"{shown}:{line}: {name!r} stands in line {lines[name]} too; this one is written as {numbered!r}"
            )
            name = numbered
        lines.setdefault(name, line)
        found.append(name)
        if len(found) > MOST_STUDENTS:
            raise UnusableError(f"{shown}: more than {MOST_STUDENTS:,} names are no class")
    if not found:
        raise UnusableError(f"{shown} holds no name; write one name a line, or a CSV file with a column called name")
    return Roster(tuple(found), tuple(remarks))


def numbered(count: int) -> Roster:
    """Students without names, by number."""
    if not 1 <= count <= MOST_STUDENTS:
        raise UnusableError(f"a set has 1 to {MOST_STUDENTS:,} exercises, not {count:,}")
    return Roster(tuple(f"Exercise {number}" for number in range(1, count + 1)))


def file_name(number: int, count: int, name: str) -> str:
    """How the names of a student's files begin: safe in every file system, and unlike every other student's.

    Letters and digits of every script stay; the number in front keeps names apart that are alike without the rest.

    Example:
        >>> file_name(3, 30, "Seán  Ó'Brien/../x"), file_name(12, 30, "李小龙"), file_name(7, 7, "...")
        ('03-Seán-Ó-Brien-x', '12-李小龙', '07')
    """
    kept = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in unicodedata.normalize("NFC", name))
    words = "-".join(kept.split()).encode()[:80].decode(errors="ignore").strip("-")
    front = f"{number:0{max(2, len(str(count)))}}"
    return front if not words or words == f"Exercise-{number}" else f"{front}-{words}"


def _text(path: Path) -> str:
    shown = visible(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as problem:
        raise UnusableError(f"cannot read the roster {shown}: {problem.strerror or problem}") from problem
    if len(content) > _LARGEST:
        raise UnusableError(f"{shown}: a roster has at most {_LARGEST:,} bytes")
    try:
        return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise UnusableError(f"{shown}:{line}: not UTF-8 text; save the roster as UTF-8 (in Excel: CSV UTF-8)") from None


def _named_lines(text: str, shown: str, *, has_columns: bool) -> Iterator[tuple[int, str]]:
    """Each name with the line that it stands in."""
    if not has_columns:
        yield from ((i, name) for i, line in enumerate(text.splitlines(), 1) if (name := _clean(line)))
        return
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: Sequence[int] | None = None  # before the header
    try:
        for row in reader:
            cells = [_clean(field) for field in row]
            if not any(cells):
                continue
            if columns is None:
                columns = _columns(cells)
                if columns:
                    continue
            name = " ".join(_name_cells(cells, columns))
            if not name:
                raise UnusableError(f"{shown}:{reader.line_num}: no name stands in this line")
            yield reader.line_num, name
    except csv.Error as problem:
        raise UnusableError(f"{shown}:{reader.line_num}: cannot be read as CSV: {problem}") from None


def _columns(header: Sequence[str]) -> list[int]:
    """Where the name stands: one column, or first and last name; [] where the line is no header."""
    words = [cell.casefold() for cell in header]
    for wanted in ((_FULL,), (_FIRST, _LAST), (_LAST,), (_FIRST,)):
        at = [next((i for i, word in enumerate(words) if word in kind), -1) for kind in wanted]
        if min(at) >= 0:
            return at
    return []


def _name_cells(cells: Sequence[str], columns: Sequence[int] | None) -> Iterator[str]:
    """The cells that make up the name; without a header those that are no number, date or address."""
    if columns:
        yield from (cells[i] for i in columns if i < len(cells) and cells[i])
    else:
        yield from (c for c in cells if c and (len(cells) == 1 or not ("@" in c or any(map(str.isdecimal, c)))))


def _clean(text: str) -> str:
    """A name on one line, without characters that control how text is shown."""
    composed = unicodedata.normalize("NFC", text)
    kept = (c if unicodedata.category(c)[0] not in "CZ" or c in _JOINERS else " " for c in composed)
    return " ".join("".join(kept).split())
