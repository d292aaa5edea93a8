"""Mathematics of a sheet in the languages of its documents."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from tinygrad_notes.classroom.print.page import Array, Maths
from tinygrad_notes.number_systems.latex import escaped, latex
from tinygrad_notes.number_systems.symbols import Expression
from tinygrad_notes.number_systems.typst_math import quoted, typst_math

_LONG = 100  # characters of a formula that a line has room for
_LATEX = {"⊙": r"\odot", "ᵀ": r"^{\top}", "Σ": r"\sum"}


def in_latex(maths: Maths) -> str:
    r"""For LaTeX's math mode.

    Example:
        >>> print(in_latex(Maths.of_names("W2ᵀ δ2")))
        W_{2}^{\top} \delta_{2}
    """

    def sign(word: str) -> str:
        return rf"\text{{ {escaped(word)} }}" if _is_word(word) else _LATEX.get(word, word)

    return _joined(maths, latex, sign)


def matrix_in_latex(array: Array, place: str = "") -> str:
    """Numbers as a matrix for LaTeX's math mode, with `place` for each that is to be filled in."""
    cells = [[cell or place for cell in row] for row in array.rows]
    if not array.has_brackets:
        return cells[0][0]
    return r"\begin{pmatrix} " + r" \\ ".join(" & ".join(row) for row in cells) + r" \end{pmatrix}"


def in_typst(maths: Maths) -> str:
    """For Typst's math mode.

    Example:
        >>> print(in_typst(Maths.of_names("W2ᵀ δ2")))
        W_("2")^⊤ δ_("2")
    """

    def sign(word: str) -> str:
        return quoted(f" {word} ") if _is_word(word) else "^⊤" if word == "ᵀ" else word

    return _joined(maths, typst_math, sign)


def in_mathml(maths: Maths) -> str:
    """As MathML, which browsers set; in pieces where it is long, for they break lines between formulas alone."""
    return " ".join(map(_mathml, _pieces(in_latex(maths))))


def _pieces(formula: str) -> list[str]:
    """A formula of LaTeX, cut before its signs of adding, where these stand in no bracket.

    Example:
        >>> _pieces("a + b"), len(_pieces(" + ".join(["w x"] * 20 + [r"\\left(a + b\\right)"])))
        (['a + b'], 21)
    """
    if len(formula) <= _LONG:
        return [formula]
    pieces, depth = [""], 0
    for part in re.split(r"( [-+=] )", formula):
        if depth == 0 and part in (" + ", " - ", " = "):
            pieces.append("")
        pieces[-1] += part
        depth += part.count("{") + part.count(r"\left") - part.count("}") - part.count(r"\right")
    return list(map(str.strip, pieces))


def _is_word(sign: str) -> bool:
    return sign.isascii() and sign.isalpha()


def _joined(maths: Maths, formula: Callable[[Expression], str], sign: Callable[[str], str]) -> str:
    written = ""
    for part in maths.parts:
        blank = "" if part == "ᵀ" or not written else " "
        written += blank + (sign(part) if isinstance(part, str) else formula(part))
    return written


@lru_cache(maxsize=1 << 14)
def _mathml(formula: str) -> str:
    from latex2mathml.converter import convert  # loaded when a page is made

    return convert(formula).replace('display="inline"', 'displaystyle="true"', 1)
