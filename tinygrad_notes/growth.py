"""A warning for parameters that are moved inside their graph, which then grows with every step."""

from __future__ import annotations

import warnings
from typing import Any

from tinygrad_notes import refusals, watching
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.value import Value

_LONG = 16
_said: dict[str, dict[Any, Any]] = {}
"""By file, the lines that Python's filter of warnings has let pass, so that a loop is told once."""


def warn_of_growth(value: Any) -> None:
    """Say so where a Value, or an element of an array, was moved in place by plain numbers again and again."""
    for _ in range(_LONG):
        if not isinstance(value, Value) or value.right is None or value.right.operation is not CONSTANT:
            return
        value = value.left
    file, line = watching.users_line()
    warnings.warn_explicit(refusals.GROWING, UserWarning, file, line, registry=_said.setdefault(file, {}))
