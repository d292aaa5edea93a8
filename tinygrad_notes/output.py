"""Standard output as commands meet it: a terminal, a file, a full disk, a pipe that nobody reads, or none at all.

What is read by people may show a ? where the terminal lacks a letter. Data and documents are read by programs and keep
every character: in ASCII where their format can spell the rest, in UTF-8 otherwise, whatever the terminal speaks.

Below is what commands leave behind: reports that are printed, pictures and files that are written.
"""

from __future__ import annotations

import codecs
import io
import math
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from tinygrad_notes.errors import OutputError as OutputError
from tinygrad_notes.errors import PictureError, UnusableError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tinygrad_notes.worked.report import Report


@contextmanager
def standard_output() -> Iterator[TextIO]:
    """Standard output to write to. A pipe that its reader closed, as `head` does, takes the rest unread.

    Raises:
        OutputError: There is no standard output, or it takes no more.
    """
    if sys.stdout is None:
        raise OutputError("there is no standard output to write to")
    try:
        yield sys.stdout
        sys.stdout.flush()
    except OSError as problem:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes what is left when it ends
        if not isinstance(problem, BrokenPipeError):
            raise OutputError(f"cannot write to standard output: {problem.strerror or problem}") from problem


def write(text: str) -> None:
    """Write to standard output, at once."""
    with standard_output() as stream:
        stream.write(text)


def complain(message: str) -> None:
    """A line on standard error, if there is anyone to read it."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(message, file=sys.stderr, flush=True)


def write_json(data: Any) -> None:
    """Write data as JSON, which has no nan and no infinity: they are written as text."""
    import json  # most pages are written for people

    write(json.dumps(_finite(data), indent=2, ensure_ascii=not _is_utf8(), allow_nan=False) + "\n")


def _finite(data: Any) -> Any:
    if isinstance(data, float) and not math.isfinite(data):
        return str(data)
    if isinstance(data, dict):
        return {key: _finite(value) for key, value in data.items()}
    return [_finite(value) for value in data] if isinstance(data, list) else data


def write_html(document: str) -> None:
    """Write HTML; it can spell any character in ASCII."""
    write(document if _is_utf8() else document.encode("ascii", "xmlcharrefreplace").decode("ascii"))


def write_document(document: str) -> None:
    """Write Markdown or LaTeX, in UTF-8: neither can spell every character in another encoding."""
    if not _is_utf8() and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    write(document)


def _is_utf8() -> bool:
    return codecs.lookup(getattr(sys.stdout, "encoding", None) or "utf-8").name == "utf-8"


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
