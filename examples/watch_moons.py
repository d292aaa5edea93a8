"""Watch a network learn two half moons: `python examples/watch_moons.py`.

While it trains, the loss, the regions of the two classes and the network's weights are drawn after every 20 steps. All
pictures go into one page with a slider, which opens in any browser and needs no network; --page names it, moons.html if
it is not given. In a notebook the picture changes below the cell.
"""

import argparse

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes import MLP, Watch, fit

Array = NDArray[np.float64]


def two_moons(count: int, noise: float, seed: int) -> tuple[Array, NDArray[np.int64]]:
    """Points of two half circles that reach into each other, of shape (count, 2), and their classes, 0 and 1."""
    draw = np.random.default_rng(seed)
    angles = np.linspace(0, np.pi, count // 2)
    upper = np.column_stack([np.cos(angles), np.sin(angles)])
    lower = np.column_stack([1 - np.cos(angles), 0.5 - np.sin(angles)])
    points = np.concatenate([upper, lower]) + noise * draw.normal(size=(count, 2))
    return points, np.repeat([0, 1], count // 2)


def main() -> None:
    parser = argparse.ArgumentParser(description="Watch a network learn two half moons.")
    parser.add_argument("--page", default="moons.html", help="where to save the pictures (default: %(default)s)")
    page = parser.parse_args().page

    X, y = two_moons(300, noise=0.12, seed=1)
    network = MLP(2, [16, 16, 1], activation=["tanh", "tanh", "linear"], seed=3)
    watch = Watch(page, every=20, overwrite=True)
    history = fit(
        network, X, y, loss="binary_cross_entropy", learning_rate=0.01, epochs=120, metrics=["accuracy"],
        validation_split=0.2, callbacks=[watch], progress=False,
    )  # fmt: skip
    print(history.text())
    print(f"in the end loss {history['loss'][-1]:.4f}   accuracy {history['accuracy'][-1]:.1%}")
    print(f"{page}: pictures of the steps {watch.frames[0].step} to {watch.frames[-1].step}")


if __name__ == "__main__":
    main()
