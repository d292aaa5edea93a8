"""Functions that a note defines, worked where they stand at a number."""

from __future__ import annotations

import pytest

from tinygrad_notes.reading.note import read_note


@pytest.mark.parametrize(
    ("note", "right", "wrong"),
    [
        ("With $g(z) = 1/(1+e^{-z})$ we have $g(0.5) = 0.6225$ and $g(1) = 0.75$.", ["0.6225"], ["0.75"]),
        ("Let f(x) = x^2 + 3x.\n\nf(2) = 10\nf(3) = 19\n", ["10"], ["19"]),
        ("Let $h(x, y) = x y + 1$. Then $h(2, 3) = 7$ and $h(1, 1) = 3$.", ["7"], ["3"]),
        ("$q(t) = t + 1$, $p(t) = 2 q(t)$; $p(q(1)) = 6$, $p(0) = 1$.", ["6"], ["1"]),
        ("σ(z) = max(0, z). Then σ(-1) = 0 and σ(2) = 0.8808.", ["0"], ["0.8808"]),
        ("$\\sigma(z) = \\frac{1}{1+e^{-z}}$, so $\\sigma(0) = 0.5$, and $\\sigma'(0) = 0.21$.", ["0.5"], ["0.21"]),
        ("Let $w = 1$, $x = 1$, $g(z) = 1/(1+e^{-z})$. $a = g(wx) = 0.7311$, $b = g(a) = 0.5$.", ["0.7311"], ["0.5"]),
        ("Let $a(z) = 1/(1+e^{-z})$, $a = 0.25$; $s = a(1-a) = 0.1875$, $r = a(1-a) = 0.21$.", ["0.1875"], ["0.21"]),
        ("$J(w) = (w-3)^2$ with $w = 1$: $J = 4$. At the next one $J(2) = 2$.", ["4"], ["2"]),
    ],
)  # fmt: skip
def test_it_is_worked_at_each_place(note: str, right: list[str], wrong: list[str]) -> None:
    marks = read_note(note).marks
    assert [mark.claimed for mark in marks if mark.verdict == "right"] == right
    assert [mark.claimed for mark in marks if mark.verdict in ("slip", "misprint")] == wrong


@pytest.mark.parametrize(
    "note",
    [
        "$f(x) = f(x) + 1$ and $f(2) = 3$.",  # by itself
        "$σ(z) = \\max(0, z)$ and $σ'(2) = 1$.",  # the derivative of a function of the note's own
        "$f(x) = 3$ and $f(2) = 4$.",  # not of its variable
        "".join(f"$f_{{{k + 1}}}(x) = f_{{{k}}}(x) + f_{{{k}}}(x)$, " for k in range(40)).replace("f_{0}(x)", "x")
        + "$f_{40}(1) = 3$.",  # too long to put in
    ],
)
def test_what_cannot_be_worked_is_told(note: str) -> None:
    found = read_note(note)
    assert found.marks == []
    assert found.counts()["left"] >= 1


def test_a_definition_is_not_told_as_unread() -> None:
    assert read_note("$g(z) = 1/(1+e^{-z})$").unread == []


AT = "$w = 0.5$, $x = 2$, $a = wx = 1$, $C = (a - 1.5)^2 = 0.25$, $h = 0.1$.\n\n"


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("$C(w + h) = 0.09$ and $C(w - h) = 0.48$", ["0.09"], ["0.48"]),
        ("$\\frac{C(w+h)-C(w-h)}{2h} = -2.0$, $\\frac{C(w+h)-C(w)}{h} = -1.6$", ["-2.0", "-1.6"], []),
        ("$\\frac{C(x+h)-C(x-h)}{2h} = -0.4$", [], ["-0.4"]),
        ("$w = w - 0.1 \\cdot 2 = 0.3$, $C(w + h) = 0.49$", ["0.3", "0.49"], []),
        ("$p = a(1 - a) = 0$, $r = x(w + 1) = 3$, $s = C(h + 1) = 0.275$", ["0", "3", "0.275"], []),  # products
    ],
)
def test_a_quantity_at_another_number_is_no_product(text: str, right: list[str], wrong: list[str]) -> None:
    marks = [mark for mark in read_note(AT + text).marks if mark.line > 1]
    assert [mark.claimed for mark in marks if mark.verdict == "right"] == right
    assert [mark.claimed for mark in marks if mark.verdict in ("slip", "misprint")] == wrong
