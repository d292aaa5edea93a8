"""An operation of one's own, added in a few lines, is known to every interpreter."""

import math

import numpy as np
import pytest

from tinygrad_notes import (
    AnomalyError,
    Value,
    check_gradients,
    detect_anomaly,
    draw,
    explain,
    functions,
    gradients,
    hessian,
    record,
)
from tinygrad_notes.number_systems import complexes, symbols
from tinygrad_notes.number_systems.latex import latex
from tinygrad_notes.operations import define, operation, undefine


@pytest.fixture(autouse=True)
def softsign():
    row = define(
        "softsign",
        1,
        "softsign({0})",
        lambda m: (
            lambda a: m.divide(a, 1.0 + m.abs(a)),
            lambda a, out: (m.divide(1.0, (1.0 + m.abs(a)) * (1.0 + m.abs(a))),),
        ),
    )
    yield row
    undefine("softsign")


def test_it_is_a_function_and_a_method_of_values_and_numbers() -> None:
    assert functions.softsign(1.0) == 0.5
    assert Value(1.0).softsign().local_derivatives == (0.25,)


def test_a_method_comes_and_goes_with_its_operation_and_hides_no_attribute() -> None:
    define("data", 1, "data({0})", lambda m: (lambda a: 2.0 * a, lambda a, out: (2.0,)))
    assert (Value(3.0).data, functions.data(3.0)) == (3.0, 6.0)
    undefine("data")
    assert Value(3.0).data == 3.0
    define("double", 1, "double({0})", lambda m: (lambda a: 2.0 * a, lambda a, out: (2.0,)))
    assert Value(3.0).double().data == 6.0
    undefine("double")
    assert not hasattr(Value(3.0), "double")


def test_it_can_be_differentiated_again_and_passes_the_check() -> None:
    x = Value(0.7)
    assert gradients(gradients(functions.softsign(x), x), x).data == pytest.approx(-2 / 1.7**3, rel=1e-15)
    assert check_gradients(lambda x: functions.softsign(x) * x, [0.7]).skipped == ()
    assert hessian(lambda x: functions.softsign(x[0]) * x[1])([1.0, 3.0]) == [[-0.75, 0.25], [0.25, 0.0]]


def test_array_code_replay_and_other_numbers_know_it() -> None:
    program = record(lambda x: functions.softsign(x) * 2, 0.3)
    np.testing.assert_allclose(program(np.array([1.0, -3.0])), [1.0, -1.5])
    assert operation("softsign").read(complexes)[0](3.0 + 0j) == 0.75
    written = symbols.text(operation("softsign").read(symbols)[0](symbols.Symbol("a")))
    assert written == "a / (1 + |a|)"


def test_it_is_drawn_and_explained() -> None:
    y = functions.softsign(Value(1.0, "x"))
    assert "softsign" in draw(y).source
    assert "softsign" in str(explain(y))


def test_one_of_any_arity_takes_a_list_of_operands() -> None:
    define(
        "sum_of_squares",
        None,
        "sum_of_squares({0})",
        lambda m: (lambda *xs: m.total([x * x for x in xs]), lambda *xs: tuple(2.0 * x for x in xs[:-1])),
    )
    try:
        xs = [Value(1.0), Value(2.0), Value(3.0)]
        y = functions.sum_of_squares(xs)
        y.backward()
        assert (y.data, [x.grad for x in xs]) == (14.0, [2.0, 4.0, 6.0])
        assert functions.sum_of_squares(range(4)) == 14.0
        assert record(lambda a: functions.sum_of_squares([a, a, 1.0]), 2.0)([1.0, 3.0]).tolist() == [3.0, 19.0]
    finally:
        undefine("sum_of_squares")


def test_activations_know_it() -> None:
    from tinygrad_notes import MLP

    network = MLP(1, [1], activation="softsign", seed=1)
    z = network([2.0]).operands[0].data
    assert network([2.0]).data == z / (1 + abs(z))


@pytest.mark.parametrize(
    ("rule", "error", "message"),
    [
        (
            lambda m: (lambda a, b: a * b, lambda a, b, out: (b,)),
            ValueError,
            r"one for each of its 2 operands.*\(0\.5,\)",
        ),
        (lambda m: (lambda a, b: a * b, lambda a, b, out: b), ValueError, r"must be a tuple .*, got 0\.5"),
        (lambda m: (m.mul, lambda a, b, out: (b, a)), AttributeError, "mul"),
        (lambda m: (lambda a: a, lambda a, b, out: (b, a)), TypeError, "positional argument"),
    ],
    ids=["a derivative forgotten", "no tuple", "a function misspelled", "an operand forgotten"],
)
def test_a_rule_that_cannot_be_right_is_refused_and_leaves_the_name_free(rule, error, message) -> None:
    with pytest.raises(error, match=message):
        define("times", 2, "{0} × {1}", rule)
    define("times", 2, "{0} × {1}", lambda m: (lambda a, b: a * b, lambda a, b, out: (b, a)))
    assert functions.times(Value(2.0), 3.0).data == 6.0
    undefine("times")


def test_a_name_can_be_taken_only_once_and_the_packages_own_stay() -> None:
    with pytest.raises(ValueError, match="already has an operation named 'softsign'"):
        define("softsign", 1, "", lambda m: (m.exp, lambda a, out: (out,)))
    with pytest.raises(ValueError, match="belongs to the package"):
        undefine("exp")
    with pytest.raises(ValueError, match="must be a Python identifier"):
        define("soft sign", 1, "", lambda m: (m.exp, lambda a, out: (out,)))
    assert math.isclose(functions.exp(1.0), math.e)


def test_what_is_known_of_it_stands_in_further_columns_of_its_row() -> None:
    rule = lambda m: (lambda a: m.divide(1.0, a), lambda a, out: (-out * out,))
    tightness = operation("reciprocal").tightness
    row = define("pole", 1, "1 / {0}", rule, tightness=tightness, ufunc="one_over", cause="stay away from the pole")
    try:
        over_a_sum = symbols.apply(row.name, symbols.Symbol("a") + symbols.Symbol("b"))
        assert symbols.text(over_a_sum) == "1 / (a + b)"
        assert latex(over_a_sum) == r"1 / \left(a + b\right)"
        assert Value(4.0).one_over().data == 0.25
        with pytest.raises(AnomalyError, match="stay away from the pole"), detect_anomaly():
            functions.pole(Value(0.0))
    finally:
        undefine("pole")
    with pytest.raises(TypeError, match="tightnes"):
        define("pole", 1, "1 / {0}", rule, tightnes=tightness)  # type: ignore[call-arg]
