"""micrograd's demo: a network of Values learns to tell two moons apart, and draws where it decides.

The training loop is the one of https://github.com/karpathy/micrograd, line for line but for the import and the types:
100 points, MLP(2, [16, 16, 1]), hinge loss, 100 steps of gradient descent. The map below the numbers is what the
network has learned: `#` where it answers "upper moon", `.` where it answers "lower moon".

    python examples/moons.py [--plot moons.svg]
"""

import argparse
import random

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes import MLP, Value
from tinygrad_notes.draw.plots import plot_decision_boundary

Array = NDArray[np.float64]


def two_moons(count: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """`count` points on two interleaved half circles, and the sign of the moon each belongs to."""
    angles = np.linspace(0, np.pi, count // 2)
    upper = np.column_stack([np.cos(angles), np.sin(angles)])
    lower = np.column_stack([1 - np.cos(angles), 0.5 - np.sin(angles)])
    points = np.concatenate([upper, lower]) + noise * rng.normal(size=(count, 2))
    return points, np.repeat([1, -1], count // 2)


def loss_and_accuracy(model: MLP, X: Array, y: Array) -> tuple[Value, float]:
    scores = [model([Value(number) for number in row]) for row in X]
    losses = [(1 + -yi * score).relu() for yi, score in zip(y, scores, strict=True)]
    data_loss = sum(losses, Value(0.0)) * (1.0 / len(losses))
    total = data_loss + 1e-4 * sum((p * p for p in model.parameters()), Value(0.0))
    return total, float(np.mean([(yi > 0) == (score.data > 0) for yi, score in zip(y, scores, strict=True)]))


def train(model: MLP, X: Array, y: Array, steps: int = 100) -> None:
    for k in range(steps):
        total_loss, accuracy = loss_and_accuracy(model, X, y)
        model.zero_grad()
        total_loss.backward()
        learning_rate = 1.0 - 0.9 * k / 100
        for p in model.parameters():
            p.data -= learning_rate * p.grad
        if k % 10 == 0:
            print(f"step {k:3d}   loss {total_loss.data:.4f}   accuracy {accuracy:.0%}")
    total_loss, accuracy = loss_and_accuracy(model, X, y)
    print(f"in the end loss {total_loss.data:.4f}   accuracy {accuracy:.0%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plot", metavar="FILE", help="save the decision boundary as a picture (needs matplotlib)")
    arguments = parser.parse_args()
    random.seed(1337)
    X, y = two_moons(100, noise=0.1, rng=np.random.default_rng(1337))
    model = MLP(2, [16, 16, 1])
    print(model.layers[-1], f"is the last of {len(model.layers)} layers with {len(model.parameters())} parameters")
    train(model, X, y)
    for height in np.linspace(1.5, -1, 11):
        print(" ".join("#" if model([a, height]) > 0 else "." for a in np.linspace(-1.5, 2.5, 33)))
    if arguments.plot:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots()
        plot_decision_boundary(model, X, y, threshold=0.0, axes=axes)
        figure.savefig(arguments.plot)


if __name__ == "__main__":
    main()
