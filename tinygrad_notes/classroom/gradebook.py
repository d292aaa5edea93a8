"""The gradebook: a CSV file with a row for each student, which spreadsheets and pandas read.

It is UTF-8 with a mark at its beginning, by which spreadsheets know it. Texts stand in quotes, numbers do not, and
each column holds one of the two. A text that a spreadsheet would take for a formula begins with an apostrophe; so does
one that begins with an apostrophe itself, so that taking off one leading apostrophe gives the text back.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from tinygrad_notes.classroom.grades import FROM_EARLIER, OPEN, RIGHT_SO_FAR, WRONG, Grade
from tinygrad_notes.names import textbook
from tinygrad_notes.number_systems.symbols import visible

COLUMNS = ("id", "name", "file", "points", "of", "right", "carried", "wrong", "blanks", "slips", "mistakes", "status",
    "reason")  # fmt: skip
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")


class Gradebook:
    """Writes rows as they come to NAME.csv.part, which becomes NAME.csv when it is finished."""

    def __init__(self, path: Path) -> None:
        self._path, self._part = path, path.with_name(path.name + ".part")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._part.open("w", encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        self._rows.writerow(COLUMNS)

    def add(self, grade: Grade) -> None:
        """Write a row, so that it is there whatever happens next."""
        self._rows.writerow(row(grade))
        self._file.flush()

    def finish(self) -> None:
        """Give the file its name."""
        self._file.close()
        self._part.replace(self._path)


def row(grade: Grade) -> list[Any]:
    """A student's row, under `COLUMNS`; points are empty where the paper could not be marked, and counts are 0."""
    paper = grade.paper
    named = dict.fromkeys(f"{kind} in {textbook(label)}" for kind, label in grade.mistakes() if kind)
    counts = [grade.count(standing) for standing in (RIGHT_SO_FAR, FROM_EARLIER, WRONG, OPEN)]
    points = None if grade.points is None else float(grade.points)
    return [
        *map(harmless, (paper.id, paper.name, paper.file)), points, float(grade.of), *counts, len(grade.wrong),
        *map(harmless, ("; ".join(named), paper.status, paper.reason)),
    ]  # fmt: skip


def harmless(text: str) -> str:
    """A text on one line that no spreadsheet takes for a formula.

    Example:
        >>> [harmless(name) for name in ("Ada", "=1+1", "-Bob", "'s Gravesande")]
        ['Ada', "'=1+1", "'-Bob", "''s Gravesande"]
    """
    plain = visible(text)
    return f"'{plain}" if plain.lstrip().startswith(_FORMULAS) else plain
