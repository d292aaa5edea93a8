"""The first nan or infinity, found where it is made."""

import inspect
import math
import weakref
from pathlib import Path

import numpy as np
import pytest
from picked_cases import NOT_PICKED

from tinygrad_notes import MLP, Value, array, functions, gradients, watching
from tinygrad_notes.derivatives import anomaly
from tinygrad_notes.derivatives.anomaly import AnomalyError, detect_anomaly, explain_anomaly

ANOMALIES = [  # an expression of x, x's number, what is said first, and the usual cause
    (lambda x: x.log(), 0.0, "log gave -inf", "logarithm of 0"),
    (lambda x: x.log(), -1.0, "log gave nan", "logarithm of 0 or of a negative"),
    (lambda x: 1 / x, 0.0, "divide gave inf", "division by zero"),
    (lambda x: x / x, 0.0, "divide gave nan", "division by zero"),
    (lambda x: x.exp(), 1000.0, "exp gave inf", "overflow"),
    (lambda x: x.sqrt(), 0.0, "sqrt has the derivative inf by its operand 0", "endless at 0"),
    (lambda x: x.sqrt(), -1.0, "sqrt gave nan", "negative number"),
    (lambda x: x**0.5, -1.0, "pow gave nan", "negative base"),
    (lambda x: x**0.5, 0.0, "pow has the derivative inf", "power of 0"),
    (lambda x: x.asin(), 1.0, "asin has the derivative inf", r"outside ±1"),
    (lambda x: x * x, 1e200, "multiply gave inf", "smaller learning rate"),
    (lambda x: functions.atan2(x, 0.0 * x), 0.0, "atan2 has the derivative nan", "origin"),
    (lambda x: x + 1, math.nan, "add gave nan", "came in as data"),
    (lambda x: functions.sum([x, -x, 1.0]), math.inf, "sum gave nan", "overflow"),
]


@pytest.mark.parametrize(("expression", "number", "said", "cause"), ANOMALIES)
def test_the_first_operation_to_go_wrong_is_named_with_its_cause(expression, number, said, cause) -> None:
    x = Value(number, "x")
    with pytest.raises(AnomalyError, match=said) as caught, detect_anomaly():
        expression(x)
    message = str(caught.value)
    assert f": x = {number!r}" in message or ", from " in message
    assert cause in message.split("usual cause: ")[1]


@pytest.mark.parametrize(
    ("expression", "number"),
    [
        (lambda x: x**2, -3.0),  # its derivative by the constant exponent is nan, and nobody's business
        (lambda x: functions.minimum(x, math.inf), 1.0),
        (lambda x: x * 2, math.inf),  # infinite data may come in from outside
        (lambda x: functions.where(x > 0, 1.0, x), 1.0),
        (lambda x: functions.softplus(x), 1000.0),
    ],
)
def test_what_is_in_order_passes(expression, number) -> None:
    with detect_anomaly():
        expression(Value(number))


@pytest.mark.parametrize(("f", "at", "slope"), NOT_PICKED)
def test_what_is_not_picked_raises_no_alarm(f, at, slope) -> None:
    x = Value(at, "x")
    with detect_anomaly():
        y = f(x)
        y.backward()
    assert (x.grad, explain_anomaly(y)) == (slope, "")


LEFT_BY_PYTHON = {
    "an if": lambda bad, good: good if good.data > -1e9 else bad,
    "where of NumPy": lambda bad, good: np.where(good > -1e9, good, bad).item(),
    "an index": lambda bad, good: array([bad, good])[1],
    "a mask": lambda bad, good: np.sum(array([bad, good])[np.array([False, True])]),
    "choose": lambda bad, good: np.choose(1, [bad, good]),
    "a sum over some": lambda bad, good: np.sum(array([bad, good]), where=[False, True]),
    "select": lambda bad, good: np.select([np.array([False]), np.array([True])], [array([bad]), array([good])])[0],
}


@pytest.mark.parametrize("pick", LEFT_BY_PYTHON.values(), ids=LEFT_BY_PYTHON)
def test_what_a_backward_pass_does_not_reach_raises_no_alarm(pick) -> None:
    x = Value(-3.0)
    with detect_anomaly():
        pick(x.sqrt() * 2.0, x * x).backward()
    assert x.grad == -6.0
    with pytest.raises(AnomalyError, match="sqrt gave nan"), detect_anomaly():
        (x * x).backward()
        x.sqrt()
    with pytest.raises(AnomalyError, match="sqrt gave nan"), detect_anomaly():
        root = x.sqrt()
        (x * x).backward()
        root.backward()


def test_what_is_picked_somewhere_raises_though_it_is_not_elsewhere() -> None:
    x = Value(0.0, "x")
    with pytest.raises(AnomalyError, match="log gave -inf"), detect_anomaly():
        log = x.log()
        functions.maximum(log, 0.5)
        log * 2.0
    with pytest.raises(AnomalyError, match="sqrt has the derivative inf"), detect_anomaly():
        functions.where(1.0, x.sqrt() * 2.0, x.log())


def test_an_error_that_a_nan_leads_to_names_the_nan() -> None:
    with pytest.raises(AnomalyError, match="log gave nan") as caught, detect_anomaly():
        int(Value(-1.0).log().data)
    assert isinstance(caught.value.__cause__, ValueError)
    with pytest.raises(ValueError, match="cannot convert"), detect_anomaly():
        int(Value(math.nan).data)


def test_the_line_of_the_users_code_is_shown() -> None:
    x = Value(0.0, "x")
    with pytest.raises(AnomalyError) as caught, detect_anomaly():
        y = x + 0.0
        y.log()
    place = caught.value.place
    assert place is not None
    assert place[0] == __file__
    lines, start = inspect.getsourcelines(test_the_line_of_the_users_code_is_shown)
    assert lines[place[1] - start].strip() == "y.log()"
    assert f"made in {__file__}, line {place[1]}: y.log()" in str(caught.value)


def test_a_folder_whose_name_begins_as_the_packages_is_the_users() -> None:
    def careless() -> Value:
        return Value(0.0).log()

    mine = str(Path(watching.__file__).parent) + "_of_mine.py"
    careless.__code__ = careless.__code__.replace(co_filename=mine)
    with pytest.raises(AnomalyError) as caught, detect_anomaly():
        careless()
    assert caught.value.place is not None
    assert caught.value.place[0] == mine


def test_a_gradient_that_overflows_on_its_way_back_is_found() -> None:
    x = Value(1e-200, "x")
    with pytest.raises(AnomalyError, match=r"the gradient of .* turned inf in backward\(\)"), detect_anomaly():
        y = x * 1e200
        (y * 1e200 * 1e-300).backward(1e300)


def test_gradients_of_gradients_are_watched_too() -> None:
    x = Value(0.25, "x")
    with detect_anomaly():
        slope = gradients(x.sqrt(), x)
        assert gradients(slope, x).data == -2.0
        assert gradients(x**2, x).data == 0.5  # ln of the base is worked out beside it, to no one's harm


def test_a_network_that_explodes_is_stopped_at_the_line() -> None:
    network = MLP(1, [1], activation="exp", seed=0)
    for parameter in network.parameters():
        parameter.data = 100.0
    with pytest.raises(AnomalyError, match=r"exp gave inf.*\n.*network\(\[10\.0\]\)"), detect_anomaly():
        network([10.0])


def test_a_long_loop_inside_the_block_fills_no_memory(monkeypatch) -> None:
    monkeypatch.setattr(anomaly, "_REMEMBERED", 100)
    x, alive = Value(1.0), []

    class Label(str):
        """A text that can be weakly referenced."""

    with detect_anomaly():
        for _ in range(500):
            label = Label("y")
            (x * 2.0).label = label
            alive.append(weakref.ref(label))
            del label
        (x * 2.0).backward()
    assert sum(reference() is not None for reference in alive) <= 100


def test_the_state_returns_after_the_error() -> None:
    with pytest.raises(AnomalyError), detect_anomaly():
        Value(0.0).log()
    assert watching.count == 0
    assert Value(0.0).log().data == -math.inf


def test_a_graph_made_before_can_be_asked_too() -> None:
    x = Value(800.0, "x")
    assert explain_anomaly(x * 2) == ""
    assert explain_anomaly(1 / (1 + x.exp())).splitlines()[:2] == ["exp gave inf", "  operand 0: x = 800.0"]
