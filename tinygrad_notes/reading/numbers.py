r"""Numbers as notes write them: decimal points or commas, thousands in groups.

Whether 1,200 is twelve hundred or one and a fifth is a habit of the whole note, so it is judged once, from all of its
numbers. What that habit does not explain is no number: 0,5 in a note with decimal points is refused, never cut to 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_EXPONENT = r"(?:[eE][-+−]?\d{1,3}(?!\w))?"
_SPACE = r"(?:\\,|[\u2009\u202f'’])"  # sets thousands apart in any note
_UNCLEAR = re.compile(r"\d+(?:\{,\}|,)\d")

_SIGN = r"(?:[=≈+\-−*·×⋅/→]|\\(?:approx|cdot|times|simeq|to)\b)"
_WITH_COMMA = re.compile(
    rf"{_SIGN}\s*[-−]?(?P<whole>\d+)(?:\.\d{{3}})*(?:,|\{{,\}})(?P<part>\d+)(?![\d,]|\{{)"
    rf"|(?<![\d.,\[({{\w])(?P<zero>0)(?:,|\{{,\}})(?P<rest>\d+)\s*{_SIGN}|(?<!\d)\d+\{{,\}}(?P<braced>\d+)"
)
_WITH_POINT = re.compile(r"(?<![\d.\w])\d*\.\d+(?![\d.]|,\d)")
_GROUPED = re.compile(rf"{_SIGN}\s*[-−]?[1-9]\d{{0,2}}(?:,\d{{3}})+(?![\d,])")


@dataclass(frozen=True)
class Digits:
    """How a note writes its numbers.

    Attributes:
        comma: whether a comma stands before the decimals, as in 0,5.
        groups: whether commas set thousands apart, as in 1,200. Inside round brackets they do so only then.
    """

    comma: bool = False
    groups: bool = False

    def match(self, text: str, at: int, bracket: str = "") -> tuple[str, int] | None:
        """The number at a place in plain digits, and where it ends; None for none, "" for one that is unclear.

        Args:
            bracket: the innermost bracket that is open there: inside square ones a comma separates numbers.
        """
        is_begun = text[at] == "." or text[at].isdecimal()
        found = self._pattern(bracket).match(text, at) if is_begun else None
        if not found:
            return None
        listed = bracket in ("[", "(") and not self.comma
        if _UNCLEAR.match(text, found.end() - 1) and text[found.end() - 1].isdigit() and not listed:
            return "", found.end()
        return self.plain(found[0]), found.end()

    def shown(self, number: str, in_maths: bool) -> str:
        """A number in plain digits as this note would write it."""
        return number.replace(".", "{,}" if in_maths else ",") if self.comma else number

    def _pattern(self, bracket: str) -> re.Pattern[str]:
        if self.comma:
            return _COMMA_NUMBER
        return _POINT_NUMBER if not bracket or (bracket == "(" and self.groups) else _LISTED_NUMBER

    def plain(self, written: str) -> str:
        """A number as this note writes it in plain digits."""
        if not self.comma and written.replace(".", "").isdecimal():
            return written.rstrip(".")
        plain = re.sub(_SPACE, "", written).replace("−", "-").replace("{,}", ",")
        if self.comma and ("," in plain or re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+", plain)):
            return plain.replace(".", "").replace(",", ".")
        return plain.replace(",", "").rstrip(".")


def _number(groups: str, decimal: str) -> re.Pattern[str]:
    """Digits, in groups of three behind one to three others or in one run, with decimals behind."""
    whole = rf"(?:[1-9]\d{{0,2}}(?:(?:{groups})\d{{3}})+(?!\d)|\d+)"
    return re.compile(rf"\d+\.\d+{_EXPONENT}(?!\.?\d|,\d)|{whole}{decimal}{_EXPONENT}|\.\d+{_EXPONENT}")


POINTS = Digits()
_POINT_NUMBER = _number(rf",|\{{,\}}|{_SPACE}", r"(?:\.\d+|\.(?!\w|\.))?")
_LISTED_NUMBER = _number(rf"\{{,\}}|{_SPACE}", r"(?:\.\d+|\.(?!\w|\.))?")
_COMMA_NUMBER = _number(rf"\.|{_SPACE}", r"(?:(?:,|\{,\})\d+)?")


def digits_of(text: str) -> Digits:
    """How a note writes its numbers, judged from those beside a sign.

    Example:
        >>> digits_of("z = 0,5 · 1,25 = 0,625").comma, digits_of("z = [0,1] · 0.5").comma
        (True, False)
    """
    commas = sum(map(_is_decimal, _WITH_COMMA.finditer(text)))
    points = len(_WITH_POINT.findall(text)) if commas else 0
    return Digits(comma=commas > points, groups=_GROUPED.search(text) is not None)


def _is_decimal(found: re.Match[str]) -> bool:
    """Whether what stands before and behind the comma cannot be a group of thousands."""
    if found["braced"]:
        return len(found["braced"]) != 3
    return bool(found["zero"]) or len(found["part"]) != 3 or found["whole"].startswith("0") or len(found["whole"]) > 3
