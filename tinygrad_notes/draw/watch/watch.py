"""`Watch`: a callback of `fit` that redraws while the network learns."""

from __future__ import annotations

import importlib
import os
import sys
import time
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_notes.draw.picture import image
from tinygrad_notes.draw.scene import Point, escaped
from tinygrad_notes.draw.style import written
from tinygrad_notes.draw.watch.field import Field
from tinygrad_notes.draw.watch.frame import Frame, frame, page
from tinygrad_notes.errors import ArgumentValueError
from tinygrad_notes.files import write_file
from tinygrad_notes.nn.arguments import positive, whole
from tinygrad_notes.nn.callbacks import Callback

if TYPE_CHECKING:
    from tinygrad_notes.nn.training import Training

_REST = 7.0
"""How many times its own duration a redraw waits for the next: drawing takes an eighth of the time at most."""
_MOST_MEASURED = 1_000  # samples that the loss of a redraw is computed from


class Watch(Callback):
    """Draws the loss, the network and its outputs over its inputs, again and again while `fit` trains.

    In a notebook the picture changes in place below the cell. The pictures are kept (of many, every second, every
    fourth, …). `watch.save("training.html")` writes them as one page with a slider, which needs no network. `watch` as
    the last line of a cell shows the same page.

    For two inputs it draws the regions of the classes, for one input a curve, with up to 150 samples. Of an MLP it
    draws the weights too. The loss is computed over up to 1,000 samples.

    Args:
        path: where to save the page when the training ends, also after Ctrl-C; None saves nothing.
        rate: redraws a second, at most. Drawing takes an eighth of the time at most, however slow it is.
        every: redraw after so many steps instead, however long that takes.
        most: how many pictures are kept.
        overwrite: whether the page may replace a file.

    Attributes:
        frames: the pictures kept, each with its step, epoch and loss.

    Raises FileExistsError, before the training, where `path` exists and `overwrite` is False.

    Example:
        >>> from tinygrad_notes import MLP, fit
        >>> watch = Watch()
        >>> X, y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0]
        >>> network = MLP(2, [4, 1], activation=["tanh", "linear"], seed=0)
        >>> history = fit(network, X, y, loss="binary_cross_entropy", epochs=3, callbacks=[watch])
        >>> watch.frames[0].step, watch.frames[-1].step, watch.frames[0].svg[:4]
        (0, 3, '<svg')
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        rate: float = 6.0,
        every: int | None = None,
        most: int = 100,
        overwrite: bool = False,
    ) -> None:
        self.frames: list[Frame] = []
        self._path, self._overwrite = None if path is None else Path(path), overwrite
        self._between, self._most = 1.0 / positive("rate", rate), whole("most", most, 2)
        self._every = None if every is None else whole("every", every, 1)
        if self._path is not None:
            _check_suffix(self._path)
            if self._path.exists() and not overwrite:
                raise FileExistsError(f"{self._path} exists: choose another name, or pass overwrite=True")
            if not self._path.parent.is_dir():
                raise FileNotFoundError(f"there is no folder {self._path.parent} to save the page in: make it first")

    # What fit calls ---------------------------------------------------------------------------------

    def on_train_begin(self, training: Training) -> None:
        """Draw the network as it starts."""
        if training.batches.given is None:
            raise ArgumentValueError(
                "Watch draws the samples, and these come from an iterable: give fit X and y", "callbacks"
            )
        X, y = training.batches.given
        chosen = np.unique(np.linspace(0, len(X) - 1, min(len(X), _MOST_MEASURED)).astype(int))
        self._samples, self._field = (X[chosen], y[chosen]), Field(X, y)
        self._losses: list[Point] = []
        self._ends_of_epochs: list[int] = []
        self.frames, self._stride, self._redraws = [], 1, 0
        self._shown, self._took = _live(), 0.0  # what the first redraw loads takes no time of the training
        self._redraw(training)

    def on_step_end(self, training: Training) -> None:
        """Redraw, if it is time."""
        if time.monotonic() >= self._due if self._every is None else training.step % self._every == 0:
            self._redraw(training)

    def on_epoch_end(self, training: Training) -> None:
        """Remember which step the epoch's numbers belong to."""
        self._ends_of_epochs.append(training.step)

    def on_train_end(self, training: Training) -> None:
        """Draw the network as it has become, and save the page."""
        self._redraw(training, is_last=True)
        if self._path is not None:
            self.save(self._path, overwrite=self._overwrite)

    def _redraw(self, training: Training, is_last: bool = False) -> None:
        began = time.monotonic()
        if is_last and self._losses[-1][0] == training.step:  # drawn before, when the epoch was not finished
            self._losses.pop()
            if self.frames[-1].step == training.step:
                self.frames.pop()
        self._losses.append((training.step, training.loss(*self._samples)))
        validation = self._validation(training)
        drawn = frame(
            training.network, self._field, training.outputs, self._losses, validation, training.epoch, _note(training)
        )
        if self._shown is not None:
            self._shown(drawn)
        self._keep(drawn, is_last)
        ended = time.monotonic()
        rest = _REST * min(ended - began, self._took)  # a machine that was busy with something else takes long for once
        self._took = ended - began
        self._due = max(began + self._between, ended + rest)

    def _validation(self, training: Training) -> list[Point]:
        losses = training.history.get("validation_loss", [])
        return list(zip(self._ends_of_epochs[-len(losses) :], losses)) if losses else []

    def _keep(self, drawn: Frame, is_last: bool) -> None:
        """Keep every picture, from `most` of them on every second one, and so on; the last one always."""
        if self._redraws % self._stride == 0 or is_last:
            self.frames.append(drawn)
        self._redraws += 1
        if len(self.frames) > self._most:
            self.frames = [*self.frames[:-1:2], *self.frames[-1:]] if is_last else self.frames[::2]
            self._stride *= 2

    # What is left -----------------------------------------------------------------------------------

    @property
    def html(self) -> str:
        """The page: one file that needs nothing else. Raises ValueError before the first training."""
        if not self.frames:
            raise ValueError("nothing has been watched yet: give this to fit, callbacks=[watch]")
        return page(self.frames, f"A training in {len(self.frames)} pictures")

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the page to `path`, which ends in .html.

        Raises ValueError for another suffix, FileExistsError where `path` holds something else and `overwrite` is
        False.
        """
        _check_suffix(Path(path))
        return write_file(path, self.html, overwrite=overwrite)

    def _repr_html_(self) -> str:
        """The page in a frame of its own; for viewers that take frames away, the last picture stands beside it."""
        if not self.frames:
            return escape(repr(self))
        last = self.frames[-1]
        return (
            f'<iframe title="{escaped(last.title)}" sandbox="allow-scripts" width="100%" height="760" '
            f'style="border:0;border-radius:12px" srcdoc="{escape(self.html)}"></iframe>'
            "<style>.tinygrad-notes-still{display:none}</style>"
            f"{image(last.svg, last.title, 'tinygrad-notes-still')}"
        )

    def __repr__(self) -> str:
        return f"<Watch: {len(self.frames)} pictures; .save('training.html') writes them as a page>"


def _note(training: Training) -> str:
    """The newest metrics, or what became of the parameters in the end."""
    if training.went_back_to is not None:
        return f"the parameters went back to those with the lowest loss, of epoch {training.went_back_to:,}"
    newest = [
        f"{name.replace('_', ' ')} {written(numbers[-1], 4)}"
        for name, numbers in training.history.items()
        if numbers and name not in ("loss", "gradient_norm")
    ]
    return f"after epoch {training.epoch:,}: {', '.join(newest)}" if newest else ""


def _check_suffix(path: Path) -> None:
    if path.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"a watched training is saved as a web page: end its name in .html, not {path.name!r}")


def _live() -> Any:
    """In a notebook, a function that shows a picture in place of the one before; elsewhere None."""
    if "IPython" not in sys.modules:
        return None
    shell = importlib.import_module("IPython").get_ipython()
    if shell is None or not hasattr(shell, "kernel"):
        return None
    display = importlib.import_module("IPython.display")
    handle = display.display(display.HTML(""), display_id=True)

    def show(drawn: Frame) -> None:
        handle.update(display.HTML(image(drawn.svg, drawn.title, "tinygrad-notes-picture", ' style="max-width:100%"')))

    return show
