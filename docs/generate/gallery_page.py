"""The gallery: pictures drawn while the reference is built, each beside the code that draws it."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import tinygrad_notes
from tinygrad_notes import functions


@dataclass(frozen=True)
class Exhibit:
    """A picture: its file's name, what to see in it, and code that leaves it in `picture`."""

    name: str
    title: str
    caption: str
    code: str


WORKED_EXAMPLE = """
network = MLP.from_weights(
    [[[0.1, 0.2, -0.1], [0.3, -0.2, 0.5], [-0.4, 0.1, 0.2]], [[0.2, -0.3, 0.1]]],
    [[0.0, 0.1, -0.1], [0.05]],
    activation="sigmoid",
)
sheet = work_through(network, [0.5, 0.2, 0.1], [1.0], loss="squared_error", learning_rate=0.1)
"""
EXHIBITS = [
    Exhibit(
        "tanh",
        "A computation graph",
        "Operands enter a node in order, from top to bottom; beside each stands the local derivative by it. Color "
        "shows the sign of a gradient and its size.",
        """
x, w, b = Value(0.5, "x"), Value(-2.0, "w"), Value(1.5, "b")
y = (w * x + b).tanh()
y.backward()
picture = draw(y)
""",
    ),
    Exhibit(
        "diamond",
        "Paths that meet",
        "a is used twice, so its gradient is a sum over two paths.",
        """
a = Value(3.0, "a")
left, right = a * 2, a.square()
left.label, right.label = "left", "right"
y = left + right
y.backward()
picture = draw(y, rankdir="TB")
""",
    ),
    Exhibit(
        "neuron",
        "One neuron of the worked example",
        "z is one node, as on paper: the weighted sum of the inputs, plus the bias.",
        """
network = MLP.from_weights([[[0.1, 0.2, -0.1]]], [[0.0]], activation="sigmoid")
loss = (network([0.5, 0.2, 0.1]) - 1.0).square()
loss.label = "C"
loss.backward()
picture = draw(loss)
""",
    ),
    Exhibit(
        "network",
        "A network with the blame on it",
        "δ on every neuron, ∂C/∂W on every connection: its color the sign, its width the size. The weight with the "
        "largest gradient and the hidden neuron with the largest δ are marked.",
        WORKED_EXAMPLE + "picture = draw_network(network, sheet)",
    ),
    Exhibit(
        "delta",
        "The delta rule in two boxes",
        "First the errors flow back along the connections; then each is multiplied by the slope of its activation.",
        WORKED_EXAMPLE + "picture = draw_delta_rule(sheet)",
    ),
    Exhibit(
        "jacobians",
        "Every Jacobian, and how it follows from the one above",
        "Each arrow carries its factor.",
        WORKED_EXAMPLE + "picture = draw_jacobians(network, sheet)",
    ),
    Exhibit(
        "loop",
        "The loop of training",
        "Forward pass, loss, backward pass, update, with the numbers of a run.",
        WORKED_EXAMPLE + "picture = draw_loop(sheet)",
    ),
    Exhibit(
        "paths",
        "The paths of one weight",
        "Along each path the local derivatives are multiplied; over the paths they are added.",
        """
x, w, b = Value(0.5, "x"), Value(0.8, "w"), Value(0.1, "b")
y = (w * (w * x + b).tanh() + b).sigmoid()
y.backward()
picture = draw(y, highlight=w)
""",
    ),
    Exhibit(
        "folded",
        "A deep network, folded",
        "More than a thousand nodes: each layer is one card, which says what it holds.",
        """
network = MLP(4, [32, 32, 1], activation="tanh", seed=1)
loss = (network([0.1] * 4) - 1.0).square()
loss.backward()
picture = draw(loss, fold="layer")
""",
    ),
    Exhibit(
        "second",
        "A derivative is a graph too",
        "The derivative of x³, as `gradients` builds it: it can be differentiated again.",
        """
x = Value(2.0, "x")
slope = gradients(x**3, x)
slope.label = "d(x³)/dx"
picture = draw(slope, grad=False)
""",
    ),
]


def pages() -> dict[str, str | bytes]:
    """The page, and the pictures by path."""
    found: dict[str, str | bytes] = {"gallery.md": _page()}
    for exhibit in EXHIBITS:
        names: dict[str, Any] = {name: getattr(tinygrad_notes, name) for name in tinygrad_notes.__all__}
        exec(exhibit.code, names | {"functions": functions}, shown := {})
        found[f"gallery/{exhibit.name}.svg"] = shown["picture"].svg
    return found


def _page() -> str:
    parts = [
        f"## {exhibit.title}\n\n{exhibit.caption}\n\n"
        f"![{html.escape(exhibit.title)}](gallery/{exhibit.name}.svg)\n\n```py\n{exhibit.code.strip()}\n```\n"
        for exhibit in EXHIBITS
    ]
    introduction = (
        "Every picture here was drawn by the code below it while this page was built, after "
        "`from tinygrad_notes import *`. `picture.save(path)` writes SVG, PNG, PDF, DOT or HTML. The player, "
        "which moves, is opened by `play(value)`.\n\n"
    )
    return "# Gallery\n\n" + introduction + "\n".join(parts)
