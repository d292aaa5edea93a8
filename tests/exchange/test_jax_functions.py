"""Programs as JAX functions: jit, grad, vmap and second order, with the table's derivatives at every edge."""

import jax
import numpy as np
import pytest
from exchanged import Exchanged, at_edges, worst

from tinygrad_notes import MLP, Value, functions, record
from tinygrad_notes.errors import ExchangeError
from tinygrad_notes.operations import TABLE, define, undefine
from tinygrad_notes.value import apply

pytestmark = pytest.mark.extras
EDGY = {"abs", "relu", "leaky_relu", "maximum", "clip", "where", "sqrt", "log", "exp", "atan2", "norm"}


@pytest.fixture(autouse=True)
def double_precision():
    with jax.enable_x64(True):
        yield


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_values_and_derivatives_of_random_programs_are_those_of_the_eager_engine(seed):
    exchanged = Exchanged(seed)
    f, p = exchanged.program.to_jax(), exchanged.program.parameter_numbers()
    both = jax.jit(jax.value_and_grad(lambda x, p: f(x, parameters=p), argnums=(0, 1)))
    value, (by_x, by_p) = both(exchanged.x, p)
    for found, expected in zip((value, by_x, by_p), exchanged.eagerly()):
        assert worst(found, expected) < 1e-12
    assert worst(jax.jit(jax.jacfwd(f))(exchanged.x), by_x) < 1e-12
    assert worst(jax.jit(jax.hessian(f))(exchanged.x), exchanged.program.hessian(exchanged.x[None])[0]) < 1e-12


def test_one_sample_a_batch_and_a_mapped_batch():
    network = MLP(3, [4, 2], activation="tanh", seed=1)
    program = record(network, [0.0] * 3, parameters=network.parameters())
    f, X = program.to_jax(), np.random.default_rng(0).normal(size=(6, 3))
    expected = program(X)
    assert f(X[0]).shape == (2,)
    for found in (f(X), jax.vmap(f)(X), jax.jit(f)(X), f(X.reshape(2, 3, 3)).reshape(6, 2)):
        assert worst(found, expected) < 1e-14
    with pytest.raises(ValueError, match=r"input 0 must have shape \(…, 3\)"):
        f(X[:, :2])
    with pytest.raises(ValueError, match="parameters of shape"):
        f(X, parameters=np.zeros(3))


@pytest.mark.slow
def test_at_edges_the_derivatives_are_the_tables():
    """Of the rows with kinks, poles and choices alone: XLA takes seconds for each row."""
    for (name, count), cases in at_edges(EDGY).items():
        f = record(lambda *x, name=name: apply(TABLE[name], x), *cases[0].operands).to_jax()
        operands = [np.array(column) for column in zip(*(case.operands for case in cases))]
        both = jax.jit(jax.vmap(jax.value_and_grad(f, argnums=tuple(range(count)))))
        values, slopes = both(*operands)
        np.testing.assert_allclose(values, [case.value for case in cases], rtol=1e-13, err_msg=name)
        expected = np.array([case.derivatives for case in cases]) + 0.0
        np.testing.assert_allclose(
            np.array(slopes).T, expected, rtol=1e-13, atol=1e-307, err_msg=name
        )  # XLA has no subnormals


def test_what_is_not_picked_and_what_overflows_do_not_matter():
    root = record(lambda x: x.relu().sqrt(), 1.0).to_jax()
    assert jax.grad(root)(-1.0) == 0.0
    logistic = record(lambda x: 1 / (1 + (-x).exp()), 1.0).to_jax()
    assert jax.grad(logistic)(-800.0) == 0.0
    cube = record(lambda x: x**3, 2.0).to_jax()
    assert jax.jvp(cube, (-2.0,), (1.0,)) == (-8.0, 12.0), "the slope by the exponent has no part in it"


def test_batches_and_inputs_without_a_number():
    program = record(lambda x, none: [x[0] * x[1], x[0]], [1.0, 2.0], [])
    f = program.to_jax()
    for batch in [(0,), (2, 0), (3,), ()]:
        X, none = np.ones((*batch, 2)), np.ones((*batch, 0))
        np.testing.assert_array_equal(f(X, none), np.ones((*batch, 2)))


def test_where_takes_the_place_of_an_if():
    f = record(lambda x: functions.where(functions.greater(x, 0.0), x * 2, x * 3), 1.0).to_jax()
    assert [(float(f(x)), float(jax.grad(f)(x))) for x in (2.0, -2.0)] == [(4.0, 2.0), (-6.0, 3.0)]


def test_an_operation_of_ones_own():
    define("bump", 1, "bump({0})", lambda m: (lambda a: m.exp(-a * a), lambda a, out: (-2.0 * a * out,)))
    try:
        f = record(lambda x: apply(TABLE["bump"], (x,)), 0.5).to_jax()
        np.testing.assert_allclose(jax.grad(f)(0.5), -np.exp(-0.25), rtol=1e-14)
    finally:
        undefine("bump")


def test_comparisons_and_single_precision_are_refused():
    with pytest.raises(ExchangeError, match=r"compares Values \(at test_jax_functions.py:.*to_c\(\)"):
        record(lambda x: x * 2 if x > 0 else x, 1.0).to_jax()
    f = record(lambda x: x * Value(2.0), 1.0).to_jax()
    with jax.enable_x64(False), pytest.raises(ValueError, match="jax_enable_x64"):
        f(1.0)
