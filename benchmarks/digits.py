"""scikit-learn's digits, 64-32-10, by `fit` and by PyTorch: `python benchmarks/digits.py`.

Both train the same network with the same settings from five seeds: relu and a linear last layer, cross-entropy, Adam
at 0.001, batches of 32, 30 epochs, on 1,257 samples; the other 540 count. The numbers that the two draw differ, so the
means over the seeds are compared. A second table starts fit from PyTorch's own weights and gives both the same batches,
in float64: there nothing differs but rounding.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from harness import machine, table, with_peers

with_peers("torch", "scikit-learn", modules=["torch", "sklearn"])

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from tinygrad_notes import MLP, fit
from tinygrad_notes.nn.initialization import INITIALIZATIONS

SEEDS, EPOCHS, BATCH, RATE = range(5), 30, 32, 0.001
PIXELS, DIGITS = load_digits(return_X_y=True)
X, X_TEST, Y, Y_TEST = train_test_split(PIXELS / 16, DIGITS, test_size=0.3, random_state=0, stratify=DIGITS)


def ours(seed: int, init: str) -> float:
    """The share of test samples, in percent, that a network trained by `fit` gets right."""
    network = MLP(64, [32, 10], activation=["relu", "linear"], seed=seed, init=init)
    fit(network, X, Y, loss="cross_entropy", learning_rate=RATE, epochs=EPOCHS, batch_size=BATCH, seed=seed)
    return accuracy(network.predict_classes(X_TEST))


def torch_network(seed: int) -> torch.nn.Sequential:
    torch.manual_seed(seed)
    return torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))


def train_torch(network: torch.nn.Sequential, orders: Sequence[np.ndarray], dtype: torch.dtype) -> float:
    """The same share, of a network trained by PyTorch; each epoch goes through the samples in the order given."""
    inputs, classes = torch.tensor(X, dtype=dtype), torch.tensor(Y)
    optimizer, loss = torch.optim.Adam(network.parameters(), lr=RATE), torch.nn.CrossEntropyLoss()
    for order in orders:
        for start in range(0, len(X), BATCH):
            rows = order[start : start + BATCH]
            optimizer.zero_grad()
            loss(network(inputs[rows]), classes[rows]).backward()
            optimizer.step()
    with torch.no_grad():
        return accuracy(network(torch.tensor(X_TEST, dtype=dtype)).argmax(dim=1).numpy())


def torchs(seed: int) -> float:
    generator = np.random.default_rng(seed)
    return train_torch(torch_network(seed), [generator.permutation(len(X)) for _ in range(EPOCHS)], torch.float32)


def accuracy(classes: np.ndarray) -> float:
    return 100.0 * float(np.mean(classes == Y_TEST))


def from_the_same_start(seed: int) -> tuple[float, float, float]:
    """Both accuracies and the largest difference of a parameter, from the same weights through the same batches."""
    theirs = torch_network(seed).double()
    weights = [theirs[k].weight.detach().tolist() for k in (0, 2)]
    biases = [theirs[k].bias.detach().tolist() for k in (0, 2)]
    network = MLP.from_weights(weights, biases, activation=["relu", "linear"])
    orders = [np.random.default_rng(epoch).permutation(len(X)) for epoch in range(EPOCHS)]
    epochs = iter([orders[0], *orders])  # fit looks at the first batch before it begins

    def batches() -> list[tuple[np.ndarray, np.ndarray]]:
        order = next(epochs)
        return [(X[rows], Y[rows]) for rows in np.split(order, range(BATCH, len(X), BATCH))]

    fit(network, batches, loss="cross_entropy", learning_rate=RATE, epochs=EPOCHS)
    right = accuracy(network.predict_classes(X_TEST))
    reached = train_torch(theirs, orders, torch.float64)
    numbers = [p.detach().numpy() for p in theirs.parameters()]
    mine = [
        np.array([[w.data for w in neuron.w] if matrix else neuron.b.data for neuron in layer.neurons])
        for layer in network.layers
        for matrix in (True, False)
    ]
    return right, reached, max(float(np.abs(a - b).max()) for a, b in zip(numbers, mine, strict=True))


if __name__ == "__main__":
    print(machine("numpy", "torch", "scikit-learn"), end="\n\n")
    runs = {"PyTorch": [torchs(seed) for seed in SEEDS]}
    runs |= {f'fit, init="{init}"': [ours(seed, init) for seed in SEEDS] for init in INITIALIZATIONS}
    peer = np.mean(runs["PyTorch"])
    rows = [
        [name, f"{np.mean(found):.2f} %", f"{np.mean(found) - peer:+.2f}", f"{np.std(found, ddof=1):.2f}"]
        for name, found in runs.items()
    ]
    print(table(["trained by", "right, mean of 5 seeds", "points beside PyTorch", "deviation of one seed"], rows))
    print()
    same = [from_the_same_start(seed) for seed in SEEDS]
    rows = [[str(seed), f"{a:.2f} %", f"{b:.2f} %", f"{gap:.0e}"] for seed, (a, b, gap) in zip(SEEDS, same)]
    print(table(["from PyTorch's weights of seed", "fit", "PyTorch", "parameters differ by"], rows))
