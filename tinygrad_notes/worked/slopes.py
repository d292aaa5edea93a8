"""Derivatives as a person writes them: Values whose operands are numbers of the page.

The rules are the table's, in the form of textbooks, read over Values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial, reduce
from typing import Any, NamedTuple

from tinygrad_notes import functions
from tinygrad_notes.nn.activations import Activation, activation_row
from tinygrad_notes.operations import CONSTANT, DIVIDE, MULTIPLY, NEGATIVE, Operation
from tinygrad_notes.passes import reverse_sweep, topological_order
from tinygrad_notes.rules import Derivatives
from tinygrad_notes.value import Value, as_value


def fresh(number: Any) -> Value:
    """`number` as a Value of its own, free to be labeled: copied where it is another quantity or a constant."""
    value = as_value(number)
    return functions.identity(value) if value.label or value.operation is CONSTANT else value


def slopes(activation: Activation, z: Value, a: Value) -> tuple[Value, ...]:
    """σ′(z) in every way that a person may work it out: as in textbooks, then from z where textbooks start from a."""
    row = activation_row(activation)
    ways = [fresh(derivative(a, z))]
    if row is not None and row.on_paper is not None:
        by_rule = fresh(derivative(a, z, rules=lambda row: row.read(functions)[1]))
        if _read(by_rule, z, a) != _read(ways[0], z, a):
            ways.append(by_rule)
    return tuple(ways)


def _read(slope: Value, *named: Value) -> set[Value]:
    """Which of the named numbers a slope is worked out from."""
    nodes = topological_order(slope, known=set(named))
    return set(named) & set().union(*[node.operands for node in nodes])


def through_softmax(outputs: Sequence[Value], back: Sequence[Value]) -> list[Value]:
    """What flows back through a softmax: δᵢ = aᵢ (∂C/∂aᵢ - Σⱼ aⱼ ∂C/∂aⱼ)."""
    mixed = functions.dot(outputs, back)
    return [a * (g - mixed) for a, g in zip(outputs, back, strict=True)]


def derivative(
    output: Value, by: Value, rules: Callable[[Operation], Derivatives] = lambda row: row.textbook(functions)
) -> Value | float:
    """d(output)/d(by) as a graph over the Values between the two, which need not be leaves.

    `derivatives.gradients` would walk the whole graph below `by` too, once for every number of a sheet.
    """
    order = topological_order(output, known={by})

    def edges(node: Value, adjoint: Any) -> Iterable[tuple[Value, Any]]:
        if node.operation is None:
            return ()
        operands = [operand.data if operand.operation is CONSTANT else operand for operand in node.operands]
        pairs = zip(node.operands, rules(node.operation)(*operands, node), strict=True)
        return [(operand, local) for operand, local in pairs if operand.operation is not CONSTANT]

    adjoints = reverse_sweep(order, {output: 1.0}, edges, times, partial(reduce, plus))
    slope: Value | float = adjoints.get(by, 0.0)
    shared = isinstance(slope, Value) and slope in set(order)  # as a - y is part of ½ (a - y)² and its derivative
    return functions.identity(slope) if shared else slope


# Products and sums as they are written: 0.5 · (2 · d) is d, -y · (1 / a) is -y / a, and adding that subtracts y / a.


class _Fraction(NamedTuple):
    """number · over / under; a factor that is not there is None."""

    number: float
    over: Value | None = None
    under: Value | None = None

    def written(self) -> Any:
        size = abs(self.number)
        top: Any = size if self.over is None else self.over if size == 1.0 else size * self.over
        quotient = top if self.under is None else top / self.under
        return -quotient if self.number < 0.0 else quotient


def times(left: Any, right: Any) -> Any:
    """left · right, with the numbers in it worked out and one fraction line.

    Example:
        >>> from tinygrad_notes.number_systems.symbols import text
        >>> from tinygrad_notes.worked.formulas import formula
        >>> a, y = Value(0.5, "a"), Value(1.0, "y")
        >>> text(formula(times(0.5, 2 * (a - y)))), text(formula(times(-y, 1 / a)))
        ('a - y', '-y / a')
    """
    one, other = _fraction(left), _fraction(right)
    over, under = _product(one.over, other.over), _product(one.under, other.under)
    return _Fraction(one.number * other.number, over, under).written()


def plus(left: Any, right: Any) -> Any:
    """left + right, as a difference where one of them has a minus sign."""
    if _fraction(right).number < 0.0:
        return left - times(-1.0, right)
    if _fraction(left).number < 0.0:
        return right - times(-1.0, left)
    return left + right


def over(part: Any, count: int) -> Any:
    """part / count; part itself where there is one."""
    if count == 1:
        return part
    fraction = _fraction(part)
    under = as_value(count) if fraction.under is None else count * fraction.under
    return _Fraction(fraction.number, fraction.over, under).written()


def _fraction(factor: Any) -> _Fraction:
    """What a number or an unnamed Value is made of; a named one is a factor by itself."""
    if not isinstance(factor, Value):
        return _Fraction(factor)
    if factor.operation is CONSTANT:
        return _Fraction(factor.data)
    made_by = factor.operation if not factor.label else None
    if made_by is NEGATIVE:
        inner = _fraction(factor.operands[0])
        return _Fraction(-inner.number, inner.over, inner.under)
    if made_by is MULTIPLY and factor.operands[0].operation is CONSTANT:
        inner = _fraction(factor.operands[1])
        return _Fraction(factor.operands[0].data * inner.number, inner.over, inner.under)
    if made_by is DIVIDE:
        inner = _fraction(factor.operands[0])
        return _Fraction(inner.number, inner.over, _product(factor.operands[1], inner.under))
    return _Fraction(1.0, factor)


def _product(left: Value | None, right: Value | None) -> Value | None:
    return right if left is None else left if right is None else left * right
