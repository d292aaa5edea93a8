"""A batch in parts: each branch works the samples that take it.

A recorded derivative was written for operations that do not overflow. The samples of which that makes a nan are worked
again, by branches of the function that assume nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from tinygrad_notes.errors import BranchError
from tinygrad_notes.replay.branches import Branch, Branches
from tinygrad_notes.replay.executors.interface import Array, Executor, Wanted
from tinygrad_notes.replay.executors.python import has_nan

Found = TypeVar("Found", bound=tuple[Array, ...])


def values_of(branches: Branches, executor: Executor, inputs: list[Array], samples: int, given: Array | None) -> Array:
    """The results for a batch, of shape (numbers, samples)."""
    parts, numbers = branches.split(executor, inputs, samples, given)
    if isinstance(parts, Branch):
        values = of_each(parts.results(executor, numbers, inputs, samples), samples)
    else:
        values = np.empty((len(parts[0][0].recorded.outputs), samples))
        for part, rows in parts:
            values[:, rows] = part.results(executor, numbers, [x[rows] for x in inputs], len(rows))

    def again(guarding: Branches, inputs: list[Array], samples: int) -> tuple[Array]:
        return (values_of(guarding, executor, inputs, samples, given),)

    return _beyond_assumptions(branches, (values,), inputs, again)[0] if branches.assume else values


def derivatives_of(
    branches: Branches, executor: Executor, inputs: list[Array], samples: int, given: Array | None, summed: bool,
    by_input: bool,
) -> Wanted:  # fmt: skip
    """Values, derivatives by parameters and by inputs: of each sample, or the first two as sums, beside their count."""
    parts, numbers = branches.split(executor, inputs, samples, given)
    if summed:
        branches.check_processes(executor, parts)
    if isinstance(parts, Branch):
        found = parts.derivatives(executor, numbers, inputs, samples, summed, by_input)
    else:
        values = np.zeros((2, 1) if summed else (1, samples))
        by_parameter = np.zeros((len(numbers), 1 if summed else samples))
        found = values, by_parameter, np.zeros((sum(x.shape[1] for x in inputs) * by_input, samples))
        for part, rows in parts:
            of_part = part.derivatives(executor, numbers, [x[rows] for x in inputs], len(rows), summed, by_input)
            found[2][:, rows] = of_part[2]
            for whole, of_rows in zip(found[:2], of_part):
                if summed:
                    whole += of_rows
                else:
                    whole[:, rows] = of_rows
    if not branches.assume:
        return found

    def again(guarding: Branches, inputs: list[Array], samples: int) -> Wanted:
        return derivatives_of(guarding, executor, inputs, samples, given, False, by_input)

    if not summed:
        values, by_parameter, by_inputs = (of_each(part, samples) for part in found)
        return _beyond_assumptions(branches, (values, by_parameter, by_inputs), inputs, again)
    run = branches.recorded[0].values(executor, len(numbers)).run
    if not any(map(has_nan, found)) or len(run.of_all_processes(0)) > 1:  # others have samples of the same batch
        return found
    values, by_parameter, by_inputs = again(branches, inputs, samples)
    return np.array([[values.sum()], [samples]]), by_parameter.sum(1, keepdims=True), by_inputs


def _beyond_assumptions(
    branches: Branches, found: Found, inputs: list[Array], again: Callable[[Branches, list[Array], int], Found]
) -> Found:
    """Results of shape (numbers, samples), with every sample that has a nan worked again, assuming nothing."""
    if not any(map(has_nan, found)) or not branches.guarding_all.can_grow:
        return found
    rows = np.flatnonzero(np.any([np.isnan(part).any(0) for part in found], 0))
    try:
        better = again(branches.guarding_all, [array[rows] for array in inputs], len(rows))
    except BranchError:  # more ways than may be recorded: nan says that it is not known
        return found
    for part, of_rows in zip(found, better):
        part[:, rows] = of_rows
    return found


def of_each(found: Array, samples: int) -> Array:
    """The result of an executor with a column for each sample; a single column is repeated."""
    return found if found.shape[1] == samples else np.broadcast_to(found, (len(found), samples)).copy()
