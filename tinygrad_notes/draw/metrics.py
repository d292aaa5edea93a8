"""How wide a text is, without asking a font engine.

A picture must come out the same on every machine, so boxes are sized from the advance widths of one
well-known pair of faces, in thousandths of the font size. Arial, Helvetica and Liberation Sans share the
one set, Times New Roman, Times and Liberation Serif the other, so nearly every browser agrees. If a browser
has none of them, the SVG's `textLength` holds the text to the width that was reserved for it.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

_SYMBOLS = "−·×∂Σ√∞≈→…′½"


def _table(ascii_advances: str, greek: str, symbols: str) -> dict[str, int]:
    """By character, the advances of printable ASCII, of the Greek small letters α to ω and of _SYMBOLS."""
    characters = [*map(chr, range(0x20, 0x7F)), *map(chr, range(0x3B1, 0x3CA)), *_SYMBOLS]
    return dict(zip(characters, map(int, f"{ascii_advances} {greek} {symbols}".split()), strict=True))


_ADVANCES = {
    "sans": _table(
        """
        278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556
        556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778
        722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222
        500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584
        """,
        """
        578 575 500 557 446 441 556 556 222 500 500 576 500 448 556 690 569 482 617 395 547 648 525 713 781
        """,
        "584 278 584 494 618 549 713 549 1000 1000 188 834",
    ),
    "bold": _table(
        """
        278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556
        556 333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778
        722 667 611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278
        556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584
        """,
        """
        615 610 556 606 475 460 611 541 278 558 556 612 556 445 611 766 619 520 684 446 582 715 576 753 845
        """,
        "584 278 584 494 600 549 713 549 1000 1000 240 834",
    ),
    "serif": _table(
        """
        250 333 420 500 500 833 778 214 333 333 500 675 250 333 250 278 500 500 500 500 500 500 500 500 500
        500 333 333 675 675 675 500 920 611 611 667 722 611 611 722 722 333 444 667 556 833 667 722 611 722
        611 500 556 722 611 833 611 556 556 389 278 389 422 500 333 500 500 444 500 444 278 500 500 278 278
        444 278 722 500 500 500 500 389 389 278 500 444 667 444 444 389 400 275 400 541
        """,
        """
        525 498 394 465 394 405 496 491 278 480 433 502 444 428 500 501 480 406 493 358 459 553 440 621 706
        """,
        "675 250 675 494 594 549 713 549 1000 889 219 750",
    ),
}

_EMOJI_PLANE = 0x1F000
_OTHER = 800  # wider than nearly every letter of the scripts without a table here


@cache
def _advance(character: str, face: str) -> int:
    known = _ADVANCES[face].get(character)
    if known is not None:
        return known
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    if ord(character) >= _EMOJI_PLANE:
        return 1400
    if unicodedata.east_asian_width(character) in "WF":
        return 1000
    base = unicodedata.normalize("NFKD", character)[0]  # é is as wide as e
    return _ADVANCES[face].get(base, _OTHER)


@lru_cache(maxsize=10_000)
def text_width(text: str, size: float, face: str = "sans") -> float:
    """The width of `text` on one line, in the units of `size`.

    Example:
        >>> text_width("0.125", 10)
        25.02
        >>> text_width("漢", 10)
        10.0
    """
    return sum(_advance(character, face) for character in text) * size / 1000


def fitted(text: str, width: float, size: float, face: str = "sans") -> str:
    """`text`, cut to fit into `width`; a cut is shown by an ellipsis."""
    if text_width(text, size, face) <= width:
        return text
    room = width - text_width("…", size, face)
    kept = ""
    for character in text:
        room -= text_width(character, size, face)
        if room < 0:
            break
        kept += character
    return kept + "…"
