"""Fit a decay curve, and let the Hessian say how sure each parameter is.

Data y = A·exp(-t/τ) + B with noise of known size σ. Newton's method minimizes the negative log-likelihood; at the
minimum the inverse of its Hessian is the covariance of the parameters (Laplace's approximation). The
second derivatives are the engine's own.

    python examples/curve_fit.py [--plot fit.svg]
"""

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes import functions, hessian, value_and_grad

Array = NDArray[np.float64]
NOISE = 0.05
TIMES = np.linspace(0.0, 5.0, 25)
DATA = 2.0 * np.exp(-TIMES / 1.5) + 0.5 + NOISE * np.random.default_rng(7).normal(size=25)
NAMES = ("amplitude A", "lifetime τ", "background B")


def curve(t: float, parameters: Sequence[Any] | Array) -> Any:
    amplitude, lifetime, background = parameters
    return amplitude * functions.exp(-t / lifetime) + background


def negative_log_likelihood(parameters: Sequence[Any] | Array) -> Any:
    residuals = [(curve(t, parameters) - y) / NOISE for t, y in zip(TIMES, DATA, strict=True)]
    return 0.5 * functions.sum([functions.square(r) for r in residuals])


def newton(parameters: Array, steps: int = 6) -> Array:
    """Newton's method, printing how the gradient's length collapses: quadratically, near the end."""
    for step in range(steps):
        loss, slope = value_and_grad(negative_log_likelihood)(parameters)
        print(f"step {step}   -ln L = {loss:10.6f}   |gradient| = {np.linalg.norm(slope):.1e}")
        parameters = parameters - np.linalg.solve(hessian(negative_log_likelihood)(parameters), slope)
    return parameters


def plot(parameters: Array, covariance: Array, path: str) -> None:
    import matplotlib.pyplot as plt

    ts = np.linspace(0.0, 5.0, 200)
    draws = np.random.default_rng(0).multivariate_normal(parameters, covariance, 200)
    low, high = np.percentile([[curve(t, draw) for t in ts] for draw in draws], [2.5, 97.5], axis=0)
    plt.fill_between(ts, low, high, color="#c7dcf0", label="95 % of curves")
    plt.errorbar(TIMES, DATA, NOISE, fmt="o", color="#2166ac", markersize=3, label="data")
    plt.plot(ts, [curve(t, parameters) for t in ts], color="#b35806", label="fit")
    plt.legend()
    plt.savefig(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plot", metavar="FILE", help="save data, fit and uncertainty (needs matplotlib)")
    arguments = parser.parse_args()
    parameters = newton(np.array([1.8, 1.2, 0.4]))
    covariance = np.linalg.inv(hessian(negative_log_likelihood)(parameters))
    for name, truth, estimate, sigma in zip(
        NAMES, (2.0, 1.5, 0.5), parameters, np.sqrt(np.diag(covariance)), strict=True
    ):
        print(f"{name:12}  {estimate:.6f} ± {sigma:.6f}   (made with {truth})")
    if arguments.plot:
        plot(parameters, covariance, arguments.plot)


if __name__ == "__main__":
    main()
