"""The parser of expressions, built from the grammar by lark when the first expression is read, and its trees."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tinygrad_notes.worked.calculation import tree
from tinygrad_notes.worked.calculation.broken import LineError
from tinygrad_notes.worked.calculation.called import function_called
from tinygrad_notes.worked.calculation.grammar import (
    DENOMINATOR,
    DERIVATIVE,
    GRAMMAR,
    NAME,
    NUMBER,
    derivative_of,
    plain_name,
)
from tinygrad_notes.worked.calculation.shapes import by_shape

if TYPE_CHECKING:
    from lark import Lark

MOST_NESTED = 60
"""How deep brackets, signs and powers may be nested."""
MOST_SIGNS = 12_000
LONGEST_NAME = 100
_LAST = re.compile(rf"(?<![\w'])(?:{DERIVATIVE})$|(?:{NAME}|[\w)\]|\u2016])$")
"""What an expression ends with."""
_BARS = str.maketrans("\u27e6\u27e7\u27ee\u27ef", "\u2016\u2016||")  # as they were typed


def parse(text: str) -> tree.Node:
    """The tree of one expression.

    Raises LineError with the place and the remedy where the text is no expression.
    """
    _refuse_long(text)
    return by_shape(text, read) or read(text)


def read(text: str) -> tree.Node:
    """The tree of an expression by the parser alone, for `parse`, which goes by the shape first."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken, VisitError

    try:
        node: Any = _parser().parse(text)
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        raise LineError(f"{text[at]!r} has no meaning here; {_remedy(text, at)}", at) from None
    except UnexpectedToken as error:
        if error.token.type == "$END":
            raise LineError("the expression breaks off: something is missing at its end", len(text)) from None
        at = error.token.start_pos or 0
        raise LineError(_unexpected(text, at, str(error.token)), at) from None
    except UnexpectedEOF:
        raise LineError("the expression breaks off: something is missing at its end", len(text)) from None
    except VisitError as error:
        if isinstance(error.orig_exc, LineError):
            raise error.orig_exc from None
        raise
    _refuse_deep(node)
    return node  # type: ignore[no-any-return]  # what Builder made


def _refuse_long(text: str) -> None:
    if len(text) <= LONGEST_NAME:
        return
    if sum(map(text.count, ",+-*/^@(")) > MOST_SIGNS:
        raise LineError(f"a formula of more than {MOST_SIGNS:,} signs and commas is too long; split it")
    for name in re.finditer(rf"\w{{{LONGEST_NAME + 1},}}", text):
        raise LineError(f"a name or number of more than {LONGEST_NAME} letters; write a shorter one", name.start())


def _refuse_deep(root: tree.Node) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MOST_NESTED:
            raise LineError(f"nested more than {MOST_NESTED} deep; give the inner part a name of its own", level[0].at)
        level = [part for node in level for part in node.parts()]


def _unexpected(text: str, at: int, token: str) -> str:
    token = token.translate(_BARS)
    before = text[:at].translate(_BARS).rstrip()
    if (found := _LAST.search(before)) and re.match(r"[\w(\u2207]", token):
        for function in (found[0], token):
            if function[0].isalpha() and function_called(plain_name(function)) is not None:
                return f"{function} is a function and its argument stands in brackets: write {function}(…)"
        return f"{token!r} follows {found[0]!r} with nothing between: write a sign there, such as *"
    if before.endswith(tuple("+-*/^@·×(,[")):
        return f"{token!r} cannot stand after {before[-1]!r}: a number or a name is missing there"
    return f"{token!r} cannot stand here; {_remedy(text, at)}"


_REMEDIES = (
    dict.fromkeys("\\{}", "this is LaTeX: write a/b for \\frac{a}{b} and names without backslash")
    | dict.fromkeys("&|", "there are no logical operators: use where(condition, a, b); |x| needs both its bars")
    | {";": "write the rows of a matrix in brackets of their own, [[a, b], [c, d]]"}
    | dict.fromkeys("$€!", "leave it out")
)
"""What to write in place of a character."""


def _remedy(text: str, at: int) -> str:
    if text[at] == "%":
        number = re.search(rf"{NUMBER}\s*$", text[:at])
        if number and not text[at + 1 :].strip()[:1].isalnum():
            return f"write a percentage as a decimal: {float(number[0]) / 100:g}"
        return "write remainder(a, b) for what a leaves, divided by b"
    return _REMEDIES.get(text[at], "an expression has numbers, names, + - * / ^ @, functions and brackets")


@functools.cache
def _parser() -> Lark:
    from lark import Lark, Transformer

    builder = type("TreeBuilder", (Builder, Transformer), {})()
    return Lark(GRAMMAR, parser="lalr", start="expression", transformer=builder, propagate_positions=False)


# What each rule of the grammar makes ------------------------------------------------------------------


_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SIGNS = str.maketrans("\u2212\u2013", "--")
_OPERATORS = {"\u00f7": "/", "\u22c5": "\u00b7", "\u2217": "*", "\u2299": "*", "\u2218": "*", "\u00d7": "*"}


Rule = Callable[["Builder", list[Any]], Any]


def _bound(name: str) -> Rule:
    """The rule of a bound of a slice."""
    return lambda _, children: (name, children[0])


def _call_behind_sign(function: str) -> Rule:
    """The rule of a function that a sign stands for."""
    return lambda _, children: tree.Call(children[0].start_pos, function, (children[1],), ())


def _call_in_bars(function: str) -> Rule:
    """The rule of a function whose argument stands between bars."""
    return lambda _, children: tree.Call(children[0].at, function, (children[0],), ())


class Builder:
    """Makes the tree while the parser reads, so that nothing recurses."""

    def chain(self, children: list[Any]) -> tree.Node:
        if len(children) == 1:
            return children[0]  # type: ignore[no-any-return]
        rest = tuple((_operator(sign), part) for sign, part in zip(children[1::2], children[2::2], strict=True))
        for sign, part in rest:
            if sign == "/" and isinstance(part, tree.Juxtaposed):
                raise LineError("a / before a product without a sign can be read in two ways: write the *", part.at)
        return tree.Chain(children[0].at, children[0], rest)

    comparison = chain

    def signed(self, children: list[Any]) -> tree.Node:
        sign, part = children
        return tree.Signed(sign.start_pos, _operator(sign), part)

    def juxtaposed(self, children: list[Any]) -> tree.Node:
        factors = tuple(part for child in children for part in (child if isinstance(child, tuple) else (child,)))
        return tree.Juxtaposed(factors[0].at, factors)

    def groups(self, children: list[Any]) -> tuple[tree.Node, ...]:
        return (children[0], *(children[1] if len(children) > 1 else ()))

    several = groups

    def power(self, children: list[Any]) -> tree.Node:
        if len(children) == 1:
            return children[0]  # type: ignore[no-any-return]
        return tree.Power(children[0].at, children[0], children[2])

    def superscript(self, children: list[Any]) -> tree.Node:
        base, written = children
        digits = str(written).translate(_SUPERSCRIPTS)
        exponent: tree.Node = tree.Number(written.start_pos, digits.lstrip("-"))
        if digits.startswith("-"):
            exponent = tree.Signed(written.start_pos, "-", exponent)
        return tree.Power(base.at, base, exponent)

    def transposed(self, children: list[Any]) -> tree.Node:
        return tree.Method(children[0].at, children[0], "T")

    def attribute(self, children: list[Any]) -> tree.Node:
        return tree.Method(children[0].at, children[0], str(children[1]))

    def method(self, children: list[Any]) -> tree.Node:
        owner, name, *given = children
        return tree.Method(owner.at, owner, str(name), *_arguments(given))

    def index(self, children: list[Any]) -> tree.Node:
        return tree.Index(children[0].at, children[0], tuple(children[1:]))

    def slice(self, children: list[Any]) -> tree.Node:
        bounds = dict(children)
        parts = [bounds.get(name) for name in ("start", "stop", "step")]
        return tree.Slice(next((part.at for part in parts if part), 0), *parts)

    start, stop, step = map(_bound, ("start", "stop", "step"))

    def call(self, children: list[Any]) -> tree.Node:
        name, *given = children
        return tree.Call(name.start_pos, plain_name(str(name)), *_arguments(given))

    def named(self, children: list[Any]) -> tuple[str, tree.Node]:
        return str(children[0]), children[1]

    def group(self, children: list[Any]) -> tree.Node:
        part = children[0]
        if isinstance(part, tree.Juxtaposed):  # in its brackets it can be read in one way only
            return tree.Chain(part.at, part.factors[0], tuple(("*", factor) for factor in part.factors[1:]))
        return part  # type: ignore[no-any-return]

    total = _call_behind_sign("\u2211")
    total_of = total

    def times_total(self, children: list[Any]) -> tree.Node:
        factor, *rest = children
        return tree.Juxtaposed(factor.at, (factor, self.total(rest)))

    juxtaposed_groups = juxtaposed

    root = _call_behind_sign("\u221a")
    absolute, norm = _call_in_bars("|"), _call_in_bars("\u2016")

    def array(self, children: list[Any]) -> tree.Node:
        return tree.Array(children[0].at if children else 0, tuple(children))

    def name(self, children: list[Any]) -> tree.Node:
        return tree.Name(children[0].start_pos, plain_name(str(children[0])))

    def number(self, children: list[Any]) -> tree.Node:
        at, written = children[0].start_pos, str(children[0])
        if written.isnumeric() and not written.isdecimal():  # ½
            above, _, below = unicodedata.normalize("NFKC", written).partition("\u2044")
            return tree.Chain(at, tree.Number(at, above), (("/", tree.Number(at, below)),))
        return tree.Number(at, written)

    def blank(self, children: list[Any]) -> tree.Node:
        return tree.Blank(children[0].start_pos)

    def derivative(self, children: list[Any]) -> tree.Node:
        at, written = children[0].start_pos, str(children[0])
        if len(children) == 3:
            by = re.sub(f"^{DENOMINATOR}", "", str(children[2]))
            return tree.Derivative(at, children[1], (plain_name(by),), written)
        return derivative_of(written, at)


def _operator(sign: Any) -> str:
    written = str(sign).translate(_SIGNS)
    return _OPERATORS.get(written, written)


def _arguments(given: list[Any]) -> tuple[tuple[tree.Node, ...], tuple[tuple[str, tree.Node], ...]]:
    return (
        tuple(argument for argument in given if not isinstance(argument, tuple)),
        tuple(argument for argument in given if isinstance(argument, tuple)),
    )
