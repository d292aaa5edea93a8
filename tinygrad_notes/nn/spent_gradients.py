"""Gradients that an optimizer has used, so that a forgotten `zero_grad()` is noticed."""

from __future__ import annotations

import sys
import warnings
from typing import Any

from tinygrad_notes.passes import reverse_pass


class SpentGradient(float):
    """The number itself; but a backward pass that adds to it warns, for the sum would mix two steps' gradients."""

    __slots__ = ()

    def __add__(self, share: Any) -> Any:
        if sys._getframe(1).f_code is reverse_pass.__code__:
            warnings.warn(
                "backward() adds to gradients that optimizer.step() has used already, so each step would repeat all "
                "steps before it: call network.zero_grad() before backward()",
                stacklevel=4,
            )
        return float(self) + share
