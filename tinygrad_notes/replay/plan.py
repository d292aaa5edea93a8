"""The plan of a program: array operations in order, found in the tape.

Instructions are placed in levels (a level needs only those below it), and those of a level that do the same become one
step over many rows. Dot products that share their varying numbers become one matrix product, weights times inputs;
sums over samples of all products of two sets of rows become one product of the two matrices.

Every place has a slot: a row of a buffer with one column per sample if it varies, else an entry of a vector. Slots are
handed out so that what a step reads lies, wherever possible, in one piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.replay.grouping import Group, grouped
from tinygrad_notes.replay.lowering import Lowered
from tinygrad_notes.replay.tape import INPUT, NUMBER, PARAMETER, SAMPLE_DOT, SAMPLE_SUM, SAMPLES, Tape

Index = NDArray[np.int32]
_LEAVES = frozenset((INPUT, PARAMETER, NUMBER, SAMPLES))


@dataclass(frozen=True, slots=True)
class Rows:
    """Slots in one of the two buffers, in any shape."""

    varying: bool
    slots: Index


@dataclass(frozen=True, slots=True)
class Step:
    """One array operation. `out` holds consecutive slots.

    | name | operands | out |
    |---|---|---|
    | a function of the number system | each (n,) | (n,) |
    | "total", "largest" | (n, terms) | (n,) |
    | "dot" | two of (n, terms) | (n,) |
    | "matrix_product" | weights (m, terms), inputs (groups, terms) | (groups, m) |
    | "sample_sum" | (n, terms) | (n,), summed over the samples |
    | "sample_dot" | two of (n, terms) | (n,), summed over the samples |
    | "sample_product" | (m, terms), (k, terms) | (m, k), summed over the samples |
    """

    name: str
    out: Rows
    operands: tuple[Rows, ...]
    level: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in three phases: `before` and `after` once for all samples, `each` for every block of samples.

    The uniform buffer starts with `parameters` slots for the parameters, the varying one with `inputs` for the
    inputs. `numbers` are what to put into the slots `number_slots` once; `samples_slot`, where it is not -1, takes
    the number of samples; `sample_sums` are the slots that `each` adds to block by block. The wanted places are
    slots of the varying buffer, or -1 - slot of the uniform one. `names` says what is known by a name, as
    (varying, slot).
    """

    before: tuple[Step, ...]
    each: tuple[Step, ...]
    after: tuple[Step, ...]
    parameters: int
    inputs: int
    uniform_slots: int
    varying_slots: int
    number_slots: Index
    numbers: NDArray[np.float64]
    samples_slot: int
    sample_sums: Index
    outputs: Index
    parameter_gradients: Index
    input_gradients: Index
    names: dict[tuple[bool, int], str]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of all phases, in order."""
        return (*self.before, *self.each, *self.after)


def plan(lowered: Lowered, parameters: int, inputs: int) -> Plan:
    """The plan of a tape for the results that a job asks for."""
    wanted = (lowered.outputs, lowered.parameter_gradients, lowered.input_gradients)
    return _Planner(lowered.tape, wanted, parameters, inputs).plan(lowered.names)


class _Planner:
    def __init__(self, tape: Tape, wanted: Sequence[Sequence[int]], parameters: int, inputs: int) -> None:
        self.tape, self.wanted = tape, wanted
        self.parameters, self.inputs = parameters, inputs
        self.alive = tape.leading_to(chain.from_iterable(wanted))  # the rest is dead
        self.levels, self.after_sums = self._levels()
        self.slots = np.full(len(tape.names), -1, np.int64)
        self.varies = np.array(tape.varies, bool)
        self.free = {True: inputs, False: parameters}  # the next free slot of each buffer

    def _levels(self) -> tuple[list[int], list[bool]]:
        """The level of every place, and whether it waits for a sum over the samples."""
        levels = [0] * len(self.alive)
        sums = [name in (SAMPLE_DOT, SAMPLE_SUM) for name in self.tape.names]
        after_sums = [False] * len(levels)
        for place, operands in enumerate(self.tape.operands):
            if operands and self.alive[place]:
                level = 0
                for operand in operands:
                    if levels[operand] > level:
                        level = levels[operand]
                    if sums[operand] or after_sums[operand]:
                        after_sums[place] = True
                levels[place] = level + 1
        return levels, after_sums

    def plan(self, place_names: dict[int, str]) -> Plan:
        numbers = self._place_leaves()
        phases: tuple[list[Step], list[Step], list[Step]] = ([], [], [])
        sums: list[Index] = []
        for level, members in sorted(self._by_level().items()):
            for group in grouped(self.tape, self.after_sums, level, members):
                step = self._placed(group)
                varying = group.name.startswith("sample_") or step.out.varying
                phases[1 if varying else 2 if self.after_sums[int(group.members.flat[0])] else 0].append(step)
                if group.name.startswith("sample_"):
                    sums.append(step.out.slots.ravel())
        samples = [i for i, name in enumerate(self.tape.names) if name == SAMPLES and self.alive[i]]
        return Plan(
            tuple(phases[0]),
            tuple(phases[1]),
            tuple(phases[2]),
            self.parameters,
            self.inputs,
            self.free[False],
            self.free[True],
            self.slots[numbers].astype(np.int32),
            np.array([self.tape.leaves[i] for i in numbers], np.float64),
            int(self.slots[samples[0]]) if samples else -1,
            np.concatenate([np.zeros(0, np.int32), *sums]),
            self._found(self.wanted[0]),
            self._found(self.wanted[1]),
            self._found(self.wanted[2]),
            {
                (bool(self.varies[place]), int(self.slots[place])): name
                for place, name in place_names.items()
                if self.slots[place] >= 0
            },
        )

    def _place_leaves(self) -> list[int]:
        names, leaves = self.tape.names, self.tape.leaves
        given = [place for place, name in enumerate(names) if name in (PARAMETER, INPUT)]
        others = [place for place, name in enumerate(names) if self.alive[place] and name in (NUMBER, SAMPLES)]
        self.slots[given] = [leaves[place] for place in given]
        self.slots[others] = np.arange(self.free[False], self.free[False] + len(others))
        self.free[False] += len(others)
        return [place for place in others if names[place] == NUMBER]

    def _by_level(self) -> dict[int, list[int]]:
        levels: dict[int, list[int]] = {}
        for place, name in enumerate(self.tape.names):
            if self.alive[place] and name not in _LEAVES:
                levels.setdefault(self.levels[place], []).append(place)
        return levels

    # Slots ------------------------------------------------------------------------------------------

    def _placed(self, group: Group) -> Step:
        """The step of a group, whose results are sorted as what they are computed from, and given slots."""
        members, operands = self._sorted(group)
        varying = bool(self.varies[members.flat[0]])
        start = self.free[varying]
        self.free[varying] += members.size
        out = np.arange(start, start + members.size, dtype=np.int32).reshape(members.shape)
        self.slots[members] = out
        return Step(group.name, Rows(varying, out), tuple(map(self._rows, operands)), group.level)

    def _sorted(self, group: Group) -> tuple[NDArray[np.int64], tuple[NDArray[np.int64], ...]]:
        members, operands = group.members, group.operands
        if group.name in ("matrix_product", "sample_product"):
            left, right = (self._order(operand) for operand in operands)
            rows, columns = (right, left) if group.name == "matrix_product" else (left, right)
            return members[np.ix_(rows, columns)], (operands[0][left], operands[1][right])
        order = self._order(*operands)
        return members[order], tuple(operand[order] for operand in operands)

    def _order(self, *operands: NDArray[np.int64]) -> NDArray[np.int64]:
        """Sorts by the slot of the first operand, then of the second, …"""
        keys = [self.slots[operand.reshape(len(operand), -1)[:, 0]] for operand in operands]
        return np.lexsort(keys[::-1])

    def _rows(self, places: NDArray[np.int64]) -> Rows:
        return Rows(bool(self.varies[places.flat[0]]), self.slots[places].astype(np.int32))

    def _found(self, places: Sequence[int]) -> Index:
        found = np.array(places, np.int64)
        return np.where(self.varies[found], self.slots[found], -1 - self.slots[found]).astype(np.int32)
