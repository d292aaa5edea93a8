"""Right numbers written down wrongly: what may stand on a page in place of their digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise


def moved_point(written: str) -> Iterator[str]:
    number, decimals = float(written), len(written.partition(".")[2])
    for shift in (-1, 1, -2, 2):
        yield f"{number * 10.0**shift:.{max(0, decimals - shift)}f}"


def lost_zero(written: str) -> Iterator[str]:
    point = written.find(".")
    for i, digit in enumerate(written):
        if digit == "0" and i > point >= 0 and i < len(written) - 1:
            yield written[:i] + written[i + 1 :]


def swapped(written: str) -> Iterator[str]:
    places = [i for i, character in enumerate(written) if character.isdigit()]
    for i, j in pairwise(places):
        if written[i] != written[j]:
            yield written[:i] + written[j] + written[i + 1 : j] + written[i] + written[j + 1 :]


def miswritten(written: str) -> Iterator[str]:
    """With another digit somewhere; not in the last place, where it is a number like any other."""
    for i, character in enumerate(written[:-1]):
        if character.isdigit():
            yield from (written[:i] + other + written[i + 1 :] for other in "0123456789" if other != character)


WRITTEN: dict[str, Callable[[str], Iterator[str]]] = {
    "the decimal point moved": moved_point,
    "a lost zero": lost_zero,
    "two digits swapped": swapped,
    "a digit miswritten": miswritten,
}
"""By the words in which the marker should name it: how a right number may be copied wrongly."""
