"""Sheets on the page."""

from __future__ import annotations

import pytest

from tinygrad_notes.nn import MLP
from tinygrad_notes.worked import work_through
from tinygrad_notes.worked.pages import Column, sheet_report
from tinygrad_notes.worked.report import cell

W1, b1 = [[0.1, 0.2], [0.3, -0.2], [-0.4, 0.1]], [0.0, 0.1, -0.1]
W2, b2 = [[0.2, -0.3, 0.1]], [0.05]


def sheet_of(convention="W@x", **options):
    weights = [W1, W2] if convention == "W@x" else [[list(column) for column in zip(*W)] for W in (W1, W2)]
    network = MLP.from_weights(weights, [b1, b2], activation="sigmoid", convention=convention)
    return work_through(network, **({"x": [0.5, 0.2], "y": [1.0]} | options))


def test_every_number_stands_on_the_page_in_the_order_of_work():
    sheet = sheet_of()
    lines = sheet.report().markdown().splitlines()
    shown = [line.split("`")[1] for line in lines if line.startswith("| `")][len(sheet.given) :]
    assert len(shown) == len(sheet.values)
    assert shown[0] == "z1[0]"
    assert shown.index("C") < shown.index("∂C/∂a2[0]") < shown.index("δ2[0]") < shown.index("δ1[0]")
    assert shown[-1] == "b1_new[2]"


def test_each_row_has_letters_and_numbers_and_result():
    assert (
        "| `z1[1]` | `W1[1,0] · x[0] + W1[1,1] · x[1] + b1[1]`<br>`= 0.3 · 0.5 + (-0.2) · 0.2 + 0.1` | 0.21 |"
        in sheet_of().report().markdown()
    )


@pytest.mark.parametrize(
    ("convention", "said"),
    [
        ("W@x", ["row j of W1 holds the weights of neuron j", "In the form x@W, W1[0,1] is called W1[1,0]",
                 "back1 = W2ᵀ δ2",
                 "z1 = W1 x + b1", "∂C/∂W1 = δ1 xᵀ"]),
        ("x@W", ["column j of W1 holds the weights of neuron j", "In the form W@x, W1[0,1] is called W1[1,0]",
                 "back1 = δ2 W2ᵀ",
                 "z1 = x W1 + b1", "∂C/∂W1 = xᵀ δ1"]),
    ],
)  # fmt: skip
def test_the_page_says_its_convention_and_how_the_other_writes_the_same(convention, said):
    page = sheet_of(convention).report().plain(width=200)
    for phrase in said:
        assert phrase in page


def test_digits_are_chosen():
    sheet = sheet_of()
    assert "| 0.522485 |" in sheet.report(digits=6).markdown()
    assert "| 0.52 |" in sheet.report(digits=2).markdown()


def test_a_batch_says_that_gradients_are_summed_over_samples():
    page = sheet_of(x=[[0.5, 0.2], [1.0, 0.0]], y=[[1.0], [0.0]]).report().plain(width=200)
    assert "∂C/∂W1 = Σ over samples of δ1 xᵀ" in page
    assert "z1[1,2]" in page


def test_further_columns_stand_beside_their_numbers():
    column = Column("note", {"z1[0]": cell("0.13")}, numeric=True)
    rows = sheet_report(sheet_of(), columns=[column]).markdown().splitlines()
    assert "| number | formula, then its numbers | result | note |" in rows
    assert next(row for row in rows if row.startswith("| `z1[0]`")).endswith("| 0.13 |")
    assert next(row for row in rows if row.startswith("| `z1[1]`")).endswith("|  |")


def test_a_part_holds_the_quantities_asked_for_and_no_others():
    page = sheet_of().part("a1", "C", digits=3).markdown()
    assert [row.split("`")[1] for row in page.splitlines()[2:]] == ["a1[0]", "a1[1]", "a1[2]", "C"]


def test_a_part_that_there_is_not_is_refused_by_name():
    with pytest.raises(KeyError, match="works out no 'z9'; it has z1, a1"):
        sheet_of().part("z9")


def test_all_forms_show_the_sheet():
    sheet = sheet_of()
    assert "σ(z1[0])" in str(sheet)
    assert r"\delta_{2}[0]" in sheet.report().latex()
    assert "<code>σ&#x27;(z1[0])</code>" in sheet._repr_html_()
