"""Tables for pandas: columns by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def frame(columns: Mapping[str, Sequence[Any]]) -> Any:
    """A `pandas.DataFrame` of these columns; ImportError, with what to install, where pandas is missing.

    Example:
        >>> history = {"loss": [0.5, 0.25]}
        >>> frame(history)  # doctest: +SKIP
           loss
        0  0.50
        1  0.25
    """
    from tinygrad_notes.exchange.libraries import library

    return library("pandas", "to_pandas").DataFrame(dict(columns))
