"""What is asked of a page: which quantities, how exactly, for how many points."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tinygrad_notes.classroom.key import Question
from tinygrad_notes.names import Name
from tinygrad_notes.refusals import unknown
from tinygrad_notes.worked.names import canonical_name
from tinygrad_notes.worked.rounding import Precision
from tinygrad_notes.worked.sheet import NumbersOnPaper, Quantity, Sheet

_ALIKE = 1e-12
THREE_DIGITS = Precision(3)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a teacher wants to be asked; names are quantities ("z1"), or kinds of every layer ("z", "dC/dW").

    Attributes:
        ask: the names; empty for every number that is not asked already under another name.
        precision: of every number that has none of its own.
        precisions: by name.
        points: by name, for the whole quantity; "" for all others. Without it every number is worth a point.
    """

    ask: Sequence[str] = ()
    precision: Precision = THREE_DIGITS
    precisions: Mapping[str, Precision] = field(default_factory=dict)
    points: Mapping[str, float] = field(default_factory=dict)


def questions(sheets: Sequence[NumbersOnPaper], wish: Wish) -> tuple[tuple[Question, ...], tuple[str, ...]]:
    """What is asked, in the order of work, and what there is to say of it.

    Args:
        sheets: the page with several draws of numbers: what is equal on all of them is one number under two names.
        wish: what the teacher wants.

    A number is asked once: of two names for it the first is asked. Raises ValueError for a name that the page lacks.
    """
    sheet = sheets[0]
    if wish.ask:
        wanted = [name for word in wish.ask for name in matching(word, sheet)]
        names = [name for name in sheet.quantities if name in wanted]
    else:
        names = [name for name in sheet.quantities if is_usual(sheet, name)]
    asked: list[str] = []
    remarks: list[str] = []
    for name in names:
        if not wish.ask and all(_is_fixed(sheets, name, i) for i in range(len(sheet.quantities[name].elements))):
            continue
        twin = next((other for other in asked if _are_twins(sheets, name, other)), None)
        if twin is None:
            asked.append(name)
        elif wish.ask:
            remarks.append(f"{name} is {twin} under another name, and is not asked twice")
    precisions = _by_quantity(wish.precisions, sheet)
    points = _by_quantity({name: value for name, value in wish.points.items() if name}, sheet)
    of_all = wish.points.get("")
    return tuple(
        Question(
            name, precisions.get(name, wish.precision),
            points.get(name, float(len(sheet.quantities[name].elements)) if of_all is None else of_all),
        )
        for name in asked
    ), tuple(remarks)  # fmt: skip


def matching(word: str, sheet: NumbersOnPaper) -> list[str]:
    """The quantities that a word names: one by its name, or those of a kind in every layer.

    Raises ValueError where there is none.
    """
    known = list(sheet.quantities)
    if word in sheet.quantities:
        return [word]
    spellings = {str(Name.parse(word)), canonical_name(word)}
    found = [name for name in known if name in spellings or str(Name.parse(name).in_layer(None)) in spellings]
    if not found:
        kinds = dict.fromkeys(str(Name.parse(name).in_layer(None)) for name in known)
        raise ValueError(unknown("quantity", word, [*kinds, *(name for name in known if name not in kinds)]))
    return found


def is_usual(sheet: NumbersOnPaper, name: str) -> bool:
    """Whether a quantity is asked by default: what flows back is ∂C/∂a under another name."""
    return not (isinstance(sheet, Sheet) and Name.parse(name).kind == "back")


def _is_fixed(sheets: Sequence[NumbersOnPaper], name: str, i: int) -> bool:
    return len({sheet.quantities[name].elements[i].data for sheet in sheets}) == 1


def _are_twins(sheets: Sequence[NumbersOnPaper], name: str, other: str) -> bool:
    """Whether two quantities hold the same numbers on every sheet."""
    return all(_are_equal(sheet.quantities[name], sheet.quantities[other]) for sheet in sheets)


def _are_equal(one: Quantity, other: Quantity) -> bool:
    return len(one.elements) == len(other.elements) and all(
        math.isclose(a.data, b.data, rel_tol=_ALIKE, abs_tol=0.0)
        for a, b in zip(one.elements, other.elements, strict=True)
    )


def _by_quantity(by_name: Mapping[str, T], sheet: NumbersOnPaper) -> dict[str, T]:
    """What is said of names, by quantity; a quantity's own name counts more than its kind."""
    kinds = {name: value for word, value in by_name.items() for name in matching(word, sheet)}
    return kinds | {word: value for word, value in by_name.items() if word in sheet.quantities}
