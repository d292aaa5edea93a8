"""Notes read from files: Markdown, LaTeX, plain text and Jupyter notebooks; and from cells of a running notebook.

A notebook is read as one note: its Markdown cells as they stand, its code cells as code. Each cell keeps its place, so
that marks go back to where the numbers stand.

`%%mark` makes a cell of a running notebook a note, which is read, marked and shown:

%load_ext tinygrad_notes

%%mark
Let $w = 0.5$ and $x = 2$. Then $z = w x = 1.1$.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tinygrad_notes.errors import NoteError
from tinygrad_notes.reading import KINDS
from tinygrad_notes.reading.code_cells import first_number_printed, printed
from tinygrad_notes.reading.limits import LARGEST_NOTEBOOK, LONGEST_NOTE
from tinygrad_notes.reading.note import Note, read_note
from tinygrad_notes.reading.note_file import OTHER_OUTPUT, PRINTED, NoteFile

_BETWEEN = "\n\n"  # cells


def read_note_file(path: str | Path) -> NoteFile:
    """Read the note in a file, whose ending says what kind of note it is.

    Raises NoteError for an ending that is not known, a file that is too long or not UTF-8, or a notebook that is none;
    and OSError where there is no such file.
    """
    path = Path(path)
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise NoteError(f"{path.name}: a note ends in {', '.join(KINDS)}")
    most = LARGEST_NOTEBOOK if kind == "notebook" else 4 * LONGEST_NOTE
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        advice = "clear its outputs in Jupyter" if kind == "notebook" else "cut it into parts"
        raise NoteError(f"{path.name} has more than the {most:,} bytes that are read: {advice}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise NoteError(f"{path.name}: line {line} is not UTF-8; save the file as UTF-8") from None
    if kind == "notebook":
        return _notebook(path, text)
    return NoteFile(path, kind, read_note(text, kind))


def read_standard_input() -> NoteFile:
    """Read the note that stands on standard input, as Markdown."""
    return NoteFile(None, "markdown", read_note(sys.stdin.read(LONGEST_NOTE + 1), "markdown"))


def _notebook(path: Path, text: str) -> NoteFile:
    try:
        notebook = json.loads(text)
        sources = [(index, *_source(cell)) for index, cell in enumerate(notebook["cells"])]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NoteError(f"{path.name} is no notebook of Jupyter's format 4: save it anew in Jupyter") from None
    parts: list[str] = []
    places: dict[str, list[tuple[int, int, int]]] = {"markdown": [], "code": []}
    at = 0
    for index, kind, source in sources:
        shown = source if kind == "markdown" else _shown(source, notebook["cells"][index]) if kind == "code" else ""
        if kind in places:
            places[kind].append((index, at, at + len(shown)))
        parts.append(shown)
        at += len(shown) + len(_BETWEEN)
    note = read_note(_BETWEEN.join(parts), "markdown")
    return NoteFile(path, "notebook", note, tuple(places["markdown"]), notebook, tuple(places["code"]))


def _shown(source: str, cell: Any) -> str:
    """A code cell as Markdown has it, and behind it what it printed; a cell of %%mark is a note itself."""
    if source.startswith("%%mark"):
        first, end, note = source.partition("\n")
        return f"\n{' ' * len(first)}{end}{note}"
    if claims := printed(source, cell.get("outputs")):
        output = f"{PRINTED}{chr(10).join(claims)}\n```"
    else:
        words = first_number_printed(cell.get("outputs"))
        output = f"{OTHER_OUTPUT}{words}\n```" if words else ""
    return f"```python\n{source}\n```{output}"


def _source(cell: Any) -> tuple[str, str]:
    source = cell["source"]
    return str(cell["cell_type"]), source if isinstance(source, str) else "".join(_strings(source))


def _strings(lines: Sequence[Any]) -> Iterator[str]:
    for line in lines:
        if not isinstance(line, str):
            raise TypeError("a line of a cell that is no text")
        yield line


# Cells of a notebook that runs ------------------------------------------------------------------------


def register(shell: Any) -> None:
    """Make `%%mark` known to an IPython shell."""
    shell.register_magic_function(_mark, magic_kind="cell", magic_name="mark")


def _mark(line: str, cell: str) -> Note:
    """Read the cell as a note and show its marks. On the line: `latex` for LaTeX; Markdown where it is empty."""
    return read_note(cell, line.strip() or "markdown")
