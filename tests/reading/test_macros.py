"""Commands that a note defines are read as what they stand for, and numbers in them keep their places."""

from __future__ import annotations

import pytest

from tinygrad_notes.reading.note import read_note

HALF = r"\newcommand{\half}{\tfrac12}"
PD = r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}"
CHAIN = r"$w = 2$, $L = w^2 = 4$, "

# What is defined, a note that uses it, and what is wrong in the note.
USES = [
    (HALF, r"$J = \half (3 - 1)^2 = 3$", ["3"]), (r"\def\half{\tfrac12}", r"$J = \half \cdot 4 = 3$", ["3"]),
    (r"\newcommand\half{\tfrac12}", r"$J = \half \cdot 4 = 3$", ["3"]),
    (PD, CHAIN + r"$\pd{L}{w} = 2w = 5$", ["5"]), (PD, CHAIN + r"$\pd L w = 2w = 5$", ["5"]),
    (r"\def\pd#1#2{\frac{\partial #1}{\partial #2}}", CHAIN + r"$\pd{L}{w} = 2w = 5$", ["5"]),
    (rf"{PD}\newcommand{{\g}}[1]{{\pd{{L}}{{#1}}}}", CHAIN + r"$\g{w} = 2w = 5$", ["5"]),
    (r"\DeclareMathOperator{\act}{ReLU}", r"$h = \act(0.5 - 2) = 0.5$", ["0.5"]),
    (r"\renewcommand{\vec}[1]{\mathbf{#1}}", r"$\vec{x} = [1, 2]$, $z = 3 \vec{x} = [3, 5]$", ["5"]),
    (r"\newcommand{\lr}{0.1}", r"$w = 1 - \lr \cdot 4 = 0.5$", ["0.5"]),
    (r"\newcommand{\num}[1]{#1}", r"$w = \num{1.5} \cdot \num{2} = \num{4}$", ["4"]),
    (r"\newcommand{\never}{w = 3 = 4}", r"$z = 2 \cdot 2 = 4$", []),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["markdown", "latex"])
@pytest.mark.parametrize(("defined", "use", "wrong"), USES)
def test_a_command_is_what_it_stands_for(defined: str, use: str, wrong: list[str], kind: str) -> None:
    note = read_note(f"${defined}$\n\n{use}" if kind == "markdown" else f"{defined}\n\n{use}", kind)
    slips = [mark for mark in note.marks if mark.verdict in ("slip", "misprint")]
    assert [note.text[mark.start : mark.end] for mark in slips] == wrong
    assert note.left == []


@pytest.mark.parametrize("body", [r"\b\b", r"\a\a", "x" * 400])
def test_commands_that_grow_without_end_are_told(body: str) -> None:
    pairs = zip("abcdefghij", "bcdefghijk", strict=True)
    commands = "".join(rf"\newcommand{{\{a}}}{{{body.replace('b', b)}}}" for a, b in pairs)
    note = read_note(f"${commands}$\n\n$\\a = {' '.join([chr(92) + 'b'] * 200)} = 3$, $2 \\cdot 2 = 5$")
    assert [mark.claimed for mark in note.marks] == ["5"]
    assert len(note.left) == 1


@pytest.mark.parametrize(
    "text", [r"\(z = 2 \cdot 2 = 5\)", r"\\(z = 2 \cdot 2 = 5\\)", "\\\\[\nz = 2 \\cdot 2 = 5\n\\\\]"]
)
def test_some_pages_double_the_backslash_of_brackets(text: str) -> None:
    assert [mark.claimed for mark in read_note(text).marks if mark.verdict == "slip"] == ["5"]


def test_several_names_are_given_at_once() -> None:
    note = read_note(r"Let $(x, t) = (2, 1)$, $x \in \R$, so $z = 3x - t = 6$.")
    assert note.calculation_lines == "x = 2\nt = 1\nz = 3*x - t   # 6\n"


def test_a_model_that_is_worked_step_by_step_goes_through_the_steps() -> None:
    model = "$w = 2$, $x = 3$, $h = \\tanh(w x)$, $L = h^2$.\n\n"
    note = read_note(f"{model}$a = w x = 6$, $h = \\tanh(a) = 1.0000$, $L = 1.0000$, $dL/da = 2h(1 - h^2) = 0.00002$")
    assert "h = tanh(a)   # 1.0000\n" in note.calculation_lines
    assert note.exit_status == 0
