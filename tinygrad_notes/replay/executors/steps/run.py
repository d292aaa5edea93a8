"""The executor that works a plan step by step, in one compiled interpreter for every plan.

A plan is written down as integers: for each step its kind, sizes, and the slots that it reads. The uniform slots come
first, then the varying ones. One sample is worked number by number in a single array; a batch in blocks of samples
that stay in the processor's cache, every row of a block in a loop that the compiler turns into vector instructions.
Blocks are shared out among threads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.number_systems.compiled_loops import CODES, LOOPS
from tinygrad_notes.replay.executors.interface import Array, Job, Run, Wanted, Workspace
from tinygrad_notes.replay.executors.memory import aligned
from tinygrad_notes.replay.executors.steps.loops import (
    KINDS,
    MATRIX_PRODUCT,
    SAMPLE_PRODUCT,
    SUMS,
    gather_matrices,
    work_batch,
    work_blocks,
    work_one,
    work_sample,
)
from tinygrad_notes.replay.executors.threads import in_threads, shares
from tinygrad_notes.replay.plan import Index, Plan, Rows, Step

BLOCK_BYTES = 2**20
"""What a block's rows may take, a share of the second-level cache, as long as it holds LEAST_BLOCK samples."""
LEAST_BLOCK = 64
THREAD_WORK = 400_000
"""Numbers to be computed that make another thread worth its start."""


class StepsRun(Run):
    """A job's plan made ready for the compiled loops; see `tinygrad_notes.replay.executors`."""

    name = "numba"
    is_quiet = True

    def __init__(self, job: Job) -> None:
        self.plan = plan = job.plan
        self.code = _Code(plan)
        self.block = max(LEAST_BLOCK, BLOCK_BYTES // (8 * max(1, plan.varying_slots)) // 8 * 8)
        self._fetches: list[Callable[[Array, Array], Array]] = []
        fetched: list[Index] = []
        start = 0
        for places in (plan.outputs, plan.parameter_gradients, plan.input_gradients):
            varying = places >= 0
            stop = start + int(varying.sum())
            self._fetches.append(_fetch(self.code.slots(places), varying, start, stop))
            fetched.append(self.code.slots(places)[varying])
            start = stop
        self.fetched = np.concatenate(fetched)

    def workspace(self, samples: int) -> Workspace:
        return _OneSample(self) if samples == 1 else _Blocks(self, samples)

    def wanted(self, uniform: Array, fetched: Array) -> Wanted:
        first, second, third = self._fetches
        return first(uniform, fetched), second(uniform, fetched), third(uniform, fetched)


class _Memory:
    """What the workspaces have in common: the uniform slots, and the inputs side by side."""

    def __init__(self, run: StepsRun, samples: int, slots: int) -> None:
        plan = run.plan
        self.run = run
        self.slots = np.zeros(slots)
        self.slots[plan.number_slots] = plan.numbers
        if plan.samples_slot >= 0:
            self.slots[plan.samples_slot] = samples
        self._parameters = self.slots[: plan.parameters]
        self.X = np.empty((samples, plan.inputs))

    def load(self, inputs: Sequence[Array]) -> None:
        np.concatenate(inputs, 1, out=self.X)


class _OneSample(_Memory):
    """One sample, worked number by number."""

    def __init__(self, run: StepsRun) -> None:
        super().__init__(run, 1, run.plan.uniform_slots + run.plan.varying_slots)

    def __call__(self, parameters: Array) -> Wanted:
        run, code = self.run, self.run.code
        self._parameters[:] = parameters
        fetched = np.empty((len(run.fetched), 1))
        work_sample(code.steps, code.pool, self.slots, self.X, run.plan.uniform_slots, run.fetched, fetched)
        return run.wanted(self.slots, fetched)


class _Blocks(_Memory):
    """Any number of samples, worked in blocks; where there are many, by several threads with a share each."""

    def __init__(self, run: StepsRun, samples: int) -> None:
        plan = run.plan
        super().__init__(run, samples, plan.uniform_slots)
        work = samples * len(run.code.pool) // THREAD_WORK
        self._shares = shares(samples, min(samples // run.block, work))
        sizes = [max(1, min(run.block, last - first)) for first, last in self._shares]
        sizes = [-(-size // 8) * 8 for size in sizes]  # `elementwise` goes on to a multiple of 8
        self._rows = [aligned(plan.varying_slots + 3, size) for size in sizes]
        self._work_in_one = partial(
            work_batch, run.code.steps, *run.code.each, run.code.pool, run.code.matrix_numbers, self.slots,
            self._rows[0], self.X, plan.sample_sums, LOOPS, run.fetched,
        )  # fmt: skip

    def __call__(self, parameters: Array) -> Wanted:
        self._parameters[:] = parameters
        fetched = np.empty((len(self.run.fetched), len(self.X)))
        if len(self._shares) == 1:
            self._work_in_one(fetched)
        else:
            self._work_in_threads(fetched)
        return self.run.wanted(self.slots, fetched)

    def _work_in_threads(self, fetched: Array) -> None:
        """The threads' sums are added in order, so that none depends on luck."""
        code, sample_sums = self.run.code, self.run.plan.sample_sums
        before, each, after = np.split(code.steps, code.each)
        work_one(before, code.pool, self.slots)
        matrices, sums = np.empty(code.matrix_numbers), np.zeros((len(self._shares), len(self.slots)))
        gather_matrices(each, code.pool, self.slots, matrices)

        def work(own_sums: Array, rows: Array, share: tuple[int, int]) -> None:
            work_blocks(
                each, code.pool, matrices, self.slots, own_sums, rows, self.X, *share, self.run.fetched, fetched, LOOPS
            )

        in_threads(work, sums, self._rows, self._shares)
        self.slots[sample_sums] = sums[:, sample_sums].sum(0)
        work_one(after, code.pool, self.slots)


def _fetch(slots: Index, varying: NDArray[np.bool_], start: int, stop: int) -> Callable[[Array, Array], Array]:
    """What finds one group of wanted places: the varying ones lie in `fetched` from `start` up to `stop`."""
    if not len(slots):
        nothing = np.empty((0, 1))
        return lambda uniform, fetched: nothing
    if stop == start:
        of_all = slots.astype(np.intp)[:, None]  # else `take` would convert them every time
        return lambda uniform, fetched: uniform.take(of_all)
    if stop - start == len(slots):
        return lambda uniform, fetched: fetched[start:stop]

    def mixed(uniform: Array, fetched: Array) -> Array:
        found = np.empty((len(slots), fetched.shape[1]))
        found[varying] = fetched[start:stop]
        found[~varying] = uniform.take(slots[~varying])[:, None]
        return found

    return mixed


class _Code:
    """A plan as integers. A step is (kind, out, and three sizes, where its slots begin in `pool`, matrix offset).

    The sizes: rows, operands of each, 1 for functions and sums; m, terms, groups for a matrix product; m, terms, k for
    a sample product. `each` says from which step up to which every block of samples is worked.
    """

    def __init__(self, plan: Plan) -> None:
        self._uniform_slots = plan.uniform_slots
        self._parts: list[Index] = []
        self._length = 0
        self.matrix_numbers = 0
        self.each = len(plan.before), len(plan.before) + len(plan.each)
        self.steps = np.array([self._encoded(step) for step in plan.steps], np.int32).reshape(-1, 7)
        self.pool = np.concatenate([np.zeros(0, np.int32), *self._parts])
        del self._parts

    def slots(self, places: Index) -> Index:
        """Wanted places, in the numbering where varying slots follow the uniform ones."""
        return np.where(places >= 0, places + self._uniform_slots, -1 - places).astype(np.int32)

    def _encoded(self, step: Step) -> tuple[int, ...]:
        start, matrix = self._length, 0
        operands = [self._numbered(rows) for rows in step.operands]
        out = int(step.out.slots.flat[0]) + step.out.varying * self._uniform_slots
        if step.name in CODES:
            sizes = (len(operands[0]), len(operands), 1)
            self._add(np.stack(operands, axis=1))
            return (CODES[step.name], out, *sizes, start, matrix)
        kind = SUMS + KINDS.index(step.name)
        for operand in operands:
            self._add(operand)
        sizes = (*operands[0].shape, 1)
        if len(operands) == 2 and kind in (MATRIX_PRODUCT, SAMPLE_PRODUCT):
            sizes = (*operands[0].shape, len(operands[1]))
        if kind == MATRIX_PRODUCT:
            matrix = self.matrix_numbers
            self.matrix_numbers += operands[0].size
        return (kind, out, *sizes, start, matrix)

    def _numbered(self, rows: Rows) -> Index:
        return rows.slots + np.int32(rows.varying * self._uniform_slots)

    def _add(self, slots: Index) -> None:
        self._parts.append(slots.ravel())
        self._length += slots.size
