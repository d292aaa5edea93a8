"""What a wrong formula has in the place of what: told from its numbers beside the right ones, at several points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tinygrad_notes.worked.calculation.judging import Verdict
from tinygrad_notes.worked.calculation.working import World

_MOST = 3  # mistakes that are named
Floats = np.ndarray[Any, np.dtype[np.float64]]


def formula_mistakes(verdict: Verdict) -> tuple[str, ...]:
    """The usual mistakes that turn the right formula into the page's, the likeliest first; empty where none does.

    A mistake is named only if it explains every number of the formula at every point.
    """
    if verdict.check.right is None:
        return (f"it has shape {np.shape(verdict.check.own)}, and what it is for has another",)
    if verdict.check.transposed:
        return ("transposed",)
    if verdict.points is None or len(verdict.points[0]) < 2:
        return ()
    own, right = verdict.points
    found = dict.fromkeys(
        [*_by_a_number(own, right), *_laid_out(verdict, own, right), *_by_a_quantity(verdict, own, right)]
    )
    return tuple(found)[:_MOST]


def _by_a_number(own: Floats, right: Floats) -> Iterator[str]:
    """A sign or a factor that is the same everywhere, or a power."""
    counted = np.abs(right) > 1e-9
    if not counted.any():
        return
    ratios = own[counted] / right[counted]
    factor = float(ratios[0])
    if np.allclose(ratios, factor, rtol=1e-6) and np.allclose(own, factor * right, rtol=1e-6, atol=1e-9):
        if abs(factor + 1.0) < 1e-6:
            yield "the sign is wrong"
        elif factor:
            much, times = ("too large", factor) if abs(factor) > 1.0 else ("too small", 1.0 / factor)
            sign = ", and the sign is wrong" if factor < 0.0 else ""
            yield f"{abs(times):.6g} times {much}: a factor of {abs(times):.6g}{sign}"
    elif np.allclose(own, right**2, rtol=1e-6):
        yield "it is squared"
    elif np.allclose(np.abs(own), np.abs(right), rtol=1e-6):
        yield "a sign is wrong in some of its numbers"


def _laid_out(verdict: Verdict, own: Floats, right: Floats) -> Iterator[str]:
    """The right numbers in other places."""
    shape = verdict.check.own.shape
    if len(shape) == 2 and shape[0] == shape[1]:
        turned = right.reshape(-1, *shape).transpose(0, 2, 1).reshape(right.shape)
        if np.allclose(own, turned, rtol=1e-6, atol=1e-9):
            yield "transposed"
    if np.allclose(np.sort(own), np.sort(right), rtol=1e-6, atol=1e-9):
        yield "its numbers are in other places"


def _by_a_quantity(verdict: Verdict, own: Floats, right: Floats) -> Iterator[str]:
    """A factor or a term that is a quantity of the page, or the slope of one."""
    safe = np.where(np.abs(own) > 1e-12, own, np.nan)
    missing, extra = right / safe, own / np.where(np.abs(right) > 1e-12, right, np.nan)
    for name, numbers in _quantities(verdict.worlds, verdict.check.entry.place, own.shape[1]):
        if np.allclose(numbers, numbers.flat[0]) or not np.isfinite(numbers).all():
            continue
        if _equal(missing, numbers):
            yield f"the factor {name} is left out"
        elif _equal(extra, numbers):
            yield f"the factor {name} is too much"
        elif np.allclose(right - own, numbers, rtol=1e-6, atol=1e-9):
            yield f"the term {name} is left out"
        elif np.allclose(right - own, 2.0 * numbers, rtol=1e-6, atol=1e-9):
            yield f"the sign of the term {name} is wrong"
        elif np.allclose(own - right, numbers, rtol=1e-6, atol=1e-9):
            yield f"the term {name} is too much"


def _equal(ratios: Floats, numbers: Floats) -> bool:
    known = np.isfinite(ratios)
    return bool(known.any()) and np.allclose(ratios[known], np.broadcast_to(numbers, ratios.shape)[known], rtol=1e-6)


def _quantities(worlds: tuple[World, ...], above: int, size: int) -> Iterator[tuple[str, Floats]]:
    """Each quantity above a line, and the slope of each that is a function of one number, point by point."""
    if not worlds:
        return
    for place in range(above):
        entries = [world.entries[place] for world in worlds]
        values = [[value for _, value in entry.elements()] for entry in entries]
        if len(values[0]) not in (1, size):
            continue
        yield entries[0].label, np.array([[value.data for value in row] for row in values])
        first = values[0][0]
        if (
            len(first.operands) == 1
            and first.operation is not None
            and first.operation.name not in ("identity", "negative")
        ):
            slopes = np.array([[value.local_derivatives[0] for value in row] for row in values])
            yield f"{first.operation.name}' of {entries[0].label}", slopes
