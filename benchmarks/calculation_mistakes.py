"""Mistakes for random calculations, each as a change to a formula, worked by plain arithmetic.

Two lists. `OWN` holds the kinds that a page may be expected to be marked for. `FRESH` was written down from teaching by
someone who had not read the marker. Each kind has the words of which some must stand in what the marker names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from calculation_trees import RISING, Numbers, Tree, name, num, op, times, worked


@dataclass(frozen=True)
class Spot:
    """A line in which a mistake may be made: its name, its formula, and the numbers that it may read."""

    name: str
    tree: Tree
    numbers: Numbers

    @property
    def is_gradient(self) -> bool:
        return "/d" in self.name


@dataclass(frozen=True)
class Kind:
    """A kind of mistake.

    Attributes:
        changes: the formulas that it makes of a right one.
        words: patterns, of which one must be found in what is named.
    """

    changes: Callable[[Spot], Iterator[Tree]]
    words: tuple[str, ...]

    def is_named_in(self, said: Iterable[str]) -> bool:
        """Whether one of the mistakes that a marker names is this one."""
        return any(re.search(word, mistake) for mistake in said for word in self.words)


OWN: dict[str, Kind] = {}
FRESH: dict[str, Kind] = {}
_SLOPE_LEFT_OUT = "slope.*left out"  # "the slope left out (1 - a^2)", "the slope tanh'(z) is left out"
_FACTOR = (
    "term",
    "factor",
    "half",
    "twice",
    _SLOPE_LEFT_OUT,
    "rate",
    "too large",
    "too small",
    "applied twice",
    "input left out",
)
_TERM = ("term", "bias", "path", "one use", "factor", _SLOPE_LEFT_OUT)  # 1 - a² without a² leaves out the slope
_SIGN = ("sign", "added instead", "minus", "term")
_OTHER = ("another number", "exchanged", "same operand", "neighbor", "another layer", "version", "transposed", "slope")


def _kind(
    table: dict[str, Kind], called: str, words: tuple[str, ...]
) -> Callable[..., Callable[[Spot], Iterator[Tree]]]:
    def register(changes: Callable[[Spot], Iterator[Tree]]) -> Callable[[Spot], Iterator[Tree]]:
        table[called] = Kind(changes, words)
        return changes

    return register


def _each(spot: Spot, *kinds: str) -> Iterator[Tree]:
    return (tree for tree in spot.tree.walk() if tree.op in kinds)


def _with(spot: Spot, old: Tree, *new: Tree) -> Iterator[Tree]:
    for tree in new:
        yield spot.tree.swapped(old, tree)


# Kinds of one's own ---------------------------------------------------------------------------------------


@_kind(OWN, "a factor 2", _FACTOR)
def _(spot: Spot) -> Iterator[Tree]:
    yield op("*", num(2.0), spot.tree)
    yield op("*", num(0.5), spot.tree)


@_kind(OWN, "the sign of it all", _SIGN)
def _(spot: Spot) -> Iterator[Tree]:
    yield op("neg", spot.tree)


@_kind(OWN, "the sign of a term", _SIGN)
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "+", "-"):
        yield from _with(spot, tree, op("-" if tree.op == "+" else "+", *tree.parts))


@_kind(OWN, "a term left out", _TERM)
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "+", "-"):
        if worked(tree.parts[0], spot.numbers).shape == worked(tree, spot.numbers).shape:
            yield from _with(spot, tree, tree.parts[0])


@_kind(OWN, "a factor left out", (*_FACTOR, "term left out", "function left out"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "*"):
        for part in tree.parts:
            if worked(part, spot.numbers).shape == worked(tree, spot.numbers).shape:
                yield from _with(spot, tree, part)


@_kind(OWN, "a function left out", ("function left out", "another function"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "tanh", "sigmoid", "relu", "exp", "ln"):
        if tree.op != "exp" or not any(other.op == "/" for other in spot.tree.walk()):
            yield from _with(spot, tree, tree.parts[0])


@_kind(OWN, "another function", ("another function", "σ and tanh"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "tanh", "sigmoid"):
        yield from _with(spot, tree, op("sigmoid" if tree.op == "tanh" else "tanh", *tree.parts))


@_kind(OWN, "another number taken", (*_OTHER, "sign", "factor", "term", "squared"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "name"):
        for other in list(spot.numbers)[-12:]:
            if other != tree.name and spot.numbers[other].shape == spot.numbers[tree.name].shape:
                yield from _with(spot, tree, name(other))


@_kind(OWN, "an exponent", ("exponent", "square", "factor", "squared"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "^"):
        yield from _with(spot, tree, tree.parts[0], op("^", tree.parts[0], num(tree.parts[1].number + 1.0)))


@_kind(OWN, "the mean for the sum", ("mean", "factor", "too small", "too large"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "sum", "mean"):
        yield from _with(spot, tree, op("mean" if tree.op == "sum" else "sum", *tree.parts))


@_kind(OWN, "transposed", ("transposed",))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "@", "T@"):
        shape = worked(tree.parts[0], spot.numbers).shape
        if shape[0] == shape[1]:
            yield from _with(spot, tree, op("T@" if tree.op == "@" else "@", *tree.parts))
    for tree in _each(spot, "outer"):
        if tree is spot.tree and len(set(worked(tree, spot.numbers).shape)) == 1:
            yield op("outer", *tree.parts[::-1])


# Kinds of a fresh reader ----------------------------------------------------------------------------------


@_kind(FRESH, "a product added", ("product worked as a sum", "another", "left out"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "*"):
        yield from _with(spot, tree, op("+", *tree.parts))


@_kind(FRESH, "a term forgotten", _TERM)
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "+"):
        yield from _with(
            spot, tree, *(p for p in tree.parts if worked(p, spot.numbers).shape == worked(tree, spot.numbers).shape)
        )


@_kind(FRESH, "the bias once per weight", ("every input", "twice", "term"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "+"):
        if tree.parts[0].op in ("@", "dot"):
            count = float(worked(tree.parts[0].parts[1], spot.numbers).size)
            yield from _with(spot, tree, op("+", tree.parts[0], op("*", num(count), tree.parts[1])))


@_kind(FRESH, "a difference of squares", ("square of a sum", "exponent"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "^"):
        if tree.parts[0].op == "-":
            yield from _with(spot, tree, op("-", *(op("^", part, num(2.0)) for part in tree.parts[0].parts)))


@_kind(FRESH, "the half forgotten", _FACTOR)
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "*"):
        if tree.parts[0].op == "number" and tree.parts[0].number == 0.5:
            yield from _with(spot, tree, tree.parts[1])


@_kind(FRESH, "the sign in exp lost", ("sign", "function", "another"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "sigmoid"):
        yield from _with(spot, tree, op("sigmoid", op("neg", *tree.parts)))
    for tree in _each(spot, "exp"):
        if tree.parts[0].op == "neg":
            yield from _with(spot, tree, op("exp", *tree.parts[0].parts))


@_kind(FRESH, "another logarithm", ("logarithm",))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "ln"):
        yield from _with(spot, tree, op("log10", *tree.parts), op("log2", *tree.parts))


@_kind(FRESH, "softmax of the logits", ("function left out", "own term", "softmax"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "/"):
        if [part.op for part in tree.parts] == ["exp", "sum"]:
            z = tree.parts[0].parts[0]
            yield from _with(spot, tree, op("/", z, op("sum", z)))
            yield from _with(spot, tree, op("/", tree.parts[0], op("-", tree.parts[1], tree.parts[0])))


@_kind(FRESH, "indices exchanged", (*_OTHER, "turned round", "copied", "term"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "dot"):
        if worked(tree.parts[1], spot.numbers).size == 2:
            yield from _with(spot, tree, op("dot", tree.parts[0], op("flip", tree.parts[1])))


@_kind(FRESH, "a minus for the first term only", ("minus", "sign", "term", "factor"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "neg"):
        if tree.parts[0].op in ("-", "+"):
            yield from _with(
                spot, tree, op(tree.parts[0].op, op("neg", tree.parts[0].parts[0]), tree.parts[0].parts[1])
            )
    for tree in _each(spot, "*"):
        if tree.parts[1].op == "-":
            yield from _with(
                spot, tree, op("-", op("*", tree.parts[0], tree.parts[1].parts[0]), tree.parts[1].parts[1])
            )


@_kind(FRESH, "the power of the product", ("power", "factor", "exponent"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "*"):
        if tree.parts[1].op == "^":
            base, exponent = tree.parts[1].parts
            yield from _with(spot, tree, op("^", op("*", tree.parts[0], base), exponent))


@_kind(FRESH, "the slope taken at the result", ("slope taken at", "function too much", "another", "slope", "term"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _slopes(spot, "sigmoid"):
        out = tree.parts[0]
        again = op("sigmoid", out)
        yield from _with(spot, tree, op("*", again, op("-", num(1.0), again)))
    for tree in _slopes(spot, "tanh"):
        out = tree.parts[1].parts[0]
        yield from _with(spot, tree, op("-", num(1.0), op("^", op("tanh", out), num(2.0))))


def _slopes(spot: Spot, function: str) -> Iterator[Tree]:
    """The slopes of a function in the formula of a gradient: 1 - h^2, s*(1 - s)."""
    for tree in spot.tree.walk() if spot.is_gradient else ():
        if function == "tanh" and tree.op == "-" and tree.parts[0].number == 1.0 and tree.parts[1].op == "^":
            yield tree
        is_product = tree.op == "*" and tree.parts[1].op == "-" and tree.parts[1].parts[0].number == 1.0
        if function == "sigmoid" and is_product and tree.parts[1].parts[1] == tree.parts[0]:
            yield tree


@_kind(FRESH, "the chain stopped early", (*_FACTOR, "term"))
def _(spot: Spot) -> Iterator[Tree]:
    if spot.is_gradient and spot.tree.op == "*":
        yield from (
            p for p in spot.tree.parts[:1] if worked(p, spot.numbers).shape == worked(spot.tree, spot.numbers).shape
        )


@_kind(FRESH, "a factor used twice", ("factor", "exponent", "twice", "squared", "slope.*too much"))
def _(spot: Spot) -> Iterator[Tree]:
    if spot.is_gradient and spot.tree.op == "*":
        yield op("*", spot.tree, spot.tree.parts[1])


@_kind(FRESH, "one use of a number that is used twice", ("one use", "term", "path"))
def _(spot: Spot) -> Iterator[Tree]:
    if spot.is_gradient and spot.tree.op == "+":
        yield from spot.tree.parts


@_kind(FRESH, "paths multiplied", ("sum worked as a product",))
def _(spot: Spot) -> Iterator[Tree]:
    if spot.is_gradient and spot.tree.op == "+":
        yield op("*", *spot.tree.parts)


@_kind(FRESH, "uphill", _SIGN)
def _(spot: Spot) -> Iterator[Tree]:
    if _is_update(spot):
        yield op("+", *spot.tree.parts)


@_kind(FRESH, "the rate forgotten or used twice", (*_FACTOR, "term"))
def _(spot: Spot) -> Iterator[Tree]:
    if _is_update(spot):
        before, step = spot.tree.parts
        yield op("-", before, step.parts[1])
        yield op("-", before, op("*", num(2.0), step))


def _is_update(spot: Spot) -> bool:
    return spot.tree.op == "-" and spot.tree.parts[0] == name(spot.name) and spot.tree.parts[1].op == "*"


@_kind(FRESH, "the derivative of a power", (*_FACTOR, "exponent"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "*") if spot.is_gradient else ():
        if tree.parts[0].op == "number" and tree.parts[0].number in (2.0, 3.0, 4.0):
            yield from _with(spot, tree, tree.parts[1])


@_kind(FRESH, "1/n left out", (*_FACTOR, "mean"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "/") if spot.is_gradient else ():
        if tree.parts[1].op == "number":
            yield from _with(spot, tree, tree.parts[0])


@_kind(FRESH, "the slope of relu taken for 1 or for z", (*_FACTOR, "another", "term"))
def _(spot: Spot) -> Iterator[Tree]:
    for tree in _each(spot, "*"):
        if tree.parts[1].op == "positive":
            yield from _with(spot, tree, tree.parts[0], op("*", tree.parts[0], tree.parts[1].parts[0]))


WRITTEN: dict[str, Callable[[str], Iterator[str]]] = {}
"""Mistakes in carrying a number to the page: what is written of the right digits."""


def _written(called: str) -> Callable[..., Callable[[str], Iterator[str]]]:
    def register(changes: Callable[[str], Iterator[str]]) -> Callable[[str], Iterator[str]]:
        WRITTEN[called] = changes
        return changes

    return register


@_written("digits swapped")
def _(claim: str) -> Iterator[str]:
    for i in range(len(claim) - 1):
        pair = claim[i : i + 2]
        if pair.isdigit() and pair[0] != pair[1]:
            yield claim[:i] + pair[::-1] + claim[i + 2 :]


@_written("point moved")
def _(claim: str) -> Iterator[str]:
    whole, _, decimals = claim.partition(".")
    if len(decimals) > 1:
        yield f"{whole}{decimals[0]}.{decimals[1:]}".replace("-0", "-").lstrip("0").replace("-.", "-0.") or "0"


__all__ = ["FRESH", "OWN", "RISING", "WRITTEN", "Kind", "Spot", "np", "times"]
