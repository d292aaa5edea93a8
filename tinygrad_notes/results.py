"""What commands leave behind: pages that are printed, pictures and files that are written."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tinygrad_notes.errors import PictureError, UnusableError
from tinygrad_notes.output import complain, standard_output, write, write_document, write_html

if TYPE_CHECKING:
    from tinygrad_notes.worked.report import Report

Made = TypeVar("Made")
ANOTHER_FOLDER = "choose another folder with --output DIR"
ANOTHER_NAME = "choose another name with -o FILE"
Pictures = Callable[[], Mapping[str, Callable[[], str]]]
"""Prepares pictures: by file name, what draws each."""


def add_pictures(pictures: Pictures, options: argparse.Namespace) -> int:
    """Write a page's pictures after it, tell which, and return the exit status."""
    written, status = write_pictures(pictures, options)
    tell(written, to_stderr=options.format is not None)
    return status


def write_pictures(pictures: Pictures, options: argparse.Namespace) -> tuple[list[Path], int]:
    """The files written, and the exit status; what failed was reported on standard error."""
    files: dict[Path, str | bytes] = {}
    status = 0
    for name, draw in pictures().items():
        content, failed = drawn_or_told(name, draw)
        status = max(status, failed)
        if content is not None:
            files[options.output / name] = content
    try:
        return write_all(files, options.force, ANOTHER_FOLDER), status
    except UnusableError as problem:
        complain(f"tinygrad-notes: {problem}")
        return [], 1


def drawn_or_told(name: str, draw: Callable[[], Made]) -> tuple[Made | None, int]:
    """What `draw` makes and status 0; where it fails, a line on standard error, None and status 1."""
    try:
        return drawn(name, draw), 0
    except PictureError as problem:
        complain(f"tinygrad-notes: {problem}")
        return None, 1


def drawn(name: str, draw: Callable[[], Made]) -> Made:
    try:
        return draw()
    except Exception as problem:  # whatever it is, the numbers on the page do not depend on it
        raise PictureError(f"{name} could not be drawn: {_reason(problem)}") from problem


def _reason(problem: Exception) -> str:
    """Why, and what to do, on one line."""
    said = " ".join(str(problem).split())
    if isinstance(problem, ImportError):
        return f"{said}; install tinygrad_notes again, together with the packages that it needs"
    if isinstance(problem, ValueError) or type(problem).__module__.startswith("tinygrad_notes."):
        return said  # names its remedy
    return f"{type(problem).__name__}: {said}; the numbers do not depend on it. Please report this line"


def write_all(files: Mapping[Path, str | bytes], force: bool, remedy: str) -> list[Path]:
    """Write all files, or none where one of them would replace something else."""
    from tinygrad_notes.files import write_file

    try:
        for path, content in files.items():
            if not force and path.exists() and not _holds(path, content):
                raise UnusableError(f"{path} exists and holds something else; {remedy}, or replace it with --force")
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, content, overwrite=force)
    except OSError as problem:
        raise UnusableError(f"cannot write {path}: {problem.strerror or problem}; {remedy}") from problem
    return list(files)


def _holds(path: Path, content: str | bytes) -> bool:
    return path.is_file() and path.read_bytes() == (content.encode() if isinstance(content, str) else content)


def tell(written: Sequence[Path], to_stderr: bool = False) -> None:
    for path in written:
        if to_stderr:
            complain(f"wrote {path}")
        else:
            write(f"wrote {path}\n")


def print_report(report: Report, form: str | None) -> None:
    if form is None:
        with standard_output() as stream:  # rich, too, touches it when it asks what kind of terminal it is
            stream.write(report.terminal())
    elif form == "html":
        from tinygrad_notes.worked.documents import html_page

        write_html(html_page(report, report.title))
    else:
        write_document(getattr(report, form)())
