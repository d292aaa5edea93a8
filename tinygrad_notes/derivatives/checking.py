"""Gradients checked against one another, against numeric quotients, and down to the rule that is wrong.

Numeric derivatives use values alone and come with an estimate of their error. Ridders' method: central quotients for
shrinking h, extrapolated to h = 0 by a polynomial in h² (C. Ridders, "Accurate computation of F'(x) and F'(x)F''(x)",
Advances in Engineering Software 4, 1982). It gains some five digits over a plain quotient and says how far it can be
trusted.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tinygrad_notes.derivatives.detached import no_grad
from tinygrad_notes.derivatives.modes import Run, one_per_argument
from tinygrad_notes.derivatives.reverse import local_derivatives
from tinygrad_notes.derivatives.structures import flatten, rebuild
from tinygrad_notes.errors import GradientError as GradientError
from tinygrad_notes.number_systems import floats
from tinygrad_notes.operations import CONSTANT, STOP_GRADIENT, Operation
from tinygrad_notes.value import Value

_SHRINK = 1.6
_LEVELS = 10
_STARTS = (1e-1, 1e-2, 1e-4)  # first steps, relative to x: a kink or a pole may be near


@dataclass(frozen=True, slots=True)
class Estimate:
    """A numeric derivative; `smooth` is False where left and right quotient differ: at a kink or a jump."""

    derivative: float
    error: float
    smooth: bool


def differentiate(f: Callable[[float], float], x: float) -> Estimate:
    """f′(x) from values of f around x.

    Example:
        >>> estimate = differentiate(math.exp, 1.0)
        >>> abs(estimate.derivative - math.e) < 10 * estimate.error < 1e-9
        True
        >>> differentiate(abs, 0.0).smooth
        False
    """
    scale = max(abs(x), 0.1)
    best = min((_extrapolated(f, x, start * scale) for start in _STARTS), key=lambda found: found[1])
    return Estimate(*best, smooth=_is_smooth(f, x, 1e-6 * scale))


def _extrapolated(f: Callable[[float], float], x: float, h: float) -> tuple[float, float]:
    """Neville's tableau over central quotients, and the smallest change seen in it as the error."""
    derivative, error = math.nan, math.inf
    above: list[float] = []
    for _ in range(_LEVELS):
        step = (x + h) - x  # what the sum really added
        row = [(f(x + step) - f(x - step)) / (2.0 * step)]
        factor = _SHRINK * _SHRINK
        for k, coarser in enumerate(above):
            row.append((row[k] * factor - coarser) / (factor - 1.0))
            factor *= _SHRINK * _SHRINK
            change = max(abs(row[k + 1] - row[k]), abs(row[k + 1] - coarser))
            if change <= error:
                derivative, error = row[k + 1], change
        above = row
        h /= _SHRINK
    return derivative, error


def _is_smooth(f: Callable[[float], float], x: float, h: float) -> bool:
    right, left = (f(x + h) - f(x)) / h, (f(x) - f(x - h)) / h
    return abs(right - left) <= 1e-3 * (abs(right) + abs(left)) + 1e-8 * (1.0 + abs(f(x)))


_RELATIVE = 2e-8  # a wrong digit shows up in the first seven; rounding and extrapolation stay below the ninth
_TRUST = 10.0  # Ridders' error estimate is a guess; ten times it is safe
_NODES_PER_OPERATION = 25
_OPERANDS_PER_NODE = 25


@dataclass(frozen=True)
class GradientCheck:
    """What `check_gradients` has checked.

    Attributes:
        rules: how many derivatives of single operations were compared with a quotient.
        skipped: what could not be compared, and why: kinks, and places where no quotient is exact enough.
        worst: the largest relative difference between a rule and its quotient.
    """

    rules: int
    skipped: tuple[str, ...]
    worst: float


def check_gradients(f: Callable[..., Any], inputs: Sequence[Any]) -> GradientCheck:
    """Check every derivative in f's gradient at `inputs`.

    It compares the derivative of each operation in f with a numeric derivative, at the operands that it has in f, for
    floats and for Values. Then it compares the reverse pass with the forward pass, and the forward pass with a numeric
    derivative of f along a random direction. Steps and tolerances come from an extrapolation that estimates its own
    error.

    Args:
        f: a function of numbers, lists or arrays, as for `grad`; its result may have any structure.
        inputs: one entry per argument of f.

    Raises:
        GradientError: naming the operation and the operand whose rule is wrong.

    Example:
        >>> check_gradients(lambda x, y: (x * y).sin() / y, [1.0, 2.0]).skipped
        ()
        >>> from tinygrad_notes import functions
        >>> from tinygrad_notes.operations import define, undefine
        >>> row = define("wrong", 1, "wrong({0})", lambda m: (lambda a: a * a, lambda a, out: (a,)))
        >>> check_gradients(functions.wrong, [3.0])
        Traceback (most recent call last):
            ...
        tinygrad_notes.errors.GradientError: the derivative of 'wrong' by its operand 0 is wrong: \
the rule gives 3.0, the quotient 6
          operand 0 = 3.0
        >>> undefine("wrong")
    """
    run = Run(f, one_per_argument(inputs, "inputs"), tuple(range(len(inputs))))
    rules, worst, skipped = 0, 0.0, []
    for node in _sample(run.order):
        _check_reading(node)
        varying = [k for k, operand in enumerate(node.operands) if operand.operation is not CONSTANT]
        for operand in _spread(varying, _OPERANDS_PER_NODE):
            estimate = _numeric_rule(node, operand)
            reason = _unusable(estimate)
            if reason:
                skipped.append(f"{_place(node, operand)}: {reason}")
                continue
            worst = max(worst, _check_rule(node, operand, estimate))
            rules += 1
    if any(node.operation is STOP_GRADIENT for node in run.order):
        skipped.append("the function as a whole: stop_gradient keeps its gradient from its values")
    else:
        skipped += _check_whole(f, inputs, run)
    return GradientCheck(rules, tuple(skipped), worst)


def _sample(order: Sequence[Value]) -> Iterator[Value]:
    """Of every operation some nodes, spread over the graph."""
    by_operation: dict[Operation, list[Value]] = {}
    for node in order:
        if node.operation not in (None, STOP_GRADIENT) and node.operands:
            by_operation.setdefault(_operation(node), []).append(node)
    for nodes in by_operation.values():
        yield from _spread(nodes, _NODES_PER_OPERATION)


def _spread(items: Sequence[Any], count: int) -> Sequence[Any]:
    return items if len(items) <= count else [items[k * (len(items) - 1) // (count - 1)] for k in range(count)]


def _numeric_rule(node: Value, operand: int) -> Estimate:
    """The derivative of the node's operation by one operand, from values of the operation alone."""
    numbers = [x.data for x in node.operands]
    value = _operation(node).read(floats)[0]

    def along(x: float) -> float:
        return float(value(*numbers[:operand], x, *numbers[operand + 1 :]))

    return differentiate(along, numbers[operand])


def _unusable(estimate: Estimate) -> str:
    if not estimate.smooth:
        return "not smooth here"
    resolved = _TRUST * estimate.error <= 1e-5 * max(abs(estimate.derivative), 1e-3)
    return "" if resolved else "no quotient is exact enough here"


def _check_rule(node: Value, operand: int, estimate: Estimate) -> float:
    """The relative difference between rule and quotient; GradientError where it is too large."""
    got, expected = node.local_derivatives[operand], estimate.derivative
    if not abs(got - expected) <= _RELATIVE * abs(expected) + _TRUST * estimate.error:
        raise GradientError(
            f"the derivative of {_place(node, operand)} is wrong: the rule gives {got!r}, "
            f"the quotient {expected:.12g}{_operands(node)}",
            node.operation,
            operand,
        )
    return abs(got - expected) / max(abs(expected), 1e-3)


def _check_reading(node: Value) -> None:
    """The rule read over Values must give what it gives over floats."""
    for operand, (slope, stored) in enumerate(zip(local_derivatives(node), node.local_derivatives, strict=True)):
        read = slope.data if isinstance(slope, Value) else float(slope)
        same = math.isclose(read, stored, rel_tol=1e-12, abs_tol=1e-300) or (read != read and stored != stored)
        if not same and node.operands[operand].operation is not CONSTANT:
            raise GradientError(
                f"the derivative of {_place(node, operand)} is {stored!r} over floats and {read!r} over Values: "
                f"a rule must use the functions of its number system m, not math's{_operands(node)}",
                node.operation,
                operand,
            )


def _check_whole(f: Callable[..., Any], inputs: Sequence[Any], run: Run) -> list[str]:
    """Reverse against forward, and forward against a quotient, along random directions."""
    draw = random.Random(len(run.order))
    u = [draw.uniform(0.5, 1.5) for _ in run.inputs]
    v = [draw.uniform(0.5, 1.5) for _ in run.outputs]
    forward = _numbers(run.forward(u))
    by_forward = math.fsum(a * b for a, b in zip(forward, v, strict=True))
    by_reverse = math.fsum(a * b for a, b in zip(_numbers(run.backward(v)), u, strict=True))
    size = sum(abs(a * b) for a, b in zip(forward, v, strict=True))
    if math.isnan(by_forward) and math.isnan(by_reverse):
        return ["the function as a whole: its gradient is nan here"]
    if not math.isclose(by_forward, by_reverse, rel_tol=1e-9, abs_tol=1e-9 * size):
        raise GradientError(f"forward mode gives {by_forward!r} along a direction, reverse mode {by_reverse!r}")
    at = [value.data for value in run.inputs]

    def along(t: float) -> float:
        with no_grad():
            moved = rebuild(list(inputs), [Value(x + t * step) for x, step in zip(at, u, strict=True)])
            outputs = _numbers(flatten(f(*moved)))
        return math.fsum(a * b for a, b in zip(outputs, v, strict=True))

    estimate = differentiate(along, 0.0)
    if _unusable(estimate):
        return [f"the function as a whole: {_unusable(estimate)}"]
    if not abs(by_forward - estimate.derivative) <= _RELATIVE * size + _TRUST * estimate.error:
        raise GradientError(
            f"every rule is right, yet the gradient gives {by_forward!r} along a direction where the function's "
            f"quotient is {estimate.derivative:.12g}: does the function take numbers out of its Values, or use chance?"
        )
    return []


def _numbers(values: Sequence[Any]) -> list[float]:
    return [value.data if isinstance(value, Value) else float(value) for value in values]


def _operation(node: Value) -> Operation:
    if node.operation is None:
        raise TypeError(f"{node!r} is a leaf: it has no rule")
    return node.operation


def _place(node: Value, operand: int) -> str:
    return f"{_operation(node).name!r} by its operand {operand}"


def _operands(node: Value) -> str:
    return "".join(
        f"\n  operand {k}{f' ({x.label})' if x.label else ''} = {x.data!r}" for k, x in enumerate(node.operands)
    )
