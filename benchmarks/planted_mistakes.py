"""The usual mistakes, made by plain arithmetic on the numbers of a page.

Nothing here comes from the marker: what a quantity comes to when a mistake is made in it is worked out from the page's
numbers in a formula of its own, so that a kind which the marker has wrong is not planted wrongly as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

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


@dataclass(frozen=True)
class Factor:
    """A number in a formula, and whose it is; None for a bare number."""

    number: float
    spot: Spot | None = None


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
        return self.sheet.activations[k - 1] or "linear"  # type: ignore[return-value]  # names in these sheets

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

Mistake = Callable[[Arithmetic, Spot], Iterator[float]]
USUAL: dict[str, Mistake] = {}
"""By the words in which the marker should name it: what may be written in place of a quantity's right number."""


def planted_as(kind: str) -> Callable[[Mistake], Mistake]:
    def register(mistake: Mistake) -> Mistake:
        USUAL[kind] = mistake
        return mistake

    return register


def changed(products: list[Product], change: Callable[[Factor], float | None]) -> Iterator[float]:
    """The sum with one factor at a time replaced, wherever `change` has a number for it."""
    for t, product in enumerate(products):
        for f, factor in enumerate(product):
            other = change(factor)
            if other is not None:
                taken = (*product[:f], Factor(other), *product[f + 1 :])
                yield total([*products[:t], taken, *products[t + 1 :]])


def everywhere(products: list[Product], change: Callable[[Factor], float | None]) -> Iterator[float]:
    """The sum with all factors replaced for which `change` has a number, if there are any."""
    others = [[change(factor) for factor in product] for product in products]
    if any(other is not None for row in others for other in row):
        yield total(
            [
                tuple(Factor(f.number if o is None else o) for f, o in zip(product, row))
                for product, row in zip(products, others)
            ]
        )


def only(kind: str, number: Callable[[Factor], float | None]) -> Callable[[Factor], float | None]:
    return lambda factor: number(factor) if factor.spot is not None and factor.spot.kind == kind else None


@planted_as("the factor 2 (or ½) of the loss missing")
def _factor(page: Arithmetic, spot: Spot) -> Iterator[float]:
    right = page.get(spot)
    at_the_loss = spot.kind in ("C", "dC/da") and spot.layer in (0, page.layers)
    later = spot.kind in ("delta", "dC/dW", "dC/db") and not any(label.startswith("dC/da") for label in page.claimed)
    if right is not None and (at_the_loss or later):
        yield from (right / 2, right * 2)


@planted_as("a - y taken for dC/da")
def _difference(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind == "dC/da" and spot.layer == page.layers:
        a, y = page.get(replace(spot, kind="a")), page.get(Spot("y", 0, spot.sample, spot.j))
        if a is not None and y is not None:
            yield from (a - y, y - a)


@planted_as("not averaged over the samples")
def _not_averaged(page: Arithmetic, spot: Spot) -> Iterator[float]:
    right = page.get(spot)
    if right is not None and page.averaged > 1 and spot.kind in ("C", "dC/da", "delta", "dC/dW", "dC/db"):
        yield right * page.averaged


@planted_as("the bias forgotten")
def _bias(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind == "z":
        yield from everywhere(page.products(spot), only("b", lambda b: 0.0))


@planted_as("the slope σ′ left out")
def _no_slope(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind == "delta":
        yield from everywhere(page.products(spot), only("slope", lambda slope: 1.0))


@planted_as("the learning rate left out")
def _no_rate(page: Arithmetic, spot: Spot) -> Iterator[float]:
    yield from everywhere(page.products(spot), only("η", lambda rate: 1.0))


@planted_as("the learning rate off by ten")
def _rate_off_by_ten(page: Arithmetic, spot: Spot) -> Iterator[float]:
    yield from everywhere(page.products(spot), only("η", lambda rate: rate.number * 10))
    yield from everywhere(page.products(spot), only("η", lambda rate: rate.number / 10))


@planted_as("the update added instead of subtracted")
def _added(page: Arithmetic, spot: Spot) -> Iterator[float]:
    yield from everywhere(page.products(spot), only("η", lambda rate: -rate.number))


@planted_as("a change applied twice")
def _twice(page: Arithmetic, spot: Spot) -> Iterator[float]:
    products = page.products(spot)
    yield from everywhere(products, only("η", lambda rate: 2 * rate.number))
    if spot.kind == "z":
        yield from everywhere(products, only("b", lambda b: 2 * b.number))
    if spot.kind == "delta":
        yield from everywhere(products, only("slope", lambda slope: slope.number**2))


@planted_as("the weight matrix transposed")
def _transposed(page: Arithmetic, spot: Spot) -> Iterator[float]:
    k = spot.layer
    layer = k + 1 if spot.kind == "back" else k
    if layer > page.layers or page.sizes[layer] != page.sizes[layer - 1]:
        return
    if spot.kind in ("z", "back"):
        mirrored = only("W", lambda w: page.get(replace(w.spot, j=w.spot.i, i=w.spot.j)))  # type: ignore[union-attr, arg-type]
        yield from everywhere(page.products(spot), mirrored)
    if spot.kind == "dC/dW" and (other := page.get(replace(spot, j=spot.i, i=spot.j))) is not None:
        yield other


@planted_as("updated weights used in the backward pass")
def _updated(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind == "back":
        updated = only("W", lambda w: page.get(replace(w.spot, kind="W_new")))  # type: ignore[arg-type]
        yield from everywhere(page.products(spot), updated)


@planted_as("σ′ taken of a instead of z")
def _slope_of_a(page: Arithmetic, spot: Spot) -> Iterator[float]:
    a = page.get(replace(spot, kind="a"))
    slope = SLOPES.get(page.activation(spot.layer)) if spot.kind == "slope" else None
    if slope is not None and a is not None and page.get(spot) is not None:
        yield slope(a)


@planted_as("σ′ taken of z instead of a")
def _slope_of_z(page: Arithmetic, spot: Spot) -> Iterator[float]:
    yield from _of_output(page, spot, "z")


@planted_as("σ′ taken of another number")
def _slope_of_other(page: Arithmetic, spot: Spot) -> Iterator[float]:
    yield from _of_output(page, spot, "dC/da")


def _of_output(page: Arithmetic, spot: Spot, kind: str) -> Iterator[float]:
    slope = OF_OUTPUT.get(page.activation(spot.layer)) if spot.kind == "slope" else None
    number = page.get(replace(spot, kind=kind))
    if slope is not None and number is not None:
        yield slope(number)


@planted_as("σ and tanh confused")
def _other_activation(page: Arithmetic, spot: Spot) -> Iterator[float]:
    z, a = page.get(replace(spot, kind="z")), page.get(replace(spot, kind="a"))
    name = page.activation(spot.layer) if spot.layer else ""
    if z is not None and a is not None and spot.kind == "a" and name in ("sigmoid", "tanh"):
        yield math.tanh(z) if name == "sigmoid" else sigma(z)
    if a is not None and spot.kind == "slope" and name in ("sigmoid", "tanh"):
        yield 1 - a * a if name == "sigmoid" else a * (1 - a)


@planted_as("tanh′ taken for 1 - a")
def _unsquared(page: Arithmetic, spot: Spot) -> Iterator[float]:
    a = page.get(replace(spot, kind="a"))
    if a is not None and spot.kind == "slope" and page.activation(spot.layer) == "tanh":
        yield 1 - a


@planted_as("z taken for a")
def _z_for_a(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind == "a" and (z := page.get(replace(spot, kind="z"))) is not None:
        yield z
    if spot.kind in ("z", "dC/dW"):
        yield from everywhere(page.products(spot), only("a", lambda a: page.get(replace(a.spot, kind="z"))))  # type: ignore[arg-type]


@planted_as("one path of the sum left out")
def _path(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind == "back":
        yield from _without_one(page, spot)


@planted_as("a term left out")
def _term(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind in ("z", "dC/dW", "dC/db"):
        yield from _without_one(page, spot)
    if spot.kind == "C" and len(terms := page.terms()) > 1:
        yield from ((sum(terms) - term) / page.averaged for term in terms)


def _without_one(page: Arithmetic, spot: Spot) -> Iterator[float]:
    products = page.products(spot)
    of_several = [product for product in products if not (spot.kind == "z" and len(product) == 1)]
    if len(products) > 1:
        yield from (total([other for other in products if other is not product]) for product in of_several)


@planted_as("a term counted twice")
def _term_twice(page: Arithmetic, spot: Spot) -> Iterator[float]:
    products = page.products(spot)
    if spot.kind in ("z", "back", "dC/dW", "dC/db") and len(products) > 1:
        yield from (total([*products, product]) for product in products if spot.kind != "z" or len(product) > 1)


@planted_as("another layer's value taken")
def _other_layer(page: Arithmetic, spot: Spot) -> Iterator[float]:
    for layer in range(page.layers + 1):
        yield from changed(page.products(spot), lambda factor, layer=layer: _in_layer(page, factor, layer))  # type: ignore[misc]


def _in_layer(page: Arithmetic, factor: Factor, layer: int) -> float | None:
    spot = factor.spot
    if spot is None or spot.kind not in ("a", "b", "W", "delta", "slope") or spot.layer == layer:
        return None
    return page.get(replace(spot, layer=layer)) if layer or spot.kind == "a" else None


@planted_as("δ of the wrong neuron")
def _wrong_delta(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind == "delta":
        yield from _neighbors(page, spot)
    elif spot.kind in ("dC/dW", "dC/db"):
        for other in range(page.sizes[spot.layer]):
            if other != spot.j:
                yield from changed(
                    page.products(spot),
                    only("delta", lambda d, other=other: page.get(replace(d.spot, j=other))),  # type: ignore[misc, arg-type]
                )


def _neighbors(page: Arithmetic, spot: Spot) -> Iterator[float]:
    for other in _family(page, spot):
        if (number := page.get(other)) is not None:
            yield number


def _family(page: Arithmetic, spot: Spot) -> Iterator[Spot]:
    """Other elements of the same quantity, a step away."""
    for name in ("sample", "j", "i"):
        for step in (-1, 1):
            at = getattr(spot, name) + step
            if at >= 0 and (name != "i" or "W" in spot.kind):
                yield replace(spot, **{name: at})


@planted_as("a sign flipped")
def _sign(page: Arithmetic, spot: Spot) -> Iterator[float]:
    right = page.get(spot)
    if right is not None and spot.kind not in ("C", "slope"):
        yield -right
    yield from changed(page.products(spot), lambda f: -f.number if f.spot is not None and f.spot.kind != "η" else None)


@planted_as("the same operand used twice")
def _same_operand(page: Arithmetic, spot: Spot) -> Iterator[float]:
    products = page.products(spot)
    read = {factor.spot for product in products for factor in product}
    for offset in (("j", -1), ("j", 1), ("i", -1), ("i", 1), ("sample", -1), ("sample", 1)):
        yield from changed(products, lambda f, offset=offset: _beside(page, f, offset, read, True))  # type: ignore[misc]


@planted_as("the neighbor's value copied")
def _neighbor(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind not in ("delta", "C"):
        yield from _neighbors(page, spot)
    products = page.products(spot)
    read = {factor.spot for product in products for factor in product}
    for offset in (("j", -1), ("j", 1), ("i", -1), ("i", 1)):
        yield from changed(products, lambda f, offset=offset: _beside(page, f, offset, read, False))  # type: ignore[misc]


def _beside(
    page: Arithmetic, factor: Factor, offset: tuple[str, int], read: set[Spot | None], among: bool
) -> float | None:
    """The number beside a factor, if it is (or is not) among those read as well."""
    if (
        factor.spot is None
        or factor.spot.kind in ("η", "dC/dW", "dC/db")
        or (factor.spot.kind == "delta" and not among)
    ):
        return None
    if offset[0] == "i" and factor.spot.kind != "W":
        return None
    other = replace(factor.spot, **{offset[0]: getattr(factor.spot, offset[0]) + offset[1]})
    return page.get(other) if (other in read) == among else None


@planted_as("softmax taken as z / Σz")
def _unexponentiated(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind == "a" and spot.layer and page.activation(spot.layer) == "softmax":
        z = [page.get(Spot("z", spot.layer, spot.sample, j)) for j in range(page.sizes[spot.layer])]
        if None not in z and sum(z):  # type: ignore[arg-type]
            yield z[spot.j] / sum(z)  # type: ignore[arg-type, operator]


@planted_as("σ of each z in place of softmax")
def _sigma_of_each(page: Arithmetic, spot: Spot) -> Iterator[float]:
    z = page.get(replace(spot, kind="z"))
    if spot.kind == "a" and spot.layer and page.activation(spot.layer) == "softmax" and z is not None:
        yield sigma(z)


@planted_as("another logarithm than ln")
def _other_logarithm(page: Arithmetic, spot: Spot) -> Iterator[float]:
    right = page.get(spot)
    if spot.kind == "C" and right is not None and page.sheet.loss.name.endswith("cross_entropy"):
        yield from (right / math.log(10), right / math.log(2))


@planted_as("a slope p(1 - p) too many")
def _slope_too_many(page: Arithmetic, spot: Spot) -> Iterator[float]:
    a, right = page.get(replace(spot, kind="a")), page.get(spot)
    matched = page.sheet.loss.name.endswith("cross_entropy") and spot.layer == page.layers
    if spot.kind == "delta" and matched and a is not None and right is not None:
        yield right * a * (1 - a)


@planted_as("the input left out of ∂C/∂W")
def _no_input(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind == "dC/dW":
        yield from everywhere(page.products(spot), only("a", lambda a: 1.0))


@planted_as("∂C/∂b taken for δ · b")
def _delta_times_b(page: Arithmetic, spot: Spot) -> Iterator[float]:
    b = page.get(replace(spot, kind="b"))
    if spot.kind == "dC/db" and b is not None and page.products(spot):
        yield total(page.products(spot)) * b


@planted_as("the learning rate in an error")
def _rate_in_error(page: Arithmetic, spot: Spot) -> Iterator[float]:
    right = page.get(spot)
    if spot.kind in ("delta", "back", "dC/dW", "dC/db") and right is not None:
        yield right * page.rate


@planted_as("|a - y| or a root in place of the loss")
def _absolute(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind == "C" and "squared" in page.sheet.loss.name and page.pairs():
        yield sum(abs(a - y) for a, y in page.pairs()) / page.averaged
        yield math.sqrt(abs(page.get(spot) or 0.0))


# Numbers written down wrongly: from the digits of the right number ------------------------------------------


def moved_point(written: str) -> Iterator[str]:
    number, decimals = float(written), len(written.partition(".")[2])
    for shift in (-1, 1, -2, 2):
        yield f"{number * 10.0**shift:.{max(0, decimals - shift)}f}"


def lost_zero(written: str) -> Iterator[str]:
    point = written.find(".")
    for i, digit in enumerate(written):
        if digit == "0" and i > point >= 0 and i < len(written) - 1:
            yield written[:i] + written[i + 1 :]


def swapped(written: str) -> Iterator[str]:
    places = [i for i, character in enumerate(written) if character.isdigit()]
    for i, j in pairwise(places):
        if written[i] != written[j]:
            yield written[:i] + written[j] + written[i + 1 : j] + written[i] + written[j + 1 :]


def miswritten(written: str) -> Iterator[str]:
    """With another digit somewhere; not in the last place, where it is a number like any other."""
    for i, character in enumerate(written[:-1]):
        if character.isdigit():
            yield from (written[:i] + other + written[i + 1 :] for other in "0123456789" if other != character)


WRITTEN: dict[str, Callable[[str], Iterator[str]]] = {
    "the decimal point moved": moved_point,
    "a lost zero": lost_zero,
    "two digits swapped": swapped,
    "a digit miswritten": miswritten,
}
"""By the words in which the marker should name it: how a right number may be copied wrongly."""
