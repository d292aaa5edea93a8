"""The usual mistakes in formulas that are no network's, in numbers and in formulas of gradients."""

import math

import pytest

from tinygrad_notes.worked.calculation import mark_calculation

GIVEN = "x = 1.3\nw = 0.7\nc = 0.4\n"


@pytest.mark.parametrize(
    ("line", "claimed", "kind"),
    [
        ("z = w*x + c", 0.7 + 1.3 + 0.4, "a product worked as a sum (w + x)"),
        ("z = w*x + c", 0.7 * 1.3, "a term left out (c)"),
        ("z = w*x + c", 0.7 * 1.3 + 0.8, "a term counted twice (c)"),
        ("z = w*x - c", 0.7 * 1.3 + 0.4, "a sign flipped"),
        ("z = w*x*c", 0.7 * 1.3, "a factor left out (c)"),
        ("z = w*x^2", 0.7 * 1.3, "an exponent wrong (x without it)"),
        ("z = w*x^2", (0.7 * 1.3) ** 2, "the power taken of the product"),
        ("z = (x - w)^2", 1.3**2 - 0.7**2, "the square of a sum taken for the sum of squares"),
        ("z = c - (x - w)", 0.4 - 1.3 - 0.7, "a sign flipped"),
        ("z = x*(w - c)", 1.3 * 0.7 - 0.4, "a factor that only reaches one term"),
        ("z = ln(x)", 0.26236426446749106 / 2.302585092994046, "another logarithm than ln (the one to base 10)"),
        ("z = tanh(w)", 0.7, "a function left out"),
        ("z = tanh(w)", 0.6681877721681662, "another function taken (sigmoid for tanh)"),
        ("z = w/x", 1.3 / 0.7, "a quotient the wrong way round"),
        ("z = mean([x, w, c])", 2.4, "the mean taken for the sum, or the sum for the mean"),
        ("z = w*x", 0.4 * 1.3, "another number taken (c for w)"),
    ],
)
def test_a_mistake_in_a_number_is_named(line: str, claimed: float, kind: str) -> None:
    [mark] = mark_calculation(f"{GIVEN}{line}  # {claimed:.6f}").with_verdict("slip")
    assert any(str(mistake).startswith(kind) for mistake in mark.mistakes), mark.mistakes


UPDATE = "x = 1.3\nw = 0.7\nL = (w*x - 1)^2\ndL/dw = 2*(w*x - 1)*x\nw = w - 0.1*dL/dw"
SLOPE = 2 * (0.7 * 1.3 - 1) * 1.3


@pytest.mark.parametrize(
    ("claimed", "kind"),
    [
        (0.7 + 0.1 * SLOPE, "the update added instead of subtracted"),
        (0.7 - SLOPE, "the learning rate left out (0.1)"),
        (0.7 - 0.2 * SLOPE, "a change applied twice (the update)"),
        (0.7 - 0.01 * SLOPE, "the learning rate off by ten (a tenth of 0.1)"),
    ],
)
def test_the_rate_of_an_update_is_known_by_its_use(claimed: float, kind: str) -> None:
    [mark] = mark_calculation(f"{UPDATE}  # {claimed:.6f}").with_verdict("slip")
    assert kind in map(str, mark.mistakes), mark.mistakes


NETWORK = """
x = [0.5, -0.4]
y = [1.0, 0.2]
W = [[0.3, -0.2], [0.5, 0.4]]
z = W@x
h = tanh(z)
u = W@h
L = sum((u - y)^2)
dL/du = 2*(u - y)
"""


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("dL/dh = W@dL/du", "a matrix transposed"),
        ("dL/dh = W.T@u", "another number taken (u for ∂L/∂u)"),
        ("dL/dz = W.T@dL/du", "the slope tanh'(z) is left out"),
        ("dL/dz = W.T@dL/du*(1 - h)", "an exponent wrong"),
        ("dL/dz = W.T@dL/du*(1 + h^2)", "a sign flipped"),
        ("dL/dW = outer(dL/du, h)", "only one use of it counted"),
        ("dL/dz = W.T@(dL/du + h)*(1 - h^2)", "a term"),
    ],
)
def test_a_mistake_in_the_formula_of_an_array_is_named(line: str, kind: str) -> None:
    [formula] = [mark for mark in mark_calculation(NETWORK + line).formulas if mark.is_right is False]
    assert any(named.startswith(kind) for named in formula.mistakes), formula.mistakes


def test_the_updated_weight_in_the_backward_pass_is_named() -> None:
    page = (
        "x = 0.5\nv = 0.8\nw = 0.4\nh = v*x\na = w*h\nL = (a - 1)^2\ndL/dw = 2*(a - 1)*h  # -0.672\n"
        "w = w - 0.5*dL/dw  # 0.736\ndL/dh  # -1.23648"
    )
    [mark] = mark_calculation(page).with_verdict("slip")
    assert "another version of a name taken (w_new for w)" in map(str, mark.mistakes), mark.mistakes


OF_A_SLOPE = "x = 1.3\nz = 0.6*x\na = {function}(z)\nL = (a - 2)^2\ndL/da = 2*(a - 2)  # {above:.5f}\n"


@pytest.mark.parametrize(
    ("function", "line", "slope"),
    [
        ("sigmoid", "dL/dz = dL/da*a*(1 - a)", "a · (1 - a)"),
        ("sigmoid", "d = dL/da*a*(1 - a)", "a · (1 - a)"),
        ("sigmoid", "dL/dz = (1 - a)*dL/da*a", "(1 - a) · a"),
        ("sigmoid", "dL/dz = dL/da*sigmoid(z)*(1 - sigmoid(z))", "σ(z) · (1 - σ(z))"),
        ("sigmoid", "dL/dz = dL/da*σ'(z)", "σ(z) · (1 - σ(z))"),
        ("sigmoid", "s = a*(1 - a)\ndL/dz = dL/da*s", "s"),
        ("sigmoid", "da/dz = a*(1 - a)\ndL/dz = dL/da*da/dz", "∂a/∂z"),
        ("tanh", "dL/dz = dL/da*(1 - a^2)", "1 - a^2"),
        ("tanh", "dL/dz = dL/da*(1 - a*a)", "1 - a · a"),
        ("tanh", "dL/dz = dL/da*(1 - tanh(z)^2)", "1 - tanh(z)^2"),
        ("tanh", "dL/dz = dL/da*tanh'(z)", "1 - tanh(z)^2"),
        ("tanh", "s = 1 - a^2\ndL/dz = dL/da*s", "s"),
        ("sigmoid", "r = 1 - a\ndL/dz = dL/da*a*r", "a · r"),
    ],
)
def test_a_slope_that_is_left_out_is_named_first_however_it_is_written(function: str, line: str, slope: str) -> None:
    a = {"sigmoid": 1 / (1 + math.exp(-0.78)), "tanh": math.tanh(0.78)}[function]
    above = 2 * (a - 2)
    page = OF_A_SLOPE.format(function=function, above=above)
    [mark] = mark_calculation(f"{page}{line}  # {above:.5f}").with_verdict("slip")
    assert str(mark.mistakes[0]) == f"the slope left out ({slope})"
    assert mark.how_sure == "almost surely"
    assert not any(mistake.number == pytest.approx(above, abs=1e-4) for mistake in mark.mistakes[1:])


@pytest.mark.parametrize(
    "line",
    [
        "v = x*p*(1 - p)",  # p is given: this is a variance
        "v = 2*x*(1 - x*w)",
    ],
)
def test_a_product_with_what_is_given_has_no_slope(line: str) -> None:
    [mark] = mark_calculation(f"x = 1.3\nw = 0.7\np = 0.4\n{line}  # 1.300").with_verdict("slip")
    assert not any("slope" in mistake.kind for mistake in mark.mistakes)


def test_nobody_adds_what_is_left_of_one() -> None:
    page = "u = 0.5\nx = 1.3\na = sigmoid(u)\nv = x*a*(1 - a)  # 1.300"
    [mark] = mark_calculation(page).with_verdict("slip")
    assert "worked as a sum" not in mark.explanation()
