"""Panels: the boxes of pictures whose places are written down rather than computed."""

from __future__ import annotations

from dataclasses import dataclass

from tinygrad_notes.draw.metrics import text_width
from tinygrad_notes.draw.scene import Group, Rect, Shape, Text
from tinygrad_notes.draw.style import visible

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
