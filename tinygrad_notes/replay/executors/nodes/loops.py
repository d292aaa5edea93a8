"""The loops that work an encoded graph: the routine of each group forward, then of each group backward.

An instruction is a loop over the nodes of a group and over samples, over many nodes where there is one sample, and over
the samples of one node where there are many. A group's numbers lie side by side, node by node.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import uint64

from tinygrad_notes.number_systems.compiled_loops import compiled, elementwise, inlined
from tinygrad_notes.number_systems.native import borrowed
from tinygrad_notes.replay.executors.nodes.order import NONE, Code
from tinygrad_notes.replay.executors.nodes.routines import (
    ADD_PRODUCT,
    ADD_TO_ADJOINT,
    LOAD,
    LOAD_ADJOINT,
    OUT,
    WHERE_EQUAL,
    WHERE_LESS,
)

FUNCTIONS = WHERE_LESS  # codes below this are elementwise functions


class Memory(NamedTuple):
    """All numbers, and where they are: the rows of values begin at 0, those of adjoints at `first_adjoint`.

    A register of `lanes` numbers has its home at its entry of `homes`. Its entry of `registers` says where it is just
    now: an operand of a single node is left where it lies.
    """

    numbers: Any
    first_adjoint: int
    homes: Any
    registers: Any
    lanes: int


@compiled
def work_samples(
    code: Code, memory: Memory, leaves: Any, loops: Any, parameters: Any, X: Any, first: int, last: int, block: int,
    outputs: Any, values: Any, seed: int, by_parameter: Any, by_input: Any, summed: bool,
) -> None:  # fmt: skip
    """All samples from `first` up to `last`, block by block.

    `leaves` are the plain numbers that have a row, `outputs` the rows of the wanted values, and `seed` is the row of
    the adjoint to begin with, or NONE.
    """
    numbers = memory.numbers
    inputs, most = X.shape[1], max(1, memory.lanes // block)
    for begin in range(first, last, block):
        n = min(block, last - begin)
        for i in range(inputs):
            for s in range(n):
                numbers[i * n + s] = X[begin + s, i]
        fill_rows(numbers, inputs * n, parameters, n)
        fill_rows(numbers, (inputs + len(parameters)) * n, leaves, n)
        forward(code, memory, inputs + len(parameters) + len(leaves), n, most, loops)
        for i in range(len(outputs)):
            for s in range(n):
                values[i, begin + s] = numbers[outputs[i] * n + s]
        if seed != NONE:
            reverse(code, memory, seed, n, most, loops)
            fetch_adjoints(code, memory, 0, n, by_input, begin, False)
            fetch_adjoints(code, memory, inputs, n, by_parameter, begin, summed)


@compiled
def work_one(integers: Any, places: Any, numbers: Any) -> Any:
    """One sample, from three arrays that `run` packs: Numba takes 3 µs to unpack what `work_samples` is given.

    The numbers begin with the rows of inputs, parameters and plain numbers; the results go at their end. Returns
    whether any of these is nan: asked of NumPy it takes a tenth of a small program's call.
    """
    sizes, at = integers[:7], 7
    kinds = integers[at : at + sizes[0]].reshape(sizes[0] // 4, 4)
    at += sizes[0]
    instructions = integers[at : at + sizes[1]].reshape(sizes[1] // 6, 6)
    at += sizes[1]
    groups = integers[at : at + sizes[2]].reshape(sizes[2] // 2, 2)
    at += sizes[2]
    operands = integers[at : at + sizes[3]]
    at += sizes[3]
    adjoints = integers[at : at + sizes[4]]
    at += sizes[4]
    outputs, wanted = integers[at : at + sizes[5]], integers[at + sizes[5] :]
    first_adjoint, seed, first_node, lanes, count = places[0], places[1], places[2], places[3], places[4]
    homes, registers = places[5 : 5 + count], places[5 + count : 5 + 2 * count]
    loops = places[5 + 2 * count :].reshape(FUNCTIONS, 2)
    code = Code(kinds, instructions, groups, operands, adjoints, adjoints[:0].view(np.int8))
    memory = Memory(numbers, first_adjoint, homes, registers, lanes)
    forward(code, memory, first_node, 1, lanes, loops)
    found, nans = len(numbers) - len(wanted), 0
    for i in range(len(outputs)):
        number = numbers[found - sizes[6] - len(outputs) + i] = numbers[outputs[i]]
        nans += number != number
    if seed != NONE:
        reverse(code, memory, seed, 1, lanes, loops)
        for i in range(len(wanted)):
            numbers[found + i] = 0.0
            if adjoints[wanted[i]] != NONE:
                adjoint = first_adjoint + adjoints[wanted[i]]
                number = numbers[found + i] = numbers[adjoint]
                nans += number != number
    return nans > 0


@compiled
def fetch_adjoints(code: Code, memory: Memory, row: int, samples: int, found: Any, begin: int, summed: bool) -> None:
    """Add the adjoints of leaves, whose rows begin at `row`, to what was found."""
    for i in range(len(found)):
        if code.adjoints[row + i] != NONE:
            at = memory.first_adjoint + code.adjoints[row + i] * samples
            for s in range(samples):
                found[i, 0 if summed else begin + s] += memory.numbers[at + s]


@compiled
def forward(code: Code, memory: Memory, row: int, samples: int, most: int, loops: Any) -> None:
    """The values of all nodes, up to `most` at a time; `row` belongs to the first."""
    code, memory, loops = borrowed(code), borrowed(memory), borrowed(loops)
    at = 0
    for group in range(len(code.groups)):
        kind, n = code.groups[group, 0], code.groups[group, 1]
        loaded, start, stop = code.kinds[kind, 0], code.kinds[kind, 1], code.kinds[kind, 2]
        while n > 0:
            nodes = min(n, most)
            work(code, memory, start, stop, at, loaded, row, nodes, samples, loops, most == 1)
            row += nodes
            at += nodes * loaded
            n -= nodes


@compiled
def reverse(code: Code, memory: Memory, seed: int, samples: int, most: int, loops: Any) -> None:
    """Hand the adjoints of all nodes on to their operands, the last first; it begins with a 1 in the row `seed`.

    Where nodes are taken several at a time, adjoints lie as the values do, and are 0 at first. Where they are taken one
    by one, rows are used again: what is the first to be added to an adjoint is written over what stands there.
    """
    code, memory, loops = borrowed(code), borrowed(memory), borrowed(loops)
    if most > 1:
        fill(memory.numbers, memory.first_adjoint, len(code.adjoints) * samples, 0.0)
    fill(memory.numbers, memory.first_adjoint + seed * samples, samples, 1.0)
    row, at = len(code.adjoints), len(code.operands)
    for group in range(len(code.groups) - 1, -1, -1):
        kind, n = code.groups[group, 0], code.groups[group, 1]
        loaded, start, stop = code.kinds[kind, 0], code.kinds[kind, 2], code.kinds[kind, 3]
        if start == stop:
            row -= n
            at -= n * loaded
            continue
        while n > 0:
            nodes = min(n, most)
            row -= nodes
            at -= nodes * loaded
            n -= nodes
            work(code, memory, start, stop, at, loaded, row, nodes, samples, loops, most == 1)


@inlined
def work(
    code: Code, memory: Memory, start: int, stop: int, at: int, loaded: int, row: int, nodes: int, samples: int,
    loops: Any, is_alone: bool,
) -> None:  # fmt: skip
    """Some instructions for `nodes` nodes of a kind; the first has the given row, and its operands begin at `at`.

    A node that `is_alone` writes over adjoints what is the first to be added to them.
    """
    numbers, first_adjoint, homes, registers, _ = memory
    instructions, operands, adjoints = code.instructions, code.operands, code.adjoints
    registers[OUT] = row * samples
    n, first = nodes * samples, uint64(start)
    while first < uint64(stop) and instructions[first, 0] >= LOAD:
        position, result = at + instructions[first, 1], uint64(instructions[first, 5])
        if instructions[first, 0] == LOAD_ADJOINT:
            registers[result] = first_adjoint + adjoints[uint64(row)] * samples
        elif nodes == 1:
            registers[result] = operands[uint64(position)] * samples
        else:
            registers[result] = homes[result]
            gather(numbers, operands, position, loaded, homes[result], nodes, samples)
        first += uint64(1)
    for step in range(first, uint64(stop)):
        kind, a, result = instructions[step, 0], registers[uint64(instructions[step, 1])], instructions[step, 5]
        if kind < FUNCTIONS:
            b, c = registers[uint64(instructions[step, 2])], registers[uint64(instructions[step, 3])]
            elementwise(kind, numbers, a, b, c, registers[uint64(result)], n, loops)
        elif kind in (WHERE_LESS, WHERE_EQUAL):
            b, c = registers[uint64(instructions[step, 2])], registers[uint64(instructions[step, 3])]
            choose(numbers, kind, a, b, c, registers[uint64(instructions[step, 4])], registers[uint64(result)], n)
        elif kind in (ADD_TO_ADJOINT, ADD_PRODUCT):
            use, b = uint64(at + instructions[step, 2]), registers[uint64(instructions[step, 3])]
            if is_alone:
                target = first_adjoint + adjoints[uint64(operands[use])] * samples
                add(numbers, kind, a, b, result, target, samples, code.are_first[use])
            else:
                scatter(numbers, kind, a, b, result, operands, use, loaded, adjoints, first_adjoint, nodes, samples)
        else:
            copy(numbers, a, registers[uint64(result)], n)


# Rows of numbers. Indices that cannot be negative let the compiler use vector instructions; one sample has loops of its
# own, for a loop around a loop over one number would take longer than the work.


@compiled
def gather(numbers: Any, rows: Any, at: Any, stride: Any, target: Any, nodes: int, samples: int) -> None:
    """Copy the rows `rows[at]`, `rows[at + stride]`, … side by side."""
    if samples == 1:
        at, stride, target = uint64(at), uint64(stride), uint64(target)
        for node in range(uint64(nodes)):
            numbers[target + node] = numbers[uint64(rows[at + node * stride])]
    else:
        for node in range(nodes):
            copy(numbers, rows[at + node * stride] * samples, target + node * samples, samples)


@compiled
def scatter(
    numbers: Any, kind: int, left: Any, right: Any, sign: int, operands: Any, at: Any, stride: Any, adjoints: Any,
    first: Any, nodes: int, samples: int,
) -> None:  # fmt: skip
    """Add rows that lie side by side, or products of two, to the adjoints of the operands at `at`, `at + stride`, …."""
    if samples == 1:
        left, right, at, stride, first = uint64(left), uint64(right), uint64(at), uint64(stride), uint64(first)
        for node in range(uint64(nodes)):
            adjoint = first + uint64(adjoints[uint64(operands[at + node * stride])])
            factor = sign * numbers[right + node] if kind == ADD_PRODUCT else float(sign)
            numbers[adjoint] += factor * numbers[left + node]
    else:
        for node in range(nodes):
            adjoint, before = adjoints[operands[at + node * stride]], node * samples
            add(numbers, kind, left + before, right + before, sign, first + adjoint * samples, samples, False)


@compiled
def fill_rows(numbers: Any, at: int, leaves: Any, samples: int) -> None:
    """Write each number over a row of its own, the first of which begins at `at`."""
    for i in range(len(leaves)):
        fill(numbers, at + i * samples, samples, leaves[i])


@compiled
def fill(numbers: Any, at: Any, n: Any, number: float) -> None:
    at, n = uint64(at), uint64(n)
    for i in range(n):
        numbers[at + i] = number


@compiled
def copy(numbers: Any, source: Any, target: Any, n: Any) -> None:
    source, target, n = uint64(source), uint64(target), uint64(n)
    for i in range(n):
        numbers[target + i] = numbers[source + i]


@compiled
def choose(numbers: Any, kind: int, left: Any, right: Any, a: Any, b: Any, out: Any, n: Any) -> None:
    """A row of the numbers of one row where a comparison holds, else of another's."""
    left, right, a, b, out, n = uint64(left), uint64(right), uint64(a), uint64(b), uint64(out), uint64(n)
    if kind == WHERE_LESS:
        for i in range(n):
            x, y = numbers[a + i], numbers[b + i]
            numbers[out + i] = x if numbers[left + i] < numbers[right + i] else y
    else:
        for i in range(n):
            x, y = numbers[a + i], numbers[b + i]
            numbers[out + i] = x if numbers[left + i] == numbers[right + i] else y


@compiled
def add(numbers: Any, kind: int, left: Any, right: Any, sign: int, target: Any, n: Any, is_first: bool) -> None:
    """Add a row, or the product of two, to another, or write it over that as the first; with a sign, 1 or -1."""
    left, right, target, n, factor = uint64(left), uint64(right), uint64(target), uint64(n), float(sign)
    if kind == ADD_PRODUCT and is_first:
        for i in range(n):
            numbers[target + i] = factor * numbers[left + i] * numbers[right + i]
    elif kind == ADD_PRODUCT:
        for i in range(n):
            numbers[target + i] += factor * numbers[left + i] * numbers[right + i]
    elif is_first:
        for i in range(n):
            numbers[target + i] = factor * numbers[left + i]
    else:
        for i in range(n):
            numbers[target + i] += factor * numbers[left + i]
