"""Legends: a row of samples, each with a few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinygrad_notes.draw.scene import Curve, Group, Rect, Shape, Text, moved
from tinygrad_notes.draw.style import LEVELS

_SIZE = 11.0
_HEIGHT = 22.0
_GAP = 22.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A sample and what it means; `sample` is "scale", "line:ROLE", "box:ROLE", "widths",
    "ring" or a text to be shown."""

    sample: str
    meaning: str


def legend(entries: Sequence[Entry], width: float) -> tuple[list[Shape], float, float]:
    """The shapes of a legend at the origin, its width and its height; rows are no wider than `width` if possible."""
    shapes: list[Shape] = []
    x = y = widest = 0.0
    for entry in entries:
        drawn, breadth = _entry(entry)
        if x and x + breadth > width:
            x, y = 0.0, y + _HEIGHT
        shapes += [moved(shape, x, y) for shape in drawn]
        x += breadth + _GAP
        widest = max(widest, x - _GAP)
    if not entries:
        return [], 0.0, 0.0
    return [Group(tuple(shapes), "legend")], widest, y + _HEIGHT


def _entry(entry: Entry) -> tuple[list[Shape], float]:
    sample, breadth = _sample(entry.sample)
    words = Text(breadth + 7, 12, entry.meaning, _SIZE, "quiet")
    return [*sample, words], words.x + words.width


def _sample(sample: str) -> tuple[list[Shape], float]:
    kind, _, role = sample.partition(":")
    if kind == "scale":
        signs = [f"negative-tint-{level}" for level in range(LEVELS, 0, -1)]
        signs += [f"positive-tint-{level}" for level in range(1, LEVELS + 1)]
        return [Rect(9.0 * i, 2, 9.0, 12, sign) for i, sign in enumerate(signs)], 9.0 * len(signs)
    if kind == "line":
        return [Curve(((0, 8), (8, 8), (16, 8), (24, 8)), role, 2.5)], 24.0
    if kind == "widths":
        return [
            Curve(((0, 4 + 6 * i), (8, 4 + 6 * i), (16, 4 + 6 * i), (24, 4 + 6 * i)), "edge", 1 + 2.5 * i)
            for i in (0, 1)
        ], 24.0
    if kind == "ring":
        return [Rect(1, 1, 14, 14, None, "mark", 7, 3)], 16.0
    if kind == "box":
        return [Rect(0, 2, 16, 12, role, radius=3)], 16.0
    text = Text(0, 12, sample, _SIZE)
    return [text], text.width
