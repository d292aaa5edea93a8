"""Slopes of functions in formulas: how people write them out, and that one was left out."""

from __future__ import annotations

from collections.abc import Iterator

from tinygrad_notes.names import Name
from tinygrad_notes.value import Value
from tinygrad_notes.worked.expressions.parts import (
    MOST_FACTORS,
    Product,
    expression_mistake,
    from_one,
    maker,
    parts_made_by,
    products,
    products_in,
    said,
    same,
)
from tinygrad_notes.worked.sites import Change, Site, called

SLOPE_LEFT_OUT = "the slope left out"


@expression_mistake(SLOPE_LEFT_OUT)
def _no_slope(site: Site) -> Iterator[Change]:
    is_derivative = site.name.of is not None
    for product in products(site):
        for places in slopes_in(product, is_derivative):
            rest = [pair for place, pair in enumerate(product.factors) if place not in places]
            slope = product.of((product.factors[place] for place in places), 1.0)
            if rest:  # else the slope is all that the formula works out
                yield Change(said(slope), {product.node: product.of(rest, product.number)})
    if not is_derivative:
        return
    sums = parts_made_by(site, "add", "subtract", "sum")
    terms = {term for _, _, operands in sums for term in operands}  # alone, they are what other terms left over
    for operand in site.operands:
        if Name.parse(operand.label).of is not None and operand not in terms:
            yield Change(f"{called(operand)} taken on as it is", result=operand)


def slopes_in(product: Product, is_derivative: bool) -> Iterator[tuple[int, ...]]:
    """The places of the factors that are the slope of a function together: a · (1 - a), 1 - a², or a name for these.

    In p · (1 - p) of a p that is given there is a slope only where the formula is for a derivative.
    """
    for place, (factor, is_below) in enumerate(product.factors):
        if not is_below and _is_slope(factor, is_derivative):
            yield (place,)
    yield from _pairs(product, is_derivative)


def _pairs(product: Product, is_derivative: bool) -> Iterator[tuple[int, int]]:
    """The places of a and 1 - a."""
    factors = [(place, factor) for place, (factor, is_below) in enumerate(product.factors) if not is_below]
    lesser = [(place, less) for place, factor in factors if (less := from_one(factor)) is not None]
    for place, less in lesser[:MOST_FACTORS]:
        for other, a in factors:
            if same(a, less) and _is_result(a, is_derivative):
                yield min(place, other), max(place, other)


def _is_slope(factor: Value, is_derivative: bool) -> bool:
    """Whether one factor is a slope: 1 - a², relu′ as a comparison with 0, or the name of a line a · (1 - a)."""
    base = _squared(from_one(factor))
    if base is not None:
        return _is_result(base, is_derivative)
    if maker(factor) == "greater":
        return factor.operands[1].data == 0.0 and not factor.operands[1].label
    lines = products_in([factor] if factor.label else [])
    return any(len(line.factors) == 2 and any(_pairs(line, False)) for line in lines)


def _squared(node: Value | None) -> Value | None:
    """What a square is the square of; None for anything else."""
    if node is None:
        return None
    if maker(node) == "square" or (maker(node) == "pow" and node.operands[1].data == 2.0):
        return node.operands[0]
    return node.operands[0] if maker(node) == "multiply" and same(*node.operands) else None


def _is_result(a: Value, is_derivative: bool) -> bool:
    """Whether a may be what a function gave: on a page, or written out in the formula."""
    return is_derivative or bool(a.operands)
