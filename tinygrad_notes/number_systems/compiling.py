"""Compiling by Numba, once for all processes where the code can be kept on disk, else once in each."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

from numba import njit


def compiling(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """A decorator as `numba.njit(**options)`, without the lock on the interpreter and with errors as NumPy has them.

    Numba keeps the code beside the source, or in the user's cache, or in the folder that NUMBA_CACHE_DIR names.
    """
    options |= {"nogil": True, "error_model": "numpy"}

    def compiled(function: Callable[..., Any]) -> Any:
        if "NUMBA_CACHE_DIR" in os.environ or os.path.expanduser("~") != "~":  # noqa: PTH111 (else Numba makes a folder named ~)
            try:
                return njit(cache=True, **options)(function)
            except (RuntimeError, OSError):  # Numba has found no folder that it may write
                pass
        _tell()
        return njit(**options)(function)

    return compiled


def can_compile(function: Any) -> bool:
    """Whether Numba took the function: with NUMBA_DISABLE_JIT it stays as it was written."""
    return hasattr(function, "signatures")


def is_compiled(function: Any) -> bool:
    """Whether a compiled function's code is there, in this process or on disk, for Numba has no question for that."""
    if not can_compile(function):
        return False
    index = getattr(function._cache, "_cache_file", None)  # there is none where no folder can be written
    return bool(function.signatures) or (index is not None and bool(index._load_index()))


@cache
def _tell() -> None:
    warnings.warn(
        "there is no folder to keep compiled loops in, so every process compiles them anew, which takes some seconds: "
        "let NUMBA_CACHE_DIR name a folder that can be written",
        RuntimeWarning,
        stacklevel=2,
    )
