"""The usual mistakes and their messages, from the table that the tests hold the code to."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from test_errors_that_teach import MISTAKES, Mistake

INTRODUCTION = """# Errors that teach

The mistakes that newcomers make, and what they see: one message that says what happened, where, and what to write
instead. The tests run every line below and compare every word. In them `network` is `MLP(2, [3, 1])`, `pair` is
`MLP(2, [3, 2])`, `X` has shape (4, 2) and `y` shape (4,). The first line is
`from tinygrad_notes import *; from tinygrad_notes import functions`.

"""


def page() -> str:
    groups = (f"## {title}\n\n" + "\n".join(map(_section, mistakes)) for title, mistakes in MISTAKES.items())
    return INTRODUCTION + "\n".join(groups)


def _section(mistake: Mistake) -> str:
    code = "\n".join(("... " if line.startswith(" ") else ">>> ") + line for line in mistake.code.splitlines())
    shown = textwrap.fill(mistake.shown, 78, subsequent_indent="    ", break_on_hyphens=False)
    return f"### {mistake.title}\n\n```pycon\n{code}\n{shown}\n```\n\n{mistake.more}\n"
