"""The tape: a straight-line program of instructions, and the number system that writes one.

Reading a row of the table of operations over this module appends the row's arithmetic to a tape. Each number is a
`Place`, the result of an instruction. So an executor only has to know the few dozen functions of a number system, and
no row of the table. Values and derivatives share their common instructions.

No instruction is written twice. Arithmetic on plain numbers is done at once, and factors of one vanish. A place
*varies* if it depends on an input: it has one number per sample. The others are *uniform*, the same for every sample.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from functools import partial, reduce
from typing import Any

from tinygrad_notes.number_systems import floats
from tinygrad_notes.number_systems.arithmetic import Arithmetic

INPUT, PARAMETER, NUMBER, SAMPLES = "input", "parameter", "number", "samples"
"""What stands on a tape without being computed; SAMPLES is how many there are in the whole batch."""

SAMPLE_SUM, SAMPLE_DOT = "sample_sum", "sample_dot"
"""Σ over operands and over samples; Σ of products of the first half of the operands with the second."""

FUNCTIONS = floats.ELEMENTWISE
"""The names of elementwise instructions. Besides them there are "dot", "total" and "largest"."""


class Tape:
    """Instructions in order: `names[i]` applied to the places `operands[i]`."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.operands: list[tuple[int, ...]] = []
        self.varies: list[bool] = []
        self.leaves: list[float] = []
        self._known: dict[Any, Place] = {}

    def leaf(self, name: str, which: float = 0.0) -> Place:
        """An input or a parameter by its position, a number by itself."""
        key = (name, float(which).hex() if name == NUMBER else which)  # tells -0.0 from 0.0
        known = self._known.get(key)
        return self._append(key, name, (), name == INPUT, which) if known is None else known

    def write(self, name: str, operands: tuple[int, ...]) -> Place:
        """The place of `name` applied to `operands`, on the tape once."""
        key = (name, operands)
        known = self._known.get(key)
        if known is not None:
            return known
        varies = name not in (SAMPLE_SUM, SAMPLE_DOT) and any(map(self.varies.__getitem__, operands))
        return self._append(key, name, operands, varies, 0.0)

    def _append(self, key: Any, name: str, operands: tuple[int, ...], varies: bool, leaf: float) -> Place:
        place = self._known[key] = Place(self, len(self.names))
        self.names.append(name)
        self.operands.append(operands)
        self.varies.append(varies)
        self.leaves.append(leaf)
        return place

    def leading_to(self, wanted: Iterable[int]) -> list[bool]:
        """For every place, whether one of the wanted places depends on it; they depend on themselves."""
        leads = [False] * len(self.names)
        for place in wanted:
            leads[place] = True
        for place in range(len(leads) - 1, -1, -1):
            if leads[place]:
                for operand in self.operands[place]:
                    leads[operand] = True
        return leads

    def place_of(self, number: Any) -> Place:
        return number if number.__class__ is Place else self.leaf(NUMBER, float(number))


class Place(Arithmetic[Any]):
    """The result of an instruction; arithmetic on it writes further instructions."""

    __slots__ = ("index", "tape")

    def __init__(self, tape: Tape, index: int) -> None:
        self.tape = tape
        self.index = index

    @property
    def varies(self) -> bool:
        return self.tape.varies[self.index]

    def applied(self, name: str, *operands: Any) -> Any:
        return apply(name, *operands)

    def __pow__(self, other: Any) -> Any:
        return apply("pow", self, other)

    def __bool__(self) -> bool:
        raise TypeError("a rule of the table must not branch on a number: write m.where(condition, a, b)")


Scalar = Place | float


def apply(name: str, *operands: Any) -> Any:
    """`name` of `operands`: a Place if any of them is one, else the number itself."""
    tape = next((operand.tape for operand in operands if operand.__class__ is Place), None)
    if tape is None:
        return getattr(floats, name)(*operands)
    if name in _SIMPLIFICATIONS:
        simpler = _SIMPLIFICATIONS[name](*operands)
        if simpler is not None:
            return simpler
    return tape.write(name, tuple([tape.place_of(operand).index for operand in operands]))


def gap(a: Any, b: Any) -> Any:
    """a - b: a choice would take half as long as the exponential behind it, so `mended` sees to equal infinities."""
    return a - b


def __getattr__(name: str) -> Callable[..., Any]:
    if name not in FUNCTIONS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return partial(apply, name)


# Simplifications: only those that hold for every float, nan and infinities included -----------------


def _times(a: Any, b: Any) -> Any:
    for factor, other in ((a, b), (b, a)):
        if factor.__class__ is not Place:
            if factor == 1.0:
                return other
            if factor == -1.0:
                return -other
    return None


def _over(a: Any, b: Any) -> Any:
    return a if b.__class__ is not Place and b == 1.0 else None


def _power(a: Any, b: Any) -> Any:
    if b.__class__ is Place:
        return None
    return 1.0 if b == 0.0 else a if b == 1.0 else a * a if b == 2.0 else None


def _of_negative(number: Any) -> Any:
    """What `number` is the negative of, if it is one."""
    if number.__class__ is Place and number.tape.names[number.index] == "negative":
        return Place(number.tape, number.tape.operands[number.index][0])
    return None


def _plus(a: Any, b: Any) -> Any:
    for negative, other in ((b, a), (a, b)):
        if (positive := _of_negative(negative)) is not None:
            return other - positive
    return None


def _minus(a: Any, b: Any) -> Any:
    positive = _of_negative(b)
    return None if positive is None else a + positive


def _is_below_largest(a: Any) -> bool:
    """Whether it is a number minus the largest of some, of which it is one: never above 0, if it is no nan."""
    if a.__class__ is not Place or a.tape.names[a.index] != "subtract":
        return False
    number, top = a.tape.operands[a.index]
    return number == top or (a.tape.names[top] == "largest" and number in a.tape.operands[top])


def _lower(a: Any, b: Any) -> Any:
    return a if b.__class__ is not Place and b >= 0.0 and _is_below_largest(a) else None


def _choice(condition: Any, a: Any, b: Any) -> Any:
    if condition.__class__ is not Place:
        return a if condition else b
    same = a is b or (a.__class__ is not Place and b.__class__ is not Place and float(a).hex() == float(b).hex())
    return a if same else None


_SIMPLIFICATIONS: dict[str, Callable[..., Any]] = {
    "add": _plus, "subtract": _minus, "negative": _of_negative, "multiply": _times, "divide": _over,
    "minimum": _lower, "pow": _power, "where": _choice,
}  # fmt: skip


# Sums -----------------------------------------------------------------------------------------------


def total(terms: Sequence[Scalar]) -> Any:
    """Σ terms, as `floats.total` has it."""
    return never_minus_zero(added_up(terms))


def never_minus_zero(result: Any) -> Any:
    """`result` with 0.0 added, which turns -0.0 into 0.0, where it could be that: a sum is never -0.0."""
    if result.__class__ is not Place:
        return result
    tape, place = result.tape, result.index
    added = tape.operands[place] if tape.names[place] == "add" else (place,)  # -0.0 only where both are
    return result if any(_is_never_minus_zero(tape, part) for part in added) else result + 0.0


def _is_never_minus_zero(tape: Tape, place: int) -> bool:
    """A "total" is not, and no "dot" of two products or more: they begin at 0.0."""
    name = tape.names[place]
    if name == NUMBER:
        return str(tape.leaves[place]) != "-0.0"
    return name == "total" or (name == "dot" and len(tape.operands[place]) > 2)


def added_up(terms: Iterable[Scalar]) -> Any:
    """Σ terms, where the sign of a zero does not matter; the uniform ones apart, once for all samples."""
    terms = list(terms)
    if len(terms) == 1 and terms[0].__class__ is Place:  # as nearly all of a network's: a quarter of the time is saved
        return terms[0]
    tape = next((term.tape for term in terms if term.__class__ is Place), None)
    if tape is None:
        return floats.total(terms)
    places = [tape.place_of(term) for term in terms]
    parts = [[place for place in places if place.varies is varies] for varies in (True, False)]
    return reduce(operator.add, [_written_sum(tape, part) for part in parts if part])


def _written_sum(tape: Tape, places: list[Place]) -> Any:
    if len(places) == 1:
        return places[0]
    if len(places) == 2:
        return places[0] + places[1]
    return tape.write("total", tuple([place.index for place in places]))


def largest(numbers: Sequence[Scalar]) -> Any:
    """The largest of numbers, nan if any is; of the uniform ones apart, once for all samples."""
    tape = next((number.tape for number in numbers if number.__class__ is Place), None)
    if tape is None:
        return reduce(partial(apply, "maximum"), numbers)
    places = [tape.place_of(number) for number in numbers]
    parts = [[place.index for place in places if place.varies is varies] for varies in (True, False)]
    found = [_largest_of_all(tape, part) if len(part) > 1 else Place(tape, part[0]) for part in parts if part]
    return reduce(partial(apply, "maximum"), found)


def _largest_of_all(tape: Tape, places: list[int]) -> Any:
    """The largest of places; of numbers from each of which their largest was taken, it is that less itself.

    So cross-entropy looks for the largest logit once: then it is 0, or nan where one of them is infinite.
    """
    if all(_is_below_largest(Place(tape, place)) for place in places):
        numbers, tops = zip(*[tape.operands[place] for place in places])
        if tape.operands[tops[0]] == numbers and len({*tops}) == 1:
            return Place(tape, tops[0]) - Place(tape, tops[0])
    return tape.write("largest", tuple(places))


def dot(ws: Sequence[Scalar], xs: Sequence[Scalar]) -> Any:
    """Σ wᵢxᵢ, as `floats.dot` has it."""
    return never_minus_zero(products_added_up(ws, xs))


def products_added_up(ws: Sequence[Scalar], xs: Sequence[Scalar]) -> Any:
    """Σ wᵢxᵢ, where the sign of a zero does not matter, as in a derivative.

    Products of a uniform and a varying number, uniform first, make one instruction, because they may be a row of a
    matrix product. Products of two uniform numbers, or of two varying ones, make others.
    """
    tape = next((number.tape for number in (*ws, *xs) if number.__class__ is Place), None)
    if tape is None:
        return floats.dot(ws, xs)  # type: ignore[arg-type]  # all are floats where there is no tape
    varies = tape.varies
    kinds: dict[tuple[bool, bool], tuple[list[int], list[int]]] = {}
    ones: list[Any] = []
    for w, x in zip(ws, xs, strict=True):
        if w.__class__ is not Place or x.__class__ is not Place:
            are_plain = w.__class__ is not Place and x.__class__ is not Place
            if (simpler := w * x if are_plain else _times(w, x)) is not None:
                ones.append(simpler)
                continue
            w, x = tape.place_of(w), tape.place_of(x)
        left, right = w.index, x.index
        if varies[left] and not varies[right]:
            left, right = right, left
        lefts, rights = kinds.setdefault((varies[left], varies[right]), ([], []))
        lefts.append(left)
        rights.append(right)
    dots = []
    for kind, (lefts, rights) in kinds.items():
        single = len(lefts) == 1 and kind != (False, True)
        dots.append(tape.write("multiply" if single else "dot", (*lefts, *rights)))
    return added_up([*dots, *ones])
