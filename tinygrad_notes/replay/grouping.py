"""Groups of instructions that become one array operation: equal ones of a level, and matrix products among them.

Dot products that share their varying numbers are rows of one matrix product. If every row of one set is multiplied by
every row of another and summed over samples, all these sums are one product of two matrices.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.replay.tape import SAMPLE_DOT, SAMPLE_SUM, Tape


@dataclass(slots=True)
class Group:
    """Instructions that one step does: `members` in the shape of the step's result, `operands` per operand."""

    name: str
    level: int
    members: NDArray[np.int64]
    operands: tuple[NDArray[np.int64], ...]


def grouped(tape: Tape, after_sums: Sequence[bool], level: int, members: Sequence[int]) -> Iterable[Group]:
    """The instructions `members` of a level; equal instructions make a group, apart if they come `after_sums`."""
    kinds: dict[Hashable, list[int]] = {}
    varies = tape.varies
    for place in members:
        name, operands = tape.names[place], tape.operands[place]
        signature = (
            (len(operands), varies[operands[0]], varies[operands[-1]])
            if name in ("dot", "total", "largest", SAMPLE_DOT, SAMPLE_SUM)
            else tuple([varies[operand] for operand in operands])
        )
        kinds.setdefault((name, signature, after_sums[place]), []).append(place)
    for places in kinds.values():
        name = tape.names[places[0]]
        used = np.array([tape.operands[place] for place in places], np.int64)
        half = used.shape[1] // 2
        if name == "dot" and not varies[used[0, 0]] and varies[used[0, half]]:
            yield from _matrix_products(level, places, used[:, :half], used[:, half:])
        elif name == SAMPLE_DOT:
            yield from _sample_products(level, places, used[:, :half], used[:, half:])
        elif name == "dot":
            yield Group(name, level, np.array(places), (used[:, :half], used[:, half:]))
        elif name in ("total", "largest", SAMPLE_SUM):
            yield Group(name, level, np.array(places), (used,))
        else:
            yield Group(name, level, np.array(places), tuple(used.T))


def _intern(rows: NDArray[np.int64]) -> list[int]:
    """A number for each row, equal for equal rows, in order of first appearance."""
    numbers: dict[bytes, int] = {}
    contents = np.ascontiguousarray(rows).view(f"V{rows.dtype.itemsize * rows.shape[1]}").ravel().tolist()
    return [numbers.setdefault(content, len(numbers)) for content in contents]


def _gathered(keys: Sequence[Any]) -> dict[Any, list[int]]:
    positions: dict[Any, list[int]] = {}
    for position, key in enumerate(keys):
        positions.setdefault(key, []).append(position)
    return positions


def _matrix_products(
    level: int, places: list[int], weights: NDArray[np.int64], inputs: NDArray[np.int64]
) -> Iterable[Group]:
    """Dot products sharing their inputs are one matrix; matrices of the same weights share one product."""
    sharing = _gathered(_intern(inputs)).values()
    ordered = [sorted(rows, key=lambda row: tuple(weights[row])) for rows in sharing]
    same_weights = _gathered([weights[rows].tobytes() for rows in ordered])
    single: list[int] = []
    for groups in same_weights.values():
        rows = [ordered[group] for group in groups]
        if len(rows[0]) == weights.shape[1] == 1:
            single.extend(row for (row,) in rows)
            continue
        members = np.array([[places[row] for row in of_group] for of_group in rows])
        yield Group("matrix_product", level, members, (weights[rows[0]], inputs[[of_group[0] for of_group in rows]]))
    if single:
        yield Group("multiply", level, np.array(places)[single], (weights[single, 0], inputs[single, 0]))


def _sample_products(
    level: int, places: list[int], lefts: NDArray[np.int64], rights: NDArray[np.int64]
) -> Iterable[Group]:
    """Sums over samples of lᵢ·rⱼ for every i and j of two sets of rows are one product of two matrices."""
    left_of, right_of = _intern(lefts), _intern(rights)
    by_left: dict[int, dict[int, int]] = {}
    for position, (left, right) in enumerate(zip(left_of, right_of)):
        by_left.setdefault(left, {})[right] = position
    same_rights = _gathered([tuple(sorted(by_left[left])) for left in by_left])
    partners = list(by_left.values())
    single: list[int] = []
    for shared, groups in same_rights.items():
        grid = [[partners[group][right] for right in shared] for group in groups]
        if len(grid) == len(shared) == 1:
            single.append(grid[0][0])
            continue
        members = np.array(places)[np.array(grid)]
        yield Group("sample_product", level, members, (lefts[[row[0] for row in grid]], rights[grid[0]]))
    if single:
        yield Group(SAMPLE_DOT, level, np.array(places)[single], (lefts[single], rights[single]))
