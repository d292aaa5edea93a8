"""Chains: equalities member by member, out of mathematics and out of prose."""

import pytest

from tinygrad_notes.reading.arithmetic import checked
from tinygrad_notes.reading.chains import Chains, chains_of
from tinygrad_notes.reading.naming import named
from tinygrad_notes.reading.note import read_note
from tinygrad_notes.reading.pieces import pieces_of_markdown


def read(note: str) -> Chains:
    return chains_of(pieces_of_markdown(note), note)


def chains(note: str) -> list[list[str]]:
    return [[note[member.start : member.end] for member in chain.members] for chain in read(note).read]


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("$z = wx = 0.5 \\cdot 2 \\approx 1$", [["z", "wx", "0.5 \\cdot 2", "1"]]),
        ("$x = 1,\\; y = 2$ and $w = 3;\\quad b = 4$", [["x", "1"], ["y", "2"], ["w", "3"], ["b", "4"]]),
        ("$$\n\\begin{aligned}z &= a + b \\\\ &= 1 + 2 \\\\ &= 3 \\\\ q &= 4\\end{aligned}\n$$",
         [["z", "a + b", "1 + 2", "3"], ["q", "4"]]),
        ("$z = 1 \\rightarrow a = 2$", [["z", "1"], ["a", "2"]]),
        ("$s \\to 0.5 + 1 \\to 1.5$", [["s", "0.5 + 1", "1.5"]]),
        ("The loss is L = (0.5 - 1)^2 = 0.25 in all.", [["L", "(0.5 - 1)^2", "0.25"]]),
        ("W\\_2 \\* x =\n\n$$\n2 \\cdot 3 = 6\n$$", [["W\\_2 \\* x", "2 \\cdot 3", "6"]]),
        ("Gradient w.r.t W1 = δ x", []),
        ("3 inputs → 3 neurons and 2 weights → 1 output", []),
        ("It is 50% = half, and x = np.array(3)", []),
        ("no equality here: 3 + 4", []),
        ("2026-11-28, version 1.2.3, see http://example.org/?a=5&b=6", []),
    ],
)  # fmt: skip
def test_chains_are_found_whole(note: str, expected: list[list[str]]) -> None:
    assert chains(note) == expected


def test_an_equality_that_cannot_be_read_is_told() -> None:
    note = "$\\sum_i w_i = 0.5$"
    assert (read(note).read, [note[a:b] for a, b in read(note).left]) == ([], ["\\sum_i w_i = 0.5"])


def test_cells_with_chains_of_their_own_are_taken_apart() -> None:
    (chain,) = read("$z = \\begin{bmatrix} 0.1 \\cdot 2 = 0.2 \\\\ 3 \\end{bmatrix}$").read
    assert [member.is_literal for member in chain.members] == [False, False, True]


# Arithmetic -------------------------------------------------------------------------------------------


def matrix(*rows: str) -> str:
    return "\\begin{bmatrix}" + " \\\\ ".join(rows) + "\\end{bmatrix}"


def verdicts(note: str) -> list[tuple[str, str]]:
    return [(check.claimed, check.verdict) for check in checked(read(note).read)]


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("$0.1 \\cdot 0.5 + 0.2 \\cdot 0.2 - 0.01 = 0.13$", [("0.13", "slip")]),
        ("$0.1 \\cdot 0.5 + 0.2 \\cdot 0.2 - 0.01 = 0.08$", [("0.08", "right")]),
        ("$2/3 = 0.667$ or $2/3 = 0.666$", [("0.667", "right"), ("0.666", "rounding")]),
        ("$\\frac{1}{1 + e^{-0.85}} \\approx 0.7006$", [("0.7006", "right")]),
        ("$[0.2, -0.3] - 0.1 [-0.1, 0.2] = [0.21, -0.28]$", [("0.21", "right"), ("-0.28", "slip")]),
        (f"${matrix('1 & 2', '3 & 4')} {matrix('5', '6')} = {matrix('17', '38')}$",
         [("17", "right"), ("38", "slip")]),
        ("$-\\ln 0.525 = 0.644$", [("0.644", "right")]),
        ("$|0.3 - 1| = 0.7$ and $\\sqrt{0.25} = 0.4$", [("0.7", "right"), ("0.4", "slip")]),
    ],
)  # fmt: skip
def test_numbers_alone_are_worked_out(note: str, expected: list[tuple[str, str]]) -> None:
    assert verdicts(note) == expected


def test_numbers_that_the_note_rounded_excuse_what_their_rounding_can_do() -> None:
    """a is 0.1247… and was carried on unrounded: 8a is 0.998, where 8 · 0.125 is 1. A given 0.125 excuses nothing."""
    assert verdicts("$a = 0.11 + 0.0147 \\approx 0.125$, $b = 8 \\cdot 0.125 = 0.998$")[1] == ("0.998", "right")
    assert verdicts("$a = 0.125$, $b = 8 \\cdot 0.125 = 0.998$") == [("0.998", "slip")]


def test_numbers_worked_out_in_full_or_further_down_excuse_nothing() -> None:
    assert verdicts("$a = 0.5 \\cdot 0.25 = 0.125$, $b = 8 \\cdot 0.125 = 0.998$")[1] == ("0.998", "slip")
    assert verdicts("$b = 2 \\cdot 0.4 = 0.9$, $c = 0.35 + 0.01 = 0.4$")[0] == ("0.9", "slip")


# Naming -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "lines"),
    [
        ("$z = wx = 1$, $w = 0.5$, $x = 2$", ["w = 0.5", "x = 2", "z = w*x   # 1"]),
        ("$a = 0.5$, $L = a^2 = 0.25$, $\\frac{\\partial L}{\\partial a} = 1$",
         ["a = 0.5", "L = a^2   # 0.25", "dL/da   # 1"]),
        ("$z = 0.3$, $L = z^2$, $\\delta = \\frac{\\partial L}{\\partial z} = 2z = 0.6$",
         ["z = 0.3", "L = z^2", "dL/dz = 2*z   # 0.6", "δ = dL/dz"]),
        ("$w = 1$, $x = 3$, $w = w - 0.1 x = 0.7$, $q = wx = 2.1$",
         ["w = 1", "x = 3", "w = w - 0.1*x   # 0.7", "q = w*x   # 2.1"]),
        ("$g = \\frac{dL}{dw}$, $\\frac{dL}{dw} = -8$, $w = 1$, $v = w - g = 9$",
         ["dL_dw = -8", "g = dL_dw", "w = 1", "v = w - g   # 9"]),
        ("$a = 0.5$, $y = 1$, $C = (a - y)^2$, loss = (0.5 - 1)^2 = 0.25",
         ["a = 0.5", "y = 1", "C = (a - y)^2   # 0.25"]),
        (f"$W = {matrix('1 & 2')}$, $x = [3, 4]$, $W x = 11$",
         ["W = [1, 2]", "x = [3, 4]", "W@x   # 11"]),
        ("$q = r + s = 3$", ["q = 3"]),  # as the note has it
    ],
)  # fmt: skip
def test_chains_become_calculation_lines(note: str, lines: list[str]) -> None:
    assert sorted(named(read(note).read).texts()) == sorted(lines)


def test_lines_stand_after_what_they_use() -> None:
    assert named(read("$c = b + 1$, $b = a + 1$, $a = 1$").read).texts() == ["a = 1", "b = a + 1", "c = b + 1"]


@pytest.mark.parametrize(
    ("note", "right", "wrong", "left"),
    [
        (r"$$\begin{bmatrix} 0.1\cdot 0.5 = 0.05 \\ \oint q = 0.3 \\ 0.2 \cdot 0.4 = 0.09\end{bmatrix}$$", 1, 1, 1),
        (r"$$z = \begin{bmatrix} 0.1\cdot 0.5 = 0.05 \\ \oint q = 0.3 \\ 2 \cdot 4 = 9\end{bmatrix}$$", 1, 1, 1),
        (r"$$\begin{array}{l} z = 0.5 \cdot 2 = 1.1 \\ \oint q = 3 \\ a = 0.2 \cdot 0.3 = 0.06 \end{array}$$", 1, 1, 1),
        (r"$$\begin{array}{rcl} z &=& 0.5 \cdot 2 = 1 \\ a &=& 0.2 \cdot 0.3 = 0.07 \end{array}$$", 1, 1, 0),
        (r"$$\begin{bmatrix} 1\cdot 5 \\ 2 \end{bmatrix} = \oint = \begin{bmatrix} 5 \\ 3 \end{bmatrix}$$", 1, 1, 0),
    ],
)  # fmt: skip
def test_an_unreadable_member_takes_no_other_along(note: str, right: int, wrong: int, left: int) -> None:
    found = read_note(note)
    verdicts = [mark.verdict for mark in found.marks]
    assert (verdicts.count("right"), verdicts.count("slip"), found.counts()["left"]) == (right, wrong, left)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("$z = wx^2 = {}$", "2"),
        ("$u = wx = 1$, $z = xw^{2} = {}$", "0.5"),
        ("$L = (wx)^2 = 1$, $dL/dw = 2wx^2 = {}$", "4"),
        ("z = 3wx² = {}", "6"),
        ("z = 1/wx² = {}", "1"),  # both stand below
        ("$z = \\frac{1}{wx^2} = {}$", "0.5"),
    ],
)
def test_a_power_is_one_of_the_last_letter_alone(text: str, number: str) -> None:
    """w is 0.5 and x is 2: the square of both is 1."""
    for claim, verdict in [(number, "right"), (f"1{number}", "slip")]:
        note = read_note(f"$w = 0.5$, $x = 2$.\n\n{text.replace('= {}', f'= {claim}')}")
        assert note.marks[-1].verdict == verdict


@pytest.mark.parametrize("arrow", ["$\\Rightarrow$", "$\\to$", "$\\implies$ "])
def test_an_arrow_in_marks_of_its_own_leads_to_another_statement(arrow: str) -> None:
    note = read_note(f"$z = 2$ {arrow} $a = \\max(0, z) = 2$ {arrow} $L = a/4 = 0.5$ {arrow} $M = 2L = 3$")
    assert [(mark.claimed, mark.verdict) for mark in note.marks] == [("2", "right"), ("0.5", "right"), ("3", "slip")]
