"""The class as a web page: the class table, and a row for each student."""

from __future__ import annotations

import html
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tinygrad_notes.classroom.class_table import ClassTable, decimal
from tinygrad_notes.classroom.gradebook import COLUMNS, row
from tinygrad_notes.classroom.grades import Grade
from tinygrad_notes.number_systems.symbols import visible
from tinygrad_notes.worked.documents import html_page
from tinygrad_notes.worked.report import Heading, Paragraph, Report

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
