"""The transformer of the examples, step for step beside the same model written with JAX's arrays."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

EXAMPLE = Path(__file__).parents[1] / "examples" / "transformer.py"
STEPS, VALUE_STEPS, LEARNING_RATE = 100, 3, 0.01


@pytest.fixture(scope="module")
def example():
    specification = importlib.util.spec_from_file_location("transformer", EXAMPLE)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def losses_in_jax(example):
    """The losses of STEPS steps of Adam from the example's weights; nothing of the engine takes part."""
    import jax

    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy

    def numbers(values):
        return jnp.array(
            [[v.data for v in row] for row in values] if isinstance(values[0], list) else [v.data for v in values]
        )

    model = example.Transformer(seed=1)
    layers = ("letter", "query", "key", "value", "mix", "up", "down", "out")
    weights = {name: (numbers(getattr(model, name).W), numbers(getattr(model, name).b)) for name in layers}
    weights |= {f"norm{k}": (numbers(norm.scale), numbers(norm.shift)) for k, norm in enumerate(model.norms)}
    weights["place"] = numbers(model.place)

    def linear(p, name, x):
        return x @ p[name][0].T + p[name][1]

    def norm(p, k, x):
        spread = jnp.sqrt(jnp.var(x, axis=-1, keepdims=True) + 1e-5)
        return p[f"norm{k}"][0] * (x - x.mean(-1, keepdims=True)) / spread + p[f"norm{k}"][1]

    def heads(x):
        return x.reshape(*x.shape[:-1], example.HEADS, -1).swapaxes(-2, -3)

    def loss(p, X, Y):
        stream = linear(p, "letter", X) + p["place"]
        seen = norm(p, 0, stream)
        q, k, v = (heads(linear(p, name, seen)) for name in ("query", "key", "value"))
        scores = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
        scores = jnp.where(jnp.tril(jnp.ones(scores.shape[-2:], bool)), scores, -jnp.inf)
        mixed = (jax.nn.softmax(scores) @ v).swapaxes(-2, -3).reshape(stream.shape)
        stream = stream + linear(p, "mix", mixed)
        stream = stream + linear(p, "down", jax.nn.relu(linear(p, "up", norm(p, 1, stream))))
        return -(Y * jax.nn.log_softmax(linear(p, "out", norm(p, 2, stream)))).sum(-1).mean()

    X, Y = map(jnp.array, example.windows())
    value_and_grad = jax.jit(jax.value_and_grad(loss))
    m = v = jax.tree.map(jnp.zeros_like, weights)
    losses = []
    for t in range(1, STEPS + 1):
        value, g = value_and_grad(weights, X, Y)
        losses.append(float(value))
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        weights = jax.tree.map(
            lambda p, m, v, t=t: p - LEARNING_RATE * (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8),
            weights,
            m,
            v,
        )
    return losses


def start(example):
    model = example.Transformer(seed=1)
    return model, example.Adam(learning_rate=LEARNING_RATE), *example.windows()


@pytest.mark.slow
@pytest.mark.extras
def test_on_replay_every_loss_is_that_of_jax(example, losses_in_jax):
    model, optimizer, X, Y = start(example)
    program = example.record(model.loss, X[0], Y[0], parameters=model.parameters())
    losses = [example.step_on_replay(model, optimizer, program, X, Y) for _ in range(STEPS)]
    np.testing.assert_allclose(losses, losses_in_jax, rtol=0, atol=1e-6)
    assert losses[-1] < 0.1 * losses[0]


@pytest.mark.slow
@pytest.mark.extras
def test_on_values_every_loss_is_that_of_jax(example, losses_in_jax):
    model, optimizer, X, Y = start(example)
    losses = [example.step_on_values(model, optimizer, X, Y) for _ in range(VALUE_STEPS)]
    np.testing.assert_allclose(losses, losses_in_jax[:VALUE_STEPS], rtol=0, atol=1e-10)
