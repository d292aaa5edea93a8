"""Gradient functions written by hand, checked against the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygrad_notes.arrays import array, grad_of
from tinygrad_notes.value import Value

_CLOSE = 1e-9  # relative: what floats lose in some hundred operations
_MOST_TOLD = 3


@dataclass(frozen=True)
class HandCheck:
    """What came of one gradient written by hand.

    Attributes:
        name: of the parameter.
        right: whether every entry is the engine's.
        hand, engine: both gradients, in the parameter's shape; `hand` in its own where that differs.
        wrong: the indices of the wrong entries.
        factor: the number that mends every entry, None where there is none.
        transposed: whether the transpose of what was given is right.
    """

    name: str
    right: bool
    hand: Any
    engine: Any
    wrong: tuple[tuple[int, ...], ...] = ()
    factor: float | None = None
    transposed: bool = False

    def __str__(self) -> str:
        count = int(np.size(self.engine))
        if self.right:
            return f"{self.name}: right, {'all ' if count > 1 else ''}{count} {'entries' if count > 1 else 'entry'}"
        if self.transposed:
            return (
                f"{self.name}: the transpose of what is right: its shape is {self.hand.shape}, not {self.engine.shape}"
            )
        if np.shape(self.hand) != np.shape(self.engine):
            return f"{self.name}: its shape is {np.shape(self.hand)}, and {self.name} has shape {np.shape(self.engine)}"
        told = "; ".join(
            f"{_entry(self.name, index)} is {self.hand[index]:.8g}, right is {self.engine[index]:.8g}"
            for index in self.wrong[:_MOST_TOLD]
        )
        more = f"; and {len(self.wrong) - _MOST_TOLD} more" if len(self.wrong) > _MOST_TOLD else ""
        mend = f". Times {self.factor:.6g}, every entry is right" if self.factor is not None else ""
        return f"{self.name}: {len(self.wrong)} of {count} wrong: {told}{more}{mend}"


class HandChecks(tuple[HandCheck, ...]):
    """One check for each gradient; prints a line for each."""

    @property
    def right(self) -> bool:
        """Whether all are right."""
        return all(check.right for check in self)

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    __repr__ = __str__


def check_by_hand(
    cost: Callable[..., Any], by_hand: Mapping[str, Callable[..., Any]], *arguments: Any, **named: Any
) -> HandChecks:
    """Compare gradient functions written by hand with the engine's derivatives of the cost.

    You rewrite nothing: `cost` and each gradient function are called with the same arguments. A parameter is the
    keyword argument of that name. If there is none, it is the variable of that name in the module or notebook of
    `cost`. During the check that variable holds an array of Values. Afterwards it has its old value.

    Args:
        cost: returns one number. It is written in NumPy or in plain arithmetic.
        by_hand: for the name of each parameter, the function that returns the gradient by it, in its shape.
        *arguments: the positional arguments of every call.
        **named: the keyword arguments of every call.

    Returns:
        A check for each gradient: whether it is right, which entries are wrong and by how much. If one factor corrects
        all entries, the check names it.

    Raises:
        NameError: a parameter is neither a keyword argument nor a variable beside `cost`.
        TypeError: the cost does not depend on a parameter through the engine, or returns more than one number.

    Example:
        >>> import numpy as np
        >>> W = np.array([[0.5, -0.25]])
        >>> def cost(W, x, y): return np.sum((W @ x - y) ** 2)
        >>> def J_W(W, x, y): return (W @ x - y) @ x.T  # the 2 is missing
        >>> x, y = np.array([[1.0], [2.0]]), np.array([[1.0]])
        >>> print(check_by_hand(cost, {"W": J_W}, W=W, x=x, y=y))
        W: 2 of 2 wrong: W[0,0] is -1, right is -2; W[0,1] is -2, right is -4. Times 2, every entry is right
    """
    return HandChecks(_check(cost, name, gradient, arguments, named) for name, gradient in by_hand.items())


def _check(
    cost: Callable[..., Any], name: str, gradient: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
) -> HandCheck:
    engine = _engine_gradient(cost, name, arguments, named)
    hand = np.asarray(gradient(*arguments, **named), dtype=float)
    if hand.shape != engine.shape:
        if hand.size == engine.size == 1 or hand.squeeze().shape == engine.squeeze().shape:
            hand = hand.reshape(engine.shape)
        else:
            transposed = hand.T.shape == engine.shape and bool(_close(hand.T, engine).all())
            return HandCheck(name, False, hand, engine, transposed=transposed)
    wrong = tuple(tuple(map(int, index)) for index in np.argwhere(~_close(hand, engine)))
    return HandCheck(name, not wrong, hand, engine, wrong, _factor(hand, engine) if wrong else None)


def _engine_gradient(cost: Callable[..., Any], name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    if name in named:
        values = _lifted(named[name])
        result = cost(*arguments, **named | {name: values})
    else:
        variables = getattr(cost, "__globals__", {})
        if name not in variables:
            raise NameError(f"{name} is neither a keyword argument here nor a variable beside {_called(cost)}")
        values = _lifted(variables[name])
        with _holding(variables, name, values):
            result = cost(*arguments, **named)
    node = result.item() if isinstance(result, np.ndarray) and result.size == 1 else result
    if not isinstance(node, Value):
        raise TypeError(
            f"{_called(cost)} gives {type(node).__name__}, which is no Value made from {name}: let it give one number, "
            f"computed from {name} by NumPy's functions or plain arithmetic"
        )
    node.backward()
    return np.asarray(grad_of(values), dtype=float)


@contextmanager
def _holding(variables: dict[str, Any], name: str, values: Any) -> Iterator[None]:
    """Lets a variable hold `values`, and afterwards what it held before."""
    before = variables[name]
    variables[name] = values
    try:
        yield
    finally:
        variables[name] = before


def _lifted(parameter: Any) -> Any:
    numbers = np.asarray(parameter, dtype=float)
    return array(numbers) if numbers.shape else Value(float(numbers))


def _close(hand: Any, engine: Any) -> Any:
    largest = float(np.max(np.abs(engine), initial=0.0))
    return np.abs(hand - engine) <= _CLOSE * np.abs(engine) + 1e-12 * largest


def _factor(hand: Any, engine: Any) -> float | None:
    """The one number by which every entry of `hand` must be multiplied, if there is one."""
    at = np.unravel_index(int(np.argmax(np.abs(hand))), hand.shape)
    if hand[at] == 0.0:
        return None
    factor = float(engine[at] / hand[at])
    return factor if factor != 0.0 and bool(_close(factor * hand, engine).all()) else None


def _called(cost: Callable[..., Any]) -> str:
    return getattr(cost, "__name__", "the cost")


def _entry(name: str, index: tuple[int, ...]) -> str:
    return f"{name}[{','.join(map(str, index))}]" if index else name
