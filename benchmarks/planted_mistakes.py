"""The usual mistakes in a formula, made by plain arithmetic on the numbers of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from page_arithmetic import Arithmetic, Factor, Product, Spot, total

Mistake = Callable[[Arithmetic, Spot], Iterator[float]]
USUAL: dict[str, Mistake] = {}
"""By the words in which the marker should name it: what may be written in place of a quantity's right number."""


def planted_as(kind: str) -> Callable[[Mistake], Mistake]:
    def register(mistake: Mistake) -> Mistake:
        USUAL[kind] = mistake
        return mistake

    return register


Another = Callable[[Factor], float | None]
"""The number to take in a factor's place; None to leave it."""


def changed(products: list[Product], change: Another) -> Iterator[float]:
    """The sum with one factor at a time replaced, wherever `change` has a number for it."""
    for t, product in enumerate(products):
        for f, factor in enumerate(product):
            other = change(factor)
            if other is not None:
                taken = (*product[:f], Factor(other), *product[f + 1 :])
                yield total([*products[:t], taken, *products[t + 1 :]])


def everywhere(products: list[Product], change: Another) -> Iterator[float]:
    """The sum with all factors replaced for which `change` has a number, if there are any."""
    others = [[change(factor) for factor in product] for product in products]
    if any(other is not None for row in others for other in row):
        yield total(
            [
                tuple(Factor(f.number if o is None else o) for f, o in zip(product, row))
                for product, row in zip(products, others)
            ]
        )


def only(kind: str, number: Another) -> Another:
    return lambda factor: number(factor) if factor.spot.kind == kind else None


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
        mirrored = only("W", lambda w: page.get(replace(w.spot, j=w.spot.i, i=w.spot.j)))
        yield from everywhere(page.products(spot), mirrored)
    if spot.kind == "dC/dW" and (other := page.get(replace(spot, j=spot.i, i=spot.j))) is not None:
        yield other


@planted_as("updated weights used in the backward pass")
def _updated(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind == "back":
        updated = only("W", lambda w: page.get(replace(w.spot, kind="W_new")))
        yield from everywhere(page.products(spot), updated)


@planted_as("z taken for a")
def _z_for_a(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind == "a" and (z := page.get(replace(spot, kind="z"))) is not None:
        yield z
    if spot.kind in ("z", "dC/dW"):
        yield from everywhere(page.products(spot), only("a", lambda a: page.get(replace(a.spot, kind="z"))))


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
        yield from changed(page.products(spot), partial(_in_layer, page, layer))


def _in_layer(page: Arithmetic, layer: int, factor: Factor) -> float | None:
    spot = factor.spot
    if spot.kind not in ("a", "b", "W", "delta", "slope") or spot.layer == layer:
        return None
    return page.get(replace(spot, layer=layer)) if layer or spot.kind == "a" else None


@planted_as("δ of the wrong neuron")
def _wrong_delta(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind == "delta":
        yield from _neighbors(page, spot)
    elif spot.kind in ("dC/dW", "dC/db"):
        for other in range(page.sizes[spot.layer]):
            if other != spot.j:
                yield from changed(page.products(spot), only("delta", partial(_of_neuron, page, other)))


def _of_neuron(page: Arithmetic, j: int, factor: Factor) -> float | None:
    return page.get(replace(factor.spot, j=j))


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
    yield from changed(page.products(spot), lambda f: -f.number if f.spot.kind not in ("", "η") else None)


@planted_as("the same operand used twice")
def _same_operand(page: Arithmetic, spot: Spot) -> Iterator[float]:
    products = page.products(spot)
    read = {factor.spot for product in products for factor in product}
    for offset in (("j", -1), ("j", 1), ("i", -1), ("i", 1), ("sample", -1), ("sample", 1)):
        yield from changed(products, partial(_beside, page, offset, read, True))


@planted_as("the neighbor's value copied")
def _neighbor(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind not in ("delta", "C"):
        yield from _neighbors(page, spot)
    products = page.products(spot)
    read = {factor.spot for product in products for factor in product}
    for offset in (("j", -1), ("j", 1), ("i", -1), ("i", 1)):
        yield from changed(products, partial(_beside, page, offset, read, False))


def _beside(page: Arithmetic, offset: tuple[str, int], read: set[Spot], among: bool, factor: Factor) -> float | None:
    """The number beside a factor, if it is (or is not) among those read as well."""
    if factor.spot.kind in ("", "η", "dC/dW", "dC/db") or (factor.spot.kind == "delta" and not among):
        return None
    if offset[0] == "i" and factor.spot.kind != "W":
        return None
    other = replace(factor.spot, **{offset[0]: getattr(factor.spot, offset[0]) + offset[1]})
    return page.get(other) if (other in read) == among else None
