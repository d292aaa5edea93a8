"""What stands on a page: each name with its numbers, version by version.

Nothing here is frozen, as no node of a tree is: a long page makes many.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tinygrad_notes.names import Name, element_label
from tinygrad_notes.value import Value
from tinygrad_notes.worked.calculation import tree
from tinygrad_notes.worked.calculation.elementwise import numbers_of, shape_of
from tinygrad_notes.worked.calculation.statements import Member, Statement
from tinygrad_notes.worked.claims import Claim

NOTHING = "nothing"
"""What a formula is checked against where the page does not say what it must equal."""


@dataclass(eq=False, slots=True)
class Entry:
    """One version of a name.

    Attributes:
        name: as the page has it.
        label: the name with its version: w, then w_new, w_new2, …
        version: 1 for the first, 2 where the name is used again, …
        place: how many entries stand above it.
        numbers: its Value, or its array of Values.
        statement: the line that makes it.
        is_given: whether it is numbers alone.
        gradient: what it is the derivative of and by, where it is one.
        wrong: those of its Values that hold the right number although the page's formula gives another.
        written_shape: the shape of the page's formula where that is not the right one.
    """

    name: str
    label: str
    version: int
    place: int
    numbers: Any
    statement: Statement
    is_given: bool = False
    gradient: tuple[Entry, Entry] | None = None
    wrong: set[Value] = field(default_factory=set)
    written_shape: tuple[int, ...] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        return shape_of(self.numbers)

    @property
    def values(self) -> list[Value]:
        """Its Values, row after row."""
        return numbers_of(self.numbers)


@dataclass(eq=False, slots=True)
class PageClaim:
    """A claim of the page: on which number, what it says, and in which line.

    `member` is the member of the chain that makes it, where one does.
    """

    value: Value
    claim: Claim
    statement: Statement
    entry: Entry
    member: str = ""


@dataclass(eq=False, slots=True)
class Check:
    """A formula of the page beside what it must equal.

    Attributes:
        place: which statement, and which of its members.
        entry: what the line makes.
        member: the formula.
        against: "derivative", "key", "chain" for another member of the chain, or `NOTHING`.
        own: the formula's numbers, as Values and floats; None where it cannot be worked.
        right: the right ones, in the same shape; None where the shapes do not fit together.
        transposed: whether those had to be transposed to fit.
        stands_in: whether the entry holds the right numbers, whatever the formula gives.
        reason: why the formula cannot be worked.
        in_numbers: whether the formula holds numbers alone.
        is_alike: whether it is worked as the right numbers are, so that it is right whatever the page's numbers.
    """

    place: tuple[int, int]
    entry: Entry
    member: Member
    against: str
    own: Any
    right: Any
    transposed: bool = False
    stands_in: bool = False
    reason: str = ""
    in_numbers: bool = False
    is_alike: bool = False


def label_of(name: str, version: int, taken: Container[str]) -> str:
    """What a version of a name is called on a sheet, unlike any label that is `taken`.

    Example:
        >>> label_of("w", 1, ()), label_of("w", 3, ()), label_of("dL/dw", 2, ()), label_of("w", 2, ["w_new"])
        ('w', 'w_new2', 'dL/dw_new', 'w_new2')
    """
    if version == 1 and name not in taken:
        return name
    label = Name.parse(name).updated_by(max(1, version - 1))
    while str(label) in taken:
        label = label.updated
    return str(label)


def labels(name: str, numbers: Any) -> Iterator[str]:
    """The label of each number of an array called `name`, row after row; the name itself for one number."""
    shape = numbers.shape if isinstance(numbers, np.ndarray) else ()
    return (element_label(name, index) for index in np.ndindex(shape))


def index_of(node: tree.Index) -> tuple[int, ...] | None:
    """The whole numbers in the brackets of h[2]; None where anything else stands there."""
    written = [part.written if isinstance(part, tree.Number) else "" for part in node.subscripts]
    return tuple(map(int, written)) if all(map(str.isdecimal, written)) else None
