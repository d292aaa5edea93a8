"""Numbers beside the right ones, at several points: by what they differ, if that is a sign, a factor or a term."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tinygrad_notes.value import Value, as_value
from tinygrad_notes.worked.calculation.elsewhere import Floats
from tinygrad_notes.worked.expressions.parts import maker, said

Quantities = tuple[list[str], Floats]
"""Names, and what each comes to: of shape (names, points, numbers)."""
_INDEX = re.compile(r"\[[0-9,]+\]")
_MOST_TERMS = 8  # of a formula that are looked at one by one
_MOST_TIMES = 10  # as often may a quantity be left out


def by_a_number(own: Floats, right: Floats) -> Iterator[str]:
    """A sign or a factor that is the same everywhere, or a power."""
    counted = np.abs(right) > _least(right)
    if not counted.any():
        return
    ratios = own[counted] / right[counted]
    factor = float(ratios[0])
    if np.allclose(ratios, factor, rtol=1e-6) and are_alike(own, factor * right):
        if abs(factor + 1.0) < 1e-6:
            yield "the sign is wrong"
        elif factor and (_vary(own) or _is_round(factor)):  # what is the same at every point differs by some factor
            much, times = ("too large", factor) if abs(factor) > 1.0 else ("too small", 1.0 / factor)
            sign = ", and the sign is wrong" if factor < 0.0 else ""
            yield f"{abs(times):.6g} times {much}: a factor of {abs(times):.6g}{sign}"
    elif are_alike(own, right**2):
        yield "it is squared"
    elif are_alike(np.abs(own), np.abs(right)):
        yield "a sign is wrong in some of its numbers"


def by_a_factor(quantities: Sequence[Quantities], own: Floats, right: Floats) -> Iterator[str]:
    """A factor that is a quantity of the page or the slope of one, or a number times that."""
    for wanted, happened in ((_ratio(right, own), "is left out"), (_ratio(own, right), "is too much")):
        for names, numbers in quantities:
            for place, times in _multiples(wanted, numbers):
                yield f"{_factor(names[place], times)} {happened}"


def by_a_term(quantities: Sequence[Quantities], own: Floats, right: Floats) -> Iterator[str]:
    """A term that is a quantity of the page, or a number times that."""
    off = right - own
    for names, numbers in quantities:
        for place, times in _multiples(off, numbers):
            if times == 2:
                yield f"the sign of the term {names[place]} is wrong"
            written = names[place] if abs(times) == 1 else f"{abs(times)} · {names[place]}"
            yield f"the term {written} is {'left out' if times > 0 else 'too much'}"


def are_alike(found: Any, wanted: Floats) -> bool:
    """Whether numbers are the wanted ones at each point, as far as the largest of these there can tell."""
    return bool((np.abs(found - wanted) <= 1e-6 * np.abs(wanted) + _least(wanted)).all())


def _least(numbers: Floats) -> Floats:
    """What is no more than 0 beside the largest number at each point."""
    largest = np.abs(numbers).max(axis=1, keepdims=True, initial=0.0)
    return 1e-9 * np.minimum(1.0, largest)  # type: ignore[no-any-return]


def _vary(numbers: Floats) -> bool:
    """Whether some number differs from point to point by more than the comparisons here pass over."""
    return bool((np.ptp(numbers, axis=0) > 1e-4 * np.abs(numbers).max(initial=0.0)).any())


def _is_round(factor: float) -> bool:
    """Whether a factor is a whole number or one over one, as a mistake of its own makes it."""
    times = max(abs(factor), 1.0 / abs(factor))
    return abs(times - round(times)) < 1e-6 * times and times <= _MOST_TIMES


def _factor(name: str, times: int) -> str:
    """What a factor is called; the slope of a function is one that has a name of its own."""
    written = name if times == 1 else f"{times} · {name}"
    return f"the slope {written}" if "'(" in name else f"the factor {written}"


def _ratio(one: Floats, other: Floats) -> Floats:
    """one / other; nan where both are 0, which says nothing."""
    with np.errstate(all="ignore"):
        return np.where(np.abs(other) > 1e-12, one / other, np.where(np.abs(one) > 1e-12, np.inf, np.nan))


def _multiples(wanted: Floats, numbers: Floats) -> list[tuple[int, int]]:
    """Which of the quantities are the wanted numbers, or these divided by a whole one; each with that, the 1 first."""
    known = np.isfinite(wanted)
    if not known.any() or not len(numbers) or np.isinf(wanted).any():
        return []
    point, column = np.unravel_index(np.argmax(np.where(known, np.abs(wanted), 0.0)), wanted.shape)
    largest = wanted[point, column]
    there = np.broadcast_to(numbers, (len(numbers), *wanted.shape))[:, point, column]
    with np.errstate(all="ignore"):
        times = np.rint(largest / there)
        may_fit = _are_near(times * there, largest) & (np.abs(times) <= _MOST_TIMES) & (times != 0.0)
        chosen = np.flatnonzero(may_fit)  # few: only these are compared everywhere
        fits = (_are_near(times[chosen][:, None, None] * numbers[chosen], wanted) | ~known).all(axis=(1, 2))
    return sorted(((int(place), int(times[place])) for place in chosen[fits]), key=lambda one: one[1] != 1)


def _are_near(found: Any, wanted: Any) -> Any:
    """Which numbers are the wanted ones; nan is none."""
    return np.abs(found - wanted) <= 1e-6 * np.abs(wanted) + 1e-9


def in_all(term: Sequence[Value]) -> str:
    """What a term is called that stands in every number of an array."""
    return _INDEX.sub("", said(term[0]))


def terms_of_each(numbers: Sequence[Any]) -> list[tuple[list[Value], int]]:
    """The terms of a sum, each in all of some numbers and with its sign; none if these are no sums of as many terms."""
    rows = [_terms(as_value(number), is_whole=True) for number in numbers]
    if len({len(row) for row in rows}) != 1 or not 1 < len(rows[0]) <= _MOST_TERMS:
        return []
    return [([value for value, _ in term], term[0][1]) for term in zip(*rows, strict=True)]


def _terms(node: Value, sign: int = 1, *, is_whole: bool = False) -> list[tuple[Value, int]]:
    """The terms of a part of a formula, each with its sign; a part that has its own line is one, but for the whole."""
    made_by = maker(node) if is_whole or not node.label else ""
    if made_by in ("negative", "identity"):
        return _terms(node.operands[0], -sign if made_by == "negative" else sign, is_whole=made_by == "identity")
    if made_by == "subtract":
        first, second = node.operands
        return [*_terms(first, sign), *_terms(second, -sign)]
    if made_by in ("add", "sum"):
        return [term for part in node.operands[: _MOST_TERMS + 1] for term in _terms(part, sign)]
    return [(node, sign)]
