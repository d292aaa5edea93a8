"""The executors by name, as tests go through them."""

from __future__ import annotations

import pytest

EXECUTORS = [
    "python",
    "numpy",
    pytest.param("numba", marks=pytest.mark.extras),
    pytest.param("jax", marks=[pytest.mark.extras, pytest.mark.slow]),
]
