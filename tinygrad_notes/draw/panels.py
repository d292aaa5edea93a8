"""Panels: boxes whose places are written down rather than computed. Legends: rows of samples, with a few words each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinygrad_notes.draw.metrics import text_width
from tinygrad_notes.draw.scene import Curve, Group, Rect, Shape, Text, moved
from tinygrad_notes.draw.style import TINTS, visible

_TITLE, _LINE = 15.0, 12.0
_LEADING, _PADDING = 18.0, 12.0


@dataclass(frozen=True, slots=True)
class Panel:
    """A box with a title in letters and lines of text under it."""

    title: str
    lines: tuple[str, ...] = ()
    fill: str = "card"
    stroke: str = "line"

    @property
    def width(self) -> float:
        lines = [text_width(visible(line), _LINE) for line in self.lines]
        return max([text_width(visible(self.title), _TITLE, "serif"), *lines]) + 2 * _PADDING

    @property
    def height(self) -> float:
        return 30 + _LEADING * len(self.lines) + (6 if self.lines else 0)

    def shapes(self, x: float, y: float, width: float | None = None) -> Group:
        """The panel with its top left corner at (x, y)."""
        breadth = width or self.width
        parts: list[Shape] = [
            Rect(x, y, breadth, self.height, self.fill, self.stroke, 6),
            Text(x + breadth / 2, y + 20, self.title, _TITLE, "ink", "middle", "serif"),
        ]
        for i, line in enumerate(self.lines):
            parts.append(Text(x + breadth / 2, y + 40 + _LEADING * i, line, _LINE, "ink", "middle"))
        return Group(tuple(parts), "panel")


# Legends ----------------------------------------------------------------------------------------------


_SIZE = 11.0
_HEIGHT = 22.0
_GAP = 22.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A sample and what it means; `sample` is "scale", "line:ROLE", "widths", "ring" or a text to be shown."""

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


_SAMPLES: dict[str, tuple[list[Shape], float]] = {
    "scale": ([Rect(9.0 * i, 2, 9.0, 12, tint) for i, tint in enumerate(TINTS)], 9.0 * len(TINTS)),
    "widths": (
        [Curve(((0, y), (8, y), (16, y), (24, y)), "edge", width) for y, width in ((4, 1.0), (10, 3.5))], 24.0
    ),
    "ring": ([Rect(1, 1, 14, 14, None, "mark", 7, 3)], 16.0),
}  # fmt: skip
"""Samples that are always the same, each with its breadth."""


def _sample(sample: str) -> tuple[list[Shape], float]:
    if sample in _SAMPLES:
        return _SAMPLES[sample]
    if sample.startswith("line:"):
        return [Curve(((0, 8), (8, 8), (16, 8), (24, 8)), sample.removeprefix("line:"), 2.5)], 24.0
    text = Text(0, 12, sample, _SIZE)
    return [text], text.width
