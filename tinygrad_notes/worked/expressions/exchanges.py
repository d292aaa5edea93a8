"""Numbers taken for others: another version of a name, a transposed matrix, a neighbor; and updates gone wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from tinygrad_notes import functions
from tinygrad_notes.names import Name
from tinygrad_notes.value import Value
from tinygrad_notes.worked.expressions.parts import expression_mistake, maker, said
from tinygrad_notes.worked.expressions.powers import FUNCTIONS
from tinygrad_notes.worked.sites import Change, Site, called

_MOST_FAMILIES = 40  # quantities that are tried in the place of one
_FEW = 6  # numbers of a formula that are tried in each other's place


def _families(site: Site) -> dict[Name, list[Value]]:
    """The labeled numbers that a formula reads, by the quantity that they are elements of."""
    families: dict[Name, list[Value]] = defaultdict(list)
    for operand in site.operands:
        families[Name.parse(operand.label).quantity].append(operand)
    return families


def _taken(site: Site, family: list[Value], other: Callable[[Name], Name | None]) -> dict[Value, float | Value] | None:
    """The family's numbers, each with what `other` names in its place; None where nothing changes."""
    taken: dict[Value, float | Value] = {}
    for member in family:
        renamed = other(Name.parse(member.label))
        value = site.page.find(renamed) if renamed is not None else None
        if value is None or value is site.value:
            return None
        taken[member] = value
    return taken if any(value is not member for member, value in taken.items()) else None


def _in_version(step: int, name: Name) -> Name | None:
    return replace(name, version=name.version + step) if name.of is None and name.version + step >= 0 else None


@expression_mistake("another version of a name taken")
def _version(site: Site) -> Iterator[Change]:
    for quantity, family in _families(site).items():
        for step in (1, -1):
            taken = _taken(site, family, partial(_in_version, step))
            other = _in_version(step, quantity)
            if taken and other is not None:
                yield Change(f"{other.textbook} for {quantity.textbook}", taken)


@expression_mistake("a matrix transposed")
def _transposed(site: Site) -> Iterator[Change]:
    for quantity, family in _families(site).items():
        if taken := _taken(site, family, lambda name: name.transposed):
            yield Change(quantity.textbook, taken)
    mirrored = site.page.find(site.name.transposed)
    if mirrored is not None and site.name.transposed != site.name:
        yield Change(site.name.quantity.textbook, result=mirrored, afresh=True)


def _in_place(other: Name, name: Name) -> Name:
    return other.element(name.index)


@expression_mistake("another number taken")
def _other_number(site: Site) -> Iterator[Change]:
    """Any quantity of the same shape in the place of one: those that are near in the order of work first."""
    near = site.page.near(site.name.quantity, _MOST_FAMILIES)
    for quantity, family in _families(site).items():
        for other in near:
            if other != quantity and other != site.name.quantity:
                taken = _taken(site, family, partial(_in_place, other))
                if taken:
                    yield Change(f"{other.textbook} for {quantity.textbook}", taken)


@expression_mistake("two numbers exchanged")
def _exchanged(site: Site) -> Iterator[Change]:
    few = site.operands if len(site.operands) <= _FEW else []
    for i, one in enumerate(few):
        for other in few[i + 1 :]:
            yield Change(f"{called(one)} and {called(other)}", {one: other, other: one})


@expression_mistake("a slope taken at the function's result")
def _slope_at_result(site: Site) -> Iterator[Change]:
    for operand in site.operands if site.name.of is not None else ():
        if len(operand.operands) == 1 and (name := maker(operand)) in FUNCTIONS:
            yield Change(f"{name} of {called(operand)}", {operand: getattr(functions, name)(operand)})


# Updates --------------------------------------------------------------------------------------------------


def _update(site: Site) -> tuple[Value, Value] | None:
    """The number before and the step, where a formula takes a step from an earlier version of its name."""
    if maker(site.value) not in ("subtract", "add"):
        return None
    before, step = site.value.operands
    name = Name.parse(before.label) if before.label else None
    is_before = name is not None and replace(site.name, version=name.version) == name
    return (before, step) if is_before else None


@expression_mistake("the update added instead of subtracted")
def _uphill(site: Site) -> Iterator[Change]:
    if (update := _update(site)) is not None:
        before, step = update
        other = before + step if maker(site.value) == "subtract" else before - step
        yield Change("", {site.value: other})


@expression_mistake("a change applied twice")
def _update_twice(site: Site) -> Iterator[Change]:
    if (update := _update(site)) is not None:
        yield Change("the update", {update[1]: 2.0 * update[1]})


@expression_mistake("the learning rate left out")
def _no_rate(site: Site) -> Iterator[Change]:
    for rate, gradient, step in _rates(site):
        yield Change(said(rate), {step: gradient})


@expression_mistake("the learning rate off by ten")
def _rate_off_by_ten(site: Site) -> Iterator[Change]:
    for rate, _, step in _rates(site):
        yield Change(f"ten times {said(rate)}", {step: 10.0 * step})
        yield Change(f"a tenth of {said(rate)}", {step: 0.1 * step})


def _rates(site: Site) -> Iterator[tuple[Value, Value, Value]]:
    """The learning rate of an update, what it multiplies, and the step that they make."""
    update = _update(site)
    if update is not None and maker(update[1]) == "multiply":
        rate, gradient = update[1].operands
        yield rate, gradient, update[1]
