"""How exact a formula in numbers is: what the digits of its decimals leave open."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from tinygrad_notes.worked.calculation import tree
from tinygrad_notes.worked.calculation.elementwise import numbers_of, plain
from tinygrad_notes.worked.calculation.evaluation import Evaluation

_MOST = 50  # decimals of one formula that are looked at


def reach(evaluation: Evaluation, formula: tree.Node | None, numbers: Any) -> list[float]:
    """For each number of a formula twice as much as half a unit of the last digit of each of its decimals moves it.

    Whole numbers count as exact: 2·0.25 has one decimal that may be rounded.
    """
    before = _floats(numbers)
    total = np.zeros(before.size)
    for decimal in [node for node in formula.walk() if _is_decimal(node)][:_MOST] if formula else ():
        written = getattr(decimal, "written", "0")
        mantissa, _, exponent = written.lower().partition("e")
        half = 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        moved = _replaced(formula, decimal, repr(float(written) + half))
        total += np.abs(_floats(evaluation.worked(moved)) - before)
    return [float(part) for part in 2.0 * total]


def _is_decimal(node: tree.Node) -> bool:
    return isinstance(node, tree.Number) and "." in node.written


def _floats(numbers: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([plain(number) for number in numbers_of(numbers)], dtype=float)


def _replaced(part: Any, old: tree.Node, written: str) -> Any:
    """The tree with another number in the place of one."""
    if part is old:
        return tree.Number(part.at, written)
    if isinstance(part, tuple):
        return tuple(_replaced(inner, old, written) for inner in part)
    if not isinstance(part, tree.Node):
        return part
    return type(part)(*(_replaced(getattr(part, field.name), old, written) for field in fields(part)))
