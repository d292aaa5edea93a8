"""Marks of written mathematics put into signs that the grammar has, letter for letter, so that every place stays.

Which of two bars opens |x|, and whether Σ is a sum or a name of the page, the grammar alone cannot tell.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from tinygrad_notes.worked.calculation.grammar import NAME

_BARS = re.compile(r"(?:\u2016|\|\|)(?:_2|\u2082)?|\|")
_OPERAND = re.compile(r"[\w)\]'\u2032\u207a\u207b\u00b2\u00b3\u00b9\u2070-\u2079\u27e7\u27ef]")
_ABSOLUTE, _NORM = "\u27ee\u27ef", "\u27e6\u27e7"
_SUM = re.compile(rf"{NAME}|\u2211(?:_\w|[\u1d62\u2c7c\u2096])?")
_SUMS = frozenset("\u03a3\u2211")
_INDEX = re.compile(r"_?\w|[\u1d62\u2c7c\u2096]")


def bars_paired(text: str) -> str:
    """|x| and ‖x‖ with bars that tell which opens and which closes; text as it is where they do not pair.

    Example:
        >>> bars_paired("2|a - b|"), bars_paired("‖y‖² + ||v||_2")
        ('2⟮a - b⟯', '⟦y⟧² + ⟦ v⟧   ')
    """
    if "|" not in text and "\u2016" not in text:
        return text
    opened: list[str] = []
    done, end, last = [], 0, ""
    for bar in _BARS.finditer(text):
        signs = _ABSOLUTE if bar[0] == "|" else _NORM
        between = text[end : bar.start()]
        last = between.rstrip()[-1:] or last
        closes = bool(opened) and opened[-1] == signs and _OPERAND.match(last) is not None
        if closes:
            opened.pop()
        else:
            opened.append(signs)
        done += [between, signs[closes].ljust(len(bar[0]))]
        end, last = bar.end(), signs[closes]
    return text if opened else "".join([*done, text[end:]])


def sums_told(text: str, assigned: Collection[str]) -> str:
    """Σ as the sign of a sum, its index left out, unless the page calls something so.

    Example:
        >>> sums_told("½Σ(a - y)²", ()), sums_told("2Σ_i p", ()), sums_told("Σx + Σ", ("Σx", "x"))
        ('½∑(a - y)²', '2∑   p', 'Σx + ∑')
    """
    if _SUMS.isdisjoint(text):
        return text

    def told(found: re.Match[str]) -> str:
        written = found[0]
        rest = written[1:]
        if written[0] not in _SUMS or written in assigned or "axis" in text:
            return written
        if rest in assigned:
            return f"\u2211{rest}"
        return "\u2211".ljust(len(written)) if not rest or _INDEX.fullmatch(rest) else written

    return _SUM.sub(told, text)
