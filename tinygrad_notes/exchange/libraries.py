"""Libraries of other tools, imported when they are first used."""

from __future__ import annotations

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
