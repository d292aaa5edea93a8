"""The claims of a page: results in a remark or after an equals sign, and formulas with numbers put in.

How exact a formula with numbers put in is, the digits of its decimals say.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from tinygrad_notes import functions
from tinygrad_notes.errors import CalculationError
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import Value
from tinygrad_notes.worked.calculation import tree
from tinygrad_notes.worked.calculation.alignment import aligned, called, squeezed
from tinygrad_notes.worked.calculation.elementwise import count_of, numbers_of, plain, shape_of
from tinygrad_notes.worked.calculation.entries import Entry, PageClaim
from tinygrad_notes.worked.calculation.evaluation import Evaluation
from tinygrad_notes.worked.calculation.statements import Member, Statement, flat, shape_of_claim
from tinygrad_notes.worked.claims import MOST_PROBLEMS, Claim, claim_on_page


class Claims:
    """Every claim of a page.

    Attributes:
        alternatives: by label, further Values that a number may rightly be worked out as.
        unread: claims of a formula with another shape than its line should have: line and text.
        problems: claims that cannot be checked, such as one of another shape, and givens that are not finite.
    """

    def __init__(self) -> None:
        self._claims: list[PageClaim] = []
        self.alternatives: dict[str, tuple[Value, ...]] = {}
        self.unread: list[tuple[int, str]] = []
        self.problems: list[CalculationError] = []
        self._beyond: dict[Value, CalculationError] = {}
        self._seen: set[Value] = set()

    def __iter__(self) -> Iterator[PageClaim]:
        return iter(self._claims)

    def take(self, statement: Statement, entry: Entry, numbers: Any) -> None:
        """The claim at the end of a line, on some numbers of an entry."""
        if statement.claim is None:
            return
        claimed, shape = shape_of_claim(statement.claim), shape_of(numbers)
        if claimed is None:
            self._refuse(statement, f"{statement.name}: the rows of what is claimed must have one length")
            return
        if squeezed(claimed) != squeezed(shape):
            if entry.written_shape is None or squeezed(claimed) != squeezed(entry.written_shape):
                said = f"{entry.name} {called(shape)}, and what is claimed {called(claimed)}"
                self._refuse(statement, f'{said}; claim every number, "?" leaves one open')
                return
            if claimed != shape[::-1]:
                self.unread.append((statement.line.number, " ".join(statement.claim_text.split())))
                return
            numbers = numbers.T
        for value, written in zip(numbers_of(numbers), flat(statement.claim), strict=True):
            if math.isfinite(value.data) or not self._is_beyond_by_what_is_given(value):
                claim = claim_on_page(value.label, written)
                self._claims.append(PageClaim(value, claim, statement, entry))

    def give(self, entry: Entry) -> None:
        """Take down what is given as inf or nan: no claim can be checked against a number that becomes so by it."""
        for value in entry.values:
            if not math.isfinite(value.data):
                reason = f"{value.label} works out to {value.data}; give a finite number"
                self._beyond[value] = entry.statement.line.error(reason)

    def _is_beyond_by_what_is_given(self, value: Value) -> bool:
        """Whether a number is inf or nan because a given number is so; then report the given one."""
        for node in topological_order(value, known=self._seen) if self._beyond else ():
            error = next((self._beyond[operand] for operand in node.operands if operand in self._beyond), None)
            if error is not None and not math.isfinite(node.data):
                self._beyond[node] = error
        error = self._beyond.get(value)
        if error is not None and error not in self.problems[-MOST_PROBLEMS:]:
            self.problems.append(error)
        return error is not None

    def _refuse(self, statement: Statement, reason: str, at: int = 0) -> None:
        """Take down a claim that cannot be checked; the page goes on without it."""
        self.problems.append(statement.line.error(reason, at))

    def take_numbers_put_in(self, entry: Entry, member: Member, numbers: object, evaluation: Evaluation) -> None:
        """Numbers put in: they claim what the formula gives, and the claim at the end may follow from them."""
        found = aligned(numbers, entry.numbers)
        if found is None or found.transposed or count_of(numbers) != count_of(entry.numbers):
            said = f"{entry.name} {called(entry.shape)}, and this member {called(shape_of(numbers))}"
            self._refuse(entry.statement, f"{said}; give as many numbers as the formula", member.at)
            return
        units = reach(evaluation, member.tree, numbers)
        texts = list(flat(member.claim)) if member.claim is not None else [" ".join(member.text.split())] * len(units)
        for value, number, unit, text in zip(entry.values, numbers_of(numbers), units, texts, strict=True):
            if not value.operands:
                continue
            twin = copy.copy(value)
            twin.label = f"{value.label} = {text}"
            least = max(unit, abs(plain(number)) * 1e-12, 1e-300)
            claim = Claim(twin.label, text, plain(number), least)
            self._claims.append(PageClaim(twin, claim, entry.statement, entry, text))
            self.allow(value.label, functions.identity(twin))

    def allow(self, label: str, way: Value) -> None:
        """A further way in which a number may rightly be worked out."""
        self.alternatives[label] = (*self.alternatives.get(label, ()), way)


def in_claimed_shape(right: Any, statement: Statement) -> Any:
    """The diagonal of a Jacobian whose other entries are 0, where only so many numbers are claimed."""
    shape = None if statement.claim is None else shape_of_claim(statement.claim)
    if shape is None:
        return right
    found = aligned(np.empty(shape, dtype=object), right)
    return right if found is None or found.transposed else found.numbers


# How exact numbers put in are -------------------------------------------------------------------------


_MOST = 50  # decimals of one formula that are looked at


def reach(evaluation: Evaluation, formula: tree.Node | None, numbers: Any) -> list[float]:
    """For each number of a formula twice as much as half a unit of the last digit of each of its decimals moves it.

    Whole numbers count as exact: 2·0.25 has one decimal that may be rounded.
    """
    before = _floats(numbers)
    total = np.zeros(before.size)
    numerals = [node for node in formula.walk() if isinstance(node, tree.Number)] if formula else []
    decimals = [node for node in numerals if "." in node.written]
    for decimal in decimals[:_MOST]:
        mantissa, _, exponent = decimal.written.lower().partition("e")
        half = 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        moved = _replaced(formula, decimal, repr(float(decimal.written) + half))
        total += np.abs(_floats(evaluation.worked(moved)) - before)
    return [float(part) for part in 2.0 * total]


def _floats(numbers: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([plain(number) for number in numbers_of(numbers)], dtype=float)


def _replaced(part: Any, old: tree.Node, written: str) -> Any:
    """The tree with another number in the place of one."""
    if part is old:
        return tree.Number(part.at, written)
    if isinstance(part, tuple):
        return tuple(_replaced(inner, old, written) for inner in part)
    if not isinstance(part, tree.Node):
        return part
    return type(part)(*(_replaced(getattr(part, field.name), old, written) for field in fields(part)))
