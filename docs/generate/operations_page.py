"""The table of operations as a page: each row's value and derivatives, its edges, its worst measured error."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tinygrad_notes.edges import Edge, edges
from tinygrad_notes.number_systems import symbols
from tinygrad_notes.number_systems.latex import latex
from tinygrad_notes.number_systems.symbols import Symbol, as_expression, text
from tinygrad_notes.operations import TABLE, Operation

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
import accuracy

POINTS = 500
LETTERS = {1: ("a",), 2: ("a", "b"), 3: ("a", "b", "c"), None: ("a", "b", "c")}
PAIRED = {"dot": ("v", "w", "x", "y"), "weighted_sum": ("v", "w", "x", "y", "b")}

INTRODUCTION = f"""# Operations

Every primitive of the engine: its value; its local derivative by each operand, as textbooks write it and, where that
differs, as it is computed; what it does at its edges; and its worst error. All of it is generated: the formulas by
reading the rules of `tinygrad_notes/operations.py` over symbols; the edges from the table that the tests go
through; the errors by {POINTS} random points for each operation, against mpmath with 50 digits, while this page was
built. `benchmarks/accuracy.py` measures at more points.

In the formulas *out* is the operation's own result; [a > b] is 1 where the condition holds, else 0; operations
that take any number of operands are shown with a few. Errors are in units in the last place of the exact result, at
points where the operands' own rounding does not grow into it.

Where a derivative does not exist, PyTorch's ordered rule decides: the true derivative; else the subgradient of least
norm; else the limit, infinity allowed; else nan.

What is not picked does not matter. The operations that pick among their operands (`where`, `clip`, `maximum`,
`minimum`, `relu`, steps, …) hand no derivative to an operand that has no part in the result, even where its own slope
is infinite or nan; this holds in every mode, for every order and in every executor. Where exp, a power or a hyperbolic
function overflows, 0 times its slope is 0, so that 1 / (1 + exp(-x)) is level at -800. Every other 0 · ∞ is nan.
Where the result itself has overflowed, nothing is left to take a slope of: ln(1 + exp(x)) is infinite at 800, with a
slope of 0 in place of 1. `detect_anomaly` names the exp; `softplus`, `logsumexp` and `log_softmax` do not overflow.

One number everywhere, up to this. The eager engine and the player add the terms of a sum without error and round
once; NumPy, Numba and JAX add in an order of their own, to within n units in the last place of Σ|x| for n terms. With
NumPy σ(a) is 0 below -709.78, where it is a subnormal number elsewhere: `log_sigmoid` keeps ln σ. JAX counts subnormal
numbers as 0 and multiplies by the reciprocal of a constant divisor (3 / 10 is 0.30000000000000004); its erfc, and
so gelu, is off by up to 6 units.

"""


def page() -> str:
    cases: dict[str, list[Edge]] = {}
    for case in edges():
        cases.setdefault(case.operation, []).append(case)
    rows = [row for row in TABLE.values() if row.arity != 0]
    return INTRODUCTION + "\n".join(_section(row, cases.get(row.name, [])) for row in rows)


def _section(row: Operation, cases: list[Edge]) -> str:
    return "\n".join(f"{part}\n" for part in (f"## {row.name}", *_rules(row), *_errors(row), *_edges(cases)))


def _rules(row: Operation) -> list[str]:
    operands = [Symbol(name) for name in PAIRED.get(row.name) or LETTERS[row.arity]]
    value, computed = row.read(symbols)
    name = latex(symbols.Application(row.name, tuple(operands)))
    equations = [_equation(name, latex(as_expression(value(*operands))))]
    on_paper = row.on_paper(symbols.PAPER) if row.on_paper else computed
    for operand, slope in zip(operands, on_paper(*operands, Symbol("out")), strict=True):
        equations.append(_equation(rf"\frac{{\partial}}{{\partial {operand}}}", latex(as_expression(slope))))
    if row.on_paper:
        slopes = [f"`{text(as_expression(slope))}`" for slope in computed(*operands, Symbol("out"))]
        equations.append(f"With care for edges and rounding, as computed: {', '.join(slopes)}.\n")
    return equations


def _equation(left: str, right: str) -> str:
    """A displayed equation; one side alone where both are the same."""
    return f"$${left if left == right else f'{left} = {right}'}$$\n"


def _errors(row: Operation) -> list[str]:
    if row.name not in accuracy.ORACLES:
        return []
    report = accuracy.measure(row.name, accuracy.ORACLES[row.name], POINTS)
    return [f"Worst error: value {_worst(report.value)}; derivatives {_worst(report.derivative)}."]


def _worst(worst: Any) -> str:
    at = ", ".join(f"{x:.4g}" for x in worst.at)
    return f"{worst.error:.2f} ulp, at ({at})" if worst.error else "exact"


def _edges(cases: list[Edge]) -> list[str]:
    if not cases:
        return []
    lines = ["| at | value | derivatives | why |", "|---|---|---|---|"]
    for case in cases:
        at, slopes = (", ".join(f"{x:.6g}" for x in xs) for xs in (case.operands, case.derivatives))
        lines.append(f"| {at} | {case.value:.6g} | {slopes} | {case.reason} |")
    return ["\n".join(lines)]
