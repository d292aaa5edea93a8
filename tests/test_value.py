"""What a Value is: its numbers, its graph, its refusals."""

import math
import operator
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tinygrad_notes import Value, functions
from tinygrad_notes.number_systems import floats
from tinygrad_notes.operations import ADD, CONSTANT, MULTIPLY, NEGATIVE, SUBTRACT, operation
from tinygrad_notes.picking import NOTHING

any_float = st.floats(allow_nan=True, allow_infinity=True)
some_float = st.integers(-8, 8).map(float) | st.floats(-8.0, 8.0)

BINARY = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod]


def same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))


@pytest.mark.parametrize("operate", BINARY)
@pytest.mark.parametrize("number", [3, 3.0, True, np.float64(3), np.float32(3), np.int64(3), Fraction(3)], ids=repr)
def test_numbers_stand_on_either_side_of_an_operator(operate, number):
    v, plain = Value(2.0), float(number)
    assert operate(v, number).data == operate(2.0, plain)
    assert operate(number, v).data == operate(plain, 2.0)
    assert operate(number, v).operands[1] is v
    assert operate(v, number).operands[1].operation is CONSTANT


@pytest.mark.parametrize(
    ("operate", "row"),
    [(operator.add, ADD), (operator.sub, SUBTRACT), (operator.mul, MULTIPLY), (operator.neg, NEGATIVE)],
)
@given(a=any_float, b=any_float)
def test_rules_inlined_for_speed_equal_the_table(operate, row, a, b):
    numbers = (a, b)[: row.arity]
    node = operate(*map(Value, numbers))
    value, derivatives = row.read(floats)
    out = value(*numbers)
    assert node.operation is row
    assert same(node.data, out)
    assert all(map(same, node.local_derivatives, derivatives(*numbers, out)))


@pytest.mark.parametrize("name", floats.SHORT)
@given(a=any_float | some_float, b=any_float | some_float)
@example(a=-1.5, b=2.0)
@example(a=0.0, b=0.0)
@example(a=1e200, b=2.0)
@example(a=1e-200, b=-2.0)
@example(a=-0.0, b=3.0)
@example(a=2.0, b=2.0)
@example(a=math.inf, b=-math.inf)
def test_shorter_ways_to_a_slope_equal_the_table(name, a, b):
    row = operation(name)
    numbers = (a, b)[: row.arity]
    value, derivatives = row.read(floats)
    out = value(*numbers)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(floats, "SHORT", {})
        type(row).read.cache_clear()
        general, slopes = row.read(floats)
        expected = slopes(*numbers, general(*numbers))
    type(row).read.cache_clear()
    found = derivatives(*numbers, out)
    assert same(out, general(*numbers))
    assert all(map(same, found, expected))
    assert [slope is NOTHING for slope in found] == [slope is NOTHING for slope in expected]
    assert [slope.__class__ for slope in found] == [slope.__class__ for slope in expected]


@pytest.mark.parametrize(
    ("expression", "number"),
    [
        (lambda: Value(1.0) / 0, math.inf),
        (lambda: -1 / Value(0.0), -math.inf),
        (lambda: Value(0.0) / Value(0.0), math.nan),
        (lambda: Value(1000.0).exp(), math.inf),
        (lambda: Value(0.0).log(), -math.inf),
        (lambda: Value(-1.0).log(), math.nan),
        (lambda: Value(-1.0).sqrt(), math.nan),
        (lambda: Value(1e200) * 1e200, math.inf),
        (lambda: Value(-8.0) ** (1 / 3), math.nan),
        (lambda: Value(0.0) ** -1, math.inf),
        (lambda: Value(-0.0) ** -1, -math.inf),
        (lambda: Value(1e300) ** 2, math.inf),
        (lambda: Value(-1e300) ** 3, -math.inf),
        (lambda: Value(5.0) % 0, math.nan),
        (lambda: Value(-1000.0).sigmoid(), 0.0),
        (lambda: Value(1000.0).sigmoid(), 1.0),
    ],
)
def test_results_are_ieee_754_not_exceptions(expression, number):
    assert same(expression().data, number)


def test_operands_keep_their_order_and_their_number():
    a, b = Value(3.0), Value(5.0)
    assert [id(operand) for operand in (b - a).operands] == [id(b), id(a)]
    assert len((a * a).operands) == 2
    assert (a / b).local_derivatives == (1 / 5, -(3 / 5) / 5)


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne])
@given(a=any_float, b=any_float)
def test_comparisons_are_between_the_numbers(compare, a, b):
    expected = compare(a, b)
    assert compare(Value(a), Value(b)) is expected
    assert compare(Value(a), b) is expected
    assert compare(a, Value(b)) is expected


@pytest.mark.parametrize("other", [Decimal(2), Decimal("2.5"), 2 + 0j, 2j, np.complex128(2), Fraction(2), "2", None])
def test_numbers_of_any_kind_are_equal_to_a_value_as_to_a_float(other):
    is_equal = bool(other == 2.0)
    assert [Value(2.0) == other, other == Value(2.0), Value(2.0) != other] == [is_equal, is_equal, not is_equal]


def test_equal_numbers_are_still_different_nodes():
    a, b = Value(1.0), Value(1.0)
    assert a == b
    assert len({a, b}) == 2
    assert a != "1.0"


def test_truth_is_being_nonzero():
    assert Value(0.5)
    assert not Value(0.0)


def test_repr_names_number_gradient_operation_and_label():
    x = Value(2.0, label="x")
    assert repr(x) == "Value(data=2.0, grad=0.0, label='x')"
    assert repr(x * x) == "Value(data=4.0, grad=0.0, operation='multiply')"


def test_format_is_that_of_the_number():
    assert f"{Value(2 / 3):.3f}|{Value(2.5):>6}" == "0.667|   2.5"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("0.5", r"string '0\.5': write Value\(float\('0\.5'\)\)"),
        (None, "None: did a function forget to return"),
        (1 + 2j, r"complex number \(1\+2j\): use its \.real or \.imag"),
        ([1.0, 2.0], r"a list of 2: write \[Value\(number\) for number in data\]"),
        (np.zeros((2, 3)), r"ndarray of shape \(2, 3\): write tinygrad_notes\.array\(data\)"),
        (np.array(1.0), r"ndarray of shape \(\): .*Value\(data\.item\(\)\)"),
        (Value(1.0), r"another Value: use it as it is, or its number, its \.data"),
        (Decimal("0.1"), r"real number, got Decimal: Decimal\('0.1'\): write float\(number\)"),
        (object, "real number, got type"),
    ],
    ids=repr,
)
def test_what_is_not_a_real_number_is_refused_with_a_remedy(data, words):
    with pytest.raises(TypeError, match=words):
        Value(data)


@pytest.mark.parametrize("attribute", ["data", "grad"])
@pytest.mark.parametrize("number", [2, np.float32(2.0), np.int64(2), True + 1, Fraction(2)], ids=repr)
def test_a_number_assigned_is_a_float_ever_after(attribute, number):
    x = Value(1.0)
    setattr(x, attribute, number)
    assert type(getattr(x, attribute)) is float
    assert getattr(x, attribute) == 2.0


def test_an_update_that_forgets_the_data_is_refused_and_leaves_the_number():
    w = Value(1.0)
    with pytest.raises(TypeError, match=r"got another Value: use it as it is, or its number, its \.data"):
        w.data = w - 0.1 * w.grad
    assert w.data == 1.0


def test_a_gradient_that_is_no_number_is_refused_and_leaves_the_number():
    w = Value(1.0, label="w")
    w.exp().backward()
    with pytest.raises(TypeError, match=r"the grad of the Value 'w' must be a number, got None: write v.grad = 0.0"):
        w.grad = None
    assert w.grad == math.exp(1.0)


def test_a_subclass_is_refused_where_it_is_written():
    with pytest.raises(TypeError, match=r"Value cannot be subclassed, .* in a dict from Values or a class that holds"):

        class Parameter(Value):
            pass


@pytest.mark.parametrize("other", ["1", None, 1j, [1.0], Decimal("0.5")])
@pytest.mark.parametrize("operate", BINARY[:-1])
def test_arithmetic_with_what_is_not_a_number_is_a_type_error(operate, other):
    with pytest.raises(TypeError):
        operate(Value(1.0), other)
    with pytest.raises(TypeError):
        operate(other, Value(1.0))


@pytest.mark.parametrize("convert", [float, int, math.exp])
def test_a_gradient_is_never_dropped_silently(convert):
    with pytest.raises(TypeError, match=r"gradient would be lost: use v\.exp\(\) or functions\.exp\(v\)"):
        convert(Value(1.0))


def test_an_unknown_attribute_is_named():
    with pytest.raises(AttributeError, match="'Value' object has no attribute 'sinc'"):
        Value(1.0).sinc()


@given(a=any_float, b=any_float)
def test_an_elementwise_operation_is_a_method_and_a_function_alike(a, b):
    assert same(Value(a).atan2(b).data, functions.atan2(a, b))
    assert same(functions.atan2(a, Value(b)).data, math.atan2(a, b))
    assert same(Value(a).tanh().data, math.tanh(a))


def test_what_people_try_in_vain_is_answered() -> None:
    a = Value(2.0)
    for wrong in (lambda: Value(1.0, (a,), "exp"), lambda: Value(1.0, (a,))):
        with pytest.raises(TypeError, match=r"a number and a label.*operations.define\(name, arity, notation, rule\)"):
            wrong()
    with pytest.raises(TypeError, match=r"v.data == pytest.approx\(0.3\)"):
        assert a == pytest.approx(2.0)
