"""Libraries of other tools, imported when they are first used.

Tables for pandas: columns by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any


def library(name: str, purpose: str, install: str = "") -> Any:
    """The module `name`.

    Raises ImportError if it is not installed: `purpose` says what needs it, `install` is its name for pip, if another.

    Example:
        >>> library("math", "counting").sqrt(4.0)
        2.0
        >>> library("abacus", "counting")
        Traceback (most recent call last):
        ...
        ImportError: counting needs abacus, which is not installed: pip install abacus
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as problem:
        wanted = name.partition(".")[0]
        if (problem.name or "").partition(".")[0] != wanted:  # it is there, and lacks something itself
            raise
        raise ImportError(
            f"{purpose} needs {wanted}, which is not installed: pip install {install or wanted}"
        ) from None


def frame(columns: Mapping[str, Sequence[Any]]) -> Any:
    """A `pandas.DataFrame` of these columns; ImportError, with what to install, where pandas is missing.

    Example:
        >>> history = {"loss": [0.5, 0.25]}
        >>> frame(history)  # doctest: +SKIP
           loss
        0  0.50
        1  0.25
    """
    return library("pandas", "to_pandas").DataFrame(dict(columns))
