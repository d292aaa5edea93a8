"""The reverse pass over Values: gradients that are graphs themselves and can be differentiated again.

`Value.backward()` walks the same order with the floats stored in the nodes. Here the rules of the table are read again,
over Values.
`directional_derivatives` goes forward, by the same local derivatives.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, overload

from tinygrad_notes import functions, watching
from tinygrad_notes.derivatives import over_values
from tinygrad_notes.derivatives.structures import flatten, leaves_like
from tinygrad_notes.operations import CONSTANT, MULTIPLY, NORM, POW, operation
from tinygrad_notes.passes import added, forward_sweep, reverse_sweep, topological_order
from tinygrad_notes.picking import Overflow
from tinygrad_notes.refusals import counted
from tinygrad_notes.value import Number, Value, as_value

Scalar = Value | Number


@overload
def gradients(
    outputs: Value | Sequence[Value], inputs: Value, seeds: Scalar | Sequence[Scalar] | None = None
) -> Value: ...
@overload
def gradients(
    outputs: Value | Sequence[Value], inputs: Sequence[Value], seeds: Scalar | Sequence[Scalar] | None = None
) -> list[Value]: ...
def gradients(
    outputs: Value | Sequence[Value],
    inputs: Value | Sequence[Value],
    seeds: Scalar | Sequence[Scalar] | None = None,
) -> Value | list[Value]:
    """Σ seed · d(output)/d(input) for every input, as Values that can be differentiated again.

    Args:
        outputs: one Value or several.
        inputs: the Values to differentiate by, leaves or not; a single Value gives a single gradient.
        seeds: one number or Value per output; 1 each if left out.

    Returns:
        One Value per input, in order; the constant 0 where no output depends on the input. No `grad` changes.

    Raises:
        TypeError: an output or an input is not a Value.
        ValueError: there are not as many seeds as outputs.

    Example:
        >>> x = Value(2.0)
        >>> (slope,) = gradients(x**3, [x])
        >>> slope.data, gradients(slope, x).data
        (12.0, 12.0)
    """
    if isinstance(inputs, Value):
        return gradients(outputs, [inputs], seeds)[0]
    outputs = _checked(outputs, "an output")
    inputs = _checked(inputs, "an input")
    seeded: dict[Value, list[Any]] = {}
    for output, seed in zip(outputs, _seeds(seeds, len(outputs)), strict=True):
        seeded.setdefault(output, []).append(seed)
    order = topological_order(*outputs)
    given = set(inputs)
    concerned = _depending_on(given, order)

    def edges(node: Value, adjoint: Any) -> Iterable[tuple[Value, Any]]:
        operands = node.operands
        if concerned.isdisjoint(operands):
            return ()
        found = zip(operands, node._slopes) if _is_zero(adjoint) else edges_of(node, given)
        return [(x, slope) for x, slope in found if x in concerned]

    adjoints = reverse_sweep(order, {node: total(parts) for node, parts in seeded.items()}, edges, times, total)
    return [_as_graph(adjoints.get(node, 0.0), [node]) for node in inputs]


_SQUARE, _LENGTHS = operation("square"), {NORM, operation("hypot"), operation("abs")}


def edges_of(node: Value, given: set[Value]) -> Iterable[tuple[Value, Any]]:
    """The operands of a node with its local derivatives, as Values.

    A squared length passes on to the coordinates at once: its slope by each is 2x. That holds at the origin too, where
    the length itself has no second derivative. It is not done if the length is `given` as a node to differentiate by,
    nor if the square is beyond the largest float.
    """
    length = node.left
    if length is not None and length.operation in _LENGTHS and length not in given and _is_finite_square(node):
        return [(x, 2.0 * x) for x in length.operands]
    return zip(node.operands, local_derivatives(node))


def _is_finite_square(node: Value) -> bool:
    if node._data == math.inf:
        return False
    if node.operation is POW:
        exponent = node.operands[1]
        return exponent.operation is CONSTANT and exponent._data == 2.0
    return node.operation is _SQUARE or (node.operation is MULTIPLY and node.right is node.left)


def local_derivatives(node: Value) -> tuple[Any, ...]:
    """d(node)/d(operand) as Values, by the rule of the table; constants enter the rule as plain numbers."""
    if node.operation is None:
        return ()
    rule = node.operation.read(over_values)[1]
    operands = [operand._data if operand.operation is CONSTANT else operand for operand in node.operands]
    if not watching.count:
        slopes = rule(*operands, node)
    else:
        before = watching.reading_a_rule.set(True)
        try:
            slopes = rule(*operands, node)
        finally:
            watching.reading_a_rule.reset(before)
    for slope in slopes:
        if slope.__class__ is float and slope != slope:  # outside the domain
            return tuple(
                [_as_graph(slope, [x]) if _is_nan(slope) else slope for slope, x in zip(slopes, node.operands)]
            )
    return slopes


def _is_nan(slope: Any) -> bool:
    return slope.__class__ is float and slope != slope


def _as_graph(number: Any, inputs: Sequence[Value]) -> Value:
    """A derivative as a Value; a plain nan or overflow gets nan for its own derivatives, where a constant has 0."""
    if _is_nan(number) or number.__class__ is Overflow:
        return float(number) * (1.0 + functions.sum([functions.gap(x, x) for x in inputs]))
    return as_value(number)


def _depending_on(inputs: set[Value], order: list[Value]) -> set[Value]:
    """The nodes of `order` that are an input or depend on one."""
    depending = set(inputs)
    for node in order:
        if not depending.isdisjoint(node.operands):
            depending.add(node)
    return depending


def _is_zero(number: Any) -> bool:
    """Whether `number` is a plain 0, and no Value."""
    return isinstance(number, float) and number == 0.0


def times(adjoint: Any, slope: Any) -> Any:
    """adjoint · slope, without nodes for factors 1, -1 and plain 0 (0 · ∞ stays the nan that `backward` has)."""
    if adjoint.__class__ is slope.__class__ is Value:
        return adjoint * slope
    for factor, other in ((adjoint, slope), (slope, adjoint)):
        if factor.__class__ is Overflow:
            return factor * _as_plain(other)
        if factor.__class__ is float:
            if factor == 0.0:
                product = factor * (other._data if isinstance(other, Value) else other)
                return product if product == 0.0 else factor * other  # nan, and so are its own derivatives
            if factor == 1.0:
                return other
            if factor == -1.0:
                return -other
    return adjoint * slope


def _as_plain(number: Any) -> float:
    """0, or 1 with the sign, or nan: no more counts beside an overflow. A recorded program guards the comparisons."""
    if number != number:
        return math.nan
    return 0.0 if number == 0.0 else 1.0 if number > 0.0 else -1.0


def total(shares: list[Any]) -> Any:
    """All shares of a node as one sum."""
    if len(shares) == 1 and shares[0].__class__ is Value:  # as most nodes have it
        return shares[0]
    shares = [share for share in shares if not _is_zero(share)]
    if Overflow in map(type, shares):  # beside which a finite number does not count
        return added(share._data if isinstance(share, Value) else share for share in shares)
    if len(shares) > 2:
        return functions.sum(shares)
    return sum(shares[1:], shares[0]) if shares else 0.0


def _checked(values: Value | Sequence[Value], name: str) -> Sequence[Value]:
    listed = list(values) if isinstance(values, Iterable) else [values]
    for value in listed:
        if not isinstance(value, Value):
            raise TypeError(f"{name} of gradients() must be a Value, got {type(value).__name__}: {value!r}")
    return listed


def _seeds(seeds: Scalar | Sequence[Scalar] | None, count: int) -> list[Scalar]:
    if seeds is None:
        return [1.0] * count
    listed = flatten(seeds)
    if len(listed) != count:
        got = f"{counted(len(listed), 'seed')} for {counted(count, 'output')}"
        raise ValueError(f"gradients() needs one seed per output, got {got}")
    return leaves_like([0.0] * count, listed, "seeds")


def directional_derivatives(
    outputs: Sequence[Value], inputs: Sequence[Value], directions: Sequence[Scalar]
) -> list[Value]:
    """Σ d(output)/d(input) · direction for every output, as Values that can be differentiated again.

    Raises ValueError where there are not as many directions as inputs.

    Example:
        >>> x, y = Value(2.0), Value(3.0)
        >>> [d.data for d in directional_derivatives([x * y, x + y], [x, y], [1.0, 10.0])]
        [23.0, 11.0]
    """
    if len(directions) != len(inputs):
        got = f"{len(directions)} for {counted(len(inputs), 'input')}"
        raise ValueError(f"one direction per input is needed, got {got}")
    tangents: dict[Value, Any] = {
        node: direction if isinstance(direction, Value) else float(direction)
        for node, direction in zip(inputs, directions, strict=True)
    }
    order = topological_order(*outputs)
    given = set(inputs)
    tangents = forward_sweep(order, tangents, lambda node, _: edges_of(node, given), times, total)
    return [_as_graph(tangents.get(output, 0.0), inputs) for output in outputs]
