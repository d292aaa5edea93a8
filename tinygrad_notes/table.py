"""The table of operations: what a row is, and how rows are added and removed.

`operations.py` holds the rows of the package. A row states one operation: its rule, which every number system reads,
and in further columns all else that is known of it. So a new operation is one new row.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypedDict, Unpack

from tinygrad_notes.picking import NOTHING, overflowing, picking
from tinygrad_notes.rules import Derivatives, Rules

Tightness = tuple[int, tuple[int, ...]]
"""How tightly an operation binds, and how tightly each operand must bind; the last number serves all further ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One row of the table.

    `arity` is the number of operands, None for any number. `notation` is a format string over the
    operands as written (`"{0} + {1}"`); a row of any arity sees them joined by commas, as in `"Σ({0})"`.
    `on_paper` gives the derivatives as textbooks write them, as a function of a number system. In real numbers they
    equal the rule's. They take no care of edges, overflow and canceled digits. They may use every operation of the
    table, such as `m.sigmoid`.
    `picks` lists the operands that the result need not depend on: a derivative of 0 by one of these is structural.
    `overflows`: an infinite result stands for a number too large for a float, and so do its infinite derivatives, where
    the first operand is not 0 (0^-1 is truly infinite). `picking.py` explains both columns.

    `tightness` is how tightly the row binds, and how tightly its operands must bind to need no parentheses (the last
    number holds for all further operands). None: it never needs any.
    `monotone` rows only rise or only fall in each operand. So over intervals, the ends of the operands give the ends of
    the result.
    `pairs`, for a row of any arity whose operands come in pairs, counts the operands beside the pairs.
    `spelled_out` rows are written in formulas as the arithmetic behind them.
    `ufunc` is NumPy's name for the row, where it differs. `vector_loop`: NumPy's loop over many numbers is faster than
    a compiled one.
    `cause` says what usually makes the result nan or infinite, and what to do about it.
    """

    name: str
    arity: int | None
    notation: str
    rule: Callable[[Any], Rules]
    on_paper: Callable[[Any], Derivatives] | None = None
    picks: tuple[int, ...] | range = ()
    overflows: bool = False
    tightness: Tightness | None = None
    monotone: bool = False
    pairs: int | None = None
    spelled_out: bool = False
    ufunc: str = ""
    vector_loop: bool = False
    cause: str = ""

    @functools.cache  # noqa: B019  # rows are few, and number systems are fewer
    def read(self, m: Any) -> Rules:
        """The value and derivative functions of this row over the number system `m`."""
        value, derivatives = self.rule(m)
        if self.picks:
            derivatives = picking(m, self.arity, self.picks, derivatives)
        if self.overflows:
            derivatives = overflowing(m, self.arity, derivatives)
        if self.name in getattr(m, "SHORT", ()):  # a shorter way to the same, for speed
            value, derivatives = m.SHORT[self.name](value, derivatives)
        return value, derivatives

    def structural(self, slopes: tuple[float, ...]) -> tuple[float, ...]:
        """Local derivatives read from a file, with their structural zeros marked again."""
        return tuple([NOTHING if k in self.picks and slope == 0.0 else slope for k, slope in enumerate(slopes)])

    def check(self, m: Any) -> None:
        """Try the rule over the floats of `m`; ValueError unless it gives a derivative for each operand."""
        value, derivatives = self.read(m)
        numbers = (0.5,) * (self.arity or 0)
        try:
            slopes = derivatives(*numbers, value(*numbers))
        except (ArithmeticError, ValueError):  # a rule of one's own need not be defined at this point
            return
        if not isinstance(slopes, tuple) or len(slopes) != len(numbers):
            raise ValueError(
                f"the derivatives of {self.name!r} must be a tuple with one for each of its {len(numbers)} operands, "
                f"such as (d,) for one, got {slopes!r}"
            )

    def textbook(self, m: Any) -> Derivatives:
        """The derivatives as textbooks write them, over the number system `m`; the rule's own where none are given."""
        return self.read(m)[1] if self.on_paper is None else self.on_paper(m)

    def takes(self, count: int) -> bool:
        """Whether the row can have `count` operands."""
        if self.arity is not None:
            return count == self.arity
        return count > 0 and (self.pairs is None or count % 2 == self.pairs)

    def __reduce__(self) -> tuple[Callable[[str], Operation], tuple[str]]:
        return operation, (self.name,)  # copies and pickles refer to the row, they never carry code


class Columns(TypedDict, total=False):
    """The further columns of a row; `Operation` explains them."""

    tightness: Tightness | None
    monotone: bool
    pairs: int | None
    spelled_out: bool
    ufunc: str
    vector_loop: bool
    cause: str


_rows: dict[str, Operation] = {}
TABLE: Mapping[str, Operation] = MappingProxyType(_rows)
"""Every operation by name, in the order of definition; read-only (see `define`)."""
_built_in: set[str] = set()
_followers: list[Callable[[Operation, bool], None]] = []


def operation(name: str) -> Operation:
    """The row named `name`. The KeyError for an unknown name lists all names."""
    if name not in _rows:
        raise KeyError(f"no operation is named {name!r}; the table has {', '.join(_rows)}")
    return _rows[name]


def define(
    name: str,
    arity: int | None,
    notation: str,
    rule: Callable[[Any], Rules],
    on_paper: Callable[[Any], Derivatives] | None = None,
    picks: tuple[int, ...] | range = (),
    overflows: bool = False,
    **columns: Unpack[Columns],
) -> Operation:
    """Add an operation to the table. From then on every interpreter knows it. `Operation` explains the columns.

    Raises ValueError if the name is taken or is no identifier, or if the rule does not give a derivative for each
    operand. The table then stays as it was.

    Example:
        >>> from tinygrad_notes import Value, functions
        >>> row = define("softsign", 1, "softsign({0})", lambda m: (
        ...     lambda a: m.divide(a, 1 + m.abs(a)),
        ...     lambda a, out: (m.divide(1, (1 + m.abs(a)) * (1 + m.abs(a))),)))
        >>> functions.softsign(Value(1.0)).local_derivatives
        (0.25,)
        >>> undefine("softsign")
    """
    if not name.isidentifier():
        raise ValueError(f"an operation's name must be a Python identifier, not {name!r}")
    if name in _rows:
        raise ValueError(f"the table already has an operation named {name!r}; choose another name")
    row = _rows[name] = Operation(name, arity, notation, rule, on_paper, picks, overflows, **columns)
    try:
        for tell in _followers:
            tell(row, True)
    except BaseException:
        del _rows[name]
        raise
    return row


def undefine(name: str) -> None:
    """Remove an operation that `define` added. The package's own operations stay."""
    if name in _built_in:
        raise ValueError(f"{name!r} belongs to the package and stays in the table")
    row = operation(name)
    del _rows[name]
    for tell in _followers:
        tell(row, False)


def follow_table(tell: Callable[[Operation, bool], None]) -> None:
    """Call `tell(row, True)` for every row, now and when one is added; and `tell(row, False)` when one is removed."""
    _followers.append(tell)
    for row in _rows.values():
        tell(row, True)


def seal() -> None:
    """The rows up to now belong to the package: `undefine` does not remove them."""
    _built_in.update(_rows)
