"""Note A: the delta rule between a hidden layer and the outputs.

The note derives, for weights w_ij that lead from hidden neuron i to output j, how errors flow back:

    incoming error of hidden neuron i    Σⱼ δ_oj · w_ij                 (δ₂ W₂ᵀ, still by the output a₁)
    its delta                            incoming error · σ′(z_hi)      (δ₁ = (δ₂ W₂ᵀ) ⊙ σ′(z₁))
    one weight's gradient                ∂L/∂w_ij = a_hi · δ_oj
    its update                           w_ij - η · ∂L/∂w_ij

Here each identity is computed from the numbers to its right, as on paper, and compared with the gradient that
the engine finds without knowing any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from tinygrad_notes import functions
from tinygrad_notes.names import Name
from tinygrad_notes.nn import MLP, Neuron
from tinygrad_notes.number_systems.symbols import Symbol
from tinygrad_notes.passes import topological_order
from tinygrad_notes.refusals import counted
from tinygrad_notes.value import Value
from tinygrad_notes.worked import work_through
from tinygrad_notes.worked.formulas import formula, number, with_numbers
from tinygrad_notes.worked.report import Heading, Paragraph, Report, Table, cell


@dataclass(frozen=True, slots=True)
class Identity:
    """One line of the delta rule: a formula on known numbers, and the engine's gradient for the same quantity."""

    by_rule: Value
    engine: float

    @property
    def difference(self) -> float:
        return abs(self.by_rule.data - self.engine)


def example(convention: str = "x@W") -> MLP:
    """A 2-2-2 sigmoid network with friendly numbers."""
    into_hidden, into_outputs = [[0.5, -0.3], [0.2, 0.8]], [[0.4, 0.9], [-0.6, 0.1]]
    if convention == "W@x":  # the same connections, written the other way round
        into_hidden, into_outputs = (
            [list(column) for column in zip(*matrix, strict=True)] for matrix in (into_hidden, into_outputs)
        )
    biases = [[0.1, -0.2], [0.05, 0.3]]
    return MLP.from_weights([into_hidden, into_outputs], biases, activation="sigmoid", convention=convention)


def delta_rule(
    network: MLP, x: Sequence[float], y: Sequence[float], learning_rate: float = 0.5
) -> dict[str, list[Identity]]:
    """Every identity of the note for a network of two sigmoid layers and the loss L = ½ Σ (a - y)².

    Returns the identities by stage: "output error", "weighted backflow", "slope", "gradient", "update".
    The network's gradients are reset and set anew; its weights stay as they are.

    Raises ValueError for a network of another kind, and where x or y have the wrong length.

    Example:
        >>> stages = delta_rule(example(), [1.0, 0.5], [1.0, 0.0])
        >>> max(identity.difference for stage in stages.values() for identity in stage) < 1e-16
        True
    """
    hidden, outputs = _two_sigmoid_layers(network)
    z, a = _forward_and_backward(network, x, y)
    activity = [Value(node.data, f"a_h{i + 1}") for i, node in enumerate(a[0])]
    delta_o = [Value(node.grad, f"δ_o{j + 1}") for j, node in enumerate(z[1])]
    slope_h = [Value(node.data * (1 - node.data), f"σ'(z_h{i + 1})") for i, node in enumerate(a[0])]
    w = [
        [Value(neuron.w[i].data, _weight(i, j, network.convention)) for j, neuron in enumerate(outputs)]
        for i in range(len(hidden))
    ]
    eta = Value(learning_rate, "η")
    stages: dict[str, list[Identity]] = {name: [] for name in STAGES}
    for j, node in enumerate(a[1]):
        out, target = Value(node.data, f"a_o{j + 1}"), Value(y[j], f"y{j + 1}")
        error = (out - target) * (out * (1 - out))
        stages["output error"].append(_identity(f"δ_o{j + 1}", error, z[1][j].grad))
    for i in range(len(hidden)):
        backflow = functions.dot(delta_o, w[i])
        stages["weighted backflow"].append(_identity(f"error_h{i + 1}", backflow, a[0][i].grad))
        delta = stages["weighted backflow"][i].by_rule * slope_h[i]
        stages["slope"].append(_identity(f"δ_h{i + 1}", delta, z[0][i].grad))
    for i in range(len(hidden)):
        for j, neuron in enumerate(outputs):
            name = _weight(i, j, network.convention)
            gradient = _identity(f"∂L/∂{name}", activity[i] * delta_o[j], neuron.w[i].grad)
            stages["gradient"].append(gradient)
            stepped = neuron.w[i].data - learning_rate * neuron.w[i].grad
            stages["update"].append(_identity(f"new {name}", w[i][j] - eta * gradient.by_rule, stepped))
    return stages


STAGES = {
    "output error": "The error of each output, by its pre-activation: δ_o = (a_o - y) · σ'(z_o), where σ' = a (1 - a).",
    "weighted backflow": "Step 1. Errors flow back along the connections. This is still an error of the hidden "
    "neuron's output a, not of its pre-activation z.",
    "slope": "Step 2. Times the slope of the activation it becomes the error of z, which is what δ means.",
    "gradient": "One weight: how active the neuron before it was, times how wrong the neuron behind it was.",
    "update": "Against the gradient, by the learning rate η.",
}


def _weight(i: int, j: int, convention: str) -> str:
    """What a convention calls the weight from hidden neuron i to output j, both counted from 0."""
    first, second = (i, j) if convention == "x@W" else (j, i)
    return f"w{first + 1}{second + 1}"


def _identity(label: str, by_rule: Value | float, engine: float) -> Identity:
    value = by_rule if isinstance(by_rule, Value) else Value(by_rule)
    value.label = label
    return Identity(value, engine)


def _two_sigmoid_layers(network: MLP) -> tuple[list[Neuron], list[Neuron]]:
    if [layer.activation for layer in network.layers] != ["sigmoid", "sigmoid"]:
        raise ValueError(f"the delta rule of note A is about two sigmoid layers, got {network}")
    return network.layers[0].neurons, network.layers[1].neurons


def _forward_and_backward(
    network: MLP, x: Sequence[float], y: Sequence[float]
) -> tuple[list[list[Value]], list[list[Value]]]:
    """Let the engine find every gradient; returns the nodes z and a, layer by layer."""
    outputs = network(x)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    if len(y) != len(outputs):
        raise ValueError(f"this network has {counted(len(outputs), 'output')}, got {counted(len(y), 'target')}")
    squares = [(a - target) ** 2 for a, target in zip(outputs, y, strict=True)]
    loss: Value = 0.5 * sum(squares[1:], squares[0])
    network.zero_grad()
    loss.backward()
    by_name = {Name.parse(node.label): node for node in topological_order(loss)}
    z, a = (
        [[by_name[Name(letter, layer.number, (j,))] for j in range(len(layer.neurons))] for layer in network.layers]
        for letter in "za"
    )
    return z, a


X, Y = [1.0, 0.5], [1.0, 0.0]
ORIENTATIONS = {"rows": "x@W", "columns": "W@x"}
"""How a layer's numbers stand on paper, and the convention for W that this takes."""


def pictures() -> dict[str, Callable[[], str]]:
    """By file name, what draws the note's two boxes, weighted backflow and slope with the example's numbers."""
    return {f"delta-rule-{name}.svg": partial(_picture, convention) for name, convention in ORIENTATIONS.items()}


def _picture(convention: str) -> str:
    from tinygrad_notes.draw import draw_delta_rule

    sheet = work_through(example(convention), X, Y, loss="half_squared_error", learning_rate=0.5)
    return draw_delta_rule(sheet).svg


def report(digits: int = 6) -> Report:
    """The note's example, in both conventions."""
    result = Report([Heading("Note A. The delta rule, in both conventions for W")])
    for convention, means in CONVENTIONS.items():
        stages = delta_rule(example(convention), X, Y)
        result.blocks += [Heading(f"Written {convention}"), Paragraph(means)]
        for stage, identities in stages.items():
            rows = [
                [
                    cell(Symbol(identity.by_rule.label)),
                    cell(formula(identity.by_rule), with_numbers(identity.by_rule, digits)),
                    cell(number(identity.by_rule.data, digits)),
                    cell(number(identity.engine, digits)),
                ]
                for identity in identities
            ]
            header = ["quantity", "delta rule, then its numbers", "by the rule", "engine"]
            result.blocks += [Paragraph(STAGES[stage]), Table(header, rows, numeric=(2, 3))]
        worst = max(identity.difference for identities in stages.values() for identity in identities)
        result.blocks.append(Paragraph(f"Largest difference between rule and engine: {worst:.1e}."))
    return result


CONVENTIONS = {
    "x@W": "Activations are rows, and w12 leads from hidden neuron 1 to output 2. Errors go back through δ₂ W₂ᵀ: "
    "a row of W₂ gathers what one hidden neuron caused.",
    "W@x": "Activations are columns, and the same connection is written w21: to output 2 from hidden neuron 1. "
    "Errors go back through W₂ᵀ δ₂. Only the letters change; every number stays.",
}
