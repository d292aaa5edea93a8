"""Markdown with mathematics, whose formulas know their places and end within bounds."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tinygrad_notes.reading.limits import LONGEST_FORMULA, LONGEST_PIECE, MOST_LINES

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


def note_parser() -> MarkdownIt:
    """CommonMark with tables and mathematics, whose inline mathematics and code know their places."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt("commonmark").enable("table")
    dollarmath_plugin(parser, allow_digits=False, double_inline=True)
    amsmath_plugin(parser)
    parser.inline.ruler.before("escape", "math_brackets", _bracketed)
    _wrap(parser.block.ruler, "amsmath", _near)
    _wrap(parser.block.ruler, "math_block", _with_end)
    parser.core.ruler.at("inline", _in_short_lines)
    for name in ("math_inline", "math_brackets", "backticks"):
        _wrap(parser.inline.ruler, name, _placed)
    return parser


def _wrap(ruler: Any, name: str, wrapper: Callable[[Any], Any]) -> None:
    """Put what the wrapper makes of a rule in its place."""
    rule = next(rule for rule in ruler.__rules__ if rule.name == name)
    ruler.at(name, wrapper(rule.fn), {"alt": rule.alt})


def _in_short_lines(state: Any) -> None:
    """The core rule that looks into paragraphs, but for those with a line too long to be read."""
    for token in state.tokens:
        if token.type == "inline" and all(len(line) <= LONGEST_PIECE for line in token.content.split("\n")):
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _bracketed(state: Any, silent: bool) -> bool:
    r"""The inline rule for `\[ … \]` and `\( … \)`, which dollarmath does not know; some pages double the backslash."""
    opening = _OPENING.match(state.src, state.pos)
    closing = opening[0].translate(_CLOSING) if opening else ""
    end = state.src.find(closing, state.pos + 2, state.pos + LONGEST_FORMULA) if opening else -1
    if opening is None or end < 0:
        return False
    if not silent:
        state.push("math_inline", "math", 0).content = state.src[opening.end() : end]
    state.pos = end + len(closing)
    return True


_OPENING = re.compile(r"\\\\?[\[(]")
_CLOSING = str.maketrans("[(", "])")


_ENVIRONMENT = re.compile(r"\\begin(\{\w+\*?\})")


def _near(rule: Any) -> Any:
    """The block rule of an environment, which searches for its end so far and no further: many may be without one."""

    def with_bound(state: Any, start: int, end: int, silent: bool) -> bool:
        place = state.bMarks[start] + state.tShift[start]
        opened = _ENVIRONMENT.match(state.src, place)
        if opened is None or state.src.find("\\end" + opened[1], place, place + LONGEST_FORMULA) < 0:
            return False
        return bool(rule(state, start, min(end, start + MOST_LINES), silent))

    return with_bound


_ENDS_DISPLAY = re.compile(r"\$\$[^\S\n]*(?:\([^)$\n]+\)[^\S\n]*)?$", re.MULTILINE)
"""Two dollars that end a line, with a label behind them or without."""


def _with_end(rule: Any) -> Any:
    """The block rule of a display, where one ends at all: else each beginning is searched to the end of the note."""

    def with_bound(state: Any, start: int, end: int, silent: bool) -> bool:
        ends = state.env.get("ends of displays")
        if ends is None:
            ends = state.env["ends of displays"] = [found.start() for found in _ENDS_DISPLAY.finditer(state.src)]
        place = state.bMarks[start] + state.tShift[start]
        if not state.src.startswith("$$", place):
            return False
        at = bisect.bisect_left(ends, place + 2)
        return bool(at < len(ends) and ends[at] < state.eMarks[end - 1] and rule(state, start, end, silent))

    return with_bound


_MONEY = re.compile(r"\$\d[^$\\=^_{}]*\s\$")
"""From one price to another dollar: no mathematics, for that has no blank at one end only."""


def _placed(rule: Any) -> Any:
    """The inline rule, which also notes where in the paragraph what it found begins and ends."""

    def with_place(state: Any, silent: bool) -> bool:
        start, before = state.pos, len(state.tokens)
        if _MONEY.match(state.src, start):
            return False
        text = state.src
        if start == 0:
            state.src += " "  # dollarmath takes the last sign for the one before the first
        found: bool = rule(state, silent)
        state.src = text
        for token in state.tokens[before:] if found and not silent else ():
            if token.type in ("math_inline", "math_inline_double", "code_inline"):
                token.meta = token.meta | {"place": (start, state.pos)}
        return found

    return with_place
