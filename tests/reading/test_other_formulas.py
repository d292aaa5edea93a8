"""Each formula of a gradient is judged, however many the note has for it; a chain rule of arrays is a scheme."""

from __future__ import annotations

import pytest

from tinygrad_notes.reading.judged_formulas import judged_formulas
from tinygrad_notes.reading.note import read_note

SCALAR = "Given $w = 0.5$, $x = 2$, $b = 0.1$, $y = 1$.\n$z = wx + b = 1.1$, $L = (z - y)^2 = 0.01$\n\n"
ARRAYS = "$W = [[1, 2], [3, 4]]$, $x = [0.5, 1]$, $y = [1, 1]$\n$z = W x = [2.5, 5.5]$, $L = \\|z - y\\|^2 = 22.5$\n\n"
BY_W, BY_ARRAY = "$\\frac{\\partial L}{\\partial w} =", "$\\frac{\\partial L}{\\partial W} ="
CHAIN = "\\frac{\\partial L}{\\partial z}\\frac{\\partial z}{\\partial W}"

# A note behind its givens, and the formulas in it that are wrong: the line of each, and how it is written.
FORMULAS = [
    (f"{BY_W} 2(z - y) x = 0.4$\nor {BY_W} (z - y) x$", [(5, "(z - y)*x")]),
    (f"{BY_W} (z - y) x = 0.4$\nor {BY_W} 2(z - y) x$", [(4, "(z - y)*x")]),
    ("$dL/db = 2(z - y) = z - y = 0.2$", [(4, "z - y")]),
    (f"{BY_W} 2(z - y) x = 0.4$\n$\\delta = dL/dz = 2(z - y) = 0.2$\n{BY_W} \\delta w$ or {BY_W} \\delta x$",
     [(6, "δ*w")]),
    (f"{BY_W} 2(z - y) x = 2(1.1 - y) x = 2(1.1 - y) 2 = 0.4$", []),
    (f"{BY_W} {CHAIN.replace('W', 'w')} = 2(z - y) x = 0.4$", []),
    (f"{BY_W} 2(z - y) x = 0.4$\nor {BY_W} 2 k (z - y)$", []),
]  # fmt: skip
OF_ARRAYS = [
    (f"{BY_ARRAY} {CHAIN} = 2(z - y) x^T = [[1.5, 3], [4.5, 9]]$", []),
    (f"{BY_ARRAY} {CHAIN}$\n{BY_ARRAY} 2 x (z - y)^T$", [(5, "outer(2*x, z - y)")]),
    (f"{BY_ARRAY} {CHAIN} = [[1.5, 3], [4.5, 9]]$", []),
]


@pytest.mark.parametrize(("given", "text", "wrong"), [
    *((SCALAR, *case) for case in FORMULAS), *((ARRAYS, *case) for case in OF_ARRAYS),
])  # fmt: skip
def test_each_formula_of_a_gradient_is_judged(given: str, text: str, wrong: list[tuple[int, str]]) -> None:
    note = read_note(given + text)
    assert [(note.line(mark.start), mark.written) for mark in judged_formulas(note)] == wrong
    assert {mark.verdict for mark in note.marks} <= {"right", "lucky"}
    assert note.exit_status == bool(wrong)


def test_another_formula_has_a_calculation_line_of_its_own() -> None:
    note = read_note(SCALAR + FORMULAS[0][0])
    assert note.calculation_lines.endswith("dL/dw = (z - y)*x\ndL/dw = 2*(z - y)*x   # 0.4\n")


@pytest.mark.parametrize("other", ["2 x (z - y)", "x \\delta", "x \\delta = 2 x (z - y)"])
def test_what_follows_goes_on_from_the_number_on_the_page(other: str) -> None:
    text = f"{BY_W} 2(z - y) x = 0.6$\n\nWith $\\delta = 2(z - y)$, {BY_W} {other}$\n\n"
    note = read_note(f"{SCALAR}{text}$u = w - 0.1 dL/dw = 0.44$")
    assert [(mark.claimed, mark.verdict) for mark in note.marks][-2:] == [("0.6", "slip"), ("0.44", "carried")]
    assert judged_formulas(note) == []


def test_a_number_used_before_another_formula_keeps_its_place() -> None:
    text = f"{BY_W} 2(z - y) x = 0.6$\n\n$u = w - 0.1 dL/dw = 0.44$\n\nWith $e = z - y$, {BY_W} 2 x e$"
    note = read_note(SCALAR + text)
    assert [(mark.claimed, mark.verdict) for mark in note.marks][-2:] == [("0.6", "slip"), ("0.44", "carried")]


def test_a_formula_that_comes_again_is_judged_once() -> None:
    note = read_note(SCALAR + f"{BY_W} 2(z - y) x = 0.4$\n\nAgain, {BY_W} 2(z - y) x$ and {BY_W} 2(z - y) x = 0.4$.")
    assert note.calculation_lines.count("dL/dw") == 1


def test_letters_of_a_derivative_are_factors_without_a_blank() -> None:
    note = read_note("$z = wx + b$, $L = (z - y)^2$\n\n$dL/dw = 2(z - y) x$\n$dL/dw = (z - y) x$")
    assert [(note.line(mark.start), mark.is_right) for mark in note.general_formulas] == [(3, True), (4, False)]


@pytest.mark.parametrize("other", ["", f"\nor {BY_W} 2 x (z - y)$"])
def test_another_formula_takes_no_number_of_the_gradient_away(other: str) -> None:
    update = "$v = w - 0.2 \\frac{\\partial L}{\\partial w} = 0.5 - 0.2 \\cdot 0.7 = 0.36$"
    note = read_note(f"{SCALAR}{BY_W} 2(z - y) x = 0.4${other}\n\n{update}")
    assert [mark.explanation for mark in note.marks if mark.verdict == "slip"] == ["0.7 put in for dL/dw, which is 0.4"]
