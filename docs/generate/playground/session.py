"""What the page asks of Python: it runs the command, on a file that holds the reader's text."""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

from tinygrad_notes.cli import main

NOTES = ("md", "tex", "ipynb")
"""The kinds of pages that are notes; the others are "calc" and "toml"."""

_LINE = re.compile(r"[^\s=|$*`#-][^=|$`]*(?:=|:=|≈|#).*|d\S+/d\S+|∂\S+/∂\S+")


def kind_of(text: str) -> str:
    """The kind of page that a text looks like, by the ending of its file."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if text.lstrip().startswith("{") and '"cells"' in text:
        return "ipynb"
    if any(re.fullmatch(r"\[\[?(network|network\.layer|claims)\]?\]\s*(#.*)?", line) for line in lines):
        return "toml"
    if re.search(r"\\(documentclass|begin\{document\}|section\b)", text):
        return "tex"
    working = [line for line in lines if not line.startswith("#")]
    return "calc" if working and all(map(_LINE.fullmatch, working)) else "md"


def groups_for(kind: str) -> str:
    """JSON: the groups of packages that a page of this kind needs besides those that are there from the start."""
    return json.dumps([] if kind == "toml" else ["numbers"] if kind == "calc" else ["numbers", "notes"])


def shown(view: str, kind: str, text: str) -> str:
    """JSON: one view of the page ("marks", "note", "picture" or "player"), as the command makes it.

    `command` is what was run, `status` its exit status, `content` the HTML or SVG, `said` what stood on standard error.
    """
    with TemporaryDirectory() as folder:
        page = Path(folder) / f"page.{kind}"
        page.write_text(text, encoding="utf-8")
        command, made = _command(view, page)
        status, printed, said = _run(command)
        content = "" if status == 2 else made.read_text(encoding="utf-8") if made else printed
        typed = " ".join(["tinygrad-notes", *command]).replace(f"{folder}/", "")
        return json.dumps(
            {
                "command": typed, "kind": kind, "status": status, "content": content,
                "said": "" if made and content else said.replace(f"{folder}/", "").replace("tinygrad-notes: ", ""),
            }
        )  # fmt: skip


def _command(view: str, page: Path) -> tuple[list[str], Path | None]:
    """The command that makes a view, and the file that it writes; None where it prints."""
    is_note = page.suffix[1:] in NOTES
    if view == "marks" or (view == "note" and not is_note):
        return ["mark", str(page), "--format", "html"], None
    if view == "note":
        made = page.with_name("marked.html")
        return ["mark", str(page), "--format", "html", "--html", str(made)], made  # no need of rich
    if is_note:
        _, lines, _ = _run(["mark", str(page), "--explain-reading"])
        page = page.with_suffix(".calc")
        page.write_text(lines, encoding="utf-8")
    action, made = ("draw", page.with_suffix(".svg")) if view == "picture" else ("play", page.with_suffix(".html"))
    return [action, str(page), "-o", str(made)], made


def _run(command: list[str]) -> tuple[int, str, str]:
    """The exit status of a command, what it printed, and what it said on standard error."""
    with redirect_stdout(io.StringIO()) as printed, redirect_stderr(io.StringIO()) as said:
        try:
            status = main(command)
        except SystemExit as stopped:
            status = int(stopped.code or 0)
    return status, printed.getvalue(), said.getvalue().strip()
