"""The buffer of libraries whose arrays are not written into."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_notes.replay.plan import Index


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
