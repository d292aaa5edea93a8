"""`Picture`: what every drawing function returns, as SVG, and as PNG or PDF rendered from it by Typst.

Typst is one self-contained wheel. It brings fonts along (Libertinus Serif, and New Computer Modern for rarer signs), so
text shows on a machine without any, and it embeds what a PDF uses.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tinygrad_notes.draw.scene import Scene, escaped
from tinygrad_notes.draw.style import visible
from tinygrad_notes.files import write_file

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


_WHOLE = ' tabindex="0" style="max-width:100%;height:auto;cursor:zoom-in"'


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, which notebooks show, and which `save` writes in several formats.

    Attributes:
        scene: the shapes it is made of.
        graph: DOT text of the graph that it shows, which Graphviz can lay out anew; empty where it shows none.
        notes: what the picture leaves out; empty if nothing.
    """

    scene: Scene
    graph: str = field(default="", repr=False)
    notes: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """DOT text for Graphviz and other programs: of the graph, or of the picture's shapes at their places."""
        return self.graph or self.scene.dot()

    @property
    def svg(self) -> str:
        """The picture as an SVG document, without scripts, light or dark as the reader's screen is."""
        return self.scene.svg()

    @property
    def html(self) -> str:
        """A page that holds the picture and nothing else."""
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escaped(self.scene.title)}</title>\n"
            "<style>:root{color-scheme:light dark}body{margin:1rem}svg{max-width:100%;height:auto}</style>\n"
            "</head>\n<body>\n"
            f"{self.svg}</body>\n</html>\n"
        )

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the picture as svg, png, pdf, dot or html, as the suffix of `path` says.

        Raises ValueError for another suffix, FileExistsError where `path` holds something else and `overwrite`
        is False, ImportError where a png or pdf is wanted and there is no Typst to make it.

        Example:
            >>> import tempfile
            >>> from tinygrad_notes import Value
            >>> from tinygrad_notes.draw import draw
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = draw(Value(2.0, "a") * 3).save(Path(folder) / "graph.svg")
            ...     path.read_text(encoding="utf-8").startswith("<svg")
            True
        """
        suffix = Path(path).suffix.lower()
        if suffix not in _CONTENTS:
            raise ValueError(f"cannot save a picture as {Path(path).name!r}: end the name in {', '.join(_CONTENTS)}")
        return write_file(path, _CONTENTS[suffix](self), overwrite=overwrite)

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        """The picture as an image no wider than its cell, which a click shows in full size.

        A notebook that is not trusted shows no SVG and keeps no style, but it does show an image.
        """
        return (
            "<style>.tinygrad-notes-picture:focus{max-width:none!important;cursor:zoom-out!important}</style>"
            f"{image(self.svg, self.scene.title, 'tinygrad-notes-picture', _WHOLE)}"
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "image/svg+xml": self.svg, "text/plain": repr(self)}

    def __repr__(self) -> str:
        size = f"{self.scene.width:.0f} × {self.scene.height:.0f}"
        return f"<Picture: {self.scene.title}, {size}; .save('name.svg') writes it>"


_CONTENTS: dict[str, Callable[[Picture], str | bytes]] = {
    ".svg": lambda picture: picture.svg,
    ".png": lambda picture: rendered(picture.scene, "png"),
    ".pdf": lambda picture: rendered(picture.scene, "pdf"),
    ".dot": lambda picture: picture.source,
    ".html": lambda picture: picture.html,
}
"""What a file holds, by the suffix of its name."""
SUFFIXES = tuple(_CONTENTS)


def image(svg: str, title: str, kind: str, attributes: str = "") -> str:
    """An HTML element of the class `kind` that shows an SVG document and holds all of it."""
    data = base64.b64encode(svg.encode()).decode()
    return f'<img class="{kind}" alt="{escaped(title)}"{attributes} src="data:image/svg+xml;base64,{data}">'
