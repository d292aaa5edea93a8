"""A recorded program as a function of PyTorch tensors, for autograd and for `torch.func`.

Every row of the table is a `torch.autograd.Function` with the table's derivatives, which are made of such functions
themselves: so derivatives of any order are ours.
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


def to_torch(program: Program) -> Callable[..., Any]:
    """See `Program.to_torch`."""
    torch = library("torch", "to_torch")
    system = _Rows(torch)
    worker = Worker(program, "a PyTorch function", torch.cat, torch.from_numpy, system.applied)
    own = torch.from_numpy(program.parameter_numbers())

    def function(*inputs: Any, parameters: Any = None) -> Any:
        numbers = own if parameters is None else system.tensor(parameters)
        return worker(numbers, [system.tensor(x) for x in inputs])

    return function


_COMPARISONS = {"less": operator.lt, "greater": operator.gt, "equal": operator.eq}


class _Base(InOrder):
    """PyTorch's functions by the table's names, of tensors and floats."""

    def __init__(self, torch: Any) -> None:
        self._torch = torch

    def tensor(self, number: Any) -> Any:
        return self._torch.as_tensor(number, dtype=self._torch.float64)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name in _COMPARISONS:
            return lambda a, b: self.tensor(_COMPARISONS[name](self.tensor(a), b))
        if name.startswith("_") or not hasattr(self._torch, name):
            raise AttributeError(f"PyTorch has no function {name!r}")
        function = getattr(self._torch, name)
        return lambda *operands: function(*map(self.tensor, operands))

    def where(self, condition: Any, a: Any, b: Any) -> Any:
        return self._torch.where(self.tensor(condition) != 0.0, self.tensor(a), self.tensor(b))

    def sign(self, a: Any) -> Any:
        return self._torch.where(a == a, self._torch.sign(a), a)  # nan stays nan

    def cbrt(self, a: Any) -> Any:
        """∛a by one step of Newton's method from |a|^(1/3), whose last digits are wrong."""
        size = self._torch.abs(a)
        root = self._torch.pow(size, 1.0 / 3.0)
        square = root * root
        better = root - (root - size / square) / 3.0
        is_number = (square > 0.0) & self._torch.isfinite(size)
        return self._torch.copysign(self._torch.where(is_number, better, root), a)

    @property
    def largest(self) -> Any:
        raise AttributeError("the rules compare two numbers at a time")


class _Rows(RowSystem):
    """Rows as `torch.autograd.Function`s."""

    def __init__(self, torch: Any) -> None:
        self._torch, self._base = torch, _Base(torch)
        self.tensor, self._row = self._base.tensor, _row_function(self)

    def applied(self, row: Operation, constants: dict[int, Any], live: Sequence[Any]) -> Any:
        tensors = self._torch.broadcast_tensors(*map(self.tensor, live))
        return self._row.apply((row, constants), *tensors)

    def flows(self, what: Any, live: Sequence[Any], out: Any, by: Callable[[int, Any, Any], Any]) -> list[Any]:
        """`by(position among the live, slope, which do not matter)` for each live operand; None where none flows."""
        row, constants = what
        operands = merged(constants, live)
        positions = [k for k in range(len(operands)) if k not in constants]
        slopes = row.read(self)[1](*operands, out)
        return [
            None
            if slopes[k] is NOTHING
            else by(i, self.tensor(slopes[k]), self._unpicked(row, slopes[k], operands, out))
            for i, k in enumerate(positions)
        ]

    def _unpicked(self, row: Operation, slope: Any, operands: list[Any], out: Any) -> Callable[[Any], Any]:
        """adjoint ↦ where nothing flows; see `tinygrad_notes.picking`."""
        torch, slope = self._torch, self.tensor(slope)
        if row.picks:
            return lambda adjoint: slope == 0.0
        if not row.overflows:
            return lambda adjoint: torch.zeros((), dtype=torch.bool)
        beyond = torch.isinf(out) & (operands[0] != 0.0) & torch.isinf(slope)
        return lambda adjoint: beyond & (adjoint == 0.0)


def _row_function(system: _Rows) -> Any:
    """The `autograd.Function` that applies a row; its first argument is the row and its plain numbers."""
    torch = system._torch

    class Row(torch.autograd.Function):  # type: ignore[misc, name-defined]  # PyTorch need not be there
        generate_vmap_rule = True

        @staticmethod
        def forward(what: Any, *live: Any) -> Any:
            row, constants = what
            out = row.read(system._base)[0](*merged(constants, live))
            return out.clone() if any(out is x for x in live) else out

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.what = inputs[0]
            ctx.save_for_backward(*inputs[1:], output)
            ctx.save_for_forward(*inputs[1:], output)

        @staticmethod
        def backward(ctx: Any, adjoint: Any) -> Any:
            *live, out = ctx.saved_tensors

            def by(_: int, slope: Any, unpicked: Any) -> Any:
                return torch.where(unpicked(adjoint), 0.0, slope * adjoint).expand(out.shape)

            return (None, *system.flows(ctx.what, live, out, by))

        @staticmethod
        def jvp(ctx: Any, _: Any, *tangents: Any) -> Any:
            *live, out = ctx.saved_tensors

            def by(position: int, slope: Any, unpicked: Any) -> Any:
                tangent = tangents[position]
                return None if tangent is None else torch.where(unpicked(tangent), 0.0, slope * tangent)

            parts = [part for part in system.flows(ctx.what, live, out, by) if part is not None]
            return functools.reduce(operator.add, parts, torch.zeros_like(out))

    return Row
