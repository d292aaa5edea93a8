"""Programs as array operations that leave every row of the table whole, for libraries that differentiate themselves.

The executors of replay take the rows apart into functions of numbers. Here a row stays one step, so that a library can
be given its derivatives: by them every order of derivative is ours, edges included, while the library does the
sweeping.
"""

from __future__ import annotations

import functools
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_notes.errors import ExchangeError
from tinygrad_notes.number_systems import floats
from tinygrad_notes.operations import TABLE, Operation
from tinygrad_notes.replay import tape as places
from tinygrad_notes.replay.executors.interface import Array
from tinygrad_notes.replay.executors.pieces import OVER_TERMS, Buffers
from tinygrad_notes.replay.graph import INPUT, Graph
from tinygrad_notes.replay.lowering import Lowered, leaves_on
from tinygrad_notes.replay.plan import Plan, Step, plan
from tinygrad_notes.replay.tape import Place, Tape

if TYPE_CHECKING:
    from tinygrad_notes.replay.branches import Branch
    from tinygrad_notes.replay.program import Program

_SUMS_AND_PRODUCTS = frozenset(
    ["add", "subtract", "multiply", "negative", "identity", "square", "sum", "mean", "product", "dot", "weighted_sum"]
)
"""Rows that a library differentiates as the table does, and which may become matrix products."""


def only_way(program: Program, target: str) -> Branch:
    """The program's one branch; ExchangeError where the recorded function compares Values."""
    branch: Branch = program.branches.recorded[0]
    if branch.guards:
        raise ExchangeError(
            f"the recorded function compares Values (at {branch.guards[-1].place}), and {target} takes one path for "
            "all samples: in place of the if write where(greater(x, y), a, b), where(less(x, y), a, b), maximum or "
            "relu; to_c() holds every recorded path"
        )
    return branch


def row_plan(graph: Graph, parameters: int) -> Plan:
    """The plan of a graph's results. A step is named after its row and the operands that are plain numbers: "pow:1"."""
    tape = Tape()
    rules = [functools.partial(_written, tape, row) for row in graph.rows]
    values = graph.worked(rules, leaves_on(tape))
    outputs = tuple([tape.place_of(values[output]).index for output in graph.outputs])
    return plan(Lowered(tape, outputs), parameters, int((graph.codes == INPUT).sum()))


def _written(tape: Tape, row: Operation, *operands: Any) -> Any:
    plain = [k for k, operand in enumerate(operands) if operand.__class__ is not Place]
    if len(plain) == len(operands):
        return row.read(floats)[0](*operands)
    if row.name == "product":  # as a library multiplies: what leaves the range of floats on the way is its own to mend
        return functools.reduce(operator.mul, operands)
    if row.name in _SUMS_AND_PRODUCTS:
        return row.read(places)[0](*operands)
    name = f"{row.name}:{','.join(map(str, plain))}"
    return tape.write(name, tuple([tape.place_of(operand).index for operand in operands]))


class InOrder:
    """A number system of arrays that adds up from first to last."""

    def total(self, xs: Sequence[Any]) -> Any:
        return functools.reduce(operator.add, xs)


class RowSystem(InOrder, ABC):
    """The number system whose functions are rows of the table, each with its derivatives: what rules are read over."""

    EXACT = False

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or name not in TABLE:
            raise AttributeError(f"no operation is named {name!r}")
        return lambda *operands: self.applied(TABLE[name], {}, operands)

    @abstractmethod
    def applied(self, row: Operation, constants: dict[int, Any], live: Sequence[Any]) -> Any:
        """`row` of its operands: the plain numbers by position, and the others in order."""


RowFunction = Callable[[Operation, dict[int, Any], list[Any]], Any]
"""Applies a row to arrays: the operands that are plain numbers, by position, and the others in order."""


class Worker:
    """Works a program's plan with the arrays of a library.

    Args:
        program: what to work; of one way.
        target: what it becomes, for messages.
        joined: puts arrays one behind the other.
        constant: makes an array of the library of one of NumPy's.
        apply: see `RowFunction`.
    """

    def __init__(
        self, program: Program, target: str, joined: Any, constant: Callable[[Array], Any], apply: RowFunction
    ) -> None:
        self.plan = row_plan(only_way(program, target).graph, len(program.parameters))
        self.shapes, self.output_shape = program.input_shapes, program.output_shape
        self._sizes = program.signature.sizes
        self._joined, self._constant, self._apply = joined, constant, apply
        self._numbers = dict(zip(self.plan.number_slots.tolist(), self.plan.numbers.tolist()))

    def batch(self, inputs: Sequence[Any]) -> tuple[Any, tuple[int, ...]]:
        """The inputs side by side, a row for each sample, and the shape of the batch: () for one sample."""
        if len(inputs) != len(self.shapes):
            raise ValueError(f"this program takes {len(self.shapes)} inputs, got {len(inputs)}")
        batches = []
        for position, (array, shape) in enumerate(zip(inputs, self.shapes)):
            cut = array.ndim - len(shape)
            if cut < 0 or tuple(array.shape[cut:]) != shape:
                told = f"input {position} must have shape (…, {', '.join(map(str, shape))})"
                raise ValueError(f"{told}, one sample's behind those of a batch; got {tuple(array.shape)}")
            batches.append(tuple(array.shape[:cut]))
        if len(set(batches)) > 1:
            raise ValueError(f"all inputs must have one batch shape, got {', '.join(map(str, batches))}")
        samples = int(np.prod(batches[0], dtype=int))
        flat = [array.reshape(samples, size).T for array, size in zip(inputs, self._sizes)]
        return flat[0] if len(flat) == 1 else self._joined(flat), batches[0]

    def __call__(self, parameters: Any, inputs: Sequence[Any]) -> Any:
        """The results, of the batch's shape followed by the shape of one result."""
        if tuple(parameters.shape) != (self.plan.parameters,):
            told = f"this program has parameters of shape {(self.plan.parameters,)}"
            raise ValueError(f"{told}, got {tuple(parameters.shape)}")
        columns, batch = self.batch(inputs)
        buffers = Buffers(self._joined, parameters.reshape(-1, 1), columns)
        for slot, number in self._numbers.items():
            buffers.uniform.put(slot, self._constant(np.full((1, 1), number)))
        for step in self.plan.steps:
            buffers.put(step.out, self._work(step, buffers))
        zeros = self._constant(np.zeros((1, columns.shape[1])))
        rows = [
            buffers.varying.rows(place) if place >= 0 else buffers.uniform.rows(-1 - place) + zeros
            for place in self.plan.outputs[:, None]
        ]
        found = rows[0] if len(rows) == 1 else self._joined(rows)
        return found.T.reshape((*batch, *self.output_shape))

    def _work(self, step: Step, buffers: Buffers) -> Any:
        name, colon, plain = step.name.partition(":")
        if not colon:
            return _NATIVE[name](*map(buffers.rows, step.operands))
        constants = {
            k: np.array([[self._numbers[slot]] for slot in step.operands[k].slots.tolist()])
            for k in map(int, filter(None, plain.split(",")))
        }
        live = [buffers.rows(operand) for k, operand in enumerate(step.operands) if k not in constants]
        return self._apply(TABLE[name], {k: self._constant(array) for k, array in constants.items()}, live)


_NATIVE: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "negative": lambda a: -a,
    "divide": lambda a, b: a / b,
    **OVER_TERMS,
}
"""The steps that are no rows."""


def merged(constants: dict[int, Any], live: Sequence[Any]) -> list[Any]:
    """All operands in order."""
    others = iter(live)
    return [constants[k] if k in constants else next(others) for k in range(len(constants) + len(live))]
