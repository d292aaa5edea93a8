"""Values and derivatives of every operation against mpmath at 50 digits.

`benchmarks/accuracy.py` measures; its bounds are held here.
"""

import sys
from pathlib import Path

import pytest
from oracle import ORACLES

from tinygrad_notes.operations import TABLE

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from accuracy import measure
from accuracy_sweep import sweep

VALUE_ULPS, DERIVATIVE_ULPS, PER_GROWTH = 2.0, 8.0, 2.0


def check(name: str, points: int, seed: int) -> None:
    report = measure(name, ORACLES[name], points, seed)
    assert report.value.error <= (4.0 if name == "sech2" else VALUE_ULPS), report.value  # it squares
    assert report.derivative.error <= DERIVATIVE_ULPS, report.derivative
    assert report.elsewhere.error <= PER_GROWTH, report.elsewhere


def test_every_operation_has_an_oracle() -> None:
    assert set(ORACLES) == {name for name, row in TABLE.items() if row.arity != 0}


@pytest.mark.parametrize("name", ORACLES)
def test_values_within_2_and_derivatives_within_8_units_in_the_last_place(name: str) -> None:
    check(name, 100, seed=0)


@pytest.mark.slow
@pytest.mark.parametrize("name", ORACLES)
def test_the_same_over_thousands_of_points(name: str) -> None:
    check(name, 4000, seed=1)


def check_every_order(name: str, points: int) -> None:
    for (_, mode), tally in sweep([name], points, ["eager", "numpy"]).items():
        assert tally.numbers > 50, mode
        assert not tally.wrong, (mode, tally)


@pytest.mark.parametrize("name", ["where", "maximum", "clip", "sqrt", "reciprocal"])
def test_every_order_in_every_mode_near_every_special_number(name: str) -> None:
    check_every_order(name, 20)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["tanh", "sigmoid", "softplus", "log_sigmoid", "silu", "asin", "acos", "atanh", "exp2"]
)
def test_the_same_for_functions_that_saturate_or_end(name: str) -> None:
    check_every_order(name, 60)  # half of them fall outside the domain of asin, acos and atanh
