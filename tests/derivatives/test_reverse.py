"""`gradients`: the reverse pass whose results can be differentiated again."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tinygrad_notes import Value, functions, grad, gradients
from tinygrad_notes.derivatives.reverse import directional_derivatives, local_derivatives
from tinygrad_notes.number_systems import floats
from tinygrad_notes.operations import TABLE, Operation

X = 0.7
HIGHER = [  # function, its derivatives of order 1, 2, 3 at X, worked out by hand
    (lambda x: x**3, (3 * X**2, 6 * X, 6.0)),
    (lambda x: x.exp(), (math.exp(X),) * 3),
    (lambda x: x.sin(), (math.cos(X), -math.sin(X), -math.cos(X))),
    (lambda x: x.log(), (1 / X, -1 / X**2, 2 / X**3)),
    (lambda x: 1 / x, (-1 / X**2, 2 / X**3, -6 / X**4)),
    (lambda x: x.sqrt(), (0.5 * X**-0.5, -0.25 * X**-1.5, 0.375 * X**-2.5)),
    (lambda x: 2**x, (math.log(2) * 2**X, math.log(2) ** 2 * 2**X, math.log(2) ** 3 * 2**X)),
    (lambda x: x * x * x * x, (4 * X**3, 12 * X**2, 24 * X)),
    (lambda x: functions.product([x, x, x]), (3 * X**2, 6 * X, 6.0)),
]


@pytest.mark.parametrize(("f", "expected"), HIGHER)
def test_derivatives_of_derivatives_follow_from_the_same_table(f, expected) -> None:
    x = Value(X)
    y = f(x)
    for order in expected:
        (y,) = gradients(y, [x])
        assert y.data == pytest.approx(order, rel=1e-14)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus", "silu", "gelu", "log_sigmoid"])
def test_smooth_activations_have_their_third_derivative_at_zero(name: str) -> None:
    expected = {"sigmoid": -1 / 8, "tanh": -2.0, "softplus": 0.0, "silu": 0.0, "gelu": 0.0, "log_sigmoid": 0.0}
    x = Value(0.0)
    y = getattr(functions, name)(x)
    for _ in range(3):
        y = gradients(y, x)
    assert y.data == pytest.approx(expected[name], abs=1e-15)


def test_an_unused_input_gets_zero() -> None:
    x, unused = Value(2.0), Value(3.0)
    by_x, by_unused = gradients(x * x, [x, unused])
    assert (by_x.data, by_unused.data) == (4.0, 0.0)
    assert gradients(by_unused, x).data == 0.0


def test_gradients_by_a_node_in_the_middle_count_only_the_paths_through_it() -> None:
    x = Value(3.0)
    middle = x * x
    y = middle * x
    assert [g.data for g in gradients(y, [middle, x])] == [3.0, 27.0]


def test_outputs_are_weighed_by_their_seeds() -> None:
    x = Value(3.0)
    weight = Value(10.0)
    (g,) = gradients([x * x, 2 * x], [x], [1.0, weight])
    assert g.data == 26.0
    assert gradients(g, weight).data == 2.0


def test_no_grad_field_changes() -> None:
    x = Value(3.0)
    y = x * x
    gradients(y, [x])
    assert (x.grad, y.grad) == (0.0, 0.0)


@pytest.mark.parametrize("at", [0.0, 1.0, -2.0])
def test_a_branch_not_taken_does_not_spoil_the_next_derivative(at: float) -> None:
    x = Value(at)
    y = functions.where(1.0, x * x, (1000 * x).exp())
    assert gradients(gradients(y, x), x).data == 2.0
    z = functions.elu(x + 800)  # its other branch overflows
    assert gradients(gradients(z, x), x).data == 0.0


def test_the_slope_by_a_base_is_differentiable_by_the_exponent_where_that_is_zero() -> None:
    base, exponent = Value(4.0), Value(0.0)
    slope = gradients(base**exponent, base)
    assert gradients(slope, exponent).data == 0.25  # d/db (b a^(b-1)) at b = 0


@pytest.mark.parametrize("at", [0.0, math.nan, -0.0])
def test_the_power_0_is_level_everywhere_and_can_be_differentiated_by_its_exponent(at: float) -> None:
    base, exponent = Value(at), Value(0.0)
    slope = gradients(base**exponent, base)
    assert slope.data == 0.0
    assert gradients(slope, exponent).data == 1.0  # d/db (b · 1^(b-1)): the base counts as 1 where a^0 is 1 by itself


@pytest.mark.parametrize(
    "f",
    [
        lambda x: 0.0 * x.sqrt(),
        lambda x: x.sqrt() * -0.0,
        lambda x: x.log() * (x * 0.0),
        lambda x: functions.dot([x.sqrt(), 1.0], [0.0, 2.0]),
        lambda x: (1.0 / x).atan() + (1.0 / (1.0 / x)),
    ],
)
def test_zero_times_infinity_is_nan_in_every_mode(f) -> None:
    x = Value(0.0)
    y = f(x)
    y.backward()
    (by_jvp,) = directional_derivatives([y], [x], [1.0])
    assert [math.isnan(slope) for slope in (x.grad, gradients(y, x).data, by_jvp.data, grad(f)(0.0))] == [True] * 4


def test_logsumexp_keeps_its_curvature_where_operands_tie() -> None:
    x, y = Value(1.0), Value(1.0)
    by_x = gradients(functions.logsumexp([x, y]), x)
    assert [g.data for g in gradients(by_x, [x, y])] == [0.25, -0.25]


def test_constants_take_no_part() -> None:
    y = Value(-3.0) ** 2  # ln(-3) is the constant's business alone
    assert local_derivatives(y)[0].data == -6.0
    assert gradients(gradients(y, y.operands[0]), y.operands[0]).data == 2.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: gradients(3.0, [x]), r"an output of gradients\(\) must be a Value, got float: 3\.0"),
        (lambda x: gradients([x, "x"], [x]), r"an output of gradients\(\) must be a Value, got str: 'x'"),
        (lambda x: gradients(x, ["x"]), r"an input of gradients\(\) must be a Value, got str: 'x'"),
    ],
)
def test_what_is_no_value_is_refused(call, message) -> None:
    with pytest.raises(TypeError, match=message):
        call(Value(1.0))


def test_seeds_that_do_not_match_are_refused() -> None:
    x = Value(1.0)
    with pytest.raises(ValueError, match="got 2 seeds for 1 output"):
        gradients(x * x, [x], [1.0, 2.0])


@pytest.mark.parametrize("row", [row for row in TABLE.values() if row.arity != 0], ids=lambda row: row.name)
@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-24, 24).map(lambda n: n / 8 + 1 / 16), min_size=4, max_size=4))
def test_the_derivatives_as_written_on_paper_equal_the_rules(row: Operation, numbers: list[float]) -> None:
    operands = numbers[: row.arity]
    value, derivatives = row.read(floats)
    out = value(*operands)
    slopes = derivatives(*operands, out)
    assume(all(map(math.isfinite, (out, *slopes))))
    assert row.textbook(functions)(*operands, out) == pytest.approx(slopes, rel=1e-11, abs=1e-14)
