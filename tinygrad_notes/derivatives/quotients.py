"""The definition of a derivative, made visible.

f′(x) is where the difference quotient goes as h goes to 0. A computer cannot follow it all the way: first the
quotient walks toward f′(x), as Taylor's series says, then rounding takes over and carries it away. Only the
complex step, which takes no difference, gets there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tinygrad_notes.derivatives.detached import no_grad
from tinygrad_notes.derivatives.evaluation import evaluate
from tinygrad_notes.derivatives.modes import value_and_grad
from tinygrad_notes.number_systems import complexes
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import Number, Value, as_value

METHODS = ("forward", "central", "complex step")
DEFAULT_STEPS = tuple(10.0**-k for k in range(17))


@dataclass(frozen=True, slots=True)
class Quotient:
    """The quotients for one h, and how far each is from f′(x)."""

    h: float
    forward: float
    central: float
    complex_step: float
    errors: tuple[float, float, float]


@dataclass(frozen=True)
class DifferenceQuotients:
    """Difference quotients of a function at x for ever smaller h, beside the engine's derivative.

    Printed it is a table; `rows` is the data; `plot()` draws the errors.
    """

    x: float
    derivative: float
    rows: tuple[Quotient, ...]

    def best(self, method: str) -> Quotient:
        """The row in which `method` ("forward", "central" or "complex step") comes closest."""
        return min(self.rows, key=lambda row: row.errors[METHODS.index(method)])

    def table(self) -> str:
        """The rows as a Markdown table, each quotient with its error."""
        lines = ["| h | " + " | ".join(f"{method} | error" for method in METHODS) + " |", "|---:" * 7 + "|"]
        for row in self.rows:
            quotients = (row.forward, row.central, row.complex_step)
            cells = (f"{q:.15g} | {e:.1e}" for q, e in zip(quotients, row.errors, strict=True))
            lines.append(f"| {row.h:.0e} | {' | '.join(cells)} |")
        return "\n".join([*lines, "", f"f′({self.x:.15g}) = {self.derivative:.15g}"])

    __str__ = table
    _repr_markdown_ = table

    def plot(self, axes: Any = None) -> Any:
        """Draw the errors over h, both on logarithmic scales, and return matplotlib's axes.

        Raises ImportError if matplotlib is not installed.
        """
        try:
            from matplotlib import pyplot
        except ImportError:
            raise ImportError("plots need matplotlib, which is not installed: pip install matplotlib") from None
        axes = pyplot.subplots(layout="constrained")[1] if axes is None else axes
        hs = [row.h for row in self.rows]
        least = abs(self.derivative or 1.0) * 1e-17  # an error of 0 has no place on a logarithmic scale
        for k, (method, marker) in enumerate(zip(METHODS, "osd", strict=True)):
            axes.loglog(hs, [max(row.errors[k], least) for row in self.rows], marker=marker, label=method)
        axes.invert_xaxis()
        axes.set(xlabel="h", ylabel="distance from f′(x)", title=f"Difference quotients at x = {self.x:g}")
        axes.legend()
        return axes


def difference_quotient(f: Callable[[Any], Any], x: Number, hs: Sequence[float] = DEFAULT_STEPS) -> DifferenceQuotients:
    """Forward, central and complex-step quotients of f at x for every h.

        forward (f(x+h) - f(x)) / h     central (f(x+h) - f(x-h)) / 2h     complex step Im f(x+ih) / h

    Args:
        f: a function of one Value that returns one.
        x: where.
        hs: the steps, each above 0.

    Raises:
        ValueError: a step is not above 0.
        TypeError: f does not return one number.

    Example:
        >>> walk = difference_quotient(lambda x: x**3, 1.0, [1e-1, 1e-5, 1e-9])
        >>> [f"{row.errors[0]:.0e}" for row in walk.rows]  # toward 3, then away from it
        ['3e-01', '3e-05', '2e-07']
        >>> walk.best("central").h, walk.best("complex step").errors[2]
        (1e-05, 0.0)
    """
    if not all(h > 0.0 for h in hs):
        raise ValueError(f"every step h must be above 0, got {min(hs)!r}")
    at = as_value(x).data
    derivative = as_value(value_and_grad(f)(at)[1]).data  # a Value where f closes over one
    here, complex_value = _plain(f, at), _on_complex_numbers(f, at)
    rows = []
    for h in map(float, hs):
        above, below = _plain(f, at + h), _plain(f, at - h)
        quotients = (above - here) / h, (above - below) / (2.0 * h), complex_value(complex(at, h)).imag / h
        forward, central, complex_step = (abs(quotient - derivative) for quotient in quotients)
        rows.append(Quotient(h, *quotients, (forward, central, complex_step)))
    return DifferenceQuotients(at, derivative, tuple(rows))


def _plain(f: Callable[[Any], Any], x: float) -> float:
    """f's number at x, without a graph."""
    with no_grad():
        return as_value(f(Value(x))).data


def _on_complex_numbers(f: Callable[[Any], Any], x: float) -> Callable[[complex], complex]:
    """f as its graph at x has it, to be read at complex numbers; nan where those overflow."""
    start = Value(x)
    result = as_value(f(start))
    order = topological_order(result)

    def at(z: complex) -> complex:
        try:
            return complex(evaluate(order, {start: z}, complexes)[result])
        except (OverflowError, ZeroDivisionError, ValueError):
            return complex(math.nan, math.nan)

    return at
