"""Sheets as PDF, set by Typst."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from tinygrad_notes.classroom.print.maths import in_typst
from tinygrad_notes.classroom.print.page import Array, Page, Task
from tinygrad_notes.number_systems.typst_math import quoted

_PREAMBLE = """\
#set document(date: none, title: {title})
#set page(
  paper: {paper}, margin: (x: 18mm, top: 16mm, bottom: 18mm),
  footer: context [#text(size: 8pt)[{foot} #h(1fr) #counter(page).display("1 / 1", both: true)]],
)
#set text(font: "Libertinus Serif", size: 10.5pt, lang: "en")
#set par(leading: 0.85em)
#show math.equation.where(block: false): set text(top-edge: "bounds", bottom-edge: "bounds")
#set block(spacing: 1.1em)
#set math.mat(row-gap: 0.35em, column-gap: 0.7em)
#show heading: set block(above: 1.1em, below: 0.6em, sticky: true)
#let room(lines) = rect(width: 100%, height: lines * 7mm, stroke: (paint: luma(170), dash: "dotted", thickness: 0.5pt))
#let place-for(width, height) = box(width: width, height: height, baseline: 30%, stroke: 0.5pt + luma(90))
#let own-formula = [Formula: #box(width: 1fr, height: 7mm, stroke: (bottom: 0.5pt + luma(90)))]
#let side(body) = text(size: 9pt, fill: luma(80), body)
"""
_PAPER = {"a4": "a4", "letter": "us-letter"}
_WIDEST, _ALL = 20.0, 130.0  # millimetres of one place to fill in, and of a row of them
_LATIN_GREEK_CYRILLIC = 0x530
_MOST_BESIDE = 3  # columns of places that stand beside the room to calculate


def pdf(page: Page, picture: str = "", paper: str = "a4", height: float = 62.0) -> bytes:
    """One sheet as a PDF with an SVG `picture` in it, so many millimetres high.

    The same bytes come every time, with the same fonts.

    Raises ImportError, which says what to do, where there is no Typst.
    """
    return _compiled(typst_source(page, height if picture else 0.0, paper), "pdf", {"picture": picture})


def typst_source(page: Page, height: float = 0.0, paper: str = "a4") -> str:
    """One sheet in Typst's language, with the picture of its input at this height, in millimetres."""
    return "\n".join(_source(page, height, paper))


def text_as_png(text: str) -> bytes:
    """One line of text as a picture, for documents whose fonts lack its letters."""
    page = "#set page(width: auto, height: auto, margin: 1pt)\n#set document(date: none)\n"
    return _compiled(f'{page}#text(weight: "bold", sys.inputs.text)', "png", {"text": text})


def can_print(text: str) -> bool:
    """Whether the fonts that are here have every letter of a text. Typst brings Latin, Greek and Cyrillic along."""
    return not any(_is_box(letter) for letter in set(text) if ord(letter) >= _LATIN_GREEK_CYRILLIC)


@lru_cache(maxsize=1 << 12)
def _is_box(letter: str) -> bool:
    """Whether a letter is printed as its neighbor in Unicode is: what no font has is always the same box."""
    return text_as_png(f"x{letter}x") == text_as_png(f"x{chr(ord(letter) ^ 1)}x")


def _compiled(source: str, form: Literal["pdf", "png"], inputs: dict[str, str]) -> bytes:
    try:
        import typst
    except ImportError as problem:
        raise ImportError(
            f"a PDF needs Typst, which cannot be loaded here ({problem}): `pip install typst`, or choose html or md"
        ) from problem
    pages: bytes = typst.compile(source.encode(), format=form, sys_inputs=inputs, ppi=300)
    return pages


def _source(page: Page, height: float, paper: str) -> Iterator[str]:
    yield _PREAMBLE.format(
        title=quoted(page.heading), paper=quoted(_PAPER[paper]), foot=_text(f"{page.student} · {page.id}")
    )
    yield f"= {_text(page.heading)}"
    date = "" if page.is_key else "Date: #box(width: 35mm, stroke: (bottom: 0.5pt))[#hide[x]]"
    points = f"Points: #box(width: 14mm, stroke: (bottom: 0.5pt))[#hide[x]] / {page.points:g}"
    yield f"Name: #strong({quoted(page.student)}) #h(1fr) {date} #h(1fr) {points}"
    yield "== Given"
    yield from (f"{_text(fact)}\n" for fact in page.facts)
    yield " #h(1.2em, weak: true) ".join(
        f"#box[$display({in_typst(name)} = {_matrix(array)})$]" for name, array in page.given
    )
    if height:
        picture = f'image(bytes(sys.inputs.picture), width: 100%, height: {height:.1f}mm, fit: "contain")'
        yield f"#align(center, {picture})"
    if not page.is_key:
        yield f"#v(0.4em)\n{_text(page.task_text)}"
    for section in page.sections:
        yield f"== {_text(section.title)}"
        yield from (_task(page, task) for task in section.tasks)


def _task(page: Page, task: Task) -> str:
    formula = f"$display({in_typst(task.formula or task.name)})$"
    formula += f" = #raw({quoted(task.code)})" if task.code else ""
    head = f"{formula} #h(1fr) #side[{_text(task.asked)}]"
    if task.answer is None:
        return f"#block(breakable: false)[{head}]"
    if page.is_key:
        steps = " \\\n".join(
            f"$display({in_typst(step.name)} = {in_typst(step.letters)} = {in_typst(step.numbers)} = {step.result})$"
            for step in task.steps
        )
        return f"#block(breakable: {str(task.is_long).lower()})[{head} \\\n#pad(left: 6mm)[{steps}]]"
    own = "\\ #own-formula\n" * (page.formulas == "asked")
    places = f"$display({in_typst(task.name)} = {_matrix(task.answer)})$"
    columns = "(1fr, auto)" if task.answer.columns <= _MOST_BESIDE else "1fr"
    return (
        f"#block(breakable: false)[{head}\n{own}"
        f"#grid(columns: {columns}, gutter: 3mm, align: right + horizon, room({task.room}), [{places}])]"
    )


def _matrix(array: Array) -> str:
    width = min(_WIDEST, _ALL / array.columns)
    place = f"place-for({width:.1f}mm, {8.0 * min(1.0, 1.5 * array.scale):.1f}mm)"
    cells = [[f"[${cell}$]" if cell else place for cell in row] for row in array.rows]
    if not array.has_brackets:
        return f"#{cells[0][0]}"
    rows = ", ".join(f"({','.join(row)},)" for row in cells)
    matrix = f"#math.mat({rows})"
    return matrix if array.scale == 1.0 else f"#text(size: {array.scale:.2f}em)[$display({matrix})$]"


def _text(plain: str) -> str:
    """Text in markup, set as it stands."""
    return f"#{quoted(plain)};"
