"""Mathematics of a sheet in the languages of its documents."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from tinygrad_notes.classroom.print.page import Maths
from tinygrad_notes.number_systems.latex import escaped, latex
from tinygrad_notes.number_systems.symbols import Expression
from tinygrad_notes.number_systems.typst_math import quoted, typst_math

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
    """As MathML, which browsers set."""
    return _mathml(in_latex(maths))


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
