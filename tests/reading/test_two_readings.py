"""What can be read in two ways: which way is taken, and that it is told."""

from __future__ import annotations

import pytest

from tinygrad_notes.reading.note import read_note

SQUARES = "A = [[1, 2], [3, 4]]\nB = [[5, 6], [7, 8]]\n\n"


@pytest.mark.parametrize(
    ("line", "taken", "wrong"),
    [
        ("C = A * B = [[5, 12], [21, 32]]", "element by element", []),
        ("C = A * B = [[19, 22], [43, 50]]", "a matrix product", []),
        ("C = A * B = [[19, 22], [43, 51]]", "a matrix product", ["51"]),
        ("C = A * B = [[5, 12], [21, 33]]", "element by element", ["33"]),
        ("C = A * B", "a matrix product", []),
    ],
)
def test_a_star_between_square_matrices_is_told(line: str, taken: str, wrong: list[str]) -> None:
    note = read_note(SQUARES + line + "\n")
    assert [mark.claimed for mark in note.marks if mark.verdict == "slip"] == wrong
    assert note.two_readings == [(4, "A * B", taken)]


@pytest.mark.parametrize("line", ["C = A @ B = [[19, 22], [43, 50]]", "C = A ⊙ B = [[5, 12], [21, 32]]"])
def test_other_products_have_one_reading(line: str) -> None:
    note = read_note(SQUARES + line + "\n")
    assert {mark.verdict for mark in note.marks} == {"right"}
    assert note.two_readings == []
