"""The buffers of libraries whose arrays are not written into, and what these libraries compute in the same words."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_notes.replay.plan import Index, Rows


class Pieces:
    """Slots as pieces that follow one another: each step's results are a piece of their own.

    `joined` puts a list of the library's arrays one behind the other.
    """

    def __init__(self, joined: Callable[[list[Any]], Any]) -> None:
        self._joined = joined
        self._starts: list[int] = []
        self._pieces: list[Any] = []

    def put(self, start: int, piece: Any) -> None:
        at = bisect(self._starts, start)
        self._starts.insert(at, start)
        self._pieces.insert(at, piece)

    def rows(self, slots: Index) -> Any:
        """The rows of `slots`, in the shape of `slots` with one more axis."""
        flat = slots.ravel()
        owners = np.searchsorted(self._starts, flat, side="right") - 1
        used = np.unique(owners)
        pieces = [self._pieces[owner] for owner in used.tolist()]
        ends = np.cumsum([len(piece) for piece in pieces])
        offsets = np.concatenate([[0], ends[:-1]]) - np.array(self._starts)[used]
        positions = flat + offsets[np.searchsorted(used, owners)]
        whole = pieces[0] if len(pieces) == 1 else self._joined(pieces)
        first = int(positions[0])
        in_a_row = (positions == np.arange(first, first + len(flat))).all()
        found = whole[first : first + len(flat)] if in_a_row else whole[positions]
        return found.reshape(*slots.shape, whole.shape[1])


class Buffers:
    """Both buffers of a plan, which begin with the parameters, as a column, and with a row for each input."""

    def __init__(self, joined: Callable[[list[Any]], Any], parameters: Any, inputs: Any) -> None:
        self.uniform, self.varying = Pieces(joined), Pieces(joined)
        if len(parameters):
            self.uniform.put(0, parameters)
        self.varying.put(0, inputs)

    def of(self, rows: Rows) -> Pieces:
        return self.varying if rows.varying else self.uniform

    def rows(self, rows: Rows) -> Any:
        """The rows in the shape of their slots with one more axis."""
        return self.of(rows).rows(rows.slots)

    def put(self, out: Rows, result: Any) -> None:
        """Keep what a step gave."""
        self.of(out).put(int(out.slots.flat[0]), result.reshape(out.slots.size, result.shape[-1]))


OVER_TERMS: dict[str, Callable[..., Any]] = {
    "total": lambda terms: terms.sum(1),
    "largest": lambda terms: terms.max(1),
    "dot": lambda left, right: (left * right).sum(1),
    "matrix_product": lambda weights, inputs: weights[..., 0] @ inputs,
}
"""The steps that make one number of several, by their names in `Step`."""
