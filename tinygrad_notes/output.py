"""Standard output as commands meet it: a terminal, a file, a full disk, a pipe that nobody reads, or none at all.

What is read by people may show a ? where the terminal lacks a letter. Data and documents are read by programs and keep
every character: in ASCII where their format can spell the rest, in UTF-8 otherwise, whatever the terminal speaks.
"""

from __future__ import annotations

import codecs
import io
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from tinygrad_notes.errors import OutputError as OutputError


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
