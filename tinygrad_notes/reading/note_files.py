"""Notes in files: Markdown, LaTeX, plain text and Jupyter notebooks; and the marks written into a copy of them.

A notebook is read as one note: its Markdown cells as they stand, its code cells as code. Each cell keeps its place, so
that marks go back to where the numbers stand.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinygrad_notes.errors import NoteError
from tinygrad_notes.files import write_file
from tinygrad_notes.reading.code_cells import first_number_printed, printed
from tinygrad_notes.reading.general_formulas import GeneralMark
from tinygrad_notes.reading.kinds import KINDS
from tinygrad_notes.reading.left_unread import Unread
from tinygrad_notes.reading.note import LARGEST, Note, read_note
from tinygrad_notes.reading.note_marks import NoteMark
from tinygrad_notes.reading.piece import OUTPUT
from tinygrad_notes.reading.written_back import LEGENDS, SIGNATURES, insertions, with_insertions

_OUTPUT = "\n\n```text\n"
_OTHER_OUTPUT = f"\n\n```{OUTPUT}\n"
_BETWEEN = "\n\n"  # cells


@dataclass(frozen=True)
class NoteFile:
    """A note, and the file that it was read from.

    Attributes:
        path: the file; None for standard input.
        kind: "markdown", "latex" or "notebook".
        note: what was read.
        cells: of a notebook, the index of each Markdown cell with the place of its source in the note's text.
        code: the same for each code cell, its outputs included.
        notebook: the notebook as it stands; None for other notes.
    """

    path: Path | None
    kind: str
    note: Note
    cells: tuple[tuple[int, int, int], ...] = ()
    notebook: Any = None
    code: tuple[tuple[int, int, int], ...] = ()

    def place(self, mark: NoteMark | GeneralMark | Unread) -> str:
        """Where it stands, for a person: its line and column, 46:48; in a notebook its cell, and the line in it."""
        for index, start, end in self.cells:
            if start <= mark.start < end:
                return f"cell {index}, line {self.note.text.count(chr(10), start, mark.start) + 1}"
        for index, start, end in self.code:
            if start <= mark.start < end:
                line = self.note.text.count("\n", start, mark.start)  # the first one opens the fence
                is_printed = any(fence in self.note.text[start : mark.start] for fence in (_OUTPUT, _OTHER_OUTPUT))
                return f"cell {index}, output" if is_printed else f"cell {index}, line {line}"
        return f"{mark.line}:{mark.column}" if isinstance(mark, NoteMark) else f"line {self.note.line(mark.start)}"

    def marked(self) -> str:
        """The note with each mark beside its number, in the note's own notation."""
        note = self.note
        if self.kind != "notebook":
            marks = list(insertions(note, self.kind))
            return f"{with_insertions(note.text, marks).rstrip()}\n\n{LEGENDS[self.kind]}\n\n{SIGNATURES[self.kind]}\n"
        marked = json.loads(json.dumps(self.notebook))
        signs = list(insertions(note, "markdown"))
        for index, start, end in self.cells:
            marks = [(at - start, text) for at, text in signs if start <= at <= end]
            legend = f"\n\n{LEGENDS['notebook']}" if index == self.cells[-1][0] else ""
            marked["cells"][index]["source"] = with_insertions(note.text[start:end], marks) + legend
        metadata = marked.get("metadata")
        kept = metadata if isinstance(metadata, dict) else {}
        marked["metadata"] = kept | {"tinygrad_notes": SIGNATURES["notebook"]}
        return json.dumps(marked, ensure_ascii=False, indent=1) + "\n"

    def write_marked(self) -> Path:
        """Write the marked note beside the note, as NAME.marked.md; an earlier one of our own is replaced.

        Raises NoteError where a file of that name is somebody else's, and OSError where it cannot be written.
        """
        if self.path is None:
            raise NoteError("a note from standard input has no file to write the marks beside")
        target = self.path.with_name(f"{self.path.stem}.marked{self.path.suffix}")
        if target.exists() and SIGNATURES[self.kind] not in target.read_text(encoding="utf-8", errors="replace"):
            raise NoteError(f"{target} exists and was not written by this command: rename it, and run this again")
        return write_file(target, self.marked(), overwrite=True)


def read_note_file(path: str | Path) -> NoteFile:
    """Read the note in a file, whose ending says what kind of note it is.

    Raises NoteError for an ending that is not known, a file that is too long or not UTF-8, or a notebook that is none;
    and OSError where there is no such file.
    """
    path = Path(path)
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise NoteError(f"{path.name}: a note ends in {', '.join(KINDS)}")
    with path.open("rb") as file:
        content = file.read(4 * LARGEST + 1)
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
    return NoteFile(None, "markdown", read_note(sys.stdin.read(LARGEST + 1), "markdown"))


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
        output = f"{_OUTPUT}{chr(10).join(claims)}\n```"
    else:
        words = first_number_printed(cell.get("outputs"))
        output = f"{_OTHER_OUTPUT}{words}\n```" if words else ""
    return f"```python\n{source}\n```{output}"


def _source(cell: Any) -> tuple[str, str]:
    source = cell["source"]
    return str(cell["cell_type"]), source if isinstance(source, str) else "".join(_strings(source))


def _strings(lines: Sequence[Any]) -> Iterator[str]:
    for line in lines:
        if not isinstance(line, str):
            raise TypeError("a line of a cell that is no text")
        yield line
