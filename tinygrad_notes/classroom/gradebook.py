"""A row for each student, in the gradebook and on the page of the class.

The gradebook is a CSV file, which spreadsheets and pandas read. It is UTF-8 with a mark at its beginning, by which
spreadsheets know it. Texts stand in quotes, numbers do not, and each column holds one of the two. A text that a
spreadsheet would take for a formula begins with an apostrophe; so does one that begins with an apostrophe itself, so
that taking off one leading apostrophe gives the text back. The same rows, below the class table, make the web page of
the class.
"""

from __future__ import annotations

import csv
import html
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from tinygrad_notes.classroom.class_table import ClassTable, decimal
from tinygrad_notes.classroom.grades import FROM_EARLIER, OPEN, RIGHT_SO_FAR, WRONG, Grade
from tinygrad_notes.names import textbook
from tinygrad_notes.number_systems.symbols import visible
from tinygrad_notes.worked.documents import html_page
from tinygrad_notes.worked.report import Heading, Paragraph, Report

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


_HEADER = ("name", "points", "carried", "wrong", "blank", "mistakes", "status")
_NUMBERS = range(1, 5)


class ClassPage:
    """Keeps the students' rows in a file while papers come, so that memory does not grow with the class."""

    def __init__(self, path: Path, title: str) -> None:
        self._path, self._title = path, title
        self._rows = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 (open till the end)

    def add(self, grade: Grade) -> None:
        self._rows.write(f"<tr>{''.join(_cells(grade))}</tr>\n")

    def finish(self, table: ClassTable, note: str = "") -> None:
        """Write the page; `note` says where the table is not of the whole class."""
        report = Report(
            [
                Heading(self._title), Paragraph(f"Marked on {date.today().isoformat()}.", "quiet"),
                *([Paragraph(note, "doubtful")] if note else []), *table.report().blocks,
            ]
        )  # fmt: skip
        report.blocks.append(Heading("Students"))
        before, end, after = html_page(report, self._title).rpartition("\n</body>")
        heads = "".join(f"<th{_side(i)}>{name}</th>" for i, name in enumerate(_HEADER))
        part = self._path.with_name(self._path.name + ".part")
        part.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8") as page:
            page.write(f"{before}\n<table><thead><tr>{heads}</tr></thead><tbody>\n")
            self._rows.seek(0)
            shutil.copyfileobj(self._rows, page)
            page.write(f"</tbody></table>{end}{after}")
        self._rows.close()
        part.replace(self._path)


def _cells(grade: Grade) -> Iterator[str]:
    """The cells of a student's row; what students wrote is text, and never markup."""
    paper, named = grade.paper, dict(zip(COLUMNS, row(grade), strict=True))
    told = paper.status if not paper.reason else f"{paper.status}: {paper.reason}"
    score = "" if grade.points is None else f"{decimal(grade.points)} of {decimal(grade.of)}"
    counts = (named[column] for column in ("carried", "wrong", "blanks"))
    for i, what in enumerate((paper.name, score, *counts, named["mistakes"], told)):
        yield f"<td{_side(i)}>{html.escape(visible(str(what)))}</td>"


def _side(column: int) -> str:
    return ' style="text-align:right;white-space:nowrap"' if column in _NUMBERS else ""
