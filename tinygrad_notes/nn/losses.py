r"""Losses: how far a network's outputs are from the targets.

Each loss is a `Loss`: call it on the outputs of one sample or of a batch. Within a sample the terms of all outputs
are summed (`mean_squared_error` averages them). Over the samples of a batch a loss sums or averages, as its
`reduction` says; a call may choose otherwise.

| name                   | one sample                          | over samples |
|------------------------|-------------------------------------|--------------|
| `squared_error`        | Σ (a - y)²                          | sum          |
| `half_squared_error`   | ½ Σ (a - y)²                        | sum          |
| `mean_squared_error`   | (1/n) Σ (a - y)² over n outputs     | mean         |
| `binary_cross_entropy` | -Σ (y ln a + (1 - y) ln(1 - a))     | mean         |
| `cross_entropy`        | -Σ y ln a                           | mean         |
| `absolute_error`       | Σ \|a - y\|                         | sum          |
| `mean_absolute_error`  | (1/outputs) Σ \|a - y\|             | mean         |
| `hinge`                | Σ max(0, 1 - y a), y = 1 or -1      | mean         |

Names are read in capitals too, and in short: mse, sse, mae, bce.

Example:
    >>> from tinygrad_notes.value import Value
    >>> a = [Value(0.75), Value(-1.0)]
    >>> squared_error(a, [1.0, 0.0]).data, mean_squared_error(a, [1.0, 0.0]).data
    (1.0625, 0.53125)
    >>> squared_error([a, a], [[1.0, 0.0], [1.0, 0.0]], reduction="mean").data
    1.0625
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, SupportsIndex, TypeGuard

from tinygrad_notes import functions
from tinygrad_notes.errors import ArgumentTypeError, ArgumentValueError
from tinygrad_notes.refusals import counted, unknown
from tinygrad_notes.value import Number, Value

Scalar = Value | Number
REDUCTIONS = ("sum", "mean")


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss by its term: what one output adds.

    Attributes:
        name: what files and arguments call it.
        term: the term of output a with target y, as written on paper.
        reduction: "sum" or "mean" over samples.
        averages_outputs: whether a sample's terms are averaged rather than summed.
        canonical_activation: the activation with which the derivative by the last layer's pre-activation is a - y.
        stable_term: the term as it is computed, where that loses fewer digits.
        prepare: what is made of all outputs of a sample before each has its term, such as `log_softmax`.
    """

    name: str
    term: Callable[[Any, Any], Any]
    reduction: str
    averages_outputs: bool = False
    canonical_activation: str | None = None
    stable_term: Callable[[Any, Any], Any] | None = None
    prepare: Callable[[Sequence[Any]], Sequence[Any]] | None = None

    def __call__(self, outputs: Any, targets: Any, reduction: str | None = None) -> Any:
        """The loss of one sample, or of a batch if `targets` is a sequence of sequences.

        One sample: `outputs` and `targets` of shape (n,), or one bare number each; a bare whole number beside several
        outputs is the class, from 0. A batch: both of shape (samples, n); a sample with one output may be given bare,
        as a network of one output returns it.

        Raises ValueError where the shapes differ, or `reduction` is neither "sum" nor "mean".
        """
        is_class = isinstance(targets, SupportsIndex) and _is_bare(targets)  # an array has an `__index__` too
        if is_class and not _is_bare(outputs) and len(outputs) > 1:
            targets = self._one_hot(operator.index(targets), len(outputs))
        samples = _samples(outputs, targets)
        if self.prepare is not None:
            samples = [(self.prepare(outputs), targets) for outputs, targets in samples]
        term = self.stable_term or self.term
        terms = [term(a, y) for sample in samples for a, y in zip(*sample, strict=True)]
        count = self.averaged_over(len(samples), len(samples[0][0]), reduction)
        total = functions.sum(terms) if len(terms) > 1 else terms[0]
        return total if count == 1 else total / count

    def _one_hot(self, target: int, classes: int) -> list[float]:
        if not 0 <= target < classes:
            raise ValueError(f"{classes} outputs are for the classes 0 to {classes - 1}, got the class {target}")
        off = -1.0 if self.name == "hinge" else 0.0
        return [1.0 if place == target else off for place in range(classes)]

    def check_outputs(self, outputs: Any) -> None:
        """ValueError where the loss takes logarithms of outputs that are no shares: of a linear last layer, say."""
        if self.canonical_activation not in ("sigmoid", "softmax"):
            return
        listed = list(_listed(outputs))
        made_by = {a.operation.name for a in listed if isinstance(a, Value) and a.operation is not None} & _NO_SHARES
        numbers = [a.data if isinstance(a, Value) else a for a in listed]
        if made_by or not all(0.0 <= number <= 1.0 or number != number for number in numbers):
            shown = ", ".join([f"{number:.3g}" for number in numbers[:3]] + ["…"] * (len(numbers) > 3))
            raise ValueError(
                f"{self.name} takes the logarithm of outputs between 0 and 1, and this network's are not kept there "
                f"({shown}): give its last layer the activation {self.canonical_activation!r}, or make it linear "
                f'and take the loss "{self.name}_from_logits"'
            )

    def averaged_over(self, samples: int, outputs: int, reduction: str | None = None) -> int:
        """How many the sum of all terms is divided by: 1, or the count of what is averaged."""
        chosen = reduction or self.reduction
        if chosen not in REDUCTIONS:
            raise ValueError(f'a reduction is "sum" or "mean" (over samples), not {chosen!r}')
        return (samples if chosen == "mean" else 1) * (outputs if self.averages_outputs else 1)


def _squared(a: Scalar, y: Scalar) -> Any:
    return functions.square(a - y)


def _half_squared(a: Scalar, y: Scalar) -> Any:
    return 0.5 * functions.square(a - y)


def _absolute(a: Scalar, y: Scalar) -> Any:
    return functions.abs(a - y)


def _hinge(a: Scalar, y: Scalar) -> Any:
    return functions.maximum(0.0, 1.0 - y * a)


def _binary_cross_entropy(a: Scalar, y: Scalar) -> Any:
    return -(y * functions.log(a) + (1.0 - y) * functions.log(1.0 - a))


def _cross_entropy(a: Scalar, y: Scalar) -> Any:
    return -(y * functions.log(a))


_NO_SHARES = frozenset([
    "dot", "weighted_sum", "identity", "relu", "leaky_relu", "elu", "silu", "gelu", "tanh", "softplus", "square",
])  # fmt: skip
"""The operations of a last layer whose outputs may leave [0, 1], wherever they are at the start."""


# A saturated output rounds to 0 or 1, where the logarithm is infinite or its slope is lost. Where the graph shows
# that a is σ(z) or exp(z), its logarithm is known without rounding.


def _stable_binary_cross_entropy(a: Scalar, y: Scalar) -> Any:
    if not _made_by(a, "sigmoid"):
        return -(weighed(y, functions.log(a)) + weighed(1.0 - y, functions.log(1.0 - a)))
    z = a.operands[0]
    return -(_weighed(y, functions.log_sigmoid(z)) + _weighed(1.0 - y, functions.log_sigmoid(-z)))


def _stable_cross_entropy(a: Scalar, y: Scalar) -> Any:
    return -(_weighed(y, a.operands[0]) if _made_by(a, "exp") else weighed(y, functions.log(a)))


def weighed(y: Scalar, log_share: Scalar) -> Any:
    """y ln a: 0 for a target of 0, even where the share a is 0 and its logarithm is infinite."""
    return functions.where(y, y * log_share, 0.0)


def _weighed(y: Scalar, log_share: Value) -> Any:
    """The same; where ln a is finite without the choice, which takes a tenth of a step."""
    return y * log_share if math.isfinite(log_share._data) else weighed(y, log_share)


def _made_by(a: Scalar, name: str) -> TypeGuard[Value]:
    return isinstance(a, Value) and a.operation is not None and a.operation.name == name


squared_error = Loss("squared_error", _squared, "sum")
half_squared_error = Loss("half_squared_error", _half_squared, "sum", canonical_activation="linear")
mean_squared_error = Loss("mean_squared_error", _squared, "mean", averages_outputs=True)
binary_cross_entropy = Loss(
    "binary_cross_entropy",
    _binary_cross_entropy,
    "mean",
    canonical_activation="sigmoid",
    stable_term=_stable_binary_cross_entropy,
)
cross_entropy = Loss(
    "cross_entropy", _cross_entropy, "mean", canonical_activation="softmax", stable_term=_stable_cross_entropy
)
absolute_error = Loss("absolute_error", _absolute, "sum")
mean_absolute_error = Loss("mean_absolute_error", _absolute, "mean", averages_outputs=True)
hinge = Loss("hinge", _hinge, "mean")

LOSSES = {
    loss.name: loss
    for loss in (
        *(squared_error, half_squared_error, mean_squared_error, binary_cross_entropy, cross_entropy),
        *(absolute_error, mean_absolute_error, hinge),
    )
}
_SYNONYMS = {
    "mse": "mean_squared_error", "sse": "squared_error", "mae": "mean_absolute_error", "sae": "absolute_error",
    "bce": "binary_cross_entropy", "binary_crossentropy": "binary_cross_entropy", "ce": "cross_entropy",
    "categorical_crossentropy": "cross_entropy", "categorical_cross_entropy": "cross_entropy", "hinge_loss": "hinge",
    "crossentropy": "cross_entropy", "log_loss": "binary_cross_entropy", "logloss": "binary_cross_entropy",
    "crossentropyloss": "cross_entropy", "bceloss": "binary_cross_entropy", "mseloss": "mean_squared_error",
    "sum_squared_error": "squared_error", "sum_of_squared_errors": "squared_error", "sum_of_squares": "squared_error",
}  # fmt: skip


def loss_named(loss: str | Loss) -> Loss:
    """The loss of that name; a `Loss` is given back as it is.

    Raises ValueError for an unknown name, and TypeError for what is no name.
    """
    if isinstance(loss, Loss):
        return loss
    if not isinstance(loss, str):
        raise ArgumentTypeError(
            f'a loss is a name such as "squared_error", or a Loss, not {type(loss).__name__}', "loss"
        )
    small = "_".join(loss.casefold().replace("-", " ").split())
    known = _SYNONYMS.get(small, small)
    if known not in LOSSES:
        raise ArgumentValueError(unknown("loss", loss, list(LOSSES)), "loss")
    return LOSSES[known]


def _samples(outputs: Any, targets: Any) -> list[tuple[Sequence[Scalar], Sequence[Scalar]]]:
    if targets is None:
        raise TypeError("a loss compares outputs with targets, got None for the targets: loss(network(x), y)")
    pairs: list[tuple[Sequence[Scalar], Sequence[Scalar]]]
    if not _is_bare(targets) and len(targets) and not any(map(_is_bare, targets)):
        if _is_bare(outputs) or len(outputs) != len(targets):
            got = "one number" if _is_bare(outputs) else counted(len(outputs), "output")
            wanted = counted(len(targets), "sample")
            raise ValueError(f"a loss compares each sample with its targets, got {got} for {wanted}")
        pairs = [(_listed(a), y) for a, y in zip(outputs, targets, strict=True)]
    else:
        pairs = [(_listed(outputs), _listed(targets))]
    for a, y in pairs:
        if len(a) != len(y) or not len(y):
            hint = ": a class is written bare, 1, or one-hot, [0, 1] for class 1 of 2" if len(y) == 1 < len(a) else ""
            raise ValueError(
                f"a loss compares each output with a target, got {counted(len(a), 'output')} and "
                f"{counted(len(y), 'target')}{hint}"
            )
    return pairs


def _listed(numbers: Any) -> Any:
    return [numbers] if _is_bare(numbers) else numbers


def _is_bare(numbers: Any) -> bool:
    return not hasattr(numbers, "__len__")
