"""Least squares by Gauss–Newton: find where you are from distances to four beacons.

The residuals are distance − measurement. Each step solves the linear problem JᵀJ·step = -Jᵀr, with the Jacobian J
from `jacobian`: first derivatives alone, and yet it converges almost as Newton's method does.

    python examples/gauss_newton.py
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_notes import functions, jacobian

BEACONS = [(0.0, 0.0), (10.0, 0.0), (0.0, 10.0), (10.0, 10.0)]
MEASURED = [5.01, 8.04, 6.72, 9.20]  # from near (3, 4), with errors of a few hundredths


def residuals(position: Sequence[Any]) -> list[Any]:
    x, y = position
    return [functions.hypot(x - a, y - b) - d for (a, b), d in zip(BEACONS, MEASURED, strict=True)]


def gauss_newton(position: list[float], tolerance: float = 1e-12, most: int = 20) -> list[float]:
    """Repeat until a step is shorter than `tolerance`; RuntimeError if that takes more than `most` steps."""
    for step in range(most):
        r, J = np.array(residuals(position)), np.array(jacobian(residuals)(position))
        change = np.linalg.solve(J.T @ J, -J.T @ r)
        print(f"step {step}   at ({position[0]:.10f}, {position[1]:.10f})   ½|r|² = {r @ r / 2:.10f}")
        position = [position[0] + change[0], position[1] + change[1]]
        if np.linalg.norm(change) < tolerance:
            return position
    raise RuntimeError(f"no convergence in {most} steps: start nearer to the solution")


def main() -> None:
    position = gauss_newton([8.0, 1.0])
    J = np.array(jacobian(residuals)(position))
    print(f"the slope Jᵀr of the sum of squares there: {np.abs(J.T @ residuals(position)).max():.0e}")


if __name__ == "__main__":
    main()
