"""Numbers that a sentence gives a quantity: "the accuracy is 62.5 %", "a drop of 36 %". No formula checks them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tinygrad_notes.reading.numbers import Digits

_MARKS = r"[\s$`*_]{0,9}"
_NUMBER = rf"(?P<number>[-−]?\d+(?:(?:[.,]|\{{,\}})\d+)?){_MARKS}(?:\\,)?(?P<percent>\\?%)?"
_ENDS = rf"(?={_MARKS}(?:[.,;:!?)](?!\d)|\Z|[^\W\d_]))"
_GAP = r"\s{1,9}"
_VERBS = "is|was|equals|becomes|ist|war|beträgt|est|vaut|es|era|vale"
_SAID = re.compile(
    rf"(?<!\w)(?P<what>[^\W\d_][\w\\{{}}^']{{0,60}})[$`*_]{{0,9}}{_GAP}"
    rf"(?:(?P<verb>{_VERBS})|of|by|to|from|um|von|auf|de|à|del){_GAP}"
    rf"(?:(?:about|only|roughly|approximately|now|just|etwa|nur|environ){_GAP})?{_MARKS}{_NUMBER}{_ENDS}"
)
_PRONOUNS = re.compile(
    "it|this|that|there|here|what|which|who|es|das|dies|hier|ce|il|elle|c|qui|que|esto", re.IGNORECASE
)
_COUNTED = re.compile(
    r"\s(?!(?:and|or|so|which|in|on|at|for|after|before|when|with|und|et|y|but|of|the|now|again|here)\b)[^\W\d_]"
)
"""A word that counts what the number counts, as in "is 2.5 times"."""


def numbers_in_words(text: str, lines: Iterable[tuple[int, int]], digits: Digits) -> Iterator[tuple[int, int, float]]:
    """Where each is said, from the word for the quantity to the number, and the number.

    A verb gives a number with decimals or a percentage; a preposition gives only a percentage.

    Example:
        >>> from tinygrad_notes.reading.numbers import POINTS
        >>> text = "The accuracy is 62.5 %, a rise of 12.5 %. It is 3.5 times as deep, by 2.5 steps."
        >>> [(text[start:end], value) for start, end, value in numbers_in_words(text, [(0, len(text))], POINTS)]
        [('accuracy is 62.5 %', 0.625), ('rise of 12.5 %', 0.125)]
    """
    for start, end in lines:
        for found in _SAID.finditer(text, start, end):
            is_counted = not found["percent"] and _COUNTED.match(text, found.end("number"))
            is_whole = found["number"].lstrip("-−").isdigit()
            is_value = found["percent"] or (found["verb"] and not is_whole and not is_counted)
            if is_value and not _PRONOUNS.fullmatch(found["what"]):
                value = float(digits.plain(found["number"]))
                kind = "percent" if found["percent"] else "number"
                yield found.start(), found.end(kind), value / 100 if kind == "percent" else value
