"""What a network says over the plane of its two inputs, or along its one input, with the samples on it.

Marching squares (Lorensen and Cline 1987, in two dimensions) find the lines at which its numbers cross a level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tinygrad_notes.draw.scene import Curve, Point, Rect, Shape, Text
from tinygrad_notes.draw.style import LEVELS, TINTS, written
from tinygrad_notes.nn.metrics import Array, last_activation, threshold_of

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


def polyline(points: Sequence[Point], stroke: str, thickness: float, dashed: bool = False) -> Curve:
    """A line of straight pieces."""
    start, *rest = points
    pieces = [start]
    for before, after in zip(points, rest):
        pieces += [before, after, after]
    return Curve(tuple(pieces), stroke, thickness, dashed)


Answers = Callable[[Array], Array]
CELLS, CELL = 36, 8  # whole pixels, so that no seam shows between two of them
SIDE = CELLS * CELL
_KEY = 18.0
MOST_SAMPLES = 150
_MOST_IN_KEY = 6
_COLORS = [f"{color}-tint-{depth}" for depth in (4, 2) for color in ("negative", "positive", "mark")]
_MARKS = ["negative", "positive", "mark"]


class Field:
    """The panel of the network's answers: the plane for two inputs, a curve for one, nothing for more.

    Args:
        X: samples, of shape (samples, inputs).
        y: their targets or classes.
    """

    def __init__(self, X: Array, y: Array) -> None:
        self.dimensions = X.shape[1] if X.ndim == 2 else 0
        chosen = np.unique(np.linspace(0, len(X) - 1, min(len(X), MOST_SAMPLES)).astype(int))
        self.X, self.y = X[chosen], y[chosen]
        if self.dimensions in (1, 2):
            margin = 0.15 * np.maximum(np.ptp(X, axis=0), 1e-9)
            self.low, self.high = X.min(axis=0) - margin, X.max(axis=0) + margin

    @property
    def height(self) -> float:
        """How high the panel is, with its key; 0 if there is none."""
        return SIDE + _KEY if self.dimensions == 2 else SIDE if self._is_curve else 0.0

    def shapes(self, network: Any, answers: Answers, left: float, top: float) -> list[Shape]:
        """The panel with its upper left corner at (left, top), SIDE pixels wide and high.

        Args:
            network: whose last activation says what its outputs mean.
            answers: from inputs to the network's outputs.
            left: the corner's distance from the left edge, in pixels.
            top: its distance from the upper edge, in pixels.
        """
        if self.dimensions == 2:
            return self._plane(network, answers, left, top)
        return self._curve(answers, left, top) if self._is_curve else []

    @property
    def _is_curve(self) -> bool:
        return self.dimensions == 1 and self.y.size == len(self.y)

    # Two inputs ---------------------------------------------------------------------------------------

    def _plane(self, network: Any, answers: Answers, left: float, top: float) -> list[Shape]:
        xs, ys = (self.low[i] + (self.high[i] - self.low[i]) * (np.arange(CELLS) + 0.5) / CELLS for i in range(2))
        grid = np.stack(np.meshgrid(xs, ys[::-1]), axis=-1).reshape(-1, 2)  # the first row is the highest
        roles, borders = _regions(network, answers(grid).reshape(len(grid), -1))
        shapes: list[Shape] = list(_cells(roles.reshape(CELLS, CELLS), left, top))
        for scores in borders:
            for line in contour(scores.reshape(CELLS, CELLS), 0.0):
                at = [(left + (x + 0.5) * CELL, top + (y + 0.5) * CELL) for x, y in line]
                shapes.append(polyline(at, "ink", 1.6))
        places, classes = self._placed(self.X, left, top), _classes(self.y)
        shapes += [_sample(x, y, number, "sample") for (x, y), number in zip(places, classes)]
        return [*shapes, *self._ticks(left, top, self.low[1], self.high[1]), *self._key(classes, left, top + SIDE + 24)]

    def _key(self, classes: list[int], left: float, middle: float) -> Iterator[Shape]:
        """Which sign stands for which class, in a line below the panel."""
        targets = self.y.ravel().tolist() if self.y.size == len(self.y) else classes
        texts = {number: written(float(target), 3) for number, target in zip(classes, targets)}
        yield Text(left, middle + 4, "class", 10, "quiet")
        at = left + 40.0
        for number in sorted(texts)[:_MOST_IN_KEY]:
            yield _sample(at, middle, number, "key")
            yield Text(at + 8, middle + 4, texts[number], 10, "quiet")
            at += 40.0

    def _placed(self, points: Array, left: float, top: float) -> list[tuple[float, float]]:
        shares = (points - self.low) / (self.high - self.low)
        return [(left + x * SIDE, top + (1 - y) * SIDE) for x, y in shares.tolist()]

    def _ticks(self, left: float, top: float, lowest: float, highest: float) -> list[Shape]:
        """Below the panel, how far it reaches: across, and upwards."""
        across = f"across: {written(float(self.low[0]), 3)} to {written(float(self.high[0]), 3)}"
        upwards = f"up: {written(lowest, 3)} to {written(highest, 3)}"
        bottom = top + SIDE + 12
        return [
            Text(left, bottom, across, 10, "quiet"),
            Text(left + SIDE, bottom, upwards, 10, "quiet", "end"),
        ]

    # One input ----------------------------------------------------------------------------------------

    def _curve(self, answers: Answers, left: float, top: float) -> list[Shape]:
        xs = np.linspace(self.low[0], self.high[0], 121)
        said = answers(xs[:, None]).reshape(len(xs))
        targets = self.y.reshape(len(self.y))
        lowest, highest = float(targets.min()), float(targets.max())
        reach = (highest - lowest) or 1.0
        lowest, highest = lowest - 0.15 * reach, highest + 0.15 * reach

        def placed(x: Array, y: Array) -> list[tuple[float, float]]:
            across = (x - self.low[0]) / (self.high[0] - self.low[0])
            up = np.clip((y - lowest) / (highest - lowest), 0, 1)
            return [(left + a * SIDE, top + (1 - b) * SIDE) for a, b in zip(across.tolist(), up.tolist())]

        shapes: list[Shape] = [Rect(left, top, SIDE, SIDE, "card", name="plane")]
        shapes += [
            Rect(x - 3, y - 3, 6, 6, "negative", "paper", 3, name="sample") for x, y in placed(self.X[:, 0], targets)
        ]
        shapes.append(polyline(placed(xs, said), "positive", 2.2))
        return [*shapes, *self._ticks(left, top, lowest, highest)]


def _sample(x: float, y: float, number: int, name: str) -> Rect:
    """The sign of a class: its color, square or round."""
    return Rect(x - 4, y - 4, 8, 8, _MARKS[number % len(_MARKS)], "paper", 4.0 if number % 2 else 0.0, name=name)


def _regions(network: Any, outputs: Array) -> tuple[Any, list[Array]]:
    """The role of each point's color; and numbers that change their sign where the decision for a class does."""
    count = outputs.shape[1]
    if count > 2:
        roles = np.array([_COLORS[number % len(_COLORS)] for number in outputs.argmax(axis=1).tolist()])
        others = [np.delete(outputs, number, axis=1).max(axis=1) for number in range(count - 1)]
        return roles, [outputs[:, number] - other for number, other in enumerate(others)]
    threshold = threshold_of(network) if count == 1 else 0.0
    scores = outputs[:, -1] - (outputs[:, 0] if count == 2 else threshold)
    surely = scores
    if last_activation(network) == "linear":  # a logit's probability says how sure it is
        surely = np.exp(-np.logaddexp(0.0, -scores)) - 0.5
    return _tints(surely, 0.5 if threshold or surely is not scores else 1.0), [scores]


def _tints(numbers: Array, reach: float) -> Any:
    """The color of each number, the deeper the larger, deepest from `reach` on; nan has the color of 0."""
    shares = np.clip(np.nan_to_num(numbers / reach), -1.0, 1.0)
    depths = np.sign(shares) * np.ceil(LEVELS * np.abs(shares))
    return np.array([*TINTS[:LEVELS], "card", *TINTS[LEVELS:]])[depths.astype(int) + LEVELS]


def _cells(roles: Any, left: float, top: float) -> list[Rect]:
    """Neighbors of one color as one rectangle: along each row, and with the row above where both ends agree."""
    found: list[Rect] = []
    open_runs: dict[tuple[int, int, str], int] = {}
    for row, line in enumerate(roles.tolist()):
        runs: dict[tuple[int, int, str], int] = {}
        start = 0
        for column in range(1, CELLS + 1):
            if column == CELLS or line[column] != line[start]:
                key = (start, column, line[start])
                runs[key] = open_runs.get(key, row)
                start = column
        found += [_block(key, first, row, left, top) for key, first in open_runs.items() if key not in runs]
        open_runs = runs
    return found + [_block(key, first, CELLS, left, top) for key, first in open_runs.items()]


def _block(key: tuple[int, int, str], first: int, end: int, left: float, top: float) -> Rect:
    start, stop, role = key
    return Rect(left + start * CELL, top + first * CELL, (stop - start) * CELL, (end - first) * CELL, role)


def _classes(y: Array) -> list[int]:
    """The class of each sample: of one-hot rows the place of the largest, of two numbers the larger is 1."""
    if y.ndim == 2 and y.shape[1] > 1:
        return [int(number) for number in y.argmax(axis=1)]
    flat = y.reshape(len(y))
    if len(np.unique(flat)) <= 2:
        return [int(number > (flat.min() if flat.min() != flat.max() else 0.0)) for number in flat.tolist()]
    return [int(number) for number in flat.tolist()]
