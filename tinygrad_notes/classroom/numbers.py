"""Numbers for an exercise, drawn so that a mistake changes the result.

No 0 and no 1 where a product would hide a factor, no unit that is off, values unlike each other, and results that
no rounding can leave in doubt. Whatever is the same for all numbers, as a slope that is always 1, is let be.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

from tinygrad_notes.classroom.key import Question
from tinygrad_notes.classroom.ranges import OneHot, Range, Spec
from tinygrad_notes.classroom.secret import Draws
from tinygrad_notes.classroom.sources import Source
from tinygrad_notes.errors import CalculationError
from tinygrad_notes.worked.rounding import Precision
from tinygrad_notes.worked.sheet import NumbersOnPaper, Quantity, Sheet
from tinygrad_notes.worked.toml_text import TomlError

TRIES = 400
_GOOD = 6  # tries that are looked through for the one with the fewest results alike
_HIDING = frozenset({Decimal(0), Decimal(1), Decimal(-1)})


@dataclass(frozen=True, slots=True)
class Unavoidable:
    """What a page has whatever is drawn.

    Attributes:
        zeros: by quantity, how many zeros, such as those of a one-hot target.
        flags: the quantities that hold nothing but 0, 1 and -1, such as the slopes of a ReLU.
    """

    zeros: Mapping[str, int]
    flags: Collection[str]

    @classmethod
    def of(cls, sheets: Sequence[NumbersOnPaper]) -> Unavoidable:
        """What sheets with different draws have in common."""
        names = list(sheets[0].quantities)
        numbers = {name: [_sizes(sheet.quantities[name]) for sheet in sheets] for name in names}
        return cls(
            {name: min(of_one.count(0.0) for of_one in numbers[name]) for name in names},
            frozenset(name for name in names if all({0.0, 1.0}.issuperset(of_one) for of_one in numbers[name])),
        )


class UnfitError(ValueError):
    """Numbers that would hide a mistake; the message says which and why."""


def draw_given(specs: Mapping[str, Spec], draws: Draws) -> dict[str, Any]:
    """Numbers for what is given, as unlike each other as their ranges allow.

    Example:
        >>> draw_given({"x": [Range((Decimal("0.2"), Decimal("0.3")))] * 2}, Draws(b"x"))
        {'x': [0.2, 0.3]}
    """
    on_page: Counter[Decimal] = Counter()

    def drawn(spec: Spec, in_quantity: Counter[Decimal]) -> Any:
        if isinstance(spec, list):
            return [drawn(part, in_quantity) for part in spec]
        if isinstance(spec, OneHot):
            chosen = draws.below(spec.size)
            return [float(i == chosen) for i in range(spec.size)]
        if not isinstance(spec, Range):
            return spec
        choices = [number for number in spec.choices if number not in _HIDING] or list(spec.choices)
        counts = [(in_quantity[n], in_quantity[abs(n)], on_page[abs(n)]) for n in choices]
        least = min(counts)
        rarest = [number for number, count in zip(choices, counts, strict=True) if count == least]
        number = rarest[draws.below(len(rarest))]
        for counter in (in_quantity, on_page):
            counter.update({number, abs(number)})
        return float(number)

    staying = {name: list(_staying(spec)) for name, spec in specs.items()}
    for numbers in staying.values():
        on_page.update(map(abs, numbers))
    return {name: drawn(spec, Counter([*staying[name], *map(abs, staying[name])])) for name, spec in specs.items()}


def _staying(spec: Spec) -> Iterator[Decimal]:
    """The numbers of a given that are not drawn."""
    if isinstance(spec, list):
        yield from (number for part in spec for number in _staying(part))
    elif isinstance(spec, float):
        yield Decimal(repr(spec)).normalize()


def fitting_given(
    source: Source, asked: tuple[Question, ...], draws: Draws, usual: Unavoidable, *, dead_units: bool = False
) -> dict[str, Any]:
    """Numbers with which every mistake can show; of several draws that will do, the one with the fewest results alike.

    Args:
        source: the page and its ranges.
        asked: what is asked of it, and how exactly.
        draws: where chance comes from.
        usual: the zeros and ones that this page always has.
        dead_units: whether a 0 may be among the results, as behind a ReLU that is off.

    Raises UnfitError, which tells the commonest obstacle, where no draw will do.
    """
    found: list[tuple[int, dict[str, Any]]] = []
    obstacles: Counter[str] = Counter()
    for _ in range(TRIES):
        given = draw_given(source.specs, draws)
        try:
            sheet = source.template.sheet(given)
            check(sheet, asked, usual, dead_units=dead_units)
        except (UnfitError, TomlError, CalculationError) as obstacle:
            obstacles[str(obstacle)] += 1
            continue
        alike = sum(_alike(sheet.quantities[one.quantity], one.precision) for one in asked)
        if not alike:
            return given
        found.append((alike, given))
        if len(found) == _GOOD:
            break
    if not found:
        [(commonest, times)] = obstacles.most_common(1)
        raise UnfitError(
            f"none of {TRIES} draws gives numbers in which every mistake shows; {times} times: {commonest}. "
            "Widen the ranges, ask for more digits, or ask for less"
        )
    return min(found, key=lambda one: one[0])[1]


def check(sheet: NumbersOnPaper, asked: tuple[Question, ...], usual: Unavoidable, *, dead_units: bool = False) -> None:
    """Raise UnfitError where a number of the sheet would hide a mistake."""
    for name, quantity in sheet.quantities.items():
        for value in quantity.elements:
            if not math.isfinite(value.data):
                raise UnfitError(f"{value.label} is not a finite number")
        sizes = _sizes(quantity)
        if sizes.count(0.0) > usual.zeros[name] and not dead_units:
            raise UnfitError(f"{name} has a 0, behind which nothing shows (--allow-dead-units lets it be)")
        if 1.0 in sizes and name not in usual.flags:
            raise UnfitError(f"{name} has a 1, so that a factor left out would not show")
    numbers = [
        (value.label, value.data, one.precision)
        for one in asked
        for value in sheet.quantities[one.quantity].elements
        if abs(value.data) not in (0.0, 1.0)
    ]
    margin = min(0.05, 0.35 / max(1, len(numbers)))
    for label, number, precision in numbers:
        _check_rounding(label, number, precision, margin)


def remark_on_rate(sheet: NumbersOnPaper) -> str:
    """Which usual mistakes cannot be told apart with a network's learning rate; "" where all can.

    Example:
        >>> from tinygrad_notes import MLP, work_through
        >>> network = MLP.from_weights([[[0.5]]], [[0.1]], activation="sigmoid")
        >>> remark_on_rate(work_through(network, [0.4], [1.0], learning_rate=0.5)).partition(";")[0]
        'with a learning rate of 0.5, the rate left out and the update applied twice give the same number'
        >>> remark_on_rate(work_through(network, [0.4], [1.0], learning_rate=0.3))
        ''
    """
    if not isinstance(sheet, Sheet):
        return ""
    rate = sheet.learning_rate.data
    update = {
        "the right update": rate, "the rate left out": 1.0, "the update applied twice": 2.0 * rate,
        "ten times the rate": 10.0 * rate, "a tenth of the rate": rate / 10.0,
    }  # fmt: skip
    error = {"the rate in an error": rate, "half of the error": 0.5, "twice the error": 2.0, "the right error": 1.0}
    for factors in (update, error):
        for (one, factor), (other, same) in combinations(factors.items(), 2):
            if math.isclose(abs(factor), abs(same)):
                return f"with a learning rate of {rate:g}, {one} and {other} give the same number; 0.3 tells them apart"
    return ""


def probes(source: Source, count: int = 8, *, dead_units: bool = False) -> list[NumbersOnPaper]:
    """The page with several draws of numbers; where zeros are not wanted, those with the fewest of many.

    Raises UnfitError where no numbers can be worked.
    """
    found: list[NumbersOnPaper] = []
    draws = Draws(b"probes")
    for _ in range(count if dead_units else 4 * count):
        try:
            found.append(source.template.sheet(draw_given(source.specs, draws)))
        except (TomlError, CalculationError) as obstacle:
            reason = str(obstacle)
    if not found:
        raise UnfitError(f"no draw of numbers can be worked: {reason}")
    found.sort(key=lambda sheet: sum(value.data == 0.0 for value in sheet.values.values()))
    return found[:count]


def _sizes(quantity: Quantity) -> list[float]:
    return [abs(value.data) for value in quantity.elements]


def _check_rounding(label: str, number: float, precision: Precision, margin: float) -> None:
    """Raise UnfitError where the digits that are asked hide the number, or leave in doubt how it is rounded."""
    unit = precision.unit(number)
    in_units = number / unit
    if round(in_units) == 0:
        raise UnfitError(f"{label} is 0 when it is rounded to {precision}; ask it to significant digits")
    if abs(round(in_units) * unit) == 1.0:
        raise UnfitError(f"{label} is 1 when it is rounded to {precision}, so that a factor left out would not show")
    if abs(abs(in_units) % 1.0 - 0.5) < margin:
        raise UnfitError(f"{label} lies between two numbers of {precision}, where rounding leaves a doubt")


def _alike(quantity: Quantity, precision: Precision) -> int:
    """How many pairs of numbers in a row or column of a quantity are the same once they are rounded."""
    same: list[tuple[int, float]] = []
    for i, number in enumerate(value.data for value in quantity.elements):
        unit = precision.unit(number) if number else float(i)  # zeros are like nothing
        same.append((round(number / unit) if number else 0, unit))
    return sum(len(line) - len(set(line)) for line in _lines(quantity.shape, same))


def _lines(shape: tuple[int, ...], numbers: list[Any]) -> Iterator[list[Any]]:
    """The rows and the columns of a matrix; a vector, or anything else, whole."""
    if len(shape) != 2:
        yield numbers
        return
    rows, columns = shape
    yield from (numbers[i * columns : (i + 1) * columns] for i in range(rows))
    yield from (numbers[j::columns] for j in range(columns))
