"""Learning rates that change: functions from the number of the step, 0 first, to the rate.

Example:
    >>> rate = Warmup(Cosine(0.1, steps=100), steps=4)
    >>> [round(rate(step), 4) for step in (0, 3, 4, 54, 104, 1000)]
    [0.025, 0.1, 0.1, 0.05, 0.0, 0.0]
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass


def _check(name: str, steps: float, least: int = 1) -> None:
    if not least <= steps:
        raise ValueError(f"a schedule's {name} must be at least {least}, got {steps!r}")


@dataclass(frozen=True)
class StepDecay:
    """`start` times `factor` once every `every` steps."""

    start: float
    factor: float = 0.1
    every: int = 1000

    def __post_init__(self) -> None:
        _check("every", self.every)

    def __call__(self, step: int) -> float:
        return self.start * self.factor ** (step // self.every)


@dataclass(frozen=True)
class Exponential:
    """`start` times `factor` at every step."""

    start: float
    factor: float

    def __call__(self, step: int) -> float:
        return self.start * self.factor**step


@dataclass(frozen=True)
class Linear:
    """From `start` to `end` in a straight line over `steps` steps, `end` from then on."""

    start: float
    end: float
    steps: int

    def __post_init__(self) -> None:
        _check("steps", self.steps)

    def __call__(self, step: int) -> float:
        return self.start + (self.end - self.start) * min(step / self.steps, 1.0)


@dataclass(frozen=True)
class Cosine:
    """From `start` to `end` along half a cosine over `steps` steps (Loshchilov and Hutter 2017, without restarts)."""

    start: float
    end: float = 0.0
    steps: int = 1000

    def __post_init__(self) -> None:
        _check("steps", self.steps)

    def __call__(self, step: int) -> float:
        done = min(step / self.steps, 1.0)
        return self.end + (self.start - self.end) * 0.5 * (1.0 + math.cos(math.pi * done))


@dataclass(frozen=True)
class Warmup:
    """Another schedule after `steps` steps in which its first rate is approached in a straight line."""

    then: Callable[[int], float]
    steps: int

    def __post_init__(self) -> None:
        _check("steps", self.steps, least=0)

    def __call__(self, step: int) -> float:
        return self.then(0) * (step + 1) / self.steps if step < self.steps else self.then(step - self.steps)
