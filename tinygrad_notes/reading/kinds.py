"""Which files are notes, by their endings; apart from all else, so that a command can ask without loading a reader."""

from __future__ import annotations

KINDS = {".md": "markdown", ".markdown": "markdown", ".txt": "markdown", ".tex": "latex", ".ipynb": "notebook"}
"""The kind of note by the ending of its file."""
