"""Fractions of whole numbers: as givens, as claims, and mixed ones, which are listed."""

from __future__ import annotations

import pytest

from tinygrad_notes.reading.note import read_note

GIVEN = "$x = \\frac12$, $w = -\\frac{3}{4}$.\n\n"


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("$z = 3x = \\frac{3}{2}$", [("3/2", "right")]),
        ("$z = 3x = \\frac{5}{2}$", [("5/2", "slip")]),
        ("$z = 3x = 5/2$", [("5/2", "slip")]),
        ("$z = 3x = 3 \\cdot \\frac12 = \\frac32 = 1.5$", [("1.5", "right")]),
        ("$z = w x = -\\frac{3}{8}$", [("-3/8", "right")]),
        ("$z = w x = \\frac{3}{8}$", [("3/8", "slip")]),
        ("$\\frac12 + \\frac13 = \\frac{5}{6}$", [("5/6", "right")]),
        ("$\\frac12 + \\frac13 = \\frac{4}{6}$", [("4/6", "slip")]),
        ("$z = x^2 = \\frac14$, $\\frac{dz}{dx} = 3/4$", [("1/4", "right"), ("3/4", "slip")]),
    ],
)
def test_a_fraction_behind_a_formula_is_a_claim(text: str, marks: list[tuple[str, str]]) -> None:
    assert [(mark.claimed, mark.verdict) for mark in read_note(GIVEN + text).marks] == marks


@pytest.mark.parametrize("text", ["$z = 0.43x ≈ \\frac15$", "$0.3 \\cdot 0.7 \\approx 1/5$", "z = 0.43x = 0.215 ≈ 1/5"])
def test_a_fraction_near_a_number_is_no_claim(text: str) -> None:
    assert not [mark for mark in read_note(GIVEN + text).marks if mark.verdict != "right"]


@pytest.mark.parametrize("mixed", ["1\\frac{1}{2}", "1\\tfrac12", "1 \\frac{1}{2}"])
def test_a_mixed_number_may_be_a_product_and_is_listed(mixed: str) -> None:
    note = read_note(f"{GIVEN}$z = 3x = {mixed}$")
    assert not note.marks
    assert [text for _, text in note.unread] == [f"z = 3x = {mixed}"]


def test_a_mark_stands_behind_the_fraction() -> None:
    note = read_note(f"{GIVEN}$z = 3x = \\frac{{5}}{{2}}$")
    assert [note.text[mark.start : mark.end] for mark in note.marks] == ["\\frac{5}{2}"]


@pytest.mark.parametrize(
    ("text", "slips"),
    [
        ("$z = \\frac32$, $w = 2z = 3$. Now $z = \\frac12$, $w = 2z = 1$.", []),
        ("$z = -\\frac32$, $w = 2z = -3$. Now $z = 2$, $w = 2z = 5$.", ["5"]),
        ("z = ½. w = 2z = 1. z = ¼. w = 2z = 0.5. z = 2. w = 2z = 4.", []),
        ("v = [1/2, 1]. s = 2v = [1, 2]. v = [1/4, 1]. s = 2v = [0.5, 2]. v = [3, 1]. s = 2v = [6, 2].", []),
        ("x = 3. z = 3/2. w = 2z = 3. z = 2x = 6. w = 2z = 12.", []),
        ("p = 1/3. Here p = 0.33. q = 2p = 0.667.", []),  # the same number, rounded
    ],
)
def test_a_name_given_as_a_fraction_may_be_set_again(text: str, slips: list[str]) -> None:
    assert [mark.claimed for mark in read_note(text).marks if mark.verdict != "right"] == slips
