"""Members of numbers alone are held against each other, and some notations of pages that others wrote."""

from __future__ import annotations

import pytest

from tinygrad_notes.reading.note import mark_note, read_note

STEPS = [
    (r"$2 \cdot 3 + 4 = 7 + 4 = {}$", "11", "slip"),
    (r"$2 \cdot 3 + 4 = 6 + 4 = {}$", "10", "right"),
    ("$2 + 3 = 5 + 4 = {}$", "9", "right"),  # goes on with what came out
    (r"$0.125 \cdot 3 + 0.125 \cdot 3 = 0.38 + 0.38 = {}$", "0.76", "right"),  # rounded on the way
    (r"$0.4286 \cdot 7 = 0.42 \cdot 7 = {}$", "2.94", "right"),  # cut on the way
    (r"$3.14159 \cdot 2 \approx 3 \cdot 2 = {}$", "6", "right"),
    (r"$3.14159 \cdot 20 = 3 \cdot 20 = {}$", "60", "slip"),
    (r"$0.5 \cdot 0.4 → 0.3 + 0.1 = {}$", "0.4", "right"),
    ("Let $g(x) = x^2$. $g(3) = 2 · 3 = {}$", "6", "slip"),
    ("Let $g(x) = x^2$. $g(3) = 3 · 3 = {}$", "9", "right"),
    (r"$[1 + 1, 2] = [2, 1 + 1] = {}$", "[2, 2]", "right"),
]


@pytest.mark.parametrize(("note", "number", "verdict"), STEPS, ids=[note for note, _, _ in STEPS])
def test_a_wrong_step(note: str, number: str, verdict: str) -> None:
    assert {mark.verdict for mark in mark_note(note.replace("{}", number))} == {verdict}


NOTATIONS = {
    "a brace below": (r"$t = \underbrace{3 \cdot 4}_{\text{area}} + \overbrace{2}^{\text{bias}} = {}$", "14", "15"),
    "a brace below a name": (
        r"$x = 3$, $w = 4$, $z = \underbrace{w}_{\text{weight } w_{1}} x = {}$", "12", "13"),
    "Quarto's label": ("$$\nz = 2 \\cdot 3 = {}\n$$ {#eq-z}\n\nand so on", "6", "7"),
    "paragraph of HTML": ("<p>w<sub>1</sub> &middot; x = 0.5 &times; 3 = {}</p>", "1.5", "1.6"),
    "breaks of HTML": ("<div class='a'>z = 2*3 = 6<br/>y = 2*4 = {}</div>", "8", "9"),
    "narrow blanks in a table": (
        "$a = 0.5$, $e = 0.2$\n\n| what | formula | value |\n|--|--|--|\n| s | $s = -e\\,(1-a^2)$ | {} |",
        "-0.15", "-0.51"),
    "a square of the number without its sign": (
        r"$h = -0.5 + 0.2 = -0.3$, $L = \frac12 h^2 = \frac12 (0.3)^2 = {}$", "0.045", "0.054"),
}  # fmt: skip


@pytest.mark.parametrize(("note", "right", "wrong"), NOTATIONS.values(), ids=NOTATIONS)
def test_notations(note: str, right: str, wrong: str) -> None:
    for number, verdicts in ((right, {"right"}), (wrong, {"slip", "misprint"})):
        read = read_note(note.replace("{}", number))
        at = note.index("{}")
        mine = [mark for mark in read.marks if at - 1 <= mark.start <= at + 1]
        assert {mark.verdict for mark in mine} <= verdicts, number
        assert len(mine) == 1
        assert not read.left
        others = {mark.verdict for mark in read.marks if mark not in mine}
        assert others <= {"right"}


@pytest.mark.parametrize("opened", [r"\underbrace{", r"\underbrace{a}_{", r"}_{\underbrace{"])
def test_braces_that_nobody_closes(opened: str) -> None:
    read_note(f"$x = {opened * 2_000}2 = 3$")
