"""A page taken apart into lines: what is set equal to what, and what is claimed.

Brackets may span lines, a line that begins with = or ≈ goes on with the one above it, and of a page with fenced
```calc blocks only those are read. Nothing is parsed here but brackets, signs of equality and remarks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tinygrad_notes.errors import CalculationError
from tinygrad_notes.worked.calculation.broken import Broken, LineError, names_given

LARGEST = 1_000_000  # characters of a page
MOST_LINES = 20_000
MOST_IN_A_ROW = 200
_BRACKETS = re.compile(r"[()\[\]{}]")
_BRACKETS_AND_EQUALS = re.compile(
    rf"{_BRACKETS.pattern}|(?P<op>[-+*/]=(?![=>])|:=|=>|->|-->|==|>=|<=|!=|=|[≈≃≅⇒→⟶⇾]|~=|\u2190|(?<=\s)<-(?=\s))"
)
_RESULT = frozenset({"=>", "->", "-->", "≈", "≃", "≅", "⇒", "→", "⟶", "⇾", "~="})
_NAME = r"[^\W\d][^\s=,;()\[\]]*"
_SET = r"\s*=(?!=)"
_BEFORE_A_NAME = rf",(?=\s*{_NAME}(?:\[[\d, ]+\])?{_SET})"
_NAMES = re.compile(rf"({_NAME}(?:\s*,\s*{_NAME})+){_SET}")
_GOES_ON = re.compile(r"\s*(=(?!=)|≈|→|->|⇒|=>)")
_UNFINISHED = re.compile(r"([-+*/^@·×⊙=≈,]|\\)\s*$")
_BEGINS = re.compile(rf"\s*{_NAME}{_SET}")
_SKIPPED = re.compile(r"\s*(import\s|from\s+[\w.]+\s+import\s|print\s*\(|%)")
_REFUSED = re.compile(r"\s*(def|for|while|if|elif|else|return|class|lambda|with|try|assert|del|global|exec|eval)\b")


@dataclass(slots=True)
class Part:
    """A member of a chain: its text, and where in the line it begins."""

    text: str
    at: int
    is_result: bool = False


@dataclass(slots=True)
class Line:
    """One line of a calculation.

    Attributes:
        number: of the line in which it begins, from 1.
        column: at which it begins, from 1.
        text: as it stands, without the remark; over several lines where brackets span them.
        parts: the members of its chain, the first being what it is about.
        operation: "=", or "+=", "-=", "*=" or "/=".
        remark: what stands behind #.
        remark_at: the line and the column of the remark.
    """

    number: int
    column: int
    text: str
    remark: str = ""
    remark_at: tuple[int, int] = (1, 1)
    parts: list[Part] = field(default_factory=list)
    operation: str = "="

    def place(self, at: int) -> tuple[int, int]:
        """The line and the column of the character at the offset `at` in `text`."""
        before = self.text[:at]
        rows = before.count("\n")
        column = len(before) - before.rfind("\n") if rows else self.column + at
        return self.number + rows, column

    def error(self, reason: str, at: int = 0) -> CalculationError:
        return CalculationError(reason, *self.place(at))


def lines_of(text: str, broken: Broken | None = None) -> list[Line]:
    """The lines of a page that say something; comments and empty ones are left out.

    Raises CalculationError for a page that is too long, and brackets that do not close. With `broken` such lines are
    taken down there, and the others given.

    Example:
        >>> [line] = lines_of("# a neuron\\na = tanh(w*x +\\n  b) ≈ 0.46  # 0.4621\\n")
        >>> line.number, [part.text for part in line.parts], line.remark
        (2, ['a', 'tanh(w*x +\\n  b)', '0.46'], '0.4621')
    """
    if len(text) > LARGEST:
        raise CalculationError(f"the page is longer than {LARGEST:,} characters; split it")
    rows = _calculation_rows(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines())
    if len(rows) > MOST_LINES:
        raise CalculationError(f"the page has more than {MOST_LINES:,} lines; split it", MOST_LINES + 1)
    lines: list[Line] = []
    broken = broken or Broken()
    joined = _joined(rows)
    while (row := _next_of(joined, broken)) is not None:
        several = _several(row)
        while (line := _next_of(several, broken, row)) is not None:
            try:
                _take_apart(line)
                lines.append(line)
            except CalculationError as problem:
                broken.add(problem, names_given(line.text))
    return lines


def _next_of(lines: Iterator[Line], broken: Broken, row: Line | None = None) -> Line | None:
    """The next line; None after the last, and after one whose end cannot be seen."""
    try:
        return next(lines, None)
    except CalculationError as problem:
        broken.add(problem, names_given(row.text) if row is not None else ())
        return None


def _calculation_rows(rows: list[str]) -> list[str]:
    """The rows, those outside of fenced calculations emptied where there are fences."""
    fences = [re.match(r"\s*(```+|~~~+)\s*(\w*)", row) for row in rows]
    if not any(fence and fence[2] == "calc" for fence in fences):
        return ["" if fence else row for row, fence in zip(rows, fences, strict=True)]
    kept, inside = [], False
    for row, fence in zip(rows, fences, strict=True):
        if fence:
            inside = not inside and fence[2] == "calc"
        kept.append("" if fence or not inside else row)
    return kept


def _joined(rows: list[str]) -> Iterator[Line]:
    """Rows put together where brackets are open or a line goes on."""
    i = 0
    while i < len(rows):
        code, remark, column = _without_remark(rows[i])
        if not code.strip() or _SKIPPED.match(rows[i]):
            i += 1
            continue
        if found := _REFUSED.match(code):
            raise CalculationError(
                f"{found[1]!r} is a statement of a program; a calculation has lines name = formula only", i + 1,
                found.start(1) + 1,
            )  # fmt: skip
        start, remark_row = i, i
        depth = _depth(code, 0, start)
        while True:
            following = rows[i + 1] if i + 1 < len(rows) else None
            unfinished = depth > 0 or _is_unfinished(code, following or "")
            if following is None or not (unfinished or (_GOES_ON.match(following) and not remark)):
                break
            i += 1
            more, more_remark, more_column = _without_remark(following)
            depth = _depth(more, depth, i)
            code = f"{code.rstrip().removesuffix(chr(92))}\n{more}"
            if more_remark or not unfinished:
                remark, column, remark_row = more_remark, more_column, i
        if depth > 0:
            raise CalculationError("a bracket that opens in this line is never closed", start + 1)
        while remark.count("[") > remark.count("]") and i + 1 < len(rows) and rows[i + 1].lstrip().startswith("#"):
            i += 1
            remark += " " + rows[i].lstrip().lstrip("#")
        indent = len(code) - len(code.lstrip())
        yield Line(start + 1, indent + 1, code.strip(), remark.strip(), (remark_row + 1, column))
        i += 1


def _is_unfinished(code: str, following: str) -> bool:
    """Whether a row of code goes on; one that ends with = does not, where the row below it begins with `name =`."""
    return bool(_UNFINISHED.search(code)) and not (code.endswith("=") and _BEGINS.match(following))


def _without_remark(row: str) -> tuple[str, str, int]:
    """A row's code, what stands behind its first #, and the column of that."""
    code, mark, remark = row.partition("#")
    return code.rstrip(), remark, len(code) + 2 + len(remark) - len(remark.lstrip()) if mark else 1


def _depth(code: str, depth: int, row: int) -> int:
    for found in _BRACKETS.finditer(code):
        depth += _step(found[0])
        if depth < 0:
            raise CalculationError(f"this {found[0]} closes no bracket; leave it out", row + 1, found.start() + 1)
    return depth


def _step(bracket: str) -> int:
    return 1 if bracket in "([{" else -1


def _several(row: Line) -> Iterator[Line]:
    """The lines that one row holds: a = 1; b = 2, or a = 1, b = 2, or a, b = 1, 2. A remark belongs to the last."""
    if ";" not in row.text and "," not in row.text:
        yield row
        return
    try:
        parts = [_part_of(row, begin, end) for begin, end in _between(row.text, ";")]
        lines = [one for part in parts if part.text for one in _of_each_name(part)]
    except LineError as error:
        raise row.error(error.reason) from None
    for line in lines[:-1]:
        line.remark = ""
    yield from lines


def _of_each_name(line: Line) -> Iterator[Line]:
    """A line for each name of a = 1, b = 2, and of a, b = 1, 2."""
    found = _NAMES.match(line.text)
    if not found:
        yield from (_part_of(line, begin, end) for begin, end in _between(line.text, _BEFORE_A_NAME))
        return
    names = [name.strip() for name in found[1].split(",")]
    formulas = list(_between(line.text, ",", found.end()))
    if len(names) != len(formulas):
        raise line.error(f"{len(names)} names and {len(formulas)} on the right: write a line name = formula for each")
    for name, (begin, end) in zip(names, formulas, strict=True):
        one = _part_of(line, begin, end)
        one.text, one.column = f"{name} = {one.text}", max(1, one.column - len(name) - 3)
        yield one


def _between(text: str, sign: str, begin: int = 0) -> Iterator[tuple[int, int]]:
    """Where the parts lie that a sign outside of brackets parts."""
    depth, count = 0, 0
    for found in re.compile(rf"{_BRACKETS.pattern}|(?P<sign>{sign})").finditer(text, begin):
        if found["sign"] is None:
            depth += _step(found[0])
        elif depth == 0:
            yield begin, found.start()
            begin, count = found.end(), count + 1
            if count == MOST_IN_A_ROW:
                raise LineError(f"more than {MOST_IN_A_ROW} parts in one row; give each a line of its own")
    yield begin, len(text)


def _part_of(row: Line, begin: int, end: int) -> Line:
    text = row.text[begin:end]
    number, column = row.place(begin + len(text) - len(text.lstrip()))
    return Line(number, column, text.strip(), row.remark, row.remark_at)


def _take_apart(line: Line) -> None:
    """Find the members of a line's chain."""
    depth, begin, result = 0, 0, False
    text = line.text
    for found in _BRACKETS_AND_EQUALS.finditer(text):
        sign = found["op"]
        if sign is None:
            depth += _step(found[0])
        if sign is None or depth or sign in ("==", ">=", "<=", "!="):
            continue
        _add_part(line, begin, found.start(), result)
        begin, result = found.end(), sign in _RESULT
        if sign[0] in "+-*/" and sign[-1] == "=":
            if len(line.parts) > 1:
                raise line.error(f"{sign} may only stand behind the name that a line begins with", found.start())
            line.operation = sign
    _add_part(line, begin, len(text), result)


def _add_part(line: Line, begin: int, end: int, result: bool) -> None:
    text = line.text[begin:end]
    if not text.strip():
        side = "right" if line.parts else "left"
        raise line.error(f"there is nothing on the {side} of the equals sign; write name = formula", begin)
    at = begin + len(text) - len(text.lstrip())
    line.parts.append(Part(text.strip(), at, result))
