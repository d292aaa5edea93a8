"""Note C: XOR, and the two things that had not clicked yet.

The page trains a 2-2-1 sigmoid network without biases on all four samples at once, 10,000 times, at a learning rate
of 0.5, with the weights that NumPy draws from seed 42. Its updates, written as *increases* by
hᵀ · (error · slope) · 0.5 with error = y - p, are plain gradient descent on ½ Σ (y - p)².

Two things were left open. The code of backpropagation: here it is one call, and the result is the same, number by
number. And what a derivative is: a page of difference quotients that walk toward one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tinygrad_notes import functions
from tinygrad_notes.derivatives.quotients import difference_quotient
from tinygrad_notes.nn import MLP
from tinygrad_notes.nn.losses import half_squared_error
from tinygrad_notes.value import Value
from tinygrad_notes.worked.formulas import number
from tinygrad_notes.worked.report import Heading, Paragraph, Report, Table, cell

SAMPLES = ([0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0])
TARGETS = (0.0, 1.0, 1.0, 0.0)
LEARNING_RATE = 0.5
EPOCHS = 10_000


def network(seed: int = 42) -> MLP:
    """The page's 2-2-1 network, with the weights that `np.random.seed(seed)` and two calls of `uniform` give."""
    draw = np.random.RandomState(seed)  # the stream behind np.random.seed, without touching the global one
    into_hidden = draw.uniform(-1, 1, (2, 2))
    into_output = draw.uniform(-1, 1, (2, 1))
    return MLP.from_weights([into_hidden.tolist(), into_output.tolist()], activation="sigmoid", convention="x@W")


@dataclass(frozen=True, slots=True)
class Training:
    """What came of it.

    Attributes:
        network: as it stands after the last update.
        outputs: p for the four samples in the last epoch's forward pass, so before its update: what the page prints.
        history: the loss of some epochs, as pairs (epoch, loss).
    """

    network: MLP
    outputs: list[float]
    history: list[tuple[int, float]]


def train(epochs: int = EPOCHS, seed: int = 42, *, progress: bool = False) -> Training:
    """Gradient descent on all four samples at once, by the engine.

    With `progress` a bar is shown on stderr, if that is a terminal.

    Example:
        >>> training = train(epochs=10)
        >>> [round(p, 4) for p in training.outputs]
        [0.4141, 0.4018, 0.4055, 0.3936]
    """
    learner = network(seed)
    parameters = learner.parameters()
    history = []
    outputs: list[Value] = []
    for epoch in _epochs(epochs, progress):
        outputs = [learner(x) for x in SAMPLES]
        loss = half_squared_error(outputs, [[y] for y in TARGETS])
        if epoch == 1 or epoch % max(1, epochs // 10) == 0:
            history.append((epoch, loss.data))
        learner.zero_grad()
        loss.backward()
        for parameter in parameters:
            parameter.data -= LEARNING_RATE * parameter.grad
    return Training(learner, [p.data for p in outputs], history)


def _epochs(epochs: int, progress: bool) -> Iterable[int]:
    """1, 2, …, epochs, with a progress bar where someone is looking."""
    if not progress:
        return range(1, epochs + 1)
    from rich.console import Console
    from rich.progress import track

    screen = Console(stderr=True)
    return track(range(1, epochs + 1), "training XOR", console=screen, transient=True, disable=not screen.is_terminal)


def slope_rows(zs: Iterable[float] = (-2.0, 0.0, 1.0)) -> list[tuple[float, float, float, float]]:
    """σ′ at each z three ways: by the engine, as s (1 - s) of the output s, and as the slip z (1 - z)."""
    rows = []
    for number_ in zs:
        z = Value(number_)
        s = z.sigmoid()
        s.backward()
        rows.append((number_, z.grad, s.data * (1 - s.data), number_ * (1 - number_)))
    return rows


def report(digits: int = 8, *, epochs: int = EPOCHS, progress: bool = False) -> Report:
    """Train as the page did and show what came out, the slope that confuses, and what a derivative is."""
    training = train(epochs, progress=progress)
    outputs = [
        [cell(str([int(bit) for bit in x])), cell(f"{y:g}"), cell(f"{p:.{digits}f}")]
        for x, y, p in zip(SAMPLES, TARGETS, training.outputs, strict=True)
    ]
    losses = [[cell(f"{epoch:,}"), cell(number(loss, digits))] for epoch, loss in training.history]
    slopes = [[cell(number(part, digits)) for part in row] for row in slope_rows()]
    return Report(
        [
            Heading("Note C. XOR by a 2-2-1 sigmoid network without biases"),
            Paragraph("All four samples at once, loss ½ Σ (y - p)², learning rate 0.5, weights from NumPy's seed 42."),
            Table(["epoch", "loss"], losses, numeric=(0, 1)),
            Paragraph(f"What the network answers in epoch {epochs:,}:"),
            Table(["x", "y", "p"], outputs, numeric=(1, 2)),
            Paragraph(
                "Without biases both hidden neurons answer ½ to [0, 0], and the output must make do with that: "
                "it gets near 0 and 1, and stops short."
            ),
            Heading("The slope of σ is written in terms of its output"),
            Paragraph("With s = σ(z) the slope is s (1 - s). Putting z itself in the place of s is the usual slip."),
            Table(["z", "engine", "s (1 - s)", "slip: z (1 - z)"], slopes, numeric=(0, 1, 2, 3)),
            *_what_a_derivative_is(digits),
        ]
    )


def _what_a_derivative_is(digits: int, z: float = 1.0) -> list[Heading | Paragraph | Table]:
    """Difference quotients of σ at z, walking toward the engine's slope, and away again as rounding takes over."""
    walk = difference_quotient(functions.sigmoid, z, [10.0**-k for k in range(0, 15, 2)])
    rows = [
        [
            cell(f"{row.h:.0e}"),
            cell(number(row.forward, digits)),
            cell(f"{row.errors[0]:.0e}"),
            cell(number(row.central, digits)),
            cell(f"{row.errors[1]:.0e}"),
        ]
        for row in walk.rows
    ]
    return [
        Heading("What a derivative is"),
        Paragraph(
            f"Move z by a little h and see how far σ moves: rise over run, (σ(z + h) - σ(z)) / h. The smaller h, the "
            f"nearer to σ'({number(z)}) = {number(walk.derivative, digits)}; that is its definition. Looking both "
            "ways, (σ(z + h) - σ(z - h)) / 2h, gets there sooner. "
            "With too small an h the difference is lost in rounding."
        ),
        Table(["h", "one way", "off by", "both ways", "off by"], rows, numeric=range(5)),
    ]
