"""How weights and biases start: the initializations of the field, by name.

With n inputs of a neuron (fan in) and m neurons in its layer (fan out):

| name               | a weight                  | a bias          | from                                              |
|--------------------|---------------------------|-----------------|---------------------------------------------------|
| `"micrograd"`      | U(-1, 1)                  | 0               | micrograd's `Neuron`                              |
| `"pytorch"`        | U(-1/√n, 1/√n)            | U(-1/√n, 1/√n)  | PyTorch's `Linear`; LeCun et al. 1998 had 1/√n    |
| `"glorot"`         | U(-√(6/(n+m)), √(6/(n+m)))| 0               | Glorot and Bengio 2010, equation 16               |
| `"glorot_normal"`  | N(0, 2/(n+m))             | 0               | the same variance, their equation 12              |
| `"he"`             | N(0, 2/n)                 | 0               | He et al. 2015, equation 10                       |
| `"he_uniform"`     | U(-√(6/n), √(6/n))        | 0               | the same variance                                 |

N(0, v) has the variance v. Names are read in capitals too, and as PyTorch has them: xavier_uniform, kaiming_normal, ….

Example:
    >>> from tinygrad_notes import MLP
    >>> network = MLP(4, [3], init="pytorch", seed=1)
    >>> all(-0.5 <= p.data <= 0.5 for p in network.parameters())
    True
    >>> MLP(2, [2], init=lambda draw, fan_in, fan_out: 0.25).layers[0].neurons[0].w[0].data
    0.25
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from tinygrad_notes.errors import ArgumentTypeError, ArgumentValueError
from tinygrad_notes.refusals import unknown

Draw = Callable[[Any, int, int], float]
"""From a generator of random numbers, the fan in and the fan out to a number."""
Init = str | Draw


class Initialization(NamedTuple):
    """How a weight and a bias are drawn, each from (generator, fan in, fan out)."""

    weight: Draw
    bias: Draw


def _zero(draw: Random, fan_in: int, fan_out: int) -> float:
    return 0.0


def _uniform(reach: Callable[[int, int], float]) -> Draw:
    def number(draw: Random, fan_in: int, fan_out: int) -> float:
        limit = reach(fan_in, fan_out)
        return draw.uniform(-limit, limit)

    return number


def _normal(variance: Callable[[int, int], float]) -> Draw:
    return lambda draw, fan_in, fan_out: draw.gauss(0.0, math.sqrt(variance(fan_in, fan_out)))


_LINEAR = _uniform(lambda n, m: 1.0 / math.sqrt(n))

DEFAULT = "pytorch"
INITIALIZATIONS = {
    "micrograd": Initialization(_uniform(lambda n, m: 1.0), _zero),
    "pytorch": Initialization(_LINEAR, _LINEAR),
    "glorot": Initialization(_uniform(lambda n, m: math.sqrt(6.0 / (n + m))), _zero),
    "glorot_normal": Initialization(_normal(lambda n, m: 2.0 / (n + m)), _zero),
    "he": Initialization(_normal(lambda n, m: 2.0 / n), _zero),
    "he_uniform": Initialization(_uniform(lambda n, m: math.sqrt(6.0 / n)), _zero),
}
_SYNONYMS = {
    "uniform": "micrograd", "torch": "pytorch", "glorot_uniform": "glorot", "xavier": "glorot",
    "xavier_uniform": "glorot", "xavier_normal": "glorot_normal", "he_normal": "he", "kaiming": "he",
    "kaiming_normal": "he", "kaiming_uniform": "he_uniform",
}  # fmt: skip


def initialization(init: Init) -> Initialization:
    """The initialization of that name; a function (generator, fan in, fan out) draws the weights, and biases are 0.

    Raises ArgumentValueError for an unknown name, ArgumentTypeError for what is neither a name nor a function.
    """
    if isinstance(init, str):
        small = init.strip().casefold()
        found = INITIALIZATIONS.get(_SYNONYMS.get(small, small))
        if found is None:
            raise ArgumentValueError(unknown("init", init, list(INITIALIZATIONS)), "init")
        return found
    if not callable(init):
        raise ArgumentTypeError(
            f'init is a name such as "pytorch", or a function (generator, fan in, fan out), got {type(init).__name__}',
            "init",
        )
    return Initialization(init, _zero)


def default_init(init: Init | None, activation: Any, seed: Any) -> Init:
    """The `init` of an MLP: None is micrograd's in a call that micrograd has too, without activation and seed."""
    if init is not None:
        return init
    return "micrograd" if activation is None and seed is None else DEFAULT
