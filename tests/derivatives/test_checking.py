"""The gradient check finds a wrong rule, names it, and lets right ones pass."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from oracle import ORACLES

from tinygrad_notes import MLP, Value, functions
from tinygrad_notes.derivatives.checking import GradientError, check_gradients
from tinygrad_notes.number_systems import floats
from tinygrad_notes.operations import TABLE, Operation, define, undefine
from tinygrad_notes.value import apply

DRAW = random.Random(0)
POINTS = {  # a smooth point of every operation, away from roots of the derivatives
    name: tuple(DRAW.uniform(max(low, 0.55), min(high, 0.95)) for low, high in oracle.ranges)
    for name, oracle in ORACLES.items()
} | {"acosh": (1.7,), "clip": (0.3, -1.0, 1.0), "remainder": (7.3, 1.9), "subtract": (0.7, 0.6), "floor": (1.5,),
     "product": (0.7, 1.3, -0.6, 2.0), "logsumexp": (0.3, 1.0, -0.4), "where": (1.0, 0.4, 0.7)}  # fmt: skip

PLANTED = [(name, operand) for name, point in POINTS.items() for operand in range(len(point))]


@contextmanager
def planted(row: Operation, operand: int, by: float = 1e-6) -> Iterator[None]:
    """The row with an error in its derivative by one operand: relative, or absolute where that is 0."""
    right = row.rule

    def wrong(m):
        value, derivatives = right(m)

        def off(*operands_and_out):
            slopes = list(derivatives(*operands_and_out))
            if operand < len(slopes):  # a rule may be built of its own row with fewer operands
                slopes[operand] = slopes[operand] * (1.0 + by) if slopes[operand] != 0.0 else by
            return tuple(slopes)

        return value, off

    object.__setattr__(row, "rule", wrong)
    short = floats.SHORT.pop(row.name, None)  # which would go past the rule
    type(row).read.cache_clear()
    try:
        yield
    finally:
        object.__setattr__(row, "rule", right)
        if short is not None:
            floats.SHORT[row.name] = short
        type(row).read.cache_clear()


@pytest.mark.parametrize("name", POINTS)
def test_every_rule_of_the_table_passes(name: str) -> None:
    row = TABLE[name]
    check = check_gradients(lambda *xs: apply(row, xs), POINTS[name])
    if name == "stop_gradient":
        assert check.skipped == ("the function as a whole: stop_gradient keeps its gradient from its values",)
    else:
        assert check.rules == len(POINTS[name])
        assert check.skipped == ()


@pytest.mark.parametrize(("name", "operand"), [case for case in PLANTED if case[0] != "stop_gradient"])
def test_an_error_of_one_in_a_million_in_any_rule_is_found_and_named(name: str, operand: int) -> None:
    row = TABLE[name]
    with planted(row, operand), pytest.raises(GradientError) as caught:
        check_gradients(lambda *xs: apply(row, xs), POINTS[name])
    assert (caught.value.operation, caught.value.operand) == (row, operand)
    assert str(caught.value).startswith(f"the derivative of {name!r} by its operand {operand} is wrong")


def test_a_value_of_nine_digits_hides_no_error_in_the_sixth() -> None:
    """The quotient's estimate of its own error counts tenfold, not more: here it is 4e-9 of the slope."""
    row = define(
        "nine_digits",
        1,
        "nine_digits({0})",
        lambda m: (lambda a: m.floor(m.exp(a) * 1e9 + 0.5) / 1e9, lambda a, out: (m.exp(a),)),
    )
    try:
        assert check_gradients(lambda a: apply(row, (a,)), [0.7]).rules == 1
        with planted(row, 0, by=1e-6), pytest.raises(GradientError, match=r"the rule gives .*, the quotient") as caught:
            check_gradients(lambda a: apply(row, (a,)), [0.7])
        assert caught.value.operation is row
    finally:
        undefine("nine_digits")


def test_the_wrong_rule_is_found_inside_a_large_function() -> None:
    network = MLP(3, [5, 5, 1], activation=["tanh", "silu", "sigmoid"], seed=1)

    def f(x):
        with_all = network.layers[2].on_values(network.layers[1].on_values(network.layers[0].on_values(x)))
        return (with_all[0] - 0.3) ** 2

    assert check_gradients(f, [[0.5, -0.2, 0.8]]).skipped == ()
    with planted(TABLE["weighted_sum"], 4), pytest.raises(GradientError, match="'weighted_sum' by its operand 4"):
        check_gradients(f, [[0.5, -0.2, 0.8]])


@pytest.mark.parametrize(
    "inputs",
    [
        [1.0, 2.0],
        [[1.0, 2.0]],
        [{"a": 1.0, "b": [2.0]}],
        [np.array([[1.0, 2.0], [0.5, -1.0]])],
    ],
    ids=["numbers", "list", "dict", "array"],
)
def test_functions_of_any_structure_are_checked(inputs) -> None:
    def f(*arguments):
        numbers = [leaf for argument in arguments for leaf in leaves(argument)]
        return {"norm": functions.norm(numbers), "parts": [x.sin() * 2 for x in numbers]}

    def leaves(argument):
        if isinstance(argument, np.ndarray):
            return argument.ravel()
        if isinstance(argument, dict):
            return [argument["a"], *argument["b"]]
        return argument if isinstance(argument, list) else [argument]

    assert check_gradients(f, inputs).skipped == ()


@pytest.mark.parametrize(
    ("f", "x", "skipped"),
    [
        (functions.relu, 0.0, "'relu' by its operand 0: not smooth here"),
        (functions.abs, 0.0, "'abs' by its operand 0: not smooth here"),
        (functions.floor, 2.0, "'floor' by its operand 0: not smooth here"),
        (functions.sqrt, 0.0, "'sqrt' by its operand 0: not smooth here"),
    ],
)
def test_kinks_are_told_not_judged(f, x, skipped) -> None:
    assert skipped in check_gradients(f, [x]).skipped


def test_where_the_function_is_nan_nothing_is_called_wrong() -> None:
    assert check_gradients(lambda x: x.log(), [-3.0]).skipped[-1] == "the function as a whole: its gradient is nan here"


def test_a_rule_that_leaves_its_number_system_is_named() -> None:
    import math

    define("careless", 1, "careless({0})", lambda m: (m.exp, lambda a, out: (math.exp(getattr(a, "data", 0.0)),)))
    try:
        with pytest.raises(GradientError, match=r"'careless' by its operand 0 is .* over floats and .* over Values"):
            check_gradients(functions.careless, [1.0])
    finally:
        undefine("careless")


def test_a_function_that_takes_numbers_out_of_its_values_is_told_so() -> None:
    with pytest.raises(GradientError, match="does the function take numbers out of its Values"):
        check_gradients(lambda x: x * x.detach(), [3.0])
    with pytest.raises(GradientError, match="every rule is right"):
        check_gradients(lambda x: x * Value(x.detach().data) * x, [3.0])
