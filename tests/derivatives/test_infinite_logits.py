"""softmax, log_softmax and cross-entropy where logits are infinite: eager and replayed."""

import itertools
import math
from typing import Any

import numpy as np
import pytest

from tinygrad_notes import Value, functions, hessian, jacobian, record
from tinygrad_notes.nn.logits import binary_cross_entropy_from_logits, cross_entropy_from_logits
from tinygrad_notes.nn.losses import binary_cross_entropy, cross_entropy
from tinygrad_notes.operations import operation
from tinygrad_notes.value import apply

EXECUTORS = ["numpy", *(pytest.param(name, marks=pytest.mark.extras) for name in ("numba", "jax"))]
INFINITE = [
    ([math.inf, 0.0, 1.0], [1.0, 0.0, 0.0]),
    ([math.inf, math.inf, 1.0], [0.5, 0.5, 0.0]),
    ([-math.inf, 0.0, 0.0], [0.0, 0.5, 0.5]),
    ([-math.inf, -math.inf, 3.0], [0.0, 0.0, 1.0]),
    ([-math.inf] * 3, [1 / 3] * 3),
    ([math.inf, -math.inf, 0.0], [1.0, 0.0, 0.0]),
    ([math.inf] * 3, [1 / 3] * 3),
    ([-1000.0, 0.0, -1000.0], [0.0, 1.0, 0.0]),
    ([1e308, -1e308, 0.0], [1.0, 0.0, 0.0]),
]


@pytest.mark.parametrize(("logits", "shares"), INFINITE)
def test_softmax_at_infinity(logits: list[float], shares: list[float]) -> None:
    assert functions.softmax(logits) == [p.data for p in functions.softmax(map(Value, logits))]
    assert functions.softmax(logits) == pytest.approx(shares, rel=1e-15, abs=0.0)
    for got, by_formula in zip(jacobian(functions.log_softmax)(logits), np.eye(len(logits)) - shares, strict=True):
        np.testing.assert_allclose(got, by_formula, rtol=4e-16)  # the limit: 1 - p, and -p by the others


@pytest.mark.parametrize(("logits", "shares"), INFINITE)
def test_the_second_derivatives_of_logsumexp_at_infinity(logits: list[float], shares: list[float]) -> None:
    by_formula = np.diag(shares) - np.outer(shares, shares)  # the limit
    np.testing.assert_allclose(hessian(functions.logsumexp)(logits), by_formula, rtol=4e-16)


@pytest.mark.parametrize(("logits", "shares"), INFINITE)
def test_an_answer_that_is_masked_out_has_no_part_in_the_loss(logits: list[float], shares: list[float]) -> None:
    best = shares.index(max(shares))
    for targets in (best, np.eye(len(logits))[best].tolist()):
        z = [Value(x) for x in logits]
        loss = cross_entropy(functions.softmax(z), targets)
        loss.backward()
        assert loss.data == pytest.approx(-math.log(shares[best]))
        np.testing.assert_allclose([x.grad for x in z], shares - np.eye(len(logits))[best], atol=1e-15)


@pytest.mark.parametrize(("logit", "target"), [(-math.inf, 0.0), (math.inf, 1.0), (-800.0, 0.0)])
def test_a_sure_and_right_answer_costs_nothing(logit: float, target: float) -> None:
    assert binary_cross_entropy([Value(logit).sigmoid()], [target]).data == 0.0


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_replay_has_the_shares_of_infinite_logits(executor: str) -> None:
    rows = [logits for logits, _ in INFINITE]
    for k, function in itertools.product((0, 2), (functions.softmax, functions.log_softmax)):
        program = record(lambda x, k=k, function=function: function(list(x))[k], [0.3, 0.1, 0.2], executor=executor)
        values, _, (slopes,) = program.value_and_gradients(rows, reduction=None, input_gradients=True)
        on_sample = program.on_sample()
        for logits, value, by_logits in zip(rows, values, slopes, strict=True):
            xs = [Value(x) for x in logits]
            y = function(xs)[k]
            y.backward()
            np.testing.assert_allclose([value, *by_logits], [y.data, *(x.grad for x in xs)], rtol=1e-15, atol=1e-15)
            assert on_sample(np.array(logits)) == pytest.approx(y.data)
            assert on_sample.value_and_gradients(np.array(logits))[0] == pytest.approx(y.data)
        np.testing.assert_array_equal(program(rows), values)
        summed = program.value_and_gradients(rows, reduction="sum", input_gradients=True)
        np.testing.assert_allclose(summed[0], values.sum())
        np.testing.assert_array_equal(summed[2][0], slopes)


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_gap_with_finite_slopes_is_mended_for_one_sample_too(executor: str) -> None:
    one = record(lambda x: functions.gap(x[0], x[1]), [0.1, 0.2], executor=executor).on_sample()
    value, _, (slopes,) = one.value_and_gradients(np.array([math.inf, math.inf]))
    assert (one(np.array([math.inf, math.inf])), value, *slopes) == (0.0, 0.0, 1.0, -1.0)


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_target_of_0_costs_nothing_whatever_its_logit(executor: str) -> None:
    """As for logits masked by -∞: 0 · ln 0 is 0."""
    cases = [
        (cross_entropy_from_logits, [-math.inf, 0.0, 0.0], [0.0, 0.0, 1.0], math.log(2.0), [0.0, 0.5, -0.5]),
        (cross_entropy_from_logits, [math.inf, 0.0, 1.0], [0.0, 0.0, 1.0], math.inf, [1.0, 0.0, -1.0]),
        (cross_entropy_from_logits, [1e308, -1e308, 0.0], [1.0, 0.0, 0.0], 0.0, [0.0, 0.0, 0.0]),
        (binary_cross_entropy_from_logits, [-math.inf, math.inf], [0.0, 1.0], 0.0, [0.0, 0.0]),
        (binary_cross_entropy_from_logits, [-math.inf, 0.0], [1.0, 1.0], math.inf, [-1.0, -0.5]),
        (cross_entropy, [0.0, 0.5, 0.5], [0.0, 0.0, 1.0], math.log(2.0), [0.0, 0.0, -2.0]),
        (binary_cross_entropy, [0.0, 1.0], [0.0, 1.0], 0.0, [1.0, -1.0]),
    ]
    for loss, outputs, targets, value, slopes in cases:
        xs = [Value(x) for x in outputs]
        loss(xs, targets).backward()
        assert loss(xs, targets).data == pytest.approx(value)
        assert [x.grad for x in xs] == pytest.approx(slopes), loss.name
        program = record(lambda x, y, loss=loss: loss(list(x), list(y)), [0.3] * len(xs), targets, executor=executor)
        found = program.value_and_gradients([outputs], [targets], reduction="sum", input_gradients=True)
        assert found[0] == pytest.approx(value)
        assert found[2][0][0].tolist() == pytest.approx(slopes), loss.name


@pytest.mark.parametrize("executor", EXECUTORS)
def test_training_on_a_batch_with_infinite_logits_has_the_eager_numbers(executor: str) -> None:
    w = Value(0.5)
    rows, targets = [[math.inf, 0.0], [0.3, -math.inf], [1.0, 2.0]], [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]

    def loss(x: Any, y: Any) -> Any:
        return cross_entropy_from_logits([x[0] + w, x[1] - w], list(y))

    program = record(loss, [0.1, 0.2], [1.0, 0.0], parameters=[w], executor=executor)
    total = functions.mean([loss(x, y) for x, y in zip(rows, targets, strict=True)])
    total.backward()
    with np.errstate(invalid="ignore"):
        on_batch = program.on_batch(rows, targets)(program.parameter_numbers())
    for value, gradients in (
        program.value_and_gradients(rows, targets),
        on_batch,
    ):
        assert (value, *gradients) == pytest.approx((total.data, w.grad), rel=1e-14)


@pytest.mark.parametrize("a", [0.0, -0.0])
@pytest.mark.parametrize("b", [0.0, -0.0])
def test_the_gap_of_two_zeros_has_the_sign_of_their_difference(a: float, b: float) -> None:
    gap = apply(operation("gap"), (Value(a), Value(b))).data
    assert (gap, math.copysign(1.0, gap)) == (0.0, math.copysign(1.0, a - b))
