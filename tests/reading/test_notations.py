"""Formulas in every notation, read into the same tree and written as calculation lines write them."""

import pytest
from lark import Lark
from lark.lexer import Lexer

from tinygrad_notes.reading.grammar import GRAMMAR
from tinygrad_notes.reading.parsing import parsed
from tinygrad_notes.reading.tokens import plain_name, tokens_of
from tinygrad_notes.reading.writing import written

SHAPES = {"W": (2, 3), "V": (2, 2), "x": (3,), "δ": (2,), "h": (2,), "r": (1, 3)}

READ = [
    ("2(a-y)", "2*(a - y)"),
    ("(0.5)(0.4)", "0.5*0.4"),
    ("2a_2(1-a_2)", "2*a2*(1 - a2)"),
    ("0.2*-0.3", "0.2*(-0.3)"),
    ("-a^2", "-a^2"),
    ("2 (3) - 4", "2*3 - 4"),
    ("9-3-2", "9 - 3 - 2"),
    ("9-(3-2)", "9 - (3 - 2)"),
    ("2*3+4", "2*3 + 4"),
    ("12/3/2", "12/3/2"),
    ("12/(3*2)", "12/(3*2)"),
    ("2^3^2", None),  # a tower is written with braces
    (r"2^{3^2}", "2^3^2"),
    ("x**2", "x^2"),
    (r"\frac{1}{1 + e^{-z}}", "1/(1 + e^(-z))"),
    (r"\tfrac{1}{2}(a - y)^2", "1/2*(a - y)^2"),
    (r"\frac12 (0.5)^2", "1/2*0.5^2"),
    ("½(a − y)²", "1/2*(a - y)^2"),
    (r"-\ln 0.525", "-ln(0.525)"),
    (r"\sqrt{0.25}", "sqrt(0.25)"),
    (r"0.2994 \times 0.2098", "0.2994*0.2098"),
    (r"\left(0.5\right) \cdot \bigl(0.4\bigr)", "0.5*0.4"),
    (r"\mathbf{0.5} + 1", "0.5 + 1"),
    (r"\boxed{0.5}", "0.5"),
    ("1{,}000 + 0.5", "1000 + 0.5"),
    ("|a - y|^2", "abs(a - y)^2"),
    (r"\max(0, z)", "max(0, z)"),
    (r"\sigma'(z_2)", "sigmoid'(z2)"),
    ("σ(z₁)(1 − σ(z₁))", "sigmoid(z1)*(1 - sigmoid(z1))"),
    (r"\sigma + 1", "σ + 1"),
    ("W1[0,1]*x1", "W1[0, 1]*x1"),
    ("[0.5, -0.2]", "[0.5, -0.2]"),
    ("[0.5 -0.2 1.]", "[0.5, -0.2, 1]"),
    (r"\begin{bmatrix} 0.1 & 0.2 \\ 0.3 & 0.4 \end{bmatrix}", "[[0.1, 0.2], [0.3, 0.4]]"),
    (r"\begin{pmatrix} 0.5 \\ 0.2 \end{pmatrix}", "[0.5, 0.2]"),
    (r"W x", "W@x"),
    (r"W^T \delta", "W.T@δ"),
    (r"\delta x^T", "outer(δ, x)"),
    (r"h^\top \delta", "h@δ"),
    (r"(V^T \delta) \odot h", "V.T@δ*h"),
    (r"\delta \circ h", "δ*h"),
    (r"r x", "r@x"),
    (r"r^T \cdot 2", "r*2"),
    (r"x^T W^T", "x@W.T"),
    (r"\begin{bmatrix} 1 & 2 \end{bmatrix}", "[1, 2]"),
    ("r[0, 2]", "r[2]"),
    (r"\frac{\partial C}{\partial a_2}", "dC/da2"),
    (r"\frac{dL}{dw_{11}} \cdot x_1", "dL/dw11*x1"),
    ("∂L/∂w₁ · η", "dL/dw1*η"),
    ("dL/dz * x1", "dL/dz*x1"),
    (r"a \text{ where } b", None),
    (r"\sum_i w_i x_i", None),
    ("a +", None),
    ("(a", None),
    ("50%", None),
    (r"\log_{10} p", "log10(p)"),
    (r"\log_2(p)", "log2(p)"),
    (r"\prod x", None),
]


@pytest.mark.parametrize(("notation", "line"), READ, ids=[notation for notation, _ in READ])
def test_a_formula_is_read_whole_or_not_at_all(notation: str, line: str | None) -> None:
    tree = parsed(tokens_of(notation))
    assert (written(tree, SHAPES).text if tree is not None else None) == line


@pytest.mark.parametrize(
    ("notation", "name"),
    [
        ("z_1", "z1"), ("z₁", "z1"), (r"z^{[1]}_1", "z1_1"), (r"z_1^{[1]}", "z1_1"), (r"h_{2,1}", "h2_1"),
        (r"W_2^{new}", "W2_new"), (r"W_2^{\text{new}}", "W2_new"), ("w_5^+", "w5_new"), ("w₅⁺", "w5_new"),
        (r"\delta_{o1}", "δ_o1"), ("δ_o1", "δ_o1"), (r"\hat{y}", "y_hat"), ("ŷ", "y_hat"), ("ŷ₁", "y_hat1"),
        (r"\mathbf{W}^{(2)}_{11}", "W2_11"), (r"\text{Loss}", "Loss"), (r"w_{t-1}", "w_t_minus_1"), ("wᵢⱼ", "w_ij"),
        ("W2", "W2"), ("learning_rate", "learning_rate"), ("a + b", ""), ("2", ""),
    ],
)  # fmt: skip
def test_a_name_with_its_indices_is_one_name(notation: str, name: str) -> None:
    assert plain_name(notation) == name


def test_the_grammar_has_no_conflicts() -> None:
    """lark settles conflicts in silence unless it is told to be strict."""

    class NoText(Lexer):
        def __init__(self, conf): ...

        def lex(self, tokens):
            yield from tokens

    Lark(GRAMMAR, parser="lalr", lexer=NoText, strict=True)


@pytest.mark.parametrize(
    "hostile",
    [
        "(" * 5000,
        "[" * 5000 + "1",
        "{" * 3000 + "}" * 3000,
        "a^" * 4000,
        "\\frac" * 4000,
        "-" * 9000 + "1",
        "|" * 4000,
        "_" * 9000,
        "a_{" * 3000,
        "\\" * 9999,
        "d" * 9999 + "/d",
        "1." * 5000,
    ],
)
def test_hostile_text_is_refused(hostile: str) -> None:
    assert parsed(tokens_of(hostile)) is None
