"""Environments in Markdown: found from beginning to end, and not searched for without end."""

from __future__ import annotations

import sys

import pytest

from tinygrad_notes.reading.markdown import note_parser
from tinygrad_notes.reading.note import read_note


@pytest.mark.parametrize("name", ["align", "align*", "equation", "gather*"])
@pytest.mark.parametrize("lines", [1, 150])
def test_an_environment_is_one_piece_of_mathematics(name: str, lines: int) -> None:
    text = f"\\begin{{{name}}}\n" + "x &= 1 \\\\\n" * lines + f"\\end{{{name}}}\n"
    assert [token.type for token in note_parser().parse(text)] == ["amsmath"]


def test_its_numbers_are_read() -> None:
    text = "\\begin{align}\nz &= 0.2 \\cdot 0.5 = 0.1 \\\\\na &= 0.1 + 0.3 = 0.5\n\\end{align}\n"
    assert "2 of 2 claims checked" in repr(read_note(text))


@pytest.mark.slow
@pytest.mark.parametrize(
    "line", ["\\begin{align}", "\\begin{align} a \\end{align} x", "\\begin{align} a \\end{gather}", "\\begin{aligned}"]
)
def test_each_beginning_is_looked_after_for_a_bounded_way(line: str) -> None:
    """So twice the lines take twice the steps: they are counted, for the clock of a test says little."""
    assert _steps(line, 800) <= 2.5 * _steps(line, 400)


def _steps(line: str, count: int) -> int:
    """How many lines were asked whether they end an environment."""
    asked = 0

    def seen(_: object, event: str, called: object) -> None:
        nonlocal asked
        asked += event == "c_call" and getattr(called, "__name__", "") == "endswith"

    parser, text = note_parser(), f"{line}\n" * count
    sys.setprofile(seen)
    try:
        parser.parse(text)
    finally:
        sys.setprofile(None)
    return asked
