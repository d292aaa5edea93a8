"""The usual mistakes in formulas that are no network's, in numbers and in formulas of gradients."""

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
