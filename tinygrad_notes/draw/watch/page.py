"""The page of a watched training: its last picture, and a slider through all of them, in one file."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from importlib.resources import files
from string import Template

from tinygrad_notes.draw.scene import escaped, policy_source
from tinygrad_notes.draw.watch.frame import Frame

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
