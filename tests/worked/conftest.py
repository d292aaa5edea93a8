"""What tests of marking share."""

from typing import Any

import pytest

from tinygrad_notes.worked.reworking import Reworking


@pytest.fixture
def numbers_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many numbers each `Reworking` reads that is made."""
    sizes: list[int] = []
    make = Reworking.__init__

    def counted(self: Reworking, *arguments: Any) -> None:
        make(self, *arguments)
        sizes.append(self.size)

    monkeypatch.setattr(Reworking, "__init__", counted)
    return sizes
