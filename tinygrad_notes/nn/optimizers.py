"""Optimizers: how parameters move along their gradients.

An optimizer works alone, on Values after `backward()`, or inside `fit`, on arrays: both through the same `update`.

Example:
    >>> from tinygrad_notes import Value
    >>> w = Value(3.0)
    >>> optimizer = SGD(learning_rate=0.1)
    >>> for _ in range(3):
    ...     w.grad = 0.0
    ...     (w * w).backward()
    ...     optimizer.step([w])
    >>> round(w.data, 12)
    1.536
"""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.errors import DivergenceError as DivergenceError
from tinygrad_notes.nn.spent_gradients import SpentGradient
from tinygrad_notes.refusals import counted, unknown
from tinygrad_notes.value import Value

Array = NDArray[np.float64]
LearningRate = float | Callable[[int], float]


REMEDY = "try a lower learning rate, clip_norm=1.0 in fit, or inputs scaled to about -1 … 1"


class Optimizer(ABC):
    """The base of all: counts steps and looks up the learning rate.

    Args:
        learning_rate: a positive number, or a function from the number of the step, 0 first, to one (see
            `tinygrad_notes.nn.schedules`).

    Attributes:
        steps: how many updates have been made.
        state: what the optimizer remembers between updates, one number per parameter and name.
    """

    def __init__(self, learning_rate: LearningRate) -> None:
        if isinstance(learning_rate, (list, tuple)) or hasattr(learning_rate, "parameters"):
            raise TypeError(
                f"an optimizer is made with a learning rate, got {type(learning_rate).__name__}: "
                "the parameters go to each step, optimizer.step(network.parameters())"
            )
        if not callable(learning_rate) and not isinstance(learning_rate, Real):
            raise TypeError(f"a learning rate is a number or a function of the step, got {learning_rate!r}")
        if not callable(learning_rate) and not 0.0 < learning_rate < math.inf:
            raise ValueError(f"a learning rate must be positive and finite, got {learning_rate!r}")
        self.learning_rate = learning_rate
        self.steps = 0
        self.state: dict[str, Array] = {}

    def step(self, parameters: Sequence[Value]) -> None:
        """Move each parameter's `data` along its `grad`; the same parameters every time.

        A later `backward()` that adds to the gradients used here warns: `zero_grad()` belongs between the two.

        Raises DivergenceError where a gradient is nan or infinite; no parameter has moved then.
        """
        if hasattr(parameters, "parameters"):
            raise TypeError(f"step takes a list of Values, got {type(parameters).__name__}: write its .parameters()")
        numbers = np.array([parameter.data for parameter in parameters])
        gradients = np.array([parameter.grad for parameter in parameters])
        for parameter in parameters:
            if not math.isfinite(parameter.grad):
                raise DivergenceError(
                    f"the gradient of {parameter.label or 'a parameter'} is {parameter.grad} in step {self.steps} "
                    f"(learning rate {self.rate:g}): {REMEDY}; tinygrad_notes.detect_anomaly() says where it began"
                )
        with np.errstate(all="ignore"):  # an overflow shows in the next gradient, and is reported then
            self.update(numbers, gradients)
        for parameter, number, gradient in zip(parameters, numbers.tolist(), gradients.tolist()):
            parameter.data = number
            parameter.grad = SpentGradient(gradient)

    @property
    def rate(self) -> float:
        """The learning rate of the next update; ValueError where a function of the step gives none."""
        if not callable(self.learning_rate):
            return self.learning_rate
        rate = self.learning_rate(self.steps)
        if not hasattr(rate, "__float__") or not math.isfinite(rate):  # arrays of one number are used too
            raise ValueError(
                f"a learning rate must be a finite number, but its function gave {rate!r} in step {self.steps}"
            )
        return rate

    def update(self, parameters: Array, gradients: Array) -> None:
        """Move `parameters`, of shape (parameters,), in place.

        Raises ValueError where the updates before had another number of parameters.
        """
        for remembered in self.state.values():
            if len(remembered) != len(parameters):
                raise ValueError(
                    f"this optimizer has moved {counted(len(remembered), 'parameter')} so far, got {len(parameters)}: "
                    "use one optimizer for each set of parameters"
                )
        self._move(parameters, gradients, self.rate)
        self.steps += 1

    @abstractmethod
    def _move(self, parameters: Array, gradients: Array, rate: float) -> None:
        """Move `parameters` in place by one step of size `rate`."""

    def _remembered(self, name: str, like: Array) -> Array:
        if name not in self.state:
            self.state[name] = np.zeros_like(like)
        return self.state[name]

    def settings(self) -> dict[str, Any]:
        """What was chosen when the optimizer was made, for checkpoints to compare."""
        chosen = {name: value for name, value in vars(self).items() if name not in ("state", "steps")}
        return {"name": type(self).__name__} | {name: _plain(value) for name, value in chosen.items()}


def _plain(value: Any) -> Any:
    """`value`, or its text without the addresses of functions and objects, which differ from process to process."""
    return value if isinstance(value, (int, float, bool)) else re.sub(r" at 0x[0-9A-Fa-f]+", "", repr(value))


def _not_negative(name: str, number: float) -> float:
    if not 0.0 <= number < math.inf:
        raise ValueError(f"{name} must be at least 0 and finite, got {number!r}")
    return number


class SGD(Optimizer):
    """p := p - η·v, where v is the gradient or, with momentum μ, v := μ·v + gradient.

    Nesterov's form moves along gradient + μ·v instead (Sutskever et al. 2013, as PyTorch writes it). `weight_decay` λ
    adds λ·p to the gradient: the gradient of ½λ‖p‖².
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.1,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(learning_rate)
        if not 0.0 <= momentum < 1.0:
            raise ValueError(f"momentum must be at least 0 and below 1, got {momentum}")
        if nesterov and not momentum:
            raise ValueError("Nesterov's form needs a momentum above 0")
        self.momentum, self.nesterov = momentum, nesterov
        self.weight_decay = _not_negative("weight_decay", weight_decay)

    def _move(self, parameters: Array, gradients: Array, rate: float) -> None:
        if self.weight_decay:
            gradients = gradients + self.weight_decay * parameters
        if self.momentum:
            velocity = self._remembered("velocity", parameters)
            velocity *= self.momentum
            velocity += gradients
            gradients = gradients + self.momentum * velocity if self.nesterov else velocity
        parameters -= rate * gradients


class Adam(Optimizer):
    """Steps scaled by running means of the gradient and of its square (Kingma and Ba 2015, algorithm 1).

    m := β₁m + (1-β₁)g,  v := β₂v + (1-β₂)g²,  p := p - η·m̂ / (√v̂ + ε), where m̂ = m / (1-β₁ᵗ), v̂ = v / (1-β₂ᵗ).
    `weight_decay` λ adds λ·p to the gradient; see `AdamW` for the decoupled kind.
    """

    decoupled = False

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(learning_rate)
        if not isinstance(betas, (tuple, list)) or len(betas) != 2:
            raise ValueError(f"betas must be a pair, of the gradient's mean and its square's, got {betas!r}")
        if not all(0.0 <= beta < 1.0 for beta in betas):
            raise ValueError(f"betas must be at least 0 and below 1, got {betas}")
        self.betas = betas
        self.epsilon = _not_negative("epsilon", epsilon)
        self.weight_decay = _not_negative("weight_decay", weight_decay)

    def _move(self, parameters: Array, gradients: Array, rate: float) -> None:
        first, second = self.betas
        if self.weight_decay and self.decoupled:
            parameters *= 1.0 - rate * self.weight_decay
        elif self.weight_decay:
            gradients = gradients + self.weight_decay * parameters
        mean, square = self._remembered("mean", parameters), self._remembered("square", parameters)
        step = gradients - mean  # the only new array: more of them would take longer than the arithmetic
        step *= 1.0 - first
        mean += step
        np.multiply(gradients, gradients, step)
        step -= square
        step *= 1.0 - second
        square += step
        t = self.steps + 1
        np.divide(square, 1.0 - second**t, step)
        np.sqrt(step, step)
        step += self.epsilon
        np.divide(mean, step, step)
        step *= rate / (1.0 - first**t)
        parameters -= step


class AdamW(Adam):
    """Adam with decoupled weight decay: p := (1 - ηλ)·p before each step (Loshchilov and Hutter 2019)."""

    decoupled = True

    def __init__(self, learning_rate: LearningRate = 0.001, *, weight_decay: float = 0.01, **adam: Any) -> None:
        super().__init__(learning_rate, weight_decay=weight_decay, **adam)


def clip_by_norm(gradients: Array, most: float) -> Array:
    """The gradients, scaled down where their Euclidean length is above `most` (Pascanu et al. 2013).

    Raises ValueError where `most` is not above 0.

    Example:
        >>> clip_by_norm(np.array([3.0, 4.0]), 1.0)
        array([0.6, 0.8])
    """
    if not most > 0.0:
        raise ValueError(f"gradients are clipped to a length above 0, got {most!r}: None clips nothing")
    largest = float(np.abs(gradients).max(initial=0.0))
    if largest == 0.0:
        return gradients
    scaled = gradients / largest  # squares of the gradients themselves may be beyond floats
    length = float(np.linalg.norm(scaled))
    return scaled * (most / length) if largest * length > most else gradients


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "sgd": SGD,
    "adam": Adam,
    "adamw": AdamW,
    "momentum": partial(SGD, momentum=0.9),
    "nesterov": partial(SGD, momentum=0.9, nesterov=True),
}


def optimizer_named(optimizer: str | Optimizer, learning_rate: LearningRate | None = None) -> Optimizer:
    """A new optimizer of that name, "momentum" and "nesterov" being SGD with a momentum of 0.9; an `Optimizer` itself.

    Args:
        optimizer: a name, in capitals or not, or an `Optimizer`, which is given back as it is.
        learning_rate: of the new optimizer; None for its default.

    Raises ValueError for an unknown name or for an `Optimizer` with a learning rate beside it, TypeError for what is
    neither a name nor an `Optimizer`.

    Example:
        >>> optimizer_named("momentum", 0.05).settings()["momentum"]
        0.9
    """
    if isinstance(optimizer, Optimizer):
        if learning_rate is not None:
            made = type(optimizer).__name__
            raise ValueError(
                f"the learning rate of {made} is given when it is made: write optimizer={made}({learning_rate!r}), or "
                "the optimizer's name beside learning_rate"
            )
        return optimizer
    if isinstance(optimizer, type) and issubclass(optimizer, Optimizer):
        raise TypeError(f"an optimizer is made before it is used, got its class: write {optimizer.__name__}()")
    if not isinstance(optimizer, str):
        raise TypeError(f"an optimizer is a name or an Optimizer, got {type(optimizer).__name__}")
    make = OPTIMIZERS.get(optimizer.strip().casefold())
    if make is None:
        raise ValueError(f"{unknown('optimizer', optimizer, list(OPTIMIZERS))}, or make one of your own")
    return make() if learning_rate is None else make(learning_rate)
