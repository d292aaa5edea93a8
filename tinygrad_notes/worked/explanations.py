"""Explanations of wrong numbers by usual mistakes, weighed: of one number by itself, and of an array's together."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from tinygrad_notes.worked import function_mistakes as function_mistakes  # registers its kinds
from tinygrad_notes.worked import mistakes as mistakes  # and its own
from tinygrad_notes.worked.claims import Claim
from tinygrad_notes.worked.expressions import EXPRESSION_KINDS
from tinygrad_notes.worked.expressions.slopes import SLOPE_LEFT_OUT
from tinygrad_notes.worked.function_mistakes import WRITING
from tinygrad_notes.worked.kinds import KINDS

_LEAST_SHARE = 0.04  # of the odds of the likeliest explanation, that another one must have to be named too
_LEAST_ODDS = 3.0  # how many times likelier than chance an explanation must be
_LARGEST_LOG = 300.0  # of odds that a float can hold
_INDEX = re.compile(r"\[[0-9,]+\]")
_GENERAL = frozenset(kind for kind, _ in EXPRESSION_KINDS) - {SLOPE_LEFT_OUT}
_OF_ONE_NUMBER = frozenset(
    {"the neighbor's value copied", "the same operand used twice", "δ of the wrong neuron", "two numbers exchanged"}
).union(WRITING)
"""Kinds that are made with one number of an array, whatever the others are."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A usual mistake that leads to a claimed number.

    Attributes:
        kind: which, in the words of `KINDS`.
        detail: where, and with what.
        number: what it leads to.
        inside: the label of the number in which it was made, if that is another number, which the page does not show.
        odds: how many times likelier it makes the claimed number than chance does.
        cause: its name for a whole array, if it explains all wrong numbers of the array.
    """

    kind: str
    detail: str
    number: float
    inside: str = ""
    odds: float = field(default=math.inf, compare=False)
    cause: str = field(default="", compare=False)

    def gives_what(self, other: Mistake) -> bool:
        """Whether both give one number in one place: then they are one mistake under two names."""
        return self.inside == other.inside and math.isclose(self.number, other.number)

    def __str__(self) -> str:
        return f"{self.kind} ({self.detail})" if self.detail else self.kind


class Explanations:
    """The mistakes that lead to a claim, with how likely each kind is.

    The likelihood of a kind is Σ 1 / (ways · width of the fit) over the ways that fit. So fewer ways to go wrong and a
    tighter fit rank higher. By chance, a slip may be any number up to the size of the claim.
    """

    def __init__(self, claim: Claim, *, in_network: bool) -> None:
        self.claim, self._in_network = claim, in_network
        self._likelihoods: dict[str, float] = defaultdict(float)
        self._best: dict[str, tuple[float, Mistake]] = {}
        self._spread = max(abs(claim.number), claim.unit)
        self.causes: dict[tuple[str, str], tuple[float, int, Mistake]] = {}
        """By what may be the cause of a whole array: how well it fits, in how many ways it can be made, the mistake."""

    def reach_to(self, right: float) -> None:
        """Let chance lead as far as the right number."""
        self._spread = max(self._spread, abs(right))

    def add(self, mistake: Mistake, weight: float, ways: int, width: float) -> None:
        """A mistake that fits, as one of several ways to make it; one that fits every number explains none."""
        if not width < math.inf:
            return
        kind, likelihood = mistake.kind, weight / (ways * width)
        self._likelihoods[kind] += likelihood
        if kind not in self._best or likelihood > self._best[kind][0]:
            self._best[kind] = likelihood, mistake
        if kind not in _OF_ONE_NUMBER:
            cause = kind, _INDEX.sub("", mistake.detail)
            log = math.log(weight / width)
            if cause not in self.causes or log > self.causes[cause][0]:
                self.causes[cause] = log, ways, mistake

    @property
    def log_spread(self) -> float:
        return math.log(self._spread)

    @property
    def log_odds(self) -> float:
        """Of the likeliest kind; those of chance where there is none."""
        best = max(self._likelihoods.values(), default=0.0) * self._spread
        return math.log(max(1.0, best))

    def likeliest(self) -> tuple[Mistake, ...]:
        """One of each kind that is likelier than chance, the likeliest first; those of one number stand together."""
        odds = {kind: likelihood * self._spread for kind, likelihood in self._likelihoods.items()}
        return self.chosen([replace(self._best[kind][1], odds=odds[kind]) for kind in odds])

    def chosen(self, found: Iterable[Mistake]) -> tuple[Mistake, ...]:
        """Those of some mistakes that are worth naming, by their odds.

        One that has a name of its own, as a bias that was forgotten, stands before general ones that fit no better.
        """
        likely = sorted(found, key=lambda mistake: -mistake.odds)
        least = max(_LEAST_ODDS, _LEAST_SHARE * likely[0].odds) if likely else 0.0
        named = _likeliest_first([mistake for mistake in likely if mistake.odds >= least])
        own = [mistake for mistake in named if _has_own_name(mistake)]
        if self._in_network:
            return tuple(named)
        return tuple(mistake for mistake in named if not any(_says_the_same(mistake, other) for other in own))


def of_one_cause(array: Sequence[Explanations]) -> list[tuple[Mistake, ...]]:
    """The mistakes of each wrong number of an array that explain all of them; nothing where no cause does.

    Somebody who makes a mistake in all numbers chooses once how to make it. So the numbers count together, and a cause
    that they share is likelier than a slip in each.
    """
    apart = sum(one.log_odds for one in array) + math.log(_LEAST_SHARE)
    best: dict[str, tuple[float, tuple[str, str]]] = {}  # by kind
    for cause in array[0].causes:
        if all(cause in one.causes for one in array):
            ways = max(one.causes[cause][1] for one in array)
            log = sum(one.causes[cause][0] + one.log_spread for one in array) - math.log(ways)
            if log >= apart and (cause[0] not in best or log > best[cause[0]][0]):
                best[cause[0]] = log, cause
    odds = {cause: math.exp(min(log, _LARGEST_LOG)) for log, cause in best.values()}
    common = [
        one.chosen(replace(one.causes[cause][2], odds=odds[cause], cause=_said(cause)) for cause in odds)
        for one in array
    ]
    return common if all(common) else []


def _said(cause: tuple[str, str]) -> str:
    kind, detail = cause
    return f"{kind} ({detail})" if detail else kind


def _likeliest_first(mistakes: list[Mistake]) -> list[Mistake]:
    """In the order of their odds, where those that give one number in one place count together."""
    alike: list[list[Mistake]] = []
    for mistake in mistakes:
        with_it = next((group for group in alike if mistake.gives_what(group[0])), None)
        if with_it is None:
            alike.append([mistake])
        else:
            with_it.append(mistake)
    alike.sort(key=lambda group: -sum(mistake.odds for mistake in group))
    return [mistake for group in alike for mistake in group]


def _has_own_name(mistake: Mistake) -> bool:
    return mistake.kind == SLOPE_LEFT_OUT or (mistake.kind in KINDS and mistake.kind not in _GENERAL)


def _says_the_same(general: Mistake, own: Mistake) -> bool:
    """Whether a general mistake only says what one with a name of its own says, or fits no better than it."""
    if general.kind not in _GENERAL:
        return False
    return math.isclose(general.number, own.number) or (general.kind not in KINDS and general.odds <= own.odds)
