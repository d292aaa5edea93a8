"""Working a page: every line's numbers as labeled Values, in the order of the page."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tinygrad_notes import functions
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.value import Value, as_value
from tinygrad_notes.worked.calculation import tree
from tinygrad_notes.worked.calculation.alignment import aligned, as_shaped, bare, called, close, squeezed
from tinygrad_notes.worked.calculation.digits import reach
from tinygrad_notes.worked.calculation.elementwise import plain
from tinygrad_notes.worked.calculation.entries import Check, Entry, PageClaim, label_of, labels
from tinygrad_notes.worked.calculation.errors import LineError
from tinygrad_notes.worked.calculation.functions import array_of, as_array
from tinygrad_notes.worked.calculation.scope import Page
from tinygrad_notes.worked.calculation.statements import Member, Statement, flat, shape_of

_NUMBERS = frozenset({"pi", "π", "e", "np.pi", "np.e", "math.pi", "math.e", "True", "False", "None"})
Pair = tuple[Entry, Entry]


class World(Page):
    """A page worked at its own numbers, or at others.

    Args:
        statements: of the page.
        given: other numbers for what some statements give, by the statement's place.
        key: a page whose givens and formulas are the right ones.

    Attributes:
        claims: every claim.
        checks: every formula that can be held against another way to work the same number.
        alternatives: by label, further Values that a number may rightly be worked out as.
    """

    def __init__(
        self,
        statements: Sequence[Statement],
        given: Mapping[int, Sequence[float]] | None = None,
        key: World | None = None,
    ) -> None:
        super().__init__(key)
        self.key: World | None = key
        self.statements, self._given = statements, given or {}
        self.claims: list[PageClaim] = []
        self.checks: list[Check] = []
        self.alternatives: dict[str, tuple[Value, ...]] = {}
        self._labels: set[str] = set()

    def work(self) -> World:
        """Work every line; raises CalculationError for the first that cannot be worked."""
        for place, statement in enumerate(self.statements):
            try:
                self._take(place, statement)
            except LineError as error:
                raise statement.line.error(error.reason, error.at) from None
        return self

    # Lines ----------------------------------------------------------------------------------------------

    def _take(self, place: int, statement: Statement) -> None:
        if statement.gradient is not None:
            self._take_derivative(place, statement, statement.gradient, statement.members)
        elif statement.about is not None and not statement.members:
            self._take_bare(place, statement, statement.about)
        elif (alias := self._alias_of(statement.members)) is not None:
            self._take_derivative(place, statement, alias, statement.members[1:])
        else:
            self._take_formula(place, statement)

    def _take_bare(self, place: int, statement: Statement, about: tree.Node) -> None:
        """A line without a sign of equality: a claim on what is known already, or on an expression."""
        numbers = self.evaluation.worked(about)
        owner = self._owner(numbers) if isinstance(about, (tree.Name, tree.Index)) else None
        if owner is None:
            owner = self._enter(statement, numbers)
            numbers = owner.numbers
        self._claim(statement, owner, numbers)

    def _owner(self, numbers: Any) -> Entry | None:
        first = next(iter(as_array(numbers).ravel()), None)
        entries = [*reversed(self.entries), *(self.key.entries if self.key else ())]
        return next((entry for entry in entries if any(value is first for _, value in entry.elements())), None)

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
            entry = self._give(place, statement, formula)
        else:
            entry = self._enter_formula(place, statement, formula, self._key_numbers(statement.name), "key")
        self._finish(place, entry, rest)

    def _key_numbers(self, name: str) -> Any:
        """What the key has for the version of a name that comes next."""
        versions = self.key.versions.get(name, []) if self.key else []
        count = len(self.versions.get(name, []))
        return versions[count].numbers if count < len(versions) else None

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
        if not self._can_be_derived(node) and (formulas or statement.claimed):
            self._take_formula(place, statement if formulas else _given_by(statement))
            return
        pair, right = self.pair(node), self.derivative(node, None)
        named = [member for member in formulas if not self._is_in_numbers(member)]
        if named:
            formula, rest = named[0], [member for member in formulas if member is not named[0]]
            entry = self._enter_formula(place, statement, formula, right, "derivative", pair)
        else:
            rest = formulas
            entry = self._enter(statement, self._in_claimed_shape(right, statement), pair)
            if pair is not None and np.size(entry.numbers) == np.size(right):
                self.state(pair, entry.numbers)
            if formulas:
                self._check(place, entry, formulas[0], "derivative", self._worked(formulas[0]), entry.numbers)
        self._finish(place, entry, rest)

    def _can_be_derived(self, node: tree.Derivative) -> bool:
        """Whether the page has both names, and computes the one from the other."""
        if not isinstance(node.of, tree.Name):
            return True
        if self.number(node.of.name) is None or any(by and self.number(by) is None for by in node.by):
            return False
        pair = self.pair(node)
        return pair is None or self.depends(pair[0].numbers, pair[1], node.at)

    def _in_claimed_shape(self, right: Any, statement: Statement) -> Any:
        """The diagonal of a Jacobian whose other entries are 0, where only so many numbers are claimed."""
        if statement.claim is None:
            return right
        found = aligned(np.empty(self._shape_of_claim(statement), dtype=object), right)
        return right if found is None or found.transposed else found.numbers

    # Formulas that are judged ----------------------------------------------------------------------------

    def _enter_formula(
        self, place: int, statement: Statement, formula: Member, right: Any, against: str, pair: Pair | None = None
    ) -> Entry:
        """The entry of a formula; where it does not give the right numbers, it stands for those all the same."""
        own = self._worked(formula)
        found = aligned(own, right) if right is not None else None
        wrong: set[Value] = set()
        numbers = own if found is None else self._exact(own, found.numbers, wrong)
        entry = self._enter(statement, numbers, pair)
        entry.wrong = wrong
        if right is not None:
            self._check(place, entry, formula, against, own, right)
        if found is not None and pair is not None and np.size(own) == np.size(right):
            self.state(pair, as_shaped(entry.numbers, found, np.shape(right)))
        return entry

    def _exact(self, own: Any, right: Any, wrong: set[Value]) -> Any:
        """The formula's Values; where one is not the right number, a Value that stands for that."""
        numbers = []
        for one, other in zip(as_array(own).ravel(), as_array(right).ravel(), strict=True):
            if close(plain(one), plain(other)):
                numbers.append(one)
                continue
            stand_in = functions.identity(as_value(one))
            stand_in.data = plain(other)
            wrong.add(stand_in)
            numbers.append(stand_in)
        return array_of(np.shape(own), numbers)

    def _check(self, place: int, entry: Entry, member: Member, against: str, own: Any, right: Any) -> None:
        found = aligned(own, right)
        laid = None if found is None else bare(found.numbers)
        index = next((i for i, other in enumerate(entry.statement.members) if other is member), -1)
        transposed = found is not None and found.transposed
        self.checks.append(Check((place, index), entry, member, against, bare(own), laid, transposed))

    # Members of a chain ----------------------------------------------------------------------------------

    def _finish(self, place: int, entry: Entry, members: Sequence[Member]) -> None:
        """What else the line says: numbers put in, further formulas, the claim."""
        for member in members:
            if member.tree is None:
                continue
            if self._is_in_numbers(member):
                self._claim_member(entry, member)
            else:
                self._add_member(place, entry, member)
        self._claim(entry.statement, entry, entry.numbers)

    def _add_member(self, place: int, entry: Entry, member: Member) -> None:
        own = self._worked(member)
        self._check(place, entry, member, "derivative" if entry.gradient else "chain", own, entry.numbers)
        found = aligned(own, entry.numbers)
        if found is not None and not found.transposed:
            for (_, value), way in zip(entry.elements(), as_array(own).ravel(), strict=True):
                if isinstance(way, Value):
                    self._also(value.label, functions.identity(way))

    def _claim_member(self, entry: Entry, member: Member) -> None:
        """Numbers put in: they claim what the formula gives, and the claim at the end may follow from them."""
        numbers = self._worked(member)
        found = aligned(numbers, entry.numbers)
        if found is None or found.transposed or np.size(numbers) != np.size(entry.numbers):
            shape = f"shape {entry.shape}" if entry.shape else "one number"
            raise LineError(f"{entry.name} has {shape}, and this has shape {np.shape(numbers)}", member.at)
        units = reach(self.evaluation, member.tree, numbers)
        texts = list(flat(member.claim)) if member.claim is not None else [" ".join(member.text.split())] * len(units)
        values = (value for _, value in entry.elements())
        for value, number, unit, text in zip(values, as_array(numbers).ravel(), units, texts, strict=True):
            if not value.operands:
                continue
            twin = copy.copy(value)
            twin.label = f"{value.label} = {text}"
            least = max(unit, abs(plain(number)) * 1e-12, 1e-300)
            self.claims.append(PageClaim(twin, text, entry.statement, entry, text, plain(number), least))
            self._also(value.label, functions.identity(twin))

    def _also(self, label: str, way: Value) -> None:
        self.alternatives[label] = (*self.alternatives.get(label, ()), way)

    # Entries and claims ----------------------------------------------------------------------------------

    def _worked(self, member: Member) -> Any:
        if member.tree is None:
            raise LineError("a number is missing here", member.at)
        try:
            return self.evaluation.worked(member.tree)
        except LineError as error:
            raise LineError(error.reason, member.at + error.at) from None

    def _is_in_numbers(self, member: Member) -> bool:
        """Whether a member holds no name, but for π and e where the page calls nothing else so."""
        if member.in_numbers or not member.names:
            return member.in_numbers
        return all(name in _NUMBERS and self.number(name) is None for name in member.names) and not any(
            isinstance(part, tree.Derivative) for part in (member.tree.walk() if member.tree else ())
        )

    def _give(self, place: int, statement: Statement, member: Member) -> Entry:
        numbers = self._worked(member)
        listed = self._given.get(place) or [plain(number) for number in as_array(numbers).ravel()]
        right = self._key_numbers(statement.name)
        if right is not None and self.key is not None and self.key.versions[statement.name][0].is_given:
            listed = self._same_as_key(statement, numbers, right)
        entry = self._enter(statement, array_of(np.shape(numbers), map(Value, listed)))
        entry.is_given = True
        return entry

    def _same_as_key(self, statement: Statement, numbers: Any, right: Any) -> list[float]:
        """The key's numbers, which the answers must give too; at other points they are the key's alone."""
        theirs = [plain(number) for number in as_array(right).ravel()]
        if self.key is not None and not self.key.is_moved and not np.array_equal(bare(numbers), bare(right)):
            raise LineError(
                f"{statement.name} is given otherwise in the key; give the same numbers, or leave the line out"
            )
        return theirs

    @property
    def is_moved(self) -> bool:
        """Whether other numbers are given than the page's own."""
        return bool(self._given)

    def _enter(self, statement: Statement, numbers: Any, gradient: Pair | None = None) -> Entry:
        versions = self.versions.setdefault(statement.name, [])
        name, version = statement.name, len(versions) + 1
        label = label_of(name, version, self._labels)
        self._labels.add(label)
        entry = Entry(name, label, version, len(self.entries), None, statement, gradient=gradient)
        shape = numbers.shape if isinstance(numbers, np.ndarray) else ()
        entry.numbers = array_of(shape, self._labeled(entry.label, numbers))
        versions.append(entry)
        self.entries.append(entry)
        return entry

    def _labeled(self, name: str, numbers: Any) -> Iterator[Value]:
        for label, number in zip(labels(name, numbers), as_array(numbers).ravel(), strict=True):
            value = as_value(number)
            if value in self.between:  # a derivative that was needed before the page states it
                self.between.discard(value)
            elif value.label or value.operation is CONSTANT:
                value = functions.identity(value)
            value.label = label
            yield value

    def _claim(self, statement: Statement, entry: Entry, numbers: Any) -> None:
        if statement.claim is None:
            return
        claimed, shape = self._shape_of_claim(statement), np.shape(numbers) if isinstance(numbers, np.ndarray) else ()
        if squeezed(claimed) != squeezed(shape):
            raise LineError(
                f"{entry.name} {called(shape)}, and what is claimed {called(claimed)}; "
                'claim every number, "?" leaves one open'
            )
        for value, written in zip(as_array(numbers).ravel(), flat(statement.claim), strict=True):
            self.claims.append(PageClaim(value, written, statement, entry))

    def _shape_of_claim(self, statement: Statement) -> tuple[int, ...]:
        try:
            return shape_of(statement.claim)
        except ValueError as error:
            raise LineError(f"{statement.name}: {error}") from None


def _given_by(statement: Statement) -> Statement:
    """A derivative of what the page has no formula for, set equal to numbers: these are given, and claim nothing."""
    given = () if statement.claimed is None else (statement.claimed,)
    return replace(statement, members=given, claim=None, claimed=None)
