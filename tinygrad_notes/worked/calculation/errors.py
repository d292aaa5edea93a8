"""What is wrong in one expression, before it is known in which line it stands."""

from __future__ import annotations


class LineError(ValueError):
    """What is wrong in one expression; `at` is the offset in its text, from 0."""

    def __init__(self, reason: str, at: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.at = reason, at


class UnworkableError(LineError):
    """A formula that is well written and cannot be worked: its shapes do not fit together."""


class TooMuchError(LineError):
    """A page that takes too many numbers to work: no line behind can be worked either."""
