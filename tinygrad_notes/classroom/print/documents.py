"""The files of a sheet, in each form, with its picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from tinygrad_notes.classroom.key import StudentExercise
from tinygrad_notes.classroom.print.html_pages import html_page
from tinygrad_notes.classroom.print.latex_pages import latex_page, needs_picture
from tinygrad_notes.classroom.print.markdown_pages import markdown_page
from tinygrad_notes.classroom.print.page import Page
from tinygrad_notes.classroom.print.typst_pages import can_print, pdf, text_as_png
from tinygrad_notes.classroom.template import NETWORK, network_of
from tinygrad_notes.draw.picture import rendered
from tinygrad_notes.draw.scene import Scene
from tinygrad_notes.worked.worksheet_network import network_in

_HIGHEST, _WIDTH, _SCALE = 95.0, 170.0, 0.19  # millimetres, and millimetres to a pixel
Files = Iterator[tuple[Path, str | bytes]]


def picture_of(exercise: StudentExercise) -> Scene | None:
    """The network of an exercise with its weights, or the graph of a calculation; nothing that is to be worked out."""
    from tinygrad_notes.draw.graph import draw_names
    from tinygrad_notes.draw.network import draw_network

    if exercise.template.kind != NETWORK:
        graph = draw_names(exercise.sheet)
        return graph.scene if graph else None
    table = network_of(exercise.template.text, exercise.given)
    sample = table["x"][0] if isinstance(table["x"][0], list) else table["x"]
    return draw_network(network_in(table, len(sample))).scene


def _height(picture: Scene | None) -> float:
    """How high a picture stands on paper, in millimetres: as large as is read well, and no wider than the page."""
    return min(_HIGHEST, picture.height * min(_SCALE, _WIDTH / picture.width)) if picture else 0.0


def _html(page: Page, picture: Scene | None, path: Path, paper: str) -> Files:
    yield _with(path, ".html"), html_page(page, picture.svg() if picture else "", paper)


def _pdf(page: Page, picture: Scene | None, path: Path, paper: str) -> Files:
    yield _with(path, ".pdf"), pdf(_printable(page, path), picture.svg() if picture else "", paper, _height(picture))


def _markdown(page: Page, picture: Scene | None, path: Path, paper: str) -> Files:
    beside = _beside(path, "network.svg")
    if picture:
        yield beside, picture.svg()
    yield _with(path, ".md"), markdown_page(page, beside.name if picture else "")


def _latex(page: Page, picture: Scene | None, path: Path, paper: str) -> Files:
    beside, name = _beside(path, "network.png"), _beside(path, "name.png")
    page = _printable(page, path)
    if picture:
        yield beside, rendered(picture, "png")
    if needs_picture(page.student):
        yield name, text_as_png(page.student)
    shown = name.name if needs_picture(page.student) else ""
    yield _with(path, ".tex"), latex_page(page, beside.name if picture else "", paper, shown, _height(picture))


FORMS: dict[str, Callable[[Page, Scene | None, Path, str], Files]] = {
    "html": _html,
    "pdf": _pdf,
    "tex": _latex,
    "md": _markdown,
}
"""What writes a sheet in each form: the files, with their paths."""


def _printable(page: Page, path: Path) -> Page:
    """The page with the number of the exercise in place of a name whose letters no font here has."""
    return page if can_print(page.student) else replace(page, student=f"No. {_front(path)}")


def _with(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _beside(path: Path, name: str) -> Path:
    """A picture's path, under a name of ASCII letters, which every program finds: "01-network.png"."""
    return path.with_name(f"{_front(path)}-{name}")


def _front(path: Path) -> str:
    """The number that a student's file begins with."""
    front = re.match(r"\d+", path.name)
    return front[0] if front else path.name
