"""What a line of a calculation means: names, numbers, operators, functions, derivatives."""

import math
from typing import Any

import numpy as np
import pytest
from lark import Lark

from tinygrad_notes.worked.calculation import read_calculation
from tinygrad_notes.worked.calculation.alignment import bare
from tinygrad_notes.worked.calculation.grammar import GRAMMAR


def last(text: str) -> Any:
    return bare(read_calculation(text).entries[-1].numbers).tolist()


def test_the_grammar_has_no_conflict_that_a_parser_would_settle_in_silence() -> None:
    Lark(GRAMMAR, parser="lalr", start="expression", strict=True)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("2*3 + 4", 10),
        ("9 - 3 - 2", 4),
        ("-x^2", -4),
        ("2^-x", 0.25),
        ("2^3^2", 512),
        ("2**3**2", 512),
        ("x**-1", 0.5),
        ("8/2/2", 2),
        ("a*-b", -15),
        ("2(a - b)", -4),
        ("2(a - b)^2", 8),
        ("(0.5)(0.4)", 0.2),
        ("2x", 4),
        ("2x^2", 8),
        ("a/(2x)", 0.75),
        ("a(1 - a)", -6),
        ("a(1 - a)^2 + a(1 - a)²", 24),
        ("b*a(1 - a²)", -120),
        ("np.full((2, 1), 0.5)", [[0.5], [0.5]]),
        ("½(a - b)²", 2),
        ("¼ x", 0.5),
        ("√(a + 1)", 2),
        ("2√x²", 4),
        ("√9 + 1", 4),
        ("|a - b|", 2),
        ("2|a - b|·|x|", 8),
        ("a‖v‖² + x Σ(v)", 21),
        ("col([1, 2])@[3, 4]", [[3, 4], [6, 8]]),
        ("[1, 2]@[[3, 4]]", [[3, 4], [6, 8]]),
        ("W.shape[1] + len(v)", 4),
        ("repeat(v, 0)", []),
        ("‖v‖²", 5),
        ("½‖v - [0, 0]‖² + ||v||_2^2", 7.5),
        ("Σ(v - 1)²", 1),
        ("½ Σ(v - 1)²/2", 0.25),
        ("-Σ v*ln(e^v)", -5),
        ("Σv + ∑_i v", 6),
        ("½Σv² + 2Σv", 8.5),
        ("(1/2)Σ v·v", 2.5),
        ("3*Σ v*W[0]", 15),
        ("v·[1, 2, 3]ᵀ", [[1, 2, 3], [2, 4, 6]]),
        ("x²", 4),
        ("e^x", math.exp(2)),
        ("pi*x", 2 * math.pi),
        ("a · b", 15),
        ("a × b", 15),
        ("b ÷ a", 5 / 3),
        ("v·v", 5),
        ("v@v", 5),
        ("v*v", [1, 4]),
        ("v ⊙ v", [1, 4]),
        ("W@v", [5, 11]),
        ("W.T@v", [7, 10]),
        ("Wᵀ@v", [7, 10]),
        ("W^T@v", [7, 10]),
        ("W[0,1]", 2),
        ("W[1]", [3, 4]),
        ("W[:,0]", [1, 3]),
        ("v[-1]", 2),
        ("sum(W)", 10),
        ("sum(W, axis=0)", [4, 6]),
        ("W.sum(axis=1)", [3, 7]),
        ("np.sum(W, axis=1, keepdims=True)", [[3], [7]]),
        ("mean(v)", 1.5),
        ("var(v)", 0.25),
        ("var(v, ddof=1)", 0.5),
        ("std(v)", 0.5),
        ("max(v)", 2),
        ("max(a, b)", 5),
        ("min(W, axis=0)", [1, 2]),
        ("maximum(v, 1.5)", [1.5, 2]),
        ("norm(v)", math.sqrt(5)),
        ("cumsum(v)", [1, 3]),
        ("cumsum(W, axis=0)", [[1, 2], [4, 6]]),
        ("amin(W, axis=1)", [1, 3]),
        ("argmax(v)", 1),
        ("product(W)", 24),
        ("outer(v, v)", [[1, 2], [2, 4]]),
        ("dot(v, v)", 5),
        ("np.dot(W, v)", [5, 11]),
        ("softmax([0, 0])", [0.5, 0.5]),
        ("logsumexp([0, 0])", math.log(2)),
        ("step([-1, 0, 1])", [0, 1, 1]),
        ("positive([-1, 0, 1])", [0, 0, 1]),
        ("relu(-x)", 0),
        ("ReLU(x)", 2),
        ("ln(e)", 1),
        ("log(e)", 1),
        ("log10(100)", 2),
        ("log2(8)", 3),
        ("σ(0)", 0.5),
        ("sigmoid'(0)", 0.25),
        ("σ′(0)", 0.25),
        ("tanh'(0)", 1),
        ("det(W)", -2),
        ("inv(W)", [[-2, 1], [1.5, -0.5]]),
        ("solve(W, v)", [0, 0.5]),
        ("diag(v)", [[1, 0], [0, 2]]),
        ("eye(2)", [[1, 0], [0, 1]]),
        ("zeros(2)", [0, 0]),
        ("np.zeros((1, 2))", [[0, 0]]),
        ("ones(2)", [1, 1]),
        ("concat(v, 3)", [1, 2, 3]),
        ("col(v)", [[1], [2]]),
        ("array(a, b)", [3, 5]),
        ("np.array([a, b])", [3, 5]),
        ("pad([[1]], 1)", [[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        ("rot180(W)", [[4, 3], [2, 1]]),
        ("conv2([[1, 2], [3, 4]], [[1, 0], [0, 1]])", [[5]]),
        ("maxpool2(W)", [[4]]),
        ("where(a > b, a, b)", 5),
        ("W > 2", [[0, 0], [1, 1]]),
        ("half_squared_error(v, [0, 0])", 2.5),
        ("[1, 2] + [[10], [20]]", [[11, 12], [21, 22]]),
        ("clip(a, 0, 1)", 1),
        ("abs(-a)", 3),
        ("sqrt(4)", 2),
        ("[a, 2*b]", [3, 10]),
        ("cross_entropy([0.5, 0.5], [1, 0])", math.log(2)),
    ],
)
def test_expressions(expression: str, expected: Any) -> None:
    given = "x = 2\na = 3\nb = 5\nv = [1, 2]\nW = [[1, 2], [3, 4]]\n"
    assert np.allclose(last(f"{given}result = {expression}"), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("e = 2\ny = e^3", 8),
        ("pi = 3\ny = 2*pi", 6),
        ("dW = 0.5\ny = 2*dW", 1),
        ("dy = 0.2\ndx = 0.1\ny = dy/dx", 2),
        ("x = 3\nf = x^2\ny = df/dx^2", 36),
        ("x = 3\nf = x^2\ny = ∂f/∂x", 6),
        ("x = 3\nf = x^3\ny = d2f/dx2", 18),
        ("x = 3\nf = x^3\ny = ∂²f/∂x²", 18),
        ("x = 3\ny = 2\nf = x^2*y\ng = ∂²f/∂x∂y", 6),
        ("x = 3\ny = 2\nf = x^2*y\ng = d2f/dxdy", 6),
        ("x = 3\ny = d(x^2 + x)/dx", 7),
        ("x = [1, 2]\nf = x^2\ny = df/dx", [[2, 0], [0, 4]]),
        ("x = [1, 2]\nf = [x[0]*x[1], x[0]]\ny = df/dx", [[2, 1], [1, 0]]),
        ("x = [1, 2]\nf = sum(x^2)\ny = df/dx[1]", 4),
        ("x = 1\nx = x + 1\nx = x*5", 10),
        ("w = 2\nw -= 0.5", 1.5),
        ("x₁ = 2\ny = x1*x₁", 4),
        ("p' = 2\ny = p′ + 1", 3),
        ("x⁻ = 2\nx⁺ = x⁻ + 1\nx = 4\ny = x⁺ + x⁻ + x⁻¹", 5.25),
        ("∇f = 2\ny = ∇f²", 4),
        ("σ² = 4\nσ = √σ²\ny = σ² + σ + sigmoid(0)", 6.5),
        ("σ^2 = 4\nL = 3σ²\ny = dL/dσ²", 3),
        ("Σ = [[1, 2], [3, 4]]\ny = Σ + 1", [[2, 3], [4, 5]]),
        ("a = 1; b = 2\ny = a + b", 3),
        ("a = 1, v = [1, 2], b = 2;\ny = a + b", 3),
        ("a, b = 1, max(2, 3)\ny = a + b", 4),
        ("w = 2\nw ← w + 1\nw <- 2w", 6),
        ("M = [1 2; 3 4]", [[1, 2], [3, 4]]),
        ("M = [1; 2]", [[1], [2]]),
        ("M = [1 -2]", [1, -2]),
        ("M = [1 - 2]", [-1]),
        ("M = [3-2, 1]", [1, 1]),
        ("σ²_B = 4\ny = 2σ²_B", 8),
        ("h[0] = 2\nh[1] = h[0]*3\ny = h*2", [4, 12]),
        ("h[1] = 2\nh[0] = 1\ny = h", [1, 2]),
        ("h[1] = 2\nh[2] = h[1] + 1\ny = h[2]*h[1]", 6),
        ("W[0,0] = 1, W[0,1] = 2, W[1,0] = 3, W[1,1] = 4\ny = W.T", [[1, 3], [2, 4]]),
        ("x = 3\nh[0] = x^2\nh[1] = x\no = sum(h)\ny = do/dh", [1, 1]),
        ("δ = 2\nŷ = δ*2", 4),
        ("x = [1,\n  2,   # the second\n  3]\ny = sum(x)", 6),
        ("x = 2\ny = x +\n  3", 5),
        ("x = 2\ny = x\n  = 2\nz = y", 2),
        ("import numpy as np\nx = np.array([1, 2])\ny = np.sum(x)", 3),
        ("text\n```calc\nx = 2\ny = x^2\n```\nmore = of it", 4),
        ("w = 3\nL = w^2\nw = w - 0.1*dL/dw\ny = dL/dw", 6),
        ("w = 3\nv = 1*w\nL = w*v\ny = dL/dv", 3),
        ("dL/dh = [1, 2]\nW = [[1, 0], [0, 1]]\ny = W@dL/dh", [1, 2]),
    ],
)
def test_pages(page: str, expected: Any) -> None:
    assert np.allclose(last(page), expected, rtol=1e-12)


def test_a_second_name_for_a_gradient_is_what_the_chain_rule_goes_on_with() -> None:
    page = read_calculation("x = 2\nz = 3*x\nL = z^2\nδ = dL/dz\nL_x = dL/dx")
    delta, slope = page.entries[-2].numbers, page.entries[-1].numbers
    assert delta.label == "δ"
    assert any(operand is delta for operand in slope.operands[0].operands or slope.operands)
