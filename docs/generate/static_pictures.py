"""Draw the pictures that the README and the reference show, from code alone.

    python docs/generate/static_pictures.py

writes docs/images/*.svg anew; the same code gives the same files.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from tinygrad_notes import MLP, Value, work_through
from tinygrad_notes.draw import Picture, draw, draw_delta_rule, draw_jacobians, draw_loop, draw_network
from tinygrad_notes.notes import delta_rule, training_loop
from tinygrad_notes.notes.jacobians import problem

IMAGES = Path(__file__).parents[1] / "images"


def worked_example() -> MLP:
    """Note B's network."""
    return MLP.from_weights(
        [[[0.1, 0.2, -0.1], [0.3, -0.2, 0.5], [-0.4, 0.1, 0.2]], [[0.2, -0.3, 0.1]]], [[0.0, 0.1, -0.1], [0.05]]
    )


def worked_loss(network: MLP) -> Value:
    loss: Value = (network([0.5, 0.2, 0.1]) - 1) ** 2
    loss.label = "C"
    loss.backward()
    return loss


def micrograd_loss() -> Value:
    """The loss of micrograd's demo: 100 points, a network of 2-16-16-1, hinge loss and weight decay."""
    choose = random.Random(1)
    network = MLP(2, [16, 16, 1], seed=1, init="micrograd")
    points = [([choose.uniform(-1, 1), choose.uniform(-1, 1)], choose.choice([-1, 1])) for _ in range(100)]
    losses = [(1 + -side * network(point)).relu() for point, side in points]
    decay = 1e-4 * sum(parameter * parameter for parameter in network.parameters())
    loss: Value = sum(losses) * (1 / 100) + decay
    loss.label = "loss"
    loss.backward()
    return loss


def three_layers() -> Picture:
    """Note E's network and its Jacobians."""
    of = problem(examples=5)
    weights = [of.parameters[f"W{k}"].tolist() for k in (1, 2, 3)]
    biases = [of.parameters[f"b{k}"].ravel().tolist() for k in (1, 2, 3)]
    network = MLP.from_weights(weights, biases)
    sheet = work_through(network, of.x.T.tolist(), of.y.T.tolist(), loss="squared_error", reduction="mean")
    return draw_jacobians(network, sheet)


def pictures() -> Iterator[tuple[str, Picture]]:
    network = worked_example()
    yield "network", draw_network(network, work_through(network, [0.5, 0.2, 0.1], [1]))
    loss = worked_loss(network)
    yield "graph", draw(loss)
    yield "graph-layers", draw(loss, fold="layer")
    yield "graph-paths", draw(loss, highlight=network.layers[0].neurons[1].w[0])
    yield "graph-folded", draw(micrograd_loss())
    yield "jacobians", three_layers()
    yield "loop", draw_loop(training_loop.loop(5))
    two_by_two = delta_rule.example("W@x")
    yield "delta-rule", draw_delta_rule(work_through(two_by_two, [1.0, 0.5], [1, 0], loss="half_squared_error"))


if __name__ == "__main__":
    for name, picture in pictures():
        print(picture.save(IMAGES / f"{name}.svg", overwrite=True))
