"""Formulas on one line and as LaTeX, and the formula behind a Value."""

from __future__ import annotations

import math
import operator
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_notes import Value, weighted_sum
from tinygrad_notes.functions import less, where
from tinygrad_notes.functions import sum as total
from tinygrad_notes.number_systems import branches, floats, symbols
from tinygrad_notes.number_systems.branches import Known
from tinygrad_notes.number_systems.latex import latex
from tinygrad_notes.number_systems.symbols import Symbol, apply, text, written
from tinygrad_notes.operations import TABLE, define, undefine
from tinygrad_notes.worked.formulas import formula, number, with_numbers

a, b, c = map(Symbol, "abc")

FORMULAS = [  # expression, plain text, LaTeX
    (a * (b + c), "a · (b + c)", r"a \cdot \left(b + c\right)"),
    (a - (b - c), "a - (b - c)", r"a - \left(b - c\right)"),
    (a / (b * c), "a / (b · c)", r"\frac{a}{b \cdot c}"),
    (a / b * c, "a / b · c", r"\frac{a}{b} \cdot c"),
    (-a * b, "-a · b", r"-a \cdot b"),
    (-(a / b), "-a / b", r"-\frac{a}{b}"),
    (a / -(b * c), "a / (-b · c)", r"\frac{a}{-b \cdot c}"),
    (a * -b, "a · (-b)", r"a \cdot \left(-b\right)"),
    (a + -b - -(b - c), "a - b + (b - c)", r"a - b + \left(b - c\right)"),
    (apply("sum", -a, -(b * c), -(b + c)), "-a - b · c - (b + c)", r"-a - b \cdot c - \left(b + c\right)"),
    (1.0 * a / math.pi, "a / π", r"\frac{a}{\pi}"),
    (
        apply("where", a, b, c),
        "where(a, b, c)",
        r"\begin{cases} {b} & \text{if } a \\ {c} & \text{otherwise} \end{cases}",
    ),
    (apply("pow", a + 1, apply("negative", b)), "(a + 1)^(-b)", r"\left(a + 1\right)^{-b}"),
    (apply("pow", a / b, c), "(a / b)^c", r"\left(\frac{a}{b}\right)^{c}"),
    (apply("square", a - b), "(a - b)^2", r"\left(a - b\right)^2"),
    (apply("sqrt", a + b) * c, "sqrt(a + b) · c", r"\sqrt{a + b} \cdot c"),
    (apply("product", a, b + c, a), "a · (b + c) · a", r"a \cdot \left(b + c\right) \cdot a"),
    (apply("sum", a, Symbol("-2")), "a + (-2)", r"a + \left(-2\right)"),
    (apply("sigmoid", a), "σ(a)", r"\sigma(a)"),
    (apply("leaky_relu", a, b), "leaky_relu(a, b)", r"\operatorname{leaky\_relu}(a, b)"),
    (apply("logsumexp", a, b, c), "logsumexp(a, b, c)", r"\operatorname{logsumexp}(a, b, c)"),
]


@pytest.mark.parametrize(("expression", "plain", "set_in_latex"), FORMULAS)
def test_a_formula_has_no_more_parentheses_than_it_needs(expression, plain, set_in_latex):
    assert text(expression) == plain
    assert latex(expression) == set_in_latex


BINARY, UNARY = ["add", "subtract", "multiply", "divide", "sum", "product"], ["negative", "square", "reciprocal"]
FORMULAS_OF_ALL_KINDS = st.recursive(
    st.sampled_from([Symbol("2"), Symbol("3"), Symbol("-7")]),
    lambda parts: (
        st.builds(apply, st.sampled_from(BINARY), parts, parts) | st.builds(apply, st.sampled_from(UNARY), parts)
    ),
    max_leaves=8,
)


@given(FORMULAS_OF_ALL_KINDS)
def test_a_formula_is_read_as_it_was_meant(expression):
    try:
        meant = worth(expression)
    except ZeroDivisionError:
        return
    as_python = re.sub(r"\d+", r"Fraction(\g<0>)", text(expression).replace("·", "*")).replace("^Fraction(2)", "**2")
    assert eval(as_python, {"Fraction": Fraction}) == meant


def worth(expression):
    """The formula in fractions, by its tree."""
    if not isinstance(expression, symbols.Application):
        return Fraction(str(expression))
    one, *other = map(worth, expression.operands)
    by_name = {
        "sum": "add",
        "product": "mul",
        "multiply": "mul",
        "divide": "truediv",
        "subtract": "sub",
        "negative": "neg",
    }
    if expression.name in ("square", "reciprocal"):
        return one * one if expression.name == "square" else 1 / one
    return getattr(operator, by_name.get(expression.name, expression.name))(one, *other)


SYMBOLS = [
    ("W1[0,2]", "W_{1}[0,2]"),
    ("x[0]", "x[0]"),
    ("dC/dW2[0,1]", r"\frac{\partial C}{\partial W_{2}[0,1]}"),
    ("delta1[0]", r"\delta_{1}[0]"),
    ("σ'(z2[0])", r"\sigma'(z_{2}[0])"),
    ("W1_new[0,0]", r"W_{1}^{\text{new}}[0,0]"),
    ("1.5e-07", r"1.5 \cdot 10^{-7}"),
    ("-inf", r"-\infty"),
    (r"\input{evil}$", r"\text{\textbackslash{}input\{evil\}\$}"),
    ("50%_#&~^", r"\text{50\%\_\#\&\textasciitilde{}\textasciicircum{}}"),
]


@pytest.mark.parametrize(("name", "set_in_latex"), SYMBOLS)
def test_names_are_set_as_the_notes_write_them_and_anything_else_as_text(name, set_in_latex):
    assert latex(Symbol(name)) == set_in_latex


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.arity != 0])
def test_every_row_of_the_table_can_be_written_with_all_its_operands(name):
    row = TABLE[name]
    operands = [Symbol(f"{letter}[0]") for letter in "pqrstuv"[: row.arity or (6 if name == "dot" else 7)]]
    for writer in text, latex:
        formula = writer(written(row, operands))
        assert all(str(operand) in formula for operand in operands)
        assert formula.count("{") == formula.count("}")


def test_an_operation_of_ones_own_is_written_from_its_notation():
    row = define("softsign", 1, "softsign({0})", lambda m: (lambda a: a / (1 + m.abs(a)), lambda a, out: (out,)))
    try:
        assert text(written(row, [a + b])) == "softsign(a + b)"
        assert latex(written(row, [a + b])) == r"\operatorname{softsign}(a + b)"
    finally:
        undefine("softsign")


def test_rules_of_the_table_are_formulas_too():
    value, derivatives = TABLE["divide"].read(symbols)
    assert [text(d) for d in derivatives(a, b, value(a, b))] == ["1 / b", "-a / b / b"]


def test_letters_neither_round_nor_overflow_so_the_formula_is_the_plain_one():
    value, (slope,) = (
        rule(*letters) for rule, letters in zip(TABLE["gelu"].read(symbols), [(a,), (a, b)], strict=True)
    )
    assert text(value) == f"a · (0.5 · erfc(-a · {0.5**0.5:.15g}))"
    assert text(slope) == f"0.5 · erfc(-a · {0.5**0.5:.15g}) + a · (exp((-0.5) · a · a) / {(2 * math.pi) ** 0.5:.15g})"


ON_PAPER = {
    "divide": ["1 / b", "-a / b^2"],
    "pow": ["b · a^(b - 1)", "out · ln(a)"],
    "log": ["1 / a"],
    "log10": ["1 / (a · ln(10))"],
    "sqrt": ["1 / (2 · out)"],
    "acos": ["-1 / sqrt(1 - a^2)"],
    "erf": ["2 / sqrt(π) · exp(-a^2)"],
    "tanh": ["1 - out^2"],
    "relu": ["[a > 0]"],
    "silu": ["σ(a) · (1 + a · (1 - σ(a)))"],
    "gelu": ["0.5 · (1 + erf(a / sqrt(2))) + a · exp(-a^2 / 2) / sqrt(2π)"],
    "logsumexp": ["exp(a - out)", "exp(b - out)", "exp(c - out)"],
}


@pytest.mark.parametrize("name", ON_PAPER)
def test_derivatives_are_written_as_in_textbooks(name):
    row = TABLE[name]
    slopes = row.textbook(symbols.PAPER)(*[a, b, c][: row.arity], Symbol("out"))
    assert [text(slope) for slope in slopes] == ON_PAPER[name]


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.arity != 0])
def test_no_textbook_takes_care_of_nan(name):
    row = TABLE[name]
    operands = [Symbol(f"p{i}") for i in range(row.arity or (4 if name == "dot" else 3))]
    slopes = row.textbook(symbols.PAPER if row.on_paper else symbols)(*operands, Symbol("out"))
    assert not [slope for slope in map(text, map(symbols.as_expression, slopes)) if "nan" in slope or "inf" in slope]


def test_a_value_is_written_down_to_what_has_a_name():
    w, x, offset = Value(0.5, "w"), Value(-3.0, "x"), Value(0.1, "b")
    z = weighted_sum([w], [x], offset)
    result = (z.sigmoid() - 1) ** 2
    assert text(formula(result)) == "(σ(w · x + b) - 1)^2"
    assert text(with_numbers(z)) == "0.5 · (-3) + 0.1"
    z.label = "z"
    assert text(formula(result)) == "(σ(z) - 1)^2"
    assert text(with_numbers(result, digits=3)) == "(σ(-1.4) - 1)^2"
    assert text(formula(total([w, x, offset]))) == "w + x + b"


def test_of_a_choice_the_side_taken_is_written():
    a, b = Value(2.0, "a"), Value(3.0, "b")
    assert text(formula(where(less(a, b), a * 2, b) + 1)) == "a · 2 + 1"
    assert text(formula(where(less(b, a), a, b) + 1)) == "b + 1"
    condition = less(a, b)
    condition.label = "c"
    assert text(formula(where(condition, a, b))) == "where(c, a, b)"


@pytest.mark.parametrize(
    ("x", "digits", "as_written"),
    [
        (0.08000000000000002, 6, "0.08"),
        (-0.0, 6, "0"),
        (1 / 3, 3, "0.333"),
        (float("inf"), 6, "inf"),
        (2e-9, 2, "2e-09"),
    ],
)
def test_numbers_are_written_to_significant_digits(x, digits, as_written):
    assert number(x, digits) == as_written


ORDINARY = {"acosh": 1.5, "atanh": 0.5, "asin": 0.5, "acos": 0.5}


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.arity != 0])
def test_a_rule_with_its_branches_taken_is_the_rule(name):
    row = TABLE[name]
    numbers = [ORDINARY.get(name, 0.75 + i / 4) for i in range(row.arity or (4 if name == "dot" else 5))]
    out = row.read(floats)[0](*numbers)
    known = [Known(Symbol(f"p{i}"), number) for i, number in enumerate([*numbers, out])]
    rules = row.read(branches)[1](*known)
    found = [rule.number if isinstance(rule, Known) else rule for rule in rules]
    assert found == list(row.read(floats)[1](*numbers, out))
    assert not [rule for rule in rules if isinstance(rule, Known) and "where" in text(rule.expression)]
