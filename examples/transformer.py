"""A character-level transformer of plain scalars: attention, layer norm, cross-entropy and Adam.

One block (Vaswani et al., 2017, with the norm first) and two heads. Every number of it is a Value, so
any of them can be looked at, explained or drawn; training runs on replay, and for three steps on Values too.

    python examples/transformer.py [--steps 300]
"""

import argparse
import math
import random
from collections.abc import Sequence

from tinygrad_notes import Module, Value, dot, functions, mean, record, softmax, weighted_sum
from tinygrad_notes.nn.optimizers import Adam
from tinygrad_notes.replay import Program

TEXT = "she sells sea shells by the sea shore. "
LETTERS = sorted(set(TEXT))
CONTEXT, WIDTH, HEADS, HIDDEN = 8, 8, 2, 16
Window = list[list[float]]
"""For each position a number for each letter: 1 for the letter that stands there, else 0."""


class Linear(Module):
    """x ↦ W x + b on vectors of Values; W has shape (nout, nin)."""

    def __init__(self, nin: int, nout: int, draw: random.Random) -> None:
        self.W = [[Value(draw.gauss(0, 1 / math.sqrt(nin))) for _ in range(nin)] for _ in range(nout)]
        self.b = [Value(0.0) for _ in range(nout)]

    def __call__(self, x: Sequence[Value | float]) -> list[Value]:
        return [weighted_sum(row, x, b) for row, b in zip(self.W, self.b, strict=True)]

    def parameters(self) -> list[Value]:
        return [*(w for row in self.W for w in row), *self.b]


class LayerNorm(Module):
    """(x - mean) / √(variance + ε), scaled and shifted."""

    def __init__(self, width: int) -> None:
        self.scale = [Value(1.0) for _ in range(width)]
        self.shift = [Value(0.0) for _ in range(width)]

    def __call__(self, x: Sequence[Value | float]) -> list[Value]:
        center = mean(x)
        deviations = [xi - center for xi in x]
        spread = (mean([functions.square(d) for d in deviations]) + 1e-5).sqrt()
        return [s * (d / spread) + t for d, s, t in zip(deviations, self.scale, self.shift, strict=True)]

    def parameters(self) -> list[Value]:
        return [*self.scale, *self.shift]


class Transformer(Module):
    """The loss of predicting each next letter of a window, given one-hot letters of shape (CONTEXT, letters)."""

    def __init__(self, seed: int = 0) -> None:
        draw, letters = random.Random(seed), len(LETTERS)
        self.letter = Linear(letters, WIDTH, draw)
        self.place = [[Value(draw.gauss(0, 0.3)) for _ in range(WIDTH)] for _ in range(CONTEXT)]
        self.norms = [LayerNorm(WIDTH) for _ in range(3)]
        self.query, self.key, self.value, self.mix = (Linear(WIDTH, WIDTH, draw) for _ in range(4))
        self.up, self.down = Linear(WIDTH, HIDDEN, draw), Linear(HIDDEN, WIDTH, draw)
        self.out = Linear(WIDTH, letters, draw)

    def logits(self, window: Window) -> list[list[Value]]:
        """For each position the scores of the letter that follows it."""
        stream = [add(self.letter(x), place) for x, place in zip(window, self.place, strict=True)]
        stream = [add(x, y) for x, y in zip(stream, self.attention(list(map(self.norms[0], stream))), strict=True)]
        stream = [add(x, self.down([h.relu() for h in self.up(self.norms[1](x))])) for x in stream]
        return [self.out(self.norms[2](x)) for x in stream]

    def attention(self, stream: list[list[Value]]) -> list[list[Value]]:
        """Each position looks back: a mean of the values there, weighted by how well query and key agree."""
        queries, keys, values = ([layer(x) for x in stream] for layer in (self.query, self.key, self.value))
        size, mixed = WIDTH // HEADS, []
        for t, query in enumerate(queries):
            heads = []
            for part in (slice(h * size, (h + 1) * size) for h in range(HEADS)):
                weights = softmax([dot(query[part], key[part]) / math.sqrt(size) for key in keys[: t + 1]])
                heads += [dot(weights, column) for column in zip(*(v[part] for v in values[: t + 1]), strict=True)]
            mixed.append(self.mix(heads))
        return mixed

    def loss(self, window: Window, following: Window) -> Value:
        """Cross-entropy, averaged over the positions."""
        scores = self.logits(window)
        return mean([functions.logsumexp(s) - dot(s, y) for s, y in zip(scores, following, strict=True)])

    def parameters(self) -> list[Value]:
        layers = (self.letter, self.query, self.key, self.value, self.mix, self.up, self.down, self.out, *self.norms)
        return [*(p for row in self.place for p in row), *(p for layer in layers for p in layer.parameters())]


def add(x: list[Value], y: list[Value]) -> list[Value]:
    return [a + b for a, b in zip(x, y, strict=True)]


def one_hot(text: str) -> Window:
    return [[float(letter == other) for other in LETTERS] for letter in text]


def windows() -> tuple[list[Window], list[Window]]:
    """Every window of the text, and the letters that follow: two nested lists (samples, CONTEXT, letters)."""
    starts = range(len(TEXT) - CONTEXT)
    return [one_hot(TEXT[s : s + CONTEXT]) for s in starts], [one_hot(TEXT[s + 1 : s + CONTEXT + 1]) for s in starts]


def continued(model: Transformer, prompt: str, letters: int = 30) -> str:
    """The text that the model finds likeliest after `prompt`, letter by letter."""
    text = prompt
    for _ in range(letters):
        scores = model.logits(one_hot(text[-CONTEXT:]))[-1]
        text += LETTERS[max(range(len(LETTERS)), key=scores.__getitem__)]
    return text


def step_on_values(model: Transformer, optimizer: Adam, X: list[Window], Y: list[Window]) -> float:
    """One step of gradient descent on the mean loss, node by node; returns the loss before it."""
    model.zero_grad()
    total = 0.0
    for window, following in zip(X, Y, strict=True):
        loss = model.loss(window, following)
        loss.backward(1 / len(X))
        total += loss.data / len(X)
    optimizer.step(model.parameters())
    return total


def step_on_replay(model: Transformer, optimizer: Adam, program: Program, X: list[Window], Y: list[Window]) -> float:
    """The same step: the graph of one window, recorded once, is run over all windows together."""
    loss, gradients = program.value_and_gradients(X, Y)
    numbers = program.parameter_numbers()
    optimizer.update(numbers, gradients)
    program.write_parameters(numbers)
    return float(loss)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=300, help="how many steps to train on replay")
    arguments = parser.parse_args()
    X, Y = windows()
    model, twin = Transformer(seed=1), Transformer(seed=1)
    optimizer, twin_optimizer = Adam(learning_rate=0.01), Adam(learning_rate=0.01)
    program = record(model.loss, X[0], Y[0], parameters=model.parameters())
    print(f"{len(model.parameters())} parameters, {len(X)} windows; first the same steps twice:")
    for step in range(arguments.steps):
        loss = step_on_replay(model, optimizer, program, X, Y)
        if step < 3:
            on_values = step_on_values(twin, twin_optimizer, X, Y)
            print(f"step {step:3d}   loss on replay {loss:.12f}   on Values {on_values:.12f}")
        elif step % 50 == 0:
            print(f"step {step:3d}   loss on replay {loss:.12f}")
    print(f"step {arguments.steps:3d}   loss on replay {step_on_replay(model, optimizer, program, X, Y):.12f}")
    print(f"it goes on: {continued(model, 'she sell')!r}")


if __name__ == "__main__":
    main()
