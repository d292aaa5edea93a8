"""The second note's own numbers: which of them slipped, argued by arithmetic that can be done again by hand.

Layer 1. z1[0] = 0.1·0.5 + 0.2·0.2 - 0.1·0.1 = 0.05 + 0.04 - 0.01 = 0.08, so 0.13 is a slip: the only way to it
from these numbers is to take 0.2 for 0.1, or the term 0.05 twice. z1[1] = 0.15 - 0.04 + 0.05 + 0.1 = 0.26 and
z1[2] = -0.2 + 0.02 + 0.02 - 0.1 = -0.26 are right. σ(0.13) = 0.53245 rounds to 0.5325: carried. σ(±0.26) =
0.56464 and 0.43536 are right to three digits.

Layer 2. From the note's own a1, z2 = 0.2·0.5325 - 0.3·0.565 + 0.1·0.435 + 0.05 = 0.1065 - 0.1695 + 0.0435 +
0.05 = 0.0305; with the right a1 it is 0.02814. Neither is within a unit of 0.023: a second slip. σ(0.023) =
0.50575 rounds to 0.506, (0.506 - 1)² = 0.244036 to 0.244, 2·(0.506 - 1) = -0.988: all three carried (right are
0.5070, 0.2430, -0.9859). 0.506·0.494 = 0.249964, and 0.2499505 is exact: 0.25 is right. -0.988·0.25 = -0.247 is
carried (-0.24643 is right).

Gradients. -0.247·0.5325 = -0.13153, which -0.131 misses by 0.00053: more than half a unit, but δ2's half unit
may carry 0.0005·0.5325 further, so it is carried, not a slip. -0.247·0.565 = -0.13956 and -0.1391 both round to
-0.14, and -0.247·0.435 = -0.10745 and -0.10729 both to -0.107: right. ∂C/∂b2 repeats δ2: carried.

Backflow. 0.2, -0.3, 0.1 times -0.247 are -0.0494, 0.0741, -0.0247: carried, as the right ones are -0.04929,
0.07393, -0.02464.

Slopes. 0.5325·0.4675 = 0.248944, and 0.2496 is exact: 0.248 is off by 0.00094, less than a unit of its last
digit (cut off, not rounded). 0.565·0.435 = 0.245775 and 0.24582 are 0.246: right.

δ1. -0.0494·0.248 = -0.012251, within rounding of -0.0122 (0.0005·0.0494 from the slope): carried, -0.012302
being right. 0.0741·0.246 = 0.018229 and 0.018174 are both 0.0182, -0.0247·0.246 = -0.006076 and -0.006058 both
-0.0061: right.

Updates. 0.2 + 0.0131 = 0.2131 and 0.21281 are both 0.213; -0.3 + 0.014 = -0.286 and -0.28609 both -0.286; 0.1 +
0.0107 = 0.1107 and 0.11073 both 0.111: right. 0.05 + 0.0247 = 0.0747 is carried (0.07464 would round to
0.0746).
"""

import pytest

from tinygrad_notes import MLP, work_through
from tinygrad_notes.worked.marking import mark

CLAIMS = {
    "z₁": ["0.13", "0.26", "−0.26"],
    "a₁": ["0.5325", "0.565", "0.435"],
    "z₂": ["0.023"],
    "a₂": ["0.506"],
    "C": "0.244",
    "∂C/∂a₂": ["-0.988"],
    "σ′(z₂)": ["0.25"],
    "δ₂": ["-0.247"],
    "∂C/∂W₂": [["-0.131", "-0.14", "-0.107"]],
    "∂C/∂b₂": ["-0.247"],
    "back1": ["-0.0494", "0.0741", "-0.0247"],
    "σ′(z₁)": ["0.248", "0.246", "0.246"],
    "δ₁": ["-0.0122", "0.0182", "-0.0061"],
    "W2_new": [["0.213", "-0.286", "0.111"]],
    "b2_new": ["0.0747"],
}

VERDICTS = {
    "z1": ["slip", "right", "right"],
    "a1": ["carried", "right", "right"],
    "z2": ["slip"],
    "a2": ["carried"],
    "dC/da2": ["carried"],
    "slope2": ["right"],
    "delta2": ["carried"],
    "dC/db2": ["carried"],
    "back1": ["carried", "carried", "carried"],
    "slope1": ["rounding", "right", "right"],
    "delta1": ["carried", "right", "right"],
    "b2_new": ["carried"],
}


@pytest.fixture(scope="module")
def verdicts() -> dict[str, str]:
    network = MLP.from_weights(
        [[[0.1, 0.2, -0.1], [0.3, -0.2, 0.5], [-0.4, 0.1, 0.2]], [[0.2, -0.3, 0.1]]],
        [[0.0, 0.1, -0.1], [0.05]],
        activation="sigmoid",
    )
    sheet = work_through(network, [0.5, 0.2, 0.1], [1], loss="squared_error", learning_rate=0.1)
    return {row.quantity: row.verdict for row in mark(sheet, CLAIMS)}


@pytest.mark.parametrize("quantity", VERDICTS)
def test_each_number_is_judged_on_its_merits(verdicts: dict[str, str], quantity: str) -> None:
    assert [verdicts[f"{quantity}[{j}]"] for j in range(len(VERDICTS[quantity]))] == VERDICTS[quantity]


def test_the_loss_and_the_matrices_too(verdicts: dict[str, str]) -> None:
    assert verdicts["C"] == "carried"
    assert [verdicts[f"dC/dW2[0,{i}]"] for i in range(3)] == ["carried", "right", "right"]
    assert [verdicts[f"W2_new[0,{i}]"] for i in range(3)] == ["right", "right", "right"]


def test_it_holds_two_slips_and_no_more(verdicts: dict[str, str]) -> None:
    assert [quantity for quantity, verdict in verdicts.items() if verdict == "slip"] == ["z1[0]", "z2[0]"]
    assert not {"misprint", "lucky"} & set(verdicts.values())
