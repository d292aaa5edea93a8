"""A site: a quantity of a page in which a mistake may have been made, with the numbers that its formula reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isclose
from types import MappingProxyType
from typing import NamedTuple

from tinygrad_notes import functions
from tinygrad_notes.names import Name, textbook
from tinygrad_notes.value import Value
from tinygrad_notes.worked.reworking import NONE, Numbers, PutRight, Reworking
from tinygrad_notes.worked.sheet import Sheet

_FEW = 8  # elements of a quantity, all of which count as each other's neighbors


class Change(NamedTuple):
    """One way to make a mistake: other numbers in a formula, or another result.

    Attributes:
        detail: where and with what, for the reader.
        taken: by operand, what replaces it: a number, or another Value.
        result: the Value whose number is written instead.
        afresh: whether the number of `result` is computed again, rather than read from the page.
        factor: what the right result is multiplied by: a number, or the number of a Value.
        way: which formula was changed, where the quantity has several.
    """

    detail: str
    taken: Mapping[Value, float | Value] = MappingProxyType({})
    result: Value | None = None
    afresh: bool = False
    factor: float | Value | None = None
    way: Value | None = None


@dataclass(frozen=True)
class Page:
    """The number of every Value on a page, and the Values by name.

    Attributes:
        numbers: of every Value: its claim, or else what follows from the claims above it.
        slack: by claim, how far it may lie from the number that the person went on with.
        wrong: the slips and misprints in the order of work, each with the right number.
        misprints: the wrong claims after which the right number was used.
    """

    sheet: Sheet | None
    numbers: Mapping[Value, float]
    slack: Mapping[Value, float]
    wrong: Mapping[Value, float] = field(default_factory=dict)
    misprints: frozenset[Value] = frozenset()

    @cached_property
    def _by_label(self) -> dict[str, Value]:
        """The labeled Values by the plain spelling of their names; of two with one name the first."""
        if self.sheet is not None:  # which spells all its names so
            return {**self.sheet.values, **{v.label: v for q in self.sheet.given.values() for v in q.elements}}
        labeled = [value for value in self.numbers if value.label]
        return {str(Name.parse(value.label)): value for value in reversed(labeled)}

    @cached_property
    def _families(self) -> Mapping[str, Sequence[Value]]:
        """The elements of each quantity."""
        if self.sheet is not None:
            return {name: q.elements for name, q in {**self.sheet.given, **self.sheet.quantities}.items()}
        found: dict[str, list[Value]] = defaultdict(list)
        for value in reversed(self._by_label.values()):
            found[str(Name.parse(value.label).quantity)].append(value)
        return found

    def find(self, name: Name) -> Value | None:
        """The Value of that name."""
        return self._by_label.get(str(name))

    def family(self, name: Name) -> Sequence[Value]:
        """The elements of the quantity that a Value's name belongs to."""
        return self._families.get(str(name.quantity), ())

    @cached_property
    def _order(self) -> dict[str, int]:
        """The quantities of the page, each with its place in the order of work."""
        return {quantity: place for place, quantity in enumerate(self._families)}

    def near(self, quantity: Name, count: int) -> list[Name]:
        """The quantities that stand before one in the order of work, the nearest first; no more than `count`."""
        listed, place = list(self._order), self._order.get(str(quantity), len(self._order))
        return [Name.parse(name) for name in listed[max(0, place - count) : place][::-1]]

    @property
    def layers(self) -> int:
        return self.sheet.layers if self.sheet is not None else 0

    def claims(self, kind: str) -> bool:
        """Whether some quantity of that kind is on the page."""
        return kind in self._kinds

    @cached_property
    def _kinds(self) -> set[str]:
        return {Name.parse(value.label).kind for value in self.slack}

    def is_square(self, matrix: Name) -> bool:
        """Whether a matrix has as many rows as columns."""
        last = Name.parse(self.family(matrix)[-1].label).index
        return len(last) == 2 and last[0] == last[1]

    @cached_property
    def _place(self) -> dict[Value, int]:
        return {value: place for place, value in enumerate(self.wrong)}

    def may_be_copied(self, other: Value, value: Value) -> bool:
        """Whether a wrong number may have been copied from there to here; of two wrong ones the first is no copy."""
        return other not in self.wrong or self._place[other] < self._place.get(value, len(self.wrong))

    def wrong_nearby(self, value: Value, below: Reworking) -> list[Value]:
        """The wrong claims that working a number may read: nearest above it, or in the same layer and place."""
        name = Name.parse(value.label)
        beside = (self.find(name.like(kind)) for kind in ("z", "a", "dC/da", "delta", "slope"))
        near = dict.fromkeys([*below.ancestors, *(other for other in beside if other is not None)])
        return [other for other in near if other in self.wrong and other is not value]

    @cached_property
    def _corrected(self) -> dict[tuple[Value, ...], Page]:
        return {}

    def corrected(self, put_right: Iterable[Value]) -> Page:
        """The page with some wrong claims put right; kept, because many claims below ask for the same."""
        chosen = tuple(put_right)
        if chosen not in self._corrected:
            changes = {value: self.wrong[value] for value in chosen}
            page = replace(self, numbers=PutRight(self.numbers, self.slack, changes))
            for shared in ("_by_label", "_families", "_kinds", "_place", "_order"):
                vars(page)[shared] = getattr(self, shared)
            self._corrected[chosen] = page
        return self._corrected[chosen]

    def neighbors(self, value: Value) -> Iterator[Value]:
        """Other elements of the same quantity: all if they are few, else those one step away.

        A neighbor with the opposite number is left out, such as y - p of the other one of two classes: a flipped sign
        explains it better.
        """
        name = Name.parse(value.label)
        family, here = self.family(name), name.index
        near: Iterable[Value | None] = family
        if len(family) > _FEW:
            beside = ((axis, i + step) for axis, i in enumerate(here) for step in (-1, 1))
            near = [self.find(name.element((*here[:axis], i, *here[axis + 1 :]))) for axis, i in beside]
        for other in near:
            if other is not None and other is not value and not (value._data and isclose(other._data, -value._data)):
                yield other


class Site:
    """A quantity in which a mistake may have been made.

    Attributes:
        name: of the quantity's element, such as dC/dW2[0,1].
        label: the same as the Value's label.
        kind: its quantity without the layer: "z", "a", "C", "dC/da", "slope", "delta", "dC/dW", …
        layer: its layer; None for C.
        right: what it comes to from the page's numbers.
        size: how many numbers its formula reads.
        operands: those of them that have a label.
        ways: the Values that it may be worked out as.
    """

    def __init__(self, page: Page, value: Value, enter: Callable[[Value], bool] = lambda value: False) -> None:
        self.page, self.value, self.label = page, value, value.label
        self.name = Name.parse(value.label)
        self.kind, self.layer = self.name.kind, self.name.layer
        others = page.sheet.alternatives.get(value.label, ()) if page.sheet is not None else ()
        self.ways = (value, *others)

        self._enter = enter
        self._formulas = {way: Reworking(way, page.numbers, {}, _is_unlabeled) for way in self.ways}
        self._reworkings: dict[tuple[Value, bool], Reworking] = {}
        self.right = self._formulas[value].value()
        self._own = {value: self.right}  # a formula that reads the quantity itself finds the right number
        self.size = self._formulas[value].size
        self.operands = self.operands_of(value)

    @cached_property
    def _radius(self) -> float:
        """How far the rounding of the claims above carries in the quantity."""
        return self._result(self.value, afresh=True).carried()

    def formula(self) -> Iterator[Value]:
        """The nodes that the quantity's own formula is made of."""
        return _formula(self.value)

    def operands_of(self, way: Value) -> list[Value]:
        """The labeled numbers that one of the formulas reads."""
        read = (operand for node in _formula(way) for operand in node.operands if operand.label)
        return list(dict.fromkeys(read))

    def operands_named(self, kind: str) -> list[Value]:
        """The operands whose quantity, without its layer, is called `kind`."""
        return self._by_kind.get(kind, [])

    @cached_property
    def _by_kind(self) -> dict[str, list[Value]]:
        found: dict[str, list[Value]] = defaultdict(list)
        for operand in self.operands:
            found[Name.parse(operand.label).kind].append(operand)
        return found

    def sibling(self, kind: str) -> Value | None:
        """The Value of that kind in the same layer, with the same index."""
        return self.page.find(self.name.like(kind))

    def worked(self, change: Change) -> float:
        """The result with the change."""
        if change.result is not None:
            return self._result(change.result, change.afresh).value()
        if change.factor is not None:
            return self.right * self._worked_factor(change.factor)
        return self._formulas[change.way or self.value].value(self._numbers(change))

    def carried(self, change: Change) -> float:
        """How far the rounding of the claims above may move the result with the change."""
        if change.result is not None:
            return self._carried_in(change.result, afresh=change.afresh)
        if change.factor is not None:
            along = abs(self._worked_factor(change.factor)) * self._radius
            if isinstance(change.factor, Value):
                along += abs(self.right) * self._carried_in(change.factor)
            return along
        widths = {
            operand: self._carried_in(other, self._own, {self.value: self._radius}) if isinstance(other, Value) else 0.0
            for operand, other in change.taken.items()
        }
        formulas = self._result(change.way or self.value, afresh=True)
        return formulas.carried(self._numbers(change), widths)

    def _carried_in(self, result: Value, own: Numbers = NONE, widths: Numbers = NONE, afresh: bool = False) -> float:
        """How far the rounding of the claims carries in a Value: a claim counts by itself, what is given is exact."""
        slack = self.page.slack
        if (result in slack or result.left is None) and not afresh and result is not self.value:
            return slack.get(result, 0.0)
        return self._result(result, afresh).carried(own, widths)

    def _worked_factor(self, factor: float | Value) -> float:
        return self._result(factor).value() if isinstance(factor, Value) else factor

    def _numbers(self, change: Change) -> dict[Value, float]:
        numbers = self.page.numbers
        return {
            operand: other if not isinstance(other, Value)
            else numbers[other] if other in numbers else self._result(other).value(self._own)
            for operand, other in change.taken.items()
        }  # fmt: skip

    def _result(self, result: Value, afresh: bool = False) -> Reworking:
        """What a formula of Values on the page comes to, or a Value there: its number; `afresh`, its own formula.

        It reads the unclaimed numbers above too, for what rounding carries along.
        """
        if (result, afresh) not in self._reworkings:
            root = result if afresh or not result.label else functions.identity(result)
            again = Reworking(root, self.page.numbers, self.page.slack, self._is_worked_again)
            self._reworkings[result, afresh] = again
        return self._reworkings[result, afresh]

    def _is_worked_again(self, node: Value) -> bool:
        return not node.label or self._enter(node)


def _formula(way: Value) -> Iterator[Value]:
    """`way` and the unlabeled nodes that it is made of, each once."""
    stack, seen = [way], {way}
    while stack:
        node = stack.pop()
        yield node
        for operand in node.operands:
            if not operand.label and operand not in seen:
                seen.add(operand)
                stack.append(operand)


def _is_unlabeled(value: Value) -> bool:
    return not value.label


def called(value: Value) -> str:
    """What a labeled Value is called in a sentence."""
    return textbook(value.label if isinstance(value.label, str) else str(value.label))
