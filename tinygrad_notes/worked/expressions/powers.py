"""Mistakes with powers and functions: another exponent, another function, the logarithm to another base."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from tinygrad_notes import functions
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.value import Value
from tinygrad_notes.worked.expressions.parts import expression_mistake, maker, parts_made_by, products, said, sides
from tinygrad_notes.worked.sites import Change, Site, called

FUNCTIONS = ("sigmoid", "tanh", "relu", "exp", "sin", "cos")
"""Functions of one number that are taken for one another."""
_FEW = 6  # numbers of a formula that are tried one by one


# Powers ---------------------------------------------------------------------------------------------------


def _powers(site: Site) -> Iterator[tuple[Value, Value, float]]:
    """Each power in a formula, what is raised, and to which exponent."""
    for made_by, node, operands in parts_made_by(site, "pow", "square"):
        if made_by == "square":
            yield node, operands[0], 2.0
        elif operands[1].operation is CONSTANT:
            yield node, operands[0], operands[1].data


@expression_mistake("an exponent wrong")
def _exponent(site: Site) -> Iterator[Change]:
    for node, base, exponent in _powers(site):
        yield Change(f"{said(base)} without it", {node: base})
        yield Change(f"{exponent:g} times {said(base)}", {node: exponent * base})
        yield Change(f"{said(base)} to the {exponent + 1.0:g}", {node: node * base})
        if exponent != 2.0:
            yield Change(f"{said(base)} to the {exponent - 1.0:g}", {node: node / base})
    for times in (1.0, 2.0):
        squared = times * (site.value * site.value)
        yield Change(f"{'twice ' if times > 1.0 else ''}the square of {called(site.value)}", {site.value: squared})


@expression_mistake("a square too much")
def _squared(site: Site) -> Iterator[Change]:
    for part in (*site.operands[:_FEW], *(nodes[0] for nodes in _calls(site).values())):
        if part is not site.value:
            yield Change(said(part), {part: part * part})


@expression_mistake("the square of a sum taken for the sum of squares")
def _square_of_sum(site: Site) -> Iterator[Change]:
    for node, base, exponent in _powers(site):
        if exponent == 2.0 and not base.label and maker(base) in ("add", "subtract"):
            first, second = (part * part for part in base.operands)
            yield Change(said(node), {node: first + second if maker(base) == "add" else first - second})


@expression_mistake("the power taken of the product")
def _power_of_product(site: Site) -> Iterator[Change]:
    powers = {node: (base, exponent) for node, base, exponent in _powers(site)}
    for product in products(site):
        for place, (power, is_below) in enumerate(product.factors):
            if power not in powers or is_below:
                continue
            base, exponent = powers[power]
            rest = product.without(place)
            number = product.number
            yield Change(said(product.node), {product.node: (product.of(rest, number) * base) ** exponent})
            if rest:
                yield Change(said(product.node), {product.node: product.of(rest, 1.0) * (number * base) ** exponent})
                yield Change(said(product.node), {product.node: number * (product.of(rest, 1.0) * base) ** exponent})


# Functions ------------------------------------------------------------------------------------------------


def _calls(site: Site) -> dict[str, list[Value]]:
    """The functions of one number in a formula, each with all parts that it makes."""
    calls: dict[str, list[Value]] = defaultdict(list)
    for node in site.formula():
        if len(node.operands) == 1 and maker(node) not in ("negative", "identity", "square"):
            calls[maker(node)].append(node)
    return calls


@expression_mistake("a function left out")
def _no_function(site: Site) -> Iterator[Change]:
    for name, nodes in _calls(site).items():
        yield Change(f"{name} of {said(nodes[0].operands[0])}", {node: node.operands[0] for node in nodes})


@expression_mistake("another function taken")
def _other_function(site: Site) -> Iterator[Change]:
    for name, nodes in _calls(site).items():
        for other in FUNCTIONS if name in FUNCTIONS else ():
            if other != name:
                function = getattr(functions, other)
                yield Change(f"{other} for {name}", {node: function(node.operands[0]) for node in nodes})
        if name in ("sin", "cos", "tan", "tanh"):
            function = getattr(functions, name)
            degrees = {node: function(node.operands[0] * (math.pi / 180.0)) for node in nodes}
            yield Change(f"{name} of degrees", degrees)


@expression_mistake("another logarithm than ln")
def _logarithm(site: Site) -> Iterator[Change]:
    for name, nodes in _calls(site).items():
        if name == "log":
            yield Change("the one to base 10", {node: node * (1.0 / math.log(10.0)) for node in nodes})
            yield Change("the one to base 2", {node: node * (1.0 / math.log(2.0)) for node in nodes})


@expression_mistake("the sum without its own term")
def _without_own(site: Site) -> Iterator[Change]:
    for _, node, (over, under) in parts_made_by(site, "divide"):
        if maker(under) == "sum" and over in under.operands:
            yield Change(said(over), {node: over / (under - over)})


@expression_mistake("a kernel turned round")
def _turned(site: Site) -> Iterator[Change]:
    for _, node, _ in parts_made_by(site, "dot"):
        left, right = sides(node)
        if len(left) > 2:
            yield Change(f"{said(right[-1])} first", {node: functions.dot(left, right[::-1])})
