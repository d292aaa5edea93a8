"""Claims as they stand on a page: one number, or arrays of numbers in brackets, "?" for one left open."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from tinygrad_notes.worked.claims import BEYOND, ClaimError, beyond_numbers, read_claim

MOST_NUMBERS = 12_000
"""The most numbers that one line may claim."""
_MARKS = re.compile(r"^(?:(?:=>|=(?!=)|≈|~|->|→|⇒)\s*)+")
_EMPTY_PLACE = re.compile(r"[\[(,]\s*,")  # as in [1,,2]
_DECIMAL = re.compile(r"[-+]?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][-+]?[0-9]{1,2})?")
_EQUALITY = re.compile(r"[=≈]|->|→")
_WORDS_BEFORE = re.compile(
    r"(?:so|thus|hence|gives|about|approx\.?|approximately|ca\.|roughly|result:?|answer:?)\s+(?=\S)", re.IGNORECASE
)
_TOKENS = re.compile(r"\s*(?:([\[\](),;])|([^\[\](),;]+))")
_MAY_BEGIN = re.compile(rf"""[-+−–.\d?\["']|array\(|np\.array\(|\(|(?:{"|".join(BEYOND)})$""", re.IGNORECASE)
_ENDS = re.compile(r";|#|\s\(|\s—|\s--|,\s*[^\W\d]")


def claim_in(text: str) -> Any:
    """The claim that a text makes: a number's characters, or nested lists of them; None if it makes none.

    Example:
        >>> claim_in("0.50"), claim_in('[[0.1, "?"], [1, 2]]'), claim_in("[0.5 0.2]"), claim_in("two steps")
        ('0.50', [['0.1', '?'], ['1', '2']], ['0.5', '0.2'], None)
        >>> claim_in("[1 2; 3 4]"), claim_in("[1; 2]")
        ([['1', '2'], ['3', '4']], [['1'], ['2']])
    """
    text = _MARKS.sub("", text.strip())
    sentence = text.rstrip(".")
    if not sentence[-1:].isdecimal():  # 3. is a number, and 0.333... one that breaks off
        text = sentence.rstrip()
    if not _MAY_BEGIN.match(text) or text.count(",") > MOST_NUMBERS or _EMPTY_PLACE.search(text):
        return None
    if found := re.fullmatch(r"(?:np\.)?array\((.*)\)", text, re.DOTALL):
        text = found[1].strip()
    return _nested(text) if text.startswith(("[", "(")) else _number(text)


def claim_in_remark(text: str, about: Iterable[str] = ()) -> Any:
    """The claim with which a remark begins; what stands behind it in brackets, or behind ; # or —, is left alone.

    It may stand behind `= …`, behind a word such as "about", or behind what the line is `about`: "z = 0.35".
    """
    whole = claim_in(text)
    if whole is not None:
        return whole
    text = _WORDS_BEFORE.sub("", text.strip())
    before, sign, last = _rpartition(text)
    if sign and ("".join(before.split()) in ("".join(one.split()) for one in about) or _MARKS.match(before)):
        text = last
    whole = claim_in(text)
    if whole is not None:
        return whole
    for end in _ENDS.finditer(text):
        head = text[: end.start()]
        if head.count("[") == head.count("]") and (found := claim_in(head)) is not None:
            return found
    return None


def may_be_meant(text: str) -> bool:
    """Whether a remark that is read as no claim begins or ends with a number, so that it may be meant as one."""
    begins = re.match(r"[-+−=≈~\s]*(\d*\.?\d|\[\s*\[?\s*[-+−]?\d)", text)
    return bool(begins) or (claim_in(_rpartition(text)[2]) is not None and bool(_rpartition(text)[1]))


def _rpartition(text: str) -> tuple[str, str, str]:
    """A text, split at its last equals sign."""
    found = list(_EQUALITY.finditer(text))
    return (text[: found[-1].start()], found[-1][0], text[found[-1].end() :]) if found else ("", "", text)


def _number(text: str) -> str | None:
    plain = text.strip().strip("\"'").strip()
    if _DECIMAL.fullmatch(plain) or beyond_numbers(plain) is not None:
        return plain
    try:
        read_claim("", plain)
    except ClaimError:
        return None
    return plain


def _nested(text: str) -> Any:
    """Nested lists, or None for anything else. Numbers may be parted by commas or blanks, rows by semicolons."""
    stack: list[list[Any]] = [[]]
    rows: list[list[Any]] = [[]]  # of each open bracket, those that a semicolon has ended
    for found in _TOKENS.finditer(text):
        sign, words = found.groups()
        if sign is None:
            for word in _words(words):
                number = _number(word)
                if number is None or len(stack) == 1:
                    return None
                stack[-1].append(number)
        elif sign in "[(":
            stack.append([])
            rows.append([])
            if len(stack) > 8:
                return None
        elif sign == ";":
            rows[-1].append(stack[-1])
            stack[-1] = []
        elif sign in "])":
            last, before = stack.pop(), rows.pop()
            if not stack:
                return None
            stack[-1].append([*before, last] if before and last else before or last)
    return stack[0][0] if len(stack) == 1 and len(stack[0]) == 1 and not rows[0] else None


def _words(text: str) -> list[str]:
    """Numbers parted by blanks; one number may hold blanks itself, as 1.2 × 10^-3 does."""
    text = text.strip()
    if not text:
        return []
    return [text] if _number(text) is not None else text.split()
