"""Formulas that go on behind their marks: `$z =$ **0.9**`, `$z$ = 0.5·2 = 1`, or two code spans with a sign between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tinygrad_notes.reading.notation import NOTHING
from tinygrad_notes.reading.respelled import RELATION

Place = tuple[int, int]
"""Where something begins and ends in a text."""

_LONGEST = 300  # characters behind a formula
_BOLD = r"\*\*|__|`|\\(?:textbf|textit|emph|underline)\{|\}|</?(?:b|i|u|em|strong|mark)>"
_MARKS = re.compile(_BOLD)
_ENDS_OPEN = re.compile(rf"{RELATION}\s*(?:\$\$?|\\\)|`+)\Z")
_BETWEEN = re.compile(r"[ \t]*(?:=|≈)?[ \t]*\Z")
_STATES = re.compile(r"[ \t]*(?:=|≈)(?!=)")
_OF_NUMBERS = re.compile(rf"(?:[-+−*·×⋅/^().\d=≈% \t]|(?<=\d),(?=\d)|(?<=\d)[eE](?=[-+−\d])|{_BOLD})*")
_WHOLE = re.compile(r".*[\d)%]")
_SAID = re.compile(r"[ \t.,*_`}]*(?:\(?[^\W\d_]{2}|\(?[aI]\b|[^\w\s$\\(+*·×⋅/^=≈−-]|\s*\n|\Z)")
"""What may stand behind a number that is all there is: the end, a sign, or a word."""


def whole_formulas(text: str, places: Sequence[Place]) -> Iterator[list[Place]]:
    """The places of formulas in marks, those together that are one, with what goes on behind them.

    Args:
        text: of the note.
        places: of its formulas in marks, in their order.

    Example:
        >>> text = "so $z =$ **0.9** and $a$ = $2 b$ = 4, not $c$ = 2 d"
        >>> dollars = [(m.start(), m.end()) for m in re.finditer(r"\\$.*?\\$", text)]
        >>> [[text[start:end] for start, end in parts] for parts in whole_formulas(text, dollars)]
        [['$z =$', ' **0.9'], ['$a$', ' = ', '$2 b$', ' = 4'], ['$c$']]
    """
    whole: list[Place] = []
    for at, (start, end) in enumerate(places):
        behind = places[at + 1][0] if at + 1 < len(places) else len(text)
        whole.append((start, end))
        between = text[end:behind] if behind - end < 9 else "\n"
        if _BETWEEN.match(between) and (between.strip() and behind < len(text)):
            whole.append((end, behind))
            continue
        tail = _tail(text, start, end, behind)
        yield [*whole, (end, tail)] if tail > end else whole
        whole = []


def _tail(text: str, start: int, end: int, behind: int) -> int:
    """Where the numbers end that the formula goes on with; its own end where it does not."""
    is_open = _ENDS_OPEN.search(text, max(start, end - 20), end) is not None
    if not is_open and not _STATES.match(text, end):
        return end
    run = _OF_NUMBERS.match(text, end, min(behind, end + _LONGEST))
    found = _WHOLE.match(run[0]) if run else None
    if found is None or not re.search(r"\d", found[0]):
        return end
    numbers = found[0]
    while numbers.endswith(")") and numbers.count("(") < numbers.count(")"):
        numbers = numbers[:-1].rstrip()
    return end + len(numbers) if _SAID.match(text, end + len(numbers)) else end


def plain_between(text: str) -> str:
    """What stands behind a formula, without the marks of bold numbers."""
    return _MARKS.sub(lambda mark: NOTHING * len(mark[0]), text)
