"""Numbers and formulas that are inf or nan: they are judged, and everything else of the page is marked."""

import math
from pathlib import Path

import pytest

from tests.command_line import run
from tinygrad_notes.errors import CalculationError
from tinygrad_notes.worked.calculation import mark_calculation, read_calculation

SQUARE = "w = 0.5\nb = 0\nL = w^2 + b  # 0.25\n"
ROOT = "x = 0\ny = sqrt(x)  # 0\n"
PAGES = [
    # A wrong formula is inf or nan, and the claim is right, follows from the formula, or does neither.
    (SQUARE + "dL/dw = 2*w/b  # 1", {"dL/dw": "lucky"}, {"dL/dw": False}),
    (SQUARE + "dL/dw = 2*w/b  # inf", {"dL/dw": "carried"}, {"dL/dw": False}),
    (SQUARE + "dL/dw = 2*w/b  # -∞", {"dL/dw": "slip"}, {"dL/dw": False}),
    (SQUARE + "dL/dw = 2*w/b  # 3", {"dL/dw": "slip"}, {"dL/dw": False}),
    (SQUARE + "dL/dw = 2*w*b/b", {}, {"dL/dw": None}),  # right where it is a number
    (SQUARE + "dL/dw = w*b/b  # undefined", {"dL/dw": "carried"}, {"dL/dw": False}),
    (SQUARE + "dL/dw = b/b  # nan", {"dL/dw": "carried"}, {"dL/dw": False}),
    (SQUARE + "dL/dw = 2*w = w/b  # 1", {"dL/dw": "right"}, {"dL/dw": False}),
    ("x = 800\ny = x^2  # 640000\ndy/dx = 2*x*exp(x)  # 1600", {"dy/dx": "lucky"}, {"dy/dx": False}),
    # What reads it goes on from the right number, or from the claim.
    (
        "w = 0.5\nb = 0\nh = w^2 + b  # 0.25\nL = h^2  # 0.0625\ndL/dh = 2*h/b\ndL/dw = dL/dh*2*w  # 0.5",
        {"dL/dw": "lucky"},
        {"dL/dh": False, "dL/dw": True},
    ),
    (SQUARE + "dL/dw = 2*w/b  # 3\nw = w - 0.1*dL/dw  # 0.2", {"dL/dw": "slip", "w_new": "carried"}, {"dL/dw": False}),
    # The right number is inf or nan.
    (ROOT + "dy/dx  # 5", {"dy/dx": "slip"}, {}),
    (ROOT + "dy/dx  # inf", {"dy/dx": "right"}, {}),
    (ROOT + "dy/dx  # undefined", {"dy/dx": "right"}, {}),
    (ROOT + "dy/dx = 1/(2*sqrt(x))  # ∞", {"dy/dx": "right"}, {"dy/dx": None}),
    (ROOT + "dy/dx = 1/sqrt(x)  # inf", {"dy/dx": "right"}, {"dy/dx": False}),
    (ROOT + "dy/dx = 0.5*x  # 0", {"dy/dx": "carried"}, {"dy/dx": False}),
    ("x = 0\ny = 1/x  # 5\nv = y + 1  # 6", {"y": "slip", "v": "carried"}, {}),
    ("x = 0\ny = 1/x\nv = y + 1  # 6", {"v": "slip"}, {}),
    ("x = 0\ny = 1/x  # ?\nv = y + 1  # inf", {"y": "blank", "v": "right"}, {}),
    ("x = -1\ny = log(x)  # 0", {"y": "slip"}, {}),
    ("x = 800\ny = exp(x) -> inf\ndy/dx = y  # inf", {"y": "right", "dy/dx": "right"}, {"dy/dx": None}),
    ("x = 2\nu = x - 2  # 0.5\ny = 1/u  # 2", {"u": "slip", "y": "carried"}, {}),
    # A matrix has no inverse.
    ("A = [[1, 2], [2, 4]]\nB = inv(A)\nd = det(A)  # 0\nu = B[0,0] + 1  # 3", {"d": "right", "u": "slip"}, {}),
    ("A = [[1, 2], [2, 4]]\nB = inv(A)  # [[?, -inf], [?, 1]]", {"B[0,1]": "right", "B[1,1]": "slip"}, {}),
    ("A = [[1, 2], [2, 4]]\nx = solve(A, [1, 2])  # [3, ?]\nu = 2*x[0]  # 6", {"x[0]": "slip", "u": "carried"}, {}),
    ("A = [[1, 2, 3], [2, 4, 6], [1, 0, 1]]\nx = solve(A, [1, 2, 3])\nu = sum(x)  # 3", {"u": "slip"}, {}),
    ("A = [[1, 2], [2, 4]]\nL = det(A)  # 0\ndL/dA = det(A)*inv(A).T", {"L": "right"}, {"dL/dA": None}),
    # In one element of an array.
    ("x = [0, 4]\nh = 1/x  # [5, 0.25]\nu = h[1] + 1  # 1.25", {"h[0]": "slip", "h[1]": "right", "u": "right"}, {}),
    ("x = [0, 4]\nh = 1/x  # [inf, 0.25]\nu = sum(h)  # inf", {"h[0]": "right", "u": "right"}, {}),
    (
        "x = [0, 4]\nL = sum(x^2)  # 16\ndL/dx = 8*x/x  # [0, 8]",
        {"dL/dx[0]": "lucky", "dL/dx[1]": "right"},
        {"dL/dx": False},
    ),
    # Only at other numbers than the page's.
    ("x = 2\ny = sqrt(x^2)  # 2\ndy/dx = sqrt(x)/sqrt(x)  # 1", {"dy/dx": "right"}, {"dy/dx": True}),
    ("x = 2\ny = x^2  # 4\ndy/dx = 2*sqrt(x - 1)*sqrt(x)  # 2.828", {"dy/dx": "carried"}, {"dy/dx": False}),
    # Numbers put in, and derivatives of what the page does not compute.
    ("x = 3\ny = 2*x = 1/0 = 6", {"y": "right", "y = 1/0": "slip"}, {}),
    ("x = 3\ny = 2*x  # 6\ndL/dy = x/0  # 1", {"y": "right", "dL/dy": "slip"}, {"dL/dy": None}),
    # Given so, where nothing is inf by it.
    ("m = [0, -1/0]\np = softmax([1, 2] + m)  # [1, 0]", {"p[0]": "right", "p[1]": "right"}, {}),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("page", "verdicts", "formulas"), PAGES, ids=lambda part: repr(part)[:60])
def test_what_is_infinite_is_judged_and_the_rest_of_the_page_is_marked(
    page: str, verdicts: dict[str, str], formulas: dict[str, bool | None]
) -> None:
    marking = mark_calculation(f"{page}\nz_last = 3*0.5 + pi/pi  # 2.5")
    found = {mark.quantity: mark.verdict for mark in marking}
    assert found.pop("z_last") == "right"
    assert verdicts.items() <= found.items()
    assert {formula.quantity: formula.is_right for formula in marking.formulas} == formulas
    assert marking.exit_status == (1 if "slip" in found.values() or False in formulas.values() else 0)
    assert str(marking.report())


GIVEN = [
    ("x = 1/0\ny = 2*x  # 3\nv = y + 1  # 2\nu = 3  # 3", 1),
    ("k = 2\nx = 1e400  # 2", 2),
    ("k = 2\nx = [1, -inf]\ny = k*x  # [2, 5]", 2),
    ("x = nan\nu = x*0  # 0", 1),
    ("x = ∞\nL = x^2\ndL/dx = 2*x  # 4", 1),
]


@pytest.mark.parametrize(("page", "line"), GIVEN)
def test_a_given_number_that_is_infinite_gets_one_line(page: str, line: int) -> None:
    with pytest.raises(CalculationError, match=r"works out to (-?inf|nan); give a finite number") as caught:
        mark_calculation(f"{page}\nz_last = 3*0.5 + pi/pi  # 2.5")
    assert [problem.line for problem in caught.value.problems] == [line]
    assert caught.value.marking is not None
    assert caught.value.marking["z_last"].verdict == "right"


def test_the_report_and_the_data_say_what_comes_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.calc"
    page.write_text(ROOT + "dy/dx = 1/(2*sqrt(x))  # 5\n", encoding="utf-8")
    status, out, _ = run(capsys, "mark", page)
    assert status == 1
    assert "∂y/∂x = 5 is a slip: it should be inf. No finite number comes out here." in out
    assert "Line 3: dy/dx is not judged: it comes to inf or nan here, or the right number does." in " ".join(
        out.split()
    )
    marking = mark_calculation(page.read_text(encoding="utf-8"))
    assert math.isinf(marking["dy/dx"].exact)
    assert '"exact": "inf"' in run(capsys, "mark", page, "--json")[1]


def test_a_name_may_be_spelled_like_infinity() -> None:
    page = read_calculation("nan = 2\ninf = 3\ny = inf\nz = nan  # 2")
    assert [entry.numbers.data for entry in page.entries] == [2.0, 3.0, 3.0, 2.0]
