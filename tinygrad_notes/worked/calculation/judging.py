"""Is a page's formula right? Judged at the page's numbers and, so that no coincidence passes, at others.

The whole page is worked again with other numbers given: some near the page's own, some far off. A formula holds if it
gives what the engine differentiates wherever both are defined. Where it holds at the page's own numbers alone it is a
coincidence. Where it holds near them, with the zeros and the targets of the page left as they are, it is right for
this page, and what it rests on is said.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from tinygrad_notes.errors import CalculationError
from tinygrad_notes.worked.calculation import tree
from tinygrad_notes.worked.calculation.entries import Check, Entry
from tinygrad_notes.worked.calculation.working import World

NEAR, FAR = 3, 3
FEWEST = 5
"""At how many points, the page's own among them, a formula must be defined to be called right everywhere."""
_TARGETS = frozenset({"y", "t", "d", "target", "targets", "label", "labels", "y_true", "Y", "T", "ytrue"})

Floats = np.ndarray[Any, np.dtype[np.float64]]
Numbers = tuple[World, dict[tuple[int, int], Check]]
HOLDS, HOLDS_HERE, COINCIDENCE, FAILS, UNKNOWN = "holds", "holds here", "coincidence", "fails", "unknown"


@dataclass(frozen=True)
class Verdict:
    """What came of one formula.

    Attributes:
        check: the formula, with its numbers on the page.
        outcome: HOLDS; HOLDS_HERE, for these zeros, targets or branches; COINCIDENCE, at the page's numbers only;
            FAILS; or UNKNOWN, where there is nothing to hold it against.
        elements: for each number of the formula whether it is right.
        points: the formula's and the right numbers at other points, each of shape (points, numbers).
        worlds: the page as it was worked at each of these points.
    """

    check: Check
    outcome: str
    elements: tuple[bool, ...]
    points: tuple[Floats, Floats] | None = None
    worlds: tuple[World, ...] = ()

    @property
    def is_right(self) -> bool | None:
        """True, False, or None where it cannot be said."""
        return None if self.outcome == UNKNOWN else self.outcome in (HOLDS, HOLDS_HERE)


def judge(world: World) -> list[Verdict]:
    """What came of every formula of a page, in the order of the page."""
    checks = world.checks
    if not checks:
        return []
    near = [_numbers_at(world, point, wide=False) for point in range(NEAR)]
    far = [_numbers_at(world, point, wide=True) for point in range(FAR)]
    verdicts = [_of_numbers(_judged(check, near, far)) for check in checks]
    if any(verdict.outcome in (COINCIDENCE, FAILS) for verdict in verdicts):
        kept = [_numbers_at(world, point, wide=False, keep=True) for point in range(NEAR)]
        verdicts = [_held_here(verdict, kept) for verdict in verdicts]
    return verdicts


def _numbers_at(world: World, point: int, *, wide: bool, keep: bool = False) -> Numbers:
    """Every check of the page worked from other numbers, by its place."""
    rng = random.Random(f"{point}{wide}{keep}")
    key = None if world.key is None else World(world.key.statements, _others(world.key, rng, wide, keep))
    other = World(world.statements, _others(world, rng, wide, keep), key)
    if key is not None:
        key.work()
    with np.errstate(all="ignore"), suppress(CalculationError):  # what was worked until there can be judged
        other.work()
    return other, {check.place: check for check in other.checks}


def _others(world: World, rng: random.Random, wide: bool, keep: bool) -> dict[int, list[float]]:
    """Other numbers for all that a page gives, by the statement's place."""
    fixed = _exponents(world)
    given = {}
    for place, entry in _givens(world):
        numbers = [value.data for _, value in entry.elements()]
        given[place] = numbers if entry.name in fixed else _moved(entry, numbers, rng, wide, keep, world)
    return given


def _givens(world: World) -> Iterator[tuple[int, Entry]]:
    places = {statement.line.number: place for place, statement in enumerate(world.statements)}
    for entry in world.entries:
        if entry.is_given:
            yield places[entry.statement.line.number], entry


def _moved(
    entry: Entry, numbers: Sequence[float], rng: random.Random, wide: bool, keep: bool, world: World
) -> list[float]:
    """Other numbers in the place of those that a line gives."""
    if keep and (_is_target(entry.name, numbers) or _is_count(entry, numbers, world)):
        return list(numbers)
    scale = max(map(abs, numbers), default=1.0) or 1.0
    if wide:
        moved = [rng.gauss(0.0, 1.0) * scale * 1.5 + 0.1 * number for number in numbers]
    else:
        moved = [
            number * (1.0 + rng.uniform(-0.05, 0.05)) + (not number) * rng.uniform(-0.05, 0.05) * scale
            for number in numbers
        ]
    if keep:
        moved = [other if number else 0.0 for number, other in zip(numbers, moved, strict=True)]
    if _are_shares(numbers):
        shares = [abs(number) + 0.01 for number in moved]
        moved = [share / sum(shares) for share in shares]
    return moved


def _is_target(name: str, numbers: Sequence[float]) -> bool:
    return name.rstrip("0123456789_") in _TARGETS and set(numbers) <= {0.0, 1.0}


def _is_count(entry: Entry, numbers: Sequence[float], world: World) -> bool:
    """Whether a number counts something: a whole number that is the length of an array of the page."""
    if entry.shape or numbers[0] != int(numbers[0]) or numbers[0] < 2:
        return False
    return any(int(numbers[0]) in (*other.shape, int(np.prod(other.shape))) for other in world.entries)


def _are_shares(numbers: Sequence[float]) -> bool:
    """Whether numbers are shares of one, as a one-hot target is."""
    return len(numbers) > 1 and min(numbers) >= 0.0 and abs(sum(numbers) - 1.0) < 1e-12


def _exponents(world: World) -> set[str]:
    """Names that stand in an exponent, whose numbers must stay whole."""
    trees = (member.tree for statement in world.statements for member in statement.members if member.tree)
    powers = (node for part in trees for node in part.walk() if isinstance(node, tree.Power))
    names = chain.from_iterable(power.exponent.walk() for power in powers)
    found = {node.name for node in names if isinstance(node, tree.Name)}
    return {name for name in found if _is_whole(world, name)}


def _is_whole(world: World, name: str) -> bool:
    entry = next((entry for entry in world.entries if entry.name == name), None)
    return entry is not None and entry.is_given and all(value.data == int(value.data) for _, value in entry.elements())


def _judged(check: Check, near: Sequence[Numbers], far: Sequence[Numbers]) -> Verdict:
    if check.right is None:
        return Verdict(check, FAILS, (False,) * max(1, np.size(check.own)))
    own, right, worlds = _together(check, near)
    wide_own, wide_right, wide = _together(check, far)
    everywhere = (*worlds, *wide)
    here = _elements(_agree(check.own.ravel()[None], check.right.ravel()[None]))
    near_by, anywhere = _elements(_agree(own, right)), _elements(_agree(wide_own, wide_right))
    points = (np.concatenate([own, wide_own]), np.concatenate([right, wide_right]))
    if not np.isfinite(check.own).all() or not np.isfinite(check.right).all():
        return Verdict(check, UNKNOWN, (True,) * check.own.size, points)
    if check.transposed:
        return Verdict(check, FAILS, (False,) * check.own.size, points)
    if all(near_by) and all(anywhere) and 1 + len(points[0]) >= FEWEST:
        return Verdict(check, HOLDS, near_by, points)
    around = tuple(a and b for a, b in zip(here, near_by, strict=True))
    if all(around) and len(own):
        return Verdict(check, HOLDS_HERE, around, points, everywhere)
    return Verdict(check, COINCIDENCE if all(here) else FAILS, around, points, everywhere)


def _elements(agree: np.ndarray[Any, np.dtype[np.bool_]]) -> tuple[bool, ...]:
    """For each number of a formula whether it agrees at every point."""
    return tuple(bool(column.all()) for column in agree.T)


def _of_numbers(verdict: Verdict) -> Verdict:
    """A formula without names is right only where it is a constant; otherwise it is numbers put in, and no formula."""
    if not verdict.check.member.in_numbers or verdict.outcome == HOLDS:
        return verdict
    return Verdict(verdict.check, UNKNOWN, (True,) * verdict.check.own.size)


def _held_here(verdict: Verdict, kept: Sequence[Numbers]) -> Verdict:
    """A formula that fails at other points, judged with the page's zeros and targets left as they are."""
    if verdict.outcome != COINCIDENCE:
        return verdict
    own, right, _ = _together(verdict.check, kept)
    agree = _agree(own, right)
    if len(own) and agree.all() and np.abs(right).max() > 1e-9:  # where all is 0, everything agrees
        return Verdict(verdict.check, HOLDS_HERE, (True,) * verdict.check.own.size, verdict.points)
    return verdict


def _together(check: Check, points: Sequence[Numbers]) -> tuple[Floats, Floats, list[World]]:
    """The formula's and the right numbers at those points where both are defined."""
    rows, worlds = [], []
    for world, numbers in points:
        other = numbers.get(check.place)
        if other is not None and other.right is not None and other.own.shape == check.own.shape:
            pair = np.stack([other.own.ravel(), other.right.ravel()])
            if np.isfinite(pair).all() and np.abs(pair).max(initial=0.0) < 1e100:
                rows.append(pair)
                worlds.append(world)
    both = np.array(rows).reshape(len(rows), 2, check.own.size)
    return both[:, 0], both[:, 1], worlds


def _agree(own: Floats, right: Floats) -> np.ndarray[Any, np.dtype[np.bool_]]:
    size = np.maximum(np.abs(own), np.abs(right))
    scale = np.abs(right).max(axis=1, keepdims=True, initial=0.0) if right.size else 0.0
    return np.abs(own - right) <= 1e-7 * size + 1e-10 * scale + 1e-12


__all__ = ["COINCIDENCE", "FAILS", "HOLDS", "HOLDS_HERE", "UNKNOWN", "Verdict", "judge"]
