"""Plain numbers beside a Value: each becomes a node when somebody looks at it, not before.

The engine needs no node for the 2 in `x * 2` to compute and to differentiate. So `value.py` leaves UNWRITTEN where that
node would stand, and the number in `by_rest`: `x * 2`, `1 - x` and `x ** 2` take two thirds of the time that they take
with a node (benchmarks/engine.py). `operands` and `local_derivatives` write the node, once, as it would have been made.
While a watcher is on, every number gets its node at once.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from tinygrad_notes.number_systems import floats
from tinygrad_notes.operations import CONSTANT, DIVIDE, POW
from tinygrad_notes.rules import SMALL_EXPONENT

_writing = Lock()  # threads that look at once shall find one node
_power, _slopes_of_power = POW.read(floats)
_quotient, _slopes_of_quotient = DIVIDE.read(floats)


def write(node: Any, unwritten: Any, make: Callable[..., Any]) -> None:
    """Make the node of the plain number in `node.by_rest`, and put it where `unwritten` stands.

    If a pass has run, the node gets the gradient that this pass would have given it. At most one
    pass has run: a second one calls this function before it starts, so that the gradient adds up as in any leaf. In a
    power, `by_right` holds the base until then: the slope by the exponent needs a logarithm, and most programs never
    read it.
    """
    with _writing:
        number = node.by_rest
        if number.__class__ is not float:  # another thread was faster
            return
        written = make(number, CONSTANT, (), ())
        is_right = node.right is unwritten
        if node.operation is POW:
            base = node.by_right
            node.by_right = _slopes_of_power(base, number, _power(base, number))[1]
        if node._grad:
            written._grad = node._grad * (node.by_right if is_right else node.by_left)
        if is_right:
            node.right = written
        else:
            node.left = written
        node.by_rest = ()


def divided(a: float, b: float) -> tuple[float, float, float]:
    """a / b and its slopes by both, at once where nothing can overflow."""
    if 1e-100 < b < 1e100 and -1e100 < a < 1e100:
        out = a / b
        return out, 1.0 / b, -(out / b)
    out = _quotient(a, b)
    return out, *_slopes_of_quotient(a, b, out)


def powered(a: float, b: float) -> tuple[float, float]:
    """a^b and its slope by a, as the table has them: b·a^(b-1), at once where no special case is near."""
    is_far_from_poles = abs(a) < 1e30 and (b >= 1.0 or abs(a) > 1e-30) and -9.0 <= b <= 9.0
    if is_far_from_poles and 1.0 - (1.0 - b) == b and (a > 0.0 or b.is_integer()) and abs(b) >= SMALL_EXPONENT:
        return a**b, b * a ** (b - 1.0)
    out = _power(a, b)
    return out, _slopes_of_power(a, b, out)[0]
