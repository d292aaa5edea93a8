"""Claims: decimals as written, and the names under which they are made."""

from decimal import Decimal
from typing import Any

import pytest

from tinygrad_notes import MLP, Value, work_through
from tinygrad_notes.worked.claims import ClaimError, read_claim, read_claims
from tinygrad_notes.worked.names import canonical_name

SHEET = work_through(MLP(2, [2, 1], activation="sigmoid", seed=1), [1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    ("written", "number", "unit"),
    [
        ("0.5650", 0.565, 1e-4),
        ("-0.14", -0.14, 0.01),
        ("\N{MINUS SIGN}2.", -2.0, 1.0),
        ("\N{EN DASH}0.26", -0.26, 0.01),
        ("- 0.26", -0.26, 0.01),
        ("0e2", 0.0, 1.0),
        (".5", 0.5, 0.1),
        ("-5.34e-08", -5.34e-8, 1e-10),
        ("2e3", 2000.0, 1000.0),
        (" 1.0 ", 1.0, 0.1),
        (3, 3.0, 1.0),
        (0.25, 0.25, 0.01),
        (Decimal("0.250"), 0.25, 0.001),
    ],
)
def test_a_claim_means_its_digits(written: Any, number: float, unit: float) -> None:
    claim = read_claim("z1[0]", written)
    assert (claim.number, claim.unit) == pytest.approx((number, unit), rel=1e-15)
    assert claim.half == claim.unit / 2


def test_a_quantity_written_with_the_other_sign_is_turned() -> None:
    claim = read_claim("delta1[0]", "0.25", sign=-1)
    assert (claim.number, claim.written, claim.sign) == (-0.25, "0.25", -1)


@pytest.mark.parametrize(
    "written", [None, True, [1], {}, 1j, "", "nan", "1/2", "0x10", "1_0", "٣", "1e99999", "1e-400"]
)
def test_what_is_no_decimal_is_refused(written: Any) -> None:
    with pytest.raises(ClaimError, match=r"^z1\[0\]: "):
        read_claim("z1[0]", written)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("z₂", "z2"),
        ("z_2", "z2"),
        ("a^{1}", "a1"),
        ("δ1", "delta1"),
        ("delta_1[0]", "delta1[0]"),
        ("∂C/∂a2", "dC/da2"),
        ("∂L / ∂W₁[0, 1]", "dC/dW1[0,1]"),
        ("dE/dw1", "dC/dW1"),
        ("∂C/∂z1", "delta1"),
        ("σ′(z₁)", "slope1"),
        ("σ'(z1)[0]", "slope1[0]"),
        ("σ'(z1[0])", "slope1[0]"),
        ("f'(z2)", "slope2"),
        ("slope(z2)", "slope2"),
        ("W1 new", "W1_new"),
        ("b_2_new", "b2_new"),
        ("W₁⁺", "W1_new"),
        ("Loss", "C"),
        ("back1", "back1"),
        ("net_1", "z1"),
        ("out1[0]", "a1[0]"),
        ("σ(z2)", "a2"),
        ("f(z1[0])", "a1[0]"),
        ("network", "network"),
        ("something else", "somethingelse"),
    ],
)
def test_usual_spellings_are_understood(spelling: str, name: str) -> None:
    assert canonical_name(spelling) == name


def test_claims_come_by_quantity_or_by_element_in_the_order_of_work() -> None:
    claims = read_claims(SHEET, {"a2": "0.5", "z1[1]": "1", "W1_new": [["1", "?"], ["2", "3"]], "z1[0]": "2"})
    assert [claim.label for claim in claims] == [
        *["z1[0]", "z1[1]", "a2[0]"],
        *["W1_new[0,0]", "W1_new[0,1]", "W1_new[1,0]", "W1_new[1,1]"],
    ]


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ({"z1": ["1", "2"], "z1[0]": "1"}, r"z1\[0\] is claimed twice"),
        ({"delt1": "1"}, "did you mean 'delta1'"),
        ({"z1": ["1"]}, "z1 has 2 numbers, got 1"),
        ({"z1": "1"}, "write them as a list"),
        ({"dC/dW1": [["1", "2"], "3"]}, r"dC/dW1\[1\] has 2 numbers: write them as a list"),
        ({"z1": ["1", ["2"]]}, r"z1\[1\]: a claim is one decimal"),
    ],
)
def test_claims_that_do_not_fit_the_sheet_are_refused(claims: dict[str, Any], message: str) -> None:
    with pytest.raises(ClaimError, match=message):
        read_claims(SHEET, claims)


def test_signs_turn_what_is_derived_from_the_error_alone() -> None:
    claims = read_claims(
        SHEET, {"delta2": ["0.1"], "dC/da2": ["0.2"], "z2": ["0.3"], "W2_new": [["1", "1"]]}, "target-output"
    )
    assert {claim.label: claim.sign for claim in claims} == {
        "z2[0]": 1, "dC/da2[0]": -1, "delta2[0]": -1, "W2_new[0,0]": 1, "W2_new[0,1]": 1,
    }  # fmt: skip
    with pytest.raises(ClaimError, match="signs: write one of"):
        read_claims(SHEET, {"z2": ["0.3"]}, "other way round")


def test_an_unlikely_name_is_told_the_first_forty_names() -> None:
    values = {f"q{i}": Value(1.0, f"q{i}") for i in range(45)}
    with pytest.raises(ClaimError) as told:
        read_claims(values, {"zzz": "1.0"})
    assert str(told.value).partition("there are ")[2] == ", ".join(f"q{i}" for i in range(40))


def test_decimal_commas_without_quotes_are_seen_in_a_list_of_any_length() -> None:
    sheet = work_through(MLP(2, [3, 1], seed=1), [1.0, 2.0], [1.0])
    with pytest.raises(ClaimError, match='got 6; quote decimals with a comma: "0,52"'):
        read_claims(sheet, {"z1": [0, 9, 0, 2, 1, 0]})
