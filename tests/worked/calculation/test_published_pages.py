"""Published pages of every kind, marked as an independent computation says."""

import json
import math
from pathlib import Path

import pytest

from tinygrad_notes.worked.calculation import CalculationMarking, PageMark, mark_calculation_file
from tinygrad_notes.worked.page_files import mark_page

PAGES = Path(__file__).parents[2] / "data" / "pages"
CALCULATIONS = sorted(PAGES.glob("*.calc"))
HEADER = 2  # lines that tell the source; the expected lines count from behind them


def expected(page: Path) -> list[dict]:
    return json.loads(page.with_suffix(".expected.json").read_text())


def marks(page: Path) -> dict[tuple[int, str], PageMark]:
    marking = mark_calculation_file(page)
    return {(mark.line - HEADER, mark.name): mark for mark in marking if not mark.member}


@pytest.mark.parametrize("page", CALCULATIONS, ids=lambda page: page.stem)
def test_every_claim_is_read_and_judged(page: Path) -> None:
    found = marks(page)
    assert set(found) == {(row["line"], row["quantity"]) for row in expected(page)}
    for row in expected(page):
        mark = found[row["line"], row["quantity"]]
        assert mark.claimed == row["claimed"]
        assert math.isclose(mark.exact, row["exact"], rel_tol=1e-6, abs_tol=1e-6)
        assert math.isclose(mark.from_above, row["from_above"], rel_tol=1e-6, abs_tol=1e-6)
        if row["agrees_exact"] or row["agrees_from_above"]:
            assert mark.verdict in ("right", "carried", "rounding"), row
        else:
            assert mark.verdict in ("slip", "misprint", "rounding"), row
        if row["agrees_exact"] and row["agrees_from_above"]:
            assert mark.verdict == "right", row


@pytest.mark.parametrize("page", CALCULATIONS, ids=lambda page: page.stem)
def test_every_formula_of_a_gradient_is_accepted(page: Path) -> None:
    found = marks(page)
    for row in expected(page):
        assert found[row["line"], row["quantity"]].formula is row.get("formula_is_the_gradient"), row
    marking = mark_calculation_file(page)
    assert isinstance(marking, CalculationMarking)
    assert all(formula.is_right for formula in marking.formulas)


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.toml")), ids=lambda page: page.stem)
def test_the_pages_that_are_worksheets_are_judged_alike(page: Path) -> None:
    marking = mark_page(page)
    for row in expected(page):
        verdict = marking[row["quantity"]].verdict
        agrees = row["agrees_exact"] or row["agrees_from_above"]
        assert (verdict in ("right", "carried", "rounding")) if agrees else (verdict in ("slip", "rounding")), row
