"""Claims: numbers as a person wrote them down. Their digits say how exact they are meant to be."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from numbers import Integral, Rational, Real
from typing import Any, NamedTuple

from tinygrad_notes.errors import ClaimError as ClaimError
from tinygrad_notes.names import Index, Name, element_label
from tinygrad_notes.nn.arguments import listed
from tinygrad_notes.refusals import counted, meant, shortened
from tinygrad_notes.value import Value
from tinygrad_notes.worked.names import canonical_name, usual_name
from tinygrad_notes.worked.numerals import plain_decimal
from tinygrad_notes.worked.sheet import NumbersOnPaper, Quantity

BLANK = "?"
BEYOND = {"inf": math.inf, "infinity": math.inf, "∞": math.inf, "nan": math.nan, "undefined": math.nan}
"""The words for a result that is not finite."""
SIGNS = ("output-target", "target-output")
_LONGEST = 60
_LONGEST_BITS = 10_000  # Python writes no longer integers out
MOST_PROBLEMS = 20
"""So many unreadable claims are reported at once."""


class Claim(NamedTuple):
    """A number as written.

    Attributes:
        label: the quantity's element that it claims, such as "z1[0]".
        written: the characters, as they stood; "?" for a blank.
        number: what they say, in the sheet's sign; nan for a blank. It may be inf or nan in a calculation.
        unit: one unit of the last digit written; 0.01 for "0.50", 1 for "3".
        sign: -1 where the page writes this quantity with the opposite sign.
        digits: how many significant digits are written; 0 for a blank, and for a 0 with however many decimals.
    """

    label: str
    written: str
    number: float
    unit: float
    sign: int = 1
    digits: int = 0

    @property
    def half(self) -> float:
        """Half a unit of the last digit written: correct rounding changes a number by no more."""
        return self.unit / 2

    @property
    def is_blank(self) -> bool:
        return self.written == BLANK

    @property
    def is_finite(self) -> bool:
        """Whether it claims a finite number; others have no digits to be judged by."""
        return math.isfinite(self.number)

    def says(self, number: float) -> bool:
        """Whether a claim of inf or nan says what comes out: "undefined" is said of inf too."""
        return self.number == number or (math.isnan(self.number) and not math.isfinite(number))


def read_claim(label: str, written: Any, sign: int = 1, *, may_be_blank: bool = True) -> Claim:
    """The claim that `written` makes: a decimal as text or number, or "?" where it may be blank.

    A text is read as people write decimals, see `numerals`; a number of Python or NumPy by its shortest decimal. A
    Fraction is exact: it claims every digit. A decimal that breaks off, such as "0.333…", stands for the middle of all
    its continuations.

    Raises ClaimError for anything else, such as "nan", "1e999" or "about 3".

    Example:
        >>> claim = read_claim("a1[0]", "0.5650")
        >>> claim.number, claim.unit
        (0.565, 0.0001)
        >>> [read_claim("a1[0]", written).digits for written in ("0.0130", "120", "0.00", "?")]
        [3, 3, 0, 0]
        >>> read_claim("a1[0]", 3).half
        0.5
    """
    called, examples = ("a claim", '"0.25", or "?"') if may_be_blank else ("a number", '"0.25"')
    if not isinstance(written, str) and getattr(written, "shape", None) == ():
        written = written[()]  # of an array without a dimension
    if isinstance(written, str):
        characters = written.strip()
    else:
        if isinstance(written, bool) or not isinstance(written, (Real, Decimal)):
            raise ClaimError(label, f"{called} is one decimal such as {examples}, not {shown(written)}")
        if isinstance(written, Rational) and not isinstance(written, Integral):
            return _exact_claim(label, written, sign)
        characters = _decimal_of(written)
    if characters == BLANK and may_be_blank:
        return Claim(label, BLANK, math.nan, math.nan, sign)
    if len(characters) > _LONGEST:
        raise ClaimError(label, f"{called} of {len(characters)} characters is longer than any number worked by hand")
    try:
        plain, is_cut = plain_decimal(characters)
    except ValueError as form:
        instead = str(form) or ('"?" leaves it out' if may_be_blank and not re.search("[0-9]", characters) else "")
        reason = "; ".join(filter(None, [f'{shown(characters)} is not a decimal such as "0.25"', instead]))
        raise ClaimError(label, reason) from None
    decimal = Decimal(plain)
    exponent = int(decimal.as_tuple().exponent)
    place = exponent if decimal else min(0, exponent)  # "0e2" leaves no more open than "0"
    number, unit = float(plain), float(f"1e{place}")
    if not math.isfinite(number) or not math.isfinite(unit) or unit == 0.0:
        raise ClaimError(label, f"{shown(characters)} is beyond the numbers that a float can hold")
    digits = decimal.adjusted() - place + 1 if decimal else 0
    if is_cut:
        number += math.copysign(unit / 2, number)
    return Claim(label, characters, sign * number, unit, sign, digits)


def claim_on_page(label: str, written: str) -> Claim:
    """A claim of a calculation, which may be inf or nan."""
    beyond = beyond_numbers(written)
    return read_claim(label, written) if beyond is None else Claim(label, written, beyond, math.nan)


def beyond_numbers(written: str) -> float | None:
    """The words for a result that is not finite, such as "-inf", "∞" and "undefined"; None for any other text."""
    sign, word = (-1.0, written[1:]) if written[:1] in ("-", "\u2212") else (1.0, written.removeprefix("+"))
    number = BEYOND.get(word.casefold())
    return None if number is None else sign * number


def unit_of(x: float, digits: int) -> float:
    """One unit of the last of so many significant digits of x, which is not 0.

    Example:
        >>> unit_of(0.0123049, 3), unit_of(0.9996, 3), unit_of(1234.5, 3)
        (0.0001, 0.01, 10.0)
    """
    return float(f"1e{leading_place(x, digits) - digits + 1}")


def leading_place(x: float, digits: int) -> int:
    """The power of ten of x's first digit, once rounded to so many significant digits."""
    return int(f"{x:.{digits - 1}e}".partition("e")[2])


def _decimal_of(written: Any) -> str:
    """The decimal that a number is written as."""
    if isinstance(written, Integral):
        return str(int(written)) if int(written).bit_length() < _LONGEST_BITS else "9" * _LONGEST + "…"
    return float.__repr__(written) if isinstance(written, float) else str(written)


def _exact_claim(label: str, written: Rational, sign: int) -> Claim:
    try:
        number = float(written)
    except OverflowError:
        raise ClaimError(label, f"{shown(written)} is beyond the numbers that a float can hold") from None
    return Claim(label, str(written), sign * number, max(math.ulp(number), 1e-300), sign, 17)


def flatten(quantity: Quantity, written: Any) -> Iterator[tuple[str, Any]]:
    """The label of each element with the text for it; `written` has the quantity's shape.

    Raises ClaimError where the shapes differ; a bare number will do for a quantity with one element.
    """
    parts = listed(written)
    if len(quantity.elements) == 1 and not (parts is not None and quantity.shape):
        bare = parts[0] if parts is not None and len(parts) == 1 else written  # C = ["0.25"] is clear enough
        yield quantity.elements[0].label, bare
        return
    yield from zip([value.label for value in quantity.elements], _parts(quantity, quantity.shape, written, ()))


def _parts(quantity: Quantity, shape: Index, written: Any, index: Index) -> list[Any]:
    """What is written for each element from `index` on, row after row."""
    if not shape:
        return [written]
    parts = listed(written)
    if parts is None or len(parts) != shape[0]:
        here, count = element_label(quantity.name, index), counted(shape[0], "number")
        if parts is None:
            raise ClaimError(quantity.name, f"{here} has {count}: write them as a list, not {shown(written)}")
        wrong = f"{here} has {count}, got {len(parts)}"
        if len(parts) == 2 * shape[0] and all(isinstance(part, int) for part in parts):
            raise ClaimError(quantity.name, f'{wrong}; quote decimals with a comma: "0,52"')
        raise ClaimError(quantity.name, f'{wrong}; "?" leaves one out')
    if len(shape) == 1:
        return parts
    return [number for i, part in enumerate(parts) for number in _parts(quantity, shape[1:], part, (*index, i))]


def shown(written: Any) -> str:
    """What was written, short enough for one line."""
    if isinstance(written, Mapping):
        return "a table"
    if listed(written) is not None:
        return "a list"
    if isinstance(written, bool):
        return str(written).lower()
    return shortened(repr(written))


def read_claims(
    sheet_or_values: NumbersOnPaper | Mapping[str, Value],
    claims: Mapping[str, Any],
    signs: str = "",
    problems: list[ClaimError] | None = None,
) -> list[Claim]:
    """Every claim in `claims`, in the order of work.

    A key names a quantity of the sheet, whose numbers then come in its shape, or one element, such as "z1[0]"; see
    `tinygrad_notes.worked.names` for the spellings that are accepted. With `signs="target-output"` the
    page writes δ, ∂C/∂… and what flows back with the opposite sign.

    Raises ClaimError for an unreadable claim, a name that is not on the sheet, a shape that differs or a number
    claimed twice. With a list of `problems` each such error is added to it, up to `MOST_PROBLEMS`, and the other claims
    are read.
    """
    if signs not in ("", *SIGNS):
        raise ClaimError("signs", f"write one of {', '.join(map(repr, SIGNS))}, not {shown(signs)}")
    sheet = sheet_or_values if isinstance(sheet_or_values, NumbersOnPaper) else None
    values: Mapping[str, Value] = sheet.values if sheet is not None else sheet_or_values  # type: ignore[assignment]  # a mapping
    found: dict[str, Claim] = {}
    for key, written in claims.items():
        try:
            for label, characters in _elements(sheet, values, key, written):
                try:
                    if label in found:
                        raise ClaimError(key, f"{label} is claimed twice")
                    found[label] = _claim(key, label, values[label], characters, signs)
                except ClaimError as error:
                    _tell(error, problems)
        except ClaimError as error:
            _tell(error, problems)
        if problems is not None and len(problems) >= MOST_PROBLEMS:
            break
    return [found[label] for label in values if label in found]


def _tell(error: ClaimError, problems: list[ClaimError] | None) -> None:
    if problems is None:
        raise error
    if len(problems) < MOST_PROBLEMS:
        problems.append(error)


def _claim(key: str, label: str, value: Value, characters: Any, signs: str) -> Claim:
    if not math.isfinite(value._data):
        raise ClaimError(key, f"{label} works out to {value._data}, so no claim can be checked against it")
    flipped = signs == "target-output" and Name.parse(label).is_of_the_cost
    try:
        return read_claim(label, characters, -1 if flipped else 1)
    except ClaimError as error:
        raise ClaimError(key, error.reason, label) from None


def _elements(
    sheet: NumbersOnPaper | None, values: Mapping[str, Value], key: str, written: Any
) -> Iterator[tuple[str, Any]]:
    as_it_is = key in values or (sheet is not None and key in sheet.quantities)
    name = key if as_it_is else canonical_name(key)
    if sheet is not None and name in sheet.quantities:
        try:
            yield from flatten(sheet.quantities[name], written)
        except ClaimError as error:
            raise ClaimError(key, error.reason) from None
    elif name in values:
        yield name, written
    else:
        raise ClaimError(key, _unknown(sheet, values, key, name))


def _unknown(sheet: NumbersOnPaper | None, values: Mapping[str, Value], key: str, name: str) -> str:
    """What is said of a name that is not among the numbers that are worked out."""
    quantity = name.partition("[")[0]
    if sheet is not None and quantity in sheet.given:
        return f"{shown(name)} is given; only what is worked out can be claimed"
    known = list(sheet.quantities) if sheet is not None else list(values)
    hint = meant(usual_name(name, known), known) or f"there are {', '.join(known[:40])}"
    if sheet is not None and name != quantity in sheet.quantities:
        elements = sheet.quantities[quantity].elements
        hint = f"there are {elements[0].label} to {elements[-1].label}"
    return f"nothing on this sheet is called {shown(key)}; {hint}"
