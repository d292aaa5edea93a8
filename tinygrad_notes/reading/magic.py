"""`%%mark` in a Jupyter notebook: the cell is a note, which is read, marked and shown.

%load_ext tinygrad_notes

%%mark
Let $w = 0.5$ and $x = 2$. Then $z = w x = 1.1$.
"""

from __future__ import annotations

from typing import Any

from tinygrad_notes.reading.note import Note, read_note


def register(shell: Any) -> None:
    """Make `%%mark` known to an IPython shell."""
    shell.register_magic_function(_mark, magic_kind="cell", magic_name="mark")


def _mark(line: str, cell: str) -> Note:
    """Read the cell as a note and show its marks. On the line: `latex` for LaTeX; Markdown where it is empty."""
    return read_note(cell, line.strip() or "markdown")
