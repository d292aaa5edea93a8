"""Decimals as people write them, turned into those that a computer reads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

_MINUS = re.compile(
    "[\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}\N{FIGURE DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{SUPERSCRIPT MINUS}]"
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_UNSIGNED = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)"
_DECIMAL = re.compile(rf"[+-]?{_UNSIGNED}(?:[eE][+-]?[0-9]{{1,4}})?")
_TIMES = r"(?:[×x*·⋅•∙∗]|\\times|\\cdot)"
_POWER_OF_TEN = re.compile(
    rf"([+-]?)(?:({_UNSIGNED})\s*{_TIMES}\s*)?10\s*(?:\^|\*\*)\s*"
    r"(?:([+-]?[0-9]{1,4})|[{(]\s*([+-]?[0-9]{1,4})\s*[)}])"
)
_COMMA = re.compile(r"^([+−–-]?[0-9]+),([0-9]+)(?![0-9.,])")
_THOUSANDS = re.compile(r"[+−–-]?[1-9][0-9]{0,2},[0-9]{3}(?![0-9])")
"""A number whose comma may separate thousands."""


def plain_decimal(written: str) -> tuple[str, bool]:
    """A decimal in the form of "-1.2e-3", and whether further digits were cut off, as in "0.333…".

    Read are powers of ten, any minus sign, digits of full width, a sign such as ≈ in front, and a decimal comma, unless
    it may as well separate thousands, as in "1,234". Marks that cannot be seen are passed over.

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
    text = re.sub("(?<=[0-9])(?=[¼-¾⅐-⅞])", " ", text)
    text = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    text = _MINUS.sub("-", text).strip()
    text = re.sub(r"^[≈≃≅≐≒∼~=]\s*", "", text)
    uncut = re.sub(r"\s*\.\.\.$", "", text)
    plain = re.sub(r"^([+-])\s+|(?<=[0-9])\s+(?=[eE][+-]?[0-9]+$)", r"\1", uncut)
    if not _THOUSANDS.match(plain):
        plain = _COMMA.sub(r"\1.\2", plain)
    if power := _POWER_OF_TEN.fullmatch(plain):
        sign, factor, bare, bracketed = power.groups()
        plain = f"{sign}{factor or 1}e{bare or bracketed}"
    if not _DECIMAL.fullmatch(plain):
        raise ValueError(_form_to_write(plain))
    return plain, uncut != text


def _form_to_write(text: str) -> str:
    """What to write in place of a number that is not read; empty where that is not clear."""
    in_ascii = "".join(str(unicodedata.decimal(sign, sign)) for sign in text).replace(
        "\N{ARABIC DECIMAL SEPARATOR}", "."
    )
    if in_ascii != text and _DECIMAL.fullmatch(in_ascii):
        return f'write it in the digits 0 to 9: "{in_ascii}"'
    return next((form(found) for kind, form in _FORMS if (found := kind.fullmatch(text))), "")


def with_decimal_points(written: Any) -> Any:
    """The numbers of a page with points, where its decimals have commas: then "1,234" is no thousand.

    That is where some comma can only be a decimal one and no number has a point.

    Example:
        >>> with_decimal_points({"z1": ["0,52", "1,234"]}), with_decimal_points(["0.5", "1,234"])
        ({'z1': ['0.52', '1.234']}, ['0.5', '1,234'])
    """
    texts = _texts(written)
    commas = [text for text in texts if _COMMA.match(text)]
    if any("." in text for text in texts) or all(map(_THOUSANDS.match, commas)):
        return written
    return _each(written, lambda text: _COMMA.sub(r"\1.\2", text))


def _texts(written: Any) -> list[str]:
    """The texts in tables and lists, in any order."""
    texts, parts = [], [written]
    while parts:
        part = parts.pop()
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, (list, dict)):
            parts += part.values() if isinstance(part, dict) else part
    return texts


def _each(written: Any, change: Callable[[str], str]) -> Any:
    if isinstance(written, dict):
        return {name: _each(part, change) for name, part in written.items()}
    if isinstance(written, list):
        return [_each(part, change) for part in written]
    return change(written) if isinstance(written, str) else written


def _point(found: re.Match[str]) -> str:
    whole, decimals = re.sub("[ .'’]", "", found[1]), found[2]
    none = f', or no comma, "{whole}{decimals}"' if _THOUSANDS.fullmatch(found[0]) else ""
    return f'write the decimal point as a point, "{whole}.{decimals}"{none}'


def _fraction(found: re.Match[str]) -> str:
    above, under = float(found[3]), float(found[4])
    number = float(found[2] or 0) + above / under if under else 0.0
    return "write a fraction as a decimal" + (f': "{found[1]}{number:.4g}"' if under else "")


def _part(found: re.Match[str]) -> str:
    called, whole = ("part in a thousand", 1000) if found[2] == "‰" else ("percentage", 100)
    return f'write a {called} as a decimal: "{float(found[1]) / whole:g}"'


_NUMBER = rf"([+-]?{_UNSIGNED}(?:[eE][+-]?[0-9]{{1,4}})?)"
_ABOUT = r"(?:about|approx\.?|approximately|ca\.?|circa|roughly|nearly)"
_IN_FRONT = rf"(?:{_ABOUT}|[^=≈:]*[=≈:])?[\s(\[{{$\"'\\]*"
_BEHIND = r"(?:[\s)\]}$\"';:,.?!=\\]*|[\s(][^=0-9]*|\s*\([^()]*\)|\s*(?:±|\+/?-).*|[fFdDlL])"
_FORMS: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = [
    (re.compile(kind), form)
    for kind, form in (
        (r"([+-]?(?:[0-9]{1,3}(?:[ .'’][0-9]{3})*(?=,)|[0-9]+(?=,)|0(?=[·⋅])))[,·⋅]([0-9]+)", _point),
        (rf"([+-]?)(?:([0-9]+)\s+)?({_UNSIGNED})\s*[/⁄∕÷:]\s*({_UNSIGNED})", _fraction),
        (rf"([+-]?{_UNSIGNED})\s*(%|‰|percent|per cent|pct\.?)", _part),
        (
            rf"(?:([+-]?{_UNSIGNED})\s*{_TIMES}\s*)?10\s*([+-]?[0-9]{{1,3}})",
            lambda found: f'write a power of ten as "{found[1] or 1}e{int(found[2])}"',
        ),
        (
            r"[+-]?(?:[0-9]{1,3}(?:[ ,'’_.][0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3})(?:\.[0-9]*)?",
            lambda found: f'write it without separators: "{_joined(found[0])}"',
        ),
        (
            r"([+-]?[0-9]*\.[0-9]*?)(?:\(([0-9]+)\)|((?:[0-9][\u0305\u0307])+))",
            lambda found: f'write a decimal that repeats as "{found[1]}{_digits(found[2] or found[3]) * 3}…"',
        ),
        (rf"(?:±|\+/?-)\s*{_NUMBER}", lambda found: f'write one sign: "{found[1]}" or "-{found[1]}"'),
        (r"[+-]?[0-9]+\s*\.\s*[0-9]+", lambda found: f'write it without blanks: "{"".join(found[0].split())}"'),
        (
            rf"{_NUMBER}\s*(?:or|to|-|\.\.\.?)\s*{_NUMBER}",
            lambda found: f'write one number: "{found[1]}" or "{found[2]}"',
        ),
        (_IN_FRONT + _NUMBER + _BEHIND, lambda found: f'write the number alone: "{found[1]}"'),
        (r"(?=.*[0-9π√]).*[√π^×·*÷/(⋅].*", lambda found: "write what it comes to, as a decimal"),
    )
]
"""The forms of numbers that are not read, each with what to write instead."""


def _digits(text: str) -> str:
    return "".join(re.findall("[0-9]", text))


def _joined(text: str) -> str:
    """A number without what stands between its thousands: of several points, each."""
    return re.sub(r"[ ,'’_]", "", text if text.count(".") < 2 else text.replace(".", ""))
