"""Habits of notes that other people wrote, one each, with a slip planted where a slip can be."""

from __future__ import annotations

import pytest

from tinygrad_notes.reading.note import read_note

WRONG = {"slip", "misprint"}
HABITS = [  # what it is about, the note, the numbers that are wrong in it
    ("powers of functions",
     r"$\tanh^2(0.5) = 0.2336$, $\sin^{2}(0.5) = 0.2298$, $1 - tanh²(0.5) = 0.7864$", ["0.2336"]),
    ("a square and its rest", r"$\sin^2 x + \cos^2 x = 1$. For $x = 0.5$, $1 - \tanh^2(0.5) = 0.7684$.", ["0.7684"]),
    ("numbers for a formula",
     "h1 = relu(1*0.5 - 0.6) = 0\nh2 = relu(0.2 + 0.8) = 1.0\n\ny = 0.7*h1 + 0.6*h2 = 0.5\n", ["0.5"]),
    ("a gradient by a subscript",
     r"""$w = [0.5, -0.5]$, $\nabla_w L = [-5, -7]$ and $L = 1.25$: $w \leftarrow w - 0.1\,\nabla_w L = [1.0, 0.3]$""",
     ["0.3"]),
    ("numbers put in, in a column",
     "| | formula | numbers | result |\n|-|-|-|-|\n| $u$ | $x w$ | $3 \\cdot 0.5$ | $1.6$ |\n", ["1.6"]),
    ("rounded numbers put in", "`a = tanh(1) = 0.7616`, `s = 1 - a**2 = 0.42`, `g = 0.4768 * 0.42 = 0.2003`", []),
    ("a part that is given", r"""
$E_1 = \frac{1}{2}(0.5 - o_1)^2 = 0.02$ with $o_1 = 0.7$ and $E_2 = 0.0236$; $E = E_1 + E_2 = 0.0436$.

$\frac{\partial E_1}{\partial o_1} = o_1 - 0.5 = 0.2$ and $\frac{\partial E_2}{\partial o_1} = -0.019$, so
$\frac{\partial E}{\partial o_1} = \frac{\partial E_1}{\partial o_1} + \frac{\partial E_2}{\partial o_1} = 0.181$
""", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrong"), [habit[1:] for habit in HABITS], ids=[name for name, *_ in HABITS])
def test_the_slip_is_found_and_no_other(text: str, wrong: list[str]) -> None:
    note = read_note(text)
    assert [mark.claimed for mark in note.marks if mark.verdict in WRONG] == wrong
    assert note.exit_status == bool(wrong)
    assert note.counts()["left"] == 0 or "sin" in text


@pytest.mark.parametrize("text", [r"$\sigma^{-1}(0.75) = 1.5$", r"$\tanh^{-1}(0.5) = 0.9$", r"$\sigma^2(5 - 1) = 3$"])
def test_what_may_be_an_inverse_or_a_variance_is_listed(text: str) -> None:
    note = read_note(text)
    assert (note.marks, len(note.unread)) == ([], 1)
