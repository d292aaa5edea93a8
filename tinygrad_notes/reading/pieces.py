"""Pieces of a note: its mathematics, and the rest of its lines.

A piece is as long as its part of the note: markup is replaced by blanks, character by character. So the position of a
number in the note is the start of the piece plus the position in the piece.
"""

from __future__ import annotations

import bisect
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

from tinygrad_notes.reading.code_cells import pieces_of_code
from tinygrad_notes.reading.going_on import plain_between, whole_formulas
from tinygrad_notes.reading.markdown import note_parser
from tinygrad_notes.reading.notation import NOTHING
from tinygrad_notes.reading.piece import (
    CODE,
    LINE,
    MATHS,
    OUTPUT,
    ROW,
    SPAN,
    WALL,
    Piece,
    blanked,
    in_order,
    line_starts,
    lines_of,
    without,
)
from tinygrad_notes.reading.respelled import html_as_tex
from tinygrad_notes.reading.tables import html_tables, latex_tables, table_pieces, without_tables

_PLAIN_FENCES = frozenset(["", "text", "txt", "plain", "plaintext", "ascii"])
_MATHS_FENCES = frozenset(["math", "latex", "tex", "katex"])
_CODE_FENCES = frozenset(["python", "py", "python3", "ipython", "numpy"])


_CROSS_REFERENCE = re.compile(r"(\$\$[ \t]*)\{#[^{}\n]*\}")
"""What Quarto and pandoc-crossref write behind a display, to refer to it; the finder of displays reads on behind it."""


def pieces_of_markdown(text: str) -> list[Piece]:
    """The pieces of a note in Markdown, in their order."""
    text = _CROSS_REFERENCE.sub(lambda label: label[1].ljust(len(label[0])), text).replace("\0", "\ufffd")
    tables = sorted([*html_tables(text), *latex_tables(text)], key=lambda table: table.start)
    found = [piece for whole in tables for piece in _rows(whole.lines)]
    lines = _Lines(without_tables(text, tables))
    table: list[int] = []  # the lines of the table that is being read, its header first
    tokens: list[Any] = _parser().parse(lines.text)  # markdown-it types a block's lines as optional; these have them
    for token in tokens:
        if token.type == "table_open":
            table = [token.map[0]]
        elif token.type == "table_close":
            found += _rows([(lines.starts[at], lines.line(at)) for at in table])
            table = []
        elif token.type == "tr_open" and token.map[0] != table[0]:
            table.append(token.map[0])
        elif token.type == "inline" and not table:
            found += _inline(lines, token)
        elif token.type in ("math_block", "math_block_label", "amsmath"):
            first, last = token.map
            if token.type == "amsmath":  # whose map leaves the line of \\end out (mdit-py-plugins 0.7.0)
                last = first + token.content.count("\n") + 1
            found.append(lines.maths(first, last))
        elif token.type in ("fence", "code_block"):
            found += _fenced(lines, token)
    return in_order(found)


def _rows(lines: Sequence[tuple[int, str]]) -> Iterator[Piece]:
    """The pieces of a table with these lines, without marks in its rows."""
    for piece in table_pieces(lines):
        yield replace(piece, text=_blank_marks(piece.text)) if piece.kind == ROW else piece


def pieces_of_latex(text: str) -> list[Piece]:
    """The pieces of a note in LaTeX, in their order."""
    bare = blanked(r"(?<!\\)%[^\n]*", text)
    tables = list(latex_tables(bare))
    rows = [piece for table in tables for piece in _rows(table.lines)]
    bare = without_tables(bare, tables)
    maths = [match.span() for match in _LATEX_MATHS.finditer(bare)]
    starts = {start for start, _ in maths}
    whole = list(whole_formulas(bare, maths))
    found = [
        Piece(MATHS, "".join(_part(bare[slice(*part)], part[0] in starts) for part in parts), parts[0][0])
        for parts in whole
    ]
    places = [(parts[0][0], parts[-1][1]) for parts in whole]
    found += pieces_of_lines(without(bare, places, lambda part: re.sub(r"[^\n]", WALL, part)))
    return in_order([*found, *rows])


def pieces_of_lines(text: str, start: int = 0) -> list[Piece]:
    """Each line of plain text as a piece of its own."""
    found = []
    for line in lines_of(text):
        if line.strip(f"\n\r {WALL}"):
            found.append(Piece(LINE, _without_dot(line.rstrip("\r\n")), start))
        start += len(line)
    return found


def _without_dot(line: str) -> str:
    """The line without a dot in front, with which plain text lists things; inside a formula it multiplies."""
    return blanked(r"\A\s*[•▪‣◦](?=\s)", line)


_LATEX_MATHS = re.compile(
    r"\\begin\{((?:equation|align|gather|multline|eqnarray|displaymath|math|flalign|alignat)\*?)\}(?:(?!\\begin\{\1\}).)*?"
    r"\\end\{\1\}|\$\$[^$]*\$\$|(?<!\\)\$[^$\n]*(?:\n(?!\s*\n)[^$\n]*)*\$|\\\[(?:(?!\\\[).)*?\\\]|\\\((?:(?!\\\().)*?\\\)",
    re.DOTALL,
)


class _Lines:
    """The lines of a note, and the place of each."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = lines_of(text)
        self.starts = line_starts(text)

    def number(self, offset: int) -> int:
        """The number of the line, from 0, in which a character of the note stands."""
        return bisect.bisect_right(self.starts, offset) - 1

    def line(self, at: int) -> str:
        return self.lines[at].rstrip("\r\n")

    def between(self, first: int, last: int) -> str:
        """The lines, with the marks of quotations in front of them blanked."""
        return "".join(blanked(r"^(?:[ \t]*>)+", line) for line in self.lines[first:last])

    def maths(self, first: int, last: int) -> Piece:
        text = blanked(_BULLETS, self.between(first, last))
        return Piece(MATHS, _without_marks(text), self.starts[first])


_BULLETS = re.compile(r"\A[^\n$\\]+(?=\$\$|\\begin)")
"""What stands before a formula in the line that it begins in: the marks of lists."""


_FENCE_KIND = re.compile(r"\A\{[.\s]*|[,}].*")
"""What stands round the language in the fences of Quarto and Pandoc: {python}, {.python}."""


def _fenced(lines: _Lines, token: Any) -> Iterator[Piece]:
    first, last = token.map
    kind = _FENCE_KIND.sub("", token.info.strip()).split(" ")[0].lower() if token.type == "fence" else ""
    if token.type == "fence":
        first, last = first + 1, first + 1 + token.content.count("\n")  # the closing mark may lack
    text = lines.between(first, last)
    if kind in _MATHS_FENCES:
        yield Piece(MATHS, text, lines.starts[first])
    elif kind in _PLAIN_FENCES:
        yield from pieces_of_lines(text, lines.starts[first])
    elif kind in _CODE_FENCES:
        yield from pieces_of_code(text, lines.starts[first])
    elif kind == OUTPUT:
        yield Piece(OUTPUT, text, lines.starts[first])
    elif text.strip():
        yield Piece(CODE, text, lines.starts[first])


def _inline(lines: _Lines, token: Any) -> Iterator[Piece]:
    """The maths and the code spans of a paragraph, and what is left of its lines."""
    places = list(_places(lines, token))
    rest = {at: list(lines.between(at, at + 1).rstrip("\r\n")) for at, _, _ in places}
    offsets = [(offset, lines.starts[at] + column) for at, offset, column in places]

    def place(offset: int) -> int:
        first, start = offsets[bisect.bisect_right(offsets, (offset, sys.maxsize)) - 1]
        return start + offset - first

    marked = [child for child in token.children if "place" in child.meta and offsets]
    kinds = {place(child.meta["place"][0]): SPAN if child.type == "code_inline" else MATHS for child in marked}
    for parts in whole_formulas(lines.text, [(place(a), place(b)) for a, b in (c.meta["place"] for c in marked)]):
        start, end = parts[0][0], parts[-1][1]
        texts = (_part(_masked_prefixes(lines, *part), part[0] in kinds) for part in parts)
        yield Piece(kinds[start], "".join(texts), start)
        for at in range(lines.number(start), lines.number(end) + 1):
            left, right = max(start - lines.starts[at], 0), min(end - lines.starts[at], len(rest.get(at, ())))
            if left < right:
                rest[at][left:right] = WALL * (right - left)
    for at, _, column in places:
        text = " " * column + _blank_marks("".join(rest[at][column:]))
        if text.strip(f" {WALL}{NOTHING}"):
            yield Piece(LINE, text, lines.starts[at])


def _part(text: str, marked: bool) -> str:
    return _without_marks(text) if marked else plain_between(text)


def _places(lines: _Lines, token: Any) -> Iterator[tuple[int, int, int]]:
    """For each line of a paragraph: its number in the note, its offset in the paragraph, its column in the note."""
    offset = 0
    for at, line in enumerate(token.content.split("\n"), token.map[0]):
        column = lines.lines[at].find(line.strip()) - (len(line) - len(line.lstrip()))
        if column >= 0:
            yield at, offset, column
        offset += len(line) + 1


def _masked_prefixes(lines: _Lines, start: int, end: int) -> str:
    return blanked(r"(?<=\n)(?:[ \t]*>)+", lines.text[start:end])


_TYPST = re.compile(r"(?<=[\w)\]}] )(?:dot|times|approx)(?= +[-−+\w(\[])")
_TYPST_SIGNS = {"dot": "·", "times": "×", "approx": "≈"}


def _without_marks(text: str) -> str:
    """The text with the marks round its mathematics blanked: dollars, backticks, brackets, a label behind.

    Typst's words for signs are these signs.
    """
    if "\\" not in text:
        text = _TYPST.sub(lambda word: _TYPST_SIGNS[word[0]].ljust(len(word[0])), text)
    text = blanked(r"\A(\s*)(\$\$?`?|`+\$?|\\\\?\[|\\\\?\()", text)
    return blanked(r"((?:\$|(?<!`))`++|`?\$\$?(\s*\([^)$\n]*\))?|\\\\?\]|\\\\?\))(\s*)\Z", text)


def _blank_marks(text: str) -> str:
    """A line of Markdown without its bullets, bold marks, backslashes before signs and dollars, each blanked."""
    text = blanked(r"\A\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s)?", text)
    text = _without_dot(text)
    text = blanked(r"(?<!\w)\w+://\S+", text, WALL)
    text = re.sub(r"(?<![\w)\]])(\*\*|__)|(\*\*|__)(?![\w(\[]|\.\d)", NOTHING * 2, text)
    text = html_as_tex(text) if "<" in text or "&" in text else text
    text = _EMPHASIS.sub(lambda marked: f"{NOTHING}{marked[1]}{NOTHING}", text)
    text = re.sub(r"\\[,;:!]", NOTHING * 2, text)  # TeX's narrow blanks
    text = re.sub(r"\\(?=[^\w\s\\]|_)", NOTHING, text)
    text = re.sub(r"(?<=[\s)])~(?=\s*[-−]?[\d.])", "≈", text)
    return re.sub(r"[$`]", " ", text)


_EMPHASIS = re.compile(
    r"(?<![^\s(])\*((?=[^\W\d])[^=≈*\n]{0,60}[=≈].{0,200}?[\w)}]|[-−]?\d[\d.,]*|[^\W\d_]{2,}(?: [^\W\d_]+){0,9})"
    r"\*(?=[\s.,;:!?)]|\Z)"
)
"""A formula, a number or words between single stars; other stars may multiply."""


@cache
def _parser() -> MarkdownIt:
    parser = note_parser()
    parser.disable(
        ["emphasis", "link", "image", "autolink", "html_inline", "html_block", "entity"]
    )  # of no use here, and slow
    return parser


FINDERS: dict[str, Callable[[str], list[Piece]]] = {
    "markdown": pieces_of_markdown, "latex": pieces_of_latex, "lines": pieces_of_lines,
}  # fmt: skip
"""How the pieces of each kind of note are found."""
