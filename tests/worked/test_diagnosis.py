"""Diagnosis: what is tried, what is left unsaid because chance explains it as well, and how much work it takes."""

import math
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
        assert kinds(marking, f"dC/dW2[{j},1]") == kinds(marking, f"dC/dW2[{j},0]")  # one cause
        assert not any("copied" in kind for kind in kinds(marking, f"dC/dW2[{j},1]"))


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


def linear(*matrices: list[list[float]], x: list[float]) -> Sheet:
    return work_through(MLP.from_weights(list(matrices), activation="linear"), x, [0.0] * len(matrices[-1]))


@pytest.mark.parametrize(("beside", "named"), [(0, True), (2, True), (3, False)])
def test_of_many_elements_those_one_step_away_are_neighbors(beside: int, named: bool) -> None:
    sheet = linear([[0.137 * (j + 1) ** 2] for j in range(10)], x=[1.0])
    row = mark(sheet, {"z1[1]": f"{0.137 * (beside + 1) ** 2:.5f}"})["z1[1]"]
    assert ("the neighbor's value copied" in [m.kind for m in row.mistakes]) == named


def test_a_slip_that_one_number_used_as_written_and_another_put_right_is_a_slip() -> None:
    sheet = linear([[1.0]], [[2.0], [3.0]], x=[2.5])
    marking = mark(sheet, {"a1": ["4.5"], "z2": ["9.0", "7.5"]})
    assert [row.verdict for row in marking] == ["slip", "carried", "lucky"]


def test_one_operand_throughout_is_named_where_there_are_three() -> None:
    sheet = linear([[0.31, 0.47, 0.59]], x=[1.13, 1.71, 1.97])
    row = mark(sheet, {"z1": [f"{1.13 * (0.31 + 0.47 + 0.59):.6f}"]})["z1[0]"]
    assert str(row.mistakes[0]) == "the same operand used twice (x[0] throughout)"


def test_what_is_not_square_is_not_transposed() -> None:
    sheet = linear([[0.31, 0.47, 0.59], [0.73, 0.83, 0.97]], x=[1.13, 1.71, 1.97])
    row = mark(sheet, {"z1[0]": f"{0.31 * 1.13 + 0.73 * 1.71 + 0.59 * 1.97:.6f}"})["z1[0]"]
    assert "the weight matrix transposed" not in [m.kind for m in row.mistakes]


def test_an_input_taken_for_an_activation_is_another_layers_value() -> None:
    sheet = linear([[0.31]], [[0.47]], x=[1.13])
    row = mark(sheet, {"z2": [f"{0.47 * 1.13:.6f}"]})["z2[0]"]
    assert str(row.mistakes[0]) == "another layer's value taken (x[0] for a1[0])"


def test_a_mistake_of_tanh_is_not_named_with_another_activation() -> None:
    sheet = work_through(MLP.from_weights([[[0.4]]], activation="sigmoid"), [1.0], [1.0])
    a = sheet["a1[0]"].data
    row = mark(sheet, {"a1": [f"{a:.6f}"], "slope1": [f"{1 - a:.6f}"]})["slope1[0]"]
    assert "tanh′ taken for 1 - a" not in [m.kind for m in row.mistakes]


@pytest.mark.parametrize(("factor", "said"), [(0.5, "0.5"), (2.0, "2"), (3.0, "3"), (1 / 3, "1/3")])
def test_a_factor_lost_on_the_way_to_a_gradient_is_told(factor: float, said: str) -> None:
    x, y = [[1.3], [2.1], [0.7]], [[2.0], [3.0], [1.1]]
    network = MLP.from_weights([[[0.83]]], [[0.51]], activation="linear")
    sheet = work_through(network, x, y, loss="mean_squared_error", reduction="mean")
    row = mark(sheet, {"dC/dW1": [[f"{sheet['dC/dW1[0,0]'].data * factor:.6f}"]]})["dC/dW1[0,0]"]
    found = {m.kind: m.detail for m in row.mistakes}
    detail = found["the factor 2 (or ½) of the loss missing"]
    assert detail.endswith("∂C/∂W1[0,0]") and detail.startswith(
        {"0.5": "1/2 of", "1/3": "1/3 of"}.get(said, f"{said} times")
    )


def test_what_no_claim_says_follows_from_the_misprint_put_right() -> None:
    sheet = work_through(MLP.from_weights([[[1.5]], [[0.6]]], activation="silu"), [0.8], [1.0])
    claims = exact(sheet)
    claims["z1[0]"] = "0.7"  # a misprint: all else is computed from the right number
    del claims["a1[0]"]
    a = sheet["a1[0]"].data
    s = 1 / (1 + math.exp(-a))
    claims["slope1[0]"] = f"{s * (1 + a * (1 - s)):.6f}"
    marking = mark(sheet, claims)
    assert marking["z1[0]"].verdict == "misprint"
    assert kinds(marking, "slope1[0]")[0] == "σ′ taken of a instead of z"


def test_below_a_misprint_the_right_number_was_likely_used() -> None:
    # z = 0.65 is 0.5 · 1.3 without the bias; and it is 0.5 · 0.31 with twice the bias.
    network = MLP.from_weights([[[1.3]], [[0.5], [0.7]]], [[0.0], [0.2475, 0.1]], activation="linear")
    sheet = work_through(network, [1.0], [0.0, 0.0])
    marking = mark(sheet, {"a1": ["0.31"], "z2": ["0.65", "1.01"]})
    assert [row.verdict for row in marking] == ["misprint", "slip", "right"]
    found = kinds(marking, "z2[0]")
    assert found[0] == "the bias forgotten" and "a change applied twice" in found


def test_what_used_a_known_misprint_put_right_needs_no_digits_to_prove_it() -> None:
    # ∂C/∂W2 = δ2 · a1 with the slip 0.04, and with 0.7 in place of the misprint: 0.028.
    sheet = work_through(MLP.from_weights([[[0.7]], [[0.9]]], activation="linear"), [1.0], [0.655])
    claims = {"a1": ["0.2"], "z2": ["0.63"], "delta2": ["0.04"], "dC/dW2": [["0.03"]]}
    assert [row.verdict for row in mark(sheet, claims)] == ["misprint", "right", "slip", "carried"]
    del claims["z2"]  # now nothing says that 0.2 is a misprint, and 0.03 may be anything
    assert [row.verdict for row in mark(sheet, claims)] == ["slip", "slip", "slip"]


@pytest.mark.parametrize(("claimed", "named"), [(("delta2",), True), (("dC/da2", "delta2"), False)])
def test_an_error_without_its_gradient_on_the_page_may_lack_the_factor(claimed: tuple[str, ...], named: bool) -> None:
    network = MLP.from_weights([[[0.4]], [[1.2], [-0.7]]], activation=["relu", "softmax"])
    sheet = work_through(network, [1.3], [0.0, 1.0], loss="cross_entropy")
    claims = {f"{name}[0]": f"{sheet[f'{name}[0]'].data:.6f}" for name in claimed}
    claims["delta2[0]"] = f"{2 * sheet['delta2[0]'].data:.6f}"
    assert ("the factor 2 (or ½) of the loss missing" in kinds(mark(sheet, claims), "delta2[0]")) == named


@pytest.mark.parametrize(
    ("claimed", "kind", "named"),
    [
        # z = 0.5007 - 0.2 + 0.1 = 0.4007, without the bias 0.3007; every number of it is exact.
        ("0.301", "the bias forgotten", True),
        ("0.300", "the bias forgotten", False),
        # A copy of 0.401, which is 0.4007 rounded, and of 0.400, which is not.
        ("4.01", "the decimal point moved", True),
        ("4.00", "the decimal point moved", False),
    ],
)
def test_a_mistake_gives_the_claim_to_its_last_digit(claimed: str, kind: str, named: bool) -> None:
    sheet = work_through(MLP.from_weights([[[0.5007, -0.5]]], [[0.1]], activation="linear"), [1.0, 0.4], [1.0])
    assert (kind in kinds(mark(sheet, {"z1": [claimed]}), "z1[0]")) == named


@pytest.mark.parametrize(
    ("activation", "written", "named"),
    [
        ("sigmoid", "tanh", True),
        ("softplus", "tanh", False),
        ("elu", "tanh", False),
        ("tanh", "sigmoid", True),
        ("elu", "sigmoid", False),
        ("tanh(0.5 z)", "sigmoid", False),
    ],
)
def test_sigmoid_and_tanh_are_confused_where_they_stand(activation: str, written: str, named: bool) -> None:
    sheet = work_through(MLP.from_weights([[[0.7]]], [[0.2]], activation=activation), [1.3], [1.0])
    z = sheet["z1[0]"].data
    claims = {"a1": [f"{math.tanh(z) if written == 'tanh' else 1.0 / (1.0 + math.exp(-z)):.6f}"]}
    assert ("σ and tanh confused" in kinds(mark(sheet, claims), "a1[0]")) == named


def test_a_copy_of_the_rounded_number_is_as_likely_whatever_was_rounded_above() -> None:
    def odds(weight: float) -> float:
        sheet = work_through(MLP.from_weights([[[weight]], [[1.101]]], activation="linear"), [1.0], [1.0])
        marking = mark(sheet, {"a1": ["0.40"], "z2": ["4.40"]})
        return {mistake.kind: mistake.odds for mistake in marking["z2[0]"].mistakes}["the decimal point moved"]

    assert odds(0.401) == pytest.approx(odds(0.4), rel=1e-12)  # 0.40 is rounded, and exact


OPPOSITES = {  # by quantity, what is written in place of the right number, and what it is called
    "delta2": (lambda right, _: -right, "a sign flipped"),  # y - p of the one class is p - y of the other
    "dC/dW2": (lambda right, _: -right, "a sign flipped"),
    "b2_new": (lambda right, old: 2.0 * old - right, "the update added instead of subtracted"),
}


@pytest.mark.parametrize("quantity", OPPOSITES)
def test_the_other_of_two_classes_is_no_neighbor_where_it_only_has_the_other_sign(quantity: str) -> None:
    weights = [[[0.3, -0.5], [0.6, 0.2]], [[0.4, -0.7], [-0.3, 0.8]]]
    network = MLP.from_weights(weights, [[0.1, -0.2], [0.2, -0.1]], activation=["tanh", "softmax"])
    sheet = work_through(network, [0.7, 0.4], [1.0, 0.0], loss="cross_entropy", learning_rate=0.3)
    claims = exact(sheet)
    written, name = OPPOSITES[quantity]
    elements = sheet.quantities[quantity].elements
    for value, old in zip(elements, [0.2, -0.1, 0.0, 0.0]):
        claims[value.label] = f"{written(value.data, old):.6f}"
    marking = mark(sheet, claims)
    assert [kinds(marking, value.label)[0] for value in elements] == [name] * len(elements)


def test_y_less_a_is_a_sign_flipped_where_the_error_is_a_less_y() -> None:
    sheet = two_two_two()
    claims = exact(sheet)
    claims["dC/da2[0]"] = f"{-sheet['dC/da2[0]'].data:.6f}"
    assert kinds(mark(sheet, claims), "dC/da2[0]") == ["a sign flipped"]
