r"""Formulas for Typst's math mode, as `latex` writes them for LaTeX's.

Names are read the way the notes write them: `W1[0,2]` has its layer as a subscript, `dC/dW1[0,2]` is a partial
derivative. Whatever else a user may have typed as a label is set as text, never as markup.

Example:
    >>> from tinygrad_notes.number_systems.symbols import Symbol
    >>> typst_math(Symbol("a1[0]") / (Symbol("dC/dW2[0,0]") - Symbol("-0.3")))
    'frac(a_("1")["0"], frac(∂ C, ∂ W_("2"))["0,0"] - (-0.3))'
"""

from __future__ import annotations

import re
import unicodedata

from tinygrad_notes.letters import letters_and_subscript
from tinygrad_notes.names import Name
from tinygrad_notes.number_systems.symbols import IN_TWO_DIMENSIONS, Expression, Style, in_math, visible, write
from tinygrad_notes.operations import Operation

_STRUCTURES = {
    "divide": "frac({0}, {1})",
    "reciprocal": "frac(1, {0})",
    "pow": "{0}^({1})",
    "sqrt": "sqrt({0})",
    "cbrt": "root(3, {0})",
    "abs": "abs({0})",
    "floor": "floor({0})",
    "ceil": "ceil({0})",
    "where": 'cases({1} & "if " {0}, {2} & "otherwise")',
}
"""Operations that Typst sets in two dimensions; the rest follow from the table's own notation."""


def typst_math(expression: Expression) -> str:
    """The formula for Typst's math mode."""
    return write(expression, _STYLE)


def _notation(row: Operation) -> str:
    return _STRUCTURES.get(row.name) or re.sub(r"[^\W\d_]\w+", lambda word: f'op("{word[0]}")', row.notation)


def symbol(name: str) -> str:
    """A number or the name of a quantity, for math mode."""
    return in_math(name, "{} · 10^({})", "∞", lambda plain: _name(Name.parse(plain)))


def quoted(plain: str) -> str:
    """Plain text as a string of Typst: set character by character, and never read as markup.

    Example:
        >>> print(quoted('"#x'))
        "\\"#x"
    """
    return '"' + visible(plain).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _name(name: Name) -> str:
    index = f"[{quoted(','.join(map(str, name.index)))}]" if name.index else ""
    if name.of is not None and name.by:
        order = f"^({len(name.by)})" if len(name.by) > 1 else ""
        below = " ".join(f"∂ {_name(by)}" for by in name.by)
        return f"frac(∂{order} {_name(name.of)}, {below}){index}"
    if name.kind == "slope" and name.layer is not None:
        return f"σ'(z_({quoted(str(name.layer))}){index})"
    word, below = letters_and_subscript(name.kind)
    letters = _greek(word) or word
    below += "" if name.layer is None else str(name.layer)
    new = "" if not name.version else "new" if name.version == 1 else f"new {name.version}"
    return (
        (letters if len(letters) == 1 and letters.isalpha() else quoted(letters))
        + (f"_({quoted(below)})" if below else "")
        + (f"^({quoted(new)})" if new else "")
        + index
    )


def _greek(word: str) -> str:
    """δ for "delta"; empty for what is no Greek letter's name."""
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {word}") if len(word) > 1 and word.isascii() else ""
    except KeyError:
        return ""


_STYLE = Style(
    notation=_notation,
    symbol=symbol,
    parentheses="({0})",
    tightness=IN_TWO_DIMENSIONS,
)
