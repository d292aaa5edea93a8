"""Sums, means, extremes and softmax: of all numbers of an array, or along one axis; and losses, term by term."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_notes import functions
from tinygrad_notes.nn.losses import LOSSES, Loss
from tinygrad_notes.worked.calculation.elementwise import as_array, broadcast, divide, numbers_of, plain, shape_of
from tinygrad_notes.worked.calculation.functions.registry import (
    FUNCTIONS,
    array_of,
    axis_of,
    function,
    whole,
    with_axes,
)


def _along(x: Any, axis: Any, keepdims: Any, reduce: Callable[[list[Any]], Any]) -> Any:
    """`reduce` of the numbers along an axis, or of all of them."""
    x = as_array(x)
    if axis is None:
        total = reduce(list(x.ravel()))
        return array_of((1,) * x.ndim, [total]) if keepdims and x.ndim else total
    place = axis_of(x.shape, axis)
    moved = np.moveaxis(x, place, -1)
    reduced = array_of(moved.shape[:-1], [reduce(list(row)) for row in moved.reshape(-1, moved.shape[-1])])
    return np.expand_dims(reduced, place) if keepdims and isinstance(reduced, np.ndarray) else reduced


def _reduction(reduce: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    """The function of an array, of one along an axis, or of several numbers."""

    def reduced(x: Any, *more: Any, axis: Any = None, keepdims: Any = False) -> Any:
        if not more:
            return _along(x, axis, keepdims, reduce)
        if any(isinstance(part, np.ndarray) for part in (x, *more)):
            raise ValueError("one array or several numbers are taken; write axis=0 for the first axis of an array")
        return reduce([x, *more])

    return reduced


def some(numbers: list[Any]) -> list[Any]:
    """The numbers themselves; ValueError where there is none."""
    if not numbers:
        raise ValueError("there is no number to work on: the array is empty")
    return numbers


def _sum(numbers: list[Any]) -> Any:
    return numbers[0] if len(numbers) == 1 else functions.sum(numbers)


_REDUCTIONS: dict[tuple[str, ...], Callable[[list[Any]], Any]] = {
    ("sum", "Σ", "∑"): _sum,
    ("mean", "average", "avg"): lambda numbers: functions.mean(some(numbers)),
    ("prod", "product"): functions.product,
    ("logsumexp",): lambda numbers: functions.logsumexp(some(numbers)),
    ("norm", "norm2", "‖"): lambda numbers: functions.norm(some(numbers)),
    ("amax",): lambda numbers: functools.reduce(functions.maximum, some(numbers)),
    ("amin",): lambda numbers: functools.reduce(functions.minimum, some(numbers)),
    ("argmax",): lambda numbers: float(max(range(len(some(numbers))), key=lambda i: plain(numbers[i]))),
}
"""What comes of a list of numbers, under each of its names."""
FUNCTIONS.update({name: _reduction(reduce) for names, reduce in _REDUCTIONS.items() for name in names})


def _picker(reduced: Callable[..., Any], pick: str) -> Callable[..., Any]:
    def picked(x: Any, *more: Any, axis: Any = None, keepdims: Any = False) -> Any:
        """Of one array its extreme, of several numbers or arrays the extreme element by element."""
        if not more:
            return reduced(x, axis=axis, keepdims=keepdims)
        return functools.reduce(functools.partial(broadcast, getattr(functions, pick)), more, x)

    return picked


FUNCTIONS["max"] = _picker(FUNCTIONS["amax"], "maximum")
FUNCTIONS["min"] = _picker(FUNCTIONS["amin"], "minimum")


@function("var", "variance")
def _var(x: Any, axis: Any = None, ddof: Any = 0, keepdims: Any = False) -> Any:
    """The mean squared distance from the mean; `ddof=1` divides by one less."""

    def reduce(numbers: list[Any]) -> Any:
        middle = functions.mean(some(numbers))
        squares = [(number - middle) ** 2 for number in numbers]
        less = whole(ddof, "ddof")
        if less == 0:
            return functions.mean(squares)
        return divide(functions.sum(squares), float(len(squares) - less))

    return _along(x, axis, keepdims, reduce)


@function("std")
def _std(x: Any, axis: Any = None, ddof: Any = 0, keepdims: Any = False) -> Any:
    return broadcast(functions.sqrt, _var(x, axis=axis, ddof=ddof, keepdims=keepdims))


@function("softmax")
def _softmax(x: Any, axis: Any = -1) -> Any:
    """exp(x) / Σ exp(x) along an axis, by default the last."""
    return _rowwise(x, axis, _softmax_of)


def _softmax_of(z: list[Any]) -> list[Any]:
    if max(abs(plain(number)) for number in z) >= 700.0:
        return functions.softmax(z)
    powers = [functions.exp(number) for number in z]
    total = functions.sum(powers)
    return [power / total for power in powers]


@function("log_softmax")
def _log_softmax(x: Any, axis: Any = -1) -> Any:
    return _rowwise(x, axis, functions.log_softmax)


@function("cumsum")
def _cumsum(x: Any, axis: Any = -1) -> Any:
    return _rowwise(x, axis, lambda row: [_sum(row[: i + 1]) for i in range(len(row))])


def _rowwise(x: Any, axis: Any, work: Callable[[list[Any]], list[Any]]) -> Any:
    x = with_axes(x)
    some(list(x.flat))
    moved = np.moveaxis(x, axis_of(x.shape, axis), -1)
    rows = [number for row in moved.reshape(-1, moved.shape[-1]) for number in work(list(row))]
    return np.moveaxis(array_of(moved.shape, rows), -1, whole(axis, "axis"))


# Losses -----------------------------------------------------------------------------------------------


_LOSS_ALIASES = {
    "mse": "mean_squared_error", "sse": "squared_error", "bce": "binary_cross_entropy", "ce": "cross_entropy",
}  # fmt: skip


def _loss(loss: Loss) -> Callable[..., Any]:
    def worked(a: Any, y: Any, reduction: Any = None) -> Any:
        """The loss of outputs a for targets y: of one sample, or of one per row."""
        each = broadcast(loss.term, a, y)
        shape, terms = shape_of(each), some(numbers_of(each))
        samples = shape[0] if len(shape) == 2 else 1
        total = _sum(terms)
        count = loss.averaged_over(samples, len(terms) // samples, reduction)
        return total if count == 1 else divide(total, float(count))

    return worked


FUNCTIONS.update({name: _loss(loss) for name, loss in LOSSES.items()})
FUNCTIONS.update({alias: FUNCTIONS[name] for alias, name in _LOSS_ALIASES.items()})
