"""What a wrong formula has in the place of what: told from its numbers beside the right ones, at several points."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tinygrad_notes.worked.calculation.alignment import called
from tinygrad_notes.worked.calculation.elementwise import shape_of
from tinygrad_notes.worked.calculation.elsewhere import Elsewhere
from tinygrad_notes.worked.calculation.entries import Entry
from tinygrad_notes.worked.calculation.judging import Verdict

_MOST = 3  # mistakes that are named
Floats = np.ndarray[Any, np.dtype[np.float64]]


def formula_mistakes(verdict: Verdict, quantities: Callable[[Elsewhere], Quantities]) -> tuple[str, ...]:
    """The usual mistakes that turn the right formula into the page's, the likeliest first; empty where none does.

    A mistake is named only if it explains every number of the formula at every point.
    """
    check = verdict.check
    if check.own is None:
        return (check.reason,)
    if check.right is None:
        return (f"it {called(shape_of(check.own))}, and what it is for {called(check.entry.shape)}",)
    if check.transposed:
        return ("transposed",)
    elsewhere, defined = verdict.elsewhere, verdict.defined
    if elsewhere is None or defined is None or defined.sum() < 2:
        return ()
    own, right = (numbers[defined] for numbers in elsewhere.both(check))
    found = dict.fromkeys(
        [
            *_by_a_number(own, right),
            *_laid_out(verdict, own, right),
            *_by_a_quantity(quantities(elsewhere), verdict, own, right),
        ]
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
    shape = shape_of(verdict.check.own)
    if len(shape) == 2 and shape[0] == shape[1]:
        turned = right.reshape(-1, *shape).transpose(0, 2, 1).reshape(right.shape)
        if np.allclose(own, turned, rtol=1e-6, atol=1e-9):
            yield "transposed"
    if np.allclose(np.sort(own), np.sort(right), rtol=1e-6, atol=1e-9):
        yield "its numbers are in other places"


def _by_a_quantity(quantities: Quantities, verdict: Verdict, own: Floats, right: Floats) -> Iterator[str]:
    """A factor or a term that is a quantity of the page, or the slope of one."""
    missing, extra, off = _ratio(right, own), _ratio(own, right), right - own
    for size in {1, own.shape[1]}:
        names, numbers = quantities.above(verdict.check.entry.place, size, verdict.defined)
        for place in np.flatnonzero(_fits(missing, numbers)):
            yield f"the factor {names[place]} is left out"
        for place in np.flatnonzero(_fits(extra, numbers)):
            yield f"the factor {names[place]} is too much"
        for place in np.flatnonzero(_fits(off, numbers)):
            yield f"the term {names[place]} is left out"
        for place in np.flatnonzero(_fits(0.5 * off, numbers)):
            yield f"the sign of the term {names[place]} is wrong"
        for place in np.flatnonzero(_fits(-off, numbers)):
            yield f"the term {names[place]} is too much"


def _ratio(one: Floats, other: Floats) -> Floats:
    """one / other; nan where both are 0, which says nothing."""
    with np.errstate(all="ignore"):
        return np.where(np.abs(other) > 1e-12, one / other, np.where(np.abs(one) > 1e-12, np.inf, np.nan))


def _fits(wanted: Floats, numbers: Floats) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which of the quantities are the wanted numbers, wherever these say anything."""
    known = np.isfinite(wanted)
    if not known.any() or not len(numbers) or np.isinf(wanted).any():
        return np.zeros(len(numbers), dtype=bool)
    near = np.abs(numbers - wanted) <= 1e-6 * np.abs(wanted) + 1e-9
    return np.asarray((near | ~known).all(axis=(1, 2)))


class Quantities:
    """The quantities of a page at other points, and the slope of each that is a function of one number."""

    def __init__(self, entries: Sequence[Entry], elsewhere: Elsewhere) -> None:
        listed: dict[int, list[tuple[int, str, Floats]]] = defaultdict(list)
        for entry in entries:
            values = [value for _, value in entry.elements()]
            listed[len(values)].append((entry.place, entry.label, elsewhere.of(entry.numbers)))
            first = values[0] if values else None
            made_by = first.operation.name if first is not None and first.operation is not None else ""
            if first is not None and len(first.operands) == 1 and made_by not in ("identity", "negative"):
                slopes = np.array([elsewhere.slopes(value)[0] for value in values]).T
                listed[len(values)].append((entry.place, f"{made_by}' of {entry.label}", slopes))
        self._listed = {
            size: ([place for place, _, _ in some], [name for _, name, _ in some], np.array([n for *_, n in some]))
            for size, some in listed.items()
        }

    def above(self, place: int, size: int, points: Any) -> tuple[list[str], Floats]:
        """Those of `size` numbers above a line that differ from point to point, each of shape (points, size)."""
        places, names, numbers = self._listed.get(size, ([], [], np.empty((0, len(points), size))))
        count = bisect_left(places, place)
        chosen = numbers[:count, points]
        varied = np.isfinite(chosen).all(axis=(1, 2)) & (np.ptp(chosen, axis=(1, 2)) > 1e-9)
        return [name for name, one in zip(names, varied) if one], chosen[varied]
