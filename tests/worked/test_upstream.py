"""What claims say of the numbers below them: bounds that hold, and work that does not grow with each claim."""

import math
import random

import pytest

from tinygrad_notes import MLP, Value, mark, work_through
from tinygrad_notes.passes import topological_order
from tinygrad_notes.worked import reworking, upstream
from tinygrad_notes.worked.reworking import Reworking
from tinygrad_notes.worked.sheet import Sheet
from tinygrad_notes.worked.upstream import MOST_CULPRITS, Boxes, Culprits, united


def square(neurons: int, layers: int = 3) -> Sheet:
    network = MLP(neurons, [neurons] * layers, activation="sigmoid", seed=1)
    return work_through(network, [0.3] * neurons, [0.5] * neurons)


def test_what_claims_within_their_slack_lead_to_lies_in_the_box() -> None:
    sheet, rng = square(3), random.Random(0)
    page = {value: value.data for value in topological_order(*sheet.values.values())}
    claimed = [value for label, value in sheet.values.items() if label.startswith("z")]
    slack = dict.fromkeys(claimed, 0.05)
    boxes = Boxes(page, slack, lambda node: True)
    for label in ("a3[0]", "delta1[2]", "dC/dW1[0,1]", "C"):
        root = sheet.values[label]
        box, reworking = boxes[root], Reworking(root, page, slack, lambda node: True)
        assert 0.0 < box.radius < 1.0
        for _ in range(50):
            number = reworking.value({a: page[a] + rng.uniform(-0.05, 0.05) for a in reworking.ancestors})
            assert box.lo <= number <= box.hi


def test_a_box_is_a_point_where_nothing_was_rounded() -> None:
    x, y = Value(3.0), Value(4.0)
    assert Boxes({x: 3.0, y: 4.0}, {x: 0.0}, lambda node: True)[x * x + y].radius == 0.0


def test_only_what_was_rounded_carries_and_nothing_is_bounded_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    x = Value(0.3, "x")
    root = (x / 3.0).exp()
    written = Reworking(root, {x: 0.3}, {x: 0.003}, lambda node: True)
    assert written.carried() == pytest.approx(0.003 * math.exp(0.1) / 3.0, rel=0.002)  # the slope itself moves by 0.1 %
    monkeypatch.delattr(reworking, "intervals")  # which would be asked for the bounds
    in_full = Reworking(root, {x: 0.3}, {x: 0.0}, lambda node: True)
    assert (in_full.carried(), in_full.carried({x: 0.1}, {x: 0.0}), in_full.bounds.radius) == (0.0, 0.0, 0.0)


def test_a_box_of_one_claim_read_twice_is_wide_and_holds() -> None:
    x = Value(2.0)
    box = Boxes({x: 2.0}, {x: 0.5}, lambda node: True)[x - x]
    assert (box.lo, box.hi) == (-1.0, 1.0)


def test_what_is_left_alone_keeps_its_number() -> None:
    x, y = Value(2.0), Value(5.0)
    untouched = y * y
    box = Boxes({x: 2.0, untouched: 25.0}, {x: 0.5}, lambda node: node is not untouched)[x + untouched]
    assert (box.lo, box.hi) == (26.5, 27.5)


def test_a_culprit_is_told_once_and_formulas_that_are_wrong_with_it() -> None:
    x, y = Value(2.0), Value(5.0)
    product = x * y
    root = product + x
    culprits = Culprits({x, y}, lambda node: True, {product}, lambda claimed: (claimed,) if claimed is x else ())
    assert culprits[root] == (product, x)


def test_parts_that_are_one_object_stay_one() -> None:
    part = (Value(1.0), Value(2.0))
    assert united([part, (), part]) is part
    assert united([part, (part[1],)]) == part
    assert united([]) == ()
    many = [(Value(float(i)),) for i in range(MOST_CULPRITS + 1)]
    assert united(many) == tuple(part[0] for part in many[:-1])


def test_wrong_claims_on_a_matrix_cost_no_more_than_a_few_passes(numbers_read: list[int]) -> None:
    """330 claims that all rest on the same unclaimed numbers, which are worked a few times, not 330 times."""
    sheet, rng = square(10), random.Random(0)
    names = [label for label in sheet.values if label.startswith(("z", "dC/dW"))]
    marked = mark(sheet, {label: f"{sheet.values[label].data + rng.uniform(1, 9):.3f}" for label in names})
    edges = sum(len(value.operands) for value in topological_order(*sheet.values.values()))
    assert len(marked.with_verdict("slip")) == len(names) == 330
    assert sum(numbers_read) < 10 * edges


def test_honest_rounding_is_no_slip_when_the_effort_is_spent(
    monkeypatch: pytest.MonkeyPatch, numbers_read: list[int]
) -> None:
    sheet = square(6)
    claims = {label: f"{value.data:.1f}" for label, value in sheet.values.items() if label.startswith("z")}
    claims |= {label: f"{value.data:.6f}" for label, value in sheet.values.items() if label.startswith("dC/dW")}
    assert not mark(sheet, claims).with_verdict("slip")
    with_effort = sum(numbers_read)
    monkeypatch.setattr(upstream, "_EFFORT", 0)
    assert not mark(sheet, claims).with_verdict("slip")
    assert sum(numbers_read) - with_effort < with_effort / 10
