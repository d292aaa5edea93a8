"""The history of a training run: a dict of lists, one number for each epoch, that can show itself as a plot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

_LEVELS = "▁▂▃▄▅▆▇█"
_WIDTH = 60  # columns of a line of text


class History(dict[str, list[float]]):
    """What `fit` returns: {"loss": [...], "gradient_norm": [...], ...}, one number for each finished epoch.

    Attributes:
        was_interrupted: whether Ctrl-C ended the run.

    Example:
        >>> history = History(loss=[4.0, 2.0, 1.0, 0.5], accuracy=[0.5, 0.5, 0.75, 1.0])
        >>> history.epochs, history["loss"][-1]
        (4, 0.5)
        >>> print(history.text())
        loss      █▆▃▁  4 → 0.5 in 4 epochs (logarithmic)
        accuracy  ▁▁▅█  0.5 → 1 in 4 epochs
    """

    was_interrupted = False

    @property
    def epochs(self) -> int:
        """How many epochs are finished."""
        return len(self.get("loss", ()))

    def plot(self, axes: Any = None) -> Any:
        """Draw the losses, and the other metrics beside them, with matplotlib; without it, print `text()`.

        Args:
            axes: matplotlib axes to draw everything into. By default a new figure of pyplot, which a notebook shows by
                itself and a script with `plt.show()`.

        Returns:
            The figure; or `axes`, if these were given; or None without matplotlib (the extra `plots`).
        """
        try:
            from matplotlib import pyplot
        except ImportError:
            print(self.text())
            print("(after pip install matplotlib this is a picture)")
            return None
        losses, others = self._groups()
        if axes is not None:
            for names in (losses, others):
                self._draw(axes, names)
            return axes
        groups = [names for names in (losses, others) if names]
        figure, found = pyplot.subplots(
            1, len(groups) or 1, figsize=(5.0 * (len(groups) or 1), 3.2), layout="constrained", squeeze=False
        )
        for place, names in zip(found[0], groups):
            self._draw(place, names)
        return figure

    def text(self) -> str:
        """One line for each list: its course as bars, its first and its last number."""
        names = [name for group in self._groups() for name in group]
        width = max(map(len, names), default=0)
        return "\n".join(f"{name:{width}}  {_course(self[name])}" for name in names)

    def _groups(self) -> tuple[list[str], list[str]]:
        """The names of the losses, and those of other metrics; the gradient's length is left to whoever asks for it."""
        shown = [name for name, numbers in self.items() if numbers and name != "gradient_norm"]
        losses = [name for name in shown if name.endswith("loss")]
        return losses, [name for name in shown if name not in losses]

    def _draw(self, axes: Any, names: Sequence[str]) -> None:
        for name in names:
            epochs = range(self.epochs - len(self[name]) + 1, self.epochs + 1)  # the last, for a metric asked for later
            axes.plot(epochs, self[name], label=name.replace("_", " "))
        numbers = [number for name in names for number in self[name]]
        if names and names[0].endswith("loss") and _is_logarithmic(numbers):
            axes.set_yscale("log")
        axes.set_xlabel("epoch")
        axes.grid(alpha=0.3)
        if names:
            axes.legend()


def _is_logarithmic(numbers: Sequence[float]) -> bool:
    """Whether the numbers are better seen on a logarithmic scale: all positive, and of different sizes."""
    return bool(numbers) and min(numbers) > 0 and max(numbers) >= 5 * min(numbers)


def _course(numbers: Sequence[float]) -> str:
    """The course of numbers as bars: at most one for each column of `_WIDTH`, each a mean of its share."""
    is_logarithmic = _is_logarithmic(numbers)
    heights = [math.log(number) for number in numbers] if is_logarithmic else list(numbers)
    columns = min(len(heights), _WIDTH)
    cuts = [len(heights) * column // columns for column in range(columns + 1)]
    means = [sum(heights[start:stop]) / (stop - start) for start, stop in pairwise(cuts)]
    finite = [mean for mean in means if math.isfinite(mean)]
    low = min(finite, default=0.0)
    reach = max(finite, default=0.0) - low
    bars = "".join(
        "·" if not math.isfinite(mean) else _LEVELS[round((mean - low) / reach * 7) if reach else 3] for mean in means
    )
    scale = " (logarithmic)" if is_logarithmic else ""
    return f"{bars}  {numbers[0]:.4g} → {numbers[-1]:.4g} in {len(numbers)} epochs{scale}"
