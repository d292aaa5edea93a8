"""The pictures of a watched training, and the page that holds them.

Each redraw shows the network's answers, the loss so far and the network itself in one picture, which says its step. The
page is one file: the last picture, and a slider through all of them.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import Any

from tinygrad_notes.draw.network import draw_network
from tinygrad_notes.draw.scene import Curve, Group, Point, Rect, Scene, Shape, Text, escaped, policy_source
from tinygrad_notes.draw.style import written
from tinygrad_notes.draw.watch.field import SIDE, Answers, Field, polyline
from tinygrad_notes.nn import MLP

_MARGIN, _HEAD, _GAP, _LOSS = 16.0, 56.0, 24.0, 130.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture of a training and where it was taken.

    Attributes:
        step: how many steps had been made, from 0.
        epoch: how many epochs were finished.
        loss: over the samples with the parameters after that step.
        title: all three in words.
        width: of the picture, in pixels.
        svg: the picture, which says them in words and as the attributes data-step, data-epoch and data-loss.
    """

    step: int
    epoch: int
    loss: float
    title: str
    width: float
    svg: str


def frame(
    network: Any,
    field: Field,
    answers: Answers,
    losses: Sequence[Point],
    validation: Sequence[Point],
    epoch: int,
    note: str = "",
) -> Frame:
    """The picture of a network as it is now; the last of `losses` is (step, loss) of this moment.

    Args:
        network: as it is now.
        field: where its answers are shown.
        answers: from inputs to outputs.
        losses: (step, loss) of all redraws so far.
        validation: (step, loss) after each finished epoch.
        epoch: how many epochs are finished.
        note: a line more, of metrics or of what became of the parameters.
    """
    step, loss = int(losses[-1][0]), losses[-1][1]
    caption = f"step {step:,}, epoch {epoch:,}: loss {written(loss, 4)}"
    shapes: list[Shape] = [Text(_MARGIN, 26, caption, 15, "ink", face="bold"), Text(_MARGIN, 44, note, 11, "quiet")]
    shapes += field.shapes(network, answers, _MARGIN, _HEAD)
    height = field.height
    top = _HEAD + height + (_GAP if height else 0)
    shapes += loss_panel(losses, validation, _MARGIN, top, SIDE, _LOSS)
    width, bottom = SIDE + 2 * _MARGIN, top + _LOSS + _GAP
    description = f"A training after {caption}."
    if isinstance(network, MLP):
        drawn = draw_network(network).scene
        place = f"translate({SIDE + 2 * _MARGIN:g} {_HEAD - 8:g})"  # moving a thousand shapes would take milliseconds
        shapes.append(Group(tuple(drawn.shapes), "network", "", (("transform", place),)))
        width, bottom = width + drawn.width, max(bottom, drawn.height + _HEAD - 8)
        description += f" {drawn.description}"
    attributes = (("data-step", str(step)), ("data-epoch", str(epoch)), ("data-loss", repr(loss)))
    title = f"Training: {caption}"
    scene = Scene(width, bottom, title, description, [Group(tuple(shapes), "frame", "", attributes)])
    return Frame(step, epoch, loss, title, width, scene.svg())


_MOST_POINTS = 150
_LOOKS = {"training": ("positive", False), "validation": ("negative", True)}  # a line's color, and if it is dashed


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


_READABLE = 0.85  # the smallest letters, of 11 pixels, are 9 high then


def page(frames: Sequence[Frame], title: str) -> str:
    """The HTML, which asks for nothing from elsewhere. Without scripts it shows the last picture.

    The pictures are packed (deflate, then base64), for they repeat themselves; browsers since 2023 unpack them.
    """
    here = files(__package__)
    script = (here / "watch.js").read_text(encoding="utf-8")
    style = (here / "watch.css").read_text(encoding="utf-8")
    told = [{"title": frame.title, "svg": frame.svg} for frame in frames]
    packed = base64.b64encode(zlib.compress(json.dumps(told, ensure_ascii=False).encode(), 6)).decode()
    return Template((here / "watch.html").read_text(encoding="utf-8")).substitute(
        title=escaped(title),
        policy=escaped(
            f"default-src 'none'; script-src {policy_source(script)}; style-src 'unsafe-inline'; img-src data:"
        ),
        style=style,
        readable=f"{_READABLE * frames[-1].width:g}",
        last=frames[-1].svg,
        count=str(len(frames) - 1),
        packed=packed,
        script=script,
    )
