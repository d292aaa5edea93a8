"""Published hand-worked pages: every file is read, and every claim judged as an independent reading of it says.

The data under tests/data/corpus are numbers transcribed from published pages (each file's first line names its
source), with what NumPy makes of them; its README says how they were made.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tinygrad_notes.worked.verdicts import MISPRINT, ROUNDING, SLIP
from tinygrad_notes.worked.worksheet_file import mark_file

CORPUS = Path(__file__).parents[1] / "data" / "corpus"
PAGES = sorted(path.stem for path in CORPUS.glob("*.toml"))

# What a reader found, where the list of usual mistakes holds it; quoted from the comments in the expected files.
LIKELY_MISTAKES = [
    ("macleod", "delta1[0]", "updated weights used in the backward pass"),
    ("melfm_notes", "z2[0]", "the same operand used twice"),
    ("melfm_notes", "a2[1]", "the same operand used twice"),
    ("melfm_notes", "slope2[0]", "σ′ taken of another number"),
    ("primelearnpoint_2x2_as_printed", "z1[0]", "the weight matrix transposed"),
    ("primelearnpoint_2x2_as_printed", "z1[1]", "the weight matrix transposed"),
    ("primelearnpoint_2x2_as_printed", "z2[0]", "the bias forgotten"),
    ("primelearnpoint_2x2_as_printed", "z2[1]", "the bias forgotten"),
    ("sreekanth_relu_bce", "dC/da2[0]", "a - y taken for dC/da"),
    ("whathowwhy_mse", "delta2[0]", "the factor 2 (or ½) of the loss missing"),
]


def expected(page: str) -> dict[str, dict[str, Any]]:
    rows = json.loads((CORPUS / f"{page}.expected.json").read_text(encoding="utf-8"))
    return {row["quantity"]: row for row in rows}


def test_there_are_pages() -> None:
    assert len(PAGES) == 14


@pytest.mark.parametrize("page", PAGES)
def test_exact_numbers_and_those_from_above_are_numpys(page: str) -> None:
    marking = mark_file(CORPUS / f"{page}.toml")
    for quantity, row in expected(page).items():
        mark = marking[quantity]
        assert mark.claimed == row["claimed"]
        assert mark.exact == pytest.approx(row["exact"], rel=1e-12, abs=1e-15)
        assert mark.from_above == pytest.approx(row["from_above"], rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("page", PAGES)
def test_what_agrees_is_no_slip_and_what_does_not_is_flagged(page: str) -> None:
    marking = mark_file(CORPUS / f"{page}.toml")
    for quantity, row in expected(page).items():
        verdict = marking[quantity].verdict
        if row["agrees_exact"] or row["agrees_from_above"]:
            assert verdict not in (SLIP, MISPRINT), quantity
        else:
            assert verdict in (SLIP, MISPRINT, ROUNDING), quantity


@pytest.mark.parametrize("page", PAGES)
def test_rounding_is_said_of_less_than_a_unit_alone(page: str) -> None:
    for mark in mark_file(CORPUS / f"{page}.toml").with_verdict(ROUNDING):
        decimals = len(mark.claimed.partition(".")[2])
        off = min(abs(float(mark.claimed) - mark.exact), abs(float(mark.claimed) - mark.from_above))
        assert off < 10.0**-decimals


@pytest.mark.parametrize(("page", "quantity", "mistake"), LIKELY_MISTAKES)
def test_the_likely_mistake_is_named(page: str, quantity: str, mistake: str) -> None:
    mark = mark_file(CORPUS / f"{page}.toml")[quantity]
    assert mistake in [found.kind for found in mark.mistakes]


def test_a_right_number_after_a_wrong_one_makes_that_one_a_misprint() -> None:
    marking = mark_file(CORPUS / "primelearnpoint_2x2_as_printed.toml")
    assert [marking[f"z2[{j}]"].verdict for j in (0, 1)] == ["misprint", "misprint"]
    assert [marking[f"dC/da2[{j}]"].verdict for j in (0, 1)] == ["right", "right"]
    assert marking["dC/da2[0]"].put_right == ("z2[0]",)
