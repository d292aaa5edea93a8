"""Lines that give a name another number, and lines that take the number from before."""

from __future__ import annotations

import pytest

from tinygrad_notes.reading.note import Note, read_note


def wrong(note: Note) -> list[tuple[str, str, str]]:
    verdicts = ("slip", "misprint", "rounding")
    return [(mark.quantity, mark.claimed, mark.verdict) for mark in note.marks if mark.verdict in verdicts]


UPDATES = [
    "w = 0.9", "w := 0.9", "so w = 0.9 now", "w = w - η*g = 0.5 + 0.4 = 0.9", "w = 0.5 + 0.4 = 0.9", "w = 0.5 + 0.4",
    "w := 0.5 - 0.05*(-8) = 0.9", "w ← w - 0.05*g = 0.5 - 0.05*(-8) = 0.9", "w ← 0.5 + 0.4", "w <- 0.5 + 0.4 = 0.9",
    r"$w \leftarrow 0.5 - 0.05 \cdot (-8) = 0.9$", r"$w \gets 0.5 - 0.05 \cdot (-8) = 0.9$",
    "w += 0.4", "w += 0.4 = 0.9", "w -= 0.1*(-4)", "w -= 0.1 - 0.5", "w *= 1.8", "w: 0.5 -> 0.9", "w: 0.5 → 0.9",
    r"$w \to 0.9$", "| step | formula |\n|---|---|\n| 1 | w ← 0.5 + 0.4 = 0.9 |",
]  # fmt: skip
NOTE = "w = 0.5, x = 2, b = 0.1\n\n{}\n\np = w*x + b = {}\n"


@pytest.mark.parametrize("update", UPDATES)
def test_an_update_gives_the_name_its_new_number(update: str) -> None:
    assert wrong(read_note(NOTE.format(update, "0.9*2 + 0.1 = 1.9"))) == []
    assert wrong(read_note(NOTE.format(update, "1.9"))) == []
    assert wrong(read_note(NOTE.format(update, "2.9"))) == [("p", "2.9", "slip")]
    assert wrong(read_note(NOTE.format(update, "0.7*2 + 0.1 = 1.5"))) == [("p", "1.5", "slip")]


@pytest.mark.parametrize("update", UPDATES)
def test_the_number_from_before_may_be_put_in(update: str) -> None:
    assert wrong(read_note(NOTE.format(update, "0.5*2 + 0.1 = 1.1"))) == []
    assert wrong(read_note(NOTE.format(update, "1.1"))) == [("p", "1.1", "slip")]  # nobody put it in
    assert wrong(read_note(NOTE.format(update, "0.5*2 + 0.1 = 1.2"))) != []  # wrong in itself


@pytest.mark.parametrize("update", ["w_new = 0.5 + 0.4 = 0.9", "w' = 0.5 + 0.4 = 0.9", "$w^{new} = 0.5 + 0.4 = 0.9$"])
def test_a_new_name_given_by_numbers_may_be_meant_by_the_old_one(update: str) -> None:
    assert wrong(read_note(NOTE.format(update, "0.9*2 + 0.1 = 1.9"))) == []
    assert wrong(read_note(NOTE.format(update, "0.5*2 + 0.1 = 1.1"))) == []
    assert wrong(read_note(NOTE.format(update, "0.7*2 + 0.1 = 1.5"))) == [("p", "1.5", "slip")]


@pytest.mark.parametrize(
    "arrow", ["z = 0.5*2 + 0.1 = 1.1 ← the input", "w ← the first weight", "1.1 ← w", "z = w ← 0.9"]
)
def test_an_arrow_that_explains_sets_nothing(arrow: str) -> None:
    assert wrong(read_note(NOTE.format(arrow, "0.5*2 + 0.1 = 1.1"))) == []
    assert wrong(read_note(NOTE.format(arrow, "1.9"))) == [("p", "1.9", "slip")]


NUDGE = "a = 2.0\nb = -3.0\ne = a * b = -6.0\n\na = 2.0 + 0.01 * 6.0 = 2.06\n{}\nf = e + 1 = {}\n"
CHECK = "x = 2, w = 0.7, b = 0.1.\n\nz = w·x + b = 0.7·2 + 0.1 = 1.5\n\n{}\n\nCheck: z = 1.06·2 + 0.28 = {}"
NEGATIVE = "w = -0.3, x = 2, b = 0.1\n\nw = -0.3 + 0.1 = -0.2\n\n"
VECTOR = "w = [0.5, 0.2], x = [2, 1]\n\nw = [0.5 + 0.4, 0.2 - 0.1] = [0.9, 0.1]\n\n"
BACKWARD = "v = 0.5, h = 0.6, d = 0.3\n\n{}\n\ndh = d * v = 0.3 * {}\n\nq = 2*dh = {}"


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("b = 0\nb = 0 - 0.1*(-0.5) = 0.05\nz = 0.3*1 + b = 0.35\n", []),
        ("b = 0\nb = 0 - 0.1*(-0.5) = 0.05\nz = 0.3*1 + b = 0.30\n", [("z", "0.30", "slip")]),
        (NUDGE.format("e = a * b = 2.06 * -3.0 = -6.18", "-5.18"), []),
        (NUDGE.format("e = 2.06 * -3.0 = -6.18", "-5.18"), []),
        (NUDGE.format("e = 2.06 * -3.0 = -6.18", "-5.0"), [("f", "-5.0", "slip")]),
        (CHECK.format("b ← 0.1 − 0.05·(-3.6) = 0.28", "2.40"), []),
        (CHECK.format("", "2.40"), []),
        (CHECK.format("", "2.50"), [("", "2.50", "slip")]),
        (BACKWARD.format("v = v - 0.1*d*h = 0.5 - 0.018 = 0.482", "0.5 = 0.15", "0.3"), []),
        (BACKWARD.format("v = v - 0.1*d*h = 0.5 - 0.018 = 0.482", "0.482 = 0.1446", "0.2892"), []),
        (BACKWARD.format("v = v - 0.1*d*h = 0.5 - 0.018 = 0.482", "0.55 = 0.165", "0.33"), [("dh", "0.165", "slip")]),
        (BACKWARD.format("v_new = v - 0.1*d*h = 0.5 - 0.018 = 0.482", "0.482 = 0.1446", "0.2892"),
         [("dh", "0.1446", "slip")]),
        (NEGATIVE + "z = b + w*x = 0.1 - 0.3*2 = -0.5", []),
        (NEGATIVE + "z = b + w*x = 0.1 + 0.3*2 = 0.7", [("z", "0.7", "slip")]),
        (VECTOR + "p = w*x = 0.5*2 + 0.2*1 = 1.2\n\nq = w*x = 0.9*2 + 0.1*1 = 1.9\n\nr = w*x = 1.8",
         [("r", "1.8", "slip")]),
    ],
)  # fmt: skip
def test_lines_below_an_update_mean_its_number_or_the_one_they_put_in(
    note: str, expected: list[tuple[str, str, str]]
) -> None:
    assert wrong(read_note(note)) == expected


def test_the_numbers_of_a_formula_set_nothing() -> None:
    note = read_note("w = 0.5, x = 2\n\nL = w*x = 1\n\nL = 0.5*2 = 1\n\ndL/dw = x = 2\n\ndL/dx = 0.6")
    assert wrong(note) == [("dL/dx", "0.6", "slip")]  # L comes from its formula still


GRADIENT = """h = 0.6, v = 0.5, y = 1

o = v*h = 0.3

L = (o - y)^2 = 0.49

dL/do = 2*(o - y) = -1.4

dL/dv = dL/do*h = -0.84

v = v - 0.1*dL/dv = 0.5 + 0.084 = 0.584

dL/dh = dL/do*v = -1.4*{}
"""


@pytest.mark.parametrize(("put_in", "slips"), [("0.5 = -0.7", []), ("0.55 = -0.77", [("dL/dh", "-0.77", "slip")])])
def test_a_gradient_by_the_weight_from_before_is_right(put_in: str, slips: list[tuple[str, str, str]]) -> None:
    note = read_note(GRADIENT.format(put_in))
    assert wrong(note) == slips
    assert note.exit_status == (1 if slips else 0)
