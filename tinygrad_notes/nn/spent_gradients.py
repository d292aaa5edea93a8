"""Gradients that an optimizer has used, so that a forgotten `zero_grad()` is noticed."""

from __future__ import annotations

import warnings
from typing import Any


class SpentGradient(float):
    """The number itself. A backward pass that adds to it warns: the sum would mix the gradients of two steps.

    The pass alone adds in place, by `+=`, for `Value.grad` gives everybody else a plain float.
    """

    __slots__ = ()

    def __iadd__(self, share: Any) -> Any:  # type: ignore[misc]  # it is no `+`, which warns nobody
        warnings.warn(
            "backward() adds to gradients that optimizer.step() has used already, so each step would repeat all "
            "steps before it: call network.zero_grad() before backward()",
            stacklevel=4,
        )
        return float(self) + share
