"""A slope left out is named as one, however the page writes the function and its slope."""

import pytest

from tinygrad_notes.worked.calculation import mark_calculation, read_calculation

GIVEN = "w = [0.7, 0.4]\nx = [-1.3, 0.9]\nz = w*x\n"
LOSS = "L = 0.5*sum((a - 1)^2)\ndL/da = a - 1"


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        ("sigmoid(z)", "a*(1 - a)"),
        ("tanh(z)", "(1 - a^2)"),
        ("softplus(z)", "1/(1 + exp(-z))"),
        ("softplus(z)", "sigmoid(z)"),
        ("ln(1 + exp(z))", "exp(z)/(1 + exp(z))"),
        ("elu(z, 1)", "where(z > 0, 1, a + 1)"),
        ("where(z > 0, z, exp(z) - 1)", "where(z > 0, 1, exp(z))"),
        ("leaky_relu(z, 0.1)", "where(z > 0, 1, 0.1)"),
        ("gelu(z)", "(0.5*(1 + erf(z/sqrt(2))) + z*exp(-z^2/2)/sqrt(2*pi))"),
        ("0.5*z*(1 + erf(z/sqrt(2)))", "(0.5*(1 + erf(z/sqrt(2))) + z*exp(-z^2/2)/sqrt(2*pi))"),
        ("silu(z)", "sigmoid(z)*(1 + z*(1 - sigmoid(z)))"),
        ("z*sigmoid(z)", "(a + sigmoid(z)*(1 - a))"),
        ("z/(1 + exp(-z))", "(a + (1 - a)/(1 + exp(-z)))"),
    ],
)
def test_a_slope_left_out(function: str, slope: str) -> None:
    page = f"{GIVEN}a = {function}\n{LOSS}"
    right = mark_calculation(f"{page}\ndL/dz = dL/da*{slope}")
    assert [formula.is_right for formula in right.formulas] == [True, True]
    wrong = mark_calculation(f"{page}\ndL/dz = dL/da")
    assert any("the slope" in mistake for mistake in wrong.formulas[1].mistakes)
    numbers = [f"{value.data:.4f}" for value in read_calculation(page).entries[-1].values]
    slips = mark_calculation(f"{page}  # [{', '.join(numbers)}]\ndL/dz = dL/da*{slope}  # [{', '.join(numbers)}]")
    assert {slip.mistakes[0].kind for slip in slips.with_verdict("slip")} == {"the slope left out"}


def test_a_term_by_itself_is_no_product_without_its_slope() -> None:
    page = "b = 0.8\nv = 0.4\nu = b*v + b\nL = u^2\ndL/du = 2*u\ndL/db = dL/du*v + dL/du  # 2.24"
    [slip] = mark_calculation(page).with_verdict("slip")
    kinds = [mistake.kind for mistake in slip.mistakes]
    assert "a term left out" in kinds and "the slope left out" not in kinds
