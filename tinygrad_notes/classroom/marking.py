"""Marking a class: every file of answers in a folder, one after the other.

Nothing of a paper is kept once its row is written: neither memory nor the time for a paper grows with the class. A file
that cannot be used is a row with its reason. When it is interrupted, it writes out the papers that are done, and
says how many.

Standard error tells how far a long run has come.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from unicodedata import normalize

from tinygrad_notes.classroom.class_table import ClassTable, decimal
from tinygrad_notes.classroom.grades import Grade, graded
from tinygrad_notes.classroom.papers import REFUSED, REPEATED, SUFFIXES, ClassKey, read_class_key
from tinygrad_notes.classroom.reports import ClassPage, Feedback, Gradebook
from tinygrad_notes.classroom.rule import Rule, read_rule
from tinygrad_notes.errors import UnusableError, WorksheetError
from tinygrad_notes.number_systems.symbols import visible
from tinygrad_notes.output import complain, write

_DEEPEST = 3  # folders within folders
_MOST_TOLD = 20  # papers that do not count and are listed at once; the gradebook has them all


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the results go; None where one is not asked for."""

    csv: Path | None = None
    html: Path | None = None
    feedback: Path | None = None

    @property
    def paths(self) -> list[Path]:
        """Those that are asked for."""
        return [path for path in (self.csv, self.html, self.feedback) if path is not None]


def mark_class(folder: Path, against: Path, rule: Path | None, outputs: Outputs, *, force: bool = False) -> ClassTable:
    """Mark every file of answers in a folder, write what is asked for, and return the class table.

    Raises:
        UnusableError: the key, the rule or the folder cannot be used, or a file would be replaced without `force`.
        KeyboardInterrupt: after the papers that are done were written out.
    """
    try:
        key = read_class_key(against)
        points = read_rule(rule) if rule is not None else Rule()
        points.check_names(key.names)
    except WorksheetError as problem:
        raise UnusableError(str(problem)) from problem
    apart = [against, *([rule] if rule else []), *outputs.paths]
    files = answer_files(folder, apart)
    if not files:
        raise UnusableError(f"there are no answers in {visible(str(folder))}: a file of answers ends in .toml or .calc")
    feedback = Feedback(outputs.feedback, files) if outputs.feedback else None
    for path in (*outputs.paths, *(feedback.paths.values() if feedback else ())):
        if path != outputs.feedback and path.exists() and not force:
            raise UnusableError(f"{path} exists; choose another name, or replace it with --force")
    try:
        return _Run(folder, files, key, points, outputs, feedback).run()
    except OSError as problem:
        raise UnusableError(f"cannot write {problem.filename or 'the results'}: {problem.strerror}") from problem


def answer_files(folder: Path, apart: Sequence[Path] = ()) -> list[str]:
    """The files in a folder and in the folders in it, in the order of their names, but for those set `apart`.

    Hidden files are none, nor is what macOS adds to archives, nor a sheet beside the answers of the same name. In the
    order of names "a2" comes before "a10".
    """
    left_out = {path.resolve() for path in apart} | {path.with_name(f"{path.name}.part").resolve() for path in apart}
    found: list[str] = []
    for here, folders, names in os.walk(folder):
        place = Path(here)
        deep = len(place.relative_to(folder).parts) >= _DEEPEST
        folders[:] = [name for name in folders if not deep and _is_shown(place / name, left_out)]
        found += [(place / name).relative_to(folder).as_posix() for name in names if _is_shown(place / name, left_out)]
    answered = {name.rpartition(".")[0] for name in found if name.lower().endswith(SUFFIXES)}
    beside = (name for name in found if not name.lower().endswith(SUFFIXES) and name.rpartition(".")[0] in answered)
    return sorted({*found}.difference(beside, [name for name in found if _is_picture(name)]), key=_in_order)


def _is_shown(path: Path, left_out: set[Path]) -> bool:
    hidden = path.name.startswith(".") or path.name == "__MACOSX"
    return not hidden and path.parent.resolve() / path.name not in left_out


def _is_picture(file: str) -> bool:
    """Whether a file is a picture that a sheet shows, as `worksheet` calls it."""
    return bool(re.fullmatch(r"(?:.*/)?\d+-(?:network|name)\.(?:svg|png)", file))


def _in_order(name: str) -> tuple[list[tuple[int, str]], str]:
    parts = re.split(r"([0-9]{1,15})", name)  # every second one is a number
    folded = [(int(part), "") if i % 2 else (0, normalize("NFKD", part.casefold())) for i, part in enumerate(parts)]
    return folded, name


@contextmanager
def _in_one_piece() -> Iterator[None]:
    """Postpones an interrupt, so that what is done for a paper is done everywhere."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is interrupted
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


class _Run:
    """One pass over the papers, with what is written on the way."""

    def __init__(
        self, folder: Path, files: list[str], key: ClassKey, rule: Rule, outputs: Outputs, feedback: Feedback | None
    ) -> None:
        self._folder, self._files, self._key, self._rule, self._outputs = folder, files, key, rule, outputs
        self._feedback = feedback
        self._table = ClassTable()
        self._gradebook = Gradebook(outputs.csv) if outputs.csv else None
        title = visible(key.title) or f"Marks of {visible(folder.resolve().name)}"
        self._page = ClassPage(outputs.html, title) if outputs.html else None

    def run(self) -> ClassTable:
        try:
            for grade in self._grades():
                self._add(grade)
        except KeyboardInterrupt:
            done = self._table.papers.total()
            note = f"interrupted after {done:,} of {len(self._files):,} papers"
            with _in_one_piece():
                self._finish(f"{note.capitalize()}.")
            kept = f"; these are in {', '.join(map(str, self._outputs.paths))}" if self._outputs.paths else ""
            complain(f"tinygrad-notes: {note}{kept}. To mark all, run the same command again with --force")
            raise
        self._finish()
        return self._table

    def _grades(self) -> Iterator[Grade]:
        with Progress("marked", len(self._files)) as progress:
            for file in self._files:
                yield graded(self._key.paper(self._folder / file, file), self._rule)
                progress.step()
        for paper in self._key.missing():
            yield graded(paper, self._rule)

    def _add(self, grade: Grade) -> None:
        with _in_one_piece():
            self._table.add(grade)
            if self._gradebook:
                self._gradebook.add(grade)
                idle = self._table.papers[REFUSED] + self._table.papers[REPEATED]
                if grade.paper.status in (REFUSED, REPEATED) and idle <= _MOST_TOLD:
                    complain(f"tinygrad-notes: {line(grade)}")
            else:
                write(f"{line(grade)}\n")
            if self._page:
                self._page.add(grade)
            if self._feedback:
                self._feedback.add(grade)

    def _finish(self, note: str = "") -> None:
        """Finish the files with what was done until now."""
        if self._gradebook:
            self._gradebook.finish()
        if self._page:
            self._page.finish(self._table, note)


def line(grade: Grade) -> str:
    """A student's result on a line."""
    paper = grade.paper
    if grade.points is None:
        return f"{visible(paper.name)}: {paper.status}: {visible(paper.reason)}"
    named = "; ".join(dict.fromkeys(kind for kind, _ in grade.mistakes() if kind))
    slips = f", {len(grade.wrong)} wrong" + (f" ({named})" if named else "") if grade.wrong else ""
    return f"{visible(paper.name)}: {decimal(grade.points)} of {decimal(grade.of)}{slips}"


_SILENT = 1.0  # seconds, in which nobody asks
_AGAIN = 0.2  # seconds between two looks at a terminal, …
_IN_A_FILE = 5.0  # … and between two lines of a log


class Progress:
    """Tells how many of so many are done, once it takes longer than a second."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._done = what, total, 0
        self._next = monotonic() + _SILENT
        self._in_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._shown = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        if self._shown and self._in_terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        if monotonic() < self._next:
            return
        told = f"{self._what} {self._done:,} of {self._total:,}"
        if self._in_terminal:
            print(f"\r\033[K{told}", end="", file=sys.stderr, flush=True)
        else:
            complain(told)
        self._shown = True
        self._next = monotonic() + (_AGAIN if self._in_terminal else _IN_A_FILE)
