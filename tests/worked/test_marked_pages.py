"""Marks on the page."""

from __future__ import annotations

import math

import pytest

from tinygrad_notes.nn import MLP
from tinygrad_notes.worked import work_through
from tinygrad_notes.worked.explanations import Mistake
from tinygrad_notes.worked.marked_pages import TONES, marking_report
from tinygrad_notes.worked.marking import mark
from tinygrad_notes.worked.marks import Mark, Marking
from tinygrad_notes.worked.verdicts import MEANINGS, SLIP, VERDICTS


def marking(claims, digits=None):
    network = MLP.from_weights([[[0.5, -0.5]]], [[0.1]], activation="sigmoid")
    return mark(work_through(network, [1.0, 0.4], [1.0]), claims, digits=digits)


def test_each_claim_has_a_row_with_its_verdict():
    page = marking_report(marking({"z1": ["0.30"], "a1": ["0.574"], "C": "?"})).markdown()
    assert "| `z1[0]` | 0.30 | 0.4 | 0.4 | SLIP |" in page
    assert "| `a1[0]` | 0.574 | 0.574443 | 0.598688 | carried |" in page


def test_a_blank_gives_nothing_away():
    page = marking({"z1": ["?"], "a1": ["0.599"]}).report().markdown()
    assert "| `z1[0]` | ? |  |  | blank |" in page
    assert "0.4" not in page


def test_a_page_of_blanks_is_not_praised():
    assert "No slip" not in str(marking({"z1": ["?"], "C": "?"}))
    assert "No slip" in str(marking({"z1": ["0.4"], "C": "?"}))


@pytest.mark.parametrize(
    ("written", "digits", "said"),
    [
        ("0.59", None, "No slip; 1 number is off by rounding."),
        ("0.60", 2, "No slip: every number follows from what stands above it."),
        ("1", 2, "No slip; 1 number is off by rounding; 2 significant digits are asked."),
    ],
)
def test_numbers_off_by_rounding_are_not_said_to_follow(written, digits, said):
    page = str(marking({"a1": [written]}, digits))
    assert said in " ".join(page.split())


def test_a_marking_shows_itself():
    marked = marking({"z1": ["0.30"], "a1": ["0.574"]})
    assert "the bias forgotten" in str(marked)
    assert "<td" in marked._repr_html_()
    assert str(marked.report()) == str(marked)


def test_a_slip_is_told_with_what_it_should_be_and_what_happened():
    page = marking_report(marking({"z1": ["0.30"], "a1": ["0.574"]})).plain(width=200)
    assert "z1[0] = 0.30 is a slip: it should be 0.4. Almost surely: the bias forgotten" in page
    assert "Wrong too, but only because of that: a1[0]." in page


def test_a_slip_that_no_usual_mistake_explains_says_so():
    page = marking_report(marking({"z1": ["0.7317"]})).plain(width=200)
    assert "it should be 0.4. No usual mistake gives this number." in page


def test_a_page_without_a_slip_says_so():
    page = marking_report(marking({"z1": ["0.4"], "a1": ["0.599"]})).plain()
    assert "No slip: every number follows from what stands above it." in page
    assert "went wrong" not in page


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_has_a_meaning_and_a_tone(verdict):
    assert MEANINGS[verdict]
    assert verdict in TONES


def sure(*odds: float, same: bool = False) -> Mark:
    mistakes = tuple(Mistake(f"kind {i}", "", 1.0 if same else i, odds=one) for i, one in enumerate(odds))
    return Mark("z1[0]", "1", 2.0, 2.0, SLIP, mistakes)


@pytest.mark.parametrize(
    ("odds", "words", "shares"),
    [
        ((), "", []),
        ((19.0,), "almost surely", [0.95]),
        ((18.9,), "likely", [0.95]),
        ((3.0,), "likely", [0.75]),
        ((5.0, 4.0), "likely", [0.5, 0.4]),
        ((4.5, 4.5), "perhaps", [0.45, 0.45]),
        ((math.inf,), "almost surely", [1.0]),
    ],
)
def test_a_mark_says_how_sure_it_is_of_the_mistake(odds: tuple[float, ...], words: str, shares: list[float]) -> None:
    mark = sure(*odds)
    assert mark.how_sure == words
    assert mark.as_json().get("sure", []) == pytest.approx(shares, abs=0.001)
    said = str(Marking((mark,)))
    assert f"{words.capitalize() or 'No usual mistake gives this number'}" in said


def test_one_number_under_two_names_is_one_mistake() -> None:
    mark = sure(500.0, 499.0, same=True)
    assert mark.how_sure == "almost surely"
    assert mark.sure == pytest.approx((0.999, 0.999))
    assert mark.explanation() == "kind 0; or, with the same number, kind 1"
    assert sure(500.0, 499.0).explanation() == "kind 0; or kind 1"
