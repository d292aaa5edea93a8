"""The numbers of a page and the formulas that they stand in, by plain arithmetic.

Nothing here comes from the marker: `planted_mistakes.py` makes its mistakes in these formulas, so that a kind which the
marker has wrong is not planted wrongly as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tinygrad_notes.worked.sheet import Sheet

Product = tuple["Factor", ...]


@dataclass(frozen=True)
class Spot:
    """An element of a quantity: its kind and layer, its sample, its neuron j, and in a matrix its input i."""

    kind: str
    layer: int
    sample: int = 0
    j: int = 0
    i: int = 0


NOWHERE = Spot("", 0)
"""Where a bare number stands."""


@dataclass(frozen=True)
class Factor:
    """A number in a formula, and whose it is."""

    number: float
    spot: Spot = NOWHERE


class Arithmetic:
    """The numbers of a page by what they are, and the formulas that they stand in."""

    def __init__(self, sheet: Sheet, numbers: dict[str, float], claimed: set[str]) -> None:
        self.sheet, self.numbers, self.claimed = sheet, numbers, claimed
        self.samples = sheet.samples or 1
        self.layers = sheet.layers
        self.sizes = [len(sheet.given["x"].elements) // self.samples]
        self.sizes += [len(sheet.quantities[f"z{k}"].elements) // self.samples for k in range(1, self.layers + 1)]
        averages = sheet.loss.averages_outputs
        self.averaged = (self.samples if sheet.reduction == "mean" else 1) * (self.sizes[-1] if averages else 1)
        self.rate = sheet.learning_rate.data

    # Names ------------------------------------------------------------------------------------------------

    def label(self, spot: Spot) -> str:
        names = {"dC/da": "dC/da{}", "dC/dW": "dC/dW{}", "dC/db": "dC/db{}", "W_new": "W{}_new", "b_new": "b{}_new"}
        name = names.get(spot.kind, spot.kind + "{}").format(spot.layer)
        if spot.kind == "a" and spot.layer == 0:
            name = "x"
        if spot.kind in ("C", "y"):
            name = spot.kind
        if spot.kind == "C":
            return name
        if spot.kind in ("W", "dC/dW", "W_new"):
            row, column = (spot.j, spot.i) if self.sheet.convention == "W@x" else (spot.i, spot.j)
            return f"{name}[{row},{column}]"
        if spot.kind in ("b", "dC/db", "b_new") or self.sheet.samples is None:
            return f"{name}[{spot.j}]"
        return f"{name}[{spot.sample},{spot.j}]"

    def spots(self) -> Iterator[Spot]:
        """Every element that is worked out, or could be."""
        yield Spot("C", 0)
        for k in range(1, self.layers + 1):
            for j in range(self.sizes[k]):
                for s in range(self.samples):
                    yield from (Spot(kind, k, s, j) for kind in ("z", "a", "dC/da", "slope", "delta", "back"))
                yield from (Spot(kind, k, 0, j) for kind in ("dC/db", "b_new"))
                for i in range(self.sizes[k - 1]):
                    yield from (Spot(kind, k, 0, j, i) for kind in ("dC/dW", "W_new"))

    def get(self, spot: Spot) -> float | None:
        return self.numbers.get(self.label(spot))

    def factor(self, spot: Spot) -> Factor:
        number = self.get(spot)
        if number is None:
            raise KeyError(spot)
        return Factor(number, spot)

    def activation(self, k: int) -> str:
        return str(self.sheet.activations[k - 1] or "linear")  # names, in these sheets

    def inputs(self, spot: Spot) -> list[Spot]:
        """What is below a neuron: the activations of the layer below, in its sample."""
        return [Spot("a", spot.layer - 1, spot.sample, i) for i in range(self.sizes[spot.layer - 1])]

    # Formulas ---------------------------------------------------------------------------------------------

    def products(self, spot: Spot) -> list[Product]:
        """The sum of products that a quantity is, where it is one; else nothing."""
        k, s, j, i = spot.layer, spot.sample, spot.j, spot.i
        factor = self.factor
        samples = range(self.samples)
        try:
            if spot.kind == "z":
                weighted = [(factor(Spot("W", k, 0, j, a.j)), factor(a)) for a in self.inputs(spot)]
                bias = [(factor(Spot("b", k, 0, j)),)] if self.get(Spot("b", k, 0, j)) is not None else []
                return [*weighted, *bias]
            if spot.kind == "back" and k < self.layers:
                above = range(self.sizes[k + 1])
                return [(factor(Spot("W", k + 1, 0, n, j)), factor(Spot("delta", k + 1, s, n))) for n in above]
            if spot.kind == "dC/da" and k < self.layers:
                return [(factor(Spot("back", k, s, j)),)]
            if spot.kind == "delta" and self.get(Spot("slope", k, s, j)) is not None:
                return [(factor(Spot("dC/da", k, s, j)), factor(Spot("slope", k, s, j)))]
            if spot.kind == "dC/dW":
                return [(factor(Spot("delta", k, s, j)), factor(Spot("a", k - 1, s, i))) for s in samples]
            if spot.kind == "dC/db" and self.get(Spot("b", k, 0, j)) is not None:
                return [(factor(Spot("delta", k, s, j)),) for s in samples]
            if spot.kind in ("W_new", "b_new"):
                old, step = replace(spot, kind=spot.kind[0]), replace(spot, kind=f"dC/d{spot.kind[0]}")
                return [(factor(old),), (Factor(-1.0), Factor(self.rate, Spot("η", 0)), factor(step))]
        except KeyError:
            pass
        return []

    def pairs(self, outputs: bool = True) -> list[tuple[float, float]]:
        """a and y of each output of each sample."""
        last = range(self.sizes[-1])
        found = [
            (self.get(Spot("a", self.layers, s, j)), self.get(Spot("y", 0, s, j)))
            for s in range(self.samples)
            for j in last
        ]
        return [(a, y) for a, y in found if a is not None and y is not None]

    def terms(self) -> list[float]:
        """The terms of the loss, before averaging."""
        return [loss_term(self.sheet.loss.name, a, y) for a, y in self.pairs()]


def total(products: list[Product]) -> float:
    return sum(math.prod(factor.number for factor in product) for product in products)


def loss_term(loss: str, a: float, y: float) -> float:
    if loss == "cross_entropy":
        return -y * math.log(a) if y else 0.0
    if loss == "binary_cross_entropy":
        return -(y * math.log(a) if y else 0.0) - ((1 - y) * math.log(1 - a) if y != 1 else 0.0)
    return (a - y) ** 2 * (0.5 if loss == "half_squared_error" else 1.0)


def sigma(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z))


SLOPES: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda z: sigma(z) * (1 - sigma(z)),
    "tanh": lambda z: 1 - math.tanh(z) ** 2,
    "relu": lambda z: float(z > 0),
    "softplus": sigma,
    "leaky_relu": lambda z: 1.0 if z > 0 else 0.01,
    "elu": lambda z: 1.0 if z > 0 else math.exp(z),
    "silu": lambda z: sigma(z) * (1 + z * (1 - sigma(z))),
    "gelu": lambda z: 0.5 * (1 + math.erf(z / math.sqrt(2))) + z * math.exp(-z * z / 2) / math.sqrt(2 * math.pi),
}
"""σ′ of z in numbers."""
OF_OUTPUT: dict[str, Callable[[float], float]] = {"sigmoid": lambda a: a * (1 - a), "tanh": lambda a: 1 - a * a}
"""σ′ from the number that textbooks take: a."""
