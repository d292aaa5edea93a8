"""What comes of a marked class: its gradebook, its page, and a feedback sheet for each student.

The gradebook is a CSV file, which spreadsheets and pandas read. It is UTF-8 with a mark at its beginning, by which
spreadsheets know it. Texts stand in quotes, numbers do not, and each column holds one of the two. A text that a
spreadsheet would take for a formula begins with an apostrophe; so does one that begins with an apostrophe itself, so
that taking off one leading apostrophe gives the text back. The same rows, below the class table, make the web page of
the class. A feedback sheet has the points, the marks, and the working of each slip.
"""

from __future__ import annotations

import csv
import html
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from tinygrad_notes.classroom.class_table import ClassTable, decimal
from tinygrad_notes.classroom.grades import FROM_EARLIER, OPEN, RIGHT_SO_FAR, WRONG, Award, Grade
from tinygrad_notes.files import write_file
from tinygrad_notes.names import textbook
from tinygrad_notes.number_systems.symbols import Symbol, visible
from tinygrad_notes.worked.documents import html_page
from tinygrad_notes.worked.marked_pages import HEADER, mark_cells
from tinygrad_notes.worked.report import Block, Cell, Heading, Paragraph, Report, Table, cell

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


_DIGITS = 6


class Feedback:
    """Writes NAME.html into a folder for each file NAME.toml that was handed in."""

    def __init__(self, folder: Path, files: Iterable[str]) -> None:
        self._folder = folder
        self.paths = dict(self._named(files))

    def _named(self, files: Iterable[str]) -> Iterator[tuple[str, Path]]:
        """The sheet of each file; no two have the same name, whatever the letters' case."""
        taken: set[str] = set()
        for file in files:
            parts = PurePosixPath(file)
            name = "-".join((*parts.parts[:-1], parts.stem))
            while name.casefold() in taken:
                name += "-again"
            taken.add(name.casefold())
            yield file, self._folder / f"{name}.html"

    def add(self, grade: Grade) -> None:
        """Write a student's sheet; nobody gets one who handed nothing in."""
        path = self.paths.get(grade.paper.file)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, html_page(feedback(grade), grade.paper.name), overwrite=True)


def feedback(grade: Grade) -> Report:
    """What a student gets back."""
    paper = grade.paper
    report = Report([Heading(paper.name)])
    if paper.reason:
        report.blocks.append(Paragraph(f"{paper.status.capitalize()}: {paper.reason}.", "wrong"))
    if paper.marking is None or grade.points is None:
        return report
    report.blocks += [
        Paragraph(f"{decimal(grade.points)} of {decimal(grade.of)} points."),
        *_working(grade),
        Heading("Every number"),
        Table((*HEADER, "points", "remark"), list(map(_row, grade.awards)), numeric=(1, 2, 3, 5)),
    ]
    return report


def _row(award: Award) -> list[Cell]:
    cells = mark_cells(award.mark, _DIGITS) if award.mark is not None else _left_open(award.label)
    return [*cells, cell(f"{decimal(award.points)} of {decimal(award.of)}"), cell(award.why)]


def _left_open(label: str) -> list[Cell]:
    return [cell(Symbol(textbook(label))), cell(""), cell(""), cell(""), cell("blank", tone="quiet")]


def _working(grade: Grade) -> Iterator[Block]:
    """What went wrong and how it is worked; the marks themselves stand in the table with the points."""
    if grade.paper.marking is not None:
        blocks = grade.paper.marking.report(_DIGITS).blocks
        yield from blocks[2:] if blocks[:1] == [Heading("Marks")] else blocks
