"""A picture as PNG or PDF, rendered from its SVG by Typst.

Typst is one self-contained wheel. It brings fonts along (Libertinus Serif, and New Computer Modern for rarer signs), so
text shows on a machine without any, and it embeds what a PDF uses.
"""

from __future__ import annotations

from typing import Literal

from tinygrad_notes.draw.scene import Scene
from tinygrad_notes.draw.style import visible

PIXELS_PER_INCH = 144
"""Two pixels of a PNG to a pixel of the SVG, which is a point here."""
MOST_PIXELS = 16_000
"""Along a side of a PNG; a larger picture is rendered coarser, for viewers refuse to open what is larger still."""

_PAGE = b"""
#set document(date: none)
#set page(width: float(sys.inputs.width) * 1pt, height: float(sys.inputs.height) * 1pt, margin: 0pt)
#image(bytes(sys.inputs.svg), width: 100%, height: 100%, alt: sys.inputs.title)
"""


def rendered(scene: Scene, form: Literal["png", "pdf"], *, installed_fonts: bool = True) -> bytes:
    """The scene as a file of this form; the same bytes every time with the same fonts.

    Fonts that are installed here come first, unless `installed_fonts` is False, then Typst's own.

    Raises ImportError, which says what to do, where there is no Typst.
    """
    try:
        import typst
    except ImportError as problem:
        raise ImportError(
            f"saving a picture as {form} needs Typst, which cannot be loaded here ({problem}): `pip install typst`, or "
            "save the picture as svg or html"
        ) from problem
    said = {"width": repr(scene.width), "height": repr(scene.height), "title": visible(scene.title), "svg": scene.svg()}
    resolution = min(PIXELS_PER_INCH, 72 * MOST_PIXELS / max(scene.width, scene.height))
    return typst.compile(_PAGE, format=form, ppi=resolution, ignore_system_fonts=not installed_fonts, sys_inputs=said)
