"""The claims of a page: what is said to come out, in a remark, behind a sign of equality, or with numbers put in."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from tinygrad_notes import functions
from tinygrad_notes.value import Value
from tinygrad_notes.worked.calculation.alignment import aligned, called, squeezed
from tinygrad_notes.worked.calculation.digits import reach
from tinygrad_notes.worked.calculation.elementwise import count_of, plain, shape_of
from tinygrad_notes.worked.calculation.entries import Entry, PageClaim
from tinygrad_notes.worked.calculation.errors import LineError
from tinygrad_notes.worked.calculation.evaluation import Evaluation
from tinygrad_notes.worked.calculation.functions import as_array
from tinygrad_notes.worked.calculation.statements import Member, Statement, flat, shape_of_claim


class Claims:
    """Every claim of a page.

    Attributes:
        alternatives: by label, further Values that a number may rightly be worked out as.
        unread: claims of a formula with another shape than its line should have: line and text.
    """

    def __init__(self) -> None:
        self._claims: list[PageClaim] = []
        self.alternatives: dict[str, tuple[Value, ...]] = {}
        self.unread: list[tuple[int, str]] = []

    def __iter__(self) -> Iterator[PageClaim]:
        return iter(self._claims)

    def take(self, statement: Statement, entry: Entry, numbers: object) -> None:
        """The claim at the end of a line, on some numbers of an entry."""
        if statement.claim is None:
            return
        claimed, shape = claimed_shape(statement), shape_of(numbers)
        values = as_array(numbers)
        if squeezed(claimed) != squeezed(shape):
            if entry.written_shape is None or squeezed(claimed) != squeezed(entry.written_shape):
                raise LineError(
                    f"{entry.name} {called(shape)}, and what is claimed {called(claimed)}; "
                    'claim every number, "?" leaves one open'
                )
            if claimed != shape[::-1]:
                self.unread.append((statement.line.number, " ".join(statement.claim_text.split())))
                return
            values = values.T
        for value, written in zip(values.ravel(), flat(statement.claim), strict=True):
            self._claims.append(PageClaim(value, written, statement, entry))

    def take_numbers_put_in(self, entry: Entry, member: Member, numbers: object, evaluation: Evaluation) -> None:
        """Numbers put in: they claim what the formula gives, and the claim at the end may follow from them."""
        found = aligned(numbers, entry.numbers)
        if found is None or found.transposed or count_of(numbers) != count_of(entry.numbers):
            raise LineError(
                f"{entry.name} {called(entry.shape)}, and this member {called(shape_of(numbers))}; "
                "give as many numbers as the formula", member.at,
            )  # fmt: skip
        units = reach(evaluation, member.tree, numbers)
        texts = list(flat(member.claim)) if member.claim is not None else [" ".join(member.text.split())] * len(units)
        values = (value for _, value in entry.elements())
        for value, number, unit, text in zip(values, as_array(numbers).ravel(), units, texts, strict=True):
            if not value.operands:
                continue
            twin = copy.copy(value)
            twin.label = f"{value.label} = {text}"
            least = max(unit, abs(plain(number)) * 1e-12, 1e-300)
            self._claims.append(PageClaim(twin, text, entry.statement, entry, text, plain(number), least))
            self.allow(value.label, functions.identity(twin))

    def allow(self, label: str, way: Value) -> None:
        """A further way in which a number may rightly be worked out."""
        self.alternatives[label] = (*self.alternatives.get(label, ()), way)


def claimed_shape(statement: Statement) -> tuple[int, ...]:
    """The shape of a line's claim; LineError where its rows differ in length."""
    try:
        return shape_of_claim(statement.claim)
    except ValueError as error:
        raise LineError(f"{statement.name}: {error}") from None
