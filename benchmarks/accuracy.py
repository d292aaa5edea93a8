"""The worst error of every operation against mpmath at 50 digits, as a Markdown table.

    python benchmarks/accuracy.py [points per operation, 2000 by default]

Errors are in units in the last place of the exact result. A point is well conditioned where a relative error
of the operands grows less than fourfold on its way into the result; elsewhere the error is divided by that
growth, since the operands' own rounding would do as much.
"""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mpmath import mpf

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from oracle import ORACLES, Oracle

from tinygrad_notes.number_systems import floats
from tinygrad_notes.operations import TABLE

WELL_CONDITIONED = 4.0


@dataclass
class Worst:
    """The largest error seen, and where."""

    error: float = 0.0
    at: tuple[float, ...] = ()

    def see(self, error: float, at: tuple[float, ...]) -> None:
        if error > self.error or not self.at:
            self.error, self.at = error, at


@dataclass
class Report:
    """The worst errors of a value and of derivatives where well conditioned, and of both elsewhere per growth."""

    value: Worst
    derivative: Worst
    elsewhere: Worst

    def see(self, worst: Worst, error: float, growth: Callable[[], float], at: tuple[float, ...]) -> None:
        if error > 1.0 and (factor := growth()) >= WELL_CONDITIONED:  # well-rounded results need no excuse
            self.elsewhere.see(error / factor, at)
        else:
            worst.see(error, at)


def ulps(got: float, exact: Any) -> float:
    """The distance from the exact number in units in its last place."""
    nearest = float(exact)
    if math.isinf(nearest) or math.isinf(got):
        return 0.0 if got == nearest else math.inf
    return float(abs(mpf(got) - exact) / math.ulp(nearest))


def measure(name: str, oracle: Oracle, count: int, seed: int = 1) -> Report:
    """The worst errors of one operation over `count` points."""
    value, derivatives = TABLE[name].read(floats)
    report = Report(Worst(), Worst(), Worst())
    for point in oracle.points(count, seed):
        exact = tuple(map(mpf, point))
        out = value(*point)
        growth = functools.partial(oracle.value_condition, point)
        report.see(report.value, ulps(out, oracle.value(*exact)), growth, point)
        for operand, got in enumerate(derivatives(*point, out)):
            growth = functools.partial(oracle.condition, operand, point)
            report.see(report.derivative, ulps(got, oracle.derivatives[operand](*exact)), growth, point)
    return report


def table(count: int) -> str:
    lines = [
        "| operation | value, ulp | at | derivative, ulp | at | ill-conditioned, ulp / growth |",
        "|---|---:|---|---:|---|---:|",
    ]
    for name, oracle in ORACLES.items():
        report = measure(name, oracle, count)
        at, slope_at = (", ".join(f"{x:.6g}" for x in worst.at) for worst in (report.value, report.derivative))
        lines.append(
            f"| {name} | {report.value.error:.2f} | {at} | {report.derivative.error:.2f} | {slope_at} "
            f"| {report.elsewhere.error:.2f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
