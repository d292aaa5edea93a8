"""Mathematical functions of Values and floats alike.

Every elementwise row of the table is a function here, under the row's name: `exp(x)`, `atan2(y, x)`,
`where(condition, a, b)`, and every row added with `define` (one of any arity takes a list of operands). Of a Value
they give a Value, of plain numbers a float. The functions of many operands stand below.

The module is itself a number system: worked sheets read rules over it, as the plain formulas. Derivatives of
derivatives read them over `derivatives.over_values`, which builds on it.

Example:
    >>> from tinygrad_notes.functions import exp
    >>> exp(0.0), exp(Value(0.0)).data
    (1.0, 1.0)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol, overload

from tinygrad_notes import watching
from tinygrad_notes.operations import (
    AMAX,
    AMIN,
    DOT,
    LOGSUMEXP,
    MEAN,
    NORM,
    PRODUCT,
    SUM,
    TABLE,
    WEIGHTED_SUM,
    Operation,
    follow_table,
)
from tinygrad_notes.refusals import counted
from tinygrad_notes.value import Number, Value, apply_to_any, elementwise

Scalar = Value | Number
EXACT = True
"""Sheets write rules down with these functions: as the plain formulas, see `rules`."""


if TYPE_CHECKING:
    from tinygrad_notes.table_functions import *  # noqa: F403 (stubs, written from the table)
else:

    def __getattr__(name: str) -> Callable[..., Any]:
        row = TABLE.get(name)
        if row is None or row.arity == 0:
            raise AttributeError(f"module {__name__!r} has no function {name!r}")
        found = _found[name] = globals()[name] = _over_many(row) if row.arity is None else elementwise(row)
        return found


_found: dict[str, Callable[..., Any]] = {}
"""The functions that have been looked up; a look-up takes as long as an operation, so these are globals by now."""


def _forget(row: Operation, defined: bool) -> None:
    if not defined and _found.pop(row.name, None) is not None:
        del globals()[row.name]


follow_table(_forget)


def __dir__() -> list[str]:
    return sorted({*globals(), *(name for name, row in TABLE.items() if row.arity != 0)})


def _over_many(row: Operation) -> Callable[[Iterable[Scalar]], Value | float]:
    """The function of a row of any arity that `define` added; the package's own stand below."""
    return lambda xs: apply_to_any(row, _some(xs, row.name))


class OverNumbers(Protocol):
    """A function of many numbers: of Values a Value, of plain numbers a float."""

    @overload
    def __call__(self, xs: Iterable[Value], /) -> Value: ...
    @overload
    def __call__(self, xs: Iterable[Number], /) -> float: ...
    @overload
    def __call__(self, xs: Iterable[Scalar], /) -> Any: ...


def _over_numbers(function: Callable[[Iterable[Scalar]], Any]) -> OverNumbers:
    """The function itself, with its types."""
    return function


def leaky_relu(x: Scalar, slope: Scalar = 0.01) -> Any:
    """x where x > 0, else slope · x."""
    return elementwise(TABLE["leaky_relu"])(x, slope)


def elu(x: Scalar, scale: Scalar = 1.0) -> Any:
    """x where x > 0, else scale · (eˣ - 1)."""
    return elementwise(TABLE["elu"])(x, scale)


@_over_numbers
def sum(xs: Iterable[Scalar]) -> Any:  # noqa: A001 (the field's word)
    """Σ xᵢ as one node; 0 for no operands.

    Example:
        >>> from tinygrad_notes import functions
        >>> functions.sum([Value(1.0), 2, 3.5]).data
        6.5
    """
    operands = tuple(xs)
    return apply_to_any(SUM, operands) if operands else 0.0


total = sum


@_over_numbers
def product(xs: Iterable[Scalar]) -> Any:
    """Π xᵢ as one node, with right derivatives where factors are zero; 1 for no operands."""
    operands = tuple(xs)
    return apply_to_any(PRODUCT, operands) if operands else 1.0


@_over_numbers
def mean(xs: Iterable[Scalar]) -> Any:
    """The arithmetic mean as one node."""
    return apply_to_any(MEAN, _some(xs, "mean"))


@_over_numbers
def norm(xs: Iterable[Scalar]) -> Any:
    """The Euclidean length √Σxᵢ² as one node; its derivative at the origin is 0."""
    return apply_to_any(NORM, _some(xs, "norm"))


@_over_numbers
def amax(xs: Iterable[Scalar]) -> Any:
    """The largest as one node; operands that tie share the slope equally."""
    return apply_to_any(AMAX, _some(xs, "amax"))


@_over_numbers
def amin(xs: Iterable[Scalar]) -> Any:
    """The smallest as one node; operands that tie share the slope equally."""
    return apply_to_any(AMIN, _some(xs, "amin"))


@_over_numbers
def logsumexp(xs: Iterable[Scalar]) -> Any:
    """ln Σ exp(xᵢ) as one node, without overflow."""
    return apply_to_any(LOGSUMEXP, _some(xs, "logsumexp"))


@overload
def softmax(xs: Iterable[Value]) -> list[Value]: ...
@overload
def softmax(xs: Iterable[Number]) -> list[float]: ...
@overload
def softmax(xs: Iterable[Scalar]) -> list[Any]: ...
def softmax(xs: Iterable[Scalar]) -> list[Any]:
    """exp(xᵢ) / Σ exp(xⱼ) for every i, without overflow."""
    exp = elementwise(TABLE["exp"])
    return [exp(log_share) for log_share in log_softmax(xs)]


@overload
def log_softmax(xs: Iterable[Value]) -> list[Value]: ...
@overload
def log_softmax(xs: Iterable[Number]) -> list[float]: ...
@overload
def log_softmax(xs: Iterable[Scalar]) -> list[Any]: ...
def log_softmax(xs: Iterable[Scalar]) -> list[Any]:
    """xᵢ - ln Σ exp(xⱼ) for every i, without overflow; operands that tie at infinity get equal shares.

    All are counted from the largest, x: ln Σ exp(xⱼ - x) loses no digit beside a large x, and where one share is nearly
    1, its slope is the sum of the others and not what 1 leaves of it.
    """
    operands = _some(xs, "log_softmax")
    gap, largest = elementwise(TABLE["gap"]), amax(operands)
    if watching.count:  # a recorded reverse pass through the largest would be a tenth of a classifier's step
        largest = elementwise(TABLE["stop_gradient"])(largest)
    gaps = [gap(x, largest) for x in operands]
    normalizer = logsumexp(gaps)
    return [gap - normalizer for gap in gaps]


@overload
def dot(ws: Iterable[Value], xs: Iterable[Scalar]) -> Value: ...
@overload
def dot(ws: Iterable[Scalar], xs: Iterable[Value]) -> Value: ...
@overload
def dot(ws: Iterable[Number], xs: Iterable[Number]) -> float: ...
@overload
def dot(ws: Iterable[Scalar], xs: Iterable[Scalar]) -> Any: ...
def dot(ws: Iterable[Scalar], xs: Iterable[Scalar]) -> Any:
    """Σ wᵢxᵢ as one node.

    Raises ValueError where the lengths differ.
    """
    operands = _pairs("dot", ws, xs)
    return apply_to_any(DOT, operands) if operands else 0.0


@overload
def weighted_sum(ws: Iterable[Value], xs: Iterable[Scalar], b: Scalar) -> Value: ...
@overload
def weighted_sum(ws: Iterable[Scalar], xs: Iterable[Value], b: Scalar) -> Value: ...
@overload
def weighted_sum(ws: Iterable[Number], xs: Iterable[Number], b: Number) -> float: ...
@overload
def weighted_sum(ws: Iterable[Scalar], xs: Iterable[Scalar], b: Scalar) -> Any: ...
def weighted_sum(ws: Iterable[Scalar], xs: Iterable[Scalar], b: Scalar) -> Any:
    """Σ wᵢxᵢ + b as one node: a neuron's pre-activation, as on paper.

    Raises ValueError where the lengths differ.

    Example:
        >>> w1, w2, b = Value(2.0), Value(-1.0), Value(0.5)
        >>> z = weighted_sum([w1, w2], [3, 4], b)
        >>> z.backward()
        >>> z.data, w1.grad, w2.grad, b.grad
        (2.5, 3.0, 4.0, 1.0)
    """
    return apply_to_any(WEIGHTED_SUM, (*_pairs("weighted_sum", ws, xs), b))


def _some(xs: Iterable[Scalar], name: str) -> tuple[Scalar, ...]:
    operands = tuple(xs)
    if not operands:
        raise ValueError(f"{name} needs at least one operand, got none")
    return operands


def _pairs(name: str, ws: Iterable[Scalar], xs: Iterable[Scalar]) -> tuple[Scalar, ...]:
    weights, inputs = tuple(ws), tuple(xs)
    if len(weights) != len(inputs):
        got = f"{counted(len(weights), 'weight')} and {counted(len(inputs), 'input')}"
        raise ValueError(f"{name} pairs each weight with an input, got {got}")
    return (*weights, *inputs)
