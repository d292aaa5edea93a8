"""Checkpoints: all that a run of `fit` needs to go on where it stopped, in one plain data file.

The file is NumPy's npz, which holds arrays and no code. It is replaced in one step, so that a kill at any moment leaves
the old one or the new one, whole.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.files import write_file

Array = NDArray[np.float64]
FORMAT, VERSION = "tinygrad_notes checkpoint", 1


class CheckpointError(ValueError):
    """A file that is no checkpoint, is damaged, or belongs to another run."""


@dataclass
class TrainingState:
    """Where a run stands after `epoch` epochs."""

    parameters: Array
    epoch: int = 0
    steps: int = 0
    optimizer: dict[str, Array] = field(default_factory=dict)
    history: dict[str, list[float]] = field(default_factory=dict)
    best: Array | None = None
    best_loss: float = np.inf
    best_epoch: int = 0


def save_checkpoint(path: Path, state: TrainingState, run: dict[str, Any]) -> None:
    """Write `state` to `path`, in place of an older one. `run` says of which run it is."""
    header = {
        "format": FORMAT,
        "version": VERSION,
        "run": run,
        "epoch": state.epoch,
        "steps": state.steps,
        "best_epoch": state.best_epoch,
    }
    arrays: dict[str, Any] = {f"optimizer.{name}": array for name, array in state.optimizer.items()}
    arrays |= {f"history.{name}": np.array(numbers, float) for name, numbers in state.history.items()}
    if state.best is not None:
        arrays["best"] = state.best
    arrays |= {"parameters": state.parameters, "best_loss": np.array(state.best_loss)}
    buffer = io.BytesIO()
    np.savez(buffer, header=np.array(json.dumps(header)), **arrays)
    write_file(path, buffer.getvalue(), overwrite=True)


def load_checkpoint(path: Path, run: dict[str, Any]) -> TrainingState:
    """The state saved at `path` by a run like `run`.

    Raises CheckpointError where the file is no checkpoint, is damaged, or was made with other settings.
    """
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        header = json.loads(str(arrays.pop("header")))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise CheckpointError(f"{path} is no checkpoint, or is damaged ({error}): name another file") from error
    if not isinstance(header, dict) or (header.get("format"), header.get("version")) != (FORMAT, VERSION):
        raise CheckpointError(f"{path} is no checkpoint of version {VERSION}: name another file")
    other = [name for name in run if header["run"].get(name) != run[name]]
    if other:
        differences = "; ".join(f"{name} was {header['run'].get(name)!r} and is now {run[name]!r}" for name in other)
        raise CheckpointError(f"{path} belongs to another run: {differences}. Name another file or use those settings")
    return TrainingState(
        arrays["parameters"],
        header["epoch"],
        header["steps"],
        _under(arrays, "optimizer"),
        {name: array.tolist() for name, array in _under(arrays, "history").items()},
        arrays.get("best"),
        float(arrays["best_loss"]),
        header["best_epoch"],
    )


def _under(arrays: dict[str, Array], group: str) -> dict[str, Array]:
    return {name.removeprefix(f"{group}."): array for name, array in arrays.items() if name.startswith(f"{group}.")}
