"""Random pages of hand-worked numbers for `marking.py`: a sheet, what is written down of it, and planted mistakes."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from itertools import pairwise

from tinygrad_notes import MLP, Value, work_through
from tinygrad_notes.number_systems import floats
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import rules_of
from tinygrad_notes.worked.claims import read_claim
from tinygrad_notes.worked.mistakes import KINDS
from tinygrad_notes.worked.reworking import Reworking
from tinygrad_notes.worked.sheet import Sheet
from tinygrad_notes.worked.sites import Page, Site
from tinygrad_notes.worked.writing_mistakes import WRITING

HIDDEN = ["sigmoid", "tanh", "relu", "linear", "leaky_relu", "elu", "silu", "gelu", "softplus"]
OUTPUT = {
    "squared_error": HIDDEN,
    "half_squared_error": HIDDEN,
    "mean_squared_error": HIDDEN,
    "binary_cross_entropy": ["sigmoid"],
    "cross_entropy": ["softmax"],
}
Numbers = dict[Value, float]


def random_sheet(rng: random.Random) -> Sheet:
    """A sheet with friendly numbers, none of which is infinite or undefined."""
    while True:
        sizes = [rng.randint(1, 4) for _ in range(rng.randint(3, 5))]
        loss = rng.choice(list(OUTPUT))
        if loss == "cross_entropy":
            sizes[-1] = rng.randint(2, 4)
        activations = [rng.choice(HIDDEN) for _ in sizes[2:]] + [rng.choice(OUTPUT[loss])]
        weights = [[[round(rng.uniform(-1, 1), rng.choice([1, 2])) for _ in range(fan_in)] for _ in range(fan_out)]
                   for fan_in, fan_out in pairwise(sizes)]  # fmt: skip
        biases = [[round(rng.uniform(-0.5, 0.5), 2) for _ in rows] if rng.random() < 0.85 else None for rows in weights]
        convention = rng.choice(["W@x", "x@W"])
        if convention == "x@W":
            weights = [[list(column) for column in zip(*rows)] for rows in weights]
        samples = rng.choice([None, None, None, 1, 2, 3])
        x = [[round(rng.uniform(-1, 1), 1) for _ in range(sizes[0])] for _ in range(samples or 1)]
        y = [targets(rng, loss, sizes[-1]) for _ in x]
        network = MLP.from_weights(weights, biases, activation=activations, convention=convention)
        sheet = work_through(network, *((x, y) if samples else (x[0], y[0])), loss=loss,
                             learning_rate=rng.choice([0.05, 0.1, 0.5, 1.0]))  # fmt: skip
        if all(math.isfinite(value.data) for value in sheet.values.values()):
            return sheet


def targets(rng: random.Random, loss: str, outputs: int) -> list[float]:
    if loss == "cross_entropy":
        hot = rng.randrange(outputs)
        return [float(i == hot) for i in range(outputs)]
    if loss == "binary_cross_entropy":
        return [float(rng.random() < 0.5) for _ in range(outputs)]
    return [round(rng.uniform(-1, 1), 1) for _ in range(outputs)]


@dataclass
class Paper:
    """A page to be worked: which quantities are written down, and how a number is rounded."""

    sheet: Sheet
    digits: int
    significant: bool
    claimed: set[Value]
    order: list[Value]

    @classmethod
    def random(cls, rng: random.Random) -> Paper:
        sheet = random_sheet(rng)
        keep = rng.choice([1.0, 0.8, 0.6])
        kept = [quantity for quantity in sheet.quantities.values() if rng.random() < keep]
        claimed = {value for quantity in kept for value in quantity.elements}
        roots = [root for label, value in sheet.values.items() for root in (*sheet.alternatives.get(label, ()), value)]
        return cls(sheet, rng.randint(2, 6), rng.random() < 0.5, claimed, topological_order(*roots))

    def written(self, number: float) -> str:
        if self.significant and number and math.isfinite(number):
            decimals = self.digits - 1 - math.floor(math.log10(abs(number)))
            decimals = decimals if abs(round(number, decimals)) < 10.0 ** (self.digits - decimals) else decimals - 1
            return f"{round(number, decimals):.{decimals}f}" if 0 <= decimals <= 12 else f"{number:.{self.digits - 1}e}"
        return f"{number:.{self.digits}f}"

    def worked(self, style: str, wrong: dict[Value, str] | None = None) -> tuple[dict[str, str], Numbers]:
        """The claims by label, and the page's numbers: rounded ones in style "onward", unrounded in the others."""
        wrong = wrong or {}
        numbers: Numbers = {}
        claims: dict[str, str] = {}
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


def hidden_by_rounding(paper: Paper, numbers: Numbers, value: Value, written: str) -> bool:
    """Whether a wrong number may pass for a rounding of the right one, or of what follows from the page above.

    That is within a unit of its last digit, or within half a unit and what half a unit of each claim above it
    changes, one at a time.
    """
    claim = read_claim(value.label, written)
    page = as_written(paper, numbers)
    halves = {v: read_claim(v.label, paper.written(numbers[v])).half for v in paper.claimed}
    hidden = abs(claim.number - value.data) <= claim.unit
    for way in (value, *paper.sheet.alternatives.get(value.label, ())):
        formula = Reworking(way, page, halves, lambda node: True)
        above = formula.value()
        carried = sum(abs(formula.value({a: page[a] + halves[a]}) - above) for a in formula.ancestors)
        hidden |= abs(claim.number - above) <= max(claim.unit, claim.half + carried)
    return hidden


def as_written(paper: Paper, numbers: Numbers) -> Numbers:
    """What a page whose claims are the roundings of `numbers` says of every Value."""
    page: Numbers = {}
    for node in paper.order:
        page[node] = node.data
        if node in paper.claimed:
            page[node] = float(paper.written(numbers[node]))
        elif node.operands:
            page[node] = rules_of(node, floats)[0](*[page[operand] for operand in node.operands])
    return page


def random_slip(paper: Paper, numbers: Numbers, rng: random.Random) -> tuple[Value, str] | None:
    value = rng.choice(sorted(paper.claimed, key=lambda v: v.label))
    unit = read_claim("", paper.written(numbers[value])).unit
    for _ in range(20):
        off = rng.choice([-1, 1]) * unit * 10 ** rng.uniform(0.2, 3)
        written = paper.written(numbers[value] + off)
        if not hidden_by_rounding(paper, numbers, value, written):
            return value, written
    return None


def usual_slip(paper: Paper, numbers: Numbers, rng: random.Random, kind: str) -> tuple[Value, str] | None:
    """A claim at which a mistake of that kind changes the number, and what is then written."""
    page = Page(paper.sheet, numbers, {})
    values = sorted(paper.claimed, key=lambda v: v.label)
    rng.shuffle(values)
    for value in values[:40]:
        site = Site(page, value)
        if kind in KINDS:
            wrong = [site.worked(change) for change in KINDS[kind](site)]
        else:
            unit = read_claim("", paper.written(site.right)).unit
            wrong = list(WRITING[kind](site.right, max(0, round(-math.log10(unit)))))
        rng.shuffle(wrong)
        for number in wrong[:5]:
            if math.isfinite(number) and not hidden_by_rounding(paper, numbers, value, paper.written(number)):
                return value, paper.written(number)
    return None
