"""Decimals as people write them, turned into those that a computer reads."""

from __future__ import annotations

import re
import unicodedata

_MINUS = re.compile(
    "[\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}\N{FIGURE DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{SUPERSCRIPT MINUS}]"
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_UNSIGNED = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)"
_DECIMAL = re.compile(rf"[+-]?{_UNSIGNED}(?:[eE][+-]?[0-9]{{1,4}})?")
_POWER_OF_TEN = re.compile(
    rf"([+-]?)(?:({_UNSIGNED})\s*(?:[×x*·⋅]|\\times|\\cdot)\s*)?10\s*(?:\^|\*\*)\s*"
    r"(?:([+-]?[0-9]{1,4})|[{(]\s*([+-]?[0-9]{1,4})\s*[)}])"
)
_COMMA = re.compile(r"^([+-]?[0-9]+),([0-9]+)(?![0-9.,])")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}(?![0-9])")
"""A number whose comma may separate thousands."""


def plain_decimal(written: str) -> tuple[str, bool]:
    """A decimal in the form of "-1.2e-3", and whether further digits were cut off, as in "0.333…".

    Read are powers of ten, any minus sign, digits of full width, a sign such as ≈ in front, and a decimal comma, unless
    it may as well separate thousands, as in "1,234".

    Raises ValueError for everything else; its text is the form to write, where that is clear, else empty.

    Example:
        >>> [plain_decimal(text)[0] for text in ("1.2×10⁻³", "5 x 10^-1", "1.2e−3", "≈ −0.5", "１.５", "10^{2}")]
        ['1.2e-3', '5e-1', '1.2e-3', '-0.5', '1.5', '1e2']
        >>> plain_decimal("0.333…"), plain_decimal("0,52")
        (('0.333', True), ('0.52', False))
    """
    if _DECIMAL.fullmatch(written):
        return written, False
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", lambda power: "^" + power[0].translate(_RAISED), written)
    text = _MINUS.sub("-", unicodedata.normalize("NFKC", text)).strip()
    text = re.sub(r"^[≈≃≅~=]\s*", "", text)
    uncut = re.sub(r"\s*\.\.\.$", "", text)
    plain = re.sub(r"^([+-])\s+", r"\1", uncut)
    if not _THOUSANDS.match(plain):
        plain = _COMMA.sub(r"\1.\2", plain)
    if power := _POWER_OF_TEN.fullmatch(plain):
        sign, factor, bare, bracketed = power.groups()
        plain = f"{sign}{factor or 1}e{bare or bracketed}"
    if not _DECIMAL.fullmatch(plain):
        raise ValueError(_form_to_write(plain))
    return plain, uncut != text


def _form_to_write(text: str) -> str:
    """What to write instead of a number of a form that is not read; empty where that is not clear."""
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", text):
        return f'write the decimal point as a point, "{text.replace(",", ".")}", or no comma, "{text.replace(",", "")}"'
    if fraction := re.fullmatch(rf"([+-]?{_UNSIGNED})\s*[/⁄∕]\s*({_UNSIGNED})", text):
        under = float(fraction[2])
        worked = f': "{float(fraction[1]) / under:.4g}"' if under else ""
        return f"write a fraction as a decimal{worked}"
    if percent := re.fullmatch(rf"([+-]?{_UNSIGNED})\s*%", text):
        return f'write a percentage as a decimal: "{float(percent[1]) / 100:g}"'
    if power := re.fullmatch(rf"([+-]?{_UNSIGNED})\s*[×x*·⋅]\s*10\s*([+-]?[0-9]{{1,3}})", text):
        return f'write a power of ten as "{power[1]}e{int(power[2])}"'
    if re.fullmatch(r"[+-]?[0-9]{1,3}(?:[ ,'_][0-9]{3})+(?:\.[0-9]*)?", text):
        return f'write it without separators: "{re.sub("[ ,_]", "", text).replace(chr(39), "")}"'
    return ""
