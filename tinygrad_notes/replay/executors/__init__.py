"""Executors: plain Python, NumPy, loops compiled by Numba, or JAX.

An executor prepares a job: `executor(job)` is a `Run`. A run hands out workspaces, each with memory for a number of
samples. `load` the inputs once; then call the workspace with the parameters each time that they change.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from threading import Lock

from tinygrad_notes.replay.executors.interface import Executor, Job, Run, Workspace

EXECUTORS = {"python": "PythonRun", "numpy": "NumpyRun", "numba": "compiled_run", "jax": "JaxRun"}
"""What makes a job ready, in the module of that name."""
FEW_SAMPLES = 3
"""So many samples take plain Python less time than NumPy needs to begin each instruction (benchmarks/calls.py)."""
FEW_NODES = 32
"""So few nodes, the same holds of a network, whose neurons NumPy works a layer at a time."""
WORTH_LOADING = 64
"""Nodes from which compiled loops, half a second to load, make up for that within some thousand calls."""


class Automatic(Run):
    """The fastest executor that is installed and pays off for the job, chosen by its size and the number of samples.

    It takes compiled loops only if they have been compiled before, because that takes Numba some 20 s, once on a
    machine. The choice for a job is made once, so the same call gives the same bits again.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._runs: dict[int, Run] = {}
        self._choosing = Lock()  # threads that call at once shall find one choice

    def workspace(self, samples: int) -> Workspace:
        return self.for_samples(samples).workspace(samples)

    def for_samples(self, samples: int) -> Run:
        kind = min(samples, FEW_SAMPLES + 1)
        if kind not in self._runs:
            with self._choosing:
                if kind not in self._runs:
                    self._runs[kind] = self._made(self._chosen(samples))
        return self._runs[kind]

    def _made(self, name: str) -> Run:
        known = [run for run in self._runs.values() if run.name == name]
        return known[0] if known else executor_named(name)(self._job)

    def _chosen(self, samples: int) -> str:
        job = self._job
        is_worth = len(job.graph) >= WORTH_LOADING and loops_are_compiled(job.is_of_neurons, samples)
        if is_worth and not job.is_of_matrices:
            return "numba"
        is_small = not job.is_of_neurons or len(job.graph) <= FEW_NODES
        return "python" if 0 < samples <= FEW_SAMPLES and is_small else "numpy"


def loops_are_compiled(neurons: bool, samples: int) -> bool:
    """Whether Numba is installed, and has compiled the loops for such a job before."""
    if find_spec("numba") is None:
        return False
    from tinygrad_notes.replay.executors.numba import are_compiled

    return are_compiled(neurons, samples == 1)


def executor_named(name: str | Executor) -> Executor:
    """The executor of that name, "auto" for `Automatic`. An executor itself is returned as it is.

    Raises ValueError for an unknown name and ImportError, naming the extra to install, where its library is missing.
    """
    if not isinstance(name, str):
        return name
    if name == "auto":
        return Automatic
    if name not in EXECUTORS:
        raise ValueError(f"unknown executor {name!r}; choose one of {', '.join(map(repr, EXECUTORS))} or 'auto'")
    try:
        module = import_module(f"tinygrad_notes.replay.executors.{name}")
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise ImportError(f"executor {name!r} needs {name}, which is not installed: pip install {name}") from None
    executor: Executor = getattr(module, EXECUTORS[name])
    return executor
