"""Text in the spelling that the reader knows, each character at its place: what is longer is filled up with nothing."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from tinygrad_notes.reading.notation import NOTHING
from tinygrad_notes.reading.numbers import Digits
from tinygrad_notes.reading.piece import blanked, without
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
    text = _without_notes(text) if "brace" in text else text
    text = blanked(_UNSEEN, text, NOTHING) if "phantom" in text or "<" in text else text
    if "set" in text or "stackrel" in text:
        text = _OVER_RELATION.sub(lambda found: found[1].ljust(len(found[0]), NOTHING), text)
    text = _LAYER_TURNED.sub(lambda found: f"{found[1]}}}ᵀ".ljust(len(found[0]), NOTHING), text)
    return SIUNITX.sub(lambda found: _number(found, digits), text)


_UNSEEN = re.compile(
    r"\\[hv]?phantom\s*\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\}){0,99}\}){0,99}\}|(?<=[a-z])<[\d,-]+>(?=\s*\{)"
)
"""What takes room and shows nothing, and the slides on which a command of beamer shows its argument."""

_BRACE = re.compile(r"\\(?:under|over)brace\s*\{|\\.|[{}]", re.DOTALL)
_NOTE = re.compile(r"\s*[_^]\s*(?:\\(?:text|mathrm|mbox)\s*)?(?=\{)")


def notes_at_braces(text: str) -> Iterator[tuple[int, int, int, int]]:
    r"""Where the formulas begin and end that have a brace and a note at it, and where the note does.

    Example:
        >>> text = r"\underbrace{a b}_{area} c"
        >>> [(text[a:b], text[c:d]) for a, b, c, d in notes_at_braces(text)]
        [('a b', '_{area}')]
    """
    opened: list[tuple[int, tuple[int, int, int] | None]] = []  # where each began inside, and the note that it opened
    note: tuple[int, int, int] | None = None
    for found in _BRACE.finditer(text):
        if found[0].endswith("{") and len(found[0]) != 2:
            opened.append((found.end() if len(found[0]) > 1 else -1, note))
            note = None
        elif found[0] == "}" and opened:
            inside, noted = opened.pop()
            if noted is not None:
                yield (*noted, found.end())
            behind = _NOTE.match(text, found.end()) if inside >= 0 else None
            note = (inside, found.start(), found.end()) if behind else None


def _without_notes(text: str) -> str:
    """The text without what stands at braces below and above a formula."""
    notes = sorted((start, end) for _, _, start, end in notes_at_braces(text))
    return without(text, notes, lambda note: NOTHING * len(note))


RELATION = r"(?:=|≈|→|\\(?:approx|simeq|to|rightarrow)\b)"
"""What may stand below a reason, or before a number at a brace."""
_OVER_RELATION = re.compile(
    rf"\\(?:overset|underset|stackrel)\s*\{{(?:[^{{}}]|\{{[^{{}}]*\}})*\}}\s*\{{\s*({RELATION})\s*\}}"
)
"""A relation with its reason above it."""


def _number(found: re.Match[str], digits: Digits) -> str:
    """The number of a command of siunitx, for which both a comma and a point are decimal."""
    number = found[2] if digits.comma else found[2].replace(",", ".")
    return (NOTHING * len(found[1]) + number).ljust(len(found[0]), NOTHING)


_LOOKS = "i|b|em|strong|var|span|u|mark|small|big|font|code|kbd|samp|tt|a|math"
_BLOCKS = "p|br|div|li|ul|ol|td|th|tr|table|tbody|thead|dd|dt|dl|h[1-6]|details|summary|center|blockquote"


def html_as_tex(text: str) -> str:
    """A line with HTML's indices and powers as TeX has them, its characters by name, and no tags of letters' looks.

    Example:
        >>> html_as_tex("w<sub>1</sub> &middot; <i>x</i>").replace(NOTHING, "")
        'w_{1} · x'
    """
    text = re.sub(r"<(su[bp])>", lambda tag: NOTHING * 3 + ("_{" if tag[1] == "sub" else "^{"), text)
    text = re.sub(r"</su[bp]>", "}" + NOTHING * 5, text)
    text = blanked(rf"</?(?:{_LOOKS})(?: [^<>]*)?>", text, NOTHING)
    text = re.sub(rf"</?(?:{_BLOCKS})(?: [^<>]*)?/?>", lambda tag: ";".ljust(len(tag[0]), NOTHING), text)
    return re.sub(r"&\w{2,10};", lambda name: html.unescape(name[0]).ljust(len(name[0]), NOTHING), text)
