"""Lines through points, and the panel of the loss."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tinygrad_notes.draw.scene import Curve, Point, Rect, Shape, Text
from tinygrad_notes.draw.style import written

_MOST_POINTS = 150
_LOOKS = {"training": ("positive", False), "validation": ("negative", True)}  # a line's color, and if it is dashed


def polyline(points: Sequence[Point], stroke: str, thickness: float, dashed: bool = False) -> Curve:
    """A line of straight pieces."""
    start, *rest = points
    pieces = [start]
    for before, after in zip(points, rest):
        pieces += [before, after, after]
    return Curve(tuple(pieces), stroke, thickness, dashed)


def loss_panel(
    losses: Sequence[Point], validation: Sequence[Point], left: float, top: float, width: float, height: float
) -> list[Shape]:
    """The losses by step, logarithmic where all are positive; validation is dashed.

    Args:
        losses: (step, loss) of each redraw, the last one the newest.
        validation: (step, loss) after each epoch, where there is validation.
    """
    shapes: list[Shape] = [Rect(left, top, width, height, "card", name="loss")]
    finite = [loss for _, loss in (*losses, *validation) if math.isfinite(loss)]
    if not finite:
        return shapes
    is_log = min(finite) > 0
    low, high = min(finite), max(finite)
    bottom, reach = _scaled(low, is_log), (_scaled(high, is_log) - _scaled(low, is_log)) or 1.0
    last = max(step for step, _ in losses) or 1.0

    def placed(points: Sequence[Point]) -> list[Point]:
        kept = [point for point in _thinned(points) if math.isfinite(point[1])]
        return [
            (left + step / last * width, top + height * (0.92 - 0.84 * (_scaled(loss, is_log) - bottom) / reach))
            for step, loss in kept
        ]

    for name, points in (("validation", validation), ("training", losses)):
        drawn = placed(points)
        if len(drawn) > 1:
            shapes.append(_line(name, drawn))
    if newest := placed(losses[-1:]):
        x, y = newest[0]
        shapes.append(Rect(x - 3, y - 3, 6, 6, "positive", "paper", 3, name="now"))
    if validation:
        for place, name in enumerate(_LOOKS):
            x, y = left + width - 82, top + 14 * (place + 1)
            shapes += [_line(name, [(x, y), (x + 20, y)]), Text(x + 26, y + 4, name, 10, "quiet")]
    scale = ", logarithmic" if is_log else ""
    return [
        *shapes,
        Text(left, top + height + 12, f"loss {written(low, 3)} to {written(high, 3)}{scale}", 10, "quiet"),
        Text(left + width, top + height + 12, f"step {last:,.0f}", 10, "quiet", "end"),
    ]


def _line(name: str, points: Sequence[Point]) -> Curve:
    role, dashed = _LOOKS[name]
    return polyline(points, role, 1.8, dashed)


def _scaled(loss: float, is_log: bool) -> float:
    return math.log(loss) if is_log else loss


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    """At most `_MOST_POINTS` of them, the first and the last among these."""
    if len(points) <= _MOST_POINTS:
        return points
    places = sorted({round(i * (len(points) - 1) / (_MOST_POINTS - 1)) for i in range(_MOST_POINTS)})
    return [points[place] for place in places]
