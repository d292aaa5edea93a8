"""The plan of a program: array operations in order, found in the tape.

Instructions are placed in levels (a level needs only those below it), and those of a level that do the same become one
step over many rows. Dot products that share their varying numbers become one matrix product, weights times inputs;
sums over samples of all products of two sets of rows become one product of the two matrices.

Every place has a slot: a row of a buffer with one column per sample if it varies, else an entry of a vector. Slots are
handed out so that what a step reads lies, wherever possible, in one piece.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    | "total" | (n, terms) | (n,) |
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
    def nbytes(self) -> int:
        """Bytes that the index arrays take."""
        steps = (*self.before, *self.each, *self.after)
        return sum(rows.slots.nbytes for step in steps for rows in (step.out, *step.operands))


def plan(lowered: Lowered, parameters: int, inputs: int) -> Plan:
    """The plan of a tape for what is wanted of it."""
    wanted = (lowered.outputs, lowered.parameter_gradients, lowered.input_gradients)
    return _Planner(lowered.tape, wanted, parameters, inputs).plan(lowered.names)


@dataclass(slots=True)
class _Group:
    """Instructions that one step does: `members` in the shape of the step's result, `operands` per operand."""

    name: str
    level: int
    members: NDArray[np.int64]
    operands: tuple[NDArray[np.int64], ...]


class _Planner:
    def __init__(self, tape: Tape, wanted: Sequence[Sequence[int]], parameters: int, inputs: int) -> None:
        self.tape, self.wanted = tape, wanted
        self.parameters, self.inputs = parameters, inputs
        self.alive = self._alive()
        self.levels, self.late = self._levels()
        self.slots = np.full(len(tape.names), -1, np.int64)
        self.varies = np.array(tape.varies, bool)
        self.free = {True: inputs, False: parameters}  # the next free slot of each buffer

    def _alive(self) -> list[bool]:
        """What the wanted places need: the rest is dead."""
        operands = self.tape.operands
        alive = [False] * len(operands)
        for group in self.wanted:
            for place in group:
                alive[place] = True
        for place in range(len(operands) - 1, -1, -1):
            if alive[place]:
                for operand in operands[place]:
                    alive[operand] = True
        return alive

    def _levels(self) -> tuple[list[int], list[bool]]:
        """The level of every place, and whether it waits for a sum over the samples."""
        levels = [0] * len(self.alive)
        sums = [name in (SAMPLE_DOT, SAMPLE_SUM) for name in self.tape.names]
        late = [False] * len(levels)
        for place, operands in enumerate(self.tape.operands):
            if operands and self.alive[place]:
                level = 0
                for operand in operands:
                    if levels[operand] > level:
                        level = levels[operand]
                    if sums[operand] or late[operand]:
                        late[place] = True
                levels[place] = level + 1
        return levels, late

    def plan(self, place_names: dict[int, str]) -> Plan:
        numbers = self._place_leaves()
        phases: tuple[list[Step], list[Step], list[Step]] = ([], [], [])
        sums: list[Index] = []
        for level, members in sorted(self._by_level().items()):
            for group in self._groups(level, members):
                step = self._placed(group)
                varying = group.name.startswith("sample_") or step.out.varying
                phases[1 if varying else 2 if self.late[int(group.members.flat[0])] else 0].append(step)
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
        numbers = []
        for place, name in enumerate(self.tape.names):
            if name in (INPUT, PARAMETER):
                self.slots[place] = int(self.tape.leaves[place])
            elif self.alive[place] and name in (NUMBER, SAMPLES):
                self.slots[place] = self.free[False]
                self.free[False] += 1
                if name == NUMBER:
                    numbers.append(place)
        return numbers

    def _by_level(self) -> dict[int, list[int]]:
        levels: dict[int, list[int]] = {}
        for place, name in enumerate(self.tape.names):
            if self.alive[place] and name not in _LEAVES:
                levels.setdefault(self.levels[place], []).append(place)
        return levels

    # Groups -----------------------------------------------------------------------------------------

    def _groups(self, level: int, members: list[int]) -> Iterable[_Group]:
        kinds: dict[Hashable, list[int]] = {}
        varies = self.tape.varies
        for place in members:
            name, operands = self.tape.names[place], self.tape.operands[place]
            signature = (
                (len(operands), varies[operands[0]], varies[operands[-1]])
                if name in ("dot", "total", SAMPLE_DOT, SAMPLE_SUM)
                else tuple([varies[operand] for operand in operands])
            )
            kinds.setdefault((name, signature, self.late[place]), []).append(place)
        for places in kinds.values():
            name = self.tape.names[places[0]]
            used = np.array([self.tape.operands[place] for place in places], np.int64)
            half = used.shape[1] // 2
            if name == "dot" and not varies[used[0, 0]] and varies[used[0, half]]:
                yield from _matrix_products(level, places, used[:, :half], used[:, half:])
            elif name == SAMPLE_DOT:
                yield from _sample_products(level, places, used[:, :half], used[:, half:])
            elif name == "dot":
                yield _Group(name, level, np.array(places), (used[:, :half], used[:, half:]))
            elif name in ("total", SAMPLE_SUM):
                yield _Group(name, level, np.array(places), (used,))
            else:
                yield _Group(name, level, np.array(places), tuple(used.T))

    # Slots ------------------------------------------------------------------------------------------

    def _placed(self, group: _Group) -> Step:
        """The step of a group, whose results are sorted as what they are computed from, and given slots."""
        members, operands = self._sorted(group)
        varying = bool(self.varies[members.flat[0]])
        start = self.free[varying]
        self.free[varying] += members.size
        out = np.arange(start, start + members.size, dtype=np.int32).reshape(members.shape)
        self.slots[members] = out
        return Step(group.name, Rows(varying, out), tuple(map(self._rows, operands)), group.level)

    def _sorted(self, group: _Group) -> tuple[NDArray[np.int64], tuple[NDArray[np.int64], ...]]:
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


def _intern(rows: NDArray[np.int64]) -> list[int]:
    """A number for each row, equal for equal rows, in order of first appearance."""
    numbers: dict[bytes, int] = {}
    return [numbers.setdefault(row.tobytes(), len(numbers)) for row in rows]


def _gathered(keys: Sequence[Any]) -> dict[Any, list[int]]:
    positions: dict[Any, list[int]] = {}
    for position, key in enumerate(keys):
        positions.setdefault(key, []).append(position)
    return positions


def _matrix_products(
    level: int, places: list[int], weights: NDArray[np.int64], inputs: NDArray[np.int64]
) -> Iterable[_Group]:
    """Dot products sharing their inputs are one matrix; matrices of the same weights share one product."""
    sharing = _gathered(_intern(inputs)).values()
    ordered = [sorted(rows, key=lambda row: tuple(weights[row])) for rows in sharing]
    same_weights = _gathered([weights[rows].tobytes() for rows in ordered])
    single: list[int] = []
    for groups in same_weights.values():
        rows = [ordered[group] for group in groups]
        if len(rows[0]) == weights.shape[1] == 1:
            single.extend(row for (row,) in rows)
            continue
        members = np.array([[places[row] for row in of_group] for of_group in rows])
        yield _Group("matrix_product", level, members, (weights[rows[0]], inputs[[of_group[0] for of_group in rows]]))
    if single:
        yield _Group("multiply", level, np.array(places)[single], (weights[single, 0], inputs[single, 0]))


def _sample_products(
    level: int, places: list[int], lefts: NDArray[np.int64], rights: NDArray[np.int64]
) -> Iterable[_Group]:
    """Sums over samples of lᵢ·rⱼ for every i and j of two sets of rows are one product of two matrices."""
    left_of, right_of = _intern(lefts), _intern(rights)
    by_left: dict[int, dict[int, int]] = {}
    for position, (left, right) in enumerate(zip(left_of, right_of)):
        by_left.setdefault(left, {})[right] = position
    same_rights = _gathered([tuple(sorted(by_left[left])) for left in by_left])
    partners = list(by_left.values())
    single: list[int] = []
    for shared, groups in same_rights.items():
        grid = [[partners[group][right] for right in shared] for group in groups]
        if len(grid) == len(shared) == 1:
            single.append(grid[0][0])
            continue
        members = np.array(places)[np.array(grid)]
        yield _Group("sample_product", level, members, (lefts[[row[0] for row in grid]], rights[grid[0]]))
    if single:
        yield _Group(SAMPLE_DOT, level, np.array(places)[single], (lefts[single], rights[single]))
