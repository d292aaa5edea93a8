"""A run of `fit` for a test to kill: trains, saving after every epoch, and writes the parameters in the end."""

import sys
from pathlib import Path

import numpy as np

from tinygrad_notes import MLP
from tinygrad_notes.nn.fit import fit
from tinygrad_notes.nn.optimizers import Adam
from tinygrad_notes.nn.schedules import Cosine

X = np.random.default_rng(5).normal(size=(40, 3))
Y = np.sin(X.sum(axis=1))


def train(checkpoint, epochs=60):
    network = MLP(3, [5, 1], activation="tanh", seed=2)
    history = fit(
        network,
        X,
        Y,
        optimizer=Adam(Cosine(0.02, steps=400)),
        epochs=epochs,
        batch_size=7,
        seed=3,
        checkpoint=checkpoint,
    )
    return [parameter.data for parameter in network.parameters()], history


if __name__ == "__main__":
    numbers, history = train(Path(sys.argv[1]))
    Path(sys.argv[2]).write_text(" ".join(number.hex() for number in [*numbers, *history["loss"]]))
