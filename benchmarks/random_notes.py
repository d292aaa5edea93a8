"""Random pages of hand-worked numbers, for `notes.py`; `note_notations.py` writes them as notes.

A page is worked line by line, each number from the rounded ones above, as people work. Nothing of the reader or the
marker is used to make one.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from itertools import product

Box = tuple[float, float]


@dataclass
class Step:
    """A quantity: `kind` says how it comes from those that it reads; a given one has its number as its factor."""

    name: str
    kind: str
    reads: tuple[int, ...] = ()
    factor: float = 0.0
    weights: tuple[float, ...] = ()

    def work(self, *xs: float) -> float:
        return {
            "given": lambda: self.factor,
            "dot": lambda: sum(w * x for w, x in zip(self.weights, xs, strict=True)) + self.factor,
            "sum": lambda: self.factor * xs[0] + xs[1],
            "product": lambda: xs[0] * xs[1],
            "square": lambda: xs[0] ** 2,
            "difference": lambda: xs[0] - xs[1],
            "slope of tanh": lambda: 1.0 - xs[0] ** 2,
            "slope of sigmoid": lambda: xs[0] * (1.0 - xs[0]),
            "slope of square": lambda: 2.0 * xs[0],
            "tanh": lambda: math.tanh(xs[0]),
            "sigmoid": lambda: 1.0 / (1.0 + math.exp(-xs[0])),
        }[self.kind]()

    def box(self, *boxes: Box) -> Box:
        corners = [self.work(*corner) for corner in product(*boxes)]
        if self.kind == "square" and boxes[0][0] < 0.0 < boxes[0][1]:
            corners.append(0.0)
        if self.kind == "slope of sigmoid" and boxes[0][0] < 0.5 < boxes[0][1]:
            corners.append(0.25)
        if self.kind == "slope of tanh" and boxes[0][0] < 0.0 < boxes[0][1]:
            corners.append(1.0)
        return min(corners), max(corners)


@dataclass
class Page:
    """Steps, what is written for each, and the decimals of the claims."""

    steps: list[Step]
    decimals: int
    written: list[str] = field(default_factory=list)
    layers: list[list[int]] = field(default_factory=list)

    def claims(self) -> list[int]:
        return [at for at, step in enumerate(self.steps) if step.kind != "given"]

    def worked(self, wrong: dict[int, str]) -> Page:
        """The page with each number worked from the written ones above, but for those that are wrong."""
        written: list[str] = []
        for at, step in enumerate(self.steps):
            number = step.work(*(float(written[k]) for k in step.reads))
            written.append(wrong.get(at) or (f"{number:g}" if step.kind == "given" else f"{number:.{self.decimals}f}"))
        return Page(self.steps, self.decimals, written, self.layers)

    def reach(self, at: int) -> Box:
        """All that a step can come to when each claim above stands for any number that rounds to it."""
        half = 0.5 * 10.0**-self.decimals

        def box(k: int) -> Box:
            number = float(self.written[k])
            return (number, number) if self.steps[k].kind == "given" else (number - half, number + half)

        return self.steps[at].box(*(box(k) for k in self.steps[at].reads))


def random_page(rng: random.Random) -> Page:
    kinds = ["sum", "sum", "product", "square", "difference", "tanh", "sigmoid"]
    names = rng.choice([("x", "v"), ("i", "net"), ("x", "z"), ("p", "q"), ("α", "β")])
    steps = [Step(f"{names[0]}{k}", "given", (), round(rng.uniform(-1.5, 1.5), 2) or 0.5) for k in range(1, 4)]
    for k in range(1, rng.randint(5, 16)):
        kind = rng.choice(kinds)
        reads = [rng.randrange(max(0, len(steps) - 5), len(steps)) for _ in range(2)]
        count = 2 if kind in ("sum", "product", "difference") else 1
        steps.append(Step(f"{names[1]}{k}", kind, tuple(reads[:count]), round(rng.uniform(0.1, 0.9), 1)))
    for at, step in enumerate(list(steps)):
        if step.kind in ("tanh", "sigmoid", "square") and rng.random() < 0.5:
            read = step.reads[0] if step.kind == "square" else at
            by = steps[step.reads[0]].name
            steps.append(Step(f"d{step.name}/d{by}", f"slope of {step.kind}", (read,)))
    return Page(steps, rng.randint(2, 6))


def random_layers(rng: random.Random) -> Page:
    """A network of one to three layers, element by element: rows of a matrix product, and tanh or σ of them."""
    steps = [Step(f"x{k}", "given", (), round(rng.uniform(-1, 1), 1) or 0.5) for k in range(rng.randint(2, 3))]
    layers = [list(range(len(steps)))]
    for layer in range(1, rng.randint(2, 4)):
        before, count = layers[-1], rng.randint(2, 3)
        for k in range(count):
            weights = tuple(round(rng.uniform(-1, 1), 1) for _ in before)
            steps.append(Step(f"z{layer}{k}", "dot", tuple(before), round(rng.uniform(-0.5, 0.5), 1), weights))
        layers.append(list(range(len(steps) - count, len(steps))))
        kind = rng.choice(["tanh", "sigmoid"])
        steps += [Step(f"a{layer}{k}", kind, (at,)) for k, at in enumerate(layers[-1])]
        layers.append(list(range(len(steps) - count, len(steps))))
    return Page(steps, rng.randint(2, 5), layers=layers)
