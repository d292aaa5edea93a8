"""Text in the spelling that the reader knows, each character at its place: what is longer is filled up with nothing."""

from __future__ import annotations

import html
import re

from tinygrad_notes.reading.notation import NOTHING
from tinygrad_notes.reading.numbers import Digits
from tinygrad_notes.reading.scripts import TRANSPOSE

_LAYER_TURNED = re.compile(rf"(\^\s*\{{\s*(?:\[[^\]{{}}]*\]|\([^(){{}}]*\)))\s*{TRANSPOSE}\s*\}}")
"""A layer and a transpose in one pair of braces: W^{[2]\\top}."""
SIUNITX = re.compile(r"(\\(?:num|SI|qty)\s*\{)([^{}]*)\}(?:\{[^{}]*\})?")
"""A command of siunitx: its number, and its unit."""


def respelled(text: str, digits: Digits) -> str:
    r"""A formula with `W^{[2]\top}` as the transpose of a layer, and `\num{0,5}` as its number.

    Example:
        >>> from tinygrad_notes.reading.numbers import POINTS
        >>> respelled(r"x = \num{0,5}", POINTS).replace(NOTHING, "")
        'x = 0.5'
    """
    text = _LAYER_TURNED.sub(lambda found: f"{found[1]}}}ᵀ".ljust(len(found[0]), NOTHING), text)
    return SIUNITX.sub(lambda found: _number(found, digits), text)


def _number(found: re.Match[str], digits: Digits) -> str:
    """The number of a command of siunitx, for which both a comma and a point are decimal."""
    number = found[2] if digits.comma else found[2].replace(",", ".")
    return (NOTHING * len(found[1]) + number).ljust(len(found[0]), NOTHING)


def html_as_tex(text: str) -> str:
    """A line with HTML's indices and powers as TeX has them, its characters by name, and no tags of letters' looks.

    Example:
        >>> html_as_tex("w<sub>1</sub> &middot; <i>x</i>").replace(NOTHING, "")
        'w_{1} · x'
    """
    text = re.sub(r"<(su[bp])>", lambda tag: NOTHING * 3 + ("_{" if tag[1] == "sub" else "^{"), text)
    text = re.sub(r"</su[bp]>", "}" + NOTHING * 5, text)
    text = re.sub(r"</?(?:i|b|em|strong|var|span|u|mark)(?: [^<>]*)?>", lambda tag: NOTHING * len(tag[0]), text)
    return re.sub(r"&\w{2,10};", lambda name: html.unescape(name[0]).ljust(len(name[0]), NOTHING), text)
