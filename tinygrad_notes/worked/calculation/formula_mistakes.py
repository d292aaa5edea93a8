"""What is wrong in a formula: found by comparing its numbers with the right ones, at several points."""

from __future__ import annotations

import copy
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from tinygrad_notes import functions
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import Value, as_value
from tinygrad_notes.worked.calculation.alignment import called, close
from tinygrad_notes.worked.calculation.beside import (
    Quantities,
    are_alike,
    by_a_factor,
    by_a_number,
    by_a_term,
    in_all,
    terms_of_each,
)
from tinygrad_notes.worked.calculation.elementwise import numbers_of, shape_of
from tinygrad_notes.worked.calculation.elsewhere import Elsewhere, Floats
from tinygrad_notes.worked.calculation.entries import Entry
from tinygrad_notes.worked.calculation.judging import Verdict
from tinygrad_notes.worked.diagnosis import kinds_of
from tinygrad_notes.worked.expressions.parts import maker
from tinygrad_notes.worked.reworking import Effort
from tinygrad_notes.worked.sites import Page, Site

_MOST = 3  # mistakes that are named
_MOST_ELEMENTS = 6  # of a formula, in which a usual mistake must be the same
EFFORT = 400_000
"""How many numbers are read in looking for the usual mistakes of a page's formulas."""
_BACK = {
    "a factor left out": "a factor too much", "a factor taken twice": "a factor left out",
    "a term left out": "a term too much", "a term counted twice": "a term left out", "a sign flipped": "a sign flipped",
    "a product worked as a sum": "a sum worked as a product", "a sum worked as a product": "a product worked as a sum",
    "an exponent wrong": "an exponent wrong", "another function taken": "another function taken",
    "another number taken": "another number taken", "two numbers exchanged": "two numbers exchanged",
    "another version of a name taken": "another version of a name taken", "a matrix transposed": "a matrix transposed",
    "a function left out": "a function too much", "a square too much": "an exponent wrong",
}  # fmt: skip
"""What a mistake is called where the change that it is puts the page's formula right."""


def formula_mistakes(verdict: Verdict, of_the_page: Callable[[Elsewhere], Evidence], effort: Effort) -> tuple[str, ...]:
    """The usual mistakes that turn the right formula into the page's, the likeliest first; empty where none does.

    A mistake is named only if it explains every number of the formula at every point. While there is effort left, what
    no mistake explains is looked at once more at points that keep what is special on the page.
    """
    check = verdict.check
    if check.own is None:
        return (check.reason,)
    if check.right is None:
        return (f"it {called(shape_of(check.own))}, and what it is for {called(check.entry.shape)}",)
    if check.transposed:
        return ("transposed",)
    found = _at_other_points(verdict, of_the_page)
    if found or verdict.kept is None or effort.left <= 0:
        return found
    return _at_other_points(verdict.kept(), of_the_page)


def _at_other_points(verdict: Verdict, of_the_page: Callable[[Elsewhere], Evidence]) -> tuple[str, ...]:
    """What explains the formula wherever it and the right one are numbers."""
    check, elsewhere, defined = verdict.check, verdict.elsewhere, verdict.defined
    if elsewhere is None or defined is None or defined.sum() < 2:
        return ()
    own, right = (numbers[defined] for numbers in elsewhere.both(check))
    if are_alike(own, right):
        return ("it is no number at the page's numbers",)
    evidence = of_the_page(elsewhere)
    quantities = list(evidence.above(check.entry.place, shape_of(check.own), defined))
    found = [
        *by_a_number(own, right), *_laid_out(verdict, own, right), *_without_terms(evidence, verdict, own),
        *by_a_factor(quantities, own, right), *by_a_term(quantities, own, right),
    ]  # fmt: skip
    found = found or list(_in_a_term(evidence, verdict, quantities, right - own))
    return tuple(dict.fromkeys(found or evidence.changes(verdict)))[:_MOST]


def _without_terms(evidence: Evidence, verdict: Verdict, own: Floats) -> Iterator[str]:
    """The right formula without some of its terms; of a derivative, each is what one use of a number adds to it."""
    terms = terms_of_each(numbers_of(verdict.check.right))
    come_to = [sign * evidence.at_other_points(term)[verdict.defined] for term, sign in terms]
    names = [in_all(term) for term, _ in terms]
    for count in range(1, len(terms)):
        for kept in combinations(range(len(terms)), count):
            if are_alike(sum(come_to[place] for place in kept), own):
                if count == 1 and verdict.check.against == "derivative":
                    yield f"only one use of it counted ({names[kept[0]]})"
                missing = [name for place, name in enumerate(names) if place not in kept]
                what = f"terms {', '.join(missing)} are" if len(missing) > 1 else f"term {missing[0]} is"
                yield f"the {what} left out"


def _in_a_term(evidence: Evidence, verdict: Verdict, quantities: Sequence[Quantities], off: Floats) -> Iterator[str]:
    """A mistake in one term of the formula, if all others are right."""
    for term, sign in terms_of_each(numbers_of(verdict.check.own)):
        written = evidence.at_other_points(term)[verdict.defined]
        wanted = written + sign * off
        for mistake in (*by_a_number(written, wanted), *by_a_factor(quantities, written, wanted)):
            yield f"{mistake}, in the term {in_all(term)}"


def _laid_out(verdict: Verdict, own: Floats, right: Floats) -> Iterator[str]:
    """The right numbers in other places."""
    shape = shape_of(verdict.check.own)
    if len(shape) == 2 and shape[0] == shape[1]:
        turned = right.reshape(-1, *shape).transpose(0, 2, 1).reshape(right.shape)
        if are_alike(own, turned):
            yield "transposed"
    if are_alike(np.sort(own), np.sort(right)):
        yield "its numbers are in other places"


def _slope(function: str, entry: Entry, read: Value) -> str:
    """The slope of the function that makes an entry: tanh'(z), or tanh'(…) in h where its argument has no name."""
    argument = read.label.partition("[")[0] if entry.shape else read.label
    return f"{function}'({argument})" if argument else f"{function}'(…) in {entry.label}"


def _read(value: Value) -> list[Value]:
    """The numbers with a name from which a formula works a number out; two of them where there are more."""
    found: set[Value] = set()
    seen, stack = {value}, [*value.operands]
    while stack and len(found) < 2:
        node = stack.pop()
        if node.label:
            found.add(node)
        elif node not in seen:
            seen.add(node)
            stack.extend(node.operands)
    return list(found)


class Evidence:
    """What a page comes to at other points: its quantities, the slopes of its functions, formulas with a mistake."""

    def __init__(self, entries: Sequence[Entry], elsewhere: Elsewhere, effort: Effort) -> None:
        self._elsewhere, self._effort = elsewhere, effort
        self._on_page = dict.fromkeys((value for entry in entries for value in entry.values), 0.0)
        listed: dict[int, list[tuple[int, str, Floats]]] = defaultdict(list)
        for entry in entries:
            size = len(entry.values)
            listed[size].append((entry.place, entry.label, elsewhere.of(entry.numbers)))
            listed[size] += [(entry.place, called, slopes) for called, slopes in self._slopes(entry)]
        self._listed = {
            size: ([place for place, _, _ in some], [name for _, name, _ in some], np.array([n for *_, n in some]))
            for size, some in listed.items()
        }

    def _slopes(self, entry: Entry) -> Iterator[tuple[str, Floats]]:
        """The slope of the function that makes each number of an entry, with its name.

        That is the function of one number that is applied last, or all of a formula that reads one number of the page.
        """
        values = entry.values
        first = values[0].operands if values else ()
        made_by = maker(values[0]) if first else ""
        if len(first) == 1 and made_by not in ("identity", "negative"):
            yield _slope(made_by, entry, first[0]), np.array([self._elsewhere.slopes(value)[0] for value in values]).T
        read = [_read(value) for value in values] if len(first) > 1 else []
        if read and all(len(some) == 1 for some in read):
            slopes = [self._slope_by(one, value) for [one], value in zip(read, values, strict=True)]
            yield _slope(entry.label, entry, read[0][0]), np.array(slopes).T

    @np.errstate(all="ignore")
    def _slope_by(self, read: Value, value: Value) -> Floats:
        """The derivative of a number by the one that its formula reads, at each point."""
        slopes: dict[Value, Any] = {read: np.ones(self._elsewhere.points)}
        for node in topological_order(value, known={read}):
            local = zip(self._elsewhere.slopes(node) if node.operands else (), node.operands, strict=True)
            slopes[node] = sum((slope * slopes[operand] for slope, operand in local), np.zeros(self._elsewhere.points))
        return slopes[value]  # type: ignore[no-any-return]

    def above(self, place: int, shape: tuple[int, ...], points: Any) -> Iterator[Quantities]:
        """The quantities above a line that differ from point to point and can be spread over a shape.

        Those are one number, as many numbers as the shape has, or one for each of its rows or columns.
        """
        size = math.prod(shape)
        spread: list[tuple[int, Callable[[Floats], Floats]]] = [(1, lambda one: one)]
        if size > 1:
            spread.append((size, lambda each: each))
        if len(shape) == 2 and 1 not in shape:
            rows, columns = shape
            spread.append((rows, lambda one: np.repeat(one, columns, axis=2)))
            spread.append((columns, lambda one: np.tile(one, rows)))
        for count, over_shape in spread:
            places, names, numbers = self._listed.get(count, ([], [], np.empty((0, len(points), count))))
            chosen = numbers[: bisect_left(places, place), points]
            with np.errstate(all="ignore"):
                least = 1e-9 + 1e-5 * np.abs(chosen).max(axis=(1, 2), initial=0.0)
                varied = np.isfinite(chosen).all(axis=(1, 2)) & (np.ptp(chosen, axis=(1, 2)) > least)
            yield [name for name, one in zip(names, varied) if one], over_shape(chosen[varied])

    def at_other_points(self, values: Sequence[Value]) -> Floats:
        """What Values come to: of shape (points, numbers)."""
        return self._elsewhere.of(np.array(values, dtype=object))

    @cached_property
    def _pages(self) -> list[Page]:
        """The page at each point, for mistakes to be made on it."""
        return [Page(None, self._on_page | self._elsewhere.at(point), {}) for point in range(self._elsewhere.points)]

    def changes(self, verdict: Verdict) -> list[str]:
        """The usual mistakes that lead from the right formula to the page's, or from the page's back to the right one.

        The engine may write the right formula otherwise than a person would, so that only the way back is seen.
        """
        own, right = self._elsewhere.both(verdict.check)
        found = self._in_all(verdict, verdict.check.right, own)
        said = [f"{kind} ({detail})" if detail else kind for kind, detail in found.items()]
        if said:
            return said
        back = self._in_all(verdict, verdict.check.own, right)
        return [f"{_BACK[kind]} (put right by {detail})" for kind, detail in back.items() if kind in _BACK]

    def _in_all(self, verdict: Verdict, values: Any, wanted: Floats) -> dict[str, str]:
        """The kinds of mistakes that lead from some Values to the wanted numbers, in all elements that are wrong."""
        points = np.flatnonzero(np.asarray(verdict.defined))[:2]  # a change that fits at two random points is the one
        pages = [self._pages[point] for point in points]
        labels = [value.label for value in verdict.check.entry.values]
        kinds: dict[str, str] | None = None
        for i in [i for i, is_right in enumerate(verdict.elements) if not is_right][:_MOST_ELEMENTS]:
            value = self._called(as_value(numbers_of(values)[i]), labels[min(i, len(labels) - 1)])
            found = self._changes_of(value, pages, [float(wanted[point, i]) for point in points])
            kinds = found if kinds is None else {kind: said for kind, said in kinds.items() if kind in found}
        return kinds or {}

    def _called(self, number: Value, label: str) -> Value:
        """A number under the name that its line has for it, with its formula; with itself where it has its own line."""
        is_another = number in self._on_page and number.label != label
        called = functions.identity(number) if is_another else copy.copy(number)
        called.label = label
        return called

    def _changes_of(self, right: Value, pages: list[Page], wanted: list[float]) -> dict[str, str]:
        """The kinds of mistakes that lead from a right number to another one on every page, each with its detail."""
        found: dict[str, str] = {}
        sites = [Site(page, right) for page in pages] if right.operands else []
        for kind, changes in kinds_of(pages[0]) if sites else ():
            for change in changes(sites[0]):
                if self._effort.left <= 0:
                    return found
                self._effort.left -= 10 + sites[0].size
                if all(close(site.worked(change), number, 1e-7) for site, number in zip(sites, wanted, strict=True)):
                    found.setdefault(kind, change.detail)
        return found
