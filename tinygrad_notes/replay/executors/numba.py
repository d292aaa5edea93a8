"""Running a plan in loops compiled by Numba: one compiled interpreter for every plan, so that none is compiled anew.

A plan is written down as integers: for each step its kind, sizes, and the slots that it reads. The uniform slots come
first, then the varying ones. One sample is worked number by number in a single array; a batch in blocks of samples
that stay in the processor's cache, every row of a block in a loop that the compiler turns into vector instructions.
Blocks are shared out among threads. The compiled code is kept on disk between runs.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.number_systems.compiled_loops import CODES
from tinygrad_notes.replay.executors.loops import (
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
from tinygrad_notes.replay.job import Job
from tinygrad_notes.replay.plan import Index, Plan, Rows, Step

Array = NDArray[np.float64]
BLOCK_BYTES = 2**20
"""What a block's rows may take, a share of the second-level cache, as long as it holds LEAST_BLOCK samples."""
LEAST_BLOCK = 64
THREAD_WORK = 400_000
"""Numbers to be computed that make another thread worth its start."""


class NumbaRun:
    """A job's plan made ready for the compiled loops; see `tinygrad_notes.replay.executors`."""

    def __init__(self, job: Job) -> None:
        self.plan = plan = job.plan
        self._code = _Code(plan)
        self.block = max(LEAST_BLOCK, BLOCK_BYTES // (8 * max(1, plan.varying_slots)) // 8 * 8)
        self._fetches = []
        start = 0
        for places in (plan.outputs, plan.parameter_gradients, plan.input_gradients):
            varying = places >= 0
            stop = start + int(varying.sum())
            self._fetches.append((self._code.slots(places), varying, start, stop))
            start = stop
        self._fetched = np.concatenate([slots[varying] for slots, varying, *_ in self._fetches])
        self._uniform = np.zeros(plan.uniform_slots)
        self._uniform[plan.number_slots] = plan.numbers

    @property
    def nbytes(self) -> int:
        """Bytes that the program takes."""
        return self._code.nbytes

    def __call__(self, parameters: Array, inputs: Sequence[Array], samples: int) -> tuple[Array, Array, Array]:
        """The wanted places; see `NumpyRun`."""
        plan, code = self.plan, self._code
        X = inputs[0] if len(inputs) == 1 else np.concatenate(inputs, 1)
        if not (X.flags.c_contiguous and X.flags.writeable):  # else the loops would be compiled for this kind too
            X = X.copy()
        uniform = self._uniform.copy()
        uniform[: plan.parameters] = parameters
        if plan.samples_slot >= 0:
            uniform[plan.samples_slot] = samples
        fetched = np.empty((len(self._fetched), samples))
        if samples == 1:
            uniform = np.concatenate([uniform, np.empty(plan.varying_slots)])
            work_sample(*code.phases, code.pool, uniform, X, plan.uniform_slots, self._fetched, fetched)
            return self._found(uniform, fetched)
        threads = max(1, min(_threads(), samples // self.block, samples * len(code.pool) // THREAD_WORK))
        if threads == 1:
            work_batch(
                *code.phases, code.pool, code.matrix_numbers, uniform, self._sums(), self._rows(samples), X,
                self._fetched, fetched, plan.sample_sums,
            )  # fmt: skip
        else:
            self._threaded(threads, uniform, X, fetched)
        return self._found(uniform, fetched)

    def _sums(self) -> Array:
        return np.zeros(self.plan.uniform_slots)

    def _rows(self, samples: int) -> Array:
        return np.empty((self.plan.varying_slots + 3, min(self.block, samples)))

    def _threaded(self, threads: int, uniform: Array, X: Array, fetched: Array) -> None:
        """Each thread works a share of the samples; their sums are added in order, so that none depends on luck."""
        plan, code = self.plan, self._code
        before, each, after = code.phases
        work_one(before, code.pool, uniform)
        matrices = np.empty(code.matrix_numbers)
        gather_matrices(each, code.pool, uniform, matrices)
        cuts = [len(X) * thread // threads for thread in range(threads + 1)]
        sums = [self._sums() for _ in range(threads)]

        def work(thread: int) -> None:
            first, last = cuts[thread], cuts[thread + 1]
            rows = self._rows(last - first)
            work_blocks(each, code.pool, matrices, uniform, sums[thread], rows, X, first, last, self._fetched, fetched)

        list(_pool().map(work, range(threads)))
        uniform[plan.sample_sums] = sum(of_thread[plan.sample_sums] for of_thread in sums)
        work_one(after, code.pool, uniform)

    def _found(self, uniform: Array, fetched: Array) -> tuple[Array, Array, Array]:
        first, second, third = self._fetches
        return _found(uniform, fetched, *first), _found(uniform, fetched, *second), _found(uniform, fetched, *third)


def _found(uniform: Array, fetched: Array, slots: Index, varying: NDArray[np.bool_], start: int, stop: int) -> Array:
    """One group of wanted places: the varying ones lie in `fetched` from `start` up to `stop`."""
    if stop == start:
        return uniform.take(slots)[:, None]
    if stop - start == len(slots):
        return fetched[start:stop]
    mixed = np.empty((len(slots), fetched.shape[1]))
    mixed[varying] = fetched[start:stop]
    mixed[~varying] = uniform.take(slots[~varying])[:, None]
    return mixed


_pools: list[ThreadPoolExecutor] = []


def _threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _pool() -> ThreadPoolExecutor:
    if not _pools:
        _pools.append(ThreadPoolExecutor(_threads(), thread_name_prefix="replay"))
    return _pools[0]


class _Code:
    """A plan as integers. A step is (kind, out, and three sizes, where its slots begin in `pool`, matrix offset).

    The sizes: rows, operands of each, 1 for functions and sums; m, terms, groups for a matrix product; m, terms, k for
    a sample product.
    """

    def __init__(self, plan: Plan) -> None:
        self._uniform_slots = plan.uniform_slots
        self._parts: list[Index] = []
        self._length = 0
        self.matrix_numbers = 0
        self.phases = [self._phase(steps) for steps in (plan.before, plan.each, plan.after)]
        self.pool = np.concatenate([np.zeros(0, np.int32), *self._parts])
        del self._parts

    @property
    def nbytes(self) -> int:
        return self.pool.nbytes + sum(phase.nbytes for phase in self.phases)

    def slots(self, places: Index) -> Index:
        """Wanted places, in the numbering where varying slots follow the uniform ones."""
        return np.where(places >= 0, places + self._uniform_slots, -1 - places).astype(np.int32)

    def _phase(self, steps: Iterable[Step]) -> NDArray[np.int32]:
        return np.array([self._encoded(step) for step in steps], np.int32).reshape(-1, 7)

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
