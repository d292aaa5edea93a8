"""How far a long task has come is told, and a short one is silent."""

from __future__ import annotations

import io
import sys

import pytest

from tinygrad_notes.classroom import marking
from tinygrad_notes.classroom.marking import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "seconds", "told"),
    [
        (io.StringIO, 0.2, ""),
        (io.StringIO, 0.6, "marked 2 of 4\n"),
        (io.StringIO, 3.0, "marked 1 of 4\nmarked 3 of 4\n"),
        (Terminal, 0.2, ""),
        (Terminal, 0.6, "\r\033[Kmarked 2 of 4\r\033[Kmarked 3 of 4\r\033[Kmarked 4 of 4\r\033[K"),
    ],
)
def test_a_task_tells_how_far_it_has_come_once_it_takes_long(monkeypatch, stream, seconds, told):
    now = [0.0]
    monkeypatch.setattr(marking, "monotonic", lambda: now[0])
    monkeypatch.setattr(sys, "stderr", stream())
    with Progress("marked", 4) as steps:
        for _ in range(4):
            now[0] += seconds
            steps.step()
    assert sys.stderr.getvalue() == told
