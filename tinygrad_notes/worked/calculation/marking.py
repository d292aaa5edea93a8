"""Marking a calculation: each claim judged by the exact number and by what stands above, each formula by the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from tinygrad_notes.collector import collector_paused
from tinygrad_notes.worked.calculation.broken import MOST_BROKEN, together
from tinygrad_notes.worked.calculation.calculation import (
    Calculation,
    in_file,
    read_calculation_file,
    text_of,
    worked_page,
)
from tinygrad_notes.worked.calculation.entries import PageClaim
from tinygrad_notes.worked.calculation.formula_mistakes import EFFORT, Evidence, formula_mistakes
from tinygrad_notes.worked.calculation.judging import UNKNOWN
from tinygrad_notes.worked.calculation.page_marks import FormulaMark, PageMark, calculation_marking_report
from tinygrad_notes.worked.marking import EFFORT_ON_MISTAKES, marks_of
from tinygrad_notes.worked.marks import Marking
from tinygrad_notes.worked.report import Report
from tinygrad_notes.worked.reworking import Effort
from tinygrad_notes.worked.rounding import Asked


@dataclass(frozen=True)
class CalculationMarking(Marking):
    """A marked calculation: its claims, and its formulas.

    Attributes:
        formulas: every formula that can be compared with another way to the same number.
        unread: remarks that begin with a number and were not read as claims, with their line.
        lines: by the label of a number whose formula is wrong, the formula's line.
    """

    formulas: tuple[FormulaMark, ...] = ()
    unread: tuple[tuple[int, str], ...] = field(default=())
    lines: Mapping[str, int] = field(default_factory=dict)

    def wrong_formulas(self) -> Mapping[str, int]:
        """By the label of a number whose formula is wrong, the formula's line."""
        return self.lines

    def report(self, digits: int = 6) -> Report:
        """Every claim with its verdict, every wrong formula, and what probably happened."""
        return calculation_marking_report(self, digits)

    def origins(self) -> set[str]:
        """The quantities that went wrong by themselves, those with a wrong formula among them."""
        formulas = {mark.quantity for mark in self.marks if isinstance(mark, PageMark) and mark.formula is False}
        return Marking.origins(self) | formulas

    @property
    def exit_status(self) -> int:
        """1 where there is a slip, a misprint or a wrong formula, else 0."""
        wrong = any(formula.is_right is False for formula in self.formulas)
        return 1 if wrong else Marking.exit_status.__get__(self)

    def as_json(self) -> list[dict[str, Any]]:
        """The claims, and the formulas of lines without a claim, in the order of the page."""
        rows = [(mark.line, mark.as_json()) for mark in self.marks if isinstance(mark, PageMark)]
        rows += [(mark.line, mark.as_json()) for mark in self.formulas if not mark.claimed]
        return [row for _, row in sorted(rows, key=lambda row: row[0])]


@collector_paused()  # reading and marking make nothing but what stays
def mark_calculation(
    calculation: Calculation | str,
    *,
    digits: Asked = None,
    most: int = MOST_BROKEN,
    effort: int = EFFORT_ON_MISTAKES,
) -> CalculationMarking:
    """Judge every claim and every formula of a page.

    Args:
        calculation: what `read_calculation` made of a page, or the page's text.
        digits: how many significant digits the page asks for, as for `mark`.
        most: stop after so many lines that cannot be read or worked.
        effort: how many numbers to read in the search for the mistakes behind slips, from the first slip on.

    Raises CalculationError where the text cannot be read or worked; its `problems` list every such line. Where
    only single claims cannot be checked, such as one of another shape, the error lists them and holds the marks of the
    others.

    Example:
        >>> marking = mark_calculation("w = 0.5\\nL = w^2   # 0.25\\ndL/dw = w   # 0.5")
        >>> [(mark.line, mark.name, mark.verdict, mark.formula) for mark in marking]
        [(2, 'L', 'right', None), (3, 'dL/dw', 'carried', False)]
    """
    page = worked_page(calculation, most=most) if isinstance(calculation, str) else calculation
    world = page.world
    claims = {claim.value.label: claim for claim in world.claims}  # the last, where a number is claimed twice
    wrong = frozenset(value for entry in page.entries for value in entry.wrong)
    given = {value.label: value for entry in page.entries if entry.is_given for value in entry.values}
    values = given | page.values  # what is given may be claimed, and taken for another number
    listed = [claim.claim for claim in claims.values()]
    placed = partial(_placed, claims, _formulas_of_elements(page))
    ways = world.claims.alternatives
    marks = marks_of(values, listed, ways, digits, unlike_their_formula=wrong, effort=effort, mark_of=placed)
    of_all = digits if isinstance(digits, int) else None
    lines = {value.label: entry.statement.line.number for entry in page.entries for value in entry.wrong}
    formulas = tuple(formula_marks(page))
    marking = CalculationMarking(marks, of_all, formulas=formulas, unread=page.unread, lines=lines)
    if page.problems:
        raise together(page.problems, marking if marks or formulas else None)
    return marking


def _formulas_of_elements(page: Calculation) -> dict[str, bool | None]:
    """By label whether the formula of a number is right."""
    found: dict[str, bool | None] = {}
    for verdict in page.verdicts:
        if verdict.check.against in ("derivative", "key"):
            elements = verdict.elements
            for i, value in enumerate(verdict.check.entry.values):
                one = verdict.is_right if verdict.is_right is not False else bool(elements[min(i, len(elements) - 1)])
                found[value.label] = one if found.get(value.label) is not False else False
    return found


def _placed(claims: Mapping[str, PageClaim], right: Mapping[str, bool | None], quantity: str, **parts: Any) -> PageMark:
    """A mark with the place of its claim on the page."""
    claim = claims[quantity]
    line, label = claim.statement.line.number, claim.value.label.partition(" = ")[0]
    name = claim.entry.name + label.removeprefix(claim.entry.label)
    return PageMark(quantity, **parts, line=line, name=name, member=claim.member, formula=right.get(label))


def formula_marks(page: Calculation) -> Iterator[FormulaMark]:
    """The mark of every formula of a page that can be compared with another way to the same number."""
    effort = Effort(EFFORT)
    evidence = cache(lambda elsewhere: Evidence(page.entries, elsewhere, effort))
    for verdict in page.verdicts:
        check = verdict.check
        if verdict.outcome == UNKNOWN and check.in_numbers:
            continue  # numbers put in are claims
        statement = page.statements[check.place[0]]
        yield FormulaMark(
            statement.name, statement.line.number, check.member.text, verdict.outcome, check.against,
            statement.claim is not None,
            formula_mistakes(verdict, evidence, effort) if verdict.is_right is False else (),
        )  # fmt: skip


def mark_calculation_file(
    path: str | Path, against: str | Path | Calculation | None = None, *, digits: int | None = None
) -> CalculationMarking:
    """Mark the page in a file, against a key where there is one.

    Raises WorksheetError, whose text is one line, where a file cannot be used, or where it gives other numbers than its
    key. Where only single claims cannot be checked, the error lists them and holds the marks of the others.
    """
    key = read_calculation_file(against) if isinstance(against, str | Path) else against
    return in_file(path, lambda: mark_calculation(worked_page(text_of(path), key), digits=digits))
