"""The guide to calculation lines: every example on it is marked without a slip."""

import re
from pathlib import Path

import pytest

from tinygrad_notes.errors import CalculationError
from tinygrad_notes.worked.calculation import mark_calculation, read_calculation
from tinygrad_notes.worked.page_files import kinds, new_page

GUIDE = Path(__file__).parents[3] / "docs" / "calculations.md"
EXAMPLES = re.findall(r"```calc\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
BY_TITLE = {example.splitlines()[0]: example for example in EXAMPLES}


def test_there_are_a_dozen_and_more() -> None:
    assert len(EXAMPLES) > 12


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.splitlines()[0][:40])
def test_every_example_is_right(example: str) -> None:
    marking = mark_calculation(example)
    assert len(marking)
    assert {mark.verdict for mark in marking} <= {"right", "carried"}
    assert {formula.outcome for formula in marking.formulas} <= {"holds", "holds here"}
    assert not marking.unread


def without_remarks(page: str) -> list[str]:
    return [line.partition("#")[0].rstrip() for line in page.splitlines()]


@pytest.mark.parametrize("kind", kinds())
def test_a_kind_of_page_is_the_example_of_the_guide_with_blanks(kind: str) -> None:
    page = new_page(kind)
    assert without_remarks(page) == without_remarks(BY_TITLE[page.splitlines()[0]])


@pytest.mark.parametrize("kind", kinds())
def test_every_gradient_of_a_kind_of_page_has_something_to_teach(kind: str) -> None:
    for entry in read_calculation(new_page(kind)).entries:
        numbers = [value.data for value in entry.values]
        if not entry.is_given:
            assert sum(map(bool, numbers)) > len(numbers) / 2, f"{entry.label} = {numbers}"


def test_a_zero_of_the_guide_has_neither_sign_nor_decimals() -> None:
    for example in EXAMPLES:
        for remark in (line.partition("#")[2] for line in example.splitlines()[1:]):
            assert not re.search(r"(?<![\d.])(?:-0(?:\.0*)?|0\.0+)(?![\d.])", remark), remark


def test_minus_zero_is_shown_as_zero() -> None:
    page = read_calculation("y = [0, 1]\np = [0.3, 0.7]\nL = -sum(y*ln(p))\ndL/dp = -y/p")
    assert page.values["dL/dp[0]"].data == 0.0
    [row] = [line for line in str(page.sheet()).splitlines() if "∂L/∂p[0]" in line]
    assert row.split()[-1] == "0"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.splitlines()[0][:40])
def test_a_broken_line_is_told_and_none_that_needs_it(example: str) -> None:
    rows = example.splitlines()
    for place, row in enumerate(rows):
        name, sign, _ = row.partition("=")
        if sign and not row.startswith("#"):
            for broken in (f"{row.partition('#')[0]} $ 1", f"{name}= nothing_is_called_so(1)"):
                with pytest.raises(CalculationError) as caught:
                    read_calculation("\n".join([*rows[:place], broken, *rows[place + 1 :]]))
                assert [one.line for one in caught.value.problems or (caught.value,)] == [place + 1], broken
