"""The arguments of `fit` as Python's own numbers, which a checkpoint can hold."""

from __future__ import annotations

import operator
from numbers import Real
from typing import Any

from tinygrad_notes.errors import ArgumentTypeError, ArgumentValueError


def whole(name: str, given: Any, least: int) -> int:
    """`given`, a whole number of any kind, as an int; TypeError for no whole number, ValueError below `least`."""
    try:
        number = operator.index(given)
    except TypeError:
        instead = f": write {name}={given:.0f}" if isinstance(given, float) and given.is_integer() else ""
        raise ArgumentTypeError(f"{name} must be a whole number, got {given!r}{instead}", name) from None
    if number < least:
        raise ArgumentValueError(f"{name} must be at least {least}, got {number}", name)
    return number


def positive(name: str, given: Any) -> float:
    """`given`, a number above 0 of any kind, as a float; TypeError for no number, ValueError for others and nan."""
    if not isinstance(given, Real):
        raise ArgumentTypeError(f"{name} must be a number, got {given!r}", name)
    number = float(given)
    if not number > 0.0:
        raise ArgumentValueError(f"{name} must be above 0, got {number}", name)
    return number


def share(name: str, given: Any) -> float:
    """`given`, a share between 0 and 1, as a float; TypeError for no number, ValueError for any other."""
    number = positive(name, given)
    if not number < 1.0:
        raise ArgumentValueError(f"{name} is a share between 0 and 1, got {number:g}", name)
    return number
