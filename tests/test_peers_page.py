"""The page that shows what other libraries gave at our edges."""

import csv
import sys
from pathlib import Path

import pytest

from tinygrad_notes.edges import Edge

ROOT = Path(__file__).parents[1]


@pytest.fixture
def peers_page(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "generate"))
    monkeypatch.delitem(sys.modules, "peers_page", raising=False)
    import peers_page

    return peers_page


def test_every_answer_stands_once_under_a_known_name(peers_page) -> None:
    with (ROOT / "docs" / "data" / "edges_of_peers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["operation", "operands", "peer", "value", "derivatives"]
    assert len({tuple(row[:3]) for row in rows[1:]}) == len(rows) - 1 > 1500
    assert {row[2] for row in rows[1:]} == set(peers_page.NAMES)


CASE = Edge("hypot", (0.0, 0.0), 0.0, (0.0, 0.0), "kink")
VERDICTS = [
    (("0.0", "0.0 -0.0"), "same", ""),
    (("0.0", "nan nan"), "slope", "·; nan, nan"),
    (("0.0", "0.5 0.0"), "slope", "·; 0.5, ·"),
    (("nan", "nan 0.0"), "value", "nan; nan, ·"),
    (("0.0", "- 0.0"), "same", ""),
    (("ZeroDivisionError", ""), "raises", "raises ZeroDivisionError"),
    (None, "none", "none"),
]


@pytest.mark.parametrize(("answer", "verdict", "cell"), VERDICTS)
def test_an_answer_is_shown_where_it_differs(peers_page, answer, verdict, cell) -> None:
    assert (peers_page._verdict(CASE, answer), peers_page._cell(CASE, answer)) == (verdict, cell)


def test_answers_that_differ_by_rounding_alone_are_the_same(peers_page) -> None:
    assert peers_page.same(1 / 3, "0.33333333333333337") and peers_page.same(float("nan"), "nan")
    assert not peers_page.same(float("inf"), "nan") and not peers_page.same(0.0, "1e-30")


def test_the_page_has_a_section_for_each_operation_with_a_difference(peers_page) -> None:
    page = peers_page.page()
    assert page.count("\n## ") > 20
    assert "| 0, 0 | 0; 0, 0 | ·; 0.5, 0.5 |" in page  # JAX's slopes of hypot at the origin
    assert {line.count("|") for line in page.splitlines() if line.startswith("|")} <= {7, 10}
