"""The parser of expressions, built from the grammar by lark when the first expression is read."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from tinygrad_notes.worked.calculation import tree
from tinygrad_notes.worked.calculation.building import Builder
from tinygrad_notes.worked.calculation.called import function_called
from tinygrad_notes.worked.calculation.errors import LineError
from tinygrad_notes.worked.calculation.grammar import DERIVATIVE, GRAMMAR, NAME, NUMBER, plain_name
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


def _remedy(text: str, at: int) -> str:
    if text[at] == "\\" or text[at] in "{}":
        return "this is LaTeX: write a/b for \\frac{a}{b} and names without backslash"
    if text[at] in "&|":
        return "there are no logical operators: use where(condition, a, b); |x| needs both its bars"
    if text[at] == ";":
        return "write the rows of a matrix in brackets of their own, [[a, b], [c, d]]"
    if text[at] == "%":
        number = re.search(rf"{NUMBER}\s*$", text[:at])
        if number and not text[at + 1 :].strip()[:1].isalnum():
            return f"write a percentage as a decimal: {float(number[0]) / 100:g}"
        return "write remainder(a, b) for what a leaves, divided by b"
    if text[at] in "$€!":
        return "leave it out"
    return "an expression has numbers, names, + - * / ^ @, functions and brackets"


@functools.cache
def _parser() -> Lark:
    from lark import Lark, Transformer

    builder = type("TreeBuilder", (Builder, Transformer), {})()
    return Lark(GRAMMAR, parser="lalr", start="expression", transformer=builder, propagate_positions=False)
