"""Which mistakes are named where: of the right layer, in the right words, and not where they cannot be made."""

import math

import pytest

from tinygrad_notes import MLP, Value, functions, work_through
from tinygrad_notes.number_systems.intervals import Interval
from tinygrad_notes.worked.claims import MOST_PROBLEMS, ClaimError, read_claim, read_claims
from tinygrad_notes.worked.marking import mark
from tinygrad_notes.worked.rounding import Rounding
from tinygrad_notes.worked.sheet import Sheet


def named(sheet: Sheet, label: str, number: float) -> list[str]:
    return [str(mistake) for mistake in mark(sheet, {label: f"{number:.7f}"})[label].mistakes]


def test_terms_are_counted_from_one() -> None:
    sheet = work_through(MLP.from_weights([[[0.9], [0.3]]]), [1.3], [0.2, 0.8], loss="squared_error")
    first, second = ((sheet[f"a1[{j}]"].data - y) ** 2 for j, y in enumerate((0.2, 0.8)))
    assert "a term left out (term 1)" in named(sheet, "C", second)
    assert "a term left out (term 2)" in named(sheet, "C", first)


@pytest.mark.parametrize(
    ("activations", "label", "confused"),
    [
        (["sigmoid", "relu"], "a1[0]", math.tanh),
        (["tanh", "relu"], "a1[0]", lambda z: 1 / (1 + math.exp(-z))),
        (["relu", "sigmoid"], "a2[0]", math.tanh),
        (["relu", "tanh"], "a2[0]", lambda z: 1 / (1 + math.exp(-z))),
    ],
)
def test_sigma_and_tanh_are_confused_in_their_own_layer(activations, label, confused) -> None:
    sheet = work_through(MLP.from_weights([[[0.9]], [[0.7]]], activation=activations), [1.3], [0.2])
    z = sheet[label.replace("a", "z")].data
    assert named(sheet, label, confused(z))[0].startswith("σ and tanh confused")


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_mistakes_of_softmax_are_not_named_with_another_activation(activation: str) -> None:
    sheet = work_through(MLP.from_weights([[[0.9], [0.31]]], activation=activation), [1.3], [0.2, 0.8])
    z = [sheet[f"z1[{j}]"].data for j in (0, 1)]
    found = named(sheet, "a1[0]", z[0] / sum(z)) + named(sheet, "a1[0]", 1 / (1 + math.exp(-z[0])) + 0.05)
    assert not any("softmax" in mistake for mistake in found)


def test_a_mean_over_samples_and_outputs_is_told_from_one_over_samples() -> None:
    network = MLP.from_weights([[[0.9], [0.3]]])
    x, y = [[1.3], [0.4], [-0.7], [0.9]], [[0.2, 0.8]] * 4
    sheet = work_through(network, x, y, loss="mean_squared_error", reduction="mean")
    right = sheet["C"].data
    of = {factor: named(sheet, "C", right * factor) for factor in (2, 4, 8)}
    kind = "not averaged over the samples"
    assert f"{kind} (over the 2 outputs)" in of[2]
    assert f"{kind} (there are 4)" in of[4]
    assert f"{kind} (nor over the 2 outputs)" in of[8]


def test_what_picks_one_of_two_numbers_has_no_terms() -> None:
    a, b, c = Value(0.37, "a"), Value(0.59, "b"), Value(1.0, "c")
    y = functions.where(c, a, b)
    y.label = "y"
    for number in ("0", "0.59", "0.74", "0.96"):
        kinds = [mistake.kind for mistake in mark({"y": y}, {"y": number})["y"].mistakes]
        assert not {"a term left out", "a term counted twice"}.intersection(kinds)


def test_only_so_many_unreadable_claims_are_told() -> None:
    sheet = work_through(MLP.from_weights([[[0.9]] * 30]), [1.3], [0.2] * 30)
    problems: list[ClaimError] = []
    read_claims(sheet, {f"z1[{j}]": "about 3" for j in range(30)}, problems=problems)
    assert len(problems) == MOST_PROBLEMS == 20


@pytest.mark.parametrize(("written", "halfway", "beyond"), [("2.3", 2.35, 2.3501), ("2.2", 2.15, 2.1499)])
def test_halfway_between_two_roundings_either_will_do(written: str, halfway: float, beyond: float) -> None:
    claim = read_claim("z1[0]", written)
    rounding = Rounding([claim], None)
    assert rounding.meets(claim, Interval(halfway, halfway), 0.0)  # though floats take it for a bit further off
    assert not rounding.meets(claim, Interval(beyond, beyond), 0.0)


def test_updated_weights_are_not_called_transposed() -> None:
    sheet = work_through(MLP.from_weights([[[0.31, 0.47], [0.59, 0.73]]]), [1.1, 0.7], [0.2, 0.9])
    assert not any("transposed" in mistake for mistake in named(sheet, "W1_new[0,1]", sheet["W1_new[1,0]"].data))
    assert any("transposed" in mistake for mistake in named(sheet, "dC/dW1[0,1]", sheet["dC/dW1[1,0]"].data))


def test_of_two_operands_far_apart_none_is_used_throughout() -> None:
    x = [Value(0.13 * (i + 2) ** 1.5, f"x[{i}]") for i in range(12)]
    y = x[0] * 0.7 + x[6] * 0.9
    y.label = "y"
    values = {"y": y, **{f"s[{i}]": x[i] + 0.0 for i in range(12)}}
    for label in values:
        values[label].label = label
    found = mark(values, {"y": f"{x[0].data * 1.6:.6f}"})["y"].mistakes
    assert "the same operand used twice" not in [mistake.kind for mistake in found]
