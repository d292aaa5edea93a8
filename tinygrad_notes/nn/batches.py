"""The data of a training run, as batches: arrays cut up anew in each epoch, or an iterable of batches."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from tinygrad_notes.errors import ArgumentTypeError, ArgumentValueError
from tinygrad_notes.nn.metrics import Array
from tinygrad_notes.replay.recording import numbers_of

Batch = tuple[Array, Array]


def samples_of(pair: Any, name: str) -> Batch:
    """The inputs and targets of a pair (X, y), which is called `name`, as arrays of as many samples."""
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise TypeError(f"{name} is a pair (X, y), got {type(pair).__name__}")
    check_labels(pair[1])
    X, y = numbers_of(pair[0], "X"), numbers_of(pair[1], "y")
    if not X.ndim or not y.ndim or len(X) != len(y):
        raise ValueError(
            f"X and y{f' of {name}' if name else ''} must have the same number of samples, "
            f"got shapes {X.shape} and {y.shape}"
        )
    return X, y


def split(X: Any, y: Any, share: float, seed: int) -> tuple[Array, Array, Batch]:
    """X and y without a share of their samples, and these: drawn from the seed, both parts in their old order.

    Raises ArgumentValueError where nothing would be left in one of them.
    """
    X, y = samples_of((X, y), "")
    count = round(share * len(X))
    if not 0 < count < len(X):
        raise ArgumentValueError(
            f"validation_split={share:g} of {len(X)} samples leaves {len(X) - count} for training and {count} for "
            "validation: both need some",
            "validation_split",
        )
    is_taken = np.zeros(len(X), bool)
    is_taken[np.random.default_rng([seed, 0, 1]).permutation(len(X))[:count]] = True
    return X[~is_taken], y[~is_taken], (X[is_taken], y[is_taken])


def check_labels(y: Any) -> None:
    """ArgumentTypeError where the targets are texts, with what makes classes of them."""
    if np.asarray(y).dtype.kind in "US" or (isinstance(y, (list, tuple)) and y and isinstance(y[0], str)):
        raise ArgumentTypeError(
            "y holds texts, and classes are whole numbers from 0: write names, y = np.unique(y, return_inverse=True); "
            "names[class] is the text again",
            "y",
        )


class ArrayBatches:
    """Batches of `size` samples of X and y, in an order drawn for each epoch from the seed and the epoch alone.

    Attributes:
        given: the samples and targets as they came, before `code`.
        all: the only batch, the same in every epoch, where one holds all samples; else None.
    """

    def __init__(self, X: Any, y: Any, size: int | None, shuffle: bool, seed: int) -> None:
        self.X, self.y = samples_of((X, y), "")
        if not len(self.X):
            raise ValueError("there are no samples to fit: X is empty")
        self.given: Batch | None = (self.X, self.y)
        self.size = min(size or len(self.X), len(self.X))
        self.all = self.given if self.size == len(self.X) else None
        self._shuffle, self._seed = shuffle, seed

    def code(self, code: Callable[[Array], Array]) -> None:
        """From now on give the targets that `code` makes of those given."""
        self.y = code(self.y)
        self.all = self.all and (self.X, self.y)

    def of_epoch(self, epoch: int) -> Iterator[Batch]:
        """The batches of an epoch, none of them empty."""
        if self.all:  # the order within a batch changes nothing but rounding
            yield self.all
            return
        order = np.arange(len(self.X))
        if self._shuffle:
            np.random.default_rng([self._seed, epoch]).shuffle(order)
        for start in range(0, len(order), self.size):
            rows = order[start : start + self.size]
            yield self.X.take(rows, 0), self.y.take(rows, 0)  # in a third of the time of X[rows]

    def example(self) -> Batch:
        """One sample's inputs and targets."""
        return self.X[0], self.y[0]

    def identity(self) -> dict[str, Any]:
        """What tells these data from others, for checkpoints to compare."""
        checksum = zlib.crc32(np.ascontiguousarray(self.y).data, zlib.crc32(np.ascontiguousarray(self.X).data))
        shapes = [list(self.X.shape), list(self.y.shape)]
        return {"data": [*shapes, checksum], "batch_size": self.size, "shuffle": self._shuffle, "seed": self._seed}


class IteratedBatches:
    """Pairs (X, y) from an iterable that can be gone through once an epoch, or from a function that returns one."""

    all: Batch | None = None
    given: Batch | None = None
    X: Array | None = None

    def __init__(self, batches: Iterable[Any] | Callable[[], Iterable[Any]]) -> None:
        if hasattr(batches, "shape"):
            raise TypeError(f"fit got X, of shape {batches.shape}, and no y: write fit(network, X, y)")
        if not callable(batches) and iter(batches) is batches:
            raise TypeError(
                "a generator can be gone through once, and every epoch needs the batches: "
                "pass the function that makes it, or an object with __iter__"
            )
        self._batches = batches
        self._code: Callable[[Array], Array] = lambda y: y

    def code(self, code: Callable[[Array], Array]) -> None:
        """From now on give the targets that `code` makes of those given."""
        self._code = code

    def of_epoch(self, epoch: int) -> Iterator[Batch]:
        is_empty = True
        for batch in self._batches() if callable(self._batches) else self._batches:
            X, y = samples_of(batch, "a batch (y was left out, so X is taken for an iterable of them)")
            if len(X):
                is_empty = False
                yield X, self._code(y)
        if is_empty:
            raise ValueError(
                f"the iterable of batches gave no samples in epoch {epoch}, and every epoch needs them: "
                "does a function that returns batches begin anew at each call?"
            )

    def example(self) -> Batch:
        X, y = next(self.of_epoch(0))
        return X[0], y[0]

    def identity(self) -> dict[str, Any]:
        return {"data": "batches"}


def wrong_sample(X: Array, y: Array) -> str:
    """Of the first sample that holds nan or an infinity, what to do; else nothing."""
    for name, numbers in (("X", X), ("y", y)):
        rows = numbers.reshape(len(numbers), -1)
        for sample in np.flatnonzero(~np.isfinite(rows).all(1))[:1].tolist():
            shown = rows[sample][~np.isfinite(rows[sample])][0]
            return f"sample {sample} of the batch has {shown} in {name}: leave it out, or put a number in its place"
    return ""
