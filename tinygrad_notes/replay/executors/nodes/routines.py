"""Routines: a rule of the table as a few instructions over registers, for graphs that are worked node by node.

In a graph without structure hardly two nodes do the same at once. So a rule is written down once for every *kind* of
node, and of a node only its kind and its operands are kept. Nodes are of one kind if they have the same row of the
table, the same plain numbers among their operands, and want derivatives by the same operands.

A rule is read over the tape's number system, as for a plan, and the tape is written down as instructions

    (code, first, second, third, fourth register, register of the result)

whose code is that of an elementwise function (`number_systems.compiled_loops`) or one of the seven below. What a
routine loads, it loads first.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.number_systems.compiled_loops import CODES
from tinygrad_notes.operations import Operation
from tinygrad_notes.replay import tape as places
from tinygrad_notes.replay.tape import INPUT, NUMBER, Place, Tape, never_minus_zero

WHERE_LESS, WHERE_EQUAL, ADD_TO_ADJOINT, ADD_PRODUCT, COPY, LOAD, LOAD_ADJOINT = range(len(CODES), len(CODES) + 7)
"""The third where the first is less than the second, or equal to it, else the fourth; add to the adjoint of an operand,
a number or the product of two, which so is not written down and read again; copy a register; fetch an operand by its
position; fetch the node's adjoint. For those that add the register of the result is a sign, 1 or -1.

A comparison is worked together with the choice that it is for: that saves a tenth of the instructions of a graph of
all kinds of operations.
"""
OUT, ADJOINT, FIRST_OPERAND = range(3)
"""Registers: the node's value, its adjoint, and where its operands begin; behind these come intermediate results.

Plain numbers have the last registers, which hold them all the time: -1, -2, … until it is known how many there are.
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """A row, for each operand the plain number that it is or None, and whether a derivative by it is needed."""

    row: Operation
    numbers: tuple[float | None, ...]
    wanted: tuple[bool, ...]

    @property
    def loaded(self) -> int:
        """How many operands are not plain numbers."""
        return self.numbers.count(None)


@dataclass(frozen=True, slots=True)
class Routines:
    """The routines of some kinds.

    `of_kind` has a row for each kind: how many operands it loads, where its value's instructions begin, where they end
    and those of its derivatives begin, and where these end. `numbers` are what the last registers hold, from the last
    one backwards.
    """

    instructions: NDArray[np.int32]
    of_kind: NDArray[np.int32]
    numbers: NDArray[np.float64]
    registers: int


def routines(kinds: Sequence[Kind]) -> Routines:
    """Two routines for every kind: one for its value, one that adds its part to its operands' adjoints."""
    writer = _Writer(FIRST_OPERAND + max((kind.loaded for kind in kinds), default=0))
    of_kind = []
    for kind in kinds:
        start = len(writer.instructions)
        writer.write_value(kind)
        middle = len(writer.instructions)
        if any(kind.wanted):
            writer.write_derivatives(kind)
        of_kind.append((kind.loaded, start, middle, len(writer.instructions)))
    instructions = np.array(writer.instructions, np.int32).reshape(-1, 6)
    used = instructions[:, 1:5]
    used[used < 0] += writer.registers + len(writer.numbers)
    return Routines(
        instructions,
        np.array(of_kind, np.int32).reshape(-1, 4),
        np.array([float.fromhex(number) for number in writer.numbers]),
        writer.registers,
    )


class _BinaryTape(Tape):
    """A tape on which sums are written one addition at a time."""

    def write(self, name: str, operands: tuple[int, ...]) -> Place:
        if name not in ("dot", "total", "largest"):
            return super().write(name, operands)
        joined = "maximum" if name == "largest" else "add"
        if name == "dot":
            half = len(operands) // 2
            operands = tuple([self.write("multiply", pair).index for pair in zip(operands[:half], operands[half:])])
        result = Place(self, reduce(lambda total, term: self.write(joined, (total, term)).index, operands))
        return result if joined == "maximum" else never_minus_zero(result)


class _Writer:
    """Writes routines one behind another; operands of all kinds have the same registers."""

    def __init__(self, first_free: int) -> None:
        self.instructions: list[tuple[int, ...]] = []
        self.numbers: dict[str, int] = {}
        self.registers = self._first_free = first_free

    def write_value(self, kind: Kind) -> None:
        tape, operands = _operands(kind)
        value, _ = kind.row.read(places)
        result = tape.place_of(value(*operands)).index
        if tape.operands[result]:
            self._write(tape, [result], {result: OUT})
        else:
            [register] = self._write(tape, [result], {})
            self._append(COPY, [register], OUT)

    def write_derivatives(self, kind: Kind) -> None:
        tape, operands = _operands(kind)
        out, adjoint = tape.leaf(INPUT, OUT), tape.leaf(INPUT, ADJOINT)
        _, derivatives = kind.row.read(places)
        wanted = [k for k, is_wanted in enumerate(kind.wanted) if is_wanted]
        slopes = derivatives(*operands, out)
        parts = [(adjoint * slopes[k]).index for k in wanted]
        used = {operand for operands in tape.operands for operand in operands}
        signed = [_signed_factors(tape, part, part not in used) for part in parts]
        registers = iter(self._write(tape, [factor for _, factors in signed for factor in factors], {out.index: OUT}))
        for k, (sign, factors) in zip(wanted, signed):
            position, left = kind.numbers[:k].count(None), next(registers)
            if len(factors) == 2:
                self._append(ADD_PRODUCT, [left, position, next(registers)], sign)
            else:
                self._append(ADD_TO_ADJOINT, [left, position], sign)

    def _write(self, tape: Tape, results: list[int], registers: dict[int, int]) -> list[int]:
        """Write what leads to `results`; their registers. `registers` says where some places are or have to go.

        A register is used again once nobody needs what it holds, so that few suffice and stay in the nearest cache.
        """
        steps = _steps_to(tape, results)
        last_use = {operand: place for place, (_, operands) in steps.items() for operand in operands}
        free: list[int] = []
        untouched = itertools.count(self._first_free)
        for place, (code, operands) in steps.items():
            if not operands:
                registers[place] = self._leaf(tape.names[place], tape.leaves[place])
                continue
            if place not in registers:
                registers[place] = free.pop() if free else next(untouched)
            self._append(code, [registers[operand] for operand in operands], registers[place])
            spent = [operand for operand in set(operands) if last_use[operand] == place and operand not in results]
            free += [registers[operand] for operand in spent if registers[operand] >= self._first_free]
        self.registers = max(self.registers, next(untouched))
        return [registers[place] for place in results]

    def _leaf(self, name: str, which: float) -> int:
        """The register of a plain number, or of an input, which is fetched first."""
        if name == NUMBER:
            number = which.hex()  # tells -0.0 from 0.0, and finds nan again
            return -1 - self.numbers.setdefault(number, len(self.numbers))
        register = int(which)
        if register == ADJOINT:
            self._append(LOAD_ADJOINT, [], register)
        elif register != OUT:
            self._append(LOAD, [register - FIRST_OPERAND], register)
        return register

    def _append(self, code: int, used: list[int], result: int) -> None:
        first, second, third, fourth = (*used, *used[:1] * 4, 0, 0, 0, 0)[:4]
        self.instructions.append((code, first, second, third, fourth, result))


def _steps_to(tape: Tape, results: list[int]) -> dict[int, tuple[int, tuple[int, ...]]]:
    """The code and the operands of each place that leads to `results`, in order; leaves have no operands."""
    steps: dict[int, tuple[int, tuple[int, ...]]] = {}
    wanted = set(results)
    for place in range(len(tape.names) - 1, -1, -1):
        if place in wanted:
            steps[place] = _joined(tape, place)
            wanted.update(steps[place][1])
    return dict(reversed(steps.items()))


def _joined(tape: Tape, place: int) -> tuple[int, tuple[int, ...]]:
    """The code of a place and its operands; a choice with the comparison that it is made by."""
    name, operands = tape.names[place], tape.operands[place]
    if name == "where" and tape.names[operands[0]] in ("less", "greater", "equal"):
        relation, (left, right) = tape.names[operands[0]], tape.operands[operands[0]]
        if relation == "greater":
            left, right = right, left
        return (WHERE_EQUAL if relation == "equal" else WHERE_LESS), (left, right, *operands[1:])
    return CODES.get(name, -1), operands


def _signed_factors(tape: Tape, part: int, is_last: bool) -> tuple[int, list[int]]:
    """A place as a sign, 1 or -1, and the one or two places to multiply, if nothing else reads the product."""
    factors = tape.operands[part] if tape.names[part] == "multiply" and is_last else (part,)
    negative = [tape.names[factor] == "negative" for factor in factors]
    plain = [tape.operands[factor][0] if minus else factor for factor, minus in zip(factors, negative)]
    return (-1 if sum(negative) == 1 else 1), plain


def _operands(kind: Kind) -> tuple[Tape, list[Any]]:
    """A fresh tape with a node's operands on it: plain numbers, or inputs that go by their registers."""
    tape = _BinaryTape()
    operands: list[Any] = []
    free = FIRST_OPERAND
    for number in kind.numbers:
        operands.append(tape.leaf(INPUT, free) if number is None else number)
        free += number is None
    return tape, operands
