"""Sheets in Markdown, with mathematics between dollar signs as GitHub, Jupyter and pandoc read it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from tinygrad_notes.classroom.print.maths import in_latex, matrix_in_latex
from tinygrad_notes.classroom.print.page import Page, Task
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
    given = [f"{in_latex(name)} = {matrix_in_latex(array, _PLACE)}" for name, array in page.given]
    yield "$$" + r", \quad ".join(given) + "$$"
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
    yield f"$${in_latex(task.name)} = {matrix_in_latex(task.answer, _PLACE)}$$"


def _text(plain: str) -> str:
    return re.sub(r"([\\`*_\[\]|$~#])", r"\\\1", html.escape(visible(plain), quote=False))
