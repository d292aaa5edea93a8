"""What stands below and above a name, in plain letters: the 2 and the new of W_2^{new}."""

from __future__ import annotations

import re
import unicodedata

from tinygrad_notes.reading.notation import GREEK, SUBSCRIPTS, SUPERSCRIPTS, VULGAR

LETTER = rf"[^\W\d_{''.join([*SUPERSCRIPTS, *SUBSCRIPTS, *VULGAR])}]"
"""A letter of any script; not the small ones that stand above and below."""

_SUBSCRIPT_SIGNS = "".join(SUBSCRIPTS)
_LOOKS = r"(?:\\(?:text|mathrm|textrm|mathit|mathbf)\s*\{|\\(?:rm|bf|it|sf)\s+)?"
_FONT = re.compile(
    r"\\(?:text|mathrm|textrm|mathit|mathbf|mathsf|mathcal|boldsymbol|bm|rm|bf|it|sf|cal)(?![A-Za-z])\s*|[{}]"
)
TRANSPOSE = r"(?:\\top|\\intercal|\\mathsf\{T\}|\\mathrm\{T\}|T)"
TRANSPOSED = re.compile(rf"\s*(?:\{{\s*{TRANSPOSE}\s*\}}|{TRANSPOSE}(?!\w))")
PRIMED = re.compile(r"\s*(?:\{\s*(?:\\prime\s*)+\}|(?:\\prime\s*)+)")
"""What makes a raised sign a transpose or a prime."""

SCRIPT = re.compile(
    rf"\u200b*(?:_\s*(?:\{{(?P<sub>[^{{}}]*(?:\{{[^{{}}]*\}})?[^{{}}]*)\}}|(?P<digits>\d+)|(?P<word>[^\W_]+)|(?P<greek>\\[a-z]+))"
    rf"|(?P<low>[{re.escape(_SUBSCRIPT_SIGNS)}]+)"
    rf"|\^\s*(?:\{{\s*)?(?P<above>\[[^{{}}\]]*\]|\((?:\d+|\s*[a-zA-Z](?:\s*[+-]\s*1)?)\s*\)|⁽[^⁾]+⁾)(?:\s*\}})?"
    r"|(?<![eE])\^\s*(?:\{\s*(?P<layer>[lL](?:\s*[+-]\s*1)?)\s*\}|(?P<short>[lL])(?![^\W_]|'))"
    rf"|\^\s*\{{\s*{_LOOKS}\s*(?P<version>new|old|updated|neu|alt|nuevo|nueva|prev|next|\+|\*)\s*\}}?\s*\}}"
    rf"|\^\s*(?P<mark>[+*](?!\s*[\w(.])|new\b|old\b)|(?P<plus>⁺))"
)
DERIVATIVE = re.compile(
    r"\\[dt]?frac\s*\{\s*(?P<d1>\\partial|∂|d|\\mathrm\{d\}|\\text\{d\})\s*(?P<o1>\^\s*\{?2\}?)?\s*(?P<what>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"
    r"\s*\{\s*(?P<d2>\\partial|∂|d|\\mathrm\{d\}|\\text\{d\})\s*(?P<by>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"
)
"""A derivative as a fraction of two ∂ or d."""

SLASHED = re.compile(
    r"(?:∂|\\partial\b|d(?=\w))[\s\u200b]*(?P<what>(?:\\?\w|[_^{}'ŷ₀-₉])+)[\s\u200b]*/[\s\u200b]*(?:∂|\\partial\b|d(?=\w))[\s\u200b]*"
)
"""A derivative with a slash, up to its last name."""


BY_INDEX = re.compile(
    r"(?:∂|\\partial|∇|\\nabla)\s*(?:_\s*(?:\{(?P<by>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}|(?P<name>\\[A-Za-z]+|[^\W_]))"
    rf"|(?P<low>[{re.escape(_SUBSCRIPT_SIGNS)}]+))\s*(?=[^\W\d]|\\)"
)
"""A derivative by what stands below its sign, up to what is derived: ∂_w L, ∇_w L."""

SQUARE_ALONE = re.compile(
    r"\u200b*\s*(?:²|\^\s*(?:2|\{\s*2\s*\}))\s*"
    r"(?:\Z|[-+−–*·×⋅/÷=≈:,.;)}\]&$|]|\\(?:cdot|times|odot|approx|right|q?quad|end|[\\,;])(?![A-Za-z]))"
)
"""A square behind which no operand stands: the σ² of a variance, not of a function's value."""

SUM = re.compile(
    r"(?:\\sum(?![A-Za-z])|∑|Σ(?=\s*[(_ᵢⱼₖₗₘₙ])|\bsum(?=_))\s*(?:\\(?:no)?limits)?(?P<over>\s*\^\s*(?:\{[^{}]*\}|\\?\w+))?"
    rf"\s*(?:_\s*\{{(?P<sub>[^{{}}]*)\}}|_\s*(?P<letter>[a-z])(?![a-z])|(?P<low>[{re.escape(_SUBSCRIPT_SIGNS)}]+))?"
    r"(?(over)|(?:\s*\^\s*(?:\{[^{}]*\}|\\?\w+))?)"
)
"""A sum over an index, up to what is summed."""
_SUMMED = re.compile(r"([a-z](?:\s*,?\s*[a-z])?)\s*(?:=\s*[01]|(?:\\in\b|∈).*)?\s*", re.DOTALL)


def summed(found: re.Match[str]) -> str | None:
    """The indices that a sum goes over, all of them; "" where none is written, and None for a part of them."""
    below = found["sub"] or found["letter"] or "".join(SUBSCRIPTS[sign] for sign in found["low"] or "")
    whole = _SUMMED.fullmatch(below.strip())
    return re.sub(r"[\s,]", "", whole[1]) if whole else None if below.strip() else ""


def script(found: re.Match[str]) -> tuple[str, str]:
    """What kind of script this is, and how it reads in plain letters; "" for none that is known."""
    version = found["version"] or found["mark"] or found["plus"]
    if version:
        return "version", "_new" if version in "+⁺" else "_star" if version == "*" else f"_{version}"
    if above := found["above"] or found["layer"] or found["short"]:
        return "layer", _joined("".join(SUPERSCRIPTS.get(letter, letter) for letter in above))
    low = "".join(SUBSCRIPTS[letter] for letter in found["low"] or "")
    below = low or found["sub"] or found["digits"] or found["word"] or found["greek"]
    if "\\" in below:
        below = _FONT.sub("", below)
        below = re.sub(r"\\([A-Za-z]+)\s*", lambda command: GREEK.get(command[1], f"\\{command[1]}"), below)
    return "index", "" if re.search(r"[^\w\s,;.+-]", below) else _joined(below)


_PARTS = re.compile(rf"\d+|{LETTER}(?:{LETTER}|\d)*|[-+]")


def _joined(written: str) -> str:
    """The words, digits and signs of a script, with a _ between them, and in front of a letter."""
    if written.isdecimal():
        return written
    parts = _PARTS.findall(written)
    joined = "_".join({"+": "plus", "-": "minus"}.get(part, plain_word(part)) for part in parts)
    return joined if joined[:1].isdigit() or not joined else f"_{joined}"


def plain_word(word: str) -> str:
    """A word without accents and low digits, which stand behind it in plain letters: ŷ₁ is y_hat1."""
    if word.isascii():
        return "λ" if word == "lambda" else word  # which begins a function in code
    marks = {"\u0302": "_hat", "\u0304": "_bar", "\u0303": "_tilde", "\u0307": "_dot"}
    letters = unicodedata.normalize("NFD", word)
    if not any(mark in letters for mark in marks) and not any(letter in SUBSCRIPTS for letter in letters):
        return word
    return "".join(marks.get(letter, SUBSCRIPTS.get(letter, letter)) for letter in letters)
