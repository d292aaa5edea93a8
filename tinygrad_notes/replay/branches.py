"""Branches: the control-flow paths of samples through a function's comparisons.

A function that compares Values takes one path while it is recorded. The comparisons on this path are its guards. A
sample for which all guards have the recorded outcome takes the same path, so the branch gives its result. For any
other sample, the function is recorded again on that sample.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygrad_notes.errors import BranchError as BranchError
from tinygrad_notes.operations import GAP
from tinygrad_notes.refusals import counted
from tinygrad_notes.replay.executors.interface import Array, Executor, Job, Pool, Wanted
from tinygrad_notes.replay.executors.python import has_nan, mended
from tinygrad_notes.replay.graph import INPUT, RELATIONS, Graph, Guard, gather_linear_forms
from tinygrad_notes.replay.plan import Plan
from tinygrad_notes.replay.recording import numbers_of
from tinygrad_notes.value import Value

Rows = NDArray[np.intp]
Rerun = Callable[[Sequence[Array], bool], tuple["Branch", tuple[int, ...]]]
"""From a sample, and whether to guard all, to the branch that it takes and the shape of its result."""

_recording = RLock()
"""Held while a function is recorded anew, when parameters may hold numbers that are not theirs, and to read these."""

NO_NUMBERS = np.empty(0)


class Branch:
    """One recorded path through the function: its graph, and the plans made of it."""

    def __init__(self, graph: Graph) -> None:
        self.recorded = graph
        self._pools: dict[Any, Pool] = {}

    @cached_property
    def graph(self) -> Graph:
        return gather_linear_forms(self.recorded)

    @cached_property
    def guards(self) -> tuple[Guard, ...]:
        """The guards, each once."""
        return tuple({(g.relation, g.left, g.right, g.outcome): g for g in reversed(self.graph.guards)}.values())[::-1]

    @cached_property
    def way(self) -> int:
        """A hash of the comparisons and their outcomes, the same in all processes; never 0."""
        leaves = self.recorded.leaves
        ways = [(g.relation, g.outcome, g.place, leaves[g.right].hex()) for g in self.recorded.guards]
        return zlib.crc32(repr(list(dict.fromkeys(ways))).encode()) or 1

    def compares_as(self, other: Branch) -> bool:
        """Whether both take the same path: by the same comparisons, between the same numbers."""
        mine, theirs = self.recorded, other.recorded
        return mine.guards == theirs.guards and mine.leaves.tobytes() == theirs.leaves.tobytes()

    def depends_on_inputs(self) -> bool:
        """Whether any output, or any comparison, is computed from an input."""
        graph = self.recorded  # all of which leads to an output or a comparison, save for inputs that nothing reads
        return any((graph.codes[nodes] == INPUT).any() for nodes in (graph.operands, graph.ends))

    def values(self, executor: Executor, parameters: int) -> Pool:
        return self._pool(("values", parameters), executor, lambda: self._job(parameters))

    def gradients(self, executor: Executor, parameters: int, summed: bool, by_input: bool) -> Pool:
        key = ("gradients", parameters, summed, by_input)
        return self._pool(key, executor, lambda: self._job(parameters, True, summed, by_input))

    def derivatives(
        self, executor: Executor, numbers: Array, inputs: list[Array], samples: int, summed: bool, by_input: bool
    ) -> Wanted:
        """What `gradients` gives for a batch, in which operands that were not picked do not matter."""
        pool = self.gradients(executor, len(numbers), summed, by_input)
        found = pool(numbers, inputs, samples)
        if not self.may_be_mended or not self._shows_nan(pool, found if self.has_gaps else found[1:]):
            return found
        per_sample = (
            self.gradients(executor, len(numbers), False, by_input)(numbers, inputs, samples) if summed else found
        )
        values, by_parameters, by_inputs = mended(self.recorded, numbers, inputs, per_sample, samples)
        if not summed:
            return values, by_parameters, by_inputs
        total, count = found[0]
        sums = np.array([np.where(np.isnan(total), values.sum(), total), count])
        return sums, by_parameters.sum(1, keepdims=True), by_inputs

    def results(self, executor: Executor, numbers: Array, inputs: list[Array], samples: int) -> Array:
        """What `values` gives for a batch, in which equal infinities are no distance apart."""
        pool = self.values(executor, len(numbers))
        found = pool(numbers, inputs, samples)
        if not self.has_gaps or not self._shows_nan(pool, found[:1]):
            return found[0]
        return mended(self.recorded, numbers, inputs, found, samples)[0]

    @staticmethod
    def _shows_nan(pool: Pool, found: Sequence[Array]) -> bool:
        return any(map(has_nan, found)) and len(pool.run.of_all_processes(0)) == 1

    @cached_property
    def has_gaps(self) -> bool:
        """Whether a nan among the values may come from equal infinities."""
        return any(row is GAP for row in self.recorded.rows)

    @cached_property
    def may_be_mended(self) -> bool:
        """Whether a nan among the derivatives may come from an operand not picked, from an overflow, or from a gap."""
        return self.has_gaps or any(row.picks or row.overflows for row in self.recorded.rows)

    def value_plan(self, parameters: int) -> Plan:
        """The plan to read, in which quantities have names."""
        return replace(self._job(parameters), graph=self.graph).plan

    def gradient_plan(self, parameters: int, summed: bool = True, by_input: bool = False) -> Plan:
        """The same for values and gradients."""
        return replace(self._job(parameters, True, summed, by_input), graph=self.graph).plan

    def _job(self, parameters: int, *gradients: bool) -> Job:
        return Job(self._nameless, parameters, self.graph.outputs, *gradients)

    @cached_property
    def _nameless(self) -> Graph:
        """The graph to compute with: to name every weight's adjoint takes a sixth of the time of making a plan."""
        return replace(self.graph, labels={})

    def follows(self, executor: Executor, numbers: Array, inputs: list[Array], samples: int) -> NDArray[np.bool_]:
        """Which samples take this path: those for which every comparison has the recorded outcome."""
        found = self.comparisons(executor, len(numbers))(numbers, inputs, samples)[0]
        follows = np.ones(samples, bool)
        for guard, left, right in zip(self.guards, found[::2], found[1::2]):
            follows &= RELATIONS[guard.relation](left, right) == guard.outcome
        return follows

    def comparisons(self, executor: Executor, parameters: int) -> Pool:
        sides = tuple(side for guard in self.guards for side in (guard.left, guard.right))
        return self._pool(("guards", parameters), executor, lambda: Job(self.graph, parameters, sides))

    def _pool(self, key: Any, executor: Executor, make: Callable[[], Job]) -> Pool:
        pool = self._pools.get((key, executor))
        if pool is None:
            pool = self._pools[key, executor] = Pool(executor(make()))
        return pool


class Branches:
    """The recorded branches of a function, and the means to record another."""

    def __init__(
        self,
        recorded: list[Branch],
        parameters: list[Value],
        rerun: Rerun | None,
        output_shape: tuple[int, ...],
        limit: int = 64,
        guards_all: bool = False,
    ) -> None:
        self.recorded = recorded
        self.parameters = parameters
        self._rerun, self._guards_all = rerun, guards_all
        self._output_shape, self.limit = output_shape, limit

    @cached_property
    def guarding_all(self) -> Branches:
        """Branches of the same function that assume nothing; none at first, and never saved."""
        return Branches([], self.parameters, self._rerun, self._output_shape, self.limit, guards_all=True)

    def split(
        self, executor: Executor, inputs: list[Array], samples: int, given: Array | None
    ) -> tuple[Branch | list[tuple[Branch, Rows]], Array]:
        """The branch that the whole batch takes, or each branch with its rows; and the parameters' numbers.

        Missing branches are recorded. A sample that was recorded takes the branch that it took then: where an executor
        rounds otherwise than the eager engine, it may follow none.
        """
        numbers = self.numbers(given)
        if self.recorded and not self.recorded[0].guards:
            return self.recorded[0], numbers
        rows_of: dict[Branch, list[Rows]] = {}
        waiting = np.arange(samples)
        tried = 0
        while len(waiting):
            left = [array[waiting] for array in inputs]
            if tried < len(self.recorded):
                branch = self.recorded[tried]
                numbers = self.numbers(numbers)
                follows = branch.follows(executor, numbers, left, len(waiting))
                tried += 1
            else:
                branch = self._taken_by([array[0] for array in left], given)
                follows = waiting == waiting[0]
            if follows.any():
                rows_of.setdefault(branch, []).append(waiting[follows])
                waiting = waiting[~follows]
        numbers = self.numbers(numbers)
        if len(rows_of) < 2:
            return next(iter(rows_of), self.recorded[0]), numbers
        return [(branch, np.concatenate(rows)) for branch, rows in rows_of.items()], numbers

    def check_processes(self, executor: Executor, parts: Branch | list[tuple[Branch, Rows]]) -> None:
        """Raise BranchError, in all processes, unless all that share a batch take the same one branch."""
        first = self.recorded[0]
        if not first.guards:
            return
        run = first.comparisons(executor, len(self.parameters)).run
        ways = run.of_all_processes(parts.way if isinstance(parts, Branch) else 0)
        if len(ways) > 1 and (0 in ways or len(set(ways)) > 1):
            raise BranchError(
                f"the samples of {len(ways)} processes take different paths through the comparisons (such as the one "
                f"at {first.guards[-1].place}), and sums over all of them need one: use where(greater(x, y), a, b), "
                "maximum or relu in place of an if"
            )

    def given(self, numbers: ArrayLike | None) -> Array | None:
        """Checked numbers for the first parameters; ValueError or TypeError if they do not fit."""
        if numbers is None:
            return None
        array = numbers_of(numbers, "parameters")
        if array.ndim != 1 or len(array) > len(self.parameters):
            raise ValueError(
                f"this program has {counted(len(self.parameters), 'parameter')}, got numbers of shape {array.shape}: "
                "give one for each, in one row, in the order of program.parameters"
            )
        return array

    def numbers(self, given: Array | None = None) -> Array:
        """The parameters' numbers: the given ones for the first parameters, and the `data` of the others."""
        if not self.parameters:
            return NO_NUMBERS
        known = 0 if given is None else len(given)
        if given is not None and known == len(self.parameters):
            return given
        with _recording:
            others = np.array([parameter.data for parameter in self.parameters[known:]], np.float64)
        return others if given is None else np.concatenate([given, others])

    @property
    def assume(self) -> bool:
        """Whether a derivative in any of them is only right if no operation overflows."""
        return any(branch.recorded.assumes for branch in self.recorded)

    @property
    def can_grow(self) -> bool:
        return self._rerun is not None and len(self.recorded) < self.limit

    def _taken_by(self, sample: list[Array], given: Array | None) -> Branch:
        """The branch that the function takes on a sample: one that is there, or it is recorded."""
        guards = self.recorded[0].guards if self.recorded else ()
        place = guards[-1].place if guards else "a derivative of what overflows"
        if self._rerun is None:
            raise BranchError(
                f"a sample takes a way through the comparisons (such as the one at {place}) that this program, loaded "
                "from a file, does not hold: record the function on such a sample before saving"
            )
        with _recording, _holding(self.parameters, given):
            branch, shape = self._rerun(sample, self._guards_all)
            if shape != self._output_shape:
                raise BranchError(
                    f"after the comparison at {place} the function returns shape {shape}, before it "
                    f"{self._output_shape}: every branch must return the same shape"
                )
            for known in self.recorded:
                if known.compares_as(branch):
                    return known
            if len(self.recorded) >= self.limit:
                raise BranchError(
                    f"more than {self.limit} paths through the comparisons, such as the one at {place}, were taken: "
                    "use where(greater(x, y), a, b), maximum or relu in place of an if, or raise max_branches"
                )
            self.recorded.append(branch)
            return branch


@contextmanager
def _holding(parameters: list[Value], given: Array | None) -> Iterator[None]:
    """Inside the `with` block the parameters hold the numbers given, for the function reads them there."""
    changed = list(zip(parameters, [] if given is None else given.tolist()))
    before = [parameter.data for parameter, _ in changed]
    try:
        for parameter, number in changed:
            parameter.data = number
        yield
    finally:
        for (parameter, _), number in zip(changed, before):
            parameter.data = number
