"""Checkpoints: all that a run of `fit` needs to go on where it stopped, in one plain data file.

The file is NumPy's npz, which holds arrays and no code. It is replaced in one step, so that a kill at any moment leaves
the old one or the new one, whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tinygrad_notes.archives import opened, packed
from tinygrad_notes.errors import CheckpointError as CheckpointError
from tinygrad_notes.files import write_file
from tinygrad_notes.nn.metrics import Array

FORMAT, VERSION = "tinygrad_notes checkpoint", 1
_OPTIONAL = ("network", "graph")
"""What a checkpoint says of its run where it is known; one of 0.1.0 never does."""
_OF_GRAPHS = "the network or the loss computes something else than it did"


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
    header: dict[str, Any] = {
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
    header["arrays"] = sorted(arrays)  # so that one taken out is missed
    write_file(path, packed(header, arrays), overwrite=True)


def load_checkpoint(path: Path, run: dict[str, Any]) -> TrainingState:
    """The state saved at `path` by a run like `run`.

    Raises CheckpointError where the file is no checkpoint, is damaged, or was made with other settings.
    """
    header, arrays, held = _read(path)
    if not isinstance(header, dict) or (header.get("format"), header.get("version")) != (FORMAT, VERSION):
        raise CheckpointError(f"{path} is no checkpoint of version {VERSION}: name another file")
    theirs: Any = header.get("run")
    _require(isinstance(theirs, dict), path, "it does not say of which run it is")
    other = [name for name in run if _differs(name, theirs.get(name), run[name])]
    if other:
        differences = "; ".join(
            _OF_GRAPHS if name == "graph" else f"{name} was {theirs.get(name)!r} and is now {run[name]!r}"
            for name in other
        )
        raise CheckpointError(f"{path} belongs to another run: {differences}. Name another file or use those settings")
    named = header.get("arrays")
    _require(isinstance(named, list), path, f"it holds {held}, and should hold {named}")
    _check(header, arrays, run["parameters"], path)
    _require(named == held, path, f"it holds {held}, and should hold {named}")
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


def _differs(name: str, was: Any, now: Any) -> bool:
    return bool(was != now and not (name in _OPTIONAL and None in (was, now)))


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Array], list[str]]:
    """The header of a file of which nothing is known yet, the arrays that it names, and the names of all there are."""
    try:
        with opened(path) as file:
            header = file.header()
            held = [name for name in file.names if name != "header"]
            named = header.get("arrays") if isinstance(header, dict) else ()
            return header, {name: file.array(name) for name in held if name in (named or ())}, sorted(held)
    except Exception as error:  # damage has a dozen kinds in zipfile, NumPy and JSON, from EOFError to zlib.error
        raise CheckpointError(f"{path} is no checkpoint, or is damaged ({error}): name another file") from error


def _check(header: dict[str, Any], arrays: dict[str, Array], parameters: int, path: Path) -> None:
    """CheckpointError unless all that was saved is there, and of the lengths that belong together."""
    epoch: Any = header.get("epoch")
    for name, least, most in (("epoch", 1, np.inf), ("steps", 0, np.inf), ("best_epoch", 0, epoch)):
        number = header.get(name)
        _require(type(number) is int and least <= number <= most, path, f"{number!r} is no possible {name}")
    wanted = {"parameters", "best_loss", "history.loss", "history.gradient_norm"}
    missing = (wanted | {"best"} if header["best_epoch"] else wanted) - arrays.keys()
    _require(not missing, path, f"there is no {' and no '.join(sorted(missing))}")
    for name, array in arrays.items():
        fits = array.dtype == np.float64 and _has_length(name, array, epoch, parameters)
        _require(fits, path, f"{name} is of shape {array.shape} and {array.dtype}")


def _has_length(name: str, array: Array, epoch: int, parameters: int) -> bool:
    if name == "best_loss":
        return array.shape == ()
    if name.startswith("history.") and name not in ("history.loss", "history.gradient_norm"):
        return array.ndim == 1 and len(array) <= epoch  # may have been asked for after some epochs
    return array.shape == (epoch if name.startswith("history.") else parameters,)


def _require(holds: bool, path: Path, complaint: str) -> None:
    if not holds:
        raise CheckpointError(f"{path} is damaged: {complaint}; name another file")


def _under(arrays: dict[str, Array], group: str) -> dict[str, Array]:
    return {name.removeprefix(f"{group}."): array for name, array in arrays.items() if name.startswith(f"{group}.")}
