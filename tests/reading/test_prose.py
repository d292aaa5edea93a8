"""Formulas among words: a product with blanks is read whole or not at all, and a bracket of numbers is a call."""

import time

import pytest

from tinygrad_notes.reading.note import read_note

# The note, and the calculation line that its formula comes to.
PRODUCTS = [
    ("A neuron computes y = w x, nothing else. With w = 1.5, x = 2:\n\ny = 1.5 * 2 = 3", "y = w*x   # 3"),
    ("z = w x + b, a = σ(z). Here w = 2, x = 3 and b = 1.\n\nz = 2*3 + 1 = 7", "z = w*x + b   # 7"),
    ("z = w1 x1 + w2 x2 with w1 = 1, x1 = 2, w2 = 3, x2 = 4.\n\nz = 14", "z = w1*x1 + w2*x2   # 14"),
    ("With w_y = 2 and h_2 = 3 we get y = w_y h_2 as output.\n\ny = 6", "y = w_y*h2   # 6"),
    ("Let delta = 0.5, x = 2. Then dL/dw = delta x with these.\n\ndL/dw = 1", "dL_dw = delta*x   # 1"),
    ("z = w x with w = 2, x = 3.\n\nz = 2", "z = w*x   # 2"),
    ("Let w = 2, x = 3, b = 1 and y = w (x + b) with them.\n\ny = 8", "y = w*(x + b)   # 8"),
    ("Let w = 2 and x = 3, so z = w x = 6 at last.", "z = w*x   # 6"),
    ("w = 2, x = 3, a = 1.\n\n| name | formula | value |\n|---|---|---|\n| z | w x a | 6 |", "z = w*x*a   # 6"),
]


@pytest.mark.parametrize(("note", "line"), PRODUCTS, ids=[line for _, line in PRODUCTS])
def test_names_of_the_note_side_by_side_are_a_product(note: str, line: str) -> None:
    assert line in read_note(note).calculation_lines.splitlines()


@pytest.mark.parametrize(
    ("note", "unread"),
    [
        ("Then y = w times x is the output. w = 1.5, x = 2.\n\ny = 1.5 * 2 = 3", "y = w times x"),
        ("Then y = x squared, where x = 3.\n\ny = 9", "y = x squared"),
        ("Here z = w q with w = 2, and more.\n\nz = 3", "z = w q"),
        ("y = 1.5, w = 3.\n\nSo z = 2 y w = 9", "z = 2 y w = 9"),
        ("x = 2, w = 3.\n\nSo z = 2 (x + w)", "z = 2 (x + w)"),
        ("x = 2, w = 3.\n\nSo w x = 6 here", "w x = 6"),
        ("x = 2.\n\nSo z = q x = 3 * 2 = 6", "z = q x = 3 * 2 = 6"),
    ],
)
def test_what_may_be_a_product_is_unread_as_a_whole(note: str, unread: str) -> None:
    read = read_note(note)
    assert [text for _, text in read.unread] == [unread]
    assert all(mark.verdict == "right" for mark in read.marks)


@pytest.mark.parametrize(
    ("note", "lines"),
    [
        ("We set w = 1.5, x = 2, so w = 0.9 now", ["w = 1.5", "x = 2", "w = 0.9"]),
        ("Now z = 0.35 is the sum", ["z = 0.35"]),
        ("z = 0.35 (rounded) and y = 1 (a target)", ["z = 0.35", "y = 1"]),
        ("w = 0.5 x = 2", ["w = 0.5", "x = 2"]),
        ("Let w = 3. x = 2. y = 6. Again y = 6. x = 2.", ["w = 3", "x = 2", "y = 6"]),
        ("w = 0.5 x = 2 b = -1\n\nw = 0.4 x = 3 b = -2", ["w = 0.5", "x = 2", "b = -1", "w = 0.4", "x = 3", "b = -2"]),
        ("Con x = 0.5 y w = 0.3 vamos", ["x = 0.5", "w = 0.3"]),
        ("w = 1, x = 2, b = 3\n\nz = w x + b   (1)", ["w = 1", "x = 2", "b = 3", "z = w*x + b"]),
    ],
)
def test_a_number_before_a_word_ends_a_formula(note: str, lines: list[str]) -> None:
    assert read_note(note).calculation_lines.splitlines() == lines


# The note, and each number claimed in it with its verdict.
CALLS = [
    ("f(x) = x^3 - 2x, at x = 1.5\n\nf(1.5) = 1.5^3 - 2*1.5 = 0.375", [("0.375", "right")]),
    ("J(w) = (w-2)^2, w = 5, J = 9.\n\nJ(3) = (3-2)^2 = 1", [("9", "right"), ("1", "right")]),
    ("L = 0.25\n\n(L(0.51) - L(0.49)) / 0.02 = (0.2401 - 0.2601)/0.02 = -1", [("-1", "right")]),
    ("L = 2\n\nL(0.5) = (0.5 - 1)^2 = 1.00", [("1.00", "slip")]),
    ("g = 3, $g(1, -2) = 1 - 2 = -1$", [("-1", "right")]),
    ("$f = 2$, $f(3) = 6$, $f(1/2) = 1$, $f(1 + 0.1) = 2.2$", []),
    (r"$f = 2$, $f\left(3\right) = 3^2 = 9$", [("9", "right")]),
    ("a = 0.6, a(1-a) = 0.24, 2(3+4) = 14, 0.5(1-0.5) = 0.25, s = σ(0) = 0.5",
     [("0.24", "right"), ("14", "right"), ("0.25", "right"), ("0.5", "right")]),
]  # fmt: skip


@pytest.mark.parametrize(("note", "marks"), CALLS, ids=[note[:12] for note, _ in CALLS])
def test_a_name_with_numbers_alone_in_brackets_is_no_product(note: str, marks: list[tuple[str, str]]) -> None:
    assert [(mark.claimed, mark.verdict) for mark in read_note(note).marks] == marks


def test_words_with_arrows_between_are_no_formula() -> None:
    note = "z = 2 * 0.5 = 1 and δ = 3\n\nIt uses the chain rule → largest δ → biggest adjustment."
    assert read_note(note).unread == []


@pytest.mark.parametrize("name", [r"d\beta", r"d\hat{y}", r"d\hat x_i"])
def test_a_differential_is_one_name(name: str) -> None:
    note = read_note(rf"$d = 5$, $\gamma = 2$. ${name} = \gamma \cdot 3 = 6$")
    assert [(mark.quantity[0], len(mark.quantity) > 1, mark.verdict) for mark in note.marks] == [("d", True, "right")]


@pytest.mark.parametrize("hostile", ["x = 1, y = " + "x " * 20_000, "x = 1, " + "x " * 20_000, "y = x" + " (" * 20_000])
def test_long_rows_of_names_end_soon(hostile: str) -> None:
    start = time.process_time()
    read_note(hostile).counts()
    assert time.process_time() - start < 5.0  # a second on a quiet machine
