"""A note with the file that it was read from, and its marks written into a copy of the file."""

from __future__ import annotations

import bisect
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinygrad_notes.errors import NoteError
from tinygrad_notes.files import write_file
from tinygrad_notes.reading.general_formulas import GeneralMark
from tinygrad_notes.reading.left_unread import Unread
from tinygrad_notes.reading.note_marks import NoteMark
from tinygrad_notes.reading.piece import OUTPUT
from tinygrad_notes.reading.written_back import LEGENDS, SIGNATURES, insertions, with_insertions

if TYPE_CHECKING:
    from tinygrad_notes.reading.note import Note

PRINTED = "\n\n```text\n"
OTHER_OUTPUT = f"\n\n```{OUTPUT}\n"
"""How the output of a cell begins in the note that is made of a notebook: claims of numbers, or other words."""


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
        if cell := _cell_at(self.cells, mark.start):
            return f"cell {cell[0]}, line {self.note.text.count(chr(10), cell[1], mark.start) + 1}"
        if cell := _cell_at(self.code, mark.start):
            index, start, _ = cell
            line = self.note.text.count("\n", start, mark.start)  # the first one opens the fence
            is_printed = any(fence in self.note.text[start : mark.start] for fence in (PRINTED, OTHER_OUTPUT))
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


def _cell_at(cells: Sequence[tuple[int, int, int]], place: int) -> tuple[int, int, int] | None:
    """The cell in which a character stands; the cells are in their order."""
    at = bisect.bisect_right(cells, place, key=lambda cell: cell[1]) - 1
    return cells[at] if at >= 0 and place < cells[at][2] else None
