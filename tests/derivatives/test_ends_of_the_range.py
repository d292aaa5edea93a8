"""Numbers that leave the range of floats on the way to a result that lies inside it, and digits lost beside a tie."""

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

from tinygrad_notes import Value, functions, grad, gradients, hessian, record

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from accuracy_sweep import nested


def falling(b: Any, order: int) -> Any:
    """b · (b - 1) · … with as many factors as the order."""
    return mp.fprod(b - k for k in range(order))


def share(xs: tuple[Any, ...], operand: int, order: int) -> Any:
    """logsumexp, or its derivative of the order: by the share p and its odds against the others."""
    p = mp.exp(xs[operand]) / mp.fsum(map(mp.exp, xs))
    return [mp.log(mp.fsum(map(mp.exp, xs))), p, p * (1 - p), p * (1 - p) * (1 - 2 * p)][order]


EXACT: dict[str, Callable[[tuple[Any, ...], int, int], Any]] = {
    "product": lambda xs, k, order: [mp.fprod(xs), mp.fprod(xs[:k] + xs[k + 1 :]), 0, 0][order],
    "pow": lambda xs, k, order: falling(xs[1], order) * xs[0] ** (xs[1] - order),
    "divide": lambda xs, k, order: (-1) ** order * math.factorial(order) * xs[0] / xs[1] ** (1 + order),
    "hypot": lambda xs, k, order: [
        mp.hypot(*xs), xs[k] / mp.hypot(*xs), xs[1 - k] ** 2 / mp.hypot(*xs) ** 3,
        -3 * xs[k] * xs[1 - k] ** 2 / mp.hypot(*xs) ** 5,
    ][order],
    "atan2": lambda xs, k, order: (-1) ** k * [
        0, xs[1 - k] / mp.hypot(*xs) ** 2, -2 * xs[0] * xs[1] / mp.hypot(*xs) ** 4,
        xs[1 - k] * (6 * xs[k] ** 2 - 2 * xs[1 - k] ** 2) / mp.hypot(*xs) ** 6,
    ][order],
    "logsumexp": share,
    "silu": lambda xs, k, order: mp.diff(lambda a: a / (1 + mp.exp(-a)), xs[0], order),
}  # fmt: skip
CASES = [
    ("product", (1e200, 1e200, 1e-300), 2), ("product", (1e-160, 1e-170, 1e300), 0),
    ("product", (-1e300, 5.0, 1e308, 1e-308, 1e-300), 1), ("product", (1e-200, 3.0, 1e-200, 1e250, 1e150), 4),
    ("product", (5e-324, 1e300, 7.0), 1), ("product", (1e308, 1e308, 1e-308, 1e-308), 3),
    ("product", (2.5, -3.0, 7.0), 0),
    ("pow", (4e-203, 3.6e-228), 0), ("pow", (5e-182, -1.4e-261), 0), ("pow", (1e-160, 2.0**-30), 0),
    ("pow", (1e-90, 9e-4), 0), ("pow", (1e150, 1e-300), 0), ("pow", (1.7, 1e-5), 0), ("pow", (1e-100, 2.5), 0),
    ("hypot", (2e-229, 1e-163), 0), ("hypot", (1.5e-281, 2.7e-193), 0), ("hypot", (2e-67, -7e-232), 0),
    ("hypot", (-1.5e-273, 6.3e-209), 1),
    ("hypot", (3e-150, 4e-150), 1), ("hypot", (3e160, 4e160), 0), ("hypot", (0.3, 0.4), 0),
    ("atan2", (-1e-154, -1e-255), 1), ("atan2", (3e-140, 4e-140), 0), ("atan2", (1e-100, 2e-160), 0),
    ("atan2", (3.0, 7.0), 1),
    ("logsumexp", (1e-10, 3e-11, -1e300), 0), ("logsumexp", (1e-300, -1e-300, -800.0), 1),
    ("logsumexp", (0.5, 0.25), 1), ("logsumexp", (1e-9, 0.0), 0),
    ("logsumexp", (1e16, 1e16, 1e16), 0), ("logsumexp", (-3.0, 2.0, 1.0, 0.5), 3),
    ("silu", (-1.4130843485385773,), 0), ("silu", (-1.4323120123189028,), 0), ("silu", (-3e-11,), 0),
]  # fmt: skip
UNITS = (4.0, 16.0, 16.0, 64.0)


SLOW = {"numba", "jax"}


def is_subnormal(x: float) -> bool:
    return 0.0 < abs(x) < sys.float_info.min


RUNS = [
    pytest.param(executor, *case, marks=[pytest.mark.slow] * (executor in SLOW), id=f"{executor}-{case}")
    for executor in ("eager", "numpy", "numba", "jax")
    for case in CASES
    if executor != "jax" or not any(map(is_subnormal, case[1]))  # XLA takes subnormal numbers for 0
]


@pytest.mark.parametrize(("executor", "name", "point", "operand"), RUNS)
def test_a_result_in_the_range_is_found(executor: str, name: str, point: tuple[float, ...], operand: int) -> None:
    for order, units in enumerate(UNITS):
        with mp.workdps(400):
            exact = EXACT[name](tuple(map(mpf, point)), operand, order)
        if exact == 0 or not sys.float_info.min <= abs(exact) <= sys.float_info.max:
            continue
        function = nested(name, operand, order)
        if executor == "eager":
            got = function(list(map(Value, point))).data
        else:
            got = float(record(function, [0.6 + 0.1 * k for k in range(len(point))], executor=executor)([point])[0])
        assert math.isfinite(got) and abs(mpf(got) - exact) <= units * math.ulp(float(exact)), (order, got, exact)


LEVEL = [  # where a derivative is 0 though powers on the way to it are beyond the floats
    ("divide", (0.0, -3.3e-162), 1), ("divide", (0.0, 1e-155), 1), ("divide", (-0.0, 1e-300), 1),
    ("divide", (0.0, 3e-310), 1), ("divide", (0.0, -5e-324), 1), ("divide", (0.0, 1e-100), 1),
    ("pow", (3e-310, 2.0), 0), ("pow", (-3e-310, 2.0), 0), ("pow", (5e-324, 2.0), 0), ("pow", (5e-324, 1.0), 0),
    ("pow", (-2e-309, 1.0), 0), ("pow", (3e-310, 0.0), 0), ("pow", (-5e-324, 0.0), 0), ("pow", (1e-160, 0.0), 0),
    ("pow", (1e-110, 0.0), 0), ("pow", (1e-200, 3.0), 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("executor", "name", "point", "operand"),
    [
        pytest.param(executor, *case, marks=[pytest.mark.slow] * (executor in SLOW), id=f"{executor}-{case}")
        for executor in ("eager", "python", "numpy", "numba", "jax")
        for case in LEVEL
        if executor != "jax" or not any(map(is_subnormal, case[1]))
    ],
)
def test_a_derivative_of_0_is_0_where_powers_overflow(executor: str, name: str, point: Any, operand: int) -> None:
    for order in range(4):
        with mp.workdps(400):
            exact = float(EXACT[name](tuple(map(mpf, point)), operand, order))
        function = nested(name, operand, order)
        if executor == "eager":
            got = function(list(map(Value, point))).data
        else:
            got = float(np.ravel(record(function, [0.75, 1.5], executor=executor)([point]))[0])
        assert got == pytest.approx(exact, rel=1e-15, abs=5e-324), order


def test_the_slope_of_0_over_b_by_both_is_beyond_the_floats() -> None:
    x, b = Value(0.0), Value(-3e-160)
    by_b = gradients(x / b, b)
    by_b_and_b = gradients(by_b, b)
    assert [gradients(by_b, x).data, gradients(by_b_and_b, x).data] == [-math.inf, -math.inf]
    assert [by_b.data, by_b_and_b.data, gradients(by_b_and_b, b).data] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("point", [(-2.9e266, -7.3e286), (3e5, -1e120), (0.5, 1e200), (1e-300, 1e300), (-0.25, 2e150)])
def test_a_huge_exponent_leaves_no_slope_where_the_power_is_0(point: tuple[float, float]) -> None:
    """The exponent's square and cube, which the further derivatives are made with, are beyond the floats."""
    for order in range(4):
        function = nested("pow", 0, order)
        assert function(list(map(Value, point))).data == 0.0
        assert record(function, [0.6, 0.7])([point])[0] == 0.0


def test_zeros_infinities_and_nan_among_factors_are_as_one_by_one() -> None:
    special = [0.0, -0.0, 1e200, -1e-200, math.inf, -math.inf, math.nan, 2.0, 5e-324]
    for a in special:
        for b in special:
            for c in (3.0, -0.0, math.inf):
                x, y, z = xs = list(map(Value, (a, b, c)))
                functions.product(xs).backward()
                np.testing.assert_array_equal([x.grad, y.grad, z.grad], [b * c, a * c, a * b])
                assert np.array_equal(functions.product([a, b]), a * b, equal_nan=True)


def test_a_product_of_many_and_its_hessian() -> None:
    factors = [1e160, 1e-150] * 40
    assert functions.product(factors) == pytest.approx(1e400, rel=1e-13) or functions.product(factors) == math.inf
    assert functions.product([*factors, 1e-300]) == pytest.approx(1e100, rel=1e-13)
    slopes = grad(functions.product)([*factors, 1e-300])
    assert slopes[0] == pytest.approx(1e-60, rel=1e-13) and slopes[1] == pytest.approx(1e250, rel=1e-13)
    curvature = hessian(functions.product)([1e200, 1e200, 1e-300, 1e-100])
    np.testing.assert_allclose(curvature[0], [0.0, 1e-400, 1e100, 1e-100], rtol=1e-14)


@pytest.mark.parametrize(
    "factors",
    [
        (1.2e15, 1e229, 9.3e129, 1.5),  # each slope but one is beyond the floats, no second derivative is
        (-1.6e72, -2.6e-265, -8.6e-166, 1.9),
        (3.7, -1.3e165, -3.3, 4.9e271),
        (0.0, 1e300, 1e-300, 2.0),
        (2.0, 3.0, 5.0),
    ],
)
def test_mixed_second_derivatives_of_a_product(factors: tuple[float, ...]) -> None:
    pairs = range(len(factors))
    others = [[[x for k, x in enumerate(factors) if k not in (i, j)] for j in pairs] for i in pairs]
    exact = [[float(mp.fprod(map(mpf, others[i][j]))) if i != j else 0.0 for j in pairs] for i in pairs]
    np.testing.assert_allclose(hessian(functions.product)(list(factors)), exact, rtol=1e-15)
    program = record(functions.product, [0.5] * len(factors))
    np.testing.assert_allclose(program.hessian([factors])[0], exact, rtol=1e-15)


def test_shares_of_many_logits_have_a_hessian_of_p_minus_p_times_p() -> None:
    logits = [3.0, -40.0, 2.5, 0.0, -2.0, 3.0]
    with mp.workdps(60):
        p = [mp.exp(x) / mp.fsum(map(mp.exp, map(mpf, logits))) for x in map(mpf, logits)]
        exact = [[float(p[i] * (1 - p[i]) if i == j else -p[i] * p[j]) for j in range(6)] for i in range(6)]
    np.testing.assert_allclose(hessian(functions.logsumexp)(logits), exact, rtol=1e-14)
