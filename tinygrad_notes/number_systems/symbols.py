"""Symbols: the number system whose numbers are formulas.

Reading a row of the table over symbols gives its rule as an expression tree, which the writers at the end
turn into text.

Example:
    >>> a, out = Symbol("a"), Symbol("out")
    >>> from tinygrad_notes.number_systems import symbols
    >>> from tinygrad_notes.operations import operation
    >>> value, derivatives = operation("multiply").read(symbols)
    >>> text(value(a, a + 1)), [text(d) for d in derivatives(a, a + 1, out)]
    ('a · (a + 1)', ['a + 1', 'a'])
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tinygrad_notes.number_systems import floats
from tinygrad_notes.number_systems.arithmetic import Arithmetic
from tinygrad_notes.operations import TABLE, Operation
from tinygrad_notes.table import Tightness


class Expression(Arithmetic["Expression"]):
    """A formula; arithmetic on it builds larger ones.

    Formulas share parts, as graphs do: what a rule computes once is one object here.
    """

    __slots__ = ()
    operands: tuple[Expression, ...] = ()

    def applied(self, name: str, *operands: Any) -> Expression:
        """The operation of these operands; a factor of one that a rule brings along is left out."""
        if name == "multiply" and any(not isinstance(operand, Expression) and operand == 1 for operand in operands):
            return self
        return apply(name, *operands)


@dataclass(frozen=True, slots=True)
class Symbol(Expression):
    """A letter or a number as it is to be written."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Expression):
    """A number that a rule itself contains: kept in full, written with 15 digits."""

    number: float

    def __str__(self) -> str:
        return _NAMED_NUMBERS.get(self.number) or f"{self.number:.15g}"


_NAMED_NUMBERS = {math.pi: "π", 2.0 * math.pi: "2π"}


@dataclass(frozen=True, slots=True, eq=False)
class Application(Expression):
    """An operation, by name, of operands."""

    name: str
    operands: tuple[Expression, ...]


def apply(name: str, *operands: Any) -> Expression:
    return Application(name, tuple(map(as_expression, operands)))


def as_expression(number: Any) -> Expression:
    """`number` itself if it is a formula, else the literal it is."""
    return number if isinstance(number, Expression) else Literal(float(number))


EXACT = True
"""Letters stand for real numbers, see `rules`."""


def total(xs: Sequence[Any]) -> Expression:
    return apply("sum", *xs)


def dot(ws: Sequence[Any], xs: Sequence[Any]) -> Expression:
    return apply("sum", *(apply("multiply", w, x) for w, x in zip(ws, xs, strict=True)))


def __getattr__(name: str) -> Callable[..., Expression]:
    if name not in floats.__all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return lambda *operands: apply(name, *operands)


class _Paper:
    """Every operation of the table as a function of formulas, for the derivatives as textbooks write them."""

    def __getattr__(self, name: str) -> Callable[..., Expression]:
        if name not in TABLE:
            raise AttributeError(f"no operation is named {name!r}")
        return lambda *operands: apply(name, *operands)


PAPER = _Paper()


def written(row: Operation, operands: Sequence[Expression]) -> Expression:
    """What `row` makes of `operands`, as a person writes it: weighted sums spelled out, functions by their name.

    Example:
        >>> from tinygrad_notes.operations import operation
        >>> text(written(operation("weighted_sum"), [Symbol(name) for name in "vwxyb"]))
        'v · x + w · y + b'
    """
    if row.spelled_out:
        spelled: Expression = row.read(_this_module())[0](*operands)
        return spelled
    return Application(row.name, tuple(operands))


def _this_module() -> Any:
    return sys.modules[__name__]


# Writing formulas -----------------------------------------------------------------------------------

ATOM = 6
"""The tightness of what never needs parentheses."""


class Style(NamedTuple):
    """How formulas are put on the page.

    `tightness` holds the operations that the style writes otherwise; the table has the others.
    """

    notation: Callable[[Operation], str]
    symbol: Callable[[str], str]
    parentheses: str
    tightness: Mapping[str, Tightness]

    def tightness_of(self, name: str) -> Tightness:
        """How tightly an operation binds, and how tightly each operand must bind that stands in it."""
        return self.tightness.get(name) or TABLE[name].tightness or (ATOM, (0,))


_PLAIN = Style(lambda row: row.notation, str, "({0})", {})
IN_TWO_DIMENSIONS: dict[str, Tightness] = {"divide": (4, (0, 0)), "reciprocal": (4, (0,)), "pow": (4, (5, 0))}
"""How tightly fractions and powers bind where their parts stand above or below each other."""


def in_math(name: str, power_of_ten: str, infinity: str, written: Callable[[str], str]) -> str:
    """A number for the math mode of a typesetter, which says how powers of ten look; any other name as `written`."""
    if re.fullmatch(r"-?[\d.]+", name):
        return name
    if found := re.fullmatch(r"(-?[\d.]+)e([-+]?\d+)", name):
        return power_of_ten.format(found[1], int(found[2]))
    return name.replace("inf", infinity) if name in ("inf", "-inf") else written(name)


def text(expression: Expression) -> str:
    """The formula on one line of plain text, with no more parentheses than it needs.

    Example:
        >>> a, b = Symbol("a"), Symbol("-0.3")
        >>> text(a * (a - b)), text(apply("sqrt", a) / b)
        ('a · (a - (-0.3))', 'sqrt(a) / (-0.3)')
    """
    return write(expression, _PLAIN)


def write(expression: Expression, style: Style) -> str:
    """The formula in a style."""
    if not isinstance(expression, Application):
        return style.symbol(str(expression))
    if expression.name in _ADDING:
        return _added(expression, style)
    row, operands = TABLE[expression.name], expression.operands
    _, needs = style.tightness_of(row.name)
    parts = [_part(operand, needs[min(i, len(needs) - 1)], style, first=not i) for i, operand in enumerate(operands)]
    if row.arity is not None:
        return style.notation(row).format(*parts)
    if row.name == "product":
        return _between("multiply", style).join(parts)
    return style.notation(row).format(", ".join(parts))


_ADDING = ("sum", "add", "subtract")


def _added(expression: Application, style: Style) -> str:
    """A sum, where adding what has a minus sign is taking it away, and taking that away is adding it."""
    first, *others = expression.operands
    _, needs = style.tightness_of(expression.name)
    formula = _part(first, needs[0], style, first=True)
    plus, minus = _between("add", style), _between("subtract", style)
    for other in others:
        subtracted = expression.name == "subtract"
        if isinstance(other, Application) and other.name == "negative":
            subtracted, (other,) = not subtracted, other.operands
        needed = 2 if subtracted else needs[-1]
        formula += (minus if subtracted else plus) + _part(other, needed, style, first=False)
    return formula


def _between(name: str, style: Style) -> str:
    return style.notation(TABLE[name]).replace("{0}", "").replace("{1}", "")


def _part(operand: Expression, needed: int, style: Style, first: bool) -> str:
    """`operand`, in parentheses where it would else fall apart at a place that needs this tightness."""
    if isinstance(operand, Application):
        written = write(operand, style)
        loose = style.tightness_of(operand.name)[0] < needed
    else:
        plain = str(operand)
        written = style.symbol(plain)
        loose = needed > 0 and plain.startswith("-") and not (first and needed == 1)
    return style.parentheses.format(written) if loose else written


def visible(characters: str) -> str:
    """The text on one line, with control characters (a terminal would obey them) spelled out."""
    if characters.isprintable():
        return characters
    return "".join(c if c.isprintable() else " " if c in "\n\t" else ascii(c)[1:-1] for c in characters)
