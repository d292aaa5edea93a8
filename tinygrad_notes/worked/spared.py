"""How much work the wrong numbers above a number saved.

A wrong 0, 1 or -1 makes the work after it easy: a product with it needs no multiplication, and everybody knows σ(0). A
teacher who gives marks for what follows from a slip wants to know where that happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter

from tinygrad_notes.value import Value

_EASY = 1e-12  # how near to 0, 1 or -1 a number is taken for it; claims are read to the last digit
_COPIES = frozenset({
    "constant", "identity", "stop_gradient", "negative", "abs", "relu", "leaky_relu", "maximum", "minimum", "amax",
    "amin", "clip", "where", "greater", "less", "equal", "sign", "floor", "ceil",
})  # fmt: skip
"""Operations that look and pick, and need no working."""
_POWERS = frozenset({"pow", "square", "sqrt", "cbrt", "reciprocal", "log", "log2", "log10"})
"""Functions that are known by heart at 1 as well as at 0."""


def spared(formula: Sequence[Value], page: Mapping[Value, float]) -> float:
    """The share of a formula's working that the page's numbers make trivial and the right numbers do not, from 0 to 1.

    Products, divisions, powers and functions count; sums count if there is nothing else. If a formula only copies a
    number, then copying a 0, 1 or -1 in place of another number is trivial.

    Args:
        formula: the nodes that are worked out, operands first.
        page: the number that the page has for each node and operand; where it has none, the right one counts.

    Example:
        >>> a, slope = Value(0.3, "a"), Value(0.25, "slope")
        >>> delta = a * slope
        >>> spared([delta], {a: 1.0}), spared([delta], {a: 0.7})
        (1.0, 0.0)
        >>> z = a * 2.5 + slope * 0.5
        >>> spared([*z.operands, z], {a: 0.0})
        0.5
    """
    here_is = {operand: page.get(operand, operand._data) for node in formula for operand in node.operands}.__getitem__
    for is_work in (_multiplications, _additions, _copies):
        right = [work for node in formula for work in is_work(node, attrgetter("_data"))]
        here = [work for node in formula for work in is_work(node, here_is)]
        if any(right):
            return sum([was and not left for was, left in zip(right, here, strict=True)]) / sum(right)
    return 0.0


Numbers = Callable[[Value], float]


def _multiplications(node: Value, number: Numbers) -> Iterator[bool]:
    """For each product, power and function of a node whether there is something to work out."""
    made_by = node.operation.name if node.operation else "constant"
    numbers = list(map(number, node.operands))
    if made_by in ("add", "subtract", "sum", *_COPIES):
        return
    if made_by in ("dot", "weighted_sum"):
        half = len(numbers) // 2
        yield from (_is_work(a, b) for a, b in zip(numbers[:half], numbers[half:]))
    elif made_by in ("multiply", "product"):
        yield _is_work(*numbers)
    elif made_by == "divide":
        yield not _is_easy(numbers[1]) and abs(numbers[0]) > _EASY
    elif made_by in _POWERS:
        yield not _is_easy(numbers[0])
    else:
        yield any(abs(one) > _EASY for one in numbers)


def _additions(node: Value, number: Numbers) -> Iterator[bool]:
    """For each sum whether more than one of its terms is there to be added."""
    if node.operation and node.operation.name in ("add", "subtract", "sum"):
        yield sum(abs(number(term)) > _EASY for term in node.operands) > 1


def _copies(node: Value, number: Numbers) -> Iterator[bool]:
    yield from (not _is_easy(number(operand)) for operand in node.operands)


def _is_work(*factors: float) -> bool:
    """Whether a product needs a multiplication: no factor is 0, and at least two are neither 1 nor -1."""
    return min(map(abs, factors)) > _EASY and len([one for one in factors if not _is_easy(one)]) > 1


def _is_easy(number: float) -> bool:
    """Whether a number is 0, 1 or -1."""
    return abs(number) <= _EASY or abs(abs(number) - 1.0) <= _EASY
