"""Arrays that one mistake made wrong: its numbers are explained together."""

import re

import pytest

from tinygrad_notes.worked.calculation import mark_calculation

ARRAYS = """W = [[0.5, -0.3], [0.8, 0.2]]
x = [1.0, 0.6]
y = [1.0, 0.0]
z = W@x                        # [0.32, 0.92]
h = tanh(z)                    # [0.3095, 0.7259]
L = mean((h - y)^2)            # 0.5019
dL/dh                          # [-0.6905, 0.7259]
dL/dz                          # [-0.6244, 0.3434]
dL/dW                          # [[-0.6244, -0.3746], [0.3434, 0.2060]]
dL/dx                          # [-0.0375, 0.2560]
"""


@pytest.mark.parametrize(
    ("name", "right", "wrong", "cause"),
    [
        ("dL/dz", "[-0.6244, 0.3434]", "[-0.6905, 0.7259]", "the slope left out (1 - h^2)"),
        ("dL/dW", "[[-0.6244, -0.3746], [0.3434, 0.2060]]", "[[-0.6244, 0.3434], [-0.3746, 0.2060]]",
         "a matrix transposed (∂L/∂W)"),
        ("dL/dW", "[[-0.6244, -0.3746], [0.3434, 0.2060]]", "[[-1.2488, -0.7492], [0.6868, 0.4120]]",
         "off by a factor (2 times ∂L/∂W)"),
        ("dL/dx", "[-0.0375, 0.2560]", "[-0.4152, -0.4308]", "a matrix transposed (W)"),
        ("dL/dx", "[-0.0375, 0.2560]", "[0.0375, -0.2560]", "a sign flipped (of ∂L/∂x)"),
        ("z", "[0.32, 0.92]", "[0.98, -0.18]", "the weight matrix transposed (W)"),
        ("dL/dh", "[-0.6905, 0.7259]", "[-1.3810, 1.4518]", "off by a factor (2 times ∂L/∂h)"),
    ],
)  # fmt: skip
def test_an_array_that_one_cause_made_wrong_is_put_down_to_it_once(
    name: str, right: str, wrong: str, cause: str
) -> None:
    line = re.compile(rf"^({re.escape(name)}\b.*){re.escape(right)}$", re.MULTILINE)
    page = line.sub(rf"\g<1>{wrong}", ARRAYS, count=1)
    marking = mark_calculation(page)
    flagged = [row for row in marking.with_verdict("slip", "misprint") if row.quantity.startswith(f"{name}[")]
    assert len(flagged) > 1
    assert {row.causes[0] for row in flagged} == {cause}
    assert {row.as_json()["causes"][0] for row in flagged} == {cause}
    assert str(marking.report()).replace("\n", " ").count("of one cause") == 1


def test_numbers_of_an_array_that_went_wrong_each_by_itself_are_told_one_by_one() -> None:
    marking = mark_calculation("x = [1.1, 0.6]\ny = [2, 3]\nz = x*y  # [3.1, -1.8]")  # a sum, and a sign
    assert [(row.mistakes[0].kind, row.causes) for row in marking] == [
        ("a product worked as a sum", ()), ("a sign flipped", ()),
    ]  # fmt: skip
    assert "of one cause" not in str(marking.report())
