"""Compiled loops, by Numba: interpreters compiled once for all programs, and kept on disk between runs.

A graph of neurons is worked by the steps of its plan, where neurons that share their inputs are a matrix product; where
large matrices are most of the work, by NumPy, whose BLAS multiplies them five times as fast as loops would. Any other
graph is worked node by node: its plan would have as many steps as there are parts of its rules.
"""

from __future__ import annotations

from functools import cache

from tinygrad_notes.number_systems.compiling import can_compile, is_compiled
from tinygrad_notes.replay.executors.interface import Job, Run
from tinygrad_notes.replay.executors.nodes.loops import work_one, work_samples
from tinygrad_notes.replay.executors.nodes.run import NodesRun
from tinygrad_notes.replay.executors.numpy import NumpyRun
from tinygrad_notes.replay.executors.steps.loops import work_batch, work_sample
from tinygrad_notes.replay.executors.steps.run import StepsRun


def compiled_run(job: Job) -> Run:
    """A job made ready for compiled loops; see `tinygrad_notes.replay.executors`.

    Raises RuntimeError where Numba is told not to compile.
    """
    if not can_compile(work_samples):
        raise RuntimeError(
            "executor 'numba' compiles loops, which NUMBA_DISABLE_JIT forbids: unset that variable, or write "
            "executor='numpy'"
        )
    if job.is_of_matrices:
        return NumpyRun(job)
    return StepsRun(job) if job.is_of_neurons else NodesRun(job)


@cache
def are_compiled(neurons: bool, one_sample: bool) -> bool:
    """Whether the loops that do a job of neurons, or another, were there already when this was first asked."""
    loops = (work_samples, work_one), (work_batch, work_sample)
    return is_compiled(loops[neurons][one_sample])
