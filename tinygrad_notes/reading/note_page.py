"""A marked note as a web page: the note, its mathematics, a sign at each number, and the marks in the margin.

At a mark in the margin stands a small picture: what its quantity is worked from, and what is worked from it.

What the note says stays text: its HTML is shown, not obeyed. The page needs no network and no scripts.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from tinygrad_notes.reading.formulas import Name
from tinygrad_notes.reading.general_formulas import GeneralMark
from tinygrad_notes.reading.judged_formulas import judged_formulas
from tinygrad_notes.reading.markdown import note_parser
from tinygrad_notes.reading.note_file import (
    LEGEND,
    WRONG,
    AnyMark,
    NoteFile,
    outcome_of,
    right_number,
    sign_of,
    with_insertions,
)
from tinygrad_notes.reading.note_marks import NoteMark
from tinygrad_notes.reading.note_report import note_report

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

    from tinygrad_notes.reading.note import Note

_FIRST = 0xE000  # of the private characters that hold the places of the marks while the note is rendered
_PRIVATE = re.compile("[\ue000-\uf8ff]")


def note_page(file: NoteFile, title: str) -> str:
    """The note with its marks as one HTML document."""
    return _PAGE.format(title=html.escape(title), content=note_content(file), style=_STYLE)


def note_display(note: Note) -> str:
    """The note with its marks in a frame of its own, for a notebook: its styles and links touch nothing else.

    Viewers that take frames away, as notebooks that are not trusted do, take styles away too, and with them what hides
    the report in plain text.
    """
    file = NoteFile(None, "markdown", note)
    content = note_content(file)
    page = _PAGE.format(title="A marked note", content=content, style=_STYLE)
    return (
        '<iframe title="A marked note" sandbox="" class="tinygrad-notes-note" width="100%" height="480" '
        f'style="border:0" srcdoc="{html.escape(page)}"></iframe>'
        f"<style>.tinygrad-notes-still{{display:none}}{_THEMES}</style>"
        f'<pre class="tinygrad-notes-still">{html.escape(note_report(file).plain())}</pre>'
    )


_THEMES = (
    "@media (prefers-color-scheme:light){[data-jp-theme-light=false] .tinygrad-notes-note,.vscode-dark "
    ".tinygrad-notes-note{filter:invert(1) hue-rotate(180deg)}}"
    "@media (prefers-color-scheme:dark){[data-jp-theme-light=true] .tinygrad-notes-note,.vscode-light "
    ".tinygrad-notes-note{filter:invert(1) hue-rotate(180deg)}}"
)
"""The frame is as dark as JupyterLab or VS Code, which need not be as dark as the system, whose colors frames have."""


def note_content(file: NoteFile) -> str:
    """What stands on the page: how much was read, the note with a sign at each number, and the marks."""
    every: list[AnyMark] = [*file.note.marks, *judged_formulas(file.note)]
    marks = every[: 0xF8FF - _FIRST]
    text = _PRIVATE.sub("\ufffd", file.note.text)
    held = with_insertions(text, [(mark.end, chr(_FIRST + at)) for at, mark in enumerate(marks)])
    body = f"<pre>{html.escape(held)}</pre>" if file.kind == "latex" else _renderer().render(held)
    signed = _with_signs(body, marks)
    links: dict[str, str] = {}
    for at, mark in enumerate(file.note.marks):
        links.setdefault(mark.working, f"#mark-{at}")
    pictures = insets(file.note, links)
    margin = "".join(
        f'<li id="mark-{at}" class="{outcome_of(mark)}"><small>{html.escape(file.place(mark))}</small><br>'
        f"{_of_formula(mark) if isinstance(mark, GeneralMark) else _of_number(mark, pictures)}</li>"
        for at, mark in sorted(enumerate(marks), key=lambda held: held[1].start)
    )
    return _CONTENT.format(counts=file.note.summary, legend=LEGEND, body=signed, margin=margin)


def _with_signs(body: str, marks: Sequence[AnyMark]) -> str:
    """The rendered note with each held place turned into a sign; in a formula that is a word of MathML."""

    def sign(place: re.Match[str]) -> str:
        at = ord(place["held"]) - _FIRST
        mark, kind = marks[at], outcome_of(marks[at])
        text = sign_of(mark, right_number(mark) if isinstance(mark, NoteMark) else "")
        if place["tag"]:
            return f'<mtext class="sign {kind}">&#160;{text}</mtext>'
        return f' <a class="sign {kind}" href="#mark-{at}">{text}</a>'

    return _HELD.sub(sign, body)


_HELD = re.compile("(?:<(?P<tag>mi|mo|mtext)[^>]*>)?(?P<held>[\ue000-\uf8ff])(?(tag)</(?:mi|mo|mtext)>)")


def _of_number(mark: NoteMark, pictures: dict[str, str]) -> str:
    """What there is to say of a number, with its picture where that stands nowhere yet."""
    what = f"{mark.quantity} = {mark.claimed}" if mark.quantity else mark.claimed
    lines = [f"<b>{html.escape(what)}</b> <span>{html.escape(mark.verdict)}</span>"]
    if outcome_of(mark) == WRONG:
        lines.append(f"it should be {html.escape(right_number(mark))}")
        lines += [html.escape(mark.explanation)] if mark.explanation else []
    if mark.working:
        lines.append(f"<code>{html.escape(mark.working)}</code>")
    return f"{'<br>'.join(lines)}{pictures.pop(mark.working, '')}"


def _of_formula(mark: GeneralMark) -> str:
    lines = [
        f"<b>{html.escape(mark.quantity)}</b> <span>{'right' if mark.is_right else 'wrong'} for any numbers</span>"
    ]
    lines += [html.escape("; or ".join(mark.mistakes))] if mark.mistakes else []
    lines.append(f"<code>{html.escape(mark.quantity)} = {html.escape(mark.written)}</code>")
    return "<br>".join(lines)


def _renderer() -> MarkdownIt:
    """Markdown to HTML, where HTML in the note is text, and formulas become MathML."""
    parser = note_parser()
    parser.options["html"] = False
    for name in ("math_inline", "math_inline_double", "math_block", "math_block_label", "amsmath"):
        parser.add_render_rule(name, _formula)
    return parser


def _formula(renderer: Any, tokens: Sequence[Any], at: int, options: Any, env: Any) -> str:
    """A formula as MathML; its source, where the converter does not know it or makes more of it than mathematics."""
    from latex2mathml.converter import convert

    token = tokens[at]
    is_inline = token.type == "math_inline"
    try:
        made = convert(token.content, display="inline" if is_inline else "block")
        shown = _only_mathematics(ElementTree.fromstring(made))  # noqa: S314 - no entity is declared in what was made
        return shown if is_inline else f'<div class="formula" tabindex="0">{shown}</div>'
    except Exception:  # whatever a stranger's LaTeX does to the converter
        return f"<code>{html.escape(token.content)}</code>"


def _only_mathematics(formula: ElementTree.Element) -> str:
    """The formula written anew, if it has nothing but presentational MathML: text in it may not have become markup."""
    for element in formula.iter():
        element.tag = element.tag.rpartition("}")[2]
        if element.tag not in _TAGS or not _ATTRIBUTES.issuperset(element.attrib):
            raise ValueError(f"{element.tag} is no mathematics")
    return ElementTree.tostring(formula, encoding="unicode")


_TAGS = frozenset([
    "math", "mi", "mn", "mo", "mtext", "mspace", "ms", "mrow", "mfrac", "msqrt", "mroot", "mstyle", "mpadded",
    "mphantom", "mfenced", "menclose", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts",
    "mtable", "mtr", "mtd",
])  # fmt: skip
_ATTRIBUTES = frozenset([
    "display", "stretchy", "fence", "form", "separator", "lspace", "rspace", "minsize", "maxsize", "symmetric",
    "largeop", "movablelimits", "accent", "accentunder", "linethickness", "columnalign", "rowspacing",
    "columnspacing", "width", "height", "depth", "mathvariant", "displaystyle", "scriptlevel", "notation", "open",
    "close", "columnlines", "rowlines",
])  # fmt: skip

_STYLE = """
:root { color-scheme: light dark; background: Canvas; color: CanvasText;
  --right: #1a7f37; --wrong: #c1121f; --carried: #855600; --line: #8884; }
@media (prefers-color-scheme: dark) { :root { --right: #4cc26a; --wrong: #ff7b81; --carried: #e0a840; } }
body { font: 17px/1.55 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 72rem; }
main { display: grid; grid-template-columns: minmax(0, 1fr) 20rem; gap: 2rem; }
article { overflow-wrap: anywhere; overflow-x: auto; } article pre, .formula { overflow-x: auto; }
.formula { margin: .4em 0; padding: .3em 0; overflow-y: hidden; background:
  linear-gradient(90deg, Canvas 40%, transparent) 0 / 2rem no-repeat local,
  linear-gradient(270deg, Canvas 40%, transparent) 100% / 2rem no-repeat local,
  linear-gradient(90deg, #8886, transparent) 0 / .7rem no-repeat,
  linear-gradient(270deg, #8886, transparent) 100% / .7rem no-repeat; }
 .formula math { width: max-content; min-width: 100%; }
aside ol { list-style: none; padding: 0; margin: 0; font-size: .85rem; }
aside li { border-left: 3px solid var(--right); margin: 0 0 .6rem; padding: .1rem .6rem; }
aside li.wrong { border-color: var(--wrong); } aside li.carried { border-color: var(--carried); }
aside li:target { background: #8882; }
.sign { text-decoration: none; white-space: nowrap; font-weight: 600; } .sign.right { color: var(--right); }
.sign.wrong { color: var(--wrong); } .sign.carried { color: var(--carried); }
table { border-collapse: collapse; } td, th { border: 1px solid var(--line); padding: .2rem .5rem; }
aside svg { display: block; max-width: 100%; height: auto; margin: .3rem 0; }
aside svg rect { fill: #8881; stroke: #8888; } aside svg path { stroke: #8888; fill: none; }
aside svg rect.here { stroke: var(--right); stroke-width: 2; } aside li.wrong rect.here { stroke: var(--wrong); }
aside li.carried rect.here { stroke: var(--carried); }
aside svg text { font: 12px ui-monospace, monospace; text-anchor: middle; fill: currentColor; }
@media (max-width: 50rem) { main { grid-template-columns: minmax(0, 1fr); } }
"""
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head>
<body>{content}</body></html>
"""
_CONTENT = """<p><small>{counts}. {legend}</small></p>
<main><article>{body}</article><aside><h2>Marks</h2><ol>{margin}</ol></aside></main>
"""


# The place of a quantity ------------------------------------------------------------------------------


_MOST_BOXES = 5  # in a column
_HIGH, _GAP, _WIDE = 22, 6, 40
_LETTER = 7.2  # pixels of a character


def insets(note: Note, links: Mapping[str, str]) -> dict[str, str]:
    """For each calculation line, as text, a small picture of its quantity between its neighbors.

    Args:
        note: the note.
        links: for each calculation line the address of its first mark on the page.
    """
    lines, texts = note.naming.lines, note.naming.texts()
    latest: dict[str, int] = {}
    inputs: list[list[int]] = []
    outputs: dict[int, list[int]] = {}
    for at, line in enumerate(lines):
        inputs.append(sorted(latest[name] for name in line.needs() if name in latest))
        for source in inputs[-1]:
            outputs.setdefault(source, []).append(at)
        if isinstance(line.target, Name) and not line.again:
            latest[line.target.name] = at

    def boxes(places: Sequence[int]) -> list[tuple[str, str]]:
        shown = [(_name(texts[at]), links.get(texts[at], "")) for at in places]
        if len(shown) > _MOST_BOXES:
            shown[_MOST_BOXES - 1 :] = [(f"… {len(shown) - _MOST_BOXES + 1} more", "")]
        return shown

    return {
        text: _picture(boxes(inputs[at]), _name(text), boxes(outputs.get(at, [])))
        for at, text in enumerate(texts)
        if text in links
    }


def _name(text: str) -> str:
    """What a calculation line is about."""
    return text.partition("   # ")[0].partition(" = ")[0]


def _picture(inputs: Sequence[tuple[str, str]], name: str, outputs: Sequence[tuple[str, str]]) -> str:
    """Three columns of boxes from left to right, with lines between them; the middle one stands out."""
    columns = [inputs, [(name, "")], outputs]
    widths = [max((len(text) for text, _ in column), default=0) * _LETTER + 12 * bool(column) for column in columns]
    height = max(len(column) for column in columns) * (_HIGH + _GAP) + _GAP
    lefts = [1.0, widths[0] + _WIDE * bool(inputs) + 1]
    lefts.append(lefts[1] + widths[1] + _WIDE)
    middle = height / 2
    parts, here = [], ' class="here"'
    for side, (column, left, width) in enumerate(zip(columns, lefts, widths, strict=True)):
        top = (height - len(column) * (_HIGH + _GAP) + _GAP) / 2
        for text, link in column:
            box = (
                f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{_HIGH}" rx="4"'
                f"{here if side == 1 else ''}/>"
                f'<text x="{left + width / 2:.0f}" y="{top + 15:.0f}">{html.escape(text)}</text>'
            )
            parts.append(f'<a href="{link}">{box}</a>' if link else box)
            ends = {0: (left + width, lefts[1]), 2: (lefts[1] + widths[1], left)}.get(side)
            if ends:
                near, far = (top + _HIGH / 2, middle)[:: 1 if side == 0 else -1]
                parts.append(f'<path d="M{ends[0]:.0f} {near:.0f}L{ends[1]:.0f} {far:.0f}"/>')
            top += _HIGH + _GAP
    whole = lefts[2] + widths[2] if outputs else lefts[1] + widths[1]
    said = " and ".join(filter(None, (
        f"worked from {', '.join(text for text, _ in inputs)}" if inputs else "",
        f"used for {', '.join(text for text, _ in outputs)}" if outputs else "",
    )))  # fmt: skip
    label = html.escape(f"{name} {said}" if said else name, quote=True)
    return (
        f'<svg role="group" aria-label="{label}" viewBox="0 0 {whole + 2:.0f} {height:.0f}" '
        f'width="{whole + 2:.0f}" height="{height:.0f}">{"".join(parts)}</svg>'
    )
