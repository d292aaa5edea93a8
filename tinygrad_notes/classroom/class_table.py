"""The class table: which mistakes were made by how many, where, and how hard each question was."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction

from tinygrad_notes.classroom.grades import OPEN, STANDINGS, Grade, quantity_of
from tinygrad_notes.classroom.papers import MARKED, PARTLY, REFUSED, STATUSES
from tinygrad_notes.names import textbook
from tinygrad_notes.number_systems.symbols import Symbol
from tinygrad_notes.refusals import counted
from tinygrad_notes.worked.report import Block, Heading, Paragraph, Report, Table, cell

_MOST_ROWS = 40
UNNAMED = "no usual mistake gives the number"


class ClassTable:
    """Counts papers as they come, and keeps none of them.

    Attributes:
        papers: how many papers have each status.
        mistakes: how many students made a mistake in a quantity, by the mistake's kind and the quantity's name; each
            student counts once. The kind is "" where no usual mistake gives the number.
    """

    def __init__(self) -> None:
        self.papers: Counter[str] = Counter()
        self.mistakes: Counter[tuple[str, str]] = Counter()
        self._standings: dict[str, Counter[str]] = defaultdict(Counter)
        self._points: dict[str, list[Fraction]] = {}
        self._totals: list[Fraction] = []  # lowest, highest, sum
        self._of = Fraction(0)

    @property
    def marked(self) -> int:
        """How many papers have points."""
        return self.papers[MARKED] + self.papers[PARTLY]

    @property
    def exit_status(self) -> int:
        """1 where a file could not be marked, or not all of it, else 0; slips are what a class is marked for."""
        return 1 if self.papers[REFUSED] or self.papers[PARTLY] else 0

    def add(self, grade: Grade) -> None:
        """Count a paper."""
        self.papers[grade.paper.status] += 1
        if grade.points is None:
            return
        self.mistakes.update({(kind, quantity_of(label)) for kind, label in grade.mistakes()})
        for award in grade.awards:
            self._standings[award.quantity][award.standing] += 1
            earned = self._points.setdefault(award.quantity, [Fraction(0), Fraction(0)])
            earned[0] += award.points
            earned[1] += award.of
        low, high, together = self._totals or (grade.points, grade.points, Fraction(0))
        self._totals = [min(low, grade.points), max(high, grade.points), together + grade.points]
        self._of = grade.of

    def share(self, quantity: str, standing: str) -> float:
        """Which share of a quantity's numbers has that standing, over the class."""
        counts = self._standings[quantity]
        return counts[standing] / counts.total() if counts else 0.0

    def lines(self) -> Iterator[str]:
        """The mistakes, the most frequent first: "17 of 30: the slope σ′ left out in δ1"."""
        for (kind, quantity), count in sorted(self.mistakes.items(), key=lambda row: (-row[1], not row[0][0])):
            yield f"{count} of {self.marked}: {kind or UNNAMED} in {textbook(quantity)}"

    def report(self) -> Report:
        """The table on a page."""
        return Report([Heading("The class"), *self._summary(), *self._mistakes(), *self._questions()])

    def _summary(self) -> Iterator[Block]:
        told = [f"{self.papers[status]} {status}" for status in STATUSES if self.papers[status]]
        yield Paragraph(f"{counted(self.papers.total(), 'paper')}: {', '.join(told) or 'none'}.")
        if self._totals:
            low, high, together = self._totals
            mean, of = (decimal(points) for points in (together / self.marked, self._of))
            yield Paragraph(f"Points: {mean} of {of} on average, from {decimal(low)} to {decimal(high)}.")

    def _mistakes(self) -> Iterator[Block]:
        if not self.marked:
            return
        yield Heading("What went wrong")
        lines = list(self.lines())
        if not lines:
            answered = any(counts.total() > counts[OPEN] for counts in self._standings.values())
            yield Paragraph("Nobody made a slip.", "right") if answered else Paragraph("Nobody answered anything.")
            return
        rows = [[cell(count), cell(what)] for count, _, what in (line.partition(": ") for line in lines[:_MOST_ROWS])]
        yield Table(["students", "mistake"], rows, numeric=(0,))
        if len(lines) > _MOST_ROWS:
            yield Paragraph(f"… and {len(lines) - _MOST_ROWS} more, made by fewer.", "quiet")

    def _questions(self) -> Iterator[Block]:
        if not self._standings:
            return
        rows = [
            [
                cell(Symbol(textbook(quantity))),
                *(cell(_percent(self.share(quantity, standing))) for standing in STANDINGS),
                cell(_percent(float(earned / of)) if of else ""),
            ]
            for quantity, (earned, of) in self._points.items()
        ]
        yield Heading("How hard each question was")
        yield Table(["question", *STANDINGS, "points earned"], rows, numeric=range(1, len(STANDINGS) + 2))


def decimal(points: Fraction) -> str:
    """Points as people write them, with at most two decimals.

    Example:
        >>> decimal(Fraction(5, 2)), decimal(Fraction(12)), decimal(Fraction(1, 3))
        ('2.5', '12', '0.33')
    """
    return f"{float(points):.2f}".rstrip("0").rstrip(".")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
