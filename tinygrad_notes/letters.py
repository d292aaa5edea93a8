"""The letters of a name: Greek ones, digits above and below the line, and what TeX makes of them."""

from __future__ import annotations

from collections.abc import Callable

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_FLAT = {ord(raised): str(digit) for digit, raised in enumerate(_RAISED)}
_SUPERSCRIPTS = str.maketrans("0123456789", _RAISED)
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def superscript(number: int) -> str:
    """A number in small digits above the line: "¹²" for 12."""
    return str(number).translate(_SUPERSCRIPTS)


def subscript(number: int) -> str:
    """A number in small digits below the line: "₁₂" for 12."""
    return str(number).translate(_SUBSCRIPTS)


def flat(text: str) -> str:
    """The text with its raised digits on the line: "d2L" for "d²L"."""
    return text.translate(_FLAT)


def letters_and_subscript(kind: str) -> tuple[str, str]:
    """Whh_2 as Whh and 2, h_t as h and t; other words, such as learning_rate, in one piece."""
    letters, _, below = kind.partition("_")
    a_symbol = len(letters.rstrip("'")) == 1 or letters in _GREEK.values() or below.isdigit()
    return (letters, below) if a_symbol and below.isascii() and below.isalnum() else (kind, "")


def latex_letters(letters: str, plain: Callable[[str], str]) -> str:
    """A symbol for math mode; `plain` escapes the characters of a word, which is set as text."""
    word = letters.rstrip("'")
    primes = letters[len(word) :]
    greek = _GREEK.get(word) or (word if word in _GREEK.values() else "")
    if greek or (len(word) == 1 and word.isascii() and word.isalpha()):
        return (rf"\{greek}" if greek else word) + primes
    return rf"\text{{{plain(letters)}}}"
