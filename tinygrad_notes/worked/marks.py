"""Marks: the verdict on each claim of a page."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tinygrad_notes.exchange.libraries import frame
from tinygrad_notes.names import textbook
from tinygrad_notes.worked.explanations import Mistake
from tinygrad_notes.worked.formulas import Working
from tinygrad_notes.worked.marked_pages import marking_report
from tinygrad_notes.worked.report import Report, Shown
from tinygrad_notes.worked.verdicts import MISPRINT, SLIP, VERDICTS

_CERTAIN = 1e12  # odds
_WORDS = ((0.95, "almost surely"), (0.5, "likely"), (0.0, "perhaps"))


@dataclass(frozen=True, slots=True)
class Mark:
    """One claim and its verdict; numbers have the sign with which the page writes them.

    Attributes:
        quantity: the label of what was claimed, such as "dC/dW2[0,1]".
        claimed: as written.
        exact: the right number.
        from_above: the number that the claims above it lead to; the right one where there are none.
        verdict: one of `verdicts.VERDICTS`.
        mistakes: usual mistakes that lead from the claims above to the number of a slip or misprint, likeliest first.
        put_right: the wrong claims above it that were not used as written: it was computed from their right numbers.
        searched: False for a slip that was not looked into, because the page has too many.
        because: the wrong claims above it that make the number from above wrong, a hundred at most; on a page with
            formulas also the unclaimed numbers whose formula is wrong.
        short: whether it has fewer significant digits than the page asks for, and is therefore off by rounding.
        working: for a slip or misprint, how the number follows from those above it on the page.
        remark: what there is to say of its digits, such as "written to 1 digit, and 3 are asked".
        spared: the share of its working that slips above it made trivial, from 0 to 1.
    """

    quantity: str
    claimed: str
    exact: float
    from_above: float
    verdict: str
    mistakes: tuple[Mistake, ...] = ()
    put_right: tuple[str, ...] = ()
    searched: bool = True
    because: tuple[str, ...] = ()
    short: bool = False
    remark: str = ""
    working: Working | None = None
    spared: float = 0.0

    @property
    def sure(self) -> tuple[float, ...]:
        """How sure each of the mistakes is, from 0 to 1: its share of the odds of all mistakes and of chance.

        Mistakes that give the same number in the same place are one mistake under several names: each gets the sum of
        their odds.
        """
        odds = {mistake: min(mistake.odds, _CERTAIN) for mistake in self.mistakes}
        shared = [sum(odds[other] for other in odds if other.gives_what(mistake)) for mistake in odds]
        return tuple([one / (1.0 + sum(odds.values())) for one in shared])

    @property
    def causes(self) -> tuple[str, ...]:
        """The mistakes that explain all wrong numbers of its array, the likeliest first; empty where there is none."""
        return tuple([mistake.cause for mistake in self.mistakes if mistake.cause])

    @property
    def how_sure(self) -> str:
        """How sure the likeliest mistake is, in words; empty where there is none."""
        return next((words for least, words in _WORDS if self.sure and self.sure[0] >= least), "")

    def as_json(self) -> dict[str, Any]:
        """The mark as plain data; the keys "sure" to "spared" are left out where they are empty."""
        sure = [round(share, 3) for share in self.sure]
        said = {
            "sure": sure,
            "causes": list(self.causes),
            "because": list(self.because),
            "remark": self.remark,
            "spared": self.spared,
        }
        return {
            "quantity": self.quantity,
            "claimed": self.claimed,
            "exact": self.exact,
            "from_above": self.from_above,
            "verdict": self.verdict,
            "mistakes": [str(mistake) for mistake in self.mistakes],
            "put_right": list(self.put_right),
            **{key: something for key, something in said.items() if something},
        }

    def explanation(self, *, of_array: bool = False) -> str:
        """A sentence on how the number came about; empty where there is nothing to say.

        With `of_array` it covers all numbers of its array that went wrong by one cause.
        """
        if self.verdict in (SLIP, MISPRINT):
            if not math.isfinite(self.from_above):
                return "no finite number comes out here"
            if not self.searched:
                return "not looked into, after so many slips"
            if not self.mistakes:
                return "no usual mistake gives this number"
            called = self.causes if of_array else tuple(map(str, self.mistakes))
            told = [called[0]]
            for (before, mistake), name in zip(pairwise(self.mistakes), called[1:], strict=True):
                told.append(f"or, with the same number, {name}" if mistake.gives_what(before) else f"or {name}")
            return "; ".join(told)
        return f"computed with {', '.join(map(textbook, self.put_right))} put right" if self.put_right else self.remark


@dataclass(frozen=True)
class Marking(Shown):
    """A marked page: one `Mark` per claim, in the order of work; shows itself in terminals and in notebooks.

    `digits` is how many significant digits the page asks for, where it says so. `notes` says what the page left open,
    and how it was read.
    """

    marks: tuple[Mark, ...]
    digits: int | None = None
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Mark]:
        return iter(self.marks)

    def __len__(self) -> int:
        return len(self.marks)

    def __getitem__(self, quantity: str) -> Mark:
        for mark in self.marks:
            if mark.quantity == quantity:
                return mark
        raise KeyError(f"no claim was made for {quantity!r}")

    def report(self, digits: int = 6) -> Report:
        """Every claim with its verdict, and what probably happened at each slip, at so many significant digits."""
        return marking_report(self, digits)

    def with_verdict(self, *verdicts: str) -> list[Mark]:
        """The marks with one of those verdicts."""
        return [mark for mark in self.marks if mark.verdict in verdicts]

    def origins(self) -> set[str]:
        """The quantities that went wrong by themselves; others only carry their error on."""
        return {mark.quantity for mark in self.with_verdict(SLIP, MISPRINT)}

    def wrong_formulas(self) -> Mapping[str, int]:
        """By the label of a number whose formula is wrong, the formula's line; only pages of formulas have any."""
        return {}

    def counts(self) -> dict[str, int]:
        """How many claims got each verdict."""
        return dict.fromkeys(VERDICTS, 0) | Counter([mark.verdict for mark in self.marks])

    @property
    def exit_status(self) -> int:
        """1 where there is a slip, a misprint or a number with fewer digits than the page asks for, else 0."""
        return 1 if any(mark.short or mark.verdict in (SLIP, MISPRINT) for mark in self.marks) else 0

    def columns(self) -> dict[str, list[Any]]:
        """The marks as columns, one row for each claim."""
        return {
            "number": [mark.quantity for mark in self.marks],
            "claimed": [mark.claimed for mark in self.marks],
            "exact": [mark.exact for mark in self.marks],
            "from above": [mark.from_above for mark in self.marks],
            "verdict": [mark.verdict for mark in self.marks],
            "explanation": [mark.explanation() for mark in self.marks],
        }

    def to_pandas(self) -> Any:
        """`columns` as a `pandas.DataFrame`; ImportError where pandas is not installed (extra `tables`)."""
        return frame(self.columns())

    def as_json(self) -> list[dict[str, Any]]:
        """The marks as plain data."""
        return [mark.as_json() for mark in self.marks]
