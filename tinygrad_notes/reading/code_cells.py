"""Python code in a note: assignments of formulas are read like any line, the rest is told, and nothing is ever run.

A comment behind an assignment that is one number or one array is what the author claims of it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tinygrad_notes.reading.pieces import CODE, NOTHING, SPAN, Piece

_MODULES = re.compile(r"\b(?:np|numpy|math|jnp|torch)\.(?=\w)")
_CLAIM = re.compile(r"#(?=\s*(?:array\()?[-+−\[\d.][-+−\[\]\d.,eE\s)]*$)")


def pieces_of_code(text: str, start: int) -> Iterator[Piece]:
    """The statements of a block of code, each a piece: those that may be formulas, and those that are not read."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield Piece(CODE, text, start)
        return
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for statement in body:
        first, last = statement.lineno - 1, (statement.end_lineno or statement.lineno) - 1
        whole = text[starts[first] : starts[last + 1]].rstrip("\n")
        readable = isinstance(statement, ast.Assign) and all(isinstance(at, ast.Name) for at in statement.targets)
        yield (
            Piece(SPAN, _plain(whole), start + starts[first]) if readable else Piece(CODE, whole, start + starts[first])
        )


def _plain(code: str) -> str:
    """The code without the names of modules; a # before a claim becomes ≈, before other words the end."""
    code = _MODULES.sub(lambda module: NOTHING * len(module[0]), code)
    code = _CLAIM.sub("≈", code)
    return re.sub(r"#[^\n]*", lambda comment: " " * len(comment[0]), code)
