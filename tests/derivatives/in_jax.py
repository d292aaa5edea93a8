"""Any graph in JAX, with JAX's own functions and derivatives: one compiled interpreter for all graphs.

Every operation is written here once more with `jax.numpy`; nothing is read from the table but names.
"""

from __future__ import annotations

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from graphs import NARY, OPERATIONS, Graph
from jax.scipy.special import erf, erfc

LONGEST = 220
WIDEST = LONGEST
CODES = {row.name: code for code, row in enumerate(OPERATIONS)}

IN_JAX: dict[str, Any] = {
    "add": lambda x: x[0] + x[1],
    "subtract": lambda x: x[0] - x[1],
    "multiply": lambda x: x[0] * x[1],
    "negative": lambda x: -x[0],
    "divide": lambda x: x[0] / x[1],
    "pow": lambda x: _power(x[0], x[1]),
    "identity": lambda x: x[0],
    "abs": lambda x: jnp.abs(x[0]),
    "square": lambda x: x[0] ** 2,
    "reciprocal": lambda x: 1 / x[0],
    "hypot": lambda x: jnp.sqrt(x[0] ** 2 + x[1] ** 2),
    "log2": lambda x: jnp.log(x[0]) / jnp.log(2.0),
    "log10": lambda x: jnp.log(x[0]) / jnp.log(10.0),
    "cbrt": lambda x: jnp.sign(x[0]) * jnp.abs(x[0]) ** (1 / 3),
    "asin": lambda x: jnp.arcsin(x[0]),
    "acos": lambda x: jnp.arccos(x[0]),
    "atan": lambda x: jnp.arctan(x[0]),
    "atan2": lambda x: jnp.arctan2(x[0], x[1]),
    "asinh": lambda x: jnp.arcsinh(x[0]),
    "acosh": lambda x: jnp.arccosh(x[0]),
    "atanh": lambda x: jnp.arctanh(x[0]),
    "erf": lambda x: erf(x[0]),
    "erfc": lambda x: erfc(x[0]),
    # JAX's own derivatives of these two, 1 - tanh² and σ(1 - σ), lose their digits where the function nears 1.
    "sech2": lambda x: 1 / jnp.cosh(x[0]) ** 2,
    "tanh": lambda x: 1 - 2 / (jnp.exp(2 * x[0]) + 1),
    "sigmoid": lambda x: 1 / (1 + jnp.exp(-x[0])),
    "softplus": lambda x: jax.nn.softplus(x[0]),
    "log_sigmoid": lambda x: jax.nn.log_sigmoid(x[0]),
    "relu": lambda x: jax.nn.relu(x[0]),
    "leaky_relu": lambda x: jnp.where(x[0] > 0, x[0], x[1] * x[0]),
    "elu": lambda x: jnp.where(x[0] > 0, x[0], x[1] * jnp.expm1(x[0])),
    "silu": lambda x: jax.nn.silu(x[0]),
    "gelu": lambda x: jax.nn.gelu(x[0], approximate=False),
    "maximum": lambda x: jnp.maximum(x[0], x[1]),
    "minimum": lambda x: jnp.minimum(x[0], x[1]),
    "clip": lambda x: jnp.clip(x[0], x[1], x[2]),
    "where": lambda x: jnp.where(x[0] != 0, x[1], x[2]),
    "greater": lambda x: jnp.where(x[0] > x[1], 1.0, 0.0),
    "gap": lambda x: x[0] - x[1],
    "less": lambda x: jnp.where(x[0] < x[1], 1.0, 0.0),
    "equal": lambda x: jnp.where(x[0] == x[1], 1.0, 0.0),
    "remainder": lambda x: x[0] - x[1] * jax.lax.stop_gradient(jnp.floor(x[0] / x[1])),
    "sum": lambda x: jnp.sum(x[:NARY]),
    "product": lambda x: x[0] * x[1] * x[2] * x[3],
    "dot": lambda x: x[0] * x[2] + x[1] * x[3],
    "weighted_sum": lambda x: x[0] * x[2] + x[1] * x[3] + x[4],
    "norm": lambda x: jnp.sqrt(jnp.sum(x[:NARY] ** 2)),
    "amax": lambda x: jnp.max(x[:NARY]),
    "amin": lambda x: jnp.min(x[:NARY]),
    "logsumexp": lambda x: jax.nn.logsumexp(x[:NARY]),
}


def _power(a: Any, b: Any) -> Any:
    return jnp.where(a > 0, jnp.exp(b * jnp.log(jnp.where(a > 0, a, 1.0))), 0.0)


def _branches() -> list[Any]:
    """For every operation a function of (operands padded with zeros, how many there are)."""

    def branch(name: str) -> Any:
        if name == "mean":
            return lambda x, count: jnp.sum(x) / count
        if name in IN_JAX:
            return lambda x, count: IN_JAX[name](x)
        return lambda x, count: getattr(jnp, name)(x[0])

    return [branch(row.name) for row in OPERATIONS]


@functools.cache
def _interpreter() -> Any:
    """(leaves, program) -> (output, its gradient by the leaves), compiled once."""
    branches = _branches()

    def run(leaves: Any, start: Any, codes: Any, places: Any, counts: Any, output: Any) -> Any:
        def step(numbers: Any, instruction: Any) -> Any:
            position, code, where, count = instruction
            operands = jnp.where(jnp.arange(WIDEST) < count, numbers[where], 0.0)
            result = jax.lax.switch(code, branches, operands, count)
            return numbers.at[position].set(jnp.where(count > 0, result, numbers[position])), None

        numbers = jnp.zeros(LONGEST).at[: leaves.shape[0]].set(leaves)
        numbers, _ = jax.lax.scan(step, numbers, (start, codes, places, counts))
        return numbers[output]

    return jax.jit(jax.value_and_grad(run))


def value_and_gradient(graph: Graph) -> tuple[float, list[float]]:
    """The graph's output and its gradient by the inputs, from JAX."""
    leaves = np.full(6, 0.5)
    leaves[: graph.leaves] = [node.data for node in graph.inputs]
    count = len(graph.nodes) - graph.leaves
    positions = np.full(LONGEST, LONGEST - 1)
    codes, counts = np.zeros(LONGEST, int), np.zeros(LONGEST, int)
    places = np.zeros((LONGEST, WIDEST), int)
    shift = 6 - graph.leaves  # leaves that are not there take room all the same

    def moved(place: int) -> int:
        return place if place < graph.leaves else place + shift

    for k in range(count):
        node, operands = graph.nodes[graph.leaves + k], graph.places[graph.leaves + k]
        assert node.operation is not None
        positions[k] = moved(graph.leaves + k)
        codes[k], counts[k] = CODES[node.operation.name], len(operands)
        places[k, : len(operands)] = [moved(place) for place in operands]
    output = moved(len(graph.nodes) - 1)
    with jax.enable_x64(True):
        value, gradient = _interpreter()(leaves, positions, codes, places, counts, output)
    return float(value), np.asarray(gradient)[: graph.leaves].tolist()
