"""Code that stands in a note's text without a fence, as in a note that was pasted together.

A line is surely code where prose and formulas never look like it: an import, a function, a loop over a range, a printed
value. Lines round it that are statements of Python belong to it. Assignments of formulas among them are read as in a
fenced block; the rest is code that is not run, and is reported as such.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tinygrad_notes.reading.code_cells import pieces_of_code, statements_of
from tinygrad_notes.reading.piece import CODE, LINE, Piece, blanked, in_order, line_starts, lines_of

_MOST_LINES = 20  # of one statement
_MOST = 10_000  # lines of a note that are looked through
_LONGEST = 1_000  # characters of a line
_BULLET = re.compile(r"\A\s*(?:[-*+]|\d+[.)])(?=\s+\S)")
_SURE = re.compile(
    r"import [\w.]+(?: as \w+)?(?:, *[\w.]+(?: as \w+)?)*;?\Z|from [\w.]+ import [\w*, ()]+\Z|(?:async )?def \w+\(.*:"
    r"|class \w+(?:\(.*\))?:|for [\w, ()]+ in (?:range|enumerate|zip|reversed)\(.*:|print\(.*\);?\Z"
    r"|@\w[\w.]*(?:\(.*\))?\Z|(?:np|numpy|plt|torch|tf|random)(?:\.\w+)+\(.*\)|if __name__ == .*:"
    r"|#include\s*[<\"]|using namespace |(?:public|private|static) [\w<>\[\] ]+\(|console\.log\(|System\.out\.print"
    r"|const \w+ = |(?:export )?function\b[^=.(]*\(.*\)\s*\{?\Z|function (?:\[[^]]*\]|\w+) = \w+\("
    r"|(?:void|int|float|double|bool|auto) \w+\s*\(.*\)\s*\{|for \([^;]*;[^;]*;[^;]*\)\s*\{?\Z|\w+ <- function\("
    r"|library\(\w+\)"
)
_PYTHON = re.compile(r"[\w@(\[#].*[\w)\]}:,(\[{\"'\\]\s*(?:#.*)?\Z|#.*")
_HEADS = ("for", "while", "if", "elif", "else", "with", "try", "except", "finally", "def", "class", "async")
_PARTS = {"elif": "if 1: pass\n", "else": "if 1: pass\n", "except": "try: pass\n", "finally": "try: pass\n"}
"""What makes a statement of a line that begins with such a word."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """Lines from `first` up to `end`: what they are, and whether they are surely code."""

    first: int
    end: int
    kind: str  # "code", "assignment", or "remark" for an empty line, a comment, and what is read as any line is
    is_sure: bool = False


def with_code_apart(pieces: Sequence[Piece], text: str) -> list[Piece]:
    """The pieces of a note, with the lines of text that are code as such."""
    of_text = {piece.start for piece in pieces if piece.kind == LINE}
    if not any(_is_sure(_bare(text[start : start + _LONGEST])) for start in of_text):
        return list(pieces)
    elsewhere = {piece.start for piece in pieces if piece.kind != LINE}
    lines, starts = lines_of(text), line_starts(text)
    page = _Page(
        {at: line.rstrip("\r\n") for at, (start, line) in enumerate(zip(starts, lines, strict=False))
         if (start in of_text or not line.strip()) and not _holds(elsewhere, start, len(line))}
    )  # fmt: skip
    taken: set[int] = set()
    made: list[Piece] = []
    for first, end, is_read in page.code():
        taken.update(starts[first:end])
        block = _without_bullet("".join(lines[first:end]).rstrip("\r\n").replace("\\*", " *"))
        made += pieces_of_code(block, starts[first]) if is_read else [Piece(CODE, block, starts[first])]
    rest = [piece for piece in pieces if piece.kind != LINE or piece.start not in taken]
    return in_order([*rest, *made])


def _holds(places: set[int], start: int, length: int) -> bool:
    return any(place in places for place in range(start, start + min(length, _LONGEST)))


def _bare(line: str) -> str:
    """The first line of a text without its bullet and the backslashes that Markdown takes before signs."""
    return re.sub(r"\\(?=[*_<>#\[\]])", "", _without_bullet(line.partition("\n")[0])).strip()


def _without_bullet(text: str) -> str:
    return blanked(_BULLET, text)


def _is_sure(bare: str) -> bool:
    return _SURE.match(bare) is not None


class _Page:
    """The lines of a note that may be code, by their numbers."""

    def __init__(self, lines: Mapping[int, str]) -> None:
        self.lines = lines

    def code(self) -> Iterator[tuple[int, int, bool]]:
        """The places that are code: the first line, the line behind, and whether it is an assignment to be read."""
        run: list[_Statement] = []
        at, last = 0, min(max(self.lines, default=-1), _MOST)
        while at <= last + 1:
            statement = self._statement(at)
            if statement is not None:
                run.append(statement)
                at = statement.end
                continue
            if any(one.is_sure for one in run):
                yield from _merged(run)
            run = []
            at += 1

    def _statement(self, at: int) -> _Statement | None:
        """The statement that begins in a line; None where none does."""
        line = self.lines.get(at)
        if line is None or len(line) > _LONGEST:
            return None
        bare = _bare(line)
        if not bare or (bare.startswith("#") and not _is_sure(bare)):
            return _Statement(at, at + 1, "remark")
        sure = _is_sure(bare)
        if bare.endswith("{") and sure:
            return _Statement(at, self._behind_braces(at), "code", True)
        if bare.partition(" ")[0].rstrip(":") in _HEADS and (kind := self._kind(bare)):
            return _Statement(at, self._behind_block(at), kind, sure)
        end, depth = at + 1, _opened(bare)
        while depth > 0 and end in self.lines and end < at + _MOST_LINES:
            depth += _opened(self.lines[end])
            end += 1
        if depth <= 0 and (kind := self._kind("\n".join([bare, *(self.lines[below] for below in range(at + 1, end))]))):
            return _Statement(at, end, kind, sure)
        return _Statement(at, at + 1, "code", True) if sure else None

    def _kind(self, source: str) -> str:
        """What kind of statement of Python it is; "" for what may be prose or a formula as well."""
        if not _PYTHON.match(source.partition("\n")[0]):
            return ""
        word = source.partition(" ")[0].rstrip(":")
        whole = f"{_PARTS.get(word, '')}{source}{' pass' if word in _HEADS and source.endswith(':') else ''}"
        body = statements_of(whole)
        if not body:
            return ""
        found = body[-1]
        if isinstance(found, ast.Assign):
            return "assignment"
        if isinstance(found, ast.AugAssign) and not any(isinstance(node, ast.Call) for node in ast.walk(found)):
            return "remark"  # it is read as any line is
        is_word = isinstance(found, ast.Expr) and not isinstance(found.value, ast.Call)
        return "" if is_word or isinstance(found, ast.AnnAssign) else "code"

    def _behind_block(self, at: int) -> int:
        """The line behind a block: what is set in deeper; where nothing is, what follows without an empty line."""
        depth, end = _depth(self.lines[at]), at + 1
        if end in self.lines and self.lines[end].strip() and _depth(self.lines[end]) <= depth:
            while end in self.lines and self.lines[end].strip() and self._is_statement(end):
                end += 1  # the blanks in front were lost
            return end
        last = end
        while end in self.lines and (not self.lines[end].strip() or _depth(self.lines[end]) > depth):
            end += 1
            last = end if self.lines[end - 1].strip() else last
        return last

    def _is_statement(self, at: int) -> bool:
        bare = _bare(self.lines[at])
        return bare.startswith(("#", "return", "pass")) or bool(self._kind(bare))

    def _behind_braces(self, at: int) -> int:
        depth, end = 0, at
        while end in self.lines and end < at + 200:
            depth += self.lines[end].count("{") - self.lines[end].count("}")
            end += 1
            if depth <= 0:
                break
        return end


def _depth(line: str) -> int:
    line = line.expandtabs(4)
    return len(line) - len(line.lstrip())


def _opened(line: str) -> int:
    """How many more brackets a line of code opens than it closes."""
    line = _NO_BRACKETS.sub("", line) if "'" in line or '"' in line or "#" in line else line
    return sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))


_NO_BRACKETS = re.compile(r"'(?:[^'\\]|\\.)*+'|\"(?:[^\"\\]|\\.)*+\"|#.*")
"""Texts and comments of Python."""


def _merged(run: Sequence[_Statement]) -> Iterator[tuple[int, int, bool]]:
    """The code of a run without its remarks: statements that stand below each other as one place."""
    told = [one for one in run if one.kind != "remark"]
    held: list[int] = []
    for one in told:
        if held and (one.kind != "code" or one.first != held[1]):
            yield held[0], held[1], False
            held = []
        if one.kind == "code":
            held = [held[0] if held else one.first, one.end]
        else:
            yield one.first, one.end, True
    if held:
        yield held[0], held[1], False
