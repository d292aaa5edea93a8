"""A feedback sheet for each student: points, marks, and the working of each slip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from tinygrad_notes.classroom.class_table import decimal
from tinygrad_notes.classroom.grades import Award, Grade
from tinygrad_notes.files import write_file
from tinygrad_notes.names import textbook
from tinygrad_notes.number_systems.symbols import Symbol
from tinygrad_notes.worked.documents import html_page
from tinygrad_notes.worked.marked_pages import HEADER, mark_cells
from tinygrad_notes.worked.report import Block, Cell, Heading, Paragraph, Report, Table, cell

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
