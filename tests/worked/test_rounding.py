"""Which numbers a claim stands for: bounds with both sides of each tried, halves and units included."""

import math

import pytest

from tinygrad_notes import MLP, Value, work_through
from tinygrad_notes.number_systems.intervals import Interval
from tinygrad_notes.worked.claims import read_claim
from tinygrad_notes.worked.marking import mark
from tinygrad_notes.worked.rounding import Precision, Rounding


def rounding(asked: int | None, *page: str) -> Rounding:
    return Rounding([read_claim("z1", written) for written in page], asked)


@pytest.mark.parametrize(
    ("written", "number", "fits"),
    [
        ("0.25", 0.255, True), ("0.25", 0.245, True), ("0.25", 0.2551, False), ("0.25", 0.2449, False),
        ("25", 25.5, True), ("25", 25.51, False), ("0.0003", 0.00035, True), ("0.0003", 0.000351, False),
        ("2e3", 2500.0, True), ("2e3", 2501.0, False),
    ],
)  # fmt: skip
def test_a_claim_stands_for_what_rounds_to_it(written: str, number: float, fits: bool) -> None:
    assert rounding(None, written).fits(read_claim("z1", written), number, 0.0) == fits


def test_the_noise_of_floats_is_allowed_for() -> None:
    claim = read_claim("z1", "0.25")
    asked = rounding(None, "0.25")
    assert not asked.fits(claim, 0.256, 0.0)
    assert asked.fits(claim, 0.256, 0.0005)
    assert asked.is_exact(claim, 0.25 + 1e-9, 1e-9)
    assert not asked.is_exact(claim, 0.25 + 1e-9, 1e-10)


def test_bounds_are_met_at_half_a_unit_beyond() -> None:
    claim = read_claim("z1", "0.5")
    asked = rounding(None, "0.5")
    assert asked.meets(claim, Interval(0.55, 0.6), 0.0) and asked.meets(claim, Interval(0.3, 0.45), 0.0)
    assert not asked.meets(claim, Interval(0.551, 0.6), 0.0) and not asked.meets(claim, Interval(0.3, 0.449), 0.0)


@pytest.mark.parametrize(
    ("asked", "written", "numbers", "slack"),
    [
        (None, "0.25", (0.25,), 0.005),
        (3, "0.25", (0.25,), 0.0005),
        (2, "0.25", (0.25,), 0.005),
        (2, "0.2534", (0.2534,), 0.00005),
        (3, "0", (0.0, 0.031), 0.00005),
        (3, "0", (0.031, 0.0), 0.00005),
        (3, "0", (0.0,), 0.5),
        (3, "0", (math.inf,), 0.5),
        (3, "1.01", (0.733,), 0.005),  # a slip that is larger than the right number
        (3, "1", (0.733,), 0.005),
    ],
)
def test_slack_is_half_a_unit_of_what_is_written_or_asked(
    asked: int | None, written: str, numbers: tuple[float, ...], slack: float
) -> None:
    found = rounding(asked, written).slack(read_claim("z1", written), *numbers)
    assert found == pytest.approx(slack, rel=1e-12)


@pytest.mark.parametrize(
    ("number", "in_full"), [(0.125, True), (0.13, True), (0.1251, False), (1 / 3, False), (6.0, True)]
)
def test_a_number_is_in_full_with_the_decimals_that_the_page_has_somewhere(number: float, in_full: bool) -> None:
    claim = read_claim("z1", "0.5")
    assert rounding(None, "0.5", "0.125").needs_no_rounding(claim, number, 0.0) == in_full
    assert not rounding(None, "0.5").needs_no_rounding(claim, math.nan, 0.0)


@pytest.mark.parametrize(
    ("written", "number", "in_full"),
    [
        ("0.133", 0.133, True),
        ("0.133", 0.1333, False),
        ("0.1333", 0.1333, True),
        ("0.0133", 0.0133, True),
        ("0", 0.0, True),
    ],
)
def test_where_digits_are_asked_a_number_is_in_full_with_those(written: str, number: float, in_full: bool) -> None:
    asked = rounding(3, "0.133", "0.0000997")  # the finest decimal of the page is another number's
    assert asked.needs_no_rounding(read_claim("z1", written), number, 0.0) == in_full


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("written", "number", "is_rounding"),
    [
        # cut: less than a unit nearer to 0
        ("0.33", 0.3399, True), ("0.33", 0.34, False), ("1", 1.99, True), ("1", 2.0, False), ("2e3", 2999.0, True),
        # rounded digit by digit: 0.4445, 0.445, 0.45, 0.5
        ("0.5", 0.4445, True), ("0.5", 0.4444, False), ("0.5", 0.44444444444444, False),
        ("0.34", 0.33445, True), ("0.34", 0.3344, False),
        # rounded up, or from nothing
        ("1", 0.2, False), ("1", 0.4, False), ("6", 5.1, False), ("0.1", 0.01, False), ("0.4", 1 / 3, False),
        ("1", 0.0, False), ("1", -0.1, False), ("0.3", -0.65, False),
        # cut to nothing
        ("0", 0.6, False), ("0.00", 0.006, False), ("0", 0.0, False),
    ],
)  # fmt: skip
def test_what_cutting_and_rounding_twice_make_of_a_number(
    written: str, number: float, is_rounding: bool, sign: int
) -> None:
    claim = read_claim("z1", f"-{written}" if sign < 0 else written)
    assert rounding(None, written).is_cut_or_rounded_twice(claim, sign * number, 0.0) == is_rounding


@pytest.mark.parametrize(
    ("weights", "inputs", "written", "verdict"),
    [
        ([0.2], [1.0], "1", "slip"),
        ([0.5], [0.4], "1", "slip"),  # one product: nothing is there to be rounded before the result
        ([0.1, 0.1], [1.0, 1.0], "1", "slip"),  # 0 + 0
        ([0.6, -0.4], [1.0, 1.0], "1", "rounding"),  # 0.2, and 1 - 0 of the rounded products
        ([0.35, 0.25], [0.31, 0.11], "0.14", "right"),  # 0.136
        ([0.35, 0.26], [0.3, 0.1], "0.14", "rounding"),  # 0.131, and 0.11 + 0.03 of 0.105 and 0.026
        ([-1.125, -1.125], [1.0, 1.0], "-2.26", "slip"),  # a whole unit off, though -1.125 is -1.13, rounded
        ([0.37, 0.21], [0.3, 0.1], "0.14", "slip"),  # 0.132, and 0.11 + 0.02 of 0.111 and 0.021
    ],
)  # fmt: skip
def test_products_that_were_rounded_by_themselves_make_no_slip(
    weights: list[float], inputs: list[float], written: str, verdict: str
) -> None:
    network = MLP.from_weights([[weights]], [[0.0]], activation="linear")
    assert mark(work_through(network, inputs, [1.0]), {"z1": [written]})["z1[0]"].verdict == verdict


def test_an_unclaimed_number_may_have_been_rounded_before_its_function() -> None:
    total = Value(0.4, "x") + Value(0.16, "y")  # 0.56, to one decimal 0.6
    assert mark({"q": total * 2.0}, {"q": "1.2"})["q"].verdict == "rounding"
    assert mark({"q": total * 2.0}, {"q": "1.3"})["q"].verdict == "slip"


def test_of_three_numbers_put_right_at_once_the_marks_know() -> None:
    # z1 = (1, 2, 3) is printed (5, 7, 9); z2 = 1 + 20 + 300 was worked from the right ones, as was nothing else.
    network = MLP.from_weights([[[1.0], [2.0], [3.0]], [[1.0, 10.0, 100.0]]], activation="linear")
    marking = mark(work_through(network, [1.0], [0.0]), {"a1": ["5.0", "7.0", "9.0"], "z2": ["321.0"]})
    assert [row.verdict for row in marking] == ["misprint", "misprint", "misprint", "right"]
    assert len(marking["z2[0]"].put_right) == 3


def test_a_slip_that_was_used_as_written_makes_the_right_number_after_it_lucky() -> None:
    network = MLP.from_weights([[[1.0]], [[2.0]], [[3.0]]], activation="linear")
    sheet = work_through(network, [1.0], [0.0])
    marking = mark(sheet, {"z1": ["5.0"], "a1": ["5.0"], "z2": ["2.0"], "a2": ["2.0"], "z3": ["6.0"]})
    assert [row.verdict for row in marking] == ["slip", "carried", "lucky", "right", "right"]
    assert marking["z3[0]"].because == ()


@pytest.mark.parametrize(
    ("precision", "written", "exact", "verdict"),
    [
        (Precision(3), "0.333", 1 / 3, "right"),
        (Precision(3), "0.33", 1 / 3, "rounding"),
        (Precision(3), "0.5", 0.5, "right"),  # in full
        (Precision(decimals=2), "0.33", 1 / 3, "right"),
        (Precision(decimals=2), "0.3", 1 / 3, "rounding"),
        (Precision(decimals=2), "0.3", 0.3001, "rounding"),  # a decimal short, though it is 0.30
        (Precision(decimals=2), "0.3333", 1 / 3, "right"),
        (Precision(decimals=2), "0.33", 0.338, "rounding"),
        (Precision(decimals=2), "0.34", 1 / 3, "slip"),
        (Precision(decimals=2), "0.00", 0.003, "right"),  # a 0 has its decimals
        (Precision(decimals=0), "33", 33.3, "right"),
        (Precision(decimals=0), "30", 33.3, "slip"),
        (None, "0.3", 1 / 3, "right"),  # the claim's own digits count
    ],
)
def test_each_number_is_held_to_the_precision_that_is_asked_of_it(
    precision: Precision | None, written: str, exact: float, verdict: str
) -> None:
    network = MLP.from_weights([[[exact]]], activation="linear")
    asked = {"z1[0]": precision} if precision else {"a1[0]": Precision(9)}
    marking = mark(work_through(network, [1.0], [0.0]), {"z1": [written]}, digits=asked)
    assert marking["z1[0]"].verdict == verdict
    assert marking.digits is None
