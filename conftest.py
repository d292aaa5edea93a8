"""Modules of the optional extras are collected where the extra is installed; CI checks that all are.

Tests raise Ctrl-C, which a shell lets what it starts in the background ignore; here it is heard.
"""

from __future__ import annotations

import importlib
import re
import signal
import threading
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent
# llvmlite comes with numba
EXTRAS = ("jax", "llvmlite", "numba", "matplotlib", "onnxruntime", "sympy", "pandas")
MISSING = [package for package in EXTRAS if find_spec(package) is None]
NEEDS_MISSING = re.compile(rf"^(?:import|from) (?:{'|'.join(MISSING)})\b", re.MULTILINE)


def pytest_configure() -> None:
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out a test that imports, or a module that cannot be imported without, an extra that is not there."""
    if not MISSING or collection_path.suffix != ".py" or collection_path.name == "__main__.py":
        return None
    path = collection_path.relative_to(ROOT)
    if path.parts[0] == "tinygrad_notes":
        return _lacks_an_extra(".".join(path.with_suffix("").parts)) or None
    return bool(NEEDS_MISSING.search(collection_path.read_text("utf-8"))) or None


def _lacks_an_extra(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        return (error.name or "").partition(".")[0] in MISSING
    return False
