"""Tables of a note: each row as a chain, from the name to what came out.

    | name | formula | value |
    | z    | w x     | 0.5   |        z = w x = 0.5

A table of numbers alone does not say how they were computed: it is reported, and not read.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tinygrad_notes.reading.piece import NUMBERS, ROW, Piece, blanked, without
from tinygrad_notes.reading.scripts import LETTER

_WORD = rf"(?:{LETTER}{{3,}}[\s*_`,.:-]*)"
_WORDS = re.compile(rf"[\s*_`—–-]*{_WORD}*")
_LABEL = re.compile(rf"[\s*_`]*(?:\d+[.)]?|{_WORD}+\d*)[\s*_`:]*")
"""Cells of words alone say nothing of a number; in the first one, neither does the number of a step."""
_RESULT = re.compile(r"value|result|output|answer|number|wert|ergebnis|valor|resultado|valeur|résultat|数值|结果|值|=")
_PUT_IN = re.compile(r"numbers|substitu|insert|zahlen|números|nombres|代入")
_FORMULA = re.compile(r"formula|equation|expression|computation|formel|gleichung|fórmula|ecuación|formule|公式")
_STATED = re.compile(r"[=≈]|\\approx")
_NUMBER = re.compile(r"[\s$*_`]*[-+−]?[\d.,]+(?:[eE][-+]?\d+)?\s*%?[\s$*_`]*")
Line = tuple[int, str]
"""A line, and the place in the note where it begins."""
Cell = tuple[int, int]
"""Where a cell begins and ends in its line."""


def table_pieces(lines: Sequence[Line]) -> Iterator[Piece]:
    """The pieces of a table, given its lines but for the one of dashes, the header first."""
    (start, header), *rows = lines
    titles = [header[slice(*cell)].strip().lower() for cell in _cells(header)]
    plain = [(place, line) for place, line in rows if _is_of_numbers(line)]
    if plain:
        yield Piece(NUMBERS, f"{header.strip()} … {plain[0][1].strip()}", start)
    for place, line in rows:
        if (place, line) not in plain:
            yield from _row(line, place, titles)


def _cells(line: str) -> list[Cell]:
    """The cells of a row, the empty ones too."""
    start, end = len(line) - len(line.lstrip()), len(line.rstrip())
    start += line[start : start + 1] == "|"
    end -= line[end - 1 : end] == "|"
    pipes = [found.start() for found in re.finditer(r"(?<!\\)\|", line[:end]) if found.start() >= start]
    return list(zip([start, *(pipe + 1 for pipe in pipes)], [*pipes, end], strict=True))


def _is_of_numbers(line: str) -> bool:
    """Whether a row has several numbers and nothing else, but for a label in front."""
    filled = [line[slice(*cell)] for cell in _cells(line) if line[slice(*cell)].strip()]
    rest = filled[1:] if filled and _is_label(filled[0], first=True) and len(filled) > 2 else filled
    return len(rest) > 1 and all(map(_NUMBER.fullmatch, rest))


def _row(line: str, place: int, titles: Sequence[str]) -> Iterator[Piece]:
    """A row as a chain: its name, the formulas, and what came out."""
    cells = _cells(line)
    filled = [at for at, cell in enumerate(cells) if line[slice(*cell)].strip()]
    if len(filled) < 2:
        return
    results = [at for at in filled[1:] if at < len(titles) and _RESULT.search(titles[at])]
    result = next((at for at in results if not _PUT_IN.search(titles[at])), (results or filled)[-1])
    stated = any(_STATED.search(line[slice(*cell)]) for cell in cells[1 : result + 1])
    labels = {at for at in filled if at < result and _is_label(line[slice(*cells[at])], stated and at == 0)}
    chain = [at for at in filled if at <= result and at not in labels]
    for own in _own_chains([(cells[at], line[slice(*cells[at])]) for at in chain]):
        yield _joined(line, place, own)
    behind = filled[filled.index(result) + 1 :]
    for at, following in itertools.zip_longest(behind, behind[1:]):
        if _STATED.search(line[slice(*cells[at])]):  # with a result of its own
            is_number = following is not None and _NUMBER.fullmatch(line[slice(*cells[following])])
            yield _joined(line, place, [cells[at], cells[following]] if is_number else [cells[at]])
        elif not labels and at < len(titles) and _FORMULA.search(titles[at]):
            yield _joined(line, place, [cells[filled[0]], cells[at]])


def _own_chains(cells: Sequence[tuple[Cell, str]]) -> Iterator[list[Cell]]:
    """The cells of each chain: one that sets a name of its own begins another behind one that did so already."""
    chain: list[Cell] = []
    is_stated = False
    for cell, text in cells:
        relation = _STATED.search(text)
        if chain and is_stated and relation and re.search(LETTER, text[: relation.start()]):
            yield chain
            chain, is_stated = [], False
        chain.append(cell)
        is_stated = is_stated or relation is not None
    yield chain


def _is_label(text: str, first: bool) -> bool:
    return (_LABEL if first else _WORDS).fullmatch(text) is not None


def _joined(line: str, place: int, cells: Sequence[Cell]) -> Piece:
    """These cells of a row as the members of a chain, each at its place."""
    first, last = cells[0][0], cells[-1][1]
    kept = [" "] * (last - first)
    for start, end in cells:
        kept[start - first : end - first] = line[start:end]
    for (_, end), _ in itertools.pairwise(cells):
        kept[end - first] = "="
    return Piece(ROW, "".join(kept), place + first)


# HTML --------------------------------------------------------------------------------------------------

_TABLE = re.compile(r"<table(?: [^<>]*)?>(?:(?!<table)[\s\S]){0,20000}?</table>", re.IGNORECASE)
_TR = re.compile(r"<tr(?: [^<>]*)?>((?:(?!<tr|</table)[\s\S])*)", re.IGNORECASE)
_CELL_TAG = re.compile(r"</?(?:t[rdhb]\w*)(?: [^<>]*)?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table:
    """Where a table in HTML or LaTeX begins and ends, and its rows as lines with bars between the cells."""

    start: int
    end: int
    lines: list[Line]


def html_tables(text: str) -> Iterator[Table]:
    """The tables in HTML of a note.

    Example:
        >>> [table] = html_tables("<table><tr><td>w</td><td>0.5</td></tr></table>")
        >>> ["".join(line.split()) for _, line in table.lines]
        ['', '|w|0.5']
    """
    for table in _TABLE.finditer(text) if "<t" in text else ():
        rows = [(table.start() + row.start(1), row[1]) for row in _TR.finditer(table[0])]
        headed = bool(rows) and "<th" in rows[0][1].lower()
        lines = [(start, _CELL_TAG.sub(_bar, row).replace("\n", " ")) for start, row in rows]
        if lines:
            yield Table(table.start(), table.end(), lines if headed else [(table.start(), ""), *lines])


def without_tables(text: str, tables: Sequence[Table]) -> str:
    """The text with these tables blanked, line by line."""
    places = [(table.start, table.end) for table in tables]
    return without(text, places, lambda table: re.sub(r"[^\n]", " ", table))


def _bar(tag: re.Match[str]) -> str:
    """A bar where a cell begins, and blanks for other tags."""
    return ("|" if tag[0][1:3].lower() in ("td", "th") and len(tag[0]) > 3 else "").rjust(len(tag[0]))


# LaTeX -------------------------------------------------------------------------------------------------

_TABULAR = re.compile(r"\\begin\{(tabular[*x]?|longtable)\}((?:(?!\\begin\{tab|\\end\{)[\s\S]){0,20000})\\end\{\1\}")
_TEX_ROW = re.compile(r"((?:(?!\\\\)[\s\S])+)(?:\\\\(?:\[[^\]\n]*\])?)?")
_RULES = re.compile(
    r"\A(?:\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\[[^\]]*\]))+|\\(?:hline|toprule|midrule|bottomrule|endhead|centering)\b"
    r"|\\c(?:midrule|line)(?:\([lr]+\))?\{[^{}]*\}"
)
"""The widths of a tabular's columns, and the lines between its rows."""


def latex_tables(text: str) -> Iterator[Table]:
    """The tables in LaTeX of a note.

    Example:
        >>> [table] = latex_tables(r"\\begin{tabular}{lr} \\hline name & value \\\\ $w$ & 0.5 \\\\ \\end{tabular}")
        >>> ["".join(line.split()) for _, line in table.lines]
        ['name|value', '$w$|0.5']
    """
    for table in _TABULAR.finditer(text) if "\\begin{" in text else ():
        inside = blanked(_RULES, table[2])
        rows = [(table.start(2) + row.start(), row[1]) for row in _TEX_ROW.finditer(inside) if row[1].strip()]
        lines = [(start, re.sub(r"(?<!\\)&", "|", row).replace("\n", " ")) for start, row in rows]
        is_headed = bool(lines) and not _STATED.search(lines[0][1]) and not re.search(r"\d", lines[0][1])
        if lines:
            yield Table(table.start(), table.end(), lines if is_headed else [(table.start(), ""), *lines])
