r"""Formulas as LaTeX, for math mode.

Names are read the way the notes write them: `W1[0,2]` has its layer as a subscript, `dC/dW1[0,2]` is a partial
derivative. Anything else that a user may have typed as a label is set as text, never as markup.

Example:
    >>> from tinygrad_notes.number_systems.symbols import Symbol
    >>> latex(Symbol("a1[0]") * (Symbol("W2[0,0]") - Symbol("-0.3")))
    'a_{1}[0] \\cdot \\left(W_{2}[0,0] - \\left(-0.3\\right)\\right)'
"""

from __future__ import annotations

import re

from tinygrad_notes.names import Name
from tinygrad_notes.number_systems.symbols import IN_TWO_DIMENSIONS, Expression, Style, in_math, visible, write
from tinygrad_notes.operations import Operation

_STRUCTURES = {
    "divide": r"\frac{{{0}}}{{{1}}}",
    "reciprocal": r"\frac{{1}}{{{0}}}",
    "pow": "{0}^{{{1}}}",
    "sqrt": r"\sqrt{{{0}}}",
    "cbrt": r"\sqrt[3]{{{0}}}",
    "floor": r"\left\lfloor {0} \right\rfloor",
    "ceil": r"\left\lceil {0} \right\rceil",
    "remainder": r"{0} \bmod {1}",
    "where": r"\begin{{cases}} {{{1}}} & \text{{if }} {0} \\ {{{2}}} & \text{{otherwise}} \end{{cases}}",
}
"""Operations that LaTeX sets in two dimensions; the rest follow from the table's own notation."""

_SIGNS = {
    "·": r"\cdot",
    "σ": r"\sigma",
    "Σ": r"\sum",
    "Π": r"\prod",
    "‖": r"\|",
    "δ": r"\delta",
    "η": r"\eta",
    "∂": r"\partial",
    "π": r"\pi",
}
_NAMED_FUNCTIONS = frozenset(["exp", "ln", "sin", "cos", "tan", "sinh", "cosh", "tanh", "max", "min"])


def latex(expression: Expression) -> str:
    """The formula for LaTeX's math mode (also what MathJax and KaTeX read)."""
    return write(expression, _STYLE)


def _notation(row: Operation) -> str:
    return _STRUCTURES.get(row.name) or re.sub(r"[^\W\d_]\w*|[·σΣΠ‖]", _sign_or_function, row.notation)


def _sign_or_function(found: re.Match[str]) -> str:
    word = found[0]
    if word in _SIGNS:
        return _SIGNS[word]
    if word in _NAMED_FUNCTIONS:
        return "\\" + word
    return rf"\operatorname{{{{{escaped(word)}}}}}"


def symbol(name: str) -> str:
    """A number or the name of a quantity, for math mode."""
    return in_math(name, r"{} \cdot 10^{{{}}}", r"\infty", _named)


def _named(name: str) -> str:
    return r"2\pi" if name == "2π" else Name.parse(name).latex(escaped)


_ESCAPES = {character: "\\" + character for character in "#$%&_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "[": "{[}",  # at the start of a table's row it would be an argument of the line break before it
    "]": "{]}",
    "⊙": r"\ensuremath{\odot}",
    "ᵀ": r"\ensuremath{^{\top}}",
    "²": r"\ensuremath{^{2}}",
    "−": r"\ensuremath{-}",
    "½": r"\ensuremath{\tfrac{1}{2}}",
    "→": r"\ensuremath{\to}",
    "≥": r"\ensuremath{\ge}",
    "ŷ": r"\ensuremath{\hat{y}}",
    "…": r"\dots{}",
}
_ESCAPES |= {sign: rf"\ensuremath{{{macro}}}" for sign, macro in _SIGNS.items()}  # pdfLaTeX has no Greek in text
_ESCAPES |= {chr(0x2080 + digit): rf"\ensuremath{{_{digit}}}" for digit in range(10)}


def escaped(plain: str) -> str:
    """Plain text, so that LaTeX sets every character of it and obeys none.

    A character that pdfLaTeX's usual fonts do not have, such as an emoji, is named by its code point.
    """
    return "".join(_ESCAPES.get(c) or (c if ord(c) < 0x180 else f"U+{ord(c):04X}") for c in visible(plain))


_STYLE = Style(
    notation=_notation,
    symbol=symbol,
    parentheses=r"\left({0}\right)",
    tightness=IN_TWO_DIMENSIONS,
)
