"""The look of every picture, in one place: colors, faces, numbers.

Colors have roles, and every role has a light and a dark value. Blue stands for positive and orange for
negative (a pair that red-green and blue-yellow color-blind eyes tell apart), the deeper the larger. Text
keeps a contrast of at least 4.5 : 1 against whatever it stands on; the tests compute it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

ROLES: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#14181f"),
    "card": ("#f7f8fa", "#1f2630"),
    "group": ("#eef1f5", "#1a2029"),
    "ink": ("#1b2026", "#e8ebef"),
    "quiet": ("#5b6470", "#a3adba"),
    "line": ("#b9c1cb", "#465160"),
    "edge": ("#7d8794", "#77838f"),
    "faint": ("#dde2e8", "#2d3642"),
    "positive": ("#0b5cad", "#79bbff"),
    "negative": ("#a84300", "#ffab66"),
    "mark": ("#8a1c7c", "#f0a0e6"),
}
"""Role → (light, dark). `mark` is what points something out: a highlighted path, the largest of a kind."""

LEVELS = 5
_TINT_DEPTH = 0.42  # the deepest tint is this much of the way from the paper to the full color
_LINE_DEPTH = 0.6  # the palest line is a little deeper: at 3 : 1 against the paper, as graphics should be

FACES = {
    "sans": "Arial, 'Liberation Sans', Helvetica, Arimo, sans-serif",
    "serif": "'Times New Roman', 'Liberation Serif', Times, Tinos, serif",
}


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _blend(color: str, other: str, share: float) -> str:
    """`share` of `color` over the rest of `other`."""
    mixed = (round(share * a + (1 - share) * b) for a, b in zip(_channels(color), _channels(other), strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _with_levels(roles: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Tints (`positive-tint-3`, to stand behind text) and strokes (`positive-3`) for each color and level."""
    levels = {}
    for sign in ("positive", "negative", "mark"):
        for level in range(1, LEVELS + 1):
            for name, share in (
                (f"{sign}-tint-{level}", _TINT_DEPTH * level / LEVELS),
                (f"{sign}-{level}", _LINE_DEPTH + (1 - _LINE_DEPTH) * level / LEVELS),
            ):
                light, dark = (_blend(roles[sign][i], roles["paper"][i], share) for i in range(2))
                levels[name] = (light, dark)
    return levels


ROLES.update(_with_levels(ROLES))
TINTS = [
    *(f"negative-tint-{level}" for level in range(LEVELS, 0, -1)),
    *(f"positive-tint-{level}" for level in range(1, LEVELS + 1)),
]
"""The surfaces behind signed numbers, from the deepest negative one to the deepest positive one."""


def contrast(color: str, other: str) -> float:
    """The contrast ratio of two colors as WCAG 2 defines it, from 1 to 21.

    Example:
        >>> contrast("#000000", "#ffffff")
        21.0
    """
    lighter, darker = sorted((_luminance(color), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(color)))
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def sign_role(number: float) -> str:
    """The role of text that shows a signed number."""
    return "positive" if number > 0 else "negative" if number < 0 else "ink"


def level_of(number: float, largest: float) -> int:
    """How deep a color `number` gets where the largest magnitude is `largest`: 0 (none) to LEVELS."""
    if number == 0 or math.isnan(number) or not largest > 0:
        return 0
    return max(1, math.ceil(LEVELS * min(1.0, abs(number) / largest))) if math.isfinite(number) else LEVELS


def tint_role(number: float, largest: float, none: str = "card") -> str:
    """The role of a surface behind a signed number."""
    level = level_of(number, largest)
    return f"{sign_role(number)}-tint-{level}" if level else none


def stroke_role(number: float, largest: float, none: str = "line") -> str:
    """The role of a line that shows a signed number."""
    level = level_of(number, largest)
    return f"{sign_role(number)}-{level}" if level else none


def largest_magnitude(numbers: Iterable[float]) -> float:
    """The largest finite |number|, 0 if there is none."""
    return max((abs(number) for number in numbers if math.isfinite(number)), default=0.0)


def written(number: float, digits: int = 4) -> str:
    """`number` to so many significant digits, with a real minus sign.

    Example:
        >>> written(-0.0123020), written(2.0), written(1e-7), written(-0.0)
        ('−0.0123', '2', '1e−07', '0')
    """
    return plain(number, digits).replace("-", "−")


def plain(number: float, digits: int) -> str:
    """`number` to so many significant digits, as Python writes it; raises ValueError where `digits` is no count."""
    try:
        return f"{number + 0.0:.{digits}g}"  # + 0.0: no minus before a zero
    except ValueError:
        raise ValueError(f"digits counts significant digits, so it is a whole number above 0, not {digits!r}") from None


_PICTURES = (
    {code: 0x2400 + code for code in range(0x20)}
    | {ord("\n"): "↵", 0x7F: "␡"}
    | dict.fromkeys([*range(0x80, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\N{REPLACEMENT CHARACTER}")
)
"""What stands for a character that shows nothing."""


def visible(text: str) -> str:
    """`text` on one line with nothing hidden: a control character shows as its picture, a newline as ↵."""
    return text if text.isascii() and text.isprintable() else text.translate(_PICTURES)


def shortened(text: str, length: int = 48) -> str:
    """At most `length` characters of `text`, the cut shown by an ellipsis."""
    return text if len(text) <= length else text[: length - 1] + "…"


def style_sheet(roles: Iterable[str]) -> str:
    """The CSS that turns the given roles dark where the reader's screen is; on paper they stay light.

    LibreOffice follows rules for a single class wherever they stand, in another medium's block too; these it leaves.
    """
    rules = "".join(
        f"svg .tn-f-{role}{{fill:{ROLES[role][1]}}}svg .tn-s-{role}{{stroke:{ROLES[role][1]}}}" for role in roles
    )
    return f"@media screen and (prefers-color-scheme:dark){{{rules}}}"
