"""What a layout is worth: measured on the drawn lines alone, whichever engine drew them.

Curves are taken as nine straight pieces for every Bézier piece. Boxes count as 1 pixel smaller than they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tinygrad_notes.draw.layout import Box, Frame, Layout, Link

Array = npt.NDArray[np.float64]
_PIECES = 9
_SLACK = 0.5  # pixels


@dataclass(frozen=True)
class Quality:
    """How many pairs of links cross, how long all links are in pixels, how many links meet a foreign box, and
    how many pairs of boxes overlap."""

    crossings: int
    length: float
    through: int
    overlaps: int


def quality(boxes: Sequence[Box], links: Sequence[Link], layout: Layout) -> Quality:
    """Measure a layout of these boxes and links."""
    lines = [line_of(curve) for curve in layout.links]
    length = sum(float(np.hypot(*np.diff(line, axis=0).T).sum()) for line in lines)
    frames = [layout.boxes[box.name] for box in boxes]
    through = foreign_boxes(boxes, links, layout)
    return Quality(len(crossings(links, lines)), length, len(through), len(overlaps(frames)))


def line_of(curve: Sequence[tuple[float, float]]) -> Array:
    """The points of a chain of cubic Bézier pieces, nine for each piece."""
    points = np.array(curve)
    a, b, c, d = (points[k : len(points) - 3 + k : 3, None] for k in range(4))
    t = np.linspace(0, 1, _PIECES + 1)[1:, None]
    pieces = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
    return np.concatenate([points[:1], pieces.reshape(-1, 2)])


def crossings(links: Sequence[Link], lines: Sequence[Array]) -> set[tuple[int, int]]:
    """Pairs of links whose lines cross, but for those that leave the same box."""
    ends = np.concatenate([np.hstack([line[:-1], line[1:]]) for line in lines]) if lines else np.zeros((0, 4))
    owner = np.repeat(np.arange(len(lines)), [len(line) - 1 for line in lines])
    tails = {name: i for i, name in enumerate(dict.fromkeys(link.tail for link in links))}
    tail = np.array([tails[link.tail] for link in links], dtype=int)
    found: set[tuple[int, int]] = set()
    for i, j in _near(ends):
        keep = tail[owner[i]] != tail[owner[j]]
        i, j = i[keep], j[keep]
        cross = _sides(ends[i], ends[j]) & _sides(ends[j], ends[i])
        found.update(
            (min(a, b), max(a, b)) for a, b in zip(owner[i[cross]].tolist(), owner[j[cross]].tolist(), strict=True)
        )
    return found


def _sides(first: Array, second: Array) -> npt.NDArray[np.bool_]:
    """Whether the ends of each second segment lie on either side of the line through the first."""
    dx, dy = first[:, 2] - first[:, 0], first[:, 3] - first[:, 1]
    one = dx * (second[:, 1] - first[:, 1]) - dy * (second[:, 0] - first[:, 0])
    other = dx * (second[:, 3] - first[:, 1]) - dy * (second[:, 2] - first[:, 0])
    return np.asarray((one >= 0) != (other >= 0))


def _near(ends: Array) -> Iterator[tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]]:
    """Pairs of segments whose extents along x and along y meet, in portions."""
    low, high = np.minimum(ends[:, :2], ends[:, 2:]), np.maximum(ends[:, :2], ends[:, 2:])
    order = np.argsort(low[:, 0], kind="stable")
    last = np.searchsorted(low[order, 0], high[order, 0], side="right")
    for place, end in enumerate(last.tolist()):
        i, others = order[place], order[place + 1 : end]
        meet = others[(low[others, 1] <= high[i, 1]) & (high[others, 1] >= low[i, 1])]
        if len(meet):
            yield np.full(len(meet), i), meet


def foreign_boxes(boxes: Sequence[Box], links: Sequence[Link], layout: Layout) -> set[tuple[int, str]]:
    """The links that pass through a box that is neither their tail nor their head, with its name."""
    every = np.array([_corners(layout.boxes[box.name]) for box in boxes])
    found: set[tuple[int, str]] = set()
    for i, (link, curve) in enumerate(zip(links, layout.links, strict=True)):
        line = line_of(curve)
        near = np.flatnonzero(((every[:, :2] < line.max(0)) & (every[:, 2:] > line.min(0))).all(1))
        corners = every[near]
        starts, steps = line[:-1, None], np.diff(line, axis=0)[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            one, two = (corners[:, :2] - starts) / steps, (corners[:, 2:] - starts) / steps
        enter, leave = np.fmin(one, two), np.fmax(one, two)
        still = steps == 0
        within = (starts > corners[:, :2]) & (starts < corners[:, 2:])
        enter = np.where(still, np.where(within, -np.inf, np.inf), enter)
        leave = np.where(still, np.where(within, np.inf, -np.inf), leave)
        inside = (np.maximum(enter.max(2), 0) < np.minimum(leave.min(2), 1)).any(0)
        found.update((i, boxes[k].name) for k in near[inside] if boxes[k].name not in (link.tail, link.head))
    return found


def _corners(frame: Frame) -> tuple[float, float, float, float]:
    right, bottom = frame.x + frame.width, frame.y + frame.height
    return frame.x + _SLACK, frame.y + _SLACK, right - _SLACK, bottom - _SLACK


def overlaps(frames: Sequence[Frame]) -> list[tuple[int, int]]:
    """Pairs of frames that share some room."""
    corners = np.array([_corners(frame) for frame in frames]).reshape(-1, 4)
    found = []
    for i, (left, top, right, bottom) in enumerate(corners):
        rest = corners[i + 1 :]
        meet = (rest[:, 0] < right) & (rest[:, 2] > left) & (rest[:, 1] < bottom) & (rest[:, 3] > top)
        found += [(i, i + 1 + int(j)) for j in np.flatnonzero(meet)]
    return found
