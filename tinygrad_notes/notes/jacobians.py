"""Note E: a 1-n₁-n₂-2 network and its six Jacobians, found three ways.

Columns: an example is a column of x and y, a layer is z = W @ a + b, a = σ(z). The cost of N examples is
‖a₃ - y‖² / N. Every Jacobian starts at 2 (a₃ - y) ⊙ σ′(z₃) and steps back through a layer by Wᵀ, then ⊙ σ′(z). It
ends with @ aᵀ / N for a weight, and with the sum over the examples / N for a bias.

The slope is the note's: σ′(z) = cosh(z/2)⁻² / 4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.nn import MLP
from tinygrad_notes.nn.losses import squared_error
from tinygrad_notes.value import Value
from tinygrad_notes.worked import work_through
from tinygrad_notes.worked.report import Heading, Paragraph, Report, Table, cell

Array = NDArray[Any]
NAMES = ("W3", "b3", "W2", "b2", "W1", "b1")
"""In the order in which the note derives them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Weights of shape (neurons, inputs), biases (neurons, 1), x of shape (1, N) and y of shape (2, N)."""

    parameters: dict[str, Array]
    x: Array
    y: Array

    @property
    def examples(self) -> int:
        return int(self.x.shape[1])


def problem(n1: int = 6, n2: int = 7, examples: int = 1, seed: int = 0) -> Problem:
    """A network drawn as the note draws it (randn / 2, in the order W1, W2, W3, b1, b2, b3) and points to fit."""
    if examples < 1:
        raise ValueError(f"a problem needs at least one example, got {examples}")
    draw = np.random.RandomState(seed)
    sizes = {"W1": (n1, 1), "W2": (n2, n1), "W3": (2, n2), "b1": (n1, 1), "b2": (n2, 1), "b3": (2, 1)}
    parameters = {name: draw.randn(*shape) / 2 for name, shape in sizes.items()}
    x = np.linspace(0.1, 0.9, examples).reshape(1, examples)
    y = np.vstack([(1 + np.cos(3 * x)) / 2, x**2])  # a curve in the plane, inside the reach of σ
    return Problem(parameters, x, y)


# Array code, as a learner writes it. It runs on floats and on Values alike -------------------------


def sigma(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def d_sigma(z: Array) -> Array:
    return np.cosh(z / 2) ** (-2) / 4


def forward(p: dict[str, Array], x: Array) -> tuple[Array, ...]:
    """x and then z and a of each layer: (a0, z1, a1, z2, a2, z3, a3)."""
    z1 = p["W1"] @ x + p["b1"]
    a1 = sigma(z1)
    z2 = p["W2"] @ a1 + p["b2"]
    a2 = sigma(z2)
    z3 = p["W3"] @ a2 + p["b3"]
    return x, z1, a1, z2, a2, z3, sigma(z3)


def cost(p: dict[str, Array], x: Array, y: Array) -> Any:
    """‖a₃ - y‖² / N."""
    return np.linalg.norm(forward(p, x)[-1] - y) ** 2 / x.shape[1]


# The six Jacobians, three ways ----------------------------------------------------------------------


def by_hand(of: Problem) -> dict[str, Array]:
    """The note's formulas in NumPy."""
    p, n = of.parameters, of.examples
    a0, z1, a1, z2, a2, z3, a3 = forward(p, of.x)
    delta3 = 2 * (a3 - of.y) * d_sigma(z3)
    delta2 = (p["W3"].T @ delta3) * d_sigma(z2)
    delta1 = (p["W2"].T @ delta2) * d_sigma(z1)
    weights = {"W3": delta3 @ a2.T / n, "W2": delta2 @ a1.T / n, "W1": delta1 @ a0.T / n}
    biases = {f"b{k}": np.sum(d, axis=1, keepdims=True) / n for k, d in ((3, delta3), (2, delta2), (1, delta1))}
    return weights | biases


def network_of(of: Problem) -> MLP:
    """The problem's network as neurons."""
    p, layers = of.parameters, (1, 2, 3)
    biases = [p[f"b{k}"].ravel().tolist() for k in layers]
    return MLP.from_weights([p[f"W{k}"].tolist() for k in layers], biases, activation="sigmoid")


def by_engine(of: Problem) -> dict[str, Array]:
    """A network of neurons, and one backward pass over all examples."""
    network = network_of(of)
    outputs = [network(column.tolist()) for column in of.x.T]
    squared_error(outputs, of.y.T.tolist(), reduction="mean").backward()
    found = {}
    for k, layer in enumerate(network.layers, start=1):
        found[f"W{k}"] = np.array([[weight.grad for weight in neuron.w] for neuron in layer.neurons])
        found[f"b{k}"] = np.array([[neuron.b.grad if neuron.b else 0.0] for neuron in layer.neurons])
    return found


def by_array_code(of: Problem) -> dict[str, Array]:
    """`cost` above, untouched, run on object arrays of Values."""
    on_values = {name: np.vectorize(Value, otypes=[object])(matrix) for name, matrix in of.parameters.items()}
    cost(on_values, of.x, of.y).backward()
    return {name: np.vectorize(lambda value: value.grad, otypes=[float])(values) for name, values in on_values.items()}


WAYS = {"by hand": by_hand, "engine": by_engine, "array code": by_array_code}


def largest_difference(ways: dict[str, dict[str, Array]], name: str) -> float:
    """Between any two of the ways in which the Jacobian `name` was found, relative to its largest entry."""
    found = [jacobians[name] for jacobians in ways.values()]
    scale = float(np.abs(found[0]).max()) or 1.0
    return max(float(np.abs(one - other).max()) for one in found for other in found) / scale


DELTAS = "δ3 = 2 (a3 - y) ⊙ σ'(z3), then one layer back: δ2 = W3ᵀ @ δ3 ⊙ σ'(z2), and δ1 = W2ᵀ @ δ2 ⊙ σ'(z1)."
FORMULAS = {
    "W3": "δ3 @ a2ᵀ / N",
    "b3": "Σ over examples of δ3 / N",
    "W2": "δ2 @ a1ᵀ / N",
    "b2": "Σ over examples of δ2 / N",
    "W1": "δ1 @ xᵀ / N",
    "b1": "Σ over examples of δ1 / N",
}


def pictures() -> dict[str, Callable[[], str]]:
    """By file name, what draws the network with the arrows along which its Jacobians flow, for one example."""
    return {"jacobians.svg": _picture}


def _picture() -> str:
    from tinygrad_notes.draw import draw_jacobians

    of = problem()
    network = network_of(of)
    sheet = work_through(network, of.x[:, 0].tolist(), of.y[:, 0].tolist(), loss="squared_error")
    return draw_jacobians(network, sheet).svg


def report(digits: int = 6) -> Report:
    """All six Jacobians for one example and for many, with the largest disagreement between the three ways."""
    page = Report(
        [
            Heading("Note E. A 1-6-7-2 network and all six Jacobians"),
            Paragraph(
                "Each is found three ways: by the note's formulas in NumPy, by the engine's backward pass over a "
                "network of neurons, and by running the note's kind of array code, untouched, on arrays of Values."
            ),
            Paragraph(f"The formulas: {DELTAS}"),
            Paragraph(
                "The tables show the first entry of each Jacobian, and the largest difference between the three ways "
                "over all its entries, relative to the largest entry: it is rounding."
            ),
        ]
    )
    for examples in (1, 50):
        of = problem(examples=examples)
        ways = {name: way(of) for name, way in WAYS.items()}
        rows = []
        for name in NAMES:
            shape = " × ".join(map(str, of.parameters[name].shape))
            first = [cell(f"{found[name].flat[0]:.{digits}g}") for found in ways.values()]
            difference = cell(f"{largest_difference(ways, name):.0e}")
            rows.append([cell(f"J_{name}"), cell(FORMULAS[name]), cell(shape), *first, difference])
        header = ["", "formula", "shape", *WAYS, "off by"]
        page.blocks += [
            Heading("One example" if examples == 1 else f"{examples} examples, one per column"),
            Table(header, rows, numeric=(3, 4, 5, 6)),
        ]
    return page
