"""The losses of networks by name, worked term by term."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tinygrad_notes import functions
from tinygrad_notes.nn.losses import LOSSES, Loss
from tinygrad_notes.worked.calculation.elementwise import broadcast, divide, numbers_of, shape_of
from tinygrad_notes.worked.calculation.functions.reductions import some
from tinygrad_notes.worked.calculation.functions.registry import FUNCTIONS

_LOSS_ALIASES = {
    "mse": "mean_squared_error", "sse": "squared_error", "bce": "binary_cross_entropy", "ce": "cross_entropy",
}  # fmt: skip


def _loss(loss: Loss) -> Callable[..., Any]:
    def worked(a: Any, y: Any, reduction: Any = None) -> Any:
        """The loss of outputs a for targets y: of one sample, or of one per row."""
        each = broadcast(loss.term, a, y)
        shape, terms = shape_of(each), some(numbers_of(each))
        samples = shape[0] if len(shape) == 2 else 1
        total = functions.sum(terms) if len(terms) > 1 else terms[0]
        count = loss.averaged_over(samples, len(terms) // samples, reduction)
        return total if count == 1 else divide(total, float(count))

    return worked


FUNCTIONS.update({name: _loss(loss) for name, loss in LOSSES.items()})
FUNCTIONS.update({alias: FUNCTIONS[name] for alias, name in _LOSS_ALIASES.items()})
