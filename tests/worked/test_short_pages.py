"""Published pages of short numbers: each claim judged as NumPy says, and each number that is changed found.

The data under tests/data/short_pages are transcribed like those of tests/data/corpus, and checked in the same way.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tinygrad_notes.worked.claims import read_claims
from tinygrad_notes.worked.marking import mark
from tinygrad_notes.worked.verdicts import MISPRINT, ROUNDING, SLIP
from tinygrad_notes.worked.worksheet_file import mark_file, read_worksheet

PAGES = Path(__file__).parents[1] / "data" / "short_pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.toml"))
IN_FULL = ["linear_neuron_answer", "relu_exercise_q17", "sigmoid_121", "two_weights"]  # no number was rounded


@pytest.mark.parametrize("page", NAMES)
def test_a_claim_is_flagged_where_it_agrees_with_neither_number(page: str) -> None:
    marking = mark_file(PAGES / f"{page}.toml")
    rows: list[dict[str, Any]] = json.loads((PAGES / f"{page}.expected.json").read_text(encoding="utf-8"))
    for row in rows:
        verdict = marking[row["quantity"]].verdict
        agrees = row["agrees_exact"] or row["agrees_from_above"]
        assert verdict not in (SLIP, MISPRINT) if agrees else verdict in (SLIP, MISPRINT, ROUNDING), row


@pytest.mark.parametrize("step", [-3, -1, 1, 3])
@pytest.mark.parametrize("page", IN_FULL)
def test_every_number_that_is_changed_is_found(page: str, step: int) -> None:
    worksheet = read_worksheet(PAGES / f"{page}.toml")
    written = {claim.label: claim.written for claim in read_claims(worksheet.sheet, worksheet.claims)}
    for label, number in written.items():
        if number != "?":
            unit = Decimal(1).scaleb(Decimal(number).as_tuple().exponent)  # type: ignore[arg-type]  # of finite numbers
            changed = {**written, label: str(Decimal(number) + step * unit)}
            assert mark(worksheet.sheet, changed)[label].verdict in (SLIP, MISPRINT), label
