"""Diagnosis: what is tried, what is left unsaid because chance explains it as well, and how much work it takes."""

import random

import pytest

from tinygrad_notes import MLP, work_through
from tinygrad_notes.worked import diagnosis
from tinygrad_notes.worked.marking import mark
from tinygrad_notes.worked.marks import Marking
from tinygrad_notes.worked.sheet import Sheet


def kinds(marking: Marking, label: str) -> list[str]:
    return [mistake.kind for mistake in marking[label].mistakes]


def two_two_two() -> Sheet:
    network = MLP.from_weights(
        [[[0.15, 0.2], [0.25, 0.3]], [[0.4, 0.45], [0.5, 0.55]]], [[0.35, 0.35], [0.6, 0.6]], activation="sigmoid"
    )
    return work_through(network, [0.05, 0.1], [0.01, 0.99], loss="half_squared_error", learning_rate=0.5)


def exact(sheet: Sheet) -> dict[str, object]:
    return {label: f"{value.data:.6f}" for label, value in sheet.values.items()}


def test_a_mistake_below_a_misprint_is_found_with_the_misprint_put_right() -> None:
    sheet = two_two_two()
    claims = exact(sheet)
    delta, back = sheet["delta2[1]"].data, sheet["back1[0]"].data
    claims["delta2[1]"] = f"{-delta:.6f}"  # its sign is lost in print; every later number has it
    assert mark(sheet, claims)["delta2[1]"].verdict == "misprint"
    for label in ("back1[0]", "dC/da1[0]", "slope1[0]"):
        del claims[label]
    claims["delta1[0]"] = f"{back:.6f}"  # and here the slope is left out
    marking = mark(sheet, claims)
    assert marking["delta2[1]"].verdict == "misprint"
    assert kinds(marking, "delta1[0]")[0] == "the slope σ′ left out"


def test_a_mistake_below_a_slip_that_nothing_else_used_is_found_with_the_slip_put_right() -> None:
    sheet = work_through(MLP.from_weights([[[0.7]], [[0.9]]], [[0.3], [0.2]], activation="sigmoid"), [1.3], [1.0])
    a, rest = sheet["a1[0]"].data, 0.9
    marking = mark(sheet, {"a1": [f"{a + 0.1:.5f}"], "z2": [f"{rest * a:.5f}"]})
    assert [row.verdict for row in marking] == ["slip", "slip"]
    assert kinds(marking, "z2[0]") == ["the bias forgotten"]


def test_two_wrong_numbers_do_not_explain_each_other() -> None:
    sheet = two_two_two()
    claims = exact(sheet)
    for j in (0, 1):
        for i in (0, 1):  # δ is written for ∂C/∂W
            claims[f"dC/dW2[{j},{i}]"] = f"{sheet[f'delta2[{j}]'].data:.6f}"
    marking = mark(sheet, claims)
    for j in (0, 1):
        assert kinds(marking, f"dC/dW2[{j},0]")[0] == "the input left out of ∂C/∂W"
        copied = [m.detail for m in marking[f"dC/dW2[{j},0]"].mistakes if "copied" in m.kind]
        assert f"∂C/∂W2[{j},1]" not in copied  # of the two the first is no copy
    assert "the neighbor's value copied" in kinds(marking, "dC/dW2[0,1]")


def test_a_copy_of_a_wrong_number_that_stands_before_it_is_named() -> None:
    sheet = two_two_two()
    marking = mark(sheet, {"z1": ["0.5123456", "0.5123456"]})
    assert kinds(marking, "z1[0]") == []
    assert kinds(marking, "z1[1]") == ["the neighbor's value copied"]


def test_rounding_is_allowed_for_once() -> None:
    # C = 1.1032 with two digits of slack nowhere: 1.1015 is no swap of digits of it, nor of anything near.
    network = MLP.from_weights([[[1.0503333]]], activation="linear")
    sheet = work_through(network, [1.0], [0.0])
    assert mark(sheet, {"a1": ["1.0503"], "C": "1.1015"})["C"].mistakes == ()
    assert kinds(mark(sheet, {"a1": ["1.0503"], "C": "1.1302"}), "C") == ["two digits swapped"]


def test_a_gradient_without_its_factor_is_no_term_left_out() -> None:
    # Two samples: ∂C/∂b = (2/2)(-0.7 - 0.9) = -1.6. Half of it is no term: those are -0.7 and -0.9.
    sheet = work_through(
        MLP.from_weights([[[0.8]]], [[0.5]]),
        [[1.0], [2.0]],
        [[2.0], [3.0]],
        loss="mean_squared_error",
        reduction="mean",
    )
    marking = mark(sheet, {"a1": [["1.3"], ["2.1"]], "dC/db1": ["-0.8"]})
    found = kinds(marking, "dC/db1[0]")
    assert "the factor 2 (or ½) of the loss missing" in found
    assert "a term left out" not in found


def test_what_chance_explains_as_well_is_not_named() -> None:
    sheet = two_two_two()
    rng = random.Random(0)
    named = 0
    for _ in range(150):  # any number of two digits fits something
        label = rng.choice(list(sheet.values))
        row = mark(sheet, {label: f"{rng.uniform(-1, 1):.2f}"})[label]
        named += bool(row.mistakes)
        assert all(mistake.odds >= 3.0 for mistake in row.mistakes)
    assert named < 60


def test_an_explanation_says_how_sure_it_is() -> None:
    sheet = two_two_two()
    z = sheet["z1[0]"].data
    coarse, fine = (mark(sheet, {"z1[0]": f"{z - 0.35:.{digits}f}"})["z1[0]"] for digits in (3, 6))
    assert coarse.mistakes[0].kind == fine.mistakes[0].kind == "the bias forgotten"
    assert fine.mistakes[0].odds > 100 * coarse.mistakes[0].odds > 1000


@pytest.mark.parametrize("samples", [100, 2000])
def test_work_is_bounded_inside_one_wide_number(samples: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(1)
    network = MLP(2, [1], activation="sigmoid", seed=1)
    x = [[rng.random(), rng.random()] for _ in range(samples)]
    sheet = work_through(network, x, [[1.0]] * samples)
    tried = []
    monkeypatch.setattr(diagnosis.Site, "worked", lambda site, change: tried.append(site.size) or 0.0)
    mark(sheet, {"C": "0.7"})
    assert sum(tried) <= diagnosis._EFFORT + max(tried)
