"""The teacher's rule: what each number is worth, and what is given for what follows from a slip.

    [points]                    # of a whole quantity, in equal shares for its numbers
    delta1 = 2
    each = 1                    # of each number of a quantity that neither this table nor the key gives points
    [shares]                    # of these points, what is given for a number that is …
    carried = 1                 # wrong, but follows from an earlier answer
    rounding = 1                # off by what rounding can do
    lucky = 1                   # right, though the earlier answers lead to another number
    few_digits = 0              # written with fewer digits than are asked
    [carried]                   # … and when a carried number earns nothing:
    trivial = 1                 # where slips made so much of its working trivial (1: all of it); or false
    furthest = 10               # where a slip lies further off than so many times the right number; or false
    [total]
    step = 0.01                 # totals are rounded to this; halves go up
    [[expected]]                # a wrong answer that is worth something
    quantity = "delta1"         # or one number, "delta1[0]"; without it, any
    mistake = "the slope σ′ left out"    # as marks name it; or answer = "0.123"
    share = 0.5
    remark = "Where is σ′(z)?"

Every entry may be left out; the numbers above are what then counts, with no points by name and nothing expected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from tinygrad_notes.errors import WorksheetError
from tinygrad_notes.refusals import meant
from tinygrad_notes.worked.claims import Claim, ClaimError, read_claim, shown
from tinygrad_notes.worked.function_mistakes import WRITING
from tinygrad_notes.worked.kinds import KINDS
from tinygrad_notes.worked.names import canonical_name
from tinygrad_notes.worked.numerals import plain_decimal
from tinygrad_notes.worked.toml_text import TomlError, check_keys, parsed, sub_table, text_in, told_where
from tinygrad_notes.worked.worksheet_file import text_of

_SHARES = {"carried": Fraction(1), "rounding": Fraction(1), "lucky": Fraction(1), "few_digits": Fraction(0)}
_LARGEST, _MOST_DECIMALS = 1_000_000, 12


@dataclass(frozen=True, slots=True)
class Expected:
    """A wrong answer that the teacher has foreseen.

    Attributes:
        quantity: of which quantity or number; "" for any.
        mistake: the kind of mistake that leads to it, as marks name it; "" where `answer` says the number.
        answer: the number; None where `mistake` says how it comes about.
        share: of the number's points.
        remark: what the student reads.
    """

    quantity: str
    mistake: str
    answer: Claim | None
    share: Fraction
    remark: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What is given for what; the module says what each entry means.

    Example:
        >>> Rule().shares["few_digits"], Rule(step=Fraction(1, 2)).rounded(Fraction(13, 4))
        (Fraction(0, 1), Fraction(7, 2))
    """

    points: Mapping[str, Fraction] = field(default_factory=dict)
    each: Fraction = Fraction(1)
    shares: Mapping[str, Fraction] = field(default_factory=lambda: dict(_SHARES))
    trivial: Fraction | None = Fraction(1)
    furthest: Fraction | None = Fraction(10)
    step: Fraction = Fraction(1, 100)
    expected: tuple[Expected, ...] = ()

    def rounded(self, points: Fraction) -> Fraction:
        """A total to the nearest step; halfway up."""
        return (points / self.step + Fraction(1, 2)).__floor__() * self.step

    def check_names(self, known: Iterable[str]) -> None:
        """Raise WorksheetError for points, or an expected answer, of a quantity that nobody is asked."""
        names = list(known)
        for name in (*self.points, *(one.quantity for one in self.expected if one.quantity)):
            if name.partition("[")[0] not in names and name not in names:
                hint = meant(name, names) or f"there are {', '.join(names)}"
                raise WorksheetError(f"the rule speaks of {shown(name)}, which the key does not ask; {hint}")


def read_rule(path: str | Path) -> Rule:
    """The rule in a file; raises WorksheetError, whose text is one line with the place, for one that cannot be used."""
    text = text_of(Path(path))
    with told_where(path, text):
        return _rule(parsed(text))


def _rule(content: Mapping[str, Any]) -> Rule:
    check_keys(content, ("points", "shares", "carried", "total", "expected"), "")
    points, shares, carried, total = (
        sub_table(content, name, needed=False) for name in ("points", "shares", "carried", "total")
    )
    check_keys(shares, tuple(_SHARES), "shares")
    check_keys(carried, ("trivial", "furthest"), "carried")
    check_keys(total, ("step",), "total")
    usual = Rule()
    step = _number(total, "total", "step", usual.step)
    if not step:
        raise TomlError("total", "step", "a total is rounded to a step above 0, such as 0.5")
    return Rule(
        points={canonical_name(name): _number(points, "points", name) for name in points if name != "each"},
        each=_number(points, "points", "each", usual.each),
        shares={name: _share(shares, "shares", name, share) for name, share in _SHARES.items()},
        trivial=_limit(carried, "trivial", usual.trivial),
        furthest=_limit(carried, "furthest", usual.furthest),
        step=step,
        expected=tuple(_expected(content)),
    )


def _expected(content: Mapping[str, Any]) -> Iterable[Expected]:
    tables = content.get("expected", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise TomlError("", "expected", "write each expected answer as a table: [[expected]]")
    for i, table in enumerate(tables, start=1):
        name = f"expected {i}"
        check_keys(table, ("quantity", "mistake", "answer", "share", "remark"), name)
        quantity, mistake, remark = (
            text_in(name, key, table.get(key, "")) for key in ("quantity", "mistake", "remark")
        )
        if bool(mistake) == ("answer" in table):
            raise TomlError(name, "", 'say the mistake, mistake = "…", or the number, answer = "0.12", and not both')
        if mistake and mistake not in (named := [*KINDS, *WRITING]):
            hint = meant(mistake, named) or "mark a page with it, and write what the marks call it"
            raise TomlError(name, "mistake", f"no mark names {shown(mistake)}; {hint}")
        answer = None
        if "answer" in table:
            try:
                answer = read_claim("answer", table["answer"], may_be_blank=False)
            except ClaimError as error:
                raise TomlError(name, "answer", error.reason) from None
        yield Expected(canonical_name(quantity), mistake, answer, _share(table, name, "share", Fraction(0)), remark)


def _number(table: Mapping[str, Any], name: str, key: str, usual: Fraction | None = None) -> Fraction:
    """A number within bounds, exactly as it is written."""
    if key not in table and usual is not None:
        return usual
    written = table[key]
    try:
        number = Decimal(plain_decimal(str(written))[0])
    except ValueError:
        number = Decimal(-1)
    plain = not isinstance(written, bool) and number.is_finite() and 0 <= number <= _LARGEST
    if not plain or int(number.as_tuple().exponent) < -_MOST_DECIMALS:  # no Fraction is made of 1e-999999
        raise TomlError(name, key, f"a number such as 1 or 0.5 is needed, not {shown(written)}")
    return Fraction(number)


def _share(table: Mapping[str, Any], name: str, key: str, usual: Fraction) -> Fraction:
    share = _number(table, name, key, usual)
    if share > 1:
        raise TomlError(name, key, f"a share lies between 0 and 1, not at {shown(table[key])}")
    return share


def _limit(table: Mapping[str, Any], key: str, usual: Fraction | None) -> Fraction | None:
    if table.get(key) is False:
        return None
    limit = _number(table, "carried", key, usual)
    if not limit:
        raise TomlError("carried", key, "a limit lies above 0; false switches it off")
    return limit
