"""Every operation at its edges, from the one table of cases."""

import math
from typing import Any

import pytest
from edge_oracle import expected

from tinygrad_notes import Value, gradients
from tinygrad_notes.edges import Edge, as_markdown, edges
from tinygrad_notes.number_systems import floats
from tinygrad_notes.operations import TABLE
from tinygrad_notes.value import apply

EDGES = edges()
COMMON = ("0.0", "-0.0", "inf", "-inf", "nan", "5e-324", "1e+308", "-1e+308")


def case_name(edge: Edge) -> str:
    return f"{edge.operation}{edge.operands}"


def same(got: float, expected: float) -> bool:
    """Equal as numbers, up to what one math library may differ from another in the last places."""
    if math.isnan(expected):
        return math.isnan(got)
    return got == expected or abs(got - expected) <= 4 * math.ulp(expected)


@pytest.mark.parametrize("edge", EDGES, ids=case_name)
def test_value_and_derivatives_at_the_edge(edge: Edge) -> None:
    node = apply(TABLE[edge.operation], tuple(map(Value, edge.operands)))
    assert same(node.data, edge.value)
    assert len(node.local_derivatives) == len(edge.derivatives)
    assert all(map(same, node.local_derivatives, edge.derivatives)), node.local_derivatives


@pytest.mark.parametrize("edge", EDGES, ids=case_name)
def test_the_rules_read_over_values_agree_at_the_edge(edge: Edge) -> None:
    operands = [Value(x) for x in edge.operands]
    found = gradients(apply(TABLE[edge.operation], tuple(operands)), operands)
    assert all(same(got.data, expected) for got, expected in zip(found, edge.derivatives, strict=True)), found


@pytest.mark.parametrize("edge", [e for e in EDGES if e.value == 0], ids=case_name)
def test_zeros_have_their_sign(edge: Edge) -> None:
    value = TABLE[edge.operation].read(floats)[0](*edge.operands)
    assert math.copysign(1.0, value) == math.copysign(1.0, edge.value)


VALUE = -1
CONVENTIONS = {  # where limits do not decide, or the table goes its own way: the operands (VALUE) concerned, and why
    "pow(0.0, 0.0)": ({1}, "d(x^y)/dy at x = 0, y ≥ 0 is 0; the limit is -∞"),
    "hypot(inf, inf)": ({0, 1}, "each coordinate as if the other were finite"),
    "norm(-inf, inf)": ({0, 1}, "each coordinate as if the other were finite"),
    "hypot(inf, nan)": ({0}, "IEEE 754 lets an infinite side decide the length, and the slope goes with it"),
    "hypot(1e-320, 1e-320)": ({0, 1}, "the length is a subnormal number, which has 11 bits here"),
    "atan2(0.0, 0.0)": ({0}, "the origin has no angle; the oracle takes IEEE's 0 for one"),
    "atan2(0.0, -0.0)": ({VALUE, 0}, "the origin has no angle; IEEE 754 tells the zeros apart, mpmath has one"),
    "atan2(-0.0, -1.0)": ({VALUE}, "IEEE 754 tells the zeros apart, mpmath has one"),
    "atan2(inf, inf)": ({VALUE}, "IEEE 754 has the angle of the diagonal"),
    "elu(0.0, 2.0)": ({0}, "the side of a ≤ 0, as PyTorch has it"),
    "clip(0.0, 0.0, 1.0)": ({0, 1}, "a bound touched passes the slope on, as PyTorch has it"),
    "clip(1.0, 0.0, 1.0)": ({0, 2}, "a bound touched passes the slope on, as PyTorch has it"),
    "where(0.0, inf, 3.0)": ({VALUE, 1, 2}, "the condition is 0, not near it"),
    "gap(inf, inf)": ({VALUE}, "its purpose: the shares of equal infinities are equal, the limit along the diagonal"),
    "gap(-inf, -inf)": ({VALUE}, "as for inf, inf"),
    "greater(nan, 1.0)": ({VALUE}, "IEEE 754: comparisons with nan are false"),
    "less(nan, 1.0)": ({VALUE}, "IEEE 754: comparisons with nan are false"),
    "equal(nan, nan)": ({VALUE}, "IEEE 754: comparisons with nan are false"),
    "equal(inf, inf)": ({VALUE}, "IEEE 754: infinities of one sign are equal"),
    "remainder(1.0, 0.0)": ({VALUE, 1}, "no quotient, so no remainder and no slope by the divisor"),
    "remainder(inf, 1.0)": ({1}, "no quotient, so no slope by the divisor"),
} | {
    case_name(edge): ({0}, "its purpose") for edge in EDGES if edge.operation == "stop_gradient"
}  # fmt: skip


@pytest.mark.parametrize("edge", EDGES, ids=case_name)
def test_the_table_says_what_limits_and_the_convention_say(edge: Edge) -> None:
    """By an oracle that knows no derivative; each exception must be one, so that none outlives its reason."""
    value, slopes = expected(edge.operation, edge.operands)
    pairs = zip((*slopes, value), (*edge.derivatives, edge.value), strict=True)
    differing = {position for position, (limit, stated) in enumerate(pairs) if not same(limit, stated)}
    concerned, _ = CONVENTIONS.get(case_name(edge), ((), ""))
    assert differing == {position % (len(slopes) + 1) for position in concerned}


def test_every_convention_is_a_case_of_the_table() -> None:
    assert set(CONVENTIONS) <= set(map(case_name, EDGES))


@pytest.mark.parametrize("row", [row for row in TABLE.values() if row.arity != 0], ids=lambda row: row.name)
def test_every_operation_is_in_the_table_of_edges(row) -> None:
    points = [" ".join(map(repr, edge.operands)) for edge in EDGES if edge.operation == row.name]
    assert points
    assert row.arity != 1 or set(COMMON) <= set(points)


def test_the_table_prints_as_markdown() -> None:
    lines = as_markdown(EDGES).splitlines()
    assert len(lines) == len(EDGES) + 2
    assert {line.count("|") - line.count("\\|") for line in lines} == {6}


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)
def test_a_number_system_is_asked_once_whether_it_is_exact(row) -> None:
    """When a rule is read, not at every node, where the question would be a tenth of the work."""
    asked: list[str] = []

    class Floats:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(floats, name)

    value, derivatives = row.rule(Floats())
    asked.clear()
    operands = [0.5] * (3 if row.arity is None else row.arity)
    derivatives(*operands, value(*operands))
    assert "EXACT" not in asked
