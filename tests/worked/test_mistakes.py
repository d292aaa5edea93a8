"""Usual mistakes: each made by hand on a small sheet, and named."""

import math

import pytest

from tinygrad_notes import MLP, work_through
from tinygrad_notes.names import textbook
from tinygrad_notes.worked.function_mistakes import WRITING
from tinygrad_notes.worked.marking import mark
from tinygrad_notes.worked.mistakes import KINDS, Change, usual_mistake
from tinygrad_notes.worked.sites import Site

NETWORK = MLP.from_weights(
    [[[0.1, 0.2], [0.3, -0.4]], [[0.5, -0.6], [0.7, 0.8]]], [[0.05, -0.15], [0.25, 0.35]], activation="sigmoid"
)
SHEET = work_through(NETWORK, [0.9, -0.7], [1.0, 0.0], loss="squared_error", learning_rate=0.3)
BATCH = work_through(
    NETWORK, [[0.9, -0.7], [0.2, 0.6]], [[1.0, 0.0], [0.0, 1.0]], loss="squared_error", reduction="mean"
)
N = {label: value.data for label, value in SHEET.values.items()}
B = {label: value.data for label, value in BATCH.values.items()}

# z1 = (0.1·0.9 - 0.2·0.7 + 0.05, 0.3·0.9 + 0.4·0.7 - 0.15) = (0, 0.4). σ(0.4) = 0.598688, and σ(0.598688) = 0.645353,
# whose slope is 0.645353·0.354647 = 0.22887. What is claimed, and the mistake that gives it:
MISTAKES = [
    ("C", N["C"] / 2, "the factor 2 (or ½) of the loss missing"),
    ("dC/da2[0]", N["a2[0]"] - 1, "the factor 2 (or ½) of the loss missing"),
    ("dC/da2[0]", N["a2[0]"] - 1, "a - y taken for dC/da"),
    ("z1[1]", 0.55, "the bias forgotten"),
    ("delta2[1]", N["dC/da2[1]"], "the slope σ′ left out"),
    ("W2_new[0,0]", 0.5 - N["dC/dW2[0,0]"], "the learning rate left out"),
    ("W2_new[0,0]", 0.5 + 0.3 * N["dC/dW2[0,0]"], "the update added instead of subtracted"),
    ("b2_new[1]", 0.35 - 0.6 * N["dC/db2[1]"], "a change applied twice"),
    ("z1[1]", 0.27 + 0.28 - 0.3, "a change applied twice"),
    ("delta2[1]", N["dC/da2[1]"] * N["slope2[1]"] ** 2, "a change applied twice"),
    ("z1[1]", 0.2 * 0.9 + 0.4 * 0.7 - 0.15, "the weight matrix transposed"),
    ("back1[0]", N["W2_new[0,0]"] * N["delta2[0]"] + N["W2_new[1,0]"] * N["delta2[1]"],
     "updated weights used in the backward pass"),
    ("dC/dW2[0,1]", N["dC/dW2[1,0]"], "the weight matrix transposed"),
    ("W2_new[0,0]", 0.5 - 0.03 * N["dC/dW2[0,0]"], "the learning rate off by ten"),
    ("W2_new[0,0]", 0.5 - 3.0 * N["dC/dW2[0,0]"], "the learning rate off by ten"),
    ("a1[1]", 0.379949, "σ and tanh confused"),
    ("slope1[1]", 1 - N["a1[1]"] ** 2, "σ and tanh confused"),
    ("slope1[1]", 0.22887, "σ′ taken of a instead of z"),
    ("slope1[1]", 0.4 * 0.6, "σ′ taken of z instead of a"),
    ("slope2[0]", N["dC/da2[0]"] * (1 - N["dC/da2[0]"]), "σ′ taken of another number"),
    ("a1[1]", 0.4, "z taken for a"),
    ("dC/dW2[0,1]", N["delta2[0]"] * 0.4, "z taken for a"),
    ("back1[1]", -0.6 * N["delta2[0]"], "one path of the sum left out"),
    ("z2[0]", 0.5 * N["a1[0]"] + 0.25, "a term left out"),
    ("C", (N["a2[0]"] - 1) ** 2, "a term left out"),
    ("z1[1]", 0.3 * 0.9 * 2 + 0.4 * 0.7 - 0.15, "a term counted twice"),
    ("z1[1]", 0.3 * 0.9 + 0.4 * 0.7 + 0.35, "another layer's value taken"),
    ("dC/dW1[0,0]", 0.9 * N["delta1[1]"], "δ of the wrong neuron"),
    ("delta2[0]", -N["delta2[0]"], "a sign flipped"),
    ("z1[0]", 0.1 * 0.9 + 0.2 * 0.7 + 0.05, "a sign flipped"),
    ("z2[1]", 0.7 * N["a1[0]"] + 0.8 * N["a1[0]"] + 0.35, "the same operand used twice"),
    ("z2[1]", 0.7 * N["a1[0]"] + 0.8 * N["a1[1]"] + 0.25, "the neighbor's value copied"),
    ("a2[0]", N["a2[1]"], "the neighbor's value copied"),
    ("z2[0]", 0.5 * 0.9 - 0.6 * N["a1[1]"] + 0.25, "another layer's value taken"),
    ("dC/dW2[0,0]", N["delta2[0]"] * N["a2[0]"], "another layer's value taken"),
    ("a2[0]", N["a2[0]"] / 10, "the decimal point moved"),
    ("dC/dW2[0,1]", N["delta2[0]"], "the input left out of ∂C/∂W"),
    ("dC/db2[1]", N["delta2[1]"] * 0.35, "∂C/∂b taken for δ · b"),
    ("back1[0]", N["back1[0]"] * 0.3, "the learning rate in an error"),
    ("delta1[1]", N["delta1[1]"] * 0.3, "the learning rate in an error"),
    ("dC/dW1[0,0]", N["dC/dW1[0,0]"] * 0.3, "the learning rate in an error"),
    ("dC/dW1[0,0]", N["dC/dW1[0,0]"] / 2, "the factor 2 (or ½) of the loss missing"),
    ("C", abs(N["a2[0]"] - 1) + abs(N["a2[1]"]), "|a - y| or a root in place of the loss"),
    ("C", math.sqrt(N["C"]), "|a - y| or a root in place of the loss"),
]  # fmt: skip


@pytest.mark.parametrize(("label", "claimed", "kind"), MISTAKES)
def test_a_mistake_made_by_hand_is_named(label: str, claimed: float, kind: str) -> None:
    row = mark(SHEET, {label: f"{claimed:.5f}"})[label]
    assert row.verdict == "slip"
    assert kind in [mistake.kind for mistake in row.mistakes]


# z1 = (0, 0.4), so softmax gives e⁰ and e^0.4 over their sum, 0.401312 and 0.598688; C = -ln 0.401312 = 0.913015.
SOFTMAX = [
    ("a1[1]", 1.0, "softmax taken as z / Σz"),
    ("a1[1]", 0.598688, ""),
    ("a1[0]", 0.5, "σ of each z in place of softmax"),
    ("C", 0.913015 / math.log(10), "another logarithm than ln"),
    ("C", 0.913015 / math.log(2), "another logarithm than ln"),
    ("delta1[0]", -0.598688 * 0.401312 * 0.598688, "a slope p(1 - p) too many"),
]


@pytest.mark.parametrize(("label", "claimed", "kind"), SOFTMAX)
def test_a_mistake_with_softmax_and_cross_entropy_is_named(label: str, claimed: float, kind: str) -> None:
    network = MLP.from_weights([[[0.1, 0.2], [0.3, -0.4]]], [[0.05, -0.15]], activation="softmax")
    sheet = work_through(network, [0.9, -0.7], [1.0, 0.0], loss="cross_entropy")
    row = mark(sheet, {label: f"{claimed:.5f}"})[label]
    assert ([kind] if kind else []) == [mistake.kind for mistake in row.mistakes if mistake.kind == kind]
    assert row.verdict == ("slip" if kind else "right")


def test_softmax_taken_as_a_share_counts_the_sample_itself_alone() -> None:
    network = MLP.from_weights([[[0.1, 0.2], [0.3, -0.4]]], [[0.05, -0.15]], activation="softmax")
    sheet = work_through(network, [[0.9, -0.7], [1.0, 2.0]], [[1.0, 0.0], [0.0, 1.0]], loss="cross_entropy")
    # the second sample's z1 = (0.55, -0.65), and -0.65 / -0.1 = 6.5
    row = mark(sheet, {"a1": [["?", "?"], ["?", "6.5"]]})["a1[1,1]"]
    assert "softmax taken as z / Σz" in [mistake.kind for mistake in row.mistakes]


def test_the_slope_of_tanh_without_its_square_is_named() -> None:
    sheet = work_through(MLP.from_weights([[[0.4]]], activation="tanh"), [1.0], [1.0])
    row = mark(sheet, {"a1": ["0.37995"], "slope1": ["0.62005"]})["slope1[0]"]
    assert row.mistakes[0].kind == "tanh′ taken for 1 - a"


def test_a_mistake_may_have_been_made_with_more_digits_than_the_claims_above_show() -> None:
    outputs = [N["a2[0]"], N["a2[1]"]]  # 0.53514 and 0.76476: |a - y| is 1.2296, and 1.22 from 0.54 and 0.76
    page = {"a2": [f"{a:.2f}" for a in outputs], "C": f"{1 - outputs[0] + outputs[1]:.4f}"}
    assert [mistake.detail for mistake in mark(SHEET, page)["C"].mistakes] == ["|a - y|"]


def test_a_loss_averaged_over_two_outputs_is_compared_with_averaged_distances() -> None:
    network = MLP.from_weights([[[0.5], [-0.25]]], activation="linear")
    sheet = work_through(network, [1.0], [1.0, 1.0], loss="mean_squared_error")  # a = (0.5, -0.25)
    row = mark(sheet, {"C": "0.875"})["C"]  # (0.5 + 1.25) / 2
    assert [mistake.detail for mistake in row.mistakes if mistake.kind.startswith("|a - y|")] == ["|a - y|"]


def test_distances_are_averaged_over_the_samples_where_the_loss_is() -> None:
    distances = [abs(B[f"a2[{sample},{i}]"] - (sample == i)) for sample in range(2) for i in range(2)]
    row = mark(BATCH, {"C": f"{sum(distances) / 2:.5f}"})["C"]
    assert "|a - y|" in [mistake.detail for mistake in row.mistakes]


@pytest.mark.parametrize(
    ("label", "claimed"), [("C", 2 * B["C"]), ("delta2[1,0]", 2 * B["delta2[1,0]"]), ("dC/db2[0]", 2 * B["dC/db2[0]"])]
)
def test_samples_not_averaged_over_are_noticed(label: str, claimed: float) -> None:
    kinds = [mistake.kind for mistake in mark(BATCH, {label: f"{claimed:.5f}"})[label].mistakes]
    assert "not averaged over the samples" in kinds


@pytest.mark.parametrize(
    ("weight", "written", "kind"),
    [
        (0.5047, "0.547", "a lost zero"),
        (0.0494, "0.494", "a lost zero"),
        (0.0494, "0.0449", "two digits swapped"),
        (12.5, "21.5", "two digits swapped"),
        (0.0503, "0.5003", "two digits swapped"),
        (0.000317, "0.003017", "two digits swapped"),
        (0.00347, "0.00847", "a digit miswritten"),
        (-0.00347, "-0.00374", "two digits swapped"),
        (-0.0494, "-0.494", "a lost zero"),
        (1200.0, "120", "the decimal point moved"),
        (1.25, "2.15", "two digits swapped"),
        (0.0494, "0.494", "the decimal point moved"),
        (0.494, "0.00494", "the decimal point moved"),
        (0.00494, "0.494", "the decimal point moved"),
        (1.25, "0.12", "the decimal point moved"),  # and a half rounded down
        (10.3, "1.30", "two digits swapped"),  # to three digits, as 10.3 has
    ],
)
def test_a_right_number_written_down_wrongly_is_seen(weight: float, written: str, kind: str) -> None:
    sheet = work_through(MLP.from_weights([[[weight]]], activation="linear"), [1.0], [0.0])
    row = mark(sheet, {"z1": [written]})["z1[0]"]
    assert kind in [mistake.kind for mistake in row.mistakes]


@pytest.mark.parametrize(
    ("weight", "written", "kind"),
    [
        (0.4943, "0.4743", "a digit miswritten"),
        (12.75, "13.75", "a digit miswritten"),
        (0.4943, "0.4947", ""),  # of the last digit nobody can tell
        (0.4943, "0.4738", ""),
        (0.49432, "0.4743", "a digit miswritten"),
    ],
)
def test_a_digit_miswritten_is_seen_but_for_the_last(weight: float, written: str, kind: str) -> None:
    sheet = work_through(MLP.from_weights([[[weight]]], activation="linear"), [1.0], [0.0])
    assert [m.kind for m in mark(sheet, {"z1": [written]})["z1[0]"].mistakes] == ([kind] if kind else [])


def test_digits_are_swapped_among_those_that_the_page_shows() -> None:
    # 0.9847 would become 0.9874 and be written 0.987, but to three decimals it was never more than 0.985.
    sheet = work_through(MLP.from_weights([[[0.9847]]], activation="linear"), [1.0], [0.0])
    assert mark(sheet, {"z1": ["0.987"]})["z1[0]"].mistakes == ()


def test_a_mistake_in_an_unclaimed_quantity_above_is_found_there() -> None:
    claimed = 2 * N["dC/da2[0]"] * N["slope2[0]"]
    (mistake,) = mark(SHEET, {"delta2[0]": f"{claimed:.6f}"})["delta2[0]"].mistakes
    assert str(mistake) == "the factor 2 (or ½) of the loss missing (in ∂C/∂a2[0]: twice ∂C/∂a2[0])"


def test_mistakes_start_from_the_numbers_on_the_page() -> None:
    # With a1 = (0.6, 0.7) on the page, forgetting the bias makes z2[0] = 0.3 - 0.42.
    row = mark(SHEET, {"a1": ["0.600", "0.700"], "z2": ["-0.120", "?"]})["z2[0]"]
    assert [mistake.kind for mistake in row.mistakes] == ["the bias forgotten"]


def test_rather_than_guess_it_says_that_none_fits() -> None:
    row = mark(SHEET, {"a2[0]": "0.123457"})["a2[0]"]
    assert row.mistakes == ()
    assert row.explanation() == "no usual mistake gives this number"


def test_the_mistake_with_the_fewest_ways_to_be_made_comes_first() -> None:
    # 0.30 is z1[1] with b1[0] for b1[1] too, but there are many neighbors to copy and one bias to double.
    row = mark(SHEET, {"z1[1]": "0.25000"})["z1[1]"]
    assert row.mistakes[0].kind == "a change applied twice"


def test_the_mistake_that_several_ways_lead_to_comes_first() -> None:
    # The sign of W1[0,2] or of x[2] makes 0.10 of z1[0] = 0.08, and so does W2[0,2] for W1[0,2].
    network = MLP.from_weights(
        [[[0.1, 0.2, -0.1], [0.3, -0.2, 0.5], [-0.4, 0.1, 0.2]], [[0.2, -0.3, 0.1]]], [[0.0, 0.1, -0.1], [0.05]]
    )
    row = mark(work_through(network, [0.5, 0.2, 0.1], [1.0]), {"z1": ["0.10", "0.26", "-0.26"]})["z1[0]"]
    assert [mistake.kind for mistake in row.mistakes][:2] == ["a sign flipped", "another layer's value taken"]


def test_a_kind_of_ones_own_can_be_added() -> None:
    @usual_mistake("the sum tripled")
    def tripled(site: Site) -> list[Change]:
        return [Change("", factor=3.0)] if site.kind == "z" else []

    try:
        kinds = [mistake.kind for mistake in mark(SHEET, {"z1[1]": "1.20000"})["z1[1]"].mistakes]
    finally:
        del KINDS["the sum tripled"]
    assert "the sum tripled" in kinds


def test_sigma_in_the_place_of_tanh_is_named() -> None:
    sheet = work_through(MLP.from_weights([[[0.4]]], activation="tanh"), [1.0], [1.0])
    # σ(0.4) = 0.598688; tanh(0.4) = 0.379949, and 0.379949 · 0.620051 = 0.235588.
    for label, claimed in [("a1[0]", "0.59869"), ("slope1[0]", "0.23559")]:
        assert str(mark(sheet, {label: claimed})[label].mistakes[0]) == "σ and tanh confused (σ for tanh)"


@pytest.mark.parametrize(("one", "other"), [("z1[0]", "z1[1]"), ("delta1[0]", "delta1[1]"), ("b2_new[0]", "b2_new[1]")])
def test_each_of_two_that_are_exchanged_is_named(one: str, other: str) -> None:
    marking = mark(SHEET, {one: f"{N[other]:.5f}", other: f"{N[one]:.5f}"})
    named = [[mistake.detail for mistake in row.mistakes] for row in marking]
    names = [textbook(label) for label in (other, one)]
    assert [f"{name} as it should be" in found for name, found in zip(names, named, strict=True)] == [True, True]


def test_a_gradient_written_transposed_is_named_wherever_it_shows() -> None:
    matrix = [[f"{N[f'dC/dW2[{i},{j}]']:.5f}" for i in range(2)] for j in range(2)]
    first = {row.quantity: row.mistakes[0].kind for row in mark(SHEET, {"dC/dW2": matrix}) if row.mistakes}
    assert first == dict.fromkeys(["dC/dW2[0,1]", "dC/dW2[1,0]"], "the weight matrix transposed")


def test_every_kind_is_tried_above() -> None:
    tried = (
        {kind for _, _, kind in [*MISTAKES, *SOFTMAX] if kind}
        | {"tanh′ taken for 1 - a"}
        | {"not averaged over the samples", *WRITING}
    )
    assert tried == {*KINDS, *WRITING}
