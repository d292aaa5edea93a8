"""Sheets in Markdown, with mathematics between dollar signs as GitHub, Jupyter and pandoc read it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from tinygrad_notes.classroom.print.maths import in_latex
from tinygrad_notes.classroom.print.page import Array, Page, Task
from tinygrad_notes.number_systems.symbols import visible

_PLACE = r"\boxed{\phantom{00.0000}}"


def markdown_page(page: Page, picture: str = "") -> str:
    """One sheet, with the image in the file named `picture`."""
    return "\n\n".join(_blocks(page, picture)) + "\n"


def _blocks(page: Page, picture: str) -> Iterator[str]:
    yield f"# {_text(page.heading)}"
    blank = r"\_" * 12
    date = "" if page.is_key else f" &emsp; Date: {blank}"
    yield f"Name: **{_text(page.student)}**{date} &emsp; Points: {blank} / {page.points:g}"
    yield "## Given"
    yield from (_text(fact) for fact in page.facts)
    yield "$$" + r", \quad ".join(f"{in_latex(name)} = {_matrix(array)}" for name, array in page.given) + "$$"
    if picture:
        yield f"![the page as a picture]({picture})"
    if not page.is_key:
        yield _text(page.task_text)
    for section in page.sections:
        yield f"## {_text(section.title)}"
        for task in section.tasks:
            yield from _task(page, task)
    yield f"<sub>{_text(page.id)}</sub>"


def _task(page: Page, task: Task) -> Iterator[str]:
    formula = f"${in_latex(task.formula or task.name)}$" + (f" = `{task.code}`" if task.code else "")
    yield f"{formula} &emsp; ({_text(task.asked)})"
    if task.answer is None:
        return
    if page.is_key:
        for step in task.steps:
            yield f"- ${' = '.join([*map(in_latex, (step.name, step.letters, step.numbers)), step.result])}$"
        return
    if page.formulas == "asked":
        yield "Formula: " + r"\_" * 40
    yield "<br>\n" * task.room
    yield f"$${in_latex(task.name)} = {_matrix(task.answer)}$$"


def _matrix(array: Array) -> str:
    cells = [[cell or _PLACE for cell in row] for row in array.rows]
    if not array.has_brackets:
        return cells[0][0]
    return r"\begin{pmatrix} " + r" \\ ".join(" & ".join(row) for row in cells) + r" \end{pmatrix}"


def _text(plain: str) -> str:
    return re.sub(r"([\\`*_\[\]|$~#])", r"\\\1", html.escape(visible(plain), quote=False))
