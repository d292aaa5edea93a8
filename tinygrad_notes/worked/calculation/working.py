"""Working a page: every line's numbers as labeled Values, in the order of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tinygrad_notes import functions
from tinygrad_notes.names import element_label
from tinygrad_notes.value import Value
from tinygrad_notes.worked.calculation import tree
from tinygrad_notes.worked.calculation.alignment import (
    Aligned,
    aligned,
    are_worked_alike,
    as_shaped,
    bare,
    close,
    put_right,
    squeezed,
)
from tinygrad_notes.worked.calculation.broken import LineError, UnworkableError
from tinygrad_notes.worked.calculation.claiming import Claims, in_claimed_shape
from tinygrad_notes.worked.calculation.elementwise import count_of, numbers_of, plain, shape_of
from tinygrad_notes.worked.calculation.entries import NOTHING, Check, Entry
from tinygrad_notes.worked.calculation.functions import array_of
from tinygrad_notes.worked.calculation.scope import Page, Pair
from tinygrad_notes.worked.calculation.statements import Member, Statement, given_by, shape_of_claim


class World(Page):
    """A page, worked.

    Args:
        statements: of the page.
        key: a page whose givens and formulas are the right ones.

    Attributes:
        claims: every claim, and the further ways in which a number may rightly be worked out.
        checks: every formula that can be compared with another way to the same number.
    """

    def __init__(self, statements: Sequence[Statement], key: World | None = None) -> None:
        super().__init__(key)
        self.key: World | None = key
        self.statements = statements
        self.claims = Claims()
        self.checks: list[Check] = []

    # Lines ----------------------------------------------------------------------------------------------

    def take(self, place: int, statement: Statement) -> None:
        """Work one line; raises LineError if it cannot be worked."""
        if (gradient := statement.gradient or self.by_element(statement.about)) is not None:
            self._take_derivative(place, statement, gradient, statement.members)
        elif statement.about is not None and not statement.members:
            self._take_bare(place, statement, statement.about)
        elif (index := self._new_element(statement.about)) is not None:
            self._take_element(place, statement, *index)
        elif (alias := self._alias_of(statement.members)) is not None:
            self._take_derivative(place, statement, alias, statement.members[1:])
        else:
            self._take_formula(place, statement)

    def _take_bare(self, place: int, statement: Statement, about: tree.Node) -> None:
        """A line without an equals sign: a claim of a known number, or of an expression."""
        numbers = self.evaluation.worked(about)
        owner = self._owner(numbers) if isinstance(about, (tree.Name, tree.Index)) else None
        if owner is None:
            owner = self.enter(statement, numbers)
            numbers = owner.numbers
        self.claims.take(statement, owner, numbers)

    def _owner(self, numbers: Any) -> Entry | None:
        first = next(iter(numbers_of(numbers)), None)
        entries = [*reversed(self.entries), *(self.key.entries if self.key else ())]
        return next((entry for entry in entries if any(value is first for value in entry.values)), None)

    def _take_formula(self, place: int, statement: Statement) -> None:
        """name = formula, or name = numbers for what is given; also expression = formula."""
        members = statement.members
        if statement.about is not None:
            members = (Member(statement.name, 0, statement.about, None, False), *members)
        if not members:
            raise LineError(f"{statement.name} is set equal to nothing that can be worked; write a formula or a number")
        formula, *rest = members
        if formula.tree is None:
            raise LineError('a blank "?" cannot be given; write the number', formula.at)
        if self._is_in_numbers(formula):
            entry = self._give(statement, formula)
        else:
            entry = self._enter_formula(place, statement, formula, self._key_numbers(statement.name), "key")
        self._finish(place, entry, rest)
        if self._is_primed(entry):
            self.checks.append(Check((place, -1), entry, formula, NOTHING, entry.numbers, entry.numbers))

    def _key_entry(self, name: str) -> Entry | None:
        """What the key has for the version of a name that comes next."""
        versions = self.key.versions.get(name, []) if self.key else []
        count = len(self.versions.get(name, []))
        return versions[count] if count < len(versions) else None

    def _key_numbers(self, name: str) -> Any:
        entry = self._key_entry(name)
        return None if entry is None else entry.numbers

    def _take_element(self, place: int, statement: Statement, name: str, index: tuple[int, ...]) -> None:
        """h[0] = …, of an array that is made element by element."""
        element = replace(statement, about=None, name=element_label(name, index))
        self._take_formula(place, element)
        if self.entries[-1].shape:
            raise LineError(f"{element.name} is one number, and this formula has shape {self.entries[-1].shape}")
        self.add_element(name, index, self.entries[-1])

    def _alias_of(self, members: Sequence[Member]) -> tree.Derivative | None:
        """The derivative that a line gives a second name, as δ2 = dC/dz2 does."""
        node = members[0].tree if members else None
        is_one = isinstance(node, tree.Derivative) and node.written != "d(" and self.pair(node) is not None
        return node if is_one and isinstance(node, tree.Derivative) else None

    def _take_derivative(
        self, place: int, statement: Statement, node: tree.Derivative, members: Sequence[Member]
    ) -> None:
        """A line on a derivative: bare, or with the page's own formulas for it."""
        formulas = [member for member in members if member.tree is not None]
        if not self.can_be_derived(node) and (formulas or statement.claimed):
            self._take_underived(place, statement, node, formulas)
            return
        pair, right = self.pair(node), self._key_numbers(statement.name)
        if right is None:
            right = self.derivative(node, None)
        named = [member for member in formulas if not self._is_in_numbers(member)]
        if named:
            formula, rest = named[0], [member for member in formulas if member is not named[0]]
            entry = self._enter_formula(place, statement, formula, right, "derivative", pair)
        else:
            rest, as_stated = formulas, self.derivative(node, None, as_stated=True) if len(node.by) > 1 else right
            entry = self.enter(statement, in_claimed_shape(right, statement), pair)
            if pair is not None and count_of(entry.numbers) == count_of(right):
                self.state(pair, entry.numbers)
            if len(node.by) > 1:
                own = in_claimed_shape(as_stated, statement)
                self._allow(entry, own, aligned(own, entry.numbers), if_equal=True)
            if formulas:
                own = self._worked(formulas[0])
                self._add_check(place, entry, formulas[0], "derivative", own, aligned(own, entry.numbers))
        self._finish(place, entry, rest)

    def _take_underived(
        self, place: int, statement: Statement, node: tree.Derivative, formulas: Sequence[Member]
    ) -> None:
        """A derivative that the page does not compute: its formula is taken as it is, and numbers are given."""
        self._take_formula(place, statement if formulas else given_by(statement))
        entry = self.entries[-1]
        if isinstance(node.of, tree.Name) and len(node.by) == 1 and self.number(node.of.name) is None:
            self.upstream.add(node.of.name, node.by[0], entry.numbers)
        named = next((member for member in formulas if not self._is_in_numbers(member)), None)
        if named is not None and not entry.is_given:
            self.checks.append(Check((place, -1), entry, named, NOTHING, entry.numbers, entry.numbers))

    # Formulas that are judged ----------------------------------------------------------------------------

    def _enter_formula(
        self, place: int, statement: Statement, formula: Member, right: Any, against: str, pair: Pair | None = None
    ) -> Entry:
        """The entry of a formula; where it does not give the right numbers, it stands for those all the same."""
        if right is None:
            numbers = self._worked(formula)
            if statement.claim is not None and (shape := shape_of_claim(statement.claim)):
                numbers = self._with_rows(formula, numbers, shape)
            return self.enter(statement, numbers, pair)
        own, reason = self._tried(formula)
        own = self._with_rows(formula, own, shape_of(right))
        found = aligned(own, right)
        fits = found is not None and not found.transposed
        numbers, wrong = put_right(own if fits else None, found.numbers if found and fits else right)
        entry = self.enter(statement, numbers, pair)
        entry.wrong = wrong
        if not fits:
            entry.written_shape = shape_of(own)
        self._add_check(place, entry, formula, against, own, found, reason, stands_in=fits)
        if pair is not None and count_of(numbers) == count_of(right):
            self.state(pair, as_shaped(entry.numbers, shape_of(right)))
        return entry

    def _with_rows(self, formula: Member, own: Any, shape: tuple[int, ...]) -> Any:
        """What a formula gives with transposed vectors as rows, where only that has the shape."""
        if own is not None and squeezed(shape_of(own)) == squeezed(shape):
            return own
        self.evaluation.rows = True
        try:
            other, _ = self._tried(formula)
        finally:
            self.evaluation.rows = False
        return other if other is not None and squeezed(shape_of(other)) == squeezed(shape) else own

    def _tried(self, member: Member) -> tuple[Any, str]:
        """What a formula gives, or None and the reason why it cannot be worked."""
        try:
            return self._worked(member), ""
        except UnworkableError as error:
            return None, error.reason

    def _add_check(
        self, place: int, entry: Entry, member: Member, against: str, own: Any, found: Aligned | None,
        reason: str = "", *, stands_in: bool = False,
    ) -> None:  # fmt: skip
        index = next((i for i, other in enumerate(entry.statement.members) if other is member), -1)
        laid, transposed = (None, False) if found is None else (found.numbers, found.transposed)
        self.checks.append(
            Check(
                (place, index), entry, member, against, own, laid, transposed, stands_in, reason,
                in_numbers=self._is_in_numbers(member),
                is_alike=found is not None and not transposed and are_worked_alike(own, laid),
            )
        )  # fmt: skip

    def _add_member(self, place: int, entry: Entry, member: Member) -> None:
        """A further formula of a line: another way in which its numbers may be worked out."""
        own, reason = self._tried(member)
        against = "derivative" if entry.gradient else "chain"
        found = aligned(own, entry.numbers)
        self._add_check(place, entry, member, against, own, found, reason)
        self._allow(entry, own, found)

    def _allow(self, entry: Entry, own: Any, found: Aligned | None, *, if_equal: bool = False) -> None:
        """Take numbers for a further way to work an entry out; with `if_equal` only those that are its own."""
        if found is not None and not found.transposed:
            for value, way in zip(entry.values, numbers_of(own), strict=True):
                if isinstance(way, Value) and (not if_equal or close(way.data, value.data)):
                    self.claims.allow(value.label, functions.identity(way))

    def _finish(self, place: int, entry: Entry, members: Sequence[Member]) -> None:
        """What else the line says: numbers put in, further formulas, the claim."""
        for member in members:
            if member.tree is None:
                continue
            if self._is_in_numbers(member):
                self.claims.take_numbers_put_in(entry, member, self._worked(member), self.evaluation)
            else:
                self._add_member(place, entry, member)
        self.claims.take(entry.statement, entry, entry.numbers)

    # Entries and claims ----------------------------------------------------------------------------------

    def _worked(self, member: Member) -> Any:
        if member.tree is None:
            raise LineError("a number is missing here", member.at)
        try:
            return self.evaluation.worked(member.tree)
        except LineError as error:
            raise type(error)(error.reason, member.at + error.at) from None

    def _is_in_numbers(self, member: Member) -> bool:
        """Whether a member holds no name, but for π and e where the page calls nothing else so."""
        if member.tree is None:
            return True
        return member.in_numbers and not any(
            isinstance(part, tree.Name) and self.number(part.name) is not None for part in member.tree.walk()
        )

    def _give(self, statement: Statement, member: Member) -> Entry:
        numbers, right = self._worked(member), self._key_entry(statement.name)
        if right is not None and not right.is_given:
            return self._answer_in_numbers(statement, member, numbers, right)
        if right is not None:
            if not np.array_equal(bare(numbers), bare(right.numbers)):
                raise LineError(
                    f"{statement.name} is given otherwise in the key; give the same numbers, or leave the line out"
                )
            entry = self.enter(statement, right.numbers, is_key=True)
        else:
            entry = self.enter(
                statement, array_of(shape_of(numbers), (Value(plain(number)) for number in numbers_of(numbers)))
            )
        entry.is_given = True
        self.claims.give(entry)
        return entry

    def _answer_in_numbers(self, statement: Statement, member: Member, numbers: Any, right: Entry) -> Entry:
        """Numbers for what the key has a formula for: they claim what that gives from this page's numbers."""
        try:
            own = self._worked(right.statement.members[0])
        except LineError:
            own = None
        found = aligned(own, right.numbers)
        fits = found is not None and not found.transposed
        if statement.claim is None and member.claim is not None:
            statement = replace(statement, claim=member.claim, claim_text=member.text)
        entry = self.enter(statement, put_right(own if fits else None, right.numbers)[0])
        if member.claim is None:
            self.claims.take_numbers_put_in(entry, member, numbers, self.evaluation)
        return entry
