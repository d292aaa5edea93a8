"""Random pages of hand-worked numbers for `marking.py`: a sheet, what is written down of it, and planted mistakes.

Nothing here comes from the marker: pages are worked, rounded and spoiled by the code below and in
`planted_mistakes.py`, and interval arithmetic says which wrong numbers honest rounding could hide.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import planted_function_mistakes as planted_function_mistakes  # registers its kinds
from miswritten_numbers import WRITTEN
from page_arithmetic import Arithmetic, Spot
from planted_mistakes import USUAL

from tinygrad_notes import MLP, Value, work_through
from tinygrad_notes.derivatives.evaluation import rules_of
from tinygrad_notes.number_systems import floats, intervals
from tinygrad_notes.passes import topological_order
from tinygrad_notes.worked.sheet import Sheet

HIDDEN = ["sigmoid", "tanh", "relu", "linear", "leaky_relu", "elu", "silu", "gelu", "softplus"]
OUTPUT = {
    "squared_error": HIDDEN,
    "half_squared_error": HIDDEN,
    "mean_squared_error": HIDDEN,
    "binary_cross_entropy": ["sigmoid"],
    "cross_entropy": ["softmax"],
}
SHORT = ["relu", "linear"]
KINDS = [*USUAL, *WRITTEN]
Numbers = dict[Value, float]
Claims = dict[str, str]


def random_sheet(rng: random.Random, short: bool = False) -> Sheet:
    """A sheet with friendly numbers, none of which is infinite or undefined.

    A short one is of integers or of numbers with one or two digits, and of ReLU and linear layers, so that many of its
    numbers can be written in full.
    """
    while True:
        sizes = [rng.randint(1, 3 if short else 4) for _ in range(rng.randint(2 if short else 3, 4 if short else 5))]
        loss = rng.choice(["squared_error", "half_squared_error"] if short else list(OUTPUT))
        if loss == "cross_entropy":
            sizes[-1] = rng.randint(2, 4)
        hidden, output = (SHORT, SHORT) if short else (HIDDEN, OUTPUT[loss])
        activations = [rng.choice(hidden) for _ in sizes[2:]] + [rng.choice(output)]
        number = short_numbers(rng) if short else lambda: round(rng.uniform(-1, 1), rng.choice([1, 2]))
        weights = [[[number() for _ in range(fan_in)] for _ in range(fan_out)] for fan_in, fan_out in pairwise(sizes)]
        biases = [[number() if short else round(rng.uniform(-0.5, 0.5), 2) for _ in rows]
                  if rng.random() < 0.85 else None for rows in weights]  # fmt: skip
        convention = rng.choice(["W@x", "x@W"])
        if convention == "x@W":
            weights = [[list(column) for column in zip(*rows)] for rows in weights]
        samples = rng.choice([None, None, None, 1, 2, 3])
        x = [[number() if short else round(rng.uniform(-1, 1), 1) for _ in range(sizes[0])]
             for _ in range(samples or 1)]  # fmt: skip
        y = [[number() for _ in range(sizes[-1])] if short else targets(rng, loss, sizes[-1]) for _ in x]
        network = MLP.from_weights(weights, biases, activation=activations, convention=convention)
        sheet = work_through(network, *((x, y) if samples else (x[0], y[0])), loss=loss,
                             learning_rate=rng.choice([0.05, 0.1, 0.5, 1.0]))  # fmt: skip
        if all(math.isfinite(value.data) for value in sheet.values.values()):
            return sheet


def short_numbers(rng: random.Random) -> Any:
    """Draws integers, tenths, or hundredths, as one page has them."""
    return rng.choice(
        [
            lambda: float(rng.randint(-5, 5)),
            lambda: rng.randint(-9, 9) / 10,
            lambda: rng.randint(-30, 30) / 10,
            lambda: rng.randint(-99, 99) / 100,
            lambda: rng.randint(-4, 4) / 2,
        ]
    )


def targets(rng: random.Random, loss: str, outputs: int) -> list[float]:
    if loss == "cross_entropy":
        hot = rng.randrange(outputs)
        return [float(i == hot) for i in range(outputs)]
    if loss == "binary_cross_entropy":
        return [float(rng.random() < 0.5) for _ in range(outputs)]
    return [round(rng.uniform(-1, 1), 1) for _ in range(outputs)]


def unit_of(written: str) -> float:
    """One unit of the last digit written."""
    mantissa, _, exponent = written.lower().partition("e")
    return float(f"1e{int(exponent or 0) - len(mantissa.partition('.')[2])}")


def same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-13)


def is_point(box: Any) -> bool:
    return math.isfinite(box.lo) and bool(box.hi - box.lo <= 1e-12 * max(1.0, abs(box.lo)))


@dataclass
class Paper:
    """A page to be worked: which quantities are written down, and how a number is rounded."""

    sheet: Sheet
    digits: int
    style: str
    claimed: set[Value]
    order: list[Value]
    _kept: list[tuple[Claims, dict[Value, Any]]] = field(default_factory=list)

    @classmethod
    def random(cls, rng: random.Random, short: bool = False) -> Paper:
        """A page on which every number is finite, also once its numbers are rounded and used onward."""
        while True:
            sheet = random_sheet(rng, short)
            keep = rng.choice([1.0, 0.8, 0.6])
            kept = [quantity for quantity in sheet.quantities.values() if rng.random() < keep]
            claimed = {value for quantity in kept for value in quantity.elements}
            roots = [root for label, value in sheet.values.items()
                     for root in (*sheet.alternatives.get(label, ()), value)]  # fmt: skip
            digits = rng.randint(2, 4) if short else rng.randint(2, 6)
            style = "short" if short else rng.choice(["significant", "decimals"])
            paper = cls(sheet, digits, style, claimed, topological_order(*roots))
            if claimed and all(map(math.isfinite, paper.worked("onward")[1].values())):
                return paper  # a rounded output of 0 or 1 may have no logarithm

    def written(self, number: float) -> str:
        """A number as this page writes it: to so many decimals or significant digits, or short where it is short."""
        if self.style == "significant" and number and math.isfinite(number):
            decimals = self.digits - 1 - math.floor(math.log10(abs(number)))
            decimals = decimals if abs(round(number, decimals)) < 10.0 ** (self.digits - decimals) else decimals - 1
            return f"{round(number, decimals):.{decimals}f}" if 0 <= decimals <= 12 else f"{number:.{self.digits - 1}e}"
        fixed = f"{number:.{self.digits}f}"
        if self.style == "short":
            fixed = fixed.rstrip("0").rstrip(".")
            return "0" if fixed == "-0" else fixed
        return fixed

    def worked(self, style: str, wrong: dict[Value, str] | None = None) -> tuple[Claims, Numbers]:
        """The claims by label, and the page's numbers: rounded ones in style "onward", unrounded in the others."""
        wrong = wrong or {}
        numbers: Numbers = {}
        claims: Claims = {}
        for node in self.order:
            number = node.data
            if node.operands and style != "exact":
                number = rules_of(node, floats)[0](*[numbers[operand] for operand in node.operands])
            if node in self.claimed:
                written = wrong.get(node) or self.written(number)
                claims[node.label] = written
                if style == "onward" or node in wrong:
                    number = float(written)
            numbers[node] = number
        return {label: claims[label] for label in self.sheet.values if label in claims}, numbers

    def ways(self, value: Value) -> tuple[Value, ...]:
        """What a number may be worked out as."""
        return (value, *self.sheet.alternatives.get(value.label, ()))

    def in_reach(self, value: Value, written: str, *pages: Claims) -> bool:
        """Whether honest rounding may lead to a number on one of the pages: on the page as it is written, or put right.

        A number that was rounded stands for all that round to it, one that was not for itself alone. What is less than
        a unit off may have been cut instead of rounded.
        """
        number, unit = float(written), unit_of(written)
        if abs(number - value.data) < unit * (1 - 1e-9):
            return True
        for claims in pages:
            boxes = self._boxes(claims)
            for way in self.ways(value):
                box = boxes[way]
                center, beyond = (box.lo + box.hi) / 2, unit / 2 * (1 + 1e-9)
                if box.lo - beyond <= number <= box.hi + beyond or abs(number - center) < unit * (1 - 1e-9):
                    return True
        return False

    def _boxes(self, claims: Claims) -> dict[Value, Any]:
        """By Value, the interval of what may follow from the claims above it; kept for the pages asked of last."""
        for page, boxes in self._kept:
            if page is claims:
                return boxes
        self._kept[:] = [*self._kept[-2:], (claims, self._worked_out(claims))]
        return self._kept[-1][1]

    def _worked_out(self, claims: Claims) -> dict[Value, Any]:
        above: dict[Value, Any] = {}
        boxes: dict[Value, Any] = {}
        for node in self.order:
            box: Any = node.data
            if node.operands:
                box = rules_of(node, intervals)[0](*[boxes[operand] for operand in node.operands])
            above[node] = intervals.as_interval(box)
            boxes[node] = box
            if node in self.claimed:
                written = claims[node.label]
                number, unit = float(written), unit_of(written)
                right = [box.lo for box in map(above.get, self.ways(node)) if box is not None and is_point(box)]
                in_full = same(number, node.data) or any(same(number, x) for x in right)
                if not in_full and right:  # changed where there was nothing to round: used as it is written
                    in_full = all(same(round(x / unit) * unit, x) and abs(number - x) > unit / 2 for x in right)
                boxes[node] = number if in_full else intervals.around(number, unit / 2)
        return above


def random_slip(paper: Paper, claims: Claims, numbers: Numbers, rng: random.Random) -> tuple[Value, str, bool] | None:
    """A claim, what is written in its place, and whether honest rounding may lead there."""
    value = rng.choice(sorted(paper.claimed, key=lambda v: v.label))
    unit = unit_of(paper.written(numbers[value]))
    for _ in range(20):
        off = rng.randint(1, 5) * unit if paper.style == "short" else unit * 10 ** rng.uniform(0.2, 3)
        written = paper.written(numbers[value] + rng.choice([-1, 1]) * off)
        if written != claims[value.label]:
            reached = paper.in_reach(value, written, claims)
            if not reached or paper.style == "short":
                return value, written, reached
    return None


@dataclass(frozen=True)
class Planted:
    """A usual mistake on a page: where, what is written, and the number that it leads to before it is rounded.

    `kinds` are the usual mistakes that lead to the same number, itself among them: nobody can tell them apart.
    """

    value: Value
    written: str
    number: float
    kinds: frozenset[str]


def usual_slip(paper: Paper, claims: Claims, numbers: Numbers, rng: random.Random, kind: str) -> Planted | None:
    """A usual mistake of that kind at a claim where honest rounding does not lead to the same number."""
    by_label = {value.label: number for value, number in numbers.items() if value.label}
    page = Arithmetic(paper.sheet, by_label, set(claims))
    spots = {page.label(spot): spot for spot in page.spots()}
    values = sorted(paper.claimed, key=lambda v: v.label)
    rng.shuffle(values)
    for value in values[:40]:
        page.numbers = {**by_label, value.label: rules_of(value, floats)[0](*[numbers[o] for o in value.operands])}
        spot = spots[value.label]
        found = wrong_numbers(paper, page, spot, kind)
        rng.shuffle(found)
        for written, number in found[:5]:
            if not paper.in_reach(value, written, claims):
                same = {k for k in KINDS if gives(wrong_numbers(paper, page, spot, k), written, number, k, kind)}
                return Planted(value, written, number, frozenset(same))
    return None


def wrong_numbers(paper: Paper, page: Arithmetic, spot: Spot, kind: str) -> list[tuple[str, float]]:
    """What a mistake of a kind may lead to there: as it is written, and as it is before."""
    if kind in USUAL:
        return [(paper.written(x), x) for x in USUAL[kind](page, spot) if math.isfinite(x)]
    right = paper.written(page.numbers[page.label(spot)])
    return [(written, float(written)) for written in WRITTEN[kind](right)] if "e" not in right else []


def gives(found: list[tuple[str, float]], written: str, number: float, *kinds: str) -> bool:
    """Whether a number is among those found: to float precision; as it is written, where digits are miswritten."""
    in_digits = not USUAL.keys() >= set(kinds)
    close = (in_digits or math.isclose(x, number, rel_tol=1e-9) for text, x in found if text == written)
    return any(close)


def claimed_above(paper: Paper, value: Value) -> list[Value]:
    """The claims that a number is computed from, the nearest on each path."""
    found: dict[Value, None] = {}
    stack = list(value.operands)
    while stack:
        node = stack.pop()
        if node in paper.claimed:
            found[node] = None
        else:
            stack.extend(node.operands)
    return sorted(found, key=lambda v: v.label)
