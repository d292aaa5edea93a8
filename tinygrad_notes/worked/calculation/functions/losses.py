"""The losses of networks by name, worked term by term."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_notes import functions
from tinygrad_notes.nn.losses import LOSSES, Loss
from tinygrad_notes.worked.calculation.elementwise import divide, shape_of, shape_together
from tinygrad_notes.worked.calculation.functions.reductions import some
from tinygrad_notes.worked.calculation.functions.registry import FUNCTIONS, as_array

_LOSS_ALIASES = {
    "mse": "mean_squared_error", "sse": "squared_error", "bce": "binary_cross_entropy", "ce": "cross_entropy",
}  # fmt: skip


def _loss(loss: Loss) -> Callable[..., Any]:
    def worked(a: Any, y: Any, reduction: Any = None) -> Any:
        """The loss of outputs a for targets y: of one sample, or of one per row."""
        shape = shape_together([shape_of(a), shape_of(y)])
        outputs, targets = (np.broadcast_to(as_array(part), shape) for part in (a, y))
        samples = outputs.shape[0] if outputs.ndim == 2 else 1
        terms = [loss.term(one, other) for one, other in zip(outputs.ravel(), targets.ravel(), strict=True)]
        some(terms)
        total = functions.sum(terms) if len(terms) > 1 else terms[0]
        count = loss.averaged_over(samples, len(terms) // samples, reduction)
        return total if count == 1 else divide(total, float(count))

    return worked


FUNCTIONS.update({name: _loss(loss) for name, loss in LOSSES.items()})
FUNCTIONS.update({alias: FUNCTIONS[name] for alias, name in _LOSS_ALIASES.items()})
