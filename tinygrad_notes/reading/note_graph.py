"""The place of a quantity among those of its note: what it is worked from, and what is worked from it."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tinygrad_notes.reading.formulas import Name

if TYPE_CHECKING:
    from tinygrad_notes.reading.note import Note

_MOST = 5  # boxes in a column
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
        return shown if len(shown) <= _MOST else [*shown[: _MOST - 1], (f"… {len(shown) - _MOST + 1} more", "")]

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
