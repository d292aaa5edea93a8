"""What every executor offers: a `Run` of a job, and its workspaces."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
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
        """The job's results for the parameters, of shape (parameters,), and for the inputs loaded last.

        NumPy's warnings are the caller's to switch off, once for many calls: infinities and nan are results here.
        """


class Run(ABC):
    """A job that is prepared to be run."""

    name = ""
    """The name of the executor, for those who ask what was taken."""
    is_quiet = False
    """Whether a single sample is worked without NumPy's arithmetic, which could warn."""

    @abstractmethod
    def workspace(self, samples: int) -> Workspace: ...

    def for_samples(self, samples: int) -> Run:
        """The run for so many samples."""
        return self

    def of_all_processes(self, number: int) -> list[int]:
        """The numbers with which the processes that share a batch call this: one process has its batch to itself."""
        return [number]


Executor = Callable[[Job], Run]
