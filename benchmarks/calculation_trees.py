"""Formulas of random calculations: as text, as numbers, as intervals, and what the chain rule makes of them.

Nothing here comes from the reader or the marker. A number is a NumPy array; one without axes is a scalar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Numbers = Mapping[str, Array]
Box = tuple[Array, Array]


@dataclass(frozen=True)
class Tree:
    """A formula: an operation over its parts; of a "name" or a "number", what it is."""

    op: str
    parts: tuple[Tree, ...] = ()
    name: str = ""
    number: float = 0.0

    def walk(self) -> Iterator[Tree]:
        yield self
        for part in self.parts:
            yield from part.walk()

    def names(self) -> list[str]:
        return [tree.name for tree in self.walk() if tree.op == "name"]

    def swapped(self, old: Tree, new: Tree) -> Tree:
        """The formula with one part (that very object) put in the place of another."""
        if self is old:
            return new
        return replace(self, parts=tuple(part.swapped(old, new) for part in self.parts))


def name(called: str) -> Tree:
    return Tree("name", name=called)


def num(number: float) -> Tree:
    return Tree("number", number=number)


def op(kind: str, *parts: Tree) -> Tree:
    return Tree(kind, parts)


def times(one: Tree, other: Tree) -> Tree:
    """A product; a 1 in it is left out."""
    if one.op == "number" and one.number == 1.0:
        return other
    return one if other.op == "number" and other.number == 1.0 else op("*", one, other)


# Text -----------------------------------------------------------------------------------------------------

_RANK = {"+": 1, "-": 1, "neg": 2, "*": 3, "/": 3, "@": 3, "T@": 3, "^": 5}


def text(tree: Tree) -> str:
    """As a person writes it, with no more brackets than are needed."""
    kind, parts = tree.op, tree.parts
    if kind == "name":
        return tree.name
    if kind == "number":
        return f"{tree.number:g}" if tree.number >= 0.0 else f"({tree.number:g})"
    if kind == "neg":
        return f"-{_inside(parts[0], 4)}"
    if kind == "^":
        return f"{_inside(parts[0], 6)}^{parts[1].number:g}"
    if kind == "T@":
        return f"{_inside(parts[0], 6)}.T@{_inside(parts[1], 4)}"
    if kind in _RANK:
        rank = _RANK[kind]
        blank = " " if rank == 1 else ""
        return f"{_inside(parts[0], rank)}{blank}{kind}{blank}{_inside(parts[1], rank + 1)}"
    return f"{kind}({', '.join(map(text, parts))})"


def _inside(tree: Tree, rank: int) -> str:
    return text(tree) if _RANK.get(tree.op, 9) >= rank else f"({text(tree)})"


# Numbers --------------------------------------------------------------------------------------------------


def _sigmoid(x: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-x))


RISING: dict[str, Callable[[Array], Array]] = {
    "exp": np.exp, "ln": np.log, "log10": np.log10, "log2": np.log2, "tanh": np.tanh, "sigmoid": _sigmoid,
    "sqrt": np.sqrt, "relu": lambda x: np.maximum(x, 0.0), "positive": lambda x: np.where(x > 0.0, 1.0, 0.0),
}  # fmt: skip
"""The functions of one number; all of them rise."""

_WORK: dict[str, Callable[..., Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power, "neg": np.negative,
    "@": np.matmul, "T@": lambda W, x: W.T @ x, "dot": np.dot, "outer": np.outer, "sum": np.sum, "mean": np.mean,
    "ones": lambda n: np.ones(int(n)), "flip": np.flip, **RISING,
}  # fmt: skip


def worked(tree: Tree, numbers: Numbers) -> Array:
    """What a formula comes to."""
    if tree.op == "name":
        return numbers[tree.name]
    if tree.op == "number":
        return np.array(tree.number)
    with np.errstate(all="ignore"):
        return np.asarray(_WORK[tree.op](*[worked(part, numbers) for part in tree.parts]), dtype=float)


def boxed(tree: Tree, boxes: Mapping[str, Box]) -> Box:
    """All that a formula can come to (or more) when each name may be any number of its box."""
    if tree.op == "name":
        return boxes[tree.name]
    if tree.op == "number":
        return np.array(tree.number), np.array(tree.number)
    parts = [boxed(part, boxes) for part in tree.parts]
    with np.errstate(all="ignore"):
        return _box_of(tree.op, parts)


def _box_of(kind: str, parts: list[Box]) -> Box:
    first, second = parts[0], parts[-1]
    if kind in RISING:
        return RISING[kind](first[0]), RISING[kind](first[1])
    if kind in ("sum", "mean", "ones", "flip"):
        return _WORK[kind](first[0]), _WORK[kind](first[1])
    if kind == "neg":
        return -first[1], -first[0]
    if kind == "+":
        return first[0] + second[0], first[1] + second[1]
    if kind == "-":
        return first[0] - second[1], first[1] - second[0]
    if kind == "^":
        exponent = second[0]
        corners = [first[0] ** exponent, first[1] ** exponent]
        if exponent % 2 == 0:
            corners.append(np.where((first[0] < 0.0) & (first[1] > 0.0), 0.0, corners[0]))
        return np.minimum.reduce(corners), np.maximum.reduce(corners)
    if kind == "/":
        crosses = (second[0] <= 0.0) & (second[1] >= 0.0)
        lo, hi = _product(first, (1.0 / second[1], 1.0 / second[0]))
        return np.where(crosses, -np.inf, lo), np.where(crosses, np.inf, hi)
    if kind == "*":
        return _product(first, second)
    return _bilinear(kind, first, second)


def _product(one: Box, other: Box) -> Box:
    corners = [a * b for a in one for b in other]
    return np.minimum.reduce(corners), np.maximum.reduce(corners)


def _bilinear(kind: str, one: Box, other: Box) -> Box:
    """Products of vectors and matrices: the sums of the boxes of their products."""
    if kind == "outer":
        return _product((one[0][:, None], one[1][:, None]), (other[0][None, :], other[1][None, :]))
    if kind == "T@":
        one = one[0].T, one[1].T
    lo, hi = _product(one, other)
    return lo.sum(axis=-1), hi.sum(axis=-1)


# Derivatives ----------------------------------------------------------------------------------------------


def shares(tree: Tree, adjoint: Tree, numbers: Numbers, result: Tree | None = None) -> Iterator[tuple[str, Tree]]:
    """For each place in which a name stands, what the chain rule hands it: `adjoint` times the slope there.

    `result` is what the whole formula is called, for slopes that are written with it: 1 - h^2.
    """
    if tree.op == "name":
        own, handed = np.shape(numbers[tree.name]), np.shape(worked(adjoint, numbers))
        if handed and not own:
            adjoint = op("sum", adjoint)
        elif own and not handed:
            adjoint = times(adjoint, op("ones", num(own[0])))
        yield tree.name, adjoint
        return
    for part, share in zip(tree.parts, _handed(tree, adjoint, numbers, result), strict=False):
        one = not worked(part, numbers).shape and worked(share, numbers).shape
        yield from shares(part, op("sum", share) if one else share, numbers)


def _handed(tree: Tree, adjoint: Tree, numbers: Numbers, result: Tree | None) -> list[Tree]:
    parts, out = tree.parts, result or tree
    first, second = parts[0] if parts else num(0.0), parts[-1] if parts else num(0.0)
    slopes: dict[str, Callable[[], list[Tree]]] = {
        "+": lambda: [adjoint, adjoint],
        "-": lambda: [adjoint, op("neg", adjoint)],
        "neg": lambda: [op("neg", adjoint)],
        "*": lambda: [times(adjoint, second), times(adjoint, first)],
        "/": lambda: [op("/", adjoint, second), op("neg", op("/", times(adjoint, first), op("^", second, num(2.0))))],
        "^": lambda: [times(adjoint, _power_slope(first, second.number))],
        "exp": lambda: [times(adjoint, out)],
        "ln": lambda: [op("/", adjoint, first)],
        "tanh": lambda: [times(adjoint, op("-", num(1.0), op("^", out, num(2.0))))],
        "sigmoid": lambda: [times(adjoint, op("*", out, op("-", num(1.0), out)))],
        "relu": lambda: [times(adjoint, op("positive", first))],
        "sqrt": lambda: [op("/", adjoint, times(num(2.0), out))],
        "sum": lambda: [adjoint],
        "mean": lambda: [op("/", adjoint, num(float(worked(first, numbers).size)))],
        "dot": lambda: [times(adjoint, second), times(adjoint, first)],
        "@": lambda: [op("outer", adjoint, second), op("T@", first, adjoint)],
    }  # fmt: skip
    return slopes[tree.op]() if tree.op in slopes else []


def _power_slope(base: Tree, exponent: float) -> Tree:
    raised = base if exponent == 2.0 else op("^", base, num(exponent - 1.0))
    return op("*", num(exponent), raised)
