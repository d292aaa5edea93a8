"""A page at other numbers: its graph worked again from other givens, at several points at once."""

from __future__ import annotations

import math
import operator
import random
from collections.abc import Collection, Mapping, Sequence
from functools import cache, partial, reduce
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from tinygrad_notes.derivatives.evaluation import rules_of
from tinygrad_notes.number_systems import numpy_arrays
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import Value
from tinygrad_notes.worked.calculation import tree
from tinygrad_notes.worked.calculation.elementwise import numbers_of
from tinygrad_notes.worked.calculation.entries import Check, Entry
from tinygrad_notes.worked.calculation.working import World

Floats = np.ndarray[Any, np.dtype[np.float64]]
NEAR, FAR, KEPT, MIRRORED = "near", "far", "kept", "mirrored"
"""Kinds of points: near the page's own numbers, far from them, and near with its zeros and targets left as they are.
MIRRORED points are the KEPT ones with each matrix that is symmetric on the page made symmetric again."""
_TARGETS = frozenset({"y", "t", "d", "target", "targets", "label", "labels", "y_true", "Y", "T", "ytrue"})


class Elsewhere:
    """The numbers of a page, and of its key, at other points.

    A formula that is wrong is put right before anything reads it, so that each formula is judged by itself. Only what
    is asked for is worked.

    Args:
        world: the page.
        kinds: of the points, one of NEAR, FAR, KEPT and MIRRORED for each.
        held: what is given and keeps its numbers at every point.
    """

    def __init__(self, world: World, kinds: Sequence[str], held: Collection[Value] = ()) -> None:
        self.kinds, self.points, self._held = kinds, len(kinds), held
        self._numbers: dict[Value, Floats] = {}
        self._known: set[Value] = set()
        self._constant = cache(partial(np.full, self.points))
        self._own: dict[tuple[int, int], Floats] = {}
        self._right: dict[tuple[int, int], Floats] = {}
        worlds = [world] if world.key is None else [world.key, world]
        seeds = [KEPT if kind == MIRRORED else kind for kind in kinds]
        rngs = [random.Random(f"{kinds[:i].count(kind)}{seeds[i]}") for i, kind in enumerate(kinds)]
        for one in worlds:
            self._give(one, kinds, rngs)
        for one in worlds:
            for check in one.checks:
                self._take(check)

    def of(self, numbers: Any) -> Floats:
        """What Values come to: of shape (points, numbers)."""
        return self._of_each(numbers)[0]

    def _of_each(self, *arrays: Any) -> list[Floats]:
        """What the Values of several arrays come to, worked together."""
        listed = [numbers_of(numbers) for numbers in arrays]
        self._work([number for numbers in listed for number in numbers if isinstance(number, Value)])
        found = []
        for numbers in listed:
            rows = np.empty((len(numbers), self.points))
            for i, number in enumerate(numbers):
                rows[i] = self._numbers[number] if isinstance(number, Value) else number
            found.append(rows.T)
        return found

    def slopes(self, value: Value) -> tuple[Floats, ...]:
        """The local derivatives of a Value by its operands, each of shape (points,)."""
        self._work([value])
        with np.errstate(all="ignore"):
            operands = [self._numbers[operand] for operand in value.operands]
            found = rules_of(value, numpy_arrays)[1](*operands, self._numbers[value])
        return tuple(np.broadcast_to(slope, self.points).astype(float) for slope in found)

    def at(self, point: int) -> dict[Value, float]:
        """The numbers of all that was worked, at one of the points."""
        return {value: float(number[point]) for value, number in self._numbers.items()}

    def are(self, kind: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which of the points are of a kind."""
        return np.array([one == kind for one in self.kinds])

    def both(self, check: Check) -> tuple[Floats, Floats]:
        """A formula's numbers and the right ones, each of shape (points, numbers)."""
        return self._own[check.place], self._right[check.place]

    def _give(self, world: World, kinds: Sequence[str], rngs: Sequence[random.Random]) -> None:
        fixed, lengths = _exponents(world), _lengths(world)
        for entry in world.entries:
            values = entry.values
            if entry.is_given and values and values[0] not in self._numbers:
                numbers = [value.data for value in values]
                moved = [
                    numbers
                    if entry.name in fixed or values[0] in self._held
                    else _moved(entry, numbers, rng, kind, lengths)
                    for kind, rng in zip(kinds, rngs, strict=True)
                ]
                self._put(values, np.array(moved, dtype=float))

    def _put(self, values: Sequence[Value], numbers: Floats) -> None:
        self._numbers.update(zip(values, numbers.T, strict=True))
        self._known.update(values)

    def _take(self, check: Check) -> None:
        """Work a formula and what it must equal, then let all that follows go on from the right numbers."""
        if check.own is None or check.right is None or check.is_alike:
            return
        self._own[check.place], right = self._of_each(check.own, check.right)
        self._right[check.place] = right
        if check.stands_in:
            self._put(check.entry.values, right)

    def _work(self, values: Sequence[Value]) -> None:
        numbers = self._numbers
        with np.errstate(all="ignore"):
            for node in topological_order(*values, known=self._known):
                operands = [numbers[operand] for operand in node.operands]
                numbers[node] = rules_of(node, numpy_arrays)[0](*operands) if operands else self._constant(node.data)


class Special(NamedTuple):
    """What a formula reads that is special on its page.

    Attributes:
        switches: what is given as nothing but 0s and 1s, and read by the formula alone. Such a mask or one-hot choice
            is data: it is right for the branches and the indices that the page's function takes without it. What the
            right numbers read too is none.
        is_read: whether the formula or the right one reads anything that KEPT points keep and others do not.
    """

    switches: frozenset[Value]
    is_read: bool


def special_of(world: World) -> dict[tuple[int, int], Special]:
    """By the place of a formula what it reads that is special on the page."""
    worlds = [world] if world.key is None else [world.key, world]
    given = list(chain.from_iterable(map(_special_givens, worlds)))
    reads = {value: 1 << i for i, entry in enumerate(given) for value in entry.values}  # sets of the given, as bits
    binary = [entry.values if _is_binary([value.data for value in entry.values]) else () for entry in given]
    done = set(reads)
    found = {}
    for check in (check for one in worlds for check in one.checks):
        own, right = _read(check.own, reads, done), _read(check.right, reads, done)
        alone = own & ~right
        switches = frozenset(chain.from_iterable(values for i, values in enumerate(binary) if alone >> i & 1))
        found[check.place] = Special(switches, bool(own | right))
        if check.stands_in:  # what stands in for right numbers reads what these read
            reads.update((value, right) for value in check.entry.values)
            done.update(check.entry.values)
    return found


def _read(numbers: Any, reads: dict[Value, int], done: set[Value]) -> int:
    """Which of the given some numbers are computed from; each Value is looked at once for the whole page."""
    listed = [number for number in numbers_of(numbers) if isinstance(number, Value)]
    for node in topological_order(*listed, known=done):
        reads[node] = _united(node.operands, reads)
    return _united(listed, reads)


def _united(values: Sequence[Value], reads: Mapping[Value, int]) -> int:
    return reduce(operator.or_, map(reads.__getitem__, values), 0)


def _special_givens(world: World) -> list[Entry]:
    lengths = _lengths(world)
    return [entry for entry in world.entries if entry.is_given and _is_special(entry, lengths)]


def _is_special(entry: Entry, lengths: Collection[int]) -> bool:
    """Whether a given has something that KEPT or MIRRORED points keep, or that may be a switch."""
    shape, numbers = entry.shape, [value.data for value in entry.values]
    if not numbers:
        return False
    return 0.0 in numbers or _is_binary(numbers) or _is_count(shape, numbers, lengths) or _is_symmetric(shape, numbers)


def _is_binary(numbers: Sequence[float]) -> bool:
    return set(numbers) <= {0.0, 1.0}


def _moved(
    entry: Entry, numbers: Sequence[float], rng: random.Random, kind: str, lengths: Collection[int]
) -> list[float]:
    """Other numbers in the place of those that a line gives."""
    is_kept = kind in (KEPT, MIRRORED)
    if is_kept and (_is_target(entry.name, numbers) or _is_count(entry.shape, numbers, lengths)):
        return list(numbers)
    scale = max((abs(number) for number in numbers if math.isfinite(number)), default=0.0) or 1.0
    if kind == FAR:
        moved = [rng.gauss(0.0, 1.0) * scale * 1.5 + 0.1 * number for number in numbers]
    else:
        moved = [
            number * (1.0 + rng.uniform(-0.05, 0.05)) + (not number) * rng.uniform(-0.05, 0.05) * scale
            for number in numbers
        ]
    if is_kept:
        moved = [other if number else 0.0 for number, other in zip(numbers, moved, strict=True)]
    if kind == MIRRORED and _is_symmetric(entry.shape, numbers):
        matrix = np.reshape(moved, entry.shape)
        moved = [float(number) for number in (0.5 * (matrix + matrix.T)).flat]
    if _are_shares(numbers):
        shares = [abs(number) + 0.01 for number in moved]
        moved = [share / sum(shares) for share in shares]
    return moved


def _is_target(name: str, numbers: Sequence[float]) -> bool:
    return name.rstrip("0123456789_") in _TARGETS and _is_binary(numbers)


def _is_count(shape: tuple[int, ...], numbers: Sequence[float], lengths: Collection[int]) -> bool:
    """Whether a number counts something: a whole number that is the length of an array of the page."""
    return not shape and numbers[0] >= 2 and numbers[0] in lengths


def _lengths(world: World) -> set[int]:
    """The lengths of the arrays of a page, along each axis and in all."""
    return {length for entry in world.entries for length in (*entry.shape, math.prod(entry.shape))}


def _is_symmetric(shape: tuple[int, ...], numbers: Sequence[float]) -> bool:
    """Whether numbers are a matrix that is its own transpose, as in the energy of a network or a quadratic form."""
    return (
        len(shape) == 2 and shape[0] == shape[1] > 1 and bool((np.reshape(numbers, shape).T.ravel() == numbers).all())
    )


def _are_shares(numbers: Sequence[float]) -> bool:
    """Whether numbers are shares of one, as a one-hot target is."""
    return len(numbers) > 1 and min(numbers) >= 0.0 and abs(sum(numbers) - 1.0) < 1e-12


def _exponents(world: World) -> set[str]:
    """Names that stand in an exponent, whose numbers must stay whole."""
    first = {entry.name: entry for entry in reversed(world.entries)}
    whole = {name for name, entry in first.items() if entry.is_given and _is_whole(entry)}
    if not whole:
        return whole
    trees = (member.tree for statement in world.statements for member in statement.members if member.tree)
    powers = (node for part in trees for node in part.walk() if isinstance(node, tree.Power))
    names = chain.from_iterable(power.exponent.walk() for power in powers)
    return whole.intersection(node.name for node in names if isinstance(node, tree.Name))


def _is_whole(entry: Entry) -> bool:
    return all(value.data.is_integer() for value in entry.values)
