"""Griffe, which reads the docstrings, wants "Examples:" where ours say "Example:"."""

from __future__ import annotations

import re
from typing import Any

import griffe


class SingularExample(griffe.Extension):
    """Reads an "Example:" section as a section of doctests."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring is not None:
            obj.docstring.value = re.sub(r"^Example:$", "Examples:", obj.docstring.value, flags=re.MULTILINE)
