"""The usual mistakes in writing a number down: it is right, and copied wrongly."""

from __future__ import annotations

from collections.abc import Callable, Iterator


def _decimal_point(right: float, decimals: int) -> Iterator[float]:
    yield from (right * 10.0**shift for shift in (-1, 1, -2, 2))


def _lost_zero(right: float, decimals: int) -> Iterator[float]:
    """A 0 among the digits is left out, so that those behind it move up."""
    written = f"{right:.{decimals + 1}f}"
    point = written.find(".")
    for i, digit in enumerate(written):
        if digit == "0" and i > point:
            yield float(written[:i] + written[i + 1 :])


def _swapped(right: float, decimals: int) -> Iterator[float]:
    written = f"{right:.{decimals}f}"
    for i in range(len(written) - 1):
        j = i + 2 if written[i + 1] == "." else i + 1
        if j < len(written) and written[i].isdigit() and written[j].isdigit() and written[i] != written[j]:
            yield float(written[:i] + written[j] + written[i + 1 : j] + written[i] + written[j + 1 :])


WRITING: dict[str, Callable[[float, int], Iterator[float]]] = {
    "the decimal point moved": _decimal_point,
    "a lost zero": _lost_zero,
    "two digits swapped": _swapped,
}
"""Every kind of mistake in copying a right number: from the number and its decimals to what may be written."""
