"""All ways in which a leaf reaches a result: the chain rule as a sum over paths."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from tinygrad_notes.draw.scene import Shape, Text
from tinygrad_notes.draw.style import shortened, visible, written
from tinygrad_notes.passes import counting_edges, forward_sweep
from tinygrad_notes.value import Value

MAX_LISTED = 6
_MAX_FACTORS = 7
_LINE = 19.0


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths from a node down to a leaf.

    Attributes:
        leaf: where they end.
        on: every node on any of them.
        count: how many there are; this number may be astronomical.
        gradient: the sum of their products, d(root)/d(leaf).
        listed: the first few, each as its nodes from the root down and its factors.
    """

    leaf: Value
    on: frozenset[Value]
    count: int
    gradient: float
    listed: tuple[tuple[tuple[Value, ...], tuple[float, ...]], ...]


def paths_to(leaf: Value, root: Value, order: Sequence[Value]) -> Paths:
    """The paths from `root` to `leaf` in the graph whose nodes are `order`.

    Raises ValueError where there is none.
    """
    count: dict[Value, int] = forward_sweep(order, {leaf: 1}, counting_edges, total=sum)
    slope: dict[Value, float] = forward_sweep(order, {leaf: 1.0})
    if root not in count:
        raise ValueError(f"{root.label or 'the value'} does not depend on {leaf.label or 'the highlighted leaf'}")
    listed = tuple(islice(_walk(root, leaf, count), MAX_LISTED))
    return Paths(leaf, frozenset(_reached(root, count)), count[root], slope[root], listed)


def _reached(root: Value, allowed: dict[Value, int]) -> set[Value]:
    seen, stack = {root}, [root]
    while stack:
        for operand in stack.pop().operands:
            if operand in allowed and operand not in seen:
                seen.add(operand)
                stack.append(operand)
    return seen


def _walk(root: Value, leaf: Value, allowed: dict[Value, int]) -> Iterator[tuple[tuple[Value, ...], tuple[float, ...]]]:
    """Every path, the first operands first; one path is held at a time, so that deep graphs are no trouble."""
    nodes, turns = [root], [0]
    factors: list[float] = []
    while nodes:
        node, turn = nodes[-1], turns[-1]
        if node is leaf or turn == len(node.operands):
            if node is leaf:
                yield tuple(nodes), tuple(factors)
            nodes.pop()
            turns.pop()
            if factors:
                factors.pop()
            continue
        turns[-1] += 1
        if node.operands[turn] in allowed:
            nodes.append(node.operands[turn])
            factors.append(node.local_derivatives[turn])
            turns.append(0)


def paths_panel(paths: Paths, root: Value, digits: int) -> list[Shape]:
    """A line for each listed path, with its product, and their sum."""
    name = f"∂{shortened(visible(root.label or 'result'), 16)}/∂{shortened(visible(paths.leaf.label or 'leaf'), 16)}"
    shapes: list[Shape] = [
        Text(0, 14, f"{name} is the sum over {paths.count:,} path{'s' if paths.count > 1 else ''}:", 13, face="bold")
    ]
    y = 14.0
    for nodes, factors in paths.listed:
        y += _LINE
        product = f"{_factors(factors, digits)} = {written(math.prod(factors), digits)}"
        route = " ← ".join(_middle_left_out([_name(node) for node in nodes]))
        line = Text(12, y, product, 12, "mark")
        shapes += [line, Text(12 + line.width + 14, y, route, 12, "quiet", face="serif")]
    if paths.count > len(paths.listed):
        y += _LINE
        shapes.append(Text(12, y, f"… and {paths.count - len(paths.listed):,} more", 12, "quiet"))
    if paths.count > 1:
        y += _LINE
        shapes.append(Text(12, y, f"sum of all = {written(paths.gradient, digits)}", 12, "mark", face="bold"))
    return shapes


def _name(node: Value) -> str:
    if node.label:
        return shortened(visible(node.label), 16)
    return node.operation.name.replace("_", " ") if node.operation else "leaf"


def _factors(factors: Sequence[float], digits: int) -> str:
    return " · ".join(_middle_left_out([written(factor, digits) for factor in factors] or ["1"]))


def _middle_left_out(words: list[str]) -> list[str]:
    return words if len(words) <= _MAX_FACTORS else [*words[:3], "…", *words[-3:]]
