"""What does a job: NumPy, loops compiled by Numba, or JAX.

An executor makes a job ready to be done: `executor(job)` is a `Run`. A run hands out workspaces, each with its memory
for a number of samples: `load` the inputs, then call it with the parameters, as often as they move.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.replay.job import Job

Array = NDArray[np.float64]
Wanted = tuple[Array, Array, Array]
"""The job's outputs, its derivatives by parameters and those by inputs.

Each of shape (places, samples), or (places, 1) where none of them varies; the caller's to keep and to change.
"""


class Workspace(Protocol):
    """Memory to do a job on a number of samples, for one thread at a time."""

    def load(self, inputs: Sequence[Array]) -> None:
        """Take the inputs, each of shape (samples, numbers); they must not change while the workspace is in use."""

    def __call__(self, parameters: Array) -> Wanted:
        """What is wanted for the parameters, of shape (parameters,), and the inputs loaded last.

        NumPy's warnings are the caller's to switch off, once for many calls: infinities and nan are results here.
        """


class Run(ABC):
    """A job made ready."""

    @abstractmethod
    def workspace(self, samples: int) -> Workspace: ...

    def of_all_processes(self, number: int) -> list[int]:
        """The numbers with which the processes that share a batch call this: one process has its batch to itself."""
        return [number]


Executor = Callable[[Job], Run]

EXECUTORS = {"numpy": ("NumpyRun", ""), "numba": ("compiled_run", "fast"), "jax": ("JaxRun", "jax")}
"""What makes a job ready, and the extra that installs what it needs."""


def automatic(job: Job) -> Run:
    """Compiled loops where Numba is installed and matrix products are a small share of the work, else NumPy."""
    loops = find_spec("numba") is not None and not job.is_of_matrices
    return executor_named("numba" if loops else "numpy")(job)


def executor_named(name: str | Executor) -> Executor:
    """The executor of that name, "auto" for `automatic`; what is no string is an executor already.

    Raises ValueError for an unknown name and ImportError, naming the extra to install, where its library is missing.
    """
    if not isinstance(name, str):
        return name
    if name == "auto":
        return automatic
    if name not in EXECUTORS:
        raise ValueError(f"unknown executor {name!r}; choose one of {', '.join(map(repr, EXECUTORS))} or 'auto'")
    maker, extra = EXECUTORS[name]
    try:
        module = import_module(f"tinygrad_notes.replay.executors.{name}")
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise ImportError(
            f"executor {name!r} needs {name}, which is not installed: pip install 'tinygrad_notes[{extra}]'"
        ) from None
    executor: Executor = getattr(module, maker)
    return executor
