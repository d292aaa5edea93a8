"""Every operation at its edges, from the one table of cases."""

import math

import pytest

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


@pytest.mark.parametrize("row", [row for row in TABLE.values() if row.arity != 0], ids=lambda row: row.name)
def test_every_operation_is_in_the_table_of_edges(row) -> None:
    points = [" ".join(map(repr, edge.operands)) for edge in EDGES if edge.operation == row.name]
    assert points
    assert row.arity != 1 or set(COMMON) <= set(points)


def test_the_table_prints_as_markdown() -> None:
    lines = as_markdown(EDGES).splitlines()
    assert len(lines) == len(EDGES) + 2
    assert {line.count("|") - line.count("\\|") for line in lines} == {6}
