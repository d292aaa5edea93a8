"""Grades: the points that a paper earns by the teacher's rule, number by number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from tinygrad_notes.classroom.papers import Paper, label_of
from tinygrad_notes.classroom.rule import Expected, Rule
from tinygrad_notes.names import textbook
from tinygrad_notes.worked.claims import Claim, ClaimError, read_claim
from tinygrad_notes.worked.formulas import number
from tinygrad_notes.worked.marks import Mark
from tinygrad_notes.worked.verdicts import BLANK, CARRIED, LUCKY, MISPRINT, ROUNDING, SLIP

RIGHT_SO_FAR, FROM_EARLIER, WRONG, OPEN = STANDINGS = ("right", "carried", "wrong", "blank")
"""What a number counts as in the class table. A number off by rounding, or right by luck, counts as right."""


@dataclass(frozen=True, slots=True)
class Award:
    """What one number that was asked earns.

    Attributes:
        label: the number, such as "delta1[0]".
        quantity: what it belongs to.
        mark: what came of it; None where the paper does not speak of it.
        standing: one of `STANDINGS`.
        points: earned, …
        of: … of so many.
        why: a sentence for the student, where there is something to say.
    """

    label: str
    quantity: str
    mark: Mark | None
    standing: str
    points: Fraction
    of: Fraction
    why: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """A paper with its points.

    Attributes:
        paper: as it was marked.
        awards: one for each number that was asked, in the order of work.
        points: the total, rounded as the rule says; None where the paper could not be marked.
        of: what the numbers are worth together.
    """

    paper: Paper
    awards: tuple[Award, ...]
    points: Fraction | None
    of: Fraction

    def count(self, standing: str) -> int:
        """How many of the numbers that were asked have that standing."""
        return sum(award.standing == standing for award in self.awards)

    @property
    def wrong(self) -> list[Mark]:
        """The marks of all numbers that went wrong by themselves, asked or not."""
        return [mark for mark in self.paper.marking or () if is_wrong(mark)]

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """The likeliest mistake behind each of them, "" where there is none, and the number in which it was made.

        Of several mistakes that may be behind a number, the one that explains most numbers of its quantity is taken.
        Wrong formulas come last, by the quantity that they are for.
        """
        common = Counter(
            (quantity_of(mark.quantity), kind)
            for mark in self.wrong
            for kind in {mistake.kind for mistake in mark.mistakes}
        )
        formulas = {one.quantity: one for one in getattr(self.paper.marking, "formulas", ()) if one.is_right is False}
        for mark in self.wrong:
            if mark.mistakes:
                quantity = quantity_of(mark.quantity)
                likeliest = max(mark.mistakes, key=lambda mistake: common[quantity, mistake.kind])
                yield likeliest.kind, likeliest.inside or label_of(mark)
            elif quantity_of(label_of(mark)) not in formulas:
                yield "", label_of(mark)
        for quantity, formula in formulas.items():
            yield next(iter(formula.mistakes), "a wrong formula"), quantity


def quantity_of(label: str) -> str:
    """The quantity that a number belongs to.

    Example:
        >>> quantity_of("dC/dW1[0,1]"), quantity_of("C")
        ('dC/dW1', 'C')
    """
    return label.partition("[")[0]


def graded(paper: Paper, rule: Rule) -> Grade:
    """The points of a paper, number by number and together."""
    if paper.marking is None:
        return Grade(paper, (), None, sum(_worth(paper, rule).values(), Fraction(0)))
    awards = tuple(_awards(paper, rule))
    total = sum((award.points for award in awards), Fraction(0))
    return Grade(paper, awards, rule.rounded(total), sum((award.of for award in awards), Fraction(0)))


def _worth(paper: Paper, rule: Rule) -> dict[str, Fraction]:
    """The points of each quantity that is asked: by the rule, else by the key, else so many for each of its numbers."""
    return {
        quantity: rule.points.get(quantity, paper.points.get(quantity, rule.each * len(labels)))
        for quantity, labels in paper.asked.items()
    }


def _awards(paper: Paper, rule: Rule) -> Iterator[Award]:
    marks = {label_of(mark): mark for mark in paper.marking or ()}
    origins = {mark.quantity: mark for mark in marks.values() if is_wrong(mark) or mark.short}
    worth = _worth(paper, rule)
    for quantity, labels in paper.asked.items():
        for label in labels:
            mark, of = marks.get(label), worth[quantity] / len(labels)
            standing, share, why = _judged(mark, origins, quantity, rule)
            yield Award(label, quantity, mark, standing, share * of, of, why)


def is_wrong(mark: Mark) -> bool:
    """Whether a number went wrong by itself: a slip, a misprint, or what a wrong formula gives."""
    by_formula = getattr(mark, "formula", None) is False and mark.verdict in (CARRIED, ROUNDING)
    return mark.verdict in (SLIP, MISPRINT) or by_formula


def _judged(mark: Mark | None, origins: Mapping[str, Mark], quantity: str, rule: Rule) -> tuple[str, Fraction, str]:
    """A number's standing, the share of its points that it earns, and why."""
    if mark is None or mark.verdict == BLANK:
        return OPEN, Fraction(0), ""
    if is_wrong(mark):
        expected = next((one for one in rule.expected if _is_expected(mark, quantity, one)), None)
        return WRONG, expected.share if expected else Fraction(0), expected.remark if expected else ""
    if mark.short:
        return WRONG, rule.shares["few_digits"], mark.remark
    earlier = [origins[label] for label in mark.because if label in origins]
    if mark.verdict in (CARRIED, ROUNDING) and earlier:
        return FROM_EARLIER, *_carried(mark, earlier, rule)
    if mark.verdict in (CARRIED, ROUNDING):
        return RIGHT_SO_FAR, rule.shares["rounding"], "off by rounding"
    lucky = mark.verdict == LUCKY
    return (
        RIGHT_SO_FAR,
        rule.shares["lucky"] if lucky else Fraction(1),
        "not what your numbers lead to" if lucky else "",
    )


def _carried(mark: Mark, earlier: list[Mark], rule: Rule) -> tuple[Fraction, str]:
    """The share of its points that a number earns which follows from wrong ones, and why."""
    names = " and ".join(f"{textbook(label_of(one))} = {one.claimed}" for one in earlier[:3])
    follows = f"follows from your {names}"
    if rule.trivial is not None and mark.spared >= rule.trivial:
        return Fraction(0), f"{follows}, which left nothing to work out"
    far = next((one for one in earlier if rule.furthest is not None and _is_far(one, rule.furthest)), None)
    if far is not None:
        right = number(far.from_above, 3)
        return Fraction(0), f"{follows}, but {textbook(label_of(far))} lies too far from {right} to go on with"
    return rule.shares["carried"], follows


def _is_far(slip: Mark, times: Fraction) -> bool:
    """Whether a slip lies further off than so many times the right number, or than so many where that is below 1."""
    claim = _claimed(slip)
    return claim is not None and abs(claim.number - slip.from_above) > times * max(1.0, abs(slip.from_above))


def _claimed(mark: Mark) -> Claim | None:
    try:
        return read_claim(mark.quantity, mark.claimed)
    except ClaimError:  # numbers put into a formula, which the page's reader has worked out
        return None


def _is_expected(mark: Mark, quantity: str, one: Expected) -> bool:
    if one.quantity not in ("", quantity, label_of(mark)):
        return False
    if one.answer is None:
        return any(mistake.kind == one.mistake for mistake in mark.mistakes)
    claim = _claimed(mark)
    if claim is None:
        return False
    return abs(claim.number - one.answer.number) <= max(claim.half, one.answer.half) * (1.0 + 1e-9)
