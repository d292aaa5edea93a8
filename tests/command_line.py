"""The command line, run in the tests' own process."""

from __future__ import annotations

from typing import Any

import pytest

from tinygrad_notes.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: Any) -> tuple[int, str, str]:
    """The exit status of `tinygrad-notes` with these arguments, and what it printed to stdout and to stderr."""
    status = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err
