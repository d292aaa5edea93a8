"""Losses from logits: the outputs of a linear last layer, before softmax or sigmoid would make probabilities of them.

| name                               | one sample                                                   | over samples |
|------------------------------------|--------------------------------------------------------------|--------------|
| `cross_entropy_from_logits`        | -Σ y (z - logsumexp(z)): `cross_entropy` of softmax(z)       | mean         |
| `binary_cross_entropy_from_logits` | -Σ (y ln σ(z) + (1 - y) ln σ(-z)): the loss of σ(z)          | mean         |

`fit` takes these by itself where "cross_entropy" or "binary_cross_entropy" meets a linear last layer.

Example:
    >>> from tinygrad_notes import Value
    >>> z = [Value(1.0), Value(-2.0), Value(0.5)]
    >>> loss = cross_entropy_from_logits(z, [0.0, 0.0, 1.0])
    >>> loss.backward()
    >>> round(loss.data, 6), [round(logit.grad, 6) for logit in z]  # the gradient is softmax(z) - y
    (1.004597, [0.603749, 0.030059, -0.633808])
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tinygrad_notes import functions
from tinygrad_notes.errors import ArgumentTypeError, ArgumentValueError
from tinygrad_notes.nn.losses import LOSSES, Loss, Scalar, loss_named, weighed
from tinygrad_notes.operations import LOGSUMEXP
from tinygrad_notes.refusals import unknown
from tinygrad_notes.value import Value


def _cross_entropy(log_share: Scalar, y: Scalar) -> Any:
    return -weighed(y, log_share)


def _binary_cross_entropy(z: Scalar, y: Scalar) -> Any:
    return -(weighed(y, functions.log_sigmoid(z)) + weighed(1.0 - y, functions.log_sigmoid(-z)))


cross_entropy_from_logits = Loss("cross_entropy_from_logits", _cross_entropy, "mean", prepare=functions.log_softmax)
binary_cross_entropy_from_logits = Loss("binary_cross_entropy_from_logits", _binary_cross_entropy, "mean")

FROM_LOGITS = {loss.name: loss for loss in (cross_entropy_from_logits, binary_cross_entropy_from_logits)}
_SYNONYMS = {
    "cross_entropy_with_logits": "cross_entropy_from_logits",
    "softmax_cross_entropy": "cross_entropy_from_logits",
    "sparse_categorical_crossentropy": "cross_entropy",
    "bce_from_logits": "binary_cross_entropy_from_logits",
    "bce_with_logits": "binary_cross_entropy_from_logits",
    "binary_cross_entropy_with_logits": "binary_cross_entropy_from_logits",
}
_LINEAR = frozenset(["dot", "weighted_sum", "identity"])
"""The operations by which a neuron of a linear layer makes its output."""


def training_loss(loss: Any) -> Callable[[Any, Any], Any]:
    """The loss of `fit`: a name, one of a loss from logits too, or a function of one sample's outputs and targets.

    Raises ArgumentValueError for an unknown name, and ArgumentTypeError for what is neither.
    """
    if isinstance(loss, str):
        small = loss.strip().casefold()
        known = _SYNONYMS.get(small, small)
        if known in FROM_LOGITS:
            return FROM_LOGITS[known]
        try:
            return loss_named(known)
        except ArgumentValueError:
            raise ArgumentValueError(unknown("loss", loss, [*LOSSES, *FROM_LOGITS]), "loss") from None
    if not callable(loss):
        raise ArgumentTypeError(
            f"a loss is a name or a function of outputs and targets, got {type(loss).__name__}", "loss"
        )
    found: Callable[[Any, Any], Any] = loss
    return found


def fitting(loss: Loss, outputs: list[Any]) -> Loss:
    """`loss`, or the one from logits in its place where a linear layer made the outputs.

    Args:
        loss: as the user named it.
        outputs: what the network gives for one sample, as Values.

    Raises ArgumentValueError, with what to write instead, where the loss would compute nonsense: a logarithm of what is
    no probability, the softmax of a softmax, the cross-entropy or the softmax of one output alone.
    """
    if len(outputs) == 1 and _is_softmax_of_one(outputs[0]):
        raise ArgumentValueError(
            "the softmax of one output is 1 whatever the network computes: give its last layer the activation "
            "'sigmoid', or a neuron for each class",
            "activation",
        )
    if loss.name in ("cross_entropy", "cross_entropy_from_logits") and len(outputs) == 1:
        raise ArgumentValueError(
            f"{loss.name} compares the outputs of two classes or more, and this network has one output: take the loss "
            '"binary_cross_entropy", with targets 0 and 1',
            "loss",
        )
    made_by = {a.operation.name for a in outputs if isinstance(a, Value) and a.operation is not None}
    if loss.name in FROM_LOGITS and made_by & {"sigmoid", "exp"}:
        plain = loss.name.removesuffix("_from_logits")
        raise ArgumentValueError(
            f"{loss.name} applies {LOSSES[plain].canonical_activation} itself, and this network's last layer has "
            f'done so already: take the loss "{plain}", or make that layer linear',
            "loss",
        )
    if made_by and made_by <= _LINEAR and f"{loss.name}_from_logits" in FROM_LOGITS:
        return FROM_LOGITS[f"{loss.name}_from_logits"]
    loss.check_outputs(outputs)
    return loss


def _is_softmax_of_one(output: Any) -> bool:
    """Whether it is exp(z - logsumexp(z)), as `softmax` makes it, of one z alone."""
    operands = output.operands[0].operands if isinstance(output, Value) and output.operands else ()
    normalizer = operands[-1].operation if len(operands) == 2 else None
    return normalizer is LOGSUMEXP and len(operands[1].operands) == 1
