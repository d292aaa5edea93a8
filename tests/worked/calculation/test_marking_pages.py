"""Verdicts on claims and formulas of calculation lines, and the commands that show them."""

import gc
import json
from pathlib import Path

import pytest

from tinygrad_notes.cli import main
from tinygrad_notes.draw.player import play
from tinygrad_notes.errors import CalculationError
from tinygrad_notes.worked import mark
from tinygrad_notes.worked.calculation import mark_calculation, read_calculation
from tinygrad_notes.worked.page_files import kinds, new_page


def outcomes(page: str) -> list[tuple[int, str]]:
    return [(formula.line, formula.outcome) for formula in mark_calculation(page).formulas]


@pytest.mark.parametrize(
    ("page", "verdicts"),
    [
        ("x = 3\ny = x^2  # 9", ["right"]),
        ("x = 3\ny = x^2  # 8", ["slip"]),
        ("x = 0.3\ny = x^2  # 0.08\nz = 2*y  # 0.16", ["slip", "carried"]),
        ("x = 3\ny = x^2 = 3^2 = 9", ["right", "right"]),
        ("x = 3\ny = x^2 = 3*2 = 6", ["slip", "carried"]),
        ("x = 3\ny = x^2 = 3^2 = 8", ["right", "slip"]),
        ("x = 3\ny = x^2 ≈ 9", ["right"]),
        ("x = 3\ny = x^2 -> 9", ["right"]),
        ("x = 3\ny = x^2\ny  # 9", ["right"]),
        ("x = 3\ny = x^2\ndy/dx = 6", ["right"]),
        ("2*3  # 6\n2*3 # 7", ["right", "slip"]),
        ("x = 3\ny = x^2  # ?", ["blank"]),
        ("x = 3\ny = x^2  # so y = 9", ["right"]),
        ("x = 3\ny = x^2  # approx. 8", ["slip"]),
        ("x = 3\ny = x^2  # = 3^2 = 8", ["slip"]),
        ("x = 3\ny = x^2  # y has 1 + 1 factors", []),
        ("x = [1, 2]\nh[0] = x[0]*2  # 2\nh[1] = x[1]*2  # 5\no = sum(h)  # 7", ["right", "slip", "carried"]),
        ("y = [3, 4]\nL = ½‖y‖²  # 12.5\ndL/dy = y  # [3, 4]", ["right"] * 3),
        ("h = [1, 2]\nd = [1, 3, 5]\nW = ones(2, 3)\nL = h·W·d\ndL/dW = h·dᵀ # [1 3 5; 2 6 10]", ["right"] * 6),
        ("B = [1; 2]\nA = [3 -1]\nD = B@A  # [3 -1; 6 -2]", ["right"] * 4),
    ],
)
def test_claims(page: str, verdicts: list[str]) -> None:
    assert [mark.verdict for mark in mark_calculation(page)] == verdicts


def test_a_mistake_with_a_name_of_its_own_is_named_in_a_calculation_too() -> None:
    slip, _ = mark_calculation("w = [0.31, 0.59]\nx = [1.7, 1.3]\nh = w*x  # [0.767, 0.767]")
    assert [(mistake.kind, mistake.detail) for mistake in slip.mistakes] == [("the neighbor's value copied", "h[1]")]


def test_a_primed_name_is_said_to_be_no_derivative() -> None:
    marking = mark_calculation("x = 3\ny = x^2\ny' = 3*x  # 9\nx' = x + 1  # 4")
    assert "y' is a name of its own, and no derivative is judged: write one as dy/dx" in marking.report().markdown()
    assert [(formula.line, formula.is_right) for formula in marking.formulas] == [(3, None)]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("x = 3\ny = x^2\ndy/dx = 2*x", [(3, "holds")]),
        ("x = 3\ny = x^2\ndy/dx = x", [(3, "fails")]),
        ("x = 2\ny = x^2\ndy/dx = x^2", [(3, "coincidence")]),
        ("x = 2\nw = 1\ny = w*x^2\ndy/dx = 2*x", [(4, "coincidence")]),
        ("x = 2\nb = 0\ny = x^2 + b*x\ndy/dx = 2*x", [(4, "holds here")]),
        ("z = [1, -2]\na = tanh(z)\nda/dz = 1 - a^2", [(3, "holds")]),
        ("y = [0, 1]\nz = [0.5, 0.2]\np = softmax(z)\nL = -sum(y*ln(p))\ndL/dz = p - y", [(5, "holds")]),
        ("W = [[1, 2, 3], [4, 5, 6]]\nx = [1, 2, 3]\nL = sum((W@x)^2)\ndL/dW = outer(x, 2*W@x)", [(4, "fails")]),
        ("z = [1, 2, -1]\nA = [0, 1, 0]\np = softmax(z)\nL = -ln(p[1])\ndL/dz = p - A", [(5, "holds here")]),
        (
            "z = [1, 2, -1]\nA = [0, 1, 0]\np = softmax(z)\nL = -ln(p[1])\ndL/dp = -A/p\ndL/dz = p - A",
            [(5, "holds here"), (6, "holds here")],
        ),
        ("z = [1, -2, 3]\nmask = [1, 0, 1]\nh = relu(z)\nL = sum(h^2)\ndL/dz = 2*h*mask", [(5, "holds here")]),
        ("z = [1, -2, 3]\nm = [1, 0, 1]\nh = relu(z)\nL = sum(h)\ndL/dz = m", [(5, "holds here")]),
        ("x = [1, 0, 1]\nL = sum(x^3)\ndL/dx = 3*x", [(3, "coincidence")]),
        ("W = [[0, 2], [2, 1]]\ns = [1, 3]\nE = -s@W@s/2\ndE/ds = -W@s", [(4, "holds here")]),
        ("W = [[0, 2], [2, 1]]\ns = [1, 3]\nE = -s@W@s/2\ndE/ds = -2*W@s", [(4, "fails")]),
        ("W = [[3, 2], [2, 1]]\ns = [1, 3]\nh = W@s\nL = sum(h^3)\ndL/ds = 3*W@h^2", [(5, "coincidence")]),
        ("W = [[3, 2], [1, 1]]\ns = [1, 3]\nE = -s@W@s/2\ndE/ds = -W@s", [(4, "fails")]),
        ("P = [[0, 1], [1, 0]]\nx = [2, 3]\nh = P@x\nL = sum(h^2)\ndL/dx = 2*P@h", [(5, "coincidence")]),
        ("z = [1, 2, -1]\nA = [0, 1, 0]\np = softmax(z)\nL = -ln(p[0])\ndL/dz = p - A", [(5, "fails")]),
        ("x = 0\ny = x^2\ndy/dx = x/x*2", [(3, "fails")]),  # 0/0 here, and wrong elsewhere
        ("x = 0\ny = 3*x\ndy/dx = 3*x/x", [(3, "unknown")]),  # 0/0 here, and right elsewhere
        ("x = -2\ny = x^2\ndy/dx = ln(x)", [(3, "fails")]),
        ("x = -2\ny = x^2\ndy/dx = 2*sqrt(x)^2", [(3, "fails")]),  # right only where it is a number
        ("x = 0\ny = sqrt(x)\ndy/dx = 1/(2*y)", [(3, "unknown")]),
        ("x = 0\ny = sqrt(x)\ndy/dx = 1/y", [(3, "fails")]),
        ("y = [0, 1]\np = [0, 1]\nL = -sum(y*ln(p))\ndL/dp = y/p", [(4, "fails")]),
        ("y = [0, 1]\np = [0, 1]\nL = -sum(y*ln(p))\ndL/dp = -y/p", [(4, "unknown")]),
        ("r = 3\nA = pi*r^2\ndA/dr = 2*pi*3  # 18.85", []),
        ("e = 3\nL = e^2/2\ndL/de = e", [(3, "holds")]),
        ("x = 2\ny = (x + 1)^2 = x^2 + 2*x + 1", [(2, "holds")]),
        ("x = 2\ny = (x + 1)^2 = x^2 + 1", [(2, "fails")]),
        ("dL/dh = [1, 2]\nW = [[1, 2], [0, 1]]\ndL/dx = W.T@dL/dh", [(3, "unknown")]),
        ("dL/dh = [1, 2]\nW = [[1, 2], [0, 1]]\nx = [1, 3]\nh = W@x\ndL/dx = W.T@dL/dh", [(5, "holds")]),
        ("dL/dh = [1, 2]\nW = [[1, 2], [0, 1]]\nx = [1, 3]\nh = W@x\ndL/dx = W@dL/dh", [(5, "fails")]),
        ("W = [[1, 2], [0, 1]]\nx = [1, 3]\nh = W@x\ndL/dh = h - 1\ndL/dx = W.T@dL/dh", [(4, "unknown"), (5, "holds")]),
        ("dL/dh = 2\ndL/dq = 1\nx = 3\nh = x^2\ndL/dx = 2*x*dL/dh", [(5, "unknown")]),
        (
            "W = [[1, 2, 3], [4, 5, 6]]\nx = [1, 2, 3]\nz = W@x\nL = sum(z^2)\ndL/dx = 2*W@z\nx = x - dL/dx",
            [(5, "fails")],
        ),
    ],
)
def test_formulas(page: str, expected: list[tuple[int, str]]) -> None:
    assert outcomes(page) == expected


def test_what_follows_from_a_wrong_formula_is_carried() -> None:
    marking = mark_calculation("w = 0.5\nL = w^2\ndL/dw = w  # 0.5\nw = w - 0.1*dL/dw  # 0.45")
    assert [(mark.verdict, mark.formula) for mark in marking] == [("carried", False), ("carried", None)]
    assert [mark.exact for mark in marking] == [1.0, 0.4]
    assert marking.exit_status == 1
    assert "dL/dw = w is not ∂L/∂w" in str(marking.report())


NOTE_A = """
W2 = [[0.3, -0.2], [0.5, 0.4]]
b2 = [0.1, -0.1]
z1 = [0.2, -0.4]
a1 = sigmoid(z1)
z2 = a1@W2 + b2
a2 = sigmoid(z2)
y = [1, 0]
L = half_squared_error(a2, y)
δ2 = dL/dz2 = (a2 - y)*σ'(z2)
dL/da1 = δ2@W2.T
δ1 = dL/dz1 = (δ2@W2.T)*σ'(z1)
dL/dW2 = outer(a1, δ2)
"""

NOTE_E = """
N = 2
x = [[0.5, -0.3]]
y = [[1, 0], [0, 1]]
W1 = [[0.1], [0.4], [-0.3]]
W2 = [[0.2, -0.5, 0.3], [0.6, 0.1, -0.4]]
W3 = [[0.7, -0.2], [-0.6, 0.3]]
b1 = [[0.1], [0.0], [-0.2]]
b2 = [[0.3], [-0.1]]
b3 = [[0.0], [0.2]]
z1 = W1 @ x + b1
a1 = 1/(1 + np.exp(-z1))
z2 = W2 @ a1 + b2
a2 = 1/(1 + np.exp(-z2))
z3 = W3 @ a2 + b3
a3 = 1/(1 + np.exp(-z3))
C = np.linalg.norm(a3 - y)**2 / N
J3 = 2*(a3 - y) * np.cosh(z3/2)**(-2)/4
dC/dW3 = J3 @ a2.T / N
dC/db3 = np.sum(J3, axis=1, keepdims=True) / N
J2 = (W3.T @ J3) * np.cosh(z2/2)**(-2)/4
dC/dW2 = J2 @ a1.T / N
dC/db2 = np.sum(J2, axis=1, keepdims=True) / N
J1 = (W2.T @ J2) * np.cosh(z1/2)**(-2)/4
dC/dW1 = J1 @ x.T / N
dC/db1 = np.sum(J1, axis=1, keepdims=True) / N
"""


@pytest.mark.parametrize(("note", "count"), [(NOTE_A, 4), (NOTE_E, 6)])
def test_the_identities_of_the_notes_hold_without_a_number(note: str, count: int) -> None:
    assert [outcome for _, outcome in outcomes(note)] == ["holds"] * count


@pytest.mark.parametrize(
    ("note", "right", "wrong"),
    [
        (NOTE_A, "δ1 = dL/dz1 = (δ2@W2.T)*σ'(z1)", "δ1 = dL/dz1 = (δ2@W2)*σ'(z1)"),
        (NOTE_A, "δ1 = dL/dz1 = (δ2@W2.T)*σ'(z1)", "δ1 = dL/dz1 = (δ2@W2.T)"),
        (NOTE_A, "outer(a1, δ2)", "outer(δ2, a1)"),
        (NOTE_E, "dC/dW3 = J3 @ a2.T / N", "dC/dW3 = J3 @ a2.T"),
        (NOTE_E, "J1 = (W2.T @ J2)", "J1 = 2*(W2.T @ J2)"),
        (NOTE_E, "J3 = 2*(a3 - y)", "J3 = (a3 - y)"),
        (NOTE_E, "np.cosh(z2/2)**(-2)/4", "np.cosh(z2/2)**(-1)/4"),
    ],
)
def test_an_error_in_them_is_found(note: str, right: str, wrong: str) -> None:
    assert right in note
    assert "fails" in [outcome for _, outcome in outcomes(note.replace(right, wrong))]


@pytest.mark.parametrize(
    ("page", "verdicts"),
    [
        ("x = [1, 2]\nw = [2, 1]\nz = w*x\nL = sum(z^2)\ndL/dw[0]  # 4\ndL/dz[0] = 2*z[0]  # 4", ["right"] * 2),
        ("x = [1, 2]\nw = [2, 1]\nz = w*x\nL = sum(z^2)\ndL/dw[0]  # 4\ndL/dz[0] = 2*z[0]  # 5", ["right", "misprint"]),
        (
            "x = [1, 2]\nw = 2\nz = w*x\nL = sum(z^2)\ndL/dw = 8  # 8\ndL/dz[0] = 2*z[0]  # 4",
            ["slip", "carried", "right"],
        ),
        ("x = [3, 1]\nz = 2*x\nL = sum(z^2)\ndL/dx[0]  # 24\ndL/dz[0] = dL/dx[0]/2  # 12", ["right"] * 2),
    ],
)
def test_a_formula_may_come_after_a_number_that_needs_what_it_is_for(page: str, verdicts: list[str]) -> None:
    assert [mark.verdict for mark in mark_calculation(page)] == verdicts


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("x = 2\nf = x^3\ndf/dx = 2*x^2  # 8", "∂f/∂x"),
        ("x = 2\nf = x^3\ndf/dx = 2*x^2  # 8\nw = x - df/dx  # -6", "∂f/∂x, w"),
        ("x = 2\nf = x^3\ndf/dx = 2*x^2\nw = x - df/dx  # -6\nv = w + 1  # -5", "w, v"),  # the formula claims nothing
    ],
)
def test_numbers_carried_from_a_wrong_formula_name_its_line(page: str, names: str) -> None:
    text = " ".join(mark_calculation(page).report().plain().split())
    assert f"Not right, because of the wrong formula of line 3: {names}." in text
    assert "But not every formula is right." in text and "rounding" not in text


@pytest.mark.parametrize(
    "first", ["df/dx = 2*x^2  # 8", "df/dx = 2*x^2", "df/dx = 6*x  # 12", "df/dx = 3*x^2", "df/dx # 8"]
)
@pytest.mark.parametrize("second", ["d2f/dx2 = 6*x  # 12", "d2f/dx2  # 12"])
def test_a_second_derivative_is_that_of_the_page_s_function(first: str, second: str) -> None:
    marking = mark_calculation(f"x = 2\nf = x^3\n{first}\n{second}")
    assert (marking["d2f/dx2"].verdict, marking["d2f/dx2"].exact) == ("right", 12.0)
    assert all(formula.is_right for formula in marking.formulas if formula.line == 4)


def test_a_second_derivative_may_go_on_from_the_first_as_it_is_claimed() -> None:
    marking = mark_calculation("x = 0.7\nu = x^2\nf = exp(u)\ndf/du = f  # 1.6\ndf/dx = df/du*2*x\nd2f/dx2  # 6.399")
    assert [mark.verdict for mark in marking] == ["right", "right"]  # 2·1.6 + (2x)² exp(u), and 6.464 is exact


def test_answers_are_held_against_a_key() -> None:
    key = read_calculation("x = 2\nb = 1\nz = 3*x + b\na = tanh(z)")
    marking = mark_calculation(read_calculation("z = 3*x  # 6\na = tanh(z)  # 1.0000", key))
    assert (marking["z"].exact, marking["z"].from_above) == (7.0, 6.0)
    assert [mark.verdict for mark in marking] == ["carried", "right"]
    assert [mark.formula for mark in marking] == [False, True]
    assert marking.exit_status == 1
    with pytest.raises(CalculationError, match="x is given otherwise in the key"):
        read_calculation("x = 3\nz = 3*x  # 9", key)


KEY = "x = 2\nw = 0.5\nz = w*x\nL = (z - 1)^2 + z^3\ndL/dw = (2*(z - 1) + 3*z^2)*x\nw = w - 0.1*dL/dw\nz = w*x\n"


@pytest.mark.parametrize(
    ("page", "verdicts", "wrong"),
    [
        (  # the formulas below the wrong one are the key's, and are right
            """z = w + x # 2.5
            L = (z - 1)^2 + z^3 # 17.875
            dL/dw = (2*(z - 1) + 3*z^2)*x # 43.5
            w = w - 0.1*dL/dw # -3.85
            z = w*x # -7.7""",
            ["carried"] * 5, ["z"],
        ),
        # an update in numbers is a claim on what the key's formula gives from the page's numbers
        ("z = w*x # 1\ndL/dw # 7\nw = 0.500 - 0.1000*7 = -0.200", ["right", "slip", "carried", "carried"], []),
        ("z = w*x # 1\nw = -0.1\nz = w*x # -0.2", ["right"] * 3, []),
        ("z = w*x # 1\nw = -0.3\nz = w*x # -0.6", ["right", "slip", "carried"], []),
    ],
)  # fmt: skip
def test_answers_that_go_on_from_a_wrong_one_are_held_against_a_key(
    page: str, verdicts: list[str], wrong: list[str]
) -> None:
    marking = mark_calculation(read_calculation(page, read_calculation(KEY)))
    assert [mark.verdict for mark in marking] == verdicts
    assert [formula.quantity for formula in marking.formulas if formula.is_right is False] == wrong


def test_a_calculation_has_a_sheet_like_any_other() -> None:
    sheet = read_calculation(new_page("mlp")).sheet()
    assert sheet.formula("z1[0]") == "z1[0] = W1[0,0] · x[0] + W1[0,1] · x[1] + b1[0]"
    assert sheet.root.label == "C"
    assert mark(sheet, {"C": "0.2"})["C"].verdict in ("right", "slip", "rounding")
    assert "C" in play(sheet).html
    assert "W2_new" in sheet.quantities


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_of_new_page_is_worked_marked_and_played(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", kind]) == 0
    assert main(["work", f"{kind}.calc", "--json"]) == 0
    worked = json.loads(capsys.readouterr().out.partition("\n")[2])
    assert all(abs(row["number"]) < 1e6 for row in worked)
    assert main(["mark", f"{kind}.calc", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["verdict"] for row in rows} <= {"blank", "right", None}
    assert not [row for row in rows if row["formula"] is False]
    assert main(["play", f"{kind}.calc", "-o", "page.html"]) == 0
    assert main(["draw", f"{kind}.calc"]) == 0
    assert (tmp_path / f"{kind}.svg").read_text().startswith("<svg")


NEURON = "x = 0.5\nw = 0.3\ny = 1\nz = w*x + 0.1\na = tanh(z)\nL = (a - y)^2\n"


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("dL/da = a - y", "2 times too small"),
        ("dL/da = -2*(a - y)", "the sign is wrong"),
        ("dL/dz = 2*(a - y)", "the slope tanh'(z) is left out"),
        ("dL/dw = 2*(a - y)*(1 - a^2)", "the factor x is left out"),
        ("dL/dx = dL/dz*w*x", "the factor x is too much"),
        ("dL/da = 2*(a - y) + w", "the term w is too much"),
    ],
)
def test_what_a_wrong_formula_has_in_the_place_of_what_is_named(line: str, mistake: str) -> None:
    [formula] = mark_calculation(NEURON + line).formulas
    assert any(named.startswith(mistake) for named in formula.mistakes), formula.mistakes


def test_a_slope_is_named_where_its_argument_has_no_name() -> None:
    page = "x = [0.5, 2]\nW = [[0.3, 1], [2, -1]]\nh = tanh(W@x)\nL = sum(h^2)\ndL/dh = 2*h*(1 - h^2)"
    [formula] = mark_calculation(page).formulas
    assert formula.mistakes == ("the slope tanh'(…) in h is too much",)


@pytest.mark.parametrize(("claim", "verdict"), [("5", "right"), ("3", "slip")])
def test_a_number_that_is_given_may_be_claimed(claim: str, verdict: str) -> None:
    [mark] = mark_calculation(f"x = 5 # {claim}")
    assert mark.verdict == verdict


def test_a_decimal_that_breaks_off_in_points_is_cut() -> None:
    [mark] = mark_calculation("x = 2/3 # 0.666...")
    assert (mark.claimed, mark.verdict) == ("0.666...", "right")


@pytest.mark.parametrize(
    ("page", "marks"),
    [
        ("a = 2\nh[1] = 3*a\nh[2] = a^2\no = h[1]*h[2]\ndo/dh[1] # 4", [("do/dh[1]", "right", None)]),
        ("a = 2\nh[1] = 3*a\nh[2] = a^2\no = h[1]*h[2]\ndo/dh[2] = h[1] # 6", [("do/dh[2]", "right", True)]),
        ("a = 2\nh[1] = 3*a\nh[2] = a^2\ndh[2]/da = 2*a # 4", [("dh[2]/da", "right", True)]),
        (
            "h[1] = 2\nh[2] = h[1]^2\nL = 3*h[2]\ndL/dh[2] = 3\ndL/dh[1] = dL/dh[2]*h[1] # 6",
            [("dL/dh[2]", "right", None), ("dL/dh[1]", "carried", False)],
        ),
        ("x = 2\nW[1,2] = x^2\nL = W[1,2]^2\ndL/dW[1,2] # 7", [("dL/dW[1,2]", "slip", None)]),
    ],
)
def test_derivatives_by_elements_that_are_counted_from_1(page: str, marks: list[tuple[str, str, bool | None]]) -> None:
    assert [(mark.name, mark.verdict, mark.formula) for mark in mark_calculation(page)] == marks


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (
            "w = 2\nL = w^2\ndL/dw = w^2",
            "dL/dw = w^2 is right here only by chance; with other numbers it is wrong: an exponent wrong",
        ),
        (
            "w = 2\nx = 3\nL = relu(w*x)\ndL/dw = x",
            (
                "dL/dw = x is right on this page, but may be wrong on others. Something special makes it right here: "
                "a 0, a count, a target, a symmetric matrix, or the side taken of a branch such as relu."
            ),
        ),
    ],
)
def test_the_report_says_when_a_formula_is_right_with_these_numbers_alone(page: str, said: str) -> None:
    assert f"Line {page.count(chr(10)) + 1}: {said}" in " ".join(str(mark_calculation(page)).split())


PAGE = "x = 0.7\nw = [0.4, 2]\ny = tanh(x)\nz = sum(w*y)\nL = z^2\n"


@pytest.mark.parametrize(
    ("page", "is_alike"),
    [
        (PAGE + "dL/dz = 2*z", True),
        (PAGE + "dL/dz = z*2", True),  # factors change places
        (PAGE + "dL/dz = z + z", False),
        (PAGE + "dL/dz\ndz/dw\ndL/dw = dL/dz*y\ny2 = y^2\ndy/dx = 1 - y^2", True),
        (PAGE + "dy/dx = 1 - y*y", False),
        (PAGE + "dy/dx = y^2 - 1", False),
        (PAGE + "dy/dx = 1 - x^2", False),
        (PAGE + "v = x - y\ndv/dx = 1 - (1 - y^2)\nu = y/x\ndu/dy = x/1", False),
        ("x = 0\ny = sqrt(x)\ndy/dx = 1/(2*y)", False),  # no number here
    ],
)
def test_a_formula_that_is_worked_as_the_right_one_needs_no_other_numbers(page: str, is_alike: bool) -> None:
    checks = read_calculation(page).world.checks
    assert checks[-1].is_alike is is_alike
    [*_, formula] = mark_calculation(page).formulas
    assert formula.is_right or not is_alike


def test_a_wrong_formula_is_not_taken_for_right_because_another_repeats_it() -> None:
    page = "x = 0.7\nh = x^3\nL = h^2\ndL/dh = h\ndL/dx = dL/dh*3*x^2\ndL/dh = h\n"
    formulas = mark_calculation(page).formulas
    assert [formula.is_right for formula in formulas] == [False, True, False]


@pytest.mark.parametrize("formula", ["2*w", "3*w*x", "w^2 + x"])
def test_nothing_of_a_marked_page_waits_for_the_collector(formula: str) -> None:
    page = f"x = [0, 1]\nw = 0.5\nL = sum(w^2 + 0*x)  # 0.9\ndL/dw = {formula}  # 2\nu = L*w  # 0.45"
    mark_calculation(page)
    gc.collect()
    gc.disable()
    try:
        mark_calculation(page)
        assert gc.collect() == 0
    finally:
        gc.enable()
