"""A recorded program as a function of JAX arrays, which jit, grad, vmap, jvp and their kind go through.

Every row of the table is a `jax.custom_jvp` with the table's derivatives, which are made of such functions themselves:
so derivatives of any order are ours.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tinygrad_notes.exchange.libraries import library
from tinygrad_notes.exchange.rows import InOrder, RowSystem, Worker, merged
from tinygrad_notes.operations import Operation
from tinygrad_notes.picking import NOTHING

if TYPE_CHECKING:
    from tinygrad_notes.replay.program import Program

_HUGE = 1e300


def to_jax(program: Program) -> Callable[..., Any]:
    """See `Program.to_jax`."""
    jax = library("jax", "to_jax")
    system = _Rows(jax)
    worker = Worker(program, "a JAX function", jax.numpy.concatenate, lambda array: array, system.applied)
    work, own = jax.jit(worker), program.parameter_numbers()

    def function(*inputs: Any, parameters: Any = None) -> Any:
        if not jax.config.jax_enable_x64:
            raise ValueError(
                "JAX is set to 32-bit floats, which this program was not recorded in: call "
                'jax.config.update("jax_enable_x64", True) first'
            )
        numbers = jax.numpy.asarray(own if parameters is None else parameters, float)
        return work(numbers, [jax.numpy.asarray(x, float) for x in inputs])

    return function


class _Base(InOrder):
    """JAX's functions by the table's names, with the sums of a few."""

    def __getattr__(self, name: str) -> Any:
        from tinygrad_notes.number_systems import jax_arrays

        return getattr(jax_arrays, name)


class _Rows(RowSystem):
    """Rows as `jax.custom_jvp`s."""

    def __init__(self, jax: Any) -> None:
        self._jax, self._base = jax, _Base()

    def applied(self, row: Operation, constants: dict[int, Any], live: Sequence[Any]) -> Any:
        value, derivatives = row.read(self._base)[0], row.read(self)[1]

        function = self._jax.custom_jvp(lambda *live: value(*merged(constants, live)))

        def jvp(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Any, Any]:
            out = function(*primals)
            operands = merged(constants, primals)
            positions = [k for k in range(len(operands)) if k not in constants]
            slopes = derivatives(*operands, out)
            parts = [
                self._flow(row, slopes[k], tangent, operands, out)
                for k, tangent in zip(positions, tangents)
                if slopes[k] is not NOTHING
            ]
            return out, functools.reduce(operator.add, parts, self._jax.numpy.zeros_like(out))

        function.defjvp(jvp)
        return function(*[self._jax.numpy.asarray(x, float) for x in live])

    def _flow(self, row: Operation, slope: Any, tangent: Any, operands: list[Any], out: Any) -> Any:
        """slope · tangent, linear in the tangent; `tinygrad_notes.picking` says when it is 0 all the same."""
        xp = self._jax.numpy
        if row.picks:
            return xp.where(slope == 0.0, 0.0, slope * xp.where(slope == 0.0, 0.0, tangent))
        if not row.overflows:
            return slope * tangent
        beyond = xp.isinf(out) & (operands[0] != 0.0) & xp.isinf(slope)
        flow = xp.where(beyond, xp.sign(slope), slope) * tangent
        for _ in range(3):  # three times a huge number is ∞ for all but 0
            flow = self._jax.lax.optimization_barrier(flow * xp.where(beyond, _HUGE, 1.0))
        return flow
