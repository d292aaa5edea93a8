"""Text in the spelling that the reader knows, each character at its place: what is longer is filled up with nothing.

A note at a brace is no part of the formula that stands there. It may claim a number: "= 1.0" below the brace under w x
says that w x is 1.0. A whole number by itself may number the terms, and `n = 3` may count them: such notes are listed,
and not judged.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from tinygrad_notes.reading.notation import NOTHING
from tinygrad_notes.reading.numbers import Digits
from tinygrad_notes.reading.piece import LABEL, MATHS, Piece, blanked, in_order, without
from tinygrad_notes.reading.scripts import TRANSPOSE

_LAYER_TURNED = re.compile(rf"(\^\s*\{{\s*(?:\[[^\]{{}}]*\]|\([^(){{}}]*\)))\s*{TRANSPOSE}\s*\}}")
"""A layer and a transpose in one pair of braces: W^{[2]\\top}."""
SIUNITX = re.compile(r"(\\(?:num|SI|qty)\s*\{)([^{}]*)\}(?:\{([^{}]*)\})?")
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
    percent = "%" * ((found[3] or "").strip() in ("\\percent", "\\%"))
    return (NOTHING * len(found[1]) + number + percent).ljust(len(found[0]), NOTHING)


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
    text = re.sub(rf"</?(?:{_BLOCKS})(?: [^<>]*)?/?>", lambda tag: " ;".ljust(len(tag[0]), NOTHING), text)
    return re.sub(r"&\w{2,10};", lambda name: html.unescape(name[0]).ljust(len(name[0]), NOTHING), text)


# Claims at braces -------------------------------------------------------------------------------------


_LONGEST = 1_000  # characters at one brace
_DEEPEST = 5  # braces in braces
_RELATION = re.compile(RELATION)
_MARKS = re.compile(
    r"\\(?:text|mathrm|mbox|textrm|textbf|textit|mathbf|small|scriptstyle)\b|[_^]|\{(?!,)|(?<!,)\}|\\[,;:!]"
)
_NUMBER = re.compile(rf"[-+−{NOTHING} \d.,{{}}]*\d[{NOTHING} ]*")
_DECIMALS = re.compile(r"\d(?:[.,]|\{,\})\d")


def with_notes_of_braces(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a note, and behind each the claims that stand at braces in it."""
    made = [piece for piece in pieces if piece.kind == MATHS and "brace" in piece.text for piece in _claims(piece)]
    return in_order([*pieces, *made]) if made else list(pieces)


def _claims(piece: Piece) -> Iterator[Piece]:
    inside: list[tuple[int, int]] = []  # where each brace begins that no later one is round, and how deep it is
    for start, end, note, last in notes_at_braces(piece.text):
        depth = 1
        while inside and inside[-1][0] >= start:
            depth = max(depth, 1 + inside.pop()[1])
        inside.append((start, depth))
        marked = piece.text[note:last]
        words = blanked(_MARKS, marked, NOTHING)
        relations = list(_RELATION.finditer(words))
        label = words[: relations[0].start()].strip(f" {NOTHING}") if relations else ""
        first = relations[-1 if label else 0].start() if relations else 0
        number = words[relations[-1].end() :] if relations else words.strip(f" {NOTHING}")
        is_number = bool(re.search(r"\d", number) if relations else _NUMBER.fullmatch(number))
        is_short = end - start <= _LONGEST and depth <= _DEEPEST
        if is_number and is_short and (_DECIMALS.search(number) or (relations and not label)):
            said = words[first:] if relations else f"={words[1:]}"
            yield Piece(MATHS, f"{piece.text[start:end]}{NOTHING * (note - end + first)}{said}", piece.start + start)
        elif is_number or _DECIMALS.search(number):  # else words
            yield Piece(LABEL, marked, piece.start + note)
