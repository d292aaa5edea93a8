"""Formulas that go on behind their marks, names set together, and other habits of blogs, slides and lecture notes."""

from __future__ import annotations

import pytest

from tinygrad_notes.reading.note import Note, read_note

WRONG = {"slip", "misprint", "rounding"}


def wrong(note: Note) -> list[str]:
    return [note.text[mark.start : mark.end].rstrip(".") for mark in note.marks if mark.verdict in WRONG]


HABITS = {
    "a bold number behind": ("$w = 0.5$. $z = 2w =$ **{}** → ok", "1.0", "1.4"),
    "a bold number at the end": ("$w = 0.5$. $z = 2w =$ **{}**\n\n$q = 3$", "1.0", "1.4"),
    "a number behind": ("$w = 0.5$. $z = 2w =$ {}, so", "1.0", "1.4"),
    "the sign behind": ("$w = 0.5$. $z = 2w$ = {}.", "1.0", "1.4"),
    "a formula of numbers behind": ("$w = 0.5$. $z$ = 2*0.5 + 0.1 = {} (rounded)", "1.1", "1.4"),
    "formulas one by one": ("$w = 0.5$. $z$ = $2w$ = **{}**.", "1.0", "1.4"),
    "code spans": ("So `2 * 0.25` = `{}`.", "0.5", "0.6"),
    "e-notation": ("$w = 0.5$. $z = 2w =$ **{}**", "1.0e+00", "1.4e+00"),
    "a bold number that ends a sentence": ("Two paths: 4 + 2 = **{}**.", "6", "7"),
    "a digit at the end of the paragraph": ("$w = 0.5$, $z = 2 w = {}$ as in 1", "1.0", "1.4"),
    "a sentence behind": ("Here 2 + 2 = {}. So 4 - 2 = 2.", "4", "5"),
    "dots as bullets": ("    • w = 0.5\n    • z = 2*w = {}\n", "1.0", "1.4"),
    "slides": ("$w = 0.5$, $z = 2w = \\alert<2->{\\mathbf{{}}}$", "1.0", "1.4"),
    "what takes room only": ("$w = 0.5$, $z = \\vphantom{\\frac{1}{2}} 2w = {}$", "1.0", "1.4"),
    "a relation that begins the next formula": ("$w = 0.5$.\n\n$z = 2w$\n\n$= 2 (0.5)$\n\n$= {}$", "1.0", "1.4"),
    "signs of a proof": ("$w = 0.5$, $\\therefore z = 2w = {} \\, \\checkmark$", "1.0", "1.4"),
    "columns of equalities": (
        "\\begin{align}\nw &= 0.5 & x &= w + 1 = 1.5 \\\\\nz &= 2w = {} & q &= 2x = 3\n\\end{align}",
        "1.0",
        "1.4",
    ),
    "columns with signs of their own": (
        "\\begin{eqnarray}\nw &=& 0.5 \\\\\nz &=& 2w &=& {}\n\\end{eqnarray}",
        "1.0",
        "1.4",
    ),
    "a formula in brackets behind": ("w = 0.5, x = 3. So z = **{}** (= w·x).", "1.5", "2.5"),
    "a formula in brackets in dollars": ("$w = 0.5$, $z = {} \\ (= 2w)$", "1.0", "1.4"),
    "a number in brackets": ("w = 0.5, x = 3. Then z = w*x (= {}).", "1.5", "2.5"),
    "given in brackets": ("the weight w (= 0.5) and the input x (=3): z = w*x = {}", "1.5", "2.5"),
    "a variance": ("$\\sigma^2 = \\frac{3 + 7}{2} = 5$, $s = \\sqrt{\\sigma^2 + 4} = {}$", "3", "9"),
    "a variance in Unicode": ("σ² = 5\n\nŝ = √(σ² + 4) = {}", "3", "9"),
    "a variance with an index": ("$\\sigma_B^2 = 5$, $q = \\frac{2}{\\sigma_B^2} = {}$", "0.4", "0.08"),
    "a transpose above a line": ("$A = [[1, 2]]$, $s = \\frac{A A^\\top}{\\sqrt{4}} = [[{}]]$", "2.5", "5"),
    "a derivative above a line": ("$f(x) = x^3$, so $\\frac{f^\\prime(2)}{2} = {}$", "6", "12"),
    "the end of a paragraph of HTML": ("<p>Let <code>w = 0.5</code>.</p>\n\n`z = 2*w = {}`", "1.0", "1.4"),
    "a tabular": (
        "\\begin{tabular}{lr}\nname & value \\\\ \\hline\n$w$ & 0.5 \\\\\n$z = 2w$ & {} \\\\\n\\end{tabular}\n",
        "1.0",
        "1.4",
    ),
    "a variance before its root": ("$\\sigma^2 = \\frac{3 + 5}{2} = {}$, $\\sigma = \\sqrt{\\sigma^2}$", "4", "5"),
    "an accent on a command": ("$\\bar\\sigma = 0.5$, $q = 2 \\bar\\sigma = {}$", "1.0", "1.4"),
    "a derivative in HTML": ("o = 3\n\nL = o^2 = 9\n\n&part;L/&part;<i>o</i> = 2*o = {}", "6", "9"),
    "millions": ("n = 1024*1200 ≈ {} operations", "1.2 million", "1.3 million"),
    "numbers before functions": ("H = -0.5 ln 0.5 - 0.5 ln 0.5 = {}", "0.6931", "0.3466"),
    "a number before a function": ("x = 2, so y = 3 sin(x) = {} now", "2.728", "0.909"),
    "a number before a root": ("We have 1 + 2 √4 = {}.", "5", "3"),
    "a number, and a function of it": ("z = 0.5 tanh(z) = {}", "0.4621", "0.9242"),
    "a norm in double bars": ("g = (0.3, -0.4). Then ||g|| = 0.5 and g/||g|| = ({}, -0.8)", "0.6", "0.8"),
    "two values side by side": ("x = -3, y = 2, P(A|B) = 1, p = |x||y| = {}", "6", "5"),
    "a value between two bars each": ("$a = 2$, $b = -5$. $c = ||a| - |b|| = {}$", "3", "4"),
    "a product with a bracket": ("$b = 2$, $a = 3 b = 6$, $c = 1$, $y = a(b + c) = {}$", "18", "17"),
    "a square before its number": ("So $x^2 = {}$, since $x = 0.5$.", "0.25", "0.35"),
    "a tag that is no condition": ("$w = 0.5$. $z = 2w = {}$ for <b>all</b> x", "1.0", "1.4"),
    "an arrow that is no condition": ("$w = 0.5$. $z = 2w = {}$ for w -> 1", "1.0", "1.4"),
    "names set together": ("Let $w, b = 0.5, 0.25$. $z = 2w + b = {}$", "1.25", "1.0"),
    "names set together in code": (
        "```python\nw, b = 0.5, np.array([1.0, 2.0])\nz = b * w  # [0.5, {}]\n```",
        "1.0",
        "2.0",
    ),
}


@pytest.mark.parametrize(("text", "right", "slip"), HABITS.values(), ids=HABITS)
def test_habits(text: str, right: str, slip: str) -> None:
    assert wrong(read_note(text.replace("{}", right, 1))) == []
    assert len(read_note(text.replace("{}", right, 1)).marks) >= 1
    assert wrong(read_note(text.replace("{}", slip, 1))) == [slip]


GRADIENTS = [
    "\\nabla_{\\mathbf{W}_1} L", "\\nabla_{W_1} L", "\\nabla_{\\mathbf{W}^{(1)}} \\mathcal{L}", "\\nabla_{\\bf W_1} L",
    "∇_{W1} L", "\\frac{\\partial L}{\\partial \\mathbf W_1}",
]  # fmt: skip


@pytest.mark.parametrize("gradient", GRADIENTS)
def test_the_sign_of_a_gradient_has_its_variable_below(gradient: str) -> None:
    note = read_note(f"$W_1 = 0.5$, $L = W_1^2 = 0.25$, ${gradient} = 2 W_1 = 1.2$")
    assert note.calculation_lines.splitlines()[-1] == "dL/dW1 = 2*W1   # 1.2"
    assert wrong(note) == ["1.2"]


@pytest.mark.parametrize("text", ["∇L = 2", "∇_V L = 2", r"$\nabla L = 2$"])
def test_a_gradient_says_nothing_of_the_loss(text: str) -> None:
    assert "L = 2" not in read_note(text).calculation_lines.splitlines()


@pytest.mark.parametrize("text", ["$c$ = 3 x", "$c$ = 0.5 + $x$", "$c$ = 0.5 $x$", "$c$ = 2 (1 - $x$)", "($c$ == 2)"])
def test_a_number_that_the_formula_does_not_end_with_is_not_taken(text: str) -> None:
    assert "c =" not in read_note(f"$x = 2$. {text}").calculation_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("x, y = 1, 2", ["x = 1", "y = 2"]),
        ("x, y = 1, 2, z = 3", ["x = 1", "y = 2", "z = 3"]),
        ("c, d = 0.5, -0.25, e.g., as above", ["c = 0.5", "d = -0.25"]),
        ("k, l = 3, 4, 5", []),  # which is of k?
        ("z = 1, w, b = 0.4, 0.1", ["z = 1", "w = 0.4", "b = 0.1"]),
        ("```python\na, b = b, a\n```", []),
    ],
)
def test_each_name_gets_its_own_number(text: str, lines: list[str]) -> None:
    assert read_note(text).calculation_lines.splitlines() == lines


def test_what_is_ambiguous_is_listed() -> None:
    assert [text for _, text in read_note("k, l = 3, 4, 5").unread] == ["k, l = 3", "l = 3, 4"]


@pytest.mark.parametrize(
    ("text", "claims", "lines"),
    [
        ("so (2*2 = 5) or [2*3 = 7]", ["5", "7"], []),
        ("[check: (-1)^2 = 2]", ["2"], []),
        ("as given [hint: w = 3] (b = 4, c = 5)", [], ["w = 3", "b = 4", "c = 5"]),
        ("see (a) w = 3 (1)", [], ["w = 3"]),
    ],
)
def test_remarks_in_brackets_are_read(text: str, claims: list[str], lines: list[str]) -> None:
    note = read_note(text)
    assert wrong(note) == claims
    assert note.calculation_lines.splitlines() == lines


@pytest.mark.parametrize(
    ("text", "claims", "left"),
    [
        ("2 · 4.1 = 8.2 ≈ 8", [], 0),
        ("2 · 4.1 = 8.2 ≈ 9", ["9"], 0),
        ("z = 2 · 1234.5 = 2469 ≈ 2500", [], 1),  # to hundreds, or wrong
        ("x = 2.1\n\nr = 3*x = 6.35 ≈ 6", [], 1),  # 6.35 is no number of the line's
    ],
)
def test_a_number_that_is_rounded_once_more(text: str, claims: list[str], left: int) -> None:
    note = read_note(text)
    assert wrong(note) == claims
    assert note.counts()["left"] == left


def test_a_number_in_a_member_that_is_not_read_is_listed() -> None:
    note = read_note("$w = 0.5$, $z = 2w = 1.0 \\unknown$")
    assert not note.marks
    assert [text for _, text in note.unread] == ["z = 2w = 1.0 \\unknown"]


LIMITS = [
    "$a = 2w = 1.0$, and in the limit $a \\to 2$.", "$a = 2w = 1.0$. If $a \\to 2$, we stop.",
    "As $w \\to 0$, $a = 2w = 1.0$ falls.",
]  # fmt: skip


@pytest.mark.parametrize("text", LIMITS)
def test_a_limit_is_no_number_of_its_name(text: str) -> None:
    note = read_note(f"$w = 0.5$. {text}\n\n$q = 3a = 3$")
    assert wrong(note) == []
    assert [mark.claimed for mark in note.marks] == ["1.0", "3"]


# The formula under a condition, and what is claimed behind it.
CONDITIONS = [
    "$a = z$ if $z > 0$, else $0$. So $a = 0$.",
    "a = z if z > 0 else 0. So a = 0.",
    "a = z for z > 0, so a = 0 here.",
    "$a = 2z \\text{ for } z \\ge 0$, so $a = 0$.",
    "$a = z$ otherwise, so $a = 0$.",
    "$$a = \\begin{cases} z & \\text{if } z > 0 \\\\ 0 & \\text{else} \\end{cases}$$ so $a = 0$.",
    "$$a = \\begin{dcases} z, \\quad z > 0 \\\\ 0, \\quad z \\le 0 \\end{dcases}$$ so $a = 0$.",
]


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_formula_under_a_condition_is_not_taken_to_hold(text: str) -> None:
    note = read_note(f"$z = -2$. {text}\n\n$q = a + 1 = 2$")
    assert wrong(note) == ["2"]
    assert "it holds under a condition" in [one.reason for one in note.left]


@pytest.mark.parametrize("text", ["$a = 2z$ for $z = 3$", "$a = 2z$, where $z = 3$", "a = 2*z if we take z = 3."])
def test_a_number_put_in_is_no_condition(text: str) -> None:
    assert wrong(read_note(f"$z = 3$. {text}\n\n$a = 7$")) == ["7"]


def test_a_function_that_is_defined_in_parts_is_not_put_in() -> None:
    assert read_note("$f(t) = 1 - t$ if $t > 0$, else $0$. Then $f(-2) = 0$.").marks == []


def test_equations_in_braces_are_read() -> None:
    assert wrong(read_note("$$\\begin{cases} x = 2 \\\\ y = 3x = 7 \\end{cases}$$")) == ["7"]
