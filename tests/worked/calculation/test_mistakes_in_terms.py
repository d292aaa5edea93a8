"""Mistakes in one term of a formula, and in a factor that belongs to each row or column of a matrix."""

import numpy as np
import pytest

from tinygrad_notes.worked.calculation import mark_calculation
from tinygrad_notes.worked.calculation.beside import are_alike
from tinygrad_notes.worked.calculation.calculation import worked_page

SCALARS = "x = 0.7\nw = 0.4\nv = 1.3\na = tanh(w*x)\nu = v*a\nq = a^2*x\nL = (u - 1)^2 + 3*q + x^2\n"
GRADIENTS = "dL/du = 2*(u - 1)\ndL/dq = 3\n"
ARRAYS = (
    "x = [0.4, -0.7]\nW = [[0.3, 0.9], [-0.5, 0.2], [0.6, 1.1]]\nh = tanh(W@x)\nr = W@h[:2]\nL = sum(h^2) + sum(r^2)\n"
    "dL/dr = 2*r\n"
)
CLASSES = "y = [1, 0, 1]\nz = [0.3, -0.2, 0.1]\np = sigmoid(z)\nL = -mean(y*ln(p) + (1 - y)*ln(1 - p))\n"
SQUARE = "x = [0.4, -0.7]\nW = [[0.3, 0.9], [-0.5, 0.2]]\nh = tanh(W@x)\nv = sum(h^2)\n"


def mistakes_of_the_wrong_formula(page: str) -> tuple[str, ...]:
    [wrong] = [mark for mark in mark_calculation(page).formulas if mark.is_right is False]
    return wrong.mistakes


@pytest.mark.parametrize(
    ("page", "formula", "mistake"),
    [
        (SCALARS + GRADIENTS, "dL/da = dL/du + dL/dq*2*a*x", "the factor v is left out, in the term ∂L/∂u"),
        (SCALARS + GRADIENTS, "dL/da = dL/du*v + dL/dq*2*a", "the factor x is left out, in the term dL/dq · 2 · a"),
        (SCALARS + GRADIENTS, "dL/da = dL/du*v + dL/dq*x", "the factor 2 · a is left out, in the term dL/dq · x"),
        (SCALARS + GRADIENTS, "dL/da = dL/du*v*v + dL/dq*2*a*x", "the factor v is too much, in the term dL/du · v · v"),
        (SCALARS + GRADIENTS, "dL/da = dL/du*v - dL/dq*2*a*x", "the sign is wrong, in the term"),
        (SCALARS + GRADIENTS, "dL/da = dL/du*v + dL/dq*a*x", "2 times too small: a factor of 2, in the term"),
        (SCALARS, "dL/dx = 2*x", "the terms"),
        (SCALARS, "dL/dx = 3*a^2", "the terms"),
        (ARRAYS, "dL/dW = outer(dL/dr, h[:2])", "the term dL/dh · (1 - h^2) · x is left out"),
        (ARRAYS, "v = sum(h^2)\ndv/dW = outer(2*h, x)", "the slope tanh'(…) in h is left out"),
        (ARRAYS, "v = sum(h^2)\ndv/dW = outer(2*h*(1 - h^2), [1, 1])", "the factor x is left out"),
        (
            CLASSES,
            "dL/dz = (p + y)/3",
            "a sign flipped (put right by of y[0])",
        ),  # also where y is 0 and the number is right
        (SQUARE, "dv/dW = outer(2*h*(1 - h^2), [1, 1])", "the factor x is left out"),  # one for each column
        (SQUARE, "dv/dW = outer(2*(1 - h^2), x)", "the factor h is left out"),  # one for each row
    ],
)
def test_a_mistake_in_a_part_of_a_formula_is_named(page: str, formula: str, mistake: str) -> None:
    named = mistakes_of_the_wrong_formula(page + formula)
    assert any(one.startswith(mistake) for one in named), named


@pytest.mark.parametrize("w", [2, 3])  # with 2 the numbers of the page are right by chance
def test_a_multiple_of_a_quantity_is_no_explanation_unless_it_is_whole(w: int) -> None:
    named = mistakes_of_the_wrong_formula(f"w = {w}\nL = w^2\ndL/dw = w^2")
    assert named == ("an exponent wrong (put right by 2 times w)",)


DEEP = "x = 0.5\nv0 = tanh(x)\n" + "\n".join(f"v{i + 1} = tanh(v{i} + 0.{i % 9 + 1})" for i in range(40))


def test_a_factor_explains_nothing_where_no_other_number_moves() -> None:
    page = f"{DEEP}\nL = v40^2\ndL/dv40 = "
    assert mistakes_of_the_wrong_formula(f"{page}2*v40*sin(3*v40) + 0.3*exp(v39)") == ()
    assert mistakes_of_the_wrong_formula(f"{page}6*v40") == ("3 times too large: a factor of 3",)


def test_a_neighbor_that_is_0_too_is_one() -> None:
    page = "M = [[0.3, 0, 0.2], [0.5, 0, 0.7]]\nr = [0.4, 0.9, 0.1]\nf = 2*M[0]@r\n"
    assert mistakes_of_the_wrong_formula(f"{page}df/dr = 2*M[1]") == (
        "the neighbor's value copied (M[1,0] for M[0,0])",
    )


def test_small_numbers_are_compared_by_their_own_size() -> None:
    page = "x = 1e-6\ny = 2e-6\nL = x^2*y\n"
    assert mistakes_of_the_wrong_formula(f"{page}dL/dx = 6*x*y") == ("3 times too large: a factor of 3",)
    far = np.array([[0.5], [1e12]])
    assert are_alike(far * (1.0 + 1e-8), far)
    assert not are_alike(far + 1.0, far)  # a large number at one point says nothing of another point


SYMMETRIC = "A = [[3, 0.5], [0.5, 2]]\nc = [1, -2]\nx = [0.1, 0.8]\nf = 0.5*x@A@x - c@x\n"
COUNTED = "u = [0.5, -0.2]\nv = [0.3, 0.9]\none = [1, 1]\na = exp(u)\nL = log(sum(a)*sum(exp(v)))\n"


@pytest.mark.parametrize(
    ("page", "formula", "mistake"),
    [
        (SYMMETRIC, "df/dx = 2*(A@x - c)", "2 times too large"),
        (SYMMETRIC, "df/dx = -(A@x - c)", "the sign is wrong"),
        (SYMMETRIC, "df/dx = A@x", "the term c is too much"),
        (COUNTED, "dL/du = 2*a/(one@a)", "2 times too large"),
        (COUNTED, "dL/du = one/(one@a)", "the factor a is left out"),
    ],
)
def test_a_mistake_is_named_in_a_formula_that_is_right_on_special_pages_alone(
    page: str, formula: str, mistake: str
) -> None:
    named = mistakes_of_the_wrong_formula(page + formula)
    assert any(one.startswith(mistake) for one in named), named


def test_only_what_is_special_on_a_page_is_looked_at_once_more() -> None:
    plain = "x = 0.3\ny = x^2\nu = 3*x\ndy/dx = x^3 - u\n"
    special = plain.replace("0.3", "[0, 0.3]")
    assert [verdict.kept is None for verdict in worked_page(plain).verdicts] == [True]
    assert [verdict.kept is None for verdict in worked_page(special).verdicts] == [False]


def test_what_is_special_on_the_page_of_a_key_is_so_for_answers_that_do_not_repeat_it() -> None:
    key = worked_page("n = 3\nx = [0.5, 1.5, 0.7]\nL = sum(x)/n")
    [wrong] = mark_calculation(worked_page("L = 7*sum(x)/(n^2 - 6)", key)).formulas
    assert wrong.mistakes == ("7 times too large: a factor of 7",)
