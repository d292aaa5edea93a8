"""What every operation does at its edges: one table of cases, for the tests and for the reference.

The cases stand in `edges.csv` beside this module: zeros of both signs, ties, infinities, nan, branch points, the
ends of domains, subnormal and huge numbers. Where a derivative does not exist, PyTorch's ordered rule decides:
the true derivative; else the subgradient of least norm; else the limit, infinity allowed; else nan.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Edge:
    """An operation at a point: its value, its derivative by each operand, and why they are what they are."""

    operation: str
    operands: tuple[float, ...]
    value: float
    derivatives: tuple[float, ...]
    reason: str


def edges() -> list[Edge]:
    """Every case, in the order of the table of operations.

    Example:
        >>> [edge] = [edge for edge in edges() if edge.operation == "sqrt" and str(edge.operands) == "(0.0,)"]
        >>> edge.value, edge.derivatives, edge.reason
        (0.0, (inf,), 'vertical tangent: the limit')
    """
    text = files("tinygrad_notes").joinpath("edges.csv").read_text(encoding="utf-8")
    rows = csv.reader(text.splitlines()[1:])
    return [
        Edge(operation, _numbers(operands), float(value), _numbers(derivatives), reason)
        for operation, operands, value, derivatives, reason in rows
    ]


def as_markdown(cases: Iterable[Edge]) -> str:
    """The cases as a Markdown table, numbers in their shortest form.

    Example:
        >>> print(as_markdown([Edge("abs", (-0.0,), 0.0, (0.0,), "kink")]))
        | operation | at | value | derivatives | why |
        |---|---|---|---|---|
        | abs | -0 | 0 | 0 | kink |
    """
    lines = ["| operation | at | value | derivatives | why |", "|---|---|---|---|---|"]
    for case in cases:
        at, slopes = (", ".join(f"{x:.6g}" for x in xs) for xs in (case.operands, case.derivatives))
        lines.append(f"| {case.operation} | {at} | {case.value:.6g} | {slopes} | {case.reason} |")
    return "\n".join(lines)


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(map(float, text.split()))
