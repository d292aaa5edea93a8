"""Buffer reuse: where the slots of a plan lie in memory, so that a step finds its operands in the processor's cache.

Every result of a plan has slots of its own. In memory, a row is reused as soon as nothing reads it any more, even by
the last step that reads it, if that step is elementwise. Derivatives by parameters lie in the order of the results.
"""

from __future__ import annotations

import math
from bisect import bisect
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.replay.plan import Plan, Rows, Step
from tinygrad_notes.replay.tape import FUNCTIONS

Index = NDArray[np.signedinteger[Any]]
IN_PLACE = FUNCTIONS - {"where", "sign"}
"""Functions that may write over an operand. `where` writes before it has read; `sign` takes 7 times as long then."""


class Places:
    """Where each slot is kept: `varying[slot]` is one of `rows` rows, `uniform[slot]` one of `numbers` numbers.

    Inputs, parameters and plain numbers are kept where their slots say.
    """

    def __init__(self, plan: Plan) -> None:
        self.varying, self.rows = _rows_in_turn(plan)
        self.uniform, self.numbers = _gradients_in_order(plan)

    def of(self, rows: Rows) -> Index:
        """The places of slots, in their shape."""
        return (self.varying if rows.varying else self.uniform)[rows.slots]


def aligned(*shape: int) -> NDArray[np.float64]:
    """Zeros that begin where a line of the cache does: a batch takes a twentieth less time than elsewhere."""
    size = math.prod(shape)
    numbers = np.zeros(size + 7)
    start = -numbers.ctypes.data // 8 % 8
    return numbers[start : start + size].reshape(shape)


def strides(places: Index) -> tuple[int, ...] | None:
    """How many places apart neighbors along each axis are, if that is the same everywhere."""
    found = []
    for axis in range(places.ndim):
        if places.shape[axis] == 1:  # any stride would do, but BLAS takes none shorter than a row
            found.append(math.prod(places.shape[axis + 1 :]))
            continue
        steps = np.diff(places, axis=axis)
        if (steps != steps.flat[0]).any():
            return None
        found.append(int(steps.flat[0]))
    return tuple(found)


def _gradients_in_order(plan: Plan) -> tuple[Index, int]:
    """The uniform slots where they are, but derivatives by parameters behind them, in the order in which wanted."""
    places = np.arange(plan.uniform_slots)
    in_order = np.full(plan.uniform_slots, -1)
    uniform = np.flatnonzero(plan.parameter_gradients < 0)
    in_order[-1 - plan.parameter_gradients[uniform]] = plan.uniform_slots + uniform
    for step in plan.steps:
        if not step.out.varying:
            wanted = in_order[step.out.slots]
            if (wanted >= 0).all() and strides(wanted) is not None:
                places[step.out.slots] = wanted
    return places, plan.uniform_slots + len(plan.parameter_gradients)


@dataclass(slots=True)
class _Piece:
    """Varying slots that lie together, and their first row: needed from their first step to the step `last`."""

    start: int
    stop: int
    last: int
    row: int = -1

    @property
    def size(self) -> int:
        return self.stop - self.start


def _rows_in_turn(plan: Plan) -> tuple[Index, int]:
    """The rows of the varying slots, used again when nothing needs them any more, and how many rows there are."""
    bounds = _bounds(plan)
    lasts = _last_reads(plan)
    pieces = [_Piece(start, stop, int(lasts[start:stop].max())) for start, stop in pairwise(bounds)]
    given_up: dict[int, list[_Piece]] = {}
    for piece in pieces:
        given_up.setdefault(piece.last, []).append(piece)
    free = _FreeRows()
    if plan.inputs:
        pieces[0].row = free.take(pieces[0].size)
    for number, step in enumerate(plan.each):
        old = given_up.get(number, [])
        if step.out.varying:
            piece = pieces[bisect(bounds, int(step.out.slots.flat[0])) - 1]
            if piece.row < 0:
                own = next((other for other in old if _may_write_over(step, other, piece)), None)
                piece.row = own.row if own else free.take(piece.size)
                old = [other for other in old if other is not own]
        for other in old:
            free.give(other.row, other.row + other.size)
    rows = [np.arange(piece.row, piece.row + piece.size) for piece in pieces]
    return np.concatenate([np.zeros(0, np.intp), *rows]), free.count


def _bounds(plan: Plan) -> list[int]:
    """Where pieces of the varying slots begin, and the end: a step's results are one, or several read as one."""
    found = {0, plan.inputs, plan.varying_slots}
    found.update(int(step.out.slots.flat[0]) for step in plan.each if step.out.varying)
    for step in plan.each:
        for slots in _varying(step):
            first, last = int(slots.min()), int(slots.max())
            if slots.size > 2 and last - first + 1 == slots.size:
                found.difference_update(range(first + 1, last + 1))
    return sorted(found)


def _last_reads(plan: Plan) -> Index:
    """The number of the last step that reads each varying slot; for inputs and results, one after all steps."""
    found = np.full(plan.varying_slots, len(plan.each))
    for number, step in enumerate(plan.each):
        for slots in _varying(step):
            found[slots] = number
    found[: plan.inputs] = len(plan.each)
    for wanted in (plan.outputs, plan.parameter_gradients, plan.input_gradients):
        found[wanted[wanted >= 0]] = len(plan.each)
    return found


def _varying(step: Step) -> list[Index]:
    """The varying slots that a step reads, operand by operand."""
    return [rows.slots for rows in step.operands if rows.varying]


def _may_write_over(step: Step, old: _Piece, new: _Piece) -> bool:
    """Whether the step reads each number of the old piece for the number of the new one in its place, and no other."""
    if step.name not in IN_PLACE or not step.out.slots.size == old.size == new.size:
        return False
    inside = [slots for slots in _varying(step) if slots.min() < old.stop and slots.max() >= old.start]
    return all(np.array_equal(slots, np.arange(old.start, old.stop)) for slots in inside)


class _FreeRows:
    """Rows to be used again; those given back last, which are in the cache, are taken first."""

    def __init__(self) -> None:
        self.count = 0
        self._stop_of: dict[int, int] = {}
        self._start_of: dict[int, int] = {}

    def take(self, size: int) -> int:
        for start, stop in reversed(self._stop_of.items()):
            if stop - start >= size:
                self._remove(start)
                if stop - start > size:
                    self._add(start + size, stop)
                return start
        self.count += size
        return self.count - size

    def give(self, start: int, stop: int) -> None:
        """Rows that lie beside free ones become one piece with them."""
        if stop in self._stop_of:
            stop = self._remove(stop)[1]
        if start in self._start_of:
            start = self._remove(self._start_of[start])[0]
        self._add(start, stop)

    def _add(self, start: int, stop: int) -> None:
        self._stop_of[start], self._start_of[stop] = stop, start

    def _remove(self, start: int) -> tuple[int, int]:
        stop = self._stop_of.pop(start)
        del self._start_of[stop]
        return start, stop
