"""Sheets as web pages that print well, without scripts and without anything from the network."""

from __future__ import annotations

import html
from collections.abc import Iterator

from tinygrad_notes.classroom.print.maths import in_mathml
from tinygrad_notes.classroom.print.page import Array, Page, Task
from tinygrad_notes.number_systems.symbols import visible

_MANY = 6  # columns, from which on places to fill in are narrower
_STYLE = """
:root { color-scheme: light dark; background: Canvas; color: CanvasText }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 0 .5rem } h2 { font-size: 1.15rem; margin: 1.4rem 0 .5rem; break-after: avoid }
p { margin: .4rem 0 } math { font-size: 1.08em }
.head { display: flex; justify-content: space-between; gap: 1.5rem; flex-wrap: wrap }
.line { display: inline-block; width: 8rem; border-bottom: 1px solid; height: 1.1em } .short { width: 3.5rem }
.given { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem 1.6rem }
.array { display: inline-flex; align-items: center; gap: .4rem }
.matrix { border-collapse: separate; border-spacing: .45rem .15rem; border: solid; border-width: 0 1.5px;
  border-radius: .7rem; padding: 0 .15rem }
.matrix td { text-align: right; font-variant-numeric: tabular-nums }
.place { display: inline-block; width: 4.8rem; height: 2rem; border: 1px solid #777 }
.many .place { width: 2.6em; height: 2em }
figure { margin: 1rem 0; text-align: center; break-inside: avoid }
figure svg { max-width: 100%; max-height: 24rem; height: auto }
.task { break-inside: avoid; margin: .9rem 0 } .task .head { align-items: flex-end; margin-bottom: .4rem }
.asked { color: #666; font-size: .85em; white-space: nowrap }
.work { display: flex; gap: 1rem; align-items: center; justify-content: flex-end; flex-wrap: wrap }
.room { flex: 1 1 14rem; border: 1px dotted #999; min-height: calc(var(--lines) * 1.9rem) }
.own { border-bottom: 1px solid #999; height: 2rem; margin-bottom: .5rem }
.steps { margin: .3rem 0 .3rem 1.5rem } .foot { color: #666; font-size: .8em; margin-top: 2rem }
@media (prefers-color-scheme: dark) { .asked, .foot { color: #aaa } }
@page { margin: 16mm 18mm; size: PAPER }
@media print { :root { color-scheme: light } body { font-size: 10.5pt; margin: 0; padding: 0 1mm; max-width: none }
  .asked, .foot { color: #444 } }
"""


def html_page(page: Page, picture: str = "", paper: str = "a4") -> str:
    """One sheet as a page, with an SVG `picture` (one of ours, not a user's)."""
    return "\n".join(_document(page, picture, paper)) + "\n"


def _document(page: Page, picture: str, paper: str) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{_text(f'{page.heading} – {page.student}')}</title>"
    yield f"<style>{_STYLE.replace('PAPER', paper)}</style>\n</head>\n<body>\n<h1>{_text(page.heading)}</h1>"
    date = "" if page.is_key else '<span>Date: <span class="line"></span></span>'
    points = f'<span>Points: <span class="line short"></span> / {page.points:g}</span>'
    yield f'<p class="head"><span>Name: <strong>{_text(page.student)}</strong></span>{date}{points}</p>'
    yield "<h2>Given</h2>"
    yield from (f"<p>{_text(fact)}</p>" for fact in page.facts)
    given = "".join(f'<span class="array">{in_mathml(name)} = {_matrix(array)}</span>' for name, array in page.given)
    yield f'<div class="given">{given}</div>'
    if picture:
        yield f"<figure>{picture}</figure>"
    if not page.is_key:
        yield f"<p>{_text(page.task_text)}</p>"
    for section in page.sections:
        yield f"<h2>{_text(section.title)}</h2>"
        yield from (_task(page, task) for task in section.tasks)
    yield f'<p class="foot">{_text(page.student)} · {_text(page.id)}</p>\n</body>\n</html>'


def _task(page: Page, task: Task) -> str:
    formula = in_mathml(task.formula or task.name) + (f" = <code>{_text(task.code)}</code>" if task.code else "")
    head = f'<div class="head"><span>{formula}</span><span class="asked">{_text(task.asked)}</span></div>'
    if task.answer is None:
        return f'<div class="task">{head}</div>'
    if page.is_key:
        steps = "".join(
            f"<p>{' = '.join([*map(in_mathml, (step.name, step.letters, step.numbers)), _text(step.result)])}</p>"
            for step in task.steps
        )
        return f'<div class="task">{head}<div class="steps">{steps}</div></div>'
    own = '<div class="own">Formula:</div>' if page.formulas == "asked" else ""
    places = f'<span class="array">{in_mathml(task.name)} = {_matrix(task.answer)}</span>'
    room = f'<div class="room" style="--lines:{task.room}"></div>'
    return f'<div class="task">{head}{own}<div class="work">{room}{places}</div></div>'


def _matrix(array: Array) -> str:
    cells = [[_text(cell) or '<span class="place"></span>' for cell in row] for row in array.rows]
    if not array.has_brackets:
        return cells[0][0]
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells)
    many = f' many" style="font-size:{array.scale:.2f}em' if array.columns > _MANY else ""
    return f'<table class="matrix{many}">{rows}</table>'


def _text(plain: str) -> str:
    return html.escape(visible(plain))
