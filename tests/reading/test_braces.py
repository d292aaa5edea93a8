"""Numbers below and above braces are claims; what may be a label is listed; none is lost."""

from __future__ import annotations

import pytest

from tinygrad_notes.reading.note import read_note

GIVEN = "Given $w = 0.5$, $x = 2$, $b = 0.1$, $y = 1$.\n"

# A formula, the numbers of it that are judged, each with what is wrong of them, and what is listed.
BRACES = [
    (r"z = \underbrace{w x}_{= 1.0} + b = 1.1", ["1.0", "1.1"], [], []),
    (r"z = \underbrace{w x}_{= 1} + b = 1.1", ["1", "1.1"], [], []),
    (r"z = \overbrace{w x}^{\approx 1.3} + b = 1.1", ["1.3", "1.1"], ["1.3"], []),
    (r"z = \underbrace{w x}_{1.2} + b = 1.1", ["1.2", "1.1"], ["1.2"], []),
    (r"z = \underbrace{w x}_{\text{net} = 1.2} + b = 1.1", ["1.2", "1.1"], ["1.2"], []),
    (r"z = \underbrace{w x}_{\text{the product: } 1.2} + b = 1.1", ["1.1"], [], ["_{\\text{the product: } 1.2}"]),
    (r"z = \underbrace{w x}_{\text{= 1.2}} + b = 1.1", ["1.2", "1.1"], ["1.2"], []),
    (r"z = \underbrace{w x}_{p_1 = 1.2} + b = 1.1", ["1.2", "1.1"], ["1.2"], []),
    (r"z = \underbrace{w x}_{= 0.5 \cdot 2 = 1.2} + b = 1.1", ["1.2", "1.1"], ["1.2"], []),
    (r"z = \underbrace{w [x, 4]}_{= [1, 2.2]}", ["1", "2.2"], ["2.2"], []),
    (r"\underbrace{\underbrace{w x}_{1.2} + b}_{z = 1.3} = 1.1", ["1.2", "1.3", "1.1"], ["1.2", "1.3"], []),
    (r"q = \underbrace{0.5 \cdot 2}_{= 1.2} + 0.1 = 1.1", ["1.2", "1.1"], ["1.2"], []),
    (r"z = \underbrace{w x}_{2} + b = 1.1", ["1.1"], [], ["_{2}"]),
    (r"q = \underbrace{1 + 1 + 1}_{n = 3} = 3", ["3"], [], ["_{n = 3}"]),
    (r"z = \underbrace{w x}_{(1)} + b = 1.1", ["1.1"], [], []),
    (r"z = \underbrace{w x}_{\text{layer 2}} + b = 1.1", ["1.1"], [], []),
    (r"z \overset{(1)}{=} w x + b \stackrel{\text{see (3)}}{=} 1.2", ["1.2"], ["1.2"], []),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "judged", "wrong", "listed"), BRACES)
def test_numbers_at_braces_are_judged_or_listed(
    formula: str, judged: list[str], wrong: list[str], listed: list[str]
) -> None:
    note = read_note(f"{GIVEN}\n$${formula}$$")
    assert [mark.claimed for mark in note.marks] == judged
    assert [mark.claimed for mark in note.marks if mark.verdict in ("slip", "misprint")] == wrong
    assert [note.text[mark.start : mark.end] for mark in note.marks] == judged
    assert [one.text for one in note.left] == listed


def test_an_expression_that_comes_again_is_judged_each_time() -> None:
    note = read_note(f"{GIVEN}\n$w x = 1.0$. Then $w x = 1.3$, and $w x = 0.5 \\cdot 2 = 1.2$.")
    assert [(mark.claimed, mark.verdict) for mark in note.marks] == [("1.0", "right"), ("1.3", "slip"), ("1.2", "slip")]


def test_another_number_for_a_gradient_is_told() -> None:
    note = read_note(f"{GIVEN}\n$L = (w x - 3)^2 = 4$, $dL/dx = 2 w (w x - 3) = -2.0$. So $dL/dx = -0.4$.")
    assert [mark.claimed for mark in note.marks] == ["4", "-2.0"]
    assert [one.text for one in note.left] == ["dL/dx = -0.4"]
