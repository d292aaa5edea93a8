"""Ranges: what a given of an exercise is drawn from, such as 0.1 … 0.9.

w = 0.1 … 0.9              also 0.1..0.9 and 0.1 ... 0.9: every number with as many decimals as the bounds have
w = 0.1 … 0.9 step 0.2     every second one
y = 0 | 1                  one of these
W = [[0.1 … 0.9, 0.5]]     in arrays too, beside numbers that stay
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

MOST_CHOICES = 100_000
_NUMBER = r"[-+−–]?\s*(?:\d+(?:\.\d*)?|\.\d+)"
_SPAN = re.compile(rf"\s*({_NUMBER}?)\s*(?:…|\.{{2,3}})\s*({_NUMBER})\s*(?:step\s+({_NUMBER})\s*)?")
_CHOICE = re.compile(rf"\s*{_NUMBER}(?:\s*\|\s*{_NUMBER})+\s*")
_RANGE_SIGN = re.compile(r"…|\.\.|\|")
_TOKENS = re.compile(r"\s*(?:([\[\],])|([^\[\],]+))")


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that one given may be, as decimals, in rising order or as they were listed."""

    choices: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class OneHot:
    """A list of zeros with a 1 in one of `size` places: the target of a classifier."""

    size: int


Spec = Any
"""A given as it is written: a `Range`, a `OneHot`, a number as a float, or nested lists of these."""


def has_range(text: str) -> bool:
    """Whether a text holds a sign of ranges."""
    return bool(_RANGE_SIGN.search(text))


def read_range(text: str) -> Range:
    """The range that a text writes.

    Raises ValueError, which says what to write instead.

    Example:
        >>> [str(number) for number in read_range("0.1 … 0.4").choices]
        ['0.1', '0.2', '0.3', '0.4']
        >>> [str(number) for number in read_range("-1 | 1").choices]
        ['-1', '1']
    """
    if _CHOICE.fullmatch(text):
        return Range(tuple(map(_decimal, text.split("|"))))
    # "0.1..0.9" and "1...9": the dots belong to the range as far as they can
    found = _SPAN.fullmatch(re.sub(r"(?<=\d)\.{2,3}", " … ", text))
    if not found or not found[1]:
        raise ValueError(f"{text.strip()!r} is no range; write 0.1 … 0.9, 0.1 … 0.9 step 0.2 or -1 | 1")
    low, high = _decimal(found[1]), _decimal(found[2])
    step = _decimal(found[3]) if found[3] else min(_unit(low), _unit(high))
    if not low < high or step <= 0:
        raise ValueError(f"{text.strip()!r} holds no number: write the smaller bound first, and a step above 0")
    count = int((high - low) / step) + 1
    if count > MOST_CHOICES:
        raise ValueError(f"{text.strip()!r} holds {count:,} numbers, more than {MOST_CHOICES:,}; write fewer decimals")
    return Range(tuple(low + step * i for i in range(count)))


def read_spec(text: str, number: Callable[[str], float]) -> Spec:
    """A given that may hold ranges, in brackets or alone; `number` reads the other numbers.

    Example:
        >>> spec = read_spec("[[1 … 3, 0.5]]", float)
        >>> len(spec[0][0].choices), spec[0][1]
        (3, 0.5)
    """
    stack: list[list[Any]] = [[]]
    for found in _TOKENS.finditer(text):
        sign, written = found.groups()
        if sign == "[":
            stack.append([])
        elif sign == "]":
            done = stack.pop()
            if not stack:
                raise ValueError("a bracket closes that was never opened")
            stack[-1].append(done)
        elif sign is None and written.strip():
            stack[-1].append(read_range(written) if has_range(written) else number(written.strip()))
    if len(stack) != 1 or len(stack[0]) != 1:
        raise ValueError("write one number, one range, or a list of them in brackets")
    return stack[0][0]


def _decimal(text: str) -> Decimal:
    return Decimal("".join(text.split()).replace("−", "-").replace("–", "-"))


def _unit(number: Decimal) -> Decimal:
    """One unit of the last decimal written."""
    return Decimal(1).scaleb(min(0, int(number.as_tuple().exponent)))
