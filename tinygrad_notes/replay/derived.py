"""Programs for the Jacobian and the Hessian of a program: derivatives recorded in their turn.

The recorded graph is worked over Values and derived by forward mode. Only the entries that are not 0 by structure are
computed. Inputs that no result shares get one color and one sweep, as Curtis, Powell and Reid ("On the estimation of
sparse Jacobian matrices", 1974) do with quotients. A tridiagonal system takes three sweeps, whatever its size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from tinygrad_notes.derivatives.reverse import directional_derivatives, gradients
from tinygrad_notes.derivatives.rows import dependence
from tinygrad_notes.passes import topological_order
from tinygrad_notes.replay.branches import Branch, Branches
from tinygrad_notes.replay.executors.interface import Array
from tinygrad_notes.replay.graph import INPUT, NUMBER, PARAMETER, RELATIONS
from tinygrad_notes.replay.recording import run_on_values
from tinygrad_notes.value import Value, apply, constant

if TYPE_CHECKING:
    from tinygrad_notes.replay.program import Program

Place = tuple[int, int]


class Derived:
    """The derivatives by input `argnum` of a program's results or, with `second`, of the gradient of its one result.

    Attributes:
        places: row and column of every entry that is computed; all others are 0.
    """

    def __init__(self, program: Program, argnum: int, second: bool, example: Sequence[Array]) -> None:
        self._program, self._second = program, second
        self._first = program.signature.cuts[argnum]
        self._columns = math.prod(program.input_shapes[argnum])
        self._rows = self._columns if second else math.prod(program.output_shape)
        self.places: list[Place] = sorted(self._entries(program.branches, self._inputs(example)))
        try:
            self._record(example)
        except _OtherStructureError:  # a recorded rule may have two forms, of which this sample takes one
            self._record_all(example)

    def __call__(self, inputs: Sequence[ArrayLike], parameters: ArrayLike | None) -> Array:
        """The derivatives, of shape (samples, rows · columns)."""
        try:
            entries = self._entries_program(*inputs, parameters=parameters)
        except _OtherStructureError:  # behind another comparison
            self._record_all([array[0] for array in self._program.signature.batch(inputs)[0]])
            entries = self._entries_program(*inputs, parameters=parameters)
        found = np.zeros((len(entries), self._rows * self._columns))
        found[:, self._flat] = entries
        return found

    def _record_all(self, example: Sequence[Array]) -> None:
        """All entries there are, which will do for all branches."""
        self.places = [(row, column) for row in range(self._rows) for column in range(self._columns)]
        self._record(example)

    def _record(self, example: Sequence[Array]) -> None:
        program, found = self._program, list(self._program.parameters)

        def rerun(numbers: Sequence[Array], guards_all: bool = False) -> tuple[Branch, tuple[int, ...]]:
            flat = [np.asarray(number).ravel() for number in numbers]
            guarding = guards_all and program.branches.assume
            listed = partial(self._listed, program.branches.guarding_all if guarding else program.branches)
            graph, shape = run_on_values(listed, flat, found, guards_all)
            return Branch(graph), shape

        branch, shape = rerun(example)
        branches = Branches([branch], found, rerun, shape, program.branches.limit)
        self._entries_program = type(program)(program.input_shapes, shape, branches, program._executor)
        self._flat = np.array([row * self._columns + column for row, column in self.places], np.intp)

    def _listed(self, branches: Branches, *inputs: Any) -> list[Any]:
        """The entries in the order of `places`, for the recorder."""
        entries = self._entries(branches, [x for array in inputs for x in array])
        if not entries.keys() <= set(self.places):
            raise _OtherStructureError
        return [entries.get(place, constant(0.0)) for place in self.places] or [constant(0.0)]

    def _inputs(self, example: Sequence[Array]) -> list[Value]:
        return [Value(number) for array in example for number in np.asarray(array).ravel().tolist()]

    def _entries(self, branches: Branches, inputs: list[Value]) -> dict[Place, Value]:
        """The derivatives that are not 0 by structure, at the inputs' numbers."""
        outputs = _worked(self._program, branches, inputs)
        by = inputs[self._first : self._first + self._columns]
        if self._second:
            outputs = gradients(outputs, by)
        depends = dependence(topological_order(*outputs), by)
        masks = [depends.get(output, 0) for output in outputs]
        entries: dict[Place, Value] = {}
        for color in _colors(masks, len(by)):
            tangents = directional_derivatives(outputs, [by[k] for k in color], [1.0] * len(color))
            for k in color:
                entries.update({(row, k): tangents[row] for row, mask in enumerate(masks) if mask >> k & 1})
        return entries


class _OtherStructureError(Exception):
    """A branch has derivatives where those recorded so far have none."""


def _worked(program: Program, branches: Branches, inputs: list[Value]) -> list[Value]:
    """The results of the branch that these inputs take, computed on Values, its comparisons taken once more."""
    numbers, own = (np.array([v._data for v in values]) for values in (inputs, program.parameters))
    arrays = [numbers[None, first:stop] for first, stop in zip(program.signature.cuts, program.signature.cuts[1:])]
    parts, _ = branches.split(program._executor, arrays, 1, own)
    graph = (parts if isinstance(parts, Branch) else parts[0][0]).graph
    leaves: dict[int, Callable[[float], Value]] = {
        INPUT: lambda position: inputs[int(position)],
        PARAMETER: lambda position: program.parameters[int(position)],
        NUMBER: constant,
    }
    values = graph.worked([lambda *used, row=row: apply(row, used) for row in graph.rows], leaves)
    for guard in graph.guards:
        RELATIONS[guard.relation](values[guard.left], values[guard.right])
    return [values[output] for output in graph.outputs]


def _colors(masks: Sequence[int], count: int) -> list[list[int]]:
    """Columns in groups of which no row has two, greedily; those that no row has are in none."""
    rows_of = [0] * count
    for row, mask in enumerate(masks):
        while mask:
            lowest = mask & -mask
            rows_of[lowest.bit_length() - 1] |= 1 << row
            mask ^= lowest
    colors: list[list[int]] = []
    taken: list[int] = []
    for column, rows in enumerate(rows_of):
        if not rows:
            continue
        color = next((c for c, used in enumerate(taken) if not used & rows), len(taken))
        if color == len(taken):
            colors.append([])
            taken.append(0)
        colors[color].append(column)
        taken[color] |= rows
    return colors
