"""Where verdicts, digits and kinds of mistakes begin and end: cases in which one step further changes the answer."""

from typing import Any

import pytest

from tinygrad_notes import MLP, Value, mark, work_through
from tinygrad_notes.names import Name
from tinygrad_notes.number_systems.intervals import Interval
from tinygrad_notes.passes import topological_order
from tinygrad_notes.worked.claims import read_claim
from tinygrad_notes.worked.diagnosis import KINDS, WRITING
from tinygrad_notes.worked.explanations import Explanations, Mistake
from tinygrad_notes.worked.rounding import Rounding
from tinygrad_notes.worked.sheet import Sheet
from tinygrad_notes.worked.sites import Change, Page, Site


def chain(*weights: float, activation: Any = "linear") -> Sheet:
    """One neuron a layer, without biases, of the input 2."""
    return work_through(MLP.from_weights([[[w]] for w in weights], activation=activation), [2.0], [1.0])


def changes(kind: str, sheet: Sheet, label: str) -> list[Change]:
    """The ways to make a kind of mistake in one number of a page that shows nothing else."""
    numbers = {value: value.data for value in topological_order(*sheet.values.values())}
    return list(KINDS[kind](Site(Page(sheet, numbers, {}), sheet.values[label])))


@pytest.mark.parametrize(
    ("weights", "activation", "claims", "verdicts"),
    [
        # 10·0.67 = 6.70, for which the misprint 0.77 has to be put right and 0.67 may be anything near 2/3.
        ((1 / 3, 10.0), "linear", {"a1": "0.77", "a2": "6.70"}, ["misprint", "right"]),
        ((1 / 3, 10.0), "linear", {"a1": "0.77", "a2": "6.90"}, ["slip", "slip"]),
        # A lost sign makes the ReLU dead: its 0 is no rounded number, though -0.67 is.
        ((1 / 3, 1.0, 4.0), ["linear", "relu", "linear"], {"a1": "-0.67", "a2": "0", "a3": "0.27"},
         ["slip", "carried", "slip"]),
        ((1 / 3, 1.0, 4.0), ["linear", "relu", "linear"], {"a1": "-0.67", "a2": "0", "a3": "0"},
         ["slip", "carried", "carried"]),
    ],
)  # fmt: skip
def test_only_what_was_rounded_excuses(weights: Any, activation: Any, claims: Any, verdicts: list[str]) -> None:
    marking = mark(chain(*weights, activation=activation), {name: [written] for name, written in claims.items()})
    assert [row.verdict for row in marking] == verdicts


def test_what_floats_leave_of_a_zero_is_zero() -> None:
    sheet = work_through(MLP.from_weights([[[1e6 + 0.1, 0.2]]], [[-1e6 - 0.3]], activation="linear"), [1, 1], [0])
    assert sheet["z1[0]"].data != 0.0
    assert mark(sheet, {"z1": ["0"]}, digits=3)["z1[0]"].verdict == "right"


@pytest.mark.parametrize(("written", "verdict", "short"), [("0.7", "rounding", True), ("0.9", "slip", False)])
def test_a_slip_is_told_as_a_slip_however_few_its_digits(written: str, verdict: str, short: bool) -> None:
    row = mark(chain(1 / 3), {"a1": [written]}, digits=3)["a1[0]"]
    assert (row.verdict, row.short) == (verdict, short)


@pytest.mark.parametrize(("number", "right"), [(0.0004, True), (0.0007, False)])
def test_a_zero_is_held_to_half_a_unit_of_the_finest_number(number: float, right: bool) -> None:
    zero = read_claim("z1", "0")
    assert Rounding([zero, read_claim("a1", "0.123")], None).is_right(zero, number, 0.0) == right


def test_of_an_even_number_of_claims_the_lower_middle_one_is_usual() -> None:
    claims = [read_claim(f"z1[{i}]", written) for i, written in enumerate(("0.01", "1.2", "0.1234", "1.234"))]
    rounding = Rounding(claims, None)
    assert [bool(rounding.remark(claim)) for claim in claims] == [True, False, False, False]
    assert "1 digit, where most have 2" in rounding.remark(claims[0])


def test_a_number_with_the_usual_digits_is_not_coarse() -> None:
    claims = [read_claim(f"z1[{i}]", written) for i, written in enumerate(("0.1234", "0.2345", "12.34"))]
    assert not any(map(Rounding(claims, None).remark, claims))


def test_what_floats_may_be_off_is_allowed_twice() -> None:
    claim = read_claim("z1", "2.30")
    rounding = Rounding([claim], None)
    assert rounding.meets(claim, Interval(2.3051, 2.4), 0.0001)
    assert not rounding.meets(claim, Interval(2.3053, 2.4), 0.0001)
    assert rounding.needs_no_rounding(claim, 2.30015, 0.0001)
    assert not rounding.needs_no_rounding(claim, 2.30025, 0.0001)


@pytest.mark.parametrize(
    ("written", "meant", "may_be"),
    [
        ("0.52", 1.52, True),  # the 0 before the point is on the page
        ("3.52", 13.52, False),  # the 1 before it is not
        ("3.52", 4.52, True),
        ("3.52", 3.57, False),  # of the last digit nobody can tell
        ("3.52", 3.12, True),
    ],
)
def test_a_digit_is_miswritten_only_where_there_is_one(written: str, meant: float, may_be: bool) -> None:
    numbers = [number for number, _ in WRITING["a digit miswritten"][0](read_claim("z1", written))]
    assert (pytest.approx(meant) in numbers) == may_be


@pytest.mark.parametrize(
    ("samples", "outputs", "loss", "factors"),
    [
        (None, 1, "mean_squared_error", {0.5, 2.0}),
        (None, 3, "mean_squared_error", {0.5, 2.0, 3.0, 1 / 3}),
        (4, 1, "squared_error", {0.5, 2.0, 4.0, 0.25}),
        (4, 3, "mean_squared_error", {0.5, 2.0, 4.0, 0.25, 12.0, 1 / 12}),
    ],
)
def test_a_gradient_may_be_off_by_what_is_averaged(samples: Any, outputs: int, loss: str, factors: set[float]) -> None:
    network = MLP.from_weights([[[0.3 * (i + 1)] for i in range(outputs)]])
    x, y = ([0.7], [0.1] * outputs) if samples is None else ([[0.7]] * samples, [[0.1] * outputs] * samples)
    sheet = work_through(network, x, y, loss=loss)
    found = changes("the factor 2 (or ½) of the loss missing", sheet, "dC/dW1[0,0]")
    assert {change.factor for change in found} == factors


SQUARE = work_through(MLP.from_weights([[[0.31, 0.47], [0.59, 0.73]]], [[0.1, 0.2]]), [1.1, 0.7], [0.2, 0.9])


@pytest.mark.parametrize(
    ("kind", "label", "details"),
    [
        ("the weight matrix transposed", "dC/dW1[0,0]", []),  # on the diagonal nothing changes
        ("the weight matrix transposed", "dC/dW1[0,1]", ["∂C/∂W1"]),
        ("the neighbor's value copied", "dC/db1[0]", ["∂C/∂b1[1]"]),  # another δ is told as that
        ("δ of the wrong neuron", "dC/db1[0]", ["δ1[1] for δ1[0]"]),
        ("σ and tanh confused", "z1[0]", []),
        ("σ and tanh confused", "delta1[0]", []),
        ("σ and tanh confused", "a1[0]", ["tanh for σ"]),
    ],
)
def test_a_kind_of_mistake_is_looked_for_where_it_can_be_made(kind: str, label: str, details: list[str]) -> None:
    assert [change.detail for change in changes(kind, SQUARE, label)] == details


def test_a_part_is_told_by_its_whole_number() -> None:
    sheet = work_through(MLP.from_weights([[[0.3]]]), [[0.7]] * 5, [[0.1]] * 5, loss="squared_error")
    told = [change.detail for change in changes("the factor 2 (or ½) of the loss missing", sheet, "dC/dW1[0,0]")]
    assert "1/5 of ∂C/∂W1[0,0]" in told and "5 times ∂C/∂W1[0,0]" in told


def test_the_quantities_nearest_above_are_tried_first() -> None:
    page = Page(None, {Value(1.0, label=name): 1.0 for name in "pqrst"}, {})
    assert list(map(str, page.near(Name.parse("t"), 2))) == ["s", "r"]
    assert list(map(str, page.near(Name.parse("t"), 1))) == ["s"]
    assert list(map(str, page.near(Name.parse("q"), 2))) == ["p"]


def test_a_product_alone_is_no_sum_with_a_term_to_leave_out() -> None:
    assert changes("a term left out", chain(0.5), "z1[0]") == []


def test_softmax_without_exp_divides_by_the_sum_of_all() -> None:
    network = MLP.from_weights([[[0.5, 0.25], [1.0, 0.5]]], activation="softmax")
    sheet = work_through(network, [1.0, 2.0], [0.0, 1.0], loss="cross_entropy")  # z is 1 and 2
    results = [change.result.data for change in changes("softmax taken as z / Σz", sheet, "a1[0]")]
    assert results == [pytest.approx(1 / 3)]


def test_of_one_kind_the_closest_way_to_the_number_is_told() -> None:
    """0.64 is 0.8·0.8 alone to the digit, and 0.6 alone only as far as 0.6 may have been rounded."""
    network = MLP.from_weights([[[1.0, 0.0], [0.0, 1.0]], [[0.8, 1.0]]], activation="linear")
    sheet = work_through(network, [0.8, 0.6449], [1.0])
    row = mark(sheet, {"a1": ["0.8", "0.6"], "z2": ["0.64"]})["z2[0]"]
    told = {mistake.kind: mistake.detail for mistake in row.mistakes}
    assert row.verdict == "slip"
    assert told["a term left out"] == "W2[0,1] · a1[1]"


def test_a_claim_of_more_decimals_than_a_float_has_is_judged() -> None:
    y = Value(0.5, label="w") * Value(2.0, label="x")
    assert mark({"y": y}, {"y": "1e-320"})["y"].verdict == "slip"


def test_a_mistake_that_fits_every_number_explains_none() -> None:
    explanations = Explanations(read_claim("y", "0.5"), in_network=False)
    explanations.add(Mistake("a sign lost", "b1", 0.5), weight=1.0, ways=1, width=float("inf"))
    assert explanations.causes == {}
