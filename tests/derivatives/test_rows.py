"""Whole Jacobians in one sweep: each way of finding them gives the numbers of one sweep per output."""

import math
import random
from itertools import pairwise

import numpy as np
import pytest
from graphs import random_graph, sensitivities
from hypothesis import given, settings
from hypothesis import strategies as st

from tinygrad_notes import Value, functions, grad, hessian, jacobian
from tinygrad_notes.derivatives import rows
from tinygrad_notes.derivatives.modes import Run
from tinygrad_notes.passes import reverse_sweep, topological_order

WAYS = {"tangents one by one": 10**9, "whole rows": 0}


def one_by_one(order, inputs, outputs):
    """The Jacobian by one sweep per output, and where an output depends on an input."""
    sweeps = [reverse_sweep(order, {output: 1.0}) for output in outputs]
    numbers = [[adjoints.get(node, 0.0) for node in inputs] for adjoints in sweeps]
    return np.array(numbers), np.array([[node in adjoints for node in inputs] for adjoints in sweeps])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("width", [1, 3, 256])
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 12))
def test_every_way_finds_the_same_numbers(way, width, seed, size, count):
    draw = random.Random(seed)
    graph = random_graph(draw, size)
    outputs = draw.choices(graph.nodes, k=count)  # some more than once, some are inputs
    order = topological_order(*outputs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "FEW", WAYS[way])
        patch.setattr(rows, "WIDTH", width)
        found = rows.jacobian_rows(order, graph.inputs, outputs)
    expected, depends = one_by_one(order, graph.inputs, outputs)
    scale = 1.0 + np.abs(expected).max() + max(sensitivities(graph))
    assert np.abs(found - expected).max() <= 1e-12 * scale
    assert (found[~depends] == 0.0).all()


@pytest.mark.parametrize("way", WAYS)
def test_what_does_not_depend_on_an_input_stays_0_beside_an_infinite_slope(way, monkeypatch):
    monkeypatch.setattr(rows, "FEW", WAYS[way])

    def f(x):
        steep = x[0].sqrt()  # d/dx at 0 is ∞
        return [steep, x[1] * x[2], steep * x[1] + x[3], x[2] * 0.0 + x[0] * math.inf]

    found = np.array(jacobian(f)([0.0, 2.0, 3.0, 5.0]))
    expected = np.array([[math.inf, 0, 0, 0], [0, 3, 2, 0], [math.inf, 0, 0, 1], [math.inf, 0, 0, 0]])
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("way", WAYS)
def test_a_hessian_is_the_jacobian_of_the_gradient(way, monkeypatch):
    monkeypatch.setattr(rows, "FEW", WAYS[way])

    def f(x):
        return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in pairwise(x)) * functions.exp(x[0])

    x = np.linspace(0.5, 1.5, 9).tolist()
    step = 1e-5
    for k in range(9):
        ahead, behind = ([v + sign * step * (i == k) for i, v in enumerate(x)] for sign in (1, -1))
        slope = (np.array(grad(f)(ahead)) - np.array(grad(f)(behind))) / (2 * step)
        assert np.allclose(np.array(hessian(f)(x))[k], slope, rtol=1e-6, atol=1e-5)


def test_structures_hold_rows_as_they_held_single_numbers():
    def f(x):
        return {"a": np.array([x["W"][0, 1] * x["b"], x["W"][1, 0]]), "c": [x["b"] ** 2]}

    found = jacobian(f)({"W": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": 5.0})
    assert found["a"].shape == (2,) and found["c"][0]["b"] == 10.0
    assert np.array_equal(found["a"][0]["W"], [[0.0, 5.0], [0.0, 0.0]]) and found["a"][0]["b"] == 2.0
    assert jacobian(lambda x: x @ x)(np.array([1.0, 2.0])).tolist() == [2.0, 4.0]
    assert jacobian(lambda x: [])([1.0, 2.0]) == []


def test_rows_over_other_values_stay_values():
    other = Value(2.0)
    found = jacobian(lambda x: [other * x[0], x[1]])([1.0, 3.0])
    assert found[0][0].data == 2.0 and found[1][1].data == 1.0
    assert Run(lambda x: x * 2, (1.0,), (0,)).rows() == [[2.0]]
