"""A number read from a node that an input or a parameter moves: never frozen into a program or out of a derivative."""

import ast
import copy
import io
import math
import pickle
import statistics
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import numpy as np
import pytest

from tinygrad_notes import (
    MLP,
    Value,
    check_gradients,
    data_of,
    fit,
    functions,
    grad,
    hvp,
    jacobian,
    record,
    value_and_grad,
    vjp,
)
from tinygrad_notes.derivatives.checking import GradientError
from tinygrad_notes.derivatives.detached import no_grad
from tinygrad_notes.replay import load

W = Value(2.0, "w")

# Each takes a bare number out of the graph and lets it get into the result.
ROADS = {
    "the number itself": lambda x: x.data,
    "a product": lambda x: x * x.data,
    "from the left": lambda x: x.data * x,
    "a sum of products": lambda x: x + 3 * x.data**2,
    "math": lambda x: x * math.sqrt(x.data),
    "math.exp of arithmetic": lambda x: x * math.exp(-x.data / 2),
    "float": lambda x: x * float(x.data),
    "round to digits": lambda x: x * round(x.data, 1),
    "a text": lambda x: x * float(f"{x:.2f}"),
    "a text of the number": lambda x: x * float(str(x.data)),
    "int of a text": lambda x: x * int(f"{x.data:.0f}"),
    "a comparison of texts": lambda x: x if f"{x:.0f}" == "2" else -x,
    "a new Value": lambda x: x * Value(x.data),
    "a function": lambda x: functions.maximum(x, x.data),
    "a function of plain numbers": lambda x: x * functions.exp(x.data),
    "a sum as one node": lambda x: functions.sum([x, x.data]),
    "NumPy": lambda x: x * np.sqrt(x.data),
    "an array of floats": lambda x: np.sum(x * np.array([x.data, 1.0], float)),
    "an array of objects": lambda x: np.sum(x * np.array([x.data, 1.0])),
    "data_of": lambda x: np.sum(x * data_of([x, 1.0])),
    "a list": lambda x: [x, x.data],
    "assignment": lambda x: _assigned(x),
    "a gradient": lambda x: _slope(x),
    "a set": lambda x: x if x.data in {2.0, 3.0} else -x,
    "a local derivative": lambda x: x * (x * x).local_derivatives[0],
    "a local derivative of a method": lambda x: x * sum(x.tanh().local_derivatives),
    "a slope that decides": lambda x: x if (x * x).local_derivatives[0] > 0 else -x,
    "a copy": lambda x: x * copy.copy(x),
    "a deep copy": lambda x: x * copy.deepcopy(x * 2.0),
    "a deep copy of a list": lambda x: x * copy.deepcopy([x])[0],
    "a pickle": lambda x: x * pickle.loads(pickle.dumps(x)),
    "a parameter's copy": lambda x: x * copy.copy(W) * x.data,
    "a method of floats": lambda x: x * x.data.as_integer_ratio()[0],
    "a hexadecimal text": lambda x: x * float.fromhex(x.data.hex()),
    "statistics": lambda x: x * statistics.mean([x.data, 1.0]),
    "a rounding of NumPy": lambda x: x * np.round(x.data, 1),
    "two numbers of NumPy": lambda x: x * np.hypot(x.data, 1.0),
    "an array of NumPy": lambda x: np.sum(x * (np.array([1.0, 2.0]) * x.data)),
    "text beside text": lambda x: x * float("0" + f"{x.data}"),
    "text cut from text": lambda x: x * float(f"{x.data:8.3f}".strip()[:3]),
    "text put in place of text": lambda x: x * float(f"{x.data!r}".replace(",", "")),
    "words of a text": lambda x: x * float(f"{x.data}".split(".")[0]),
    "a text in a text": lambda x: x if "-" in f"{x.data}" else -x,
    "the start of a text": lambda x: x if f"{x.data}".startswith("-") else -x,
    "a letter of a text": lambda x: x if f"{x.data}"[0] == "-" else -x,
    "a padded text": lambda x: x * float(str(x.data).rjust(9)),
}


def _assigned(x):
    y = Value(1.0)
    y.data = x.data
    return x * y


def _slope(x):
    y = x * x
    y.backward()
    return x * x.grad


@pytest.mark.parametrize("f", ROADS.values(), ids=ROADS)
def test_no_road_freezes_a_number(f):
    assert not isinstance(f(Value(2.0)), dict)  # it runs where nobody records
    with pytest.raises(TypeError, match=r"v\.data would stay as it was while recording.*stop_gradient"):
        record(f, 2.0)
    with pytest.raises(TypeError, match=r"v\.data has no derivative.*stop_gradient"):
        jacobian(f)(2.0)


# Each decides by a bare number; the result is right for every sample.
BRANCHES = {
    "abs": lambda x: x if x.data > 0 else -x,
    "huber": lambda x: 0.5 * x**2 if abs((x - 1).data) < 1 else abs(x - 1) - 0.5,
    "index": lambda x: x * [10, 20, 30][int(abs(x.data))],
    "rounding": lambda x: x * round(x.data),
    "floor": lambda x: x * math.floor(x.data / 2),
    "ceil": lambda x: x * math.ceil(x.data),
    "truth": lambda x: x + 1 if x.data else x + 2,
    "whole": lambda x: x * x if x.data.is_integer() else x,
    "hinge": lambda x: max(0, 1 - x),
    "the smaller number": lambda x: min(3.0, x),
    "constants alone": lambda x: 1 if x > 0 else 0,
    "constants in a list": lambda x: [1, 2.0] if x.data > 0 else [x, -x],
    "the largest of several": lambda x: x * [x.data, -1.0, 1.5].index(max(x.data, -1.0, 1.5)),
    "two readings": lambda x: x if x.data * 2 > (x * x).data else -x,
    "a parameter": lambda x: W * x if W.data > 1 else x,
    "a question of NumPy": lambda x: x if np.isfinite(x.data) and not np.isnan(x.data) else 0 * x,
    "a sign of NumPy": lambda x: x * x if np.sign(x.data) > 0 else x,
    "a comparison of NumPy": lambda x: x if np.greater(x.data, 0.7) else x + 1,
    "a whole copy": lambda x: copy.copy(x * 2) if x.data > 0 else x,
}
SAMPLES = [2.0, -2.0, 0.0, 1.0, 1.5, -0.5, 0.5, 2.5, -1.5]


@pytest.mark.parametrize("f", BRANCHES.values(), ids=BRANCHES)
def test_decisions_by_a_number_are_branches(f):
    def plainly(number):
        return data_of(f(Value(number)))

    program = record(f, SAMPLES[0])
    np.testing.assert_array_equal(program(SAMPLES), [plainly(number) for number in SAMPLES])
    for number in SAMPLES:
        slopes = [grad(lambda x, k=k: _item(f(x), k))(number) for k in range(plainly(number).size)]
        assert data_of(jacobian(f)(number)).ravel().tolist() == data_of(slopes).tolist()


def _item(result, k):
    return result[k] if isinstance(result, list) else result


@pytest.fixture(autouse=True)
def _constant_parameter():
    kept = W.data
    yield
    W.data = kept


def test_a_branch_taken_by_a_parameter_is_recorded_again_when_that_moves():
    program = record(BRANCHES["a parameter"], 1.0)
    W.data = 0.5
    assert program([3.0]).tolist() == [3.0]
    assert program([3.0], parameters=[4.0]).tolist() == [12.0]


def test_ways_that_differ_in_the_numbers_compared_with_are_told_apart(tmp_path):
    def f(x):
        k = math.floor(x.data)
        return x * k

    program = record(f, 1.5)
    assert program([1.5, 2.5, 3.5, -0.5]).tolist() == [1.5, 5.0, 10.5, 0.5]
    assert len({branch.way for branch in program.branches.recorded}) == 4
    assert load(program.save(tmp_path / "steps.npz"))([3.25, 1.25]).tolist() == [9.75, 1.25]


SHOWN = {
    "print": lambda x: f"{x.data} {x.data!r} {x.data!s}",
    "format": lambda x: f"{x:.3f} {x.data:8.2e} {format(x.data, 'g')}",
    "percent": lambda x: "%.2f %g %s %d" % (x.data, x.data * 2, x.data, x.data),  # noqa: UP031
    "str.format": lambda x: "{:.1f}".format(x.data),  # noqa: UP032
    "rounded": lambda x: str(round(x.data * 100, 1)) + "%",
    "in a list": lambda x: str([x.data, -x.data, abs(x.data)]),
    "arithmetic": lambda x: f"{x.data // 2} {x.data % 2} {divmod(x.data, 2)} {2**x.data} {np.exp(x.data):.3f}",
    "a gradient": lambda x: f"{x.grad:.1f}",
    "local derivatives": lambda x: f"{(x * 2).local_derivatives} {(x * x).local_derivatives[0]:.2f}",
    "rounded by NumPy": lambda x: f"{np.round(x.data, 2)} {np.abs(x.data)}",
    "in columns": lambda x: f"{x.data:.2f}".rjust(9) + f"{x.data}".ljust(9, ".") + f"{x.data:e}".upper().center(20),
    "copied": lambda x: str(copy.deepcopy(x.data)),
}


@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN)
def test_showing_a_number_needs_nothing(show):
    texts = []

    def f(x):
        texts.append("" + show(x))
        return x * x

    expected = show(Value(3.0))
    program = record(f, 3.0)
    assert program([1.0, 2.0]).tolist() == [1.0, 4.0]
    assert not program.branches.recorded[0].guards
    assert grad(f)(3.0) == 6.0
    assert texts == [expected] * 2


# Text that Python itself puts together, as printing needs it: a plain string, which nobody sees being read as a number.
READ_BACK = {
    "two parts": lambda x: x * float(f"{x.data} {1}".split()[0]),
    "percent": lambda x: x * float("%.17g" % x.data),  # noqa: UP031
    "str.format": lambda x: x * float("x = {}".format(x.data)[4:]),  # noqa: UP032
    "join": lambda x: x * float("".join([f"{x.data}"])),
    "a list": lambda x: x * ast.literal_eval(str([x.data]))[0],
    "bytes": lambda x: x * float(b"%.17g" % x.data),
    "a file": lambda x: x * float(_printed(x.data)),
}


def _printed(number):
    file = io.StringIO()
    print(number, file=file)
    return file.getvalue()


@pytest.mark.parametrize("f", READ_BACK.values(), ids=READ_BACK)
def test_the_limit_is_text_read_back_as_a_number_which_check_gradients_finds(f):
    assert f(Value(3.0)).data == 9.0
    assert record(lambda x: [f(x), x][1], 2.0)([3.0]).tolist() == [3.0]  # showing a number is no mistake
    with pytest.raises(GradientError):
        check_gradients(f, [2.0])


def test_numbers_kept_for_later_are_plain_ones_afterwards():
    kept = []

    def f(x):
        kept.extend([x.data, (x * x).data, x.data + 1])
        return x * x

    assert value_and_grad(f)(3.0) == (9.0, 6.0)
    assert kept == [3.0, 9.0, 4.0]
    assert (sum(kept), max(kept), float(kept[0]), math.sqrt(kept[1]), kept[2] // 3) == (16.0, 9.0, 3.0, 3.0, 1.0)
    assert np.mean(kept) == 16.0 / 3
    assert {kept[0]: 1}[3.0] == 1
    assert pickle.loads(pickle.dumps(kept)) == kept
    assert kept[0] * Value(2.0) == 6.0


def test_numbers_that_depend_on_no_input_are_plain():
    c = Value(2.0)

    def f(x):
        assert all(type(number) is float for number in (Value(1.0).data, (Value(1.0) * 3).data, x.detach().data))
        return x * (c * c).data

    assert grad(f)(3.0) == 4.0


def test_inside_no_grad_a_recorded_number_is_still_no_plain_one():
    def f(x):
        with no_grad():
            y = x * 2
        return x * y.data

    with pytest.raises(TypeError, match="stop_gradient"):
        record(f, 1.0)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: grad(lambda y: y**2 * x)(1.0),
        lambda x: value_and_grad(lambda y: y**2 * x)(1.0)[1],
        lambda x: hvp(lambda y: y**2 * x, (1.0,), (1.0,)),
        lambda x: vjp(lambda y: y**2 * x, 1.0)[1](1.0)[0],
        lambda x: jacobian(lambda y: [y[0] * x, y[1]])([2.0, 2.0])[0][0] * 2,
        lambda x: x * Value(2.0),
    ],
)
def test_a_derivative_inside_a_derivative_comes_back_as_floats(f):
    value, slope = value_and_grad(f)(3.0)
    assert (type(value), type(slope)) == (float, float)
    assert (value, slope) == (6.0, 2.0)


def huber(a, t):
    return 0.5 * (a - t) ** 2 if abs((a - t).data) < 1 else abs(a - t) - 0.5


LOSSES = {"huber": huber, "hinge": lambda a, t: max(0, 1 - t * a), "clipped": lambda a, t: min(1.0, (a - t) ** 2)}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_fit_trains_by_such_losses_as_the_eager_loop_does(loss):
    X, y = np.arange(10.0)[:, None] / 5, np.array([1.0, -1.0] * 4 + [1.0, 30.0])
    histories = []
    for executor in ("numpy", "eager"):
        network = MLP(1, [3, 1], activation=[lambda z: max(0, z), "linear"], seed=2)
        history = fit(network, X, y, loss=loss, optimizer="sgd", batch_size=2, epochs=4, executor=executor)
        histories.append([*history["loss"], *(parameter.data for parameter in network.parameters())])
    np.testing.assert_allclose(*histories, rtol=1e-12)


def test_an_activation_that_lost_its_derivative_is_refused():
    assert MLP(1, [1], activation=lambda z: max(0, z), seed=0)([-1e3]) in (0.0, MLP(1, [1], seed=0)([-1e3]))
    for lost in (lambda z: math.tanh(z.data), lambda z: z.data):
        with pytest.raises(TypeError, match=r"v\.data has no derivative"):
            MLP(1, [1], activation=lost)([1.0])


def _in_a_thread(f):
    """f, worked out by another thread, which does not know who waits for it."""

    def waiting(x):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(f, x).result()

    return waiting


@pytest.mark.parametrize("name", ["a product", "math", "float", "a text", "an array of floats", "a sum of products"])
def test_another_thread_freezes_no_number_either(name):
    f = _in_a_thread(ROADS[name])
    assert f(Value(2.0)) is not None
    with pytest.raises(TypeError, match="would stay as it was while recording"):
        record(f, 2.0)
    with pytest.raises(TypeError, match="has no derivative"):
        grad(f)(2.0)


@pytest.mark.parametrize("name", ["abs", "huber", "index", "floor", "hinge", "two readings"])
def test_what_another_thread_decides_is_a_branch(name):
    program = record(_in_a_thread(BRANCHES[name]), SAMPLES[0])
    expected = [data_of(BRANCHES[name](Value(number))) for number in SAMPLES]
    np.testing.assert_array_equal(program(SAMPLES), expected)


def test_a_thread_with_numbers_of_its_own_reads_them_as_ever():
    found = []

    def on_the_side():
        y = Value(3.0) * 2
        y.backward()
        found.append((type(y.data), math.sqrt(y.data + 3.0), y.operands[0].grad, y > 1))

    def f(x):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(on_the_side).result()
            assert pool.submit(copy_context().run, lambda: f"{x:.1f} {x.data}").result() == "2.0 2.0"
        return x * x

    program = record(f, 2.0)
    assert program([3.0]).tolist() == [9.0] and not program.branches.recorded[0].guards
    assert grad(f)(2.0) == 4.0
    assert found == [(float, 3.0, 2.0, True)] * 2
