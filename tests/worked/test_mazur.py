"""A published page as a whole: Mazur's step-by-step example, whose first pass is right and whose second is not.

Its numbers are those of tests/data/corpus/mazur_original.toml and tests/data/mazur, where the sources are named.
"""

from pathlib import Path

import numpy as np
import pytest

from tinygrad_notes.worked.claims import read_claims
from tinygrad_notes.worked.marking import mark
from tinygrad_notes.worked.marks import Marking
from tinygrad_notes.worked.verdicts import BLANK, CARRIED, MISPRINT, RIGHT, SLIP
from tinygrad_notes.worked.worksheet_file import mark_file, read_worksheet

DATA = Path(__file__).parents[1] / "data"
FIRST, SECOND = DATA / "corpus" / "mazur_original.toml", DATA / "mazur" / "second_pass.toml"


def marked_with(changed: dict[str, str]) -> Marking:
    """The first pass with some numbers written otherwise."""
    worksheet = read_worksheet(FIRST)
    written = {claim.label: claim.written for claim in read_claims(worksheet.sheet, worksheet.claims)}
    return mark(worksheet.sheet, {**written, **changed})


def test_every_number_of_the_first_pass_is_right() -> None:
    assert {row.verdict for row in mark_file(FIRST)} == {RIGHT, BLANK}


def test_the_error_after_the_update_is_the_pages_one_wrong_number() -> None:
    network = read_worksheet(SECOND).network
    a, y = (np.array(network[name], float) for name in ("x", "y"))
    for layer in network["layer"]:
        W, b = (np.array(layer[name], float) for name in ("W", "b"))
        a = 1 / (1 + np.exp(-(W @ a + b)))
    (row,) = mark_file(SECOND)
    assert row.exact == pytest.approx(((a - y) ** 2).sum() / 2, rel=1e-14)
    assert (row.verdict, row.mistakes) == (SLIP, ())
    assert abs(float(row.claimed) - row.exact) > 1e-7  # a hundred units of its last digit


def test_a_lost_sign_is_a_misprint_and_the_slope_left_out_below_it_is_named() -> None:
    # ∂C/∂a1 was worked out with δ2[1] = -0.0380982, the new weights with the right δ1: both are wrong in print alone.
    marking = marked_with({"delta2[1]": "0.0380982", "delta1[0]": "0.036350306"})
    assert [(row.quantity, row.verdict) for row in marking.with_verdict(SLIP, MISPRINT)] == [
        ("delta2[1]", MISPRINT),
        ("delta1[0]", MISPRINT),
    ]
    assert str(marking["delta2[1]"].mistakes[0]) == "a sign flipped (of δ2[1])"
    assert str(marking["delta1[0]"].mistakes[0]) == "the slope σ′ left out (σ'(z1[0]))"
    assert marking["delta1[0]"].how_sure == "almost surely"


def test_with_the_slope_left_out_the_gradient_that_uses_it_is_carried() -> None:
    marking = marked_with({"delta1[0]": "0.036350306", "dC/dW1[0,0]": "0.001817515", "W1_new[0,0]": "0.149091242"})
    assert [marking[label].verdict for label in ("delta1[0]", "dC/dW1[0,0]", "W1_new[0,0]")] == [SLIP, CARRIED, CARRIED]
