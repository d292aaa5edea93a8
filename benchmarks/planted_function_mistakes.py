"""The usual mistakes with activations, slopes, losses and gradients, made by plain arithmetic; in `USUAL` too."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from page_arithmetic import OF_OUTPUT, SLOPES, Arithmetic, Spot, sigma, total
from planted_mistakes import everywhere, only, planted_as


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


@planted_as("softmax taken as z / Σz")
def _unexponentiated(page: Arithmetic, spot: Spot) -> Iterator[float]:
    if spot.kind == "a" and spot.layer and page.activation(spot.layer) == "softmax":
        row = [page.get(replace(spot, kind="z", j=j)) for j in range(page.sizes[spot.layer])]
        z = [number for number in row if number is not None]
        if len(z) == len(row) and math.fsum(z):
            yield z[spot.j] / math.fsum(z)


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
