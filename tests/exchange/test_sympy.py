"""Formulas to and from SymPy: the same numbers and derivatives both ways."""

import numpy as np
import pytest
import sympy
from exchanged import ROWS

from tinygrad_notes import Value, from_sympy, functions, record, to_sympy
from tinygrad_notes.errors import ExchangeError
from tinygrad_notes.exchange.sympy import _column
from tinygrad_notes.operations import TABLE
from tinygrad_notes.value import apply

pytestmark = pytest.mark.extras
POINT = [0.75, 0.5, 0.25, 0.625, 0.375]


def test_every_row_is_written_in_sympy_but_one_that_is_refused():
    assert TABLE.keys() - _column(sympy).keys() == {"constant", "stop_gradient"}
    with pytest.raises(ExchangeError, match="'stop_gradient'"):
        to_sympy(functions.stop_gradient(Value(1.0, "x")))


@pytest.mark.parametrize("row", [row for row in ROWS if row.name != "stop_gradient"], ids=lambda row: row.name)
def test_a_row_there_and_back_has_its_value_and_slopes(row):
    numbers = POINT[: row.arity or (5 if row.name == "weighted_sum" else 4)]
    if row.name == "acosh":
        numbers = [1.75]
    xs = [Value(number, f"x{k}") for k, number in enumerate(numbers)]
    y = apply(row, tuple(xs))
    expression = to_sympy(y)
    symbols = [sympy.Symbol(x.label, real=True) for x in xs]
    at = dict(zip(symbols, numbers))
    assert abs(float(expression.subs(at)) - y.data) <= 1e-14 * max(1.0, abs(y.data))
    again = from_sympy(expression, symbols)(*xs)
    y.backward()
    slopes = [x.grad for x in xs]
    for x in xs:
        x.grad = 0.0
    again.backward()
    np.testing.assert_allclose([again.data, *(x.grad for x in xs)], [y.data, *slopes], rtol=1e-13, atol=1e-15)


def test_numbers_are_exact_and_labels_are_symbols():
    x = Value(0.1, "x")
    expression = to_sympy(x * 0.1 + Value(1 / 3) * 2)
    assert {str(symbol) for symbol in expression.free_symbols} == {"x"}
    assert float(expression.subs(sympy.Symbol("x", real=True), 0)) == 2 * (1 / 3)
    with pytest.raises(ExchangeError, match="two leaves are labeled 'x'"):
        to_sympy(x + Value(2.0, "x"))


def test_a_formula_too_deep_for_sympy_is_refused():
    y = Value(0.5, "x")
    for _ in range(2000):
        y = functions.sin(y)
    with pytest.raises(ExchangeError, match="SymPy goes through a formula by recursion"):
        to_sympy(y)


def test_an_expression_is_a_function_that_can_be_recorded():
    w, x = sympy.symbols("w x", real=True)
    expression = sympy.Piecewise((x**2 / w, x > 1), (sympy.sqrt(x + 4) * sympy.pi, True)) + sympy.Rational(1, 3)
    f = from_sympy(expression, [w, x])
    for number in (3.0, 0.5):
        a, b = Value(2.0), Value(number)
        y = f(a, b)
        y.backward()
        at = {w: 2, x: number}
        assert abs(y.data - float(expression.subs(at))) < 1e-14
        assert abs(b.grad - float(expression.diff(x).subs(at))) < 1e-14
    found = record(lambda v: f(2.0, v), 1.0)([3.0, 0.5])
    np.testing.assert_allclose(found, [f(2.0, 3.0).data, f(2.0, 0.5).data], rtol=1e-15)


def test_what_has_no_counterpart_is_refused_by_name():
    x, y = sympy.symbols("x y")
    with pytest.raises(ExchangeError, match="is a gamma of SymPy"):
        from_sympy(sympy.gamma(x))
    with pytest.raises(ExchangeError, match="has y, which symbols leave out"):
        from_sympy(x + y, [x])
    with pytest.raises(ExchangeError, match="ImaginaryUnit"):
        from_sympy(x + sympy.I)
    with pytest.raises(TypeError, match="takes x, y, got 1"):
        from_sympy(x + y)(1.0)
