"""JAX: the same numbers on one device, on several, and over processes."""

import math
import os
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import jax
import numpy as np
import pytest
from mpmath import mp, mpf

from tinygrad_notes import MLP, fit, functions
from tinygrad_notes.replay import record

pytestmark = pytest.mark.extras

SCRIPT = Path(__file__).with_name("sharded_gradients.py")


def expected():
    network = MLP(3, [5, 2], activation="tanh", seed=1)
    X, Y = np.random.default_rng(0).normal(size=(2, 26, 3))

    def loss(x, y):
        a, b = network(x)
        return (a - y[0]) ** 2 + (b - y[1]) ** 2 + sum(p * p for p in network.parameters()) * 0.01

    program = record(loss, X[0], Y[0, :2], parameters=network.parameters())
    value, gradients, (by_x, _) = program.value_and_gradients(X, Y[:, :2], input_gradients=True)
    found = {"value": value, "gradients": gradients, "by_x": by_x, "values": program(X, Y[:, :2])}
    history = fit(network, X, Y[:, :2], epochs=3, batch_size=None)
    return found | {"losses": history["loss"], "fitted": [p.data for p in network.parameters()]}


def agree(found, expected):
    for name, numbers in expected.items():
        np.testing.assert_allclose(found[name], numbers, rtol=1e-12, atol=1e-15, err_msg=name)


def start(*arguments, devices, script=SCRIPT):
    flags = f"--xla_force_host_platform_device_count={devices}"
    environment = os.environ | {"JAX_PLATFORMS": "cpu", "XLA_FLAGS": flags}
    return subprocess.Popen([sys.executable, script, *map(str, arguments)], env=environment)


@pytest.mark.slow
def test_several_devices_share_a_batch_that_they_do_not_divide(tmp_path):
    assert start(tmp_path / "four.npz", devices=4).wait(timeout=120) == 0
    with np.load(tmp_path / "four.npz") as found:
        assert found["devices"] == 4
        agree(found, expected())


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.mark.slow
def test_two_processes_share_a_batch(tmp_path):
    port = free_port()
    processes = [start(tmp_path / f"{process}.npz", 2, process, port, devices=2) for process in (0, 1)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    whole = expected()
    for process in (0, 1):
        share = slice(13 * process, 13 * (process + 1))
        with np.load(tmp_path / f"{process}.npz") as found:
            assert found["devices"] == 4
            agree(found, whole | {"by_x": whole["by_x"][share], "values": whole["values"][share]})


@pytest.mark.slow
def test_processes_that_take_different_branches_are_told_so(tmp_path):
    port, script = free_port(), SCRIPT.with_name("guarded_processes.py")
    outputs = [tmp_path / f"{process}.txt" for process in (0, 1)]
    processes = [start(output, 2, i, port, devices=1, script=script) for i, output in enumerate(outputs)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    told = "the samples of 2 processes take different paths through the comparisons (such as the one at guarded_proc"
    for output in outputs:
        same, other, mixed, none = output.read_text().splitlines()
        assert (same, none) == ("30.0 [10.0]", "3.0 [0.0]")
        assert other.startswith(told)
        assert mixed.startswith(told)


def test_sums_of_every_kind_agree_with_numpy():
    network = MLP(2, [3, 2], activation="sigmoid", seed=3)

    def loss(xs):
        outputs = [network(x) for x in xs]
        attention = functions.softmax([functions.dot(outputs[0], o) for o in outputs])
        mixed = [functions.dot(attention, column) for column in zip(*outputs)]
        return functions.logsumexp(mixed) + functions.sum(xs[0]) + network.parameters()[0].exp()

    X = np.random.default_rng(1).normal(size=(5, 3, 2))
    found, expected = (
        record(loss, X[0], parameters=network.parameters(), executor=executor).value_and_gradients(
            X, reduction="sum", input_gradients=True
        )
        for executor in ("jax", "numpy")
    )
    for got, wanted in zip((found[0], found[1], found[2][0]), (expected[0], expected[1], expected[2][0])):
        np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-14)


def test_64_bit_floats_are_used_here_and_left_alone_elsewhere():
    assert record(lambda x: x + 1e-12, 1.0, executor="jax")([1.0])[0] == 1.0 + 1e-12
    assert jax.numpy.ones(1).dtype == np.float32


def test_empty_batches_and_chosen_devices():
    from tinygrad_notes.replay.executors.jax import JaxRun

    network = MLP(2, [1], seed=0)
    program = record(network, np.ones(2), executor=partial(JaxRun, devices=jax.devices()[:1]))
    assert program(np.empty((0, 2))).shape == (0,)
    value, gradients = program.value_and_gradients(np.empty((0, 2)), reduction="sum")
    assert (value, gradients.tolist()) == (0.0, [0.0, 0.0, 0.0])
    np.testing.assert_allclose(program(np.ones((3, 2))), record(network, np.ones(2))(np.ones((3, 2))), rtol=1e-15)


def test_powers_and_logarithms_are_whole_where_they_should_be():
    whole = np.arange(-1022.0, 1024.0)
    np.testing.assert_array_equal(record(functions.exp2, 0.5, executor="jax")(whole), 2.0**whole)
    np.testing.assert_array_equal(record(functions.log2, 0.5, executor="jax")(2.0**whole), whole)
    tens = np.array([float(f"1e{n}") for n in range(-22, 23)])
    np.testing.assert_array_equal(record(functions.log10, 0.5, executor="jax")(tens), np.arange(-22.0, 23.0))
    X = np.concatenate([np.linspace(-1000.0, 1023.9, 500), np.linspace(-1.0, 1.0, 100)])
    np.testing.assert_allclose(record(functions.exp2, 0.5, executor="jax")(X), np.exp2(X), rtol=4e-16)
    edges = [0.0, -1.0, np.inf, np.nan, -np.inf]
    for name in ("exp2", "log2", "log10"):
        with np.errstate(all="ignore"):
            expected = getattr(np, name)(edges)
        np.testing.assert_array_equal(record(getattr(functions, name), 0.5, executor="jax")(edges), expected)


WRITTEN_ANEW = {  # exact, points, units in the last place: XLA's own lose up to three digits there
    "tanh": (mp.tanh, [0.24642785622987873, -19.061382814975225, 1e-9, -3.0, 0.55, -1e-300, 25.0], 4),
    "atanh": (mp.atanh, [0.20641607373554716, -0.41419066429909934, 1e-9, 0.999, -0.9999999999, 1e-300, 0.5], 4),
    "erfc": (mp.erfc, [0.9172743273957531, 0.8370, 0.49, 1.0, 3.1, -2.5, 5.749525248253354, 8.5, 25.64125912353065], 6),
    "gelu": (lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2, [-20.0, -5.0, -11.3, -35.7, 3.703865583262238, -1e-9, 8.0], 6),
}


@pytest.mark.parametrize("name", WRITTEN_ANEW)
def test_functions_that_xla_computes_loosely(name):
    exact, points, units = WRITTEN_ANEW[name]
    edges = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0]
    program = record(getattr(functions, name), 0.5, executor="jax")
    found = program(points + edges)
    with mp.workdps(50):
        for x, of_many in zip(points, found.tolist()):
            right = exact(mpf(x))
            for got in (of_many, program([x]).item()):  # XLA compiles one sample in another way
                assert abs(mpf(got) - right) <= units * math.ulp(float(right)), x
    np.testing.assert_allclose(found[len(points) :], [getattr(functions, name)(x) for x in edges], rtol=4e-16)


@pytest.mark.parametrize("point", [(1e308, 1.0), (-1e308, 1e-300), (3e307, 4e307), (2.0**1023, 0.0), (-1e307, 1e307)])
def test_quotients_by_one_length_near_the_largest_float(point):
    def f(x, y):
        return functions.hypot(x, y)

    slopes = [
        record(f, 3.0, 4.0, executor=executor).value_and_gradients(
            *[[x] * 16 for x in point], reduction=None, input_gradients=True
        )[2]
        for executor in ("numpy", "jax")
    ]
    np.testing.assert_allclose(*slopes, rtol=1e-15, atol=np.finfo(float).tiny)  # XLA may take a subnormal slope for 0
