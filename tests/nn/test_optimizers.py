"""Optimizers and schedules against their formulas written out."""

import math
from functools import partial

import numpy as np
import pytest

from tinygrad_notes import Value
from tinygrad_notes.nn.optimizers import SGD, Adam, AdamW, clip_by_norm, optimizer_named
from tinygrad_notes.nn.schedules import Cosine, Exponential, Linear, StepDecay, Warmup

START = np.array([1.0, -2.0, 0.5])
GRADIENTS = [np.array([0.5, 1.0, -1.0]), np.array([0.25, -1.0, 0.0]), np.array([2.0, 0.1, 3.0])]


def sgd(p, g, memory, rate=0.1):
    return p - rate * g


def momentum(p, g, memory, rate=0.1, mu=0.9, nesterov=False):
    v = memory["v"] = mu * memory.get("v", 0.0) + g
    return p - rate * (g + mu * v if nesterov else v)


def adam(p, g, memory, rate=0.01, b1=0.9, b2=0.999, epsilon=1e-8):
    t = memory["t"] = memory.get("t", 0) + 1
    m = memory["m"] = b1 * memory.get("m", 0.0) + (1 - b1) * g
    v = memory["v"] = b2 * memory.get("v", 0.0) + (1 - b2) * g * g
    return p - rate * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + epsilon)


BY_HAND = [
    (lambda: SGD(0.1), sgd),
    (lambda: SGD(0.1, momentum=0.9), momentum),
    (lambda: SGD(0.1, momentum=0.9, nesterov=True), lambda *a: momentum(*a, nesterov=True)),
    (lambda: SGD(0.1, weight_decay=0.2), lambda p, g, m: sgd(p, g + 0.2 * p, m)),
    (lambda: Adam(0.01), adam),
    (lambda: Adam(0.01, weight_decay=0.2), lambda p, g, m: adam(p, g + 0.2 * p, m)),
    (lambda: AdamW(0.01, weight_decay=0.2), lambda p, g, m: adam(p * (1 - 0.01 * 0.2), g, m)),
    (lambda: SGD(Exponential(0.1, 0.5)), lambda p, g, m: p - m.setdefault("rates", [0.025, 0.05, 0.1]).pop() * g),
]  # fmt: skip


@pytest.mark.parametrize(("make", "by_hand"), BY_HAND)
def test_updates_are_those_of_the_formula_on_arrays_and_on_values(make, by_hand):
    expected, memory = START.copy(), {}
    array, on_array = START.copy(), make()
    values, on_values = [Value(number) for number in START], make()
    for gradient in GRADIENTS:
        expected = by_hand(expected, gradient, memory)
        on_array.update(array, gradient)
        for value, slope in zip(values, gradient):
            value.grad = float(slope)
        on_values.step(values)
        np.testing.assert_allclose(array, expected, rtol=1e-14)
        assert [value.data for value in values] == array.tolist()


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (StepDecay(1.0, 0.5, every=2), [1.0, 1.0, 0.5, 0.5, 0.25]),
        (Exponential(1.0, 0.5), [1.0, 0.5, 0.25, 0.125, 0.0625]),
        (Linear(1.0, 0.0, 4), [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]),
        (Cosine(1.0, 0.0, 4), [1.0, (1 + math.sqrt(0.5)) / 2, 0.5, (1 - math.sqrt(0.5)) / 2, 0.0, 0.0]),
        (Warmup(Linear(1.0, 0.0, 2), 2), [0.5, 1.0, 1.0, 0.5, 0.0]),
    ],
)
def test_schedules(schedule, rates):
    assert [schedule(step) for step in range(len(rates))] == pytest.approx(rates, abs=1e-15)


@pytest.mark.parametrize("size", [1e-300, 1.0, 1e200, 1e308])
def test_clipping_knows_lengths_whose_squares_are_beyond_floats(size):
    clipped = clip_by_norm(np.array([1.5, -1.5]) * size, size)
    np.testing.assert_allclose(clipped / size, [math.sqrt(0.5), -math.sqrt(0.5)], rtol=4 * np.finfo(float).eps)


def test_no_gradient_is_none_to_clip():
    assert clip_by_norm(np.zeros(2), 1.0).tolist() == [0.0, 0.0]


def test_clipping_keeps_the_direction():
    assert clip_by_norm(np.array([3.0, 4.0]), 10.0).tolist() == [3.0, 4.0]
    assert clip_by_norm(np.array([30.0, -40.0]), 5.0) == pytest.approx([3.0, -4.0])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: SGD(0.0), "must be positive and finite, got 0.0"),
        (lambda: SGD(float("nan")), "must be positive"),
        (lambda: SGD(lambda step: math.nan).rate, "must be a finite number, but its function gave nan in step 0"),
        (lambda: SGD(lambda step: None).rate, "must be a finite number, but its function gave None in step 0"),
        (lambda: SGD(0.1, momentum=1.0), "at least 0 and below 1"),
        (lambda: SGD(0.1, nesterov=True), "needs a momentum"),
        (lambda: Adam(betas=(0.9, 1.0)), "betas must be"),
        (lambda: Adam(betas=(0.9,)), r"betas must be a pair, .* got \(0.9,\)"),
        (lambda: Adam(betas=0.9), "betas must be a pair, .* got 0.9"),
        (lambda: Adam(epsilon=-1e-8), "epsilon must be at least 0 and finite, got -1e-08"),
        (lambda: AdamW(weight_decay=-0.1), "weight_decay must be at least 0"),
        (lambda: SGD(weight_decay=math.nan), "weight_decay must be at least 0 and finite, got nan"),
        (lambda: clip_by_norm(START, 0.0), "to a length above 0, got 0.0: None clips nothing"),
        (lambda: clip_by_norm(START, -1.0), "to a length above 0"),
        (lambda: clip_by_norm(START, math.nan), "to a length above 0, got nan"),
        (lambda: Cosine(0.1, steps=0), "schedule's steps must be at least 1, got 0"),
        (lambda: Linear(0.1, 0.0, steps=0), "schedule's steps must be at least 1, got 0"),
        (lambda: StepDecay(0.1, every=0), "schedule's every must be at least 1, got 0"),
        (lambda: Warmup(Exponential(0.1, 0.5), steps=-1), "schedule's steps must be at least 0, got -1"),
        (lambda: optimizer_named("rmsprop"), "choose one of sgd, adam, adamw"),
        (
            lambda: [o := Adam(), o.update(np.ones(2), np.ones(2)), o.update(np.ones(3), np.ones(3))],
            "one optimizer for each",
        ),
    ],
)
def test_wrong_settings(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [(SGD, r"before it is used, got its class: write SGD\(\)"), (None, "got NoneType"), ([], "got list")],
)
def test_what_is_no_optimizer(wrong, message):
    with pytest.raises(TypeError, match=message):
        optimizer_named(wrong)


def made_anew():
    def rate(step):
        return 0.1

    class Falling:
        def __call__(self, step):
            return 0.1

    return [SGD(each) for each in (rate, lambda step: 0.1, Falling(), Warmup(rate, 3), partial(rate), Cosine(0.1))]


def test_settings_are_the_same_wherever_functions_lie_in_memory():
    once, again = made_anew(), made_anew()  # both alive, so at other addresses
    assert [optimizer.settings() for optimizer in once] == [optimizer.settings() for optimizer in again]
    assert len({optimizer.settings()["learning_rate"] for optimizer in once}) == len(once)


@pytest.mark.parametrize("wrong", ["0.1", None, np.array([0.1, 0.2])], ids=["text", "none", "array"])
def test_what_is_no_learning_rate(wrong):
    with pytest.raises(TypeError, match="a learning rate is a number or a function of the step, got"):
        SGD(wrong)
