"""The executor that works a graph node by node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.number_systems.compiled_loops import LOOPS
from tinygrad_notes.replay.executors.interface import Array, Job, Run, Wanted, Workspace
from tinygrad_notes.replay.executors.memory import aligned
from tinygrad_notes.replay.executors.nodes.encoding import Encoded, encoded
from tinygrad_notes.replay.executors.nodes.loops import Memory, work_one, work_samples
from tinygrad_notes.replay.executors.threads import in_threads, shares

LANES = 128
"""Numbers that an instruction works at once, where samples are few: several nodes of a group together."""
MOST_SAMPLES = 256
"""Samples in a block: enough that an instruction costs little beside its work."""
NEAR_BYTES, BLOCK_BYTES = 32 * 2**20, 128 * 2**20
"""What the rows of a block may take: the first where it has more than LANES samples, else the second, as long as it
holds LEAST_BLOCK samples.
"""
LEAST_BLOCK = 8
SPARE = 8
"""Numbers behind the rows of values and behind each register, for `elementwise` goes on to a multiple of 8."""
THREAD_WORK = 200_000
"""Rows times samples that make another thread worth its start."""


class NodesRun(Run):
    """A job made ready to be worked node by node; see `tinygrad_notes.replay.executors`."""

    name = "numba"
    is_quiet = True

    def __init__(self, job: Job) -> None:
        self.encoded = encoded(job)
        self.inputs = job.inputs
        self.by_parameter = job.parameters if job.gradients else 0
        self.by_input = job.inputs if job.by_input else 0
        self.summed = job.summed
        self.first_node = job.inputs + job.parameters + len(self.encoded.leaves)
        near, most = NEAR_BYTES // (8 * self.rows), BLOCK_BYTES // (16 * len(self.encoded.code.adjoints))
        block = min(MOST_SAMPLES, max(near, min(LANES, most)))
        self.block = max(LEAST_BLOCK, block // LEAST_BLOCK * LEAST_BLOCK)

    @property
    def rows(self) -> int:
        """How many numbers a sample takes in a block of many."""
        return len(self.encoded.code.adjoints) + self.encoded.adjoint_rows

    @cached_property
    def _spread(self) -> Encoded:
        return self.encoded.spread()

    def encoded_for(self, samples: int) -> Encoded:
        """What works blocks of so many samples: where nodes are taken together, adjoints have rows of their own.

        Then nothing has to fetch or to clear the adjoints of a group. For many samples rows are used again, so that
        more of them stay in the cache.
        """
        return self.encoded if samples > LANES // 2 else self._spread

    @cached_property
    def packed(self) -> NDArray[np.int32]:
        """The sizes of all parts, the parts, and the rows of the leaves to derive by, as `work_one` takes them."""
        *parts, _ = (array.ravel() for array in self.encoded_for(1).code)
        parts.append(self.encoded.outputs)
        wanted = np.r_[self.inputs : self.inputs + self.by_parameter, : self.by_input]
        return np.concatenate([[*map(len, parts), self.summed], *parts, wanted]).astype(np.int32)

    def workspace(self, samples: int) -> Workspace:
        return _One(self) if samples == 1 else _Blocks(self, samples)

    def memory(self, samples: int) -> Memory:
        """Memory for a block of samples, with the plain numbers in their registers."""
        encoded = self.encoded_for(samples)
        routines, first_adjoint = encoded.routines, len(encoded.code.adjoints) * samples + SPARE
        first = first_adjoint + encoded.adjoint_rows * samples
        width = max(LANES, samples + SPARE) + SPARE  # rows whole pages apart would share a few lines of the cache
        homes = first + width * np.arange(routines.registers + len(routines.numbers))
        numbers = aligned(first + width * len(homes))
        for register, number in enumerate(routines.numbers.tolist(), start=1):
            numbers[homes[-register] : homes[-register] + width] = number
        return Memory(numbers, first_adjoint, homes, homes.copy(), LANES)


class _One:
    """One sample, with all that the loops need in three arrays: half the time of a small program."""

    def __init__(self, run: NodesRun) -> None:
        self._integers, memory = run.packed, run.memory(1)
        leaves = run.first_node - len(run.encoded.leaves)
        head = [memory.first_adjoint, run.encoded_for(1).seed, run.first_node, memory.lanes, len(memory.homes)]
        self._places = np.concatenate([head, memory.homes, memory.registers, LOOPS.ravel()])
        self._cuts = np.cumsum([len(run.encoded.outputs) + run.summed, run.by_parameter, run.by_input]).tolist()
        found = np.zeros(self._cuts[-1])  # derivatives stay 0 where the result depends on nothing
        found[: self._cuts[0]] = 1.0  # a sum's second output is 1 sample
        self._numbers = np.concatenate([memory.numbers, found])
        self._found = self._numbers[len(memory.numbers) :]
        self._column = self._found[:, None]
        self._x, self._parameters = self._numbers[: run.inputs], self._numbers[run.inputs : leaves]
        self._numbers[leaves : run.first_node] = run.encoded.leaves

    def load(self, inputs: Sequence[Array]) -> None:
        if len(inputs) == 1:
            self._x[...] = inputs[0]
        else:
            np.concatenate(inputs, 1, out=self._x[None])

    def __call__(self, parameters: Array) -> Wanted:
        if len(parameters):
            self._parameters[...] = parameters
        work_one(self._integers, self._places, self._numbers)
        found, (first, second, _) = self._column.copy(), self._cuts
        return found[:first], found[first:second], found[second:]

    def prepared(self, parameters: Array) -> tuple[Array, Array, Callable[[], bool]]:
        """Where the inputs go, where the results stand afterwards, and the loop, which says whether a result is nan."""
        self._parameters[...] = parameters
        return self._x, self._found, partial(work_one, self._integers, self._places, self._numbers)


class _Blocks:
    """Samples worked in blocks; where there are many, by several threads with a share each."""

    def __init__(self, run: NodesRun, samples: int) -> None:
        self._run = run
        self._X = np.empty((samples, run.inputs))
        self._shares = shares(samples, min(samples // min(LANES, run.block), samples * run.rows // THREAD_WORK))
        self._blocks = [_even(last - first, run.block) for first, last in self._shares]
        self._memories = [run.memory(block) for block in self._blocks]

    def load(self, inputs: Sequence[Array]) -> None:
        np.concatenate(inputs, 1, out=self._X)

    def __call__(self, parameters: Array) -> Wanted:
        run, samples = self._run, len(self._X)
        parameters = np.array(parameters)  # one that can be written to: else the loops would be compiled once more
        values = np.empty((len(run.encoded.outputs), samples))
        by_parameter = np.zeros((len(self._shares), run.by_parameter, 1 if run.summed else samples))
        by_input = np.zeros((run.by_input, samples))

        def work(thread: int, memory: Memory, block: int, share: tuple[int, int]) -> None:
            encoded = run.encoded_for(block)
            work_samples(
                encoded.code, memory, encoded.leaves, LOOPS, parameters, self._X, *share, block, encoded.outputs,
                values, encoded.seed, by_parameter[thread if run.summed else 0], by_input, run.summed,
            )  # fmt: skip

        threads = range(len(self._shares))
        if len(threads) == 1:
            work(0, self._memories[0], self._blocks[0], self._shares[0])
        else:
            in_threads(work, threads, self._memories, self._blocks, self._shares)
        if not run.summed:
            return values, by_parameter[0], by_input
        return np.array([values.sum(1), [float(samples)]]), by_parameter.sum(0), by_input


def _even(samples: int, most: int) -> int:
    """The size of the fewest blocks of at most so many samples, where all are as large as each other."""
    size = -(-samples // max(1, -(-samples // most)))
    return max(1, size if size < LEAST_BLOCK else -(-size // LEAST_BLOCK) * LEAST_BLOCK)
