"""The lines at which numbers on a grid cross a level: marching squares (Lorensen and Cline 1987, in two dimensions)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Point = tuple[float, float]
_BOTTOM, _RIGHT, _TOP, _LEFT = range(4)
_CROSSED = {
    1: [(_LEFT, _BOTTOM)], 2: [(_BOTTOM, _RIGHT)], 3: [(_LEFT, _RIGHT)], 4: [(_RIGHT, _TOP)], 6: [(_BOTTOM, _TOP)],
    7: [(_LEFT, _TOP)], 8: [(_TOP, _LEFT)], 9: [(_TOP, _BOTTOM)], 11: [(_TOP, _RIGHT)], 12: [(_RIGHT, _LEFT)],
    13: [(_RIGHT, _BOTTOM)], 14: [(_BOTTOM, _LEFT)],
}  # fmt: skip
"""Which corners are above the level, as bits counted around a square, and the sides that a line then joins."""
_SADDLES = {
    (5, False): [(_LEFT, _BOTTOM), (_RIGHT, _TOP)],
    (5, True): [(_LEFT, _TOP), (_RIGHT, _BOTTOM)],
    (10, False): [(_BOTTOM, _RIGHT), (_TOP, _LEFT)],
    (10, True): [(_BOTTOM, _LEFT), (_TOP, _RIGHT)],
}
"""Two opposite corners are above: whether the middle is, too, decides which of them are joined."""


def contour(numbers: Array, level: float) -> list[list[Point]]:
    """The lines, each a list of points (column, row) in steps of the grid, along which `numbers` are at `level`.

    Between two neighbors the crossing is where a straight line between their numbers has it. Lines end at the border or
    where they began.

    Example:
        >>> contour(np.array([[0.0, 1.0], [0.0, 1.0]]), 0.25)
        [[(0.25, 0.0), (0.25, 1.0)]]
    """
    above = numbers > level
    bits = above[:-1, :-1] + 2 * above[:-1, 1:] + 4 * above[1:, 1:] + 8 * above[1:, :-1]
    links: dict[Point, list[Point]] = {}
    for row, column in np.argwhere((bits > 0) & (bits < 15)).tolist():
        corners = numbers[row : row + 2, column : column + 2]
        kind = int(bits[row, column])
        sides = _CROSSED.get(kind) or _SADDLES[kind, bool(corners.mean() > level)]
        for pair in sides:
            start, end = (_crossing(corners, level, side, column, row) for side in pair)
            links.setdefault(start, []).append(end)
            links.setdefault(end, []).append(start)
    return _chained(links)


def _crossing(corners: Array, level: float, side: int, column: int, row: int) -> Point:
    (a, b), (c, d) = corners.tolist()
    if side in (_BOTTOM, _TOP):
        first, second = (a, b) if side == _BOTTOM else (c, d)
        return column + (level - first) / (second - first), float(row + (side == _TOP))
    first, second = (a, c) if side == _LEFT else (b, d)
    return float(column + (side == _RIGHT)), row + (level - first) / (second - first)


def _chained(links: dict[Point, list[Point]]) -> list[list[Point]]:
    """Pieces that share an end, as long lines: first those with loose ends, then the rings."""
    starts = [point for point, others in links.items() if len(others) == 1] + list(links)
    lines = []
    for start in starts:
        line, here = [start], start
        while links[here]:
            following = links[here].pop()
            links[following].remove(here)
            line.append(following)
            here = following
        if len(line) > 1:
            lines.append(line)
    return lines
