"""Mistakes with factors: left out, taken twice, added instead of multiplied."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product as choices

from tinygrad_notes import functions
from tinygrad_notes.names import Name
from tinygrad_notes.value import Value, as_value
from tinygrad_notes.worked.expressions.parts import (
    MOST_FACTORS,
    Product,
    add_up_to_one,
    expression_mistake,
    maker,
    parts_made_by,
    products,
    said,
    sides,
)
from tinygrad_notes.worked.sites import Change, Site, called


@expression_mistake("a factor left out")
def _left_out(site: Site) -> Iterator[Change]:
    for product in products(site):
        number, node = product.number, product.node
        sign = math.copysign(1.0, number)
        if abs(number) != 1.0:
            yield Change(said(as_value(abs(number))), {node: product.of(product.factors, sign)})
        for place, (factor, is_below) in enumerate(product.factors):
            written = f"1/{said(factor)}" if is_below else said(factor)
            rest = product.without(place)
            yield Change(written, {node: product.of(rest, number)})
            for times in dict.fromkeys((abs(number), 2.0, 3.0)):
                if times != 1.0:
                    yield Change(f"{times:g} · {written}", {node: product.of(rest, number / times)})
    for _, node, _ in parts_made_by(site, "dot"):
        left, right = sides(node)
        yield Change(f"{said(right[0])} …", {node: as_value(functions.sum(left))})
        yield Change(f"{said(left[0])} …", {node: as_value(functions.sum(right))})


@expression_mistake("a factor taken twice")
def _twice(site: Site) -> Iterator[Change]:
    for product in products(site):
        if abs(product.number) != 1.0:
            yield Change(f"{product.number:g}", {product.node: product.number * product.node})
        for factor, is_below in product.factors:
            twice = product.node / factor if is_below else product.node * factor
            for times in dict.fromkeys((1.0, 2.0, abs(product.number))):
                before = f"{times:g} · " if times != 1.0 else ""
                yield Change(f"{before}{said(factor)}", {product.node: times * twice})
    for operand in site.operands:
        yield Change(said(operand), {site.value: site.value * operand})
        yield Change(f"2 · {said(operand)}", {site.value: 2.0 * (site.value * operand)})


@expression_mistake("a product worked as a sum")
def _added(site: Site) -> Iterator[Change]:
    for product in products(site):
        for first, second in _halves(product, len(product.factors)):
            if not add_up_to_one(first, second):
                yield Change(f"{said(first)} + {said(second)}", {product.node: first + second})
    for _, node, _ in parts_made_by(site, "dot"):
        for w, x in zip(*sides(node), strict=True):
            yield Change(f"{said(w)} + {said(x)}", {node: node - w * x + (w + x)})


def _halves(product: Product, count: int) -> Iterator[tuple[Value, Value]]:
    """The two parts of a product in every way, its number in either."""
    for chosen in range(2**count // 2) if count <= MOST_FACTORS else ():
        one = [pair for i, pair in enumerate(product.factors) if chosen >> i & 1]
        other = [pair for i, pair in enumerate(product.factors) if not chosen >> i & 1]
        for near in (product.number, 1.0) if one else (product.number,):
            if one or abs(near) != 1.0:
                yield product.of(one, near), product.of(other, product.number / near)


@expression_mistake("a part of a product worked as a sum")
def _added_inside(site: Site) -> Iterator[Change]:
    """a · (b + c) for a · b · c, with the numbers among the factors as people write them: 6 may be 2 · 3."""
    whole = Product(site.value, 1.0, ((site.value, False),))
    for product in (*products(site), whole):
        for numbers in dict.fromkeys(_split(product.number)):
            factors = (*product.factors, *((as_value(number), False) for number in numbers))
            for places in choices((0, 1, 2), repeat=len(factors)) if len(factors) < MOST_FACTORS else ():
                if 1 in places and 2 in places and places.index(1) < places.index(2) and (0 in places or numbers):
                    outer, one, other = [
                        product.of([pair for pair, place in zip(factors, places, strict=True) if place == part], 1.0)
                        for part in range(3)
                    ]
                    if not add_up_to_one(one, other):  # a · (1 - a) is worked as a sum by nobody
                        yield Change(f"{said(one)} + {said(other)}", {product.node: outer * (one + other)})


def _split(number: float) -> list[tuple[float, ...]]:
    """A number as the factors that people write it with."""
    alone = [(number,)] if number != 1.0 else [()]
    sign = () if number > 0.0 else (-1.0,)
    return [*alone, *((part, abs(number) / part, *sign) for part in (2.0, 3.0))]


@expression_mistake("a factor that only reaches one term")
def _one_term(site: Site) -> Iterator[Change]:
    for product in products(site):
        for place, (factor, is_below) in enumerate(product.factors):
            if is_below or factor.label or maker(factor) not in ("add", "subtract"):
                continue
            first, second = factor.operands
            second = second if maker(factor) == "add" else -second
            for kept in range(-1, len(product.factors)):  # a factor that is outside of it all
                if kept == place:
                    continue
                outer = product.factors[kept : kept + 1] if kept >= 0 else ()
                rest = [pair for i, pair in enumerate(product.factors) if i not in (place, kept)]
                for near in dict.fromkeys((product.number, 1.0)):
                    over, times = product.of(outer, product.number / near), product.of(rest, near)
                    yield Change(f"{said(factor)}", {product.node: over * (times * first + second)})
                    yield Change(f"{said(factor)}", {product.node: over * (first + times * second)})


@expression_mistake("off by a factor")
def _whole(site: Site) -> Iterator[Change]:
    quantities = {Name.parse(operand.label).quantity for operand in site.operands}
    counts = {2, 10, *(len(site.page.family(quantity)) for quantity in quantities)} - {0, 1}
    for count in sorted(counts):
        yield Change(f"{count} times {called(site.value)}", factor=float(count))
        yield Change(f"1/{count} of {called(site.value)}", factor=1.0 / count)


@expression_mistake("a quotient the wrong way round")
def _upside_down(site: Site) -> Iterator[Change]:
    for _, node, (over, under) in parts_made_by(site, "divide"):
        yield Change(f"{said(under)} / {said(over)}", {node: under / over})
        yield Change(f"{said(over)} · {said(under)}", {node: over * under})
