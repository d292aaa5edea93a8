"""Workspaces kept from call to call, so that batches of a size met before find their memory ready."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tinygrad_notes.replay.executors.interface import Array, Run, Wanted, Workspace


class Pool:
    """A run for any number of threads: each call borrows a workspace of its size, or makes another."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._idle: dict[int, list[Workspace]] = {}

    def __call__(self, parameters: Array, inputs: Sequence[Array], samples: int) -> Wanted:
        """The wanted places for parameters and inputs; see `Workspace`."""
        workspace = self._take(samples)
        try:
            workspace.load(inputs)
            if samples == 1 and self.run.for_samples(1).is_quiet:  # a tenth of a small program's time is saved
                return workspace(parameters)
            with np.errstate(all="ignore"):
                return workspace(parameters)
        finally:
            self._give_back(workspace, samples)

    def _take(self, samples: int) -> Workspace:
        try:  # another thread may be faster at any moment
            return self._idle[samples].pop()
        except (KeyError, IndexError):
            return self.run.workspace(samples)

    def _give_back(self, workspace: Workspace, samples: int) -> None:
        if samples not in self._idle and len(self._idle) > 1:
            self._idle.clear()  # sizes come and go: keep what two of them need
        self._idle.setdefault(samples, []).append(workspace)
