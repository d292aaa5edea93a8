"""Intervals enclose: for every row of the table, what numbers in the operands' intervals come to lies in the result."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinygrad_notes.number_systems import floats, intervals
from tinygrad_notes.number_systems.intervals import Interval, as_interval
from tinygrad_notes.operations import TABLE, Operation

ROWS = [row for row in TABLE.values() if row.arity != 0]
ENDS = st.sampled_from([-2.5, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 2.0, 4.0]) | st.floats(-6, 6)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_values_and_derivatives_lie_in_the_intervals_results(row: Operation, data: st.DataObject) -> None:
    arity = row.arity or (4 if row.name == "dot" else 5)
    ends = [sorted(data.draw(st.tuples(ENDS, ENDS))) for _ in range(arity)]
    points = [lo + (hi - lo) * data.draw(st.floats(0, 1)) for lo, hi in ends]
    boxes = [Interval(min(lo, x), max(hi, x)) for (lo, hi), x in zip(ends, points, strict=True)]
    value, derivatives = row.read(floats)
    box_value, box_derivatives = row.read(intervals)
    out, box_out = value(*points), as_interval(box_value(*boxes))
    assert inside(out, box_out)
    for slope, box in zip(derivatives(*points, out), box_derivatives(*boxes, box_out), strict=True):
        assert inside(slope, as_interval(box))


def inside(number: float, box: Interval) -> bool:
    """Whether it lies there, to floats' rounding; an undefined number is nowhere."""
    if math.isnan(number) or box.lo <= number <= box.hi:
        return True
    slack = 1e-9 * max(1.0, abs(number))
    return box.lo - slack <= number <= box.hi + slack


@pytest.mark.parametrize(
    ("name", "operands", "lo", "hi"),
    [
        ("cos", [(3.0, 3.5)], -1.0, math.cos(3.5)),
        ("sin", [(1.0, 2.0)], math.sin(1.0), 1.0),
        ("square", [(-1.0, 2.0)], 0.0, 4.0),
        ("abs", [(-3.0, 2.0)], 0.0, 3.0),
        ("tanh", [(-1.0, 1.0)], math.tanh(-1.0), math.tanh(1.0)),
        ("divide", [(1.0, 2.0), (2.0, 4.0)], 0.25, 1.0),
        ("divide", [(1.0, 2.0), (-1.0, 1.0)], -math.inf, math.inf),
        ("gelu", [(1.0, 2.0)], 0.8413447460685429, 1.9544997361036416),
        ("pow", [(-2.0, 1.0), (3.0, 3.0)], -8.0, 1.0),
        ("relu", [(-1.0, 2.0)], 0.0, 2.0),
        ("sigmoid", [(-1.0, 1.0)], 1 / (1 + math.e), 1 / (1 + math.exp(-1))),
        ("maximum", [(0.0, 3.0), (1.0, 2.0)], 1.0, 3.0),
        ("dot", [(1.0, 2.0), (0.0, 1.0), (1.0, 1.0), (2.0, 2.0)], 1.0, 4.0),
    ],
)
def test_bounds_are_no_wider_than_they_must_be(
    name: str, operands: list[tuple[float, float]], lo: float, hi: float
) -> None:
    value, _ = TABLE[name].read(intervals)
    box = value(*(Interval(*ends) for ends in operands))
    assert (box.lo, box.hi) == pytest.approx((lo, hi), rel=1e-14)


def test_an_unknown_function_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'frobnicate'"):
        _ = intervals.frobnicate


def test_the_slope_of_leaky_relu_at_zero_is_in_its_interval() -> None:
    slopes = TABLE["leaky_relu"].read(intervals)[1](Interval(0.0, 0.0), Interval(-2.5, -2.5), Interval(0.0, 0.0))
    assert inside(TABLE["leaky_relu"].read(floats)[1](0.0, -2.5, 0.0)[0], as_interval(slopes[0]))
