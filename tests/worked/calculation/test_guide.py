"""The guide to calculation lines: every example on it is marked without a slip."""

import re
from pathlib import Path

import pytest

from tinygrad_notes.worked.calculation import mark_calculation

GUIDE = Path(__file__).parents[3] / "docs" / "calculations.md"
EXAMPLES = re.findall(r"```calc\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


def test_there_are_a_dozen_and_more() -> None:
    assert len(EXAMPLES) > 12


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.splitlines()[0][:40])
def test_every_example_is_right(example: str) -> None:
    marking = mark_calculation(example)
    assert len(marking)
    assert {mark.verdict for mark in marking} <= {"right", "carried"}
    assert {formula.outcome for formula in marking.formulas} <= {"holds", "holds here"}
    assert not marking.unread
