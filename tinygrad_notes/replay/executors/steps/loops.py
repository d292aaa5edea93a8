"""The loops that Numba compiles: an interpreter of encoded plans, for one sample and for blocks of samples.

A step is seven integers: its kind, where its results go, three sizes, where its operands begin in `pool`, and where its
matrix begins; see `tinygrad_notes.replay.executors.steps.run`. Nothing here is compiled for a particular plan.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_notes.number_systems.compiled_functions import contracting
from tinygrad_notes.number_systems.compiled_loops import ADD, CODES, MAXIMUM, MULTIPLY, apply, compiled, elementwise
from tinygrad_notes.number_systems.compiling import compiling
from tinygrad_notes.number_systems.native import borrowed

SUMS = len(CODES)
KINDS = ("total", "largest", "dot", "matrix_product", "sample_sum", "sample_dot", "sample_product")
TOTAL, LARGEST, DOT, MATRIX_PRODUCT, SAMPLE_SUM, SAMPLE_DOT, SAMPLE_PRODUCT = range(SUMS, SUMS + len(KINDS))

# A sum over samples may be taken in any order.
_reassociating: Any = compiling(fastmath={"reassoc", "contract"})


@compiled
def work_one(steps: Any, pool: Any, slots: Any) -> None:  # noqa: C901 (one case for each kind of step)
    """All steps on one number per slot."""
    for step in range(len(steps)):
        kind, out, n, terms, more, start = (
            steps[step, 0],
            steps[step, 1],
            steps[step, 2],
            steps[step, 3],
            steps[step, 4],
            steps[step, 5],
        )
        if kind == MULTIPLY:
            for row in range(n):
                slots[out + row] = slots[pool[start + 2 * row]] * slots[pool[start + 2 * row + 1]]
        elif kind == ADD:
            for row in range(n):
                slots[out + row] = slots[pool[start + 2 * row]] + slots[pool[start + 2 * row + 1]]
        elif kind < TOTAL:
            for row in range(n):
                at = start + terms * row
                a = slots[pool[at]]
                b = slots[pool[at + 1]] if terms > 1 else 0.0
                c = slots[pool[at + 2]] if terms > 2 else 0.0
                slots[out + row] = apply(kind, a, b, c)
        elif kind in (TOTAL, SAMPLE_SUM):
            for row in range(n):
                total = 0.0
                for term in range(terms):
                    total += slots[pool[start + row * terms + term]]
                slots[out + row] = total
        elif kind == LARGEST:
            for row in range(n):
                top = slots[pool[start + row * terms]]
                for term in range(1, terms):
                    top = apply(MAXIMUM, top, slots[pool[start + row * terms + term]], 0.0)
                slots[out + row] = top
        elif kind in (DOT, SAMPLE_DOT):
            for row in range(n):
                total = 0.0
                for term in range(terms):
                    at = start + row * terms + term
                    total += slots[pool[at]] * slots[pool[at + n * terms]]
                slots[out + row] = total
        else:
            by_groups = kind == MATRIX_PRODUCT
            for i in range(n):
                for j in range(more):
                    total = 0.0
                    for term in range(terms):
                        left = slots[pool[start + i * terms + term]]
                        total += left * slots[pool[start + (n + j) * terms + term]]
                    slots[out + (j * n + i if by_groups else i * more + j)] = total


@compiled
def work_sample(steps: Any, pool: Any, slots: Any, X: Any, first: int, wanted: Any, fetched: Any) -> None:
    """All three phases on one sample; the inputs' slots begin at `first`."""
    for i in range(X.shape[1]):
        slots[first + i] = X[0, i]
    work_one(steps, pool, slots)
    for i in range(len(wanted)):
        fetched[i, 0] = slots[wanted[i]]


@compiled
def work_batch(
    steps: Any, first: int, last: int, pool: Any, matrix_numbers: int, uniform: Any, rows: Any, X: Any,
    sample_sums: Any, loops: Any, wanted: Any, fetched: Any,
) -> None:  # fmt: skip
    """All three phases on a batch, in one thread; the steps from `first` up to `last` are those of each block."""
    each = steps[first:last]
    work_one(steps[:first], pool, uniform)
    matrices, sums = np.empty(matrix_numbers), np.zeros(len(uniform))
    gather_matrices(each, pool, uniform, matrices)
    work_blocks(each, pool, matrices, uniform, sums, rows, X, 0, len(X), wanted, fetched, loops)
    for slot in sample_sums:
        uniform[slot] = sums[slot]
    work_one(steps[last:], pool, uniform)


@compiled
def gather_matrices(steps: Any, pool: Any, uniform: Any, matrices: Any) -> None:
    """The weights of every matrix product, side by side."""
    for step in range(len(steps)):
        if steps[step, 0] == MATRIX_PRODUCT:
            start, first = steps[step, 5], steps[step, 6]
            for i in range(steps[step, 2] * steps[step, 3]):
                matrices[first + i] = uniform[pool[start + i]]


@compiled
def work_blocks(
    steps: Any, pool: Any, matrices: Any, uniform: Any, sums: Any, rows: Any, X: Any, first: int, last: int,
    wanted: Any, fetched: Any, loops: Any,
) -> None:  # fmt: skip
    """All samples from `first` up to `last`, block by block; sums over the samples are added to `sums`."""
    size = rows.shape[1]
    for begin in range(first, last, size):
        n = min(size, last - begin)
        for i in range(X.shape[1]):
            for s in range(n):
                rows[i, s] = X[begin + s, i]
        work_block(steps, pool, matrices, uniform, sums, rows, n, loops)
        for i in range(len(wanted)):
            for s in range(n):
                fetched[i, begin + s] = rows[wanted[i] - len(uniform), s]


@compiled
def work_block(  # noqa: C901
    steps: Any, pool: Any, matrices: Any, uniform: Any, sums: Any, rows: Any, samples: int, loops: Any
) -> None:
    """All steps on a block of samples: `rows` has one row for each varying slot, and three to spare."""
    steps, pool, matrices, uniform = borrowed(steps), borrowed(pool), borrowed(matrices), borrowed(uniform)
    sums, rows, loops = borrowed(sums), borrowed(rows), borrowed(loops)
    uniforms = len(uniform)
    numbers, size = rows.reshape(rows.size), rows.shape[1]
    spare = len(rows) - 3
    for step in range(len(steps)):
        kind, out, n, terms, more, start, matrix = (
            steps[step, 0],
            steps[step, 1] - uniforms,
            steps[step, 2],
            steps[step, 3],
            steps[step, 4],
            steps[step, 5],
            steps[step, 6],
        )
        if kind < TOTAL:
            for row in range(n):
                at = start + terms * row
                a = row_of(pool[at], uniform, rows, spare, samples)
                b = row_of(pool[at + 1], uniform, rows, spare + 1, samples) if terms > 1 else a
                c = row_of(pool[at + 2], uniform, rows, spare + 2, samples) if terms > 2 else a
                elementwise(kind, numbers, a * size, b * size, c * size, (out + row) * size, samples, loops)
        elif kind in (TOTAL, LARGEST, DOT):
            for row in range(n):
                for s in range(samples):
                    rows[out + row, s] = -np.inf if kind == LARGEST else 0.0
                for term in range(terms):
                    at = start + row * terms + term
                    left = row_of(pool[at], uniform, rows, spare, samples)
                    if kind == TOTAL:
                        add_to(rows, out + row, left, samples)
                    elif kind == LARGEST:
                        elementwise(
                            MAXIMUM, numbers, left * size, (out + row) * size, 0, (out + row) * size, samples, loops
                        )
                    else:
                        right = row_of(pool[at + n * terms], uniform, rows, spare + 1, samples)
                        add_product_to(rows, out + row, left, right, samples)
        elif kind == MATRIX_PRODUCT:
            for group in range(more):
                first = start + (n + group) * terms
                for row in range(n):
                    weigh(
                        rows,
                        out + group * n + row,
                        matrices,
                        matrix + row * terms,
                        pool,
                        first,
                        terms,
                        uniforms,
                        samples,
                    )
        elif kind == SAMPLE_SUM:
            for row in range(n):
                for term in range(terms):
                    sums[out + uniforms + row] += sum_of(rows, pool[start + row * terms + term] - uniforms, samples)
        else:
            columns = more if kind == SAMPLE_PRODUCT else 1
            for i in range(n):
                for j in range(columns):
                    partner = n + j if kind == SAMPLE_PRODUCT else n + i
                    total = 0.0
                    for term in range(terms):
                        left = pool[start + i * terms + term] - uniforms
                        right = pool[start + partner * terms + term] - uniforms
                        total += product_of(rows, left, right, samples)
                    sums[out + uniforms + i * columns + j] += total


# Rows are given by their numbers: a view of a row would cost more than most of the work on it.


@compiled
def row_of(slot: int, uniform: Any, rows: Any, spare: int, samples: int) -> int:
    """The row of a slot; a uniform number is written all over the spare row."""
    if slot >= len(uniform):
        return slot - len(uniform)
    number = uniform[slot]
    for s in range(samples):
        rows[spare, s] = number
    return spare


@compiled
def add_to(rows: Any, out: int, a: int, samples: int) -> None:
    for s in range(samples):
        rows[out, s] += rows[a, s]


@contracting
def add_product_to(rows: Any, out: int, a: int, b: int, samples: int) -> None:
    for s in range(samples):
        rows[out, s] += rows[a, s] * rows[b, s]


@contracting
def weigh(
    rows: Any, out: int, weights: Any, first: int, pool: Any, inputs: int, terms: int, uniforms: int, samples: int
) -> None:
    """out := Σ weights · inputs, four terms at a time so that `out` is loaded a quarter as often."""
    for s in range(samples):
        rows[out, s] = 0.0
    whole = terms // 4 * 4
    for term in range(0, whole, 4):
        i, j = pool[inputs + term] - uniforms, pool[inputs + term + 1] - uniforms
        k, l = pool[inputs + term + 2] - uniforms, pool[inputs + term + 3] - uniforms
        a, b, c, d = (
            weights[first + term],
            weights[first + term + 1],
            weights[first + term + 2],
            weights[first + term + 3],
        )
        for s in range(samples):
            rows[out, s] += a * rows[i, s] + b * rows[j, s] + c * rows[k, s] + d * rows[l, s]
    for term in range(whole, terms):
        weight, i = weights[first + term], pool[inputs + term] - uniforms
        for s in range(samples):
            rows[out, s] += weight * rows[i, s]


@_reassociating
def sum_of(rows: Any, a: int, samples: int) -> float:
    total = 0.0
    for s in range(samples):
        total += rows[a, s]
    return total


@_reassociating
def product_of(rows: Any, a: int, b: int, samples: int) -> float:
    total = 0.0
    for s in range(samples):
        total += rows[a, s] * rows[b, s]
    return total
