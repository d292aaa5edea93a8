"""Exercises for teachers: a small network with friendly numbers, blanks to fill in, and the key.

An exercise comes in four parts: the page to work on, a worksheet file to type the answers into, which `mark` reads, the
same file filled in, and the worked solution.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

from tinygrad_notes.names import textbook
from tinygrad_notes.nn import MLP
from tinygrad_notes.nn.activations import Activation
from tinygrad_notes.nn.losses import loss_named
from tinygrad_notes.number_systems.symbols import Symbol
from tinygrad_notes.value import Value
from tinygrad_notes.worked.claims import leading_place
from tinygrad_notes.worked.formulas import in_letters
from tinygrad_notes.worked.pages import given_blocks, section_of, section_title, sheet_report
from tinygrad_notes.worked.report import Heading, Paragraph, Report, Table, cell
from tinygrad_notes.worked.sheet import Sheet
from tinygrad_notes.worked.steps import work_through

MOST_WEIGHTS = 500
_number = attrgetter("data")


@dataclass(frozen=True, slots=True)
class Exercise:
    """A network to work through, and its solution.

    Attributes:
        network: with weights of one decimal.
        sheet: the solution.
        digits: how many significant digits answers are given to.
    """

    network: MLP
    sheet: Sheet
    digits: int
    title: str

    def page(self) -> Report:
        """What the learner gets: the network, what to find, and room for the answers."""
        task = f"Work out every number below, each to {self.digits} significant digits, and go on with what you wrote."
        report = Report([Heading(self.title), *given_blocks(self.sheet), Paragraph(task)])
        for section, quantities in groupby(self.sheet.quantities.values(), key=section_of):
            rows = [
                [cell(Symbol(textbook(value.label))), cell(in_letters(value)), cell("_" * 12)]
                for quantity in quantities
                for value in quantity.elements
            ]
            report.blocks += [Heading(section_title(*section)), Table(["number", "formula", "your answer"], rows)]
        return report

    def solution(self) -> Report:
        """Every number with its formula, for the teacher."""
        report = sheet_report(self.sheet, self.digits, exact_givens=True)
        report.blocks.insert(0, Heading(f"{self.title}: solution"))
        return report

    def worksheet(self, *, filled: bool = False) -> str:
        """The file that `tinygrad-notes mark` reads: with "?" in place of each answer, or filled in."""
        claim: Callable[[Value], str] = (lambda value: rounded(value.data, self.digits)) if filled else (lambda _: "?")
        lines = [
            f"# {self.title}{': key' if filled else ''}",
            '# An answer is a number as you wrote it, in quotes: "0.52"; "?" leaves it out.',
            "# tinygrad-notes mark THIS-FILE tells which answers are right, and where a slip was made.",
            "",
            f"digits = {self.digits}  # significant digits of each answer",
            *_network_lines(self.network, self.sheet),
            "[claims]",
        ]
        for name, quantity in self.sheet.quantities.items():
            lines.append(f"{_key(name)} = {_toml(quantity.nested(claim))}")
        return "\n".join(lines) + "\n"


def exercise(
    layers: Sequence[int],
    activation: Activation | Sequence[Activation] = "sigmoid",
    *,
    seed: int,
    loss: str = "squared_error",
    learning_rate: float = 0.5,
    convention: str = "W@x",
    digits: int = 3,
) -> Exercise:
    """An exercise on a network with `layers[0]` inputs and so many neurons in each further layer.

    Weights, biases and inputs have one decimal, and are the same for the same seed.

    Raises ValueError for fewer than two layers, unknown names, and where a number would be infinite.

    Example:
        >>> print(exercise([2, 2, 1], seed=7).worksheet().splitlines()[-1])
        b1_new = ["?", "?"]
    """
    if len(layers) < 2 or min(layers) < 1:
        raise ValueError(f"an exercise needs inputs and at least one layer, such as 2 2 1, got {_shown(layers)}")
    if sum(nin * nout for nin, nout in pairwise(layers)) > MOST_WEIGHTS:
        raise ValueError(
            f"layers of {_shown(layers)} have more than {MOST_WEIGHTS} weights, and no one would work them"
        )
    if digits < 1:
        raise ValueError(f"answers need at least one digit, got {digits}")
    draw = random.Random(seed)
    weights = [[[_friendly(draw) for _ in range(nin)] for _ in range(nout)] for nin, nout in pairwise(layers)]
    if convention == "x@W":
        weights = [[list(column) for column in zip(*matrix, strict=True)] for matrix in weights]
    biases = [[_tenths(draw, -3, 3) for _ in range(nout)] for nout in layers[1:]]
    network = MLP.from_weights(weights, biases, activation=activation, convention=convention)
    x = [_tenths(draw, 1, 10) for _ in range(layers[0])]
    y = _targets(draw, layers[-1], loss)
    sheet = work_through(network, x, y, loss=loss, learning_rate=learning_rate)
    infinite = [label for label, value in sheet.values.items() if not math.isfinite(value.data)]
    if infinite:
        raise ValueError(
            f"with this seed {infinite[0]} is not a finite number; choose another seed, activation or loss"
        )
    return Exercise(network, sheet, digits, f"Backpropagation by hand, exercise {seed}")


def rounded(x: float, digits: int) -> str:
    """x to so many significant digits, written out: trailing zeros stay, and there is no exponent.

    Example:
        >>> rounded(0.0123049, 3), rounded(0.5, 3), rounded(0.0, 3), rounded(1234.5, 3), rounded(0.9996, 3)
        ('0.0123', '0.500', '0.000', '1234', '1.00')
    """
    if x == 0.0:
        return f"{0:.{digits}f}"
    return f"{x:.{max(0, digits - 1 - leading_place(x, digits))}f}"


def _tenths(draw: random.Random, low: int, high: int) -> float:
    return draw.randint(low, high) / 10


def _friendly(draw: random.Random) -> float:
    """A weight of one decimal that is not 0, so that every connection counts."""
    return draw.choice([-1, 1]) * _tenths(draw, 1, 9)


def _targets(draw: random.Random, outputs: int, loss: str) -> list[float]:
    if loss_named(loss).name == "cross_entropy":
        chosen = draw.randrange(outputs)
        return [float(j == chosen) for j in range(outputs)]
    targets = [float(draw.randint(0, 1)) for _ in range(outputs)]
    return [2.0 * target - 1.0 for target in targets] if loss_named(loss).name == "hinge" else targets


# The worksheet file ---------------------------------------------------------------------------------


def _network_lines(network: MLP, sheet: Sheet) -> Iterator[str]:
    activations = [_toml(activation) for activation in sheet.activations]
    yield "[network]"
    yield f"activation = {activations[0] if len(set(activations)) == 1 else '[' + ', '.join(activations) + ']'}"
    yield f"loss = {_toml(sheet.loss.name)}"
    yield f"learning_rate = {_toml(sheet.learning_rate.data)}"
    yield f"convention = {_toml(sheet.convention)}"
    for name in ("x", "y"):
        yield f"{name} = {_toml(sheet.given[name].nested(_number))}"
    for k in range(1, len(network.layers) + 1):
        yield "[[network.layer]]"
        yield from (f"{name} = {_toml(sheet.given[f'{name}{k}'].nested(_number))}" for name in ("W", "b"))


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _key(name: str) -> str:
    return name if name.replace("_", "").isalnum() else f'"{name}"'


def _shown(layers: Sequence[int]) -> str:
    return " ".join(map(str, layers)) or "none"
