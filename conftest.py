"""Modules of the optional extras are collected where the extra is installed. CI installs them all, and checks that it did."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

OPTIONAL = ("jax", "numba", "matplotlib")
MISSING = [package for package in OPTIONAL if find_spec(package) is None]
NEEDS_MISSING = re.compile(rf"^(?:import|from) (?:{'|'.join(MISSING)})\b", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out a Python file that imports, at its top, an extra that is not there."""
    if MISSING and collection_path.suffix == ".py" and NEEDS_MISSING.search(collection_path.read_text("utf-8")):
        return True
    return None
